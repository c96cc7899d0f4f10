// SPDX-License-Identifier: GPL-2.0-or-later
// What words say of the formula beside them: "a symmetric matrix $A$", "$y$ is one-hot". Of the words between two
// formulas some go on about the first, and some lead to the second; what is said of one is not said of the other.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "document/prose.h"
#include "document/words.h"

namespace gradus::document {
namespace {

// What a phrase about one thing does not reach over.
constexpr auto boundary_words = std::to_array<std::string_view>(
    {"and",   "or",    "but",    "with",    "without", "where", "while", "whereas", "for",   "if",   "when",
     "of",    "in",    "on",     "by",      "to",      "from",  "at",    "over",    "under", "into", "as",
     "than",  "that",  "which",  "whose",   "such",    "let",   "since", "because", "so",    "then", "via",
     "using", "about", "unlike", "between", "per",     "like",  "given", "through", "here",  "both", "not"});
// Those that begin another clause.
constexpr auto clause_words =
    std::to_array<std::string_view>({"and", "or", "but", "where", "while", "whereas", "if", "when", "that", "which",
                                     "whose", "let", "since", "because", "so", "then", "here", "for", "with"});
constexpr auto copulas =
    std::to_array<std::string_view>({"be", "is", "are", "denote", "denotes", "denoted", "by", "called", "given"});
// The first words of what goes on about the formula before.
constexpr auto predicates = std::to_array<std::string_view>(
    {"be ",     "is ",  "are ",  "has ", "have ", "denote", "which ", "that ", "(",     "with ",
     "commute", "sum ", "sums ", "add ", "adds ", ", a ",   ", an ",  "all ",  "both ", "symmetric"});

struct Word {
  std::string text;
  std::size_t begin, end;
};

// Words and single signs, in small letters.
std::vector<Word> words_of(const std::string& text) {
  std::vector<Word> out;
  for (std::size_t k = 0; k < text.size();) {
    const char c = text[k];
    if (c == ' ' || c == '\n') {
      ++k;
      continue;
    }
    std::size_t end = k + 1;
    if (c != ',' && c != ':' && c != '(' && c != ')') end = std::min(text.find_first_of(" \n,:()", k), text.size());
    out.push_back({lowered(text.substr(k, end - k)), k, end});
    k = end;
  }
  return out;
}

bool is_sign(const Word& w) { return w.text == "," || w.text == ":" || w.text == "(" || w.text == ")"; }

template <std::size_t N>
bool is_one_of(const Word& w, const std::array<std::string_view, N>& all) {
  return std::ranges::find(all, w.text) != all.end();
}

// "the covariance of the noise is"
bool ends_subject(const std::string& words) {
  const std::vector<Word> all = words_of(words);
  return !all.empty() && is_one_of(all.back(), copulas);
}

bool begins_predicate(const std::string& words) {
  const std::size_t first = words.find_first_not_of(" \n");
  return first != std::string::npos &&
         std::ranges::any_of(predicates, [&](std::string_view v) { return words.compare(first, v.size(), v) == 0; });
}

}  // namespace

Between shared_out(const std::string& text) {
  const std::vector<Word> words = words_of(text);
  std::size_t last = words.size();
  // "the one-hot target is": a subject, with all that belongs to it.
  while (last > 0 && is_one_of(words[last - 1], copulas)) --last;
  const bool subject = last < words.size();
  std::size_t at = last;
  while (at > 0 && !is_sign(words[at - 1]) &&
         !(subject ? is_one_of(words[at - 1], clause_words) : is_one_of(words[at - 1], boundary_words)))
    --at;
  if (at == 0) return begins_predicate(text) ? Between{text, {}} : Between{{}, text};
  const std::size_t end = last > at ? words[last - 1].end : words[at - 1].end;
  // "the product of orthogonal matrices": what it is of, and what is made of that.
  const bool made_of = words[at - 1].text == "of" && at > 1;
  const std::size_t begin = made_of ? words[at - 2].begin : words[at - 1].end;
  return {text.substr(0, words[at - 1].begin), text.substr(begin, end - begin) + " "};
}

std::string without_contrast(const std::string& clause) {
  static constexpr auto contrasts =
      std::to_array<std::string_view>({"nlike ", "n contrast to ", "ather than ", "nstead of ", "s opposed to "});
  const std::size_t comma = clause.find(',');
  return comma != std::string::npos && says(clause.substr(0, comma), contrasts) ? clause.substr(comma + 1) : clause;
}

bool marks_one_class(const std::string& behind) {
  const std::string words = lowered(behind);
  static constexpr auto ones =
      std::to_array<std::string_view>({" is 1 ", " is one ", " equals 1 ", " equals one ", " is equal to 1 "});
  static constexpr auto which = std::to_array<std::string_view>(
      {"correct ", "true ", "right ", "actual ", "target ", "ground-truth ", "ground truth ", "observed "});
  static constexpr auto what = std::to_array<std::string_view>(
      {"class", "label", "categor", "token", "word", "digit", "index", "answer", "outcome"});
  static constexpr auto others = std::to_array<std::string_view>(
      {"0 otherwise", "zero otherwise", "0 for ", "zero for ", "0 else", "zero else", "others are 0", "others are z"});
  const bool one = std::ranges::any_of(ones, [&](std::string_view w) { return words.starts_with(w); });
  const bool of_class = std::ranges::any_of(which, [&](std::string_view w) {
    const std::size_t at = words.find(w);
    return at != std::string::npos && std::ranges::any_of(what, [&](std::string_view noun) {
             return words.compare(at + w.size(), noun.size(), noun) == 0;
           });
  });
  return one && of_class && says(words, others);
}

bool is_conditional(const std::string& clause) {
  static constexpr auto conditions =
      std::to_array<std::string_view>({"if", "when", "whenever", "unless", "whether", "case"});
  return std::ranges::any_of(words_of(clause), [](const Word& w) { return is_one_of(w, conditions); });
}

bool is_said_of_all(const std::string& behind) {
  static constexpr auto plurals = std::to_array<std::string_view>({" are ", " both ", ", both ", " all "});
  static constexpr auto nouns = std::to_array<std::string_view>({"vectors", "matrices", "both ", "distributions"});
  return std::ranges::any_of(plurals, [&](std::string_view w) { return behind.starts_with(w); }) ||
         (behind.starts_with(" be ") && says(behind, nouns));
}

bool calls_symmetric(const std::string& behind) {
  const std::string clause = behind.substr(0, behind.find_first_of(".,;:"));
  const std::size_t at = clause.find("symmetric");
  if (at == std::string::npos) return false;
  const std::string words = clause.substr(0, at);
  static constexpr auto no =
      std::to_array<std::string_view>({"not ", "kew", "anti", "early ", "lmost ", "pproximately ", "product of",
                                       "similar to", "sum of", "factor of", "ossibly"});
  const std::string behind_it = clause.substr(at + std::string_view("symmetric").size());
  return !words.ends_with("a") && !words.ends_with("n") && !words.ends_with("centro") && !words.ends_with("per") &&
         !says(words, no) && !behind_it.starts_with(" if");
}

bool is_called_symmetric(const std::string& before) {
  static constexpr auto no = std::to_array<std::string_view>(
      {"kew", "antisym", "asym", "nonsym", "on-sym", "not ", "early sym", "lmost sym", "pproximately sym", "entrosym",
       "ersym", "product of", "similar to", "sum of", "factor of"});
  return before.find("symmetric ") != std::string::npos && !says(before, no);
}

Restriction restricts(const Beside& beside) {
  static constexpr auto simplex = std::to_array<std::string_view>(
      {"probability vector", "probability distribution", "sum to one", "sums to one", "sum to 1", "sums to 1"});
  static constexpr auto signs =
      std::to_array<std::string_view>({"positive", "negative", "below zero", "above zero", "at most", "at least",
                                       "larger than", "smaller than", "opposite sign"});
  static constexpr auto words = std::to_array<std::string_view>({"orthogonal",
                                                                 "orthonormal",
                                                                 "unit vector",
                                                                 "unit norm",
                                                                 "one-hot",
                                                                 "diagonal",
                                                                 "skew",
                                                                 "projection",
                                                                 "idempotent",
                                                                 "mean zero",
                                                                 "zero mean",
                                                                 "centered",
                                                                 "centred",
                                                                 "standardised",
                                                                 "standardized",
                                                                 "triangular",
                                                                 "permutation",
                                                                 "rotation",
                                                                 "reflection",
                                                                 "unit length",
                                                                 "length one",
                                                                 "commut",
                                                                 "nilpotent",
                                                                 "unitary",
                                                                 "isometr",
                                                                 "cumulative",
                                                                 "distribution function",
                                                                 "CDF",
                                                                 "cdf",
                                                                 "density",
                                                                 "antiderivative",
                                                                 "primitive",
                                                                 "stochastic matri",
                                                                 "traceless",
                                                                 "singular",
                                                                 "determinant",
                                                                 "involut",
                                                                 "is even",
                                                                 "be even",
                                                                 "even function",
                                                                 "is odd",
                                                                 "be odd",
                                                                 "odd function",
                                                                 "periodic",
                                                                 "homogeneous",
                                                                 "inverse function",
                                                                 "is linear",
                                                                 "be linear",
                                                                 "normalised",
                                                                 "normalized"});
  // "with the gradient g": what that is, is an equation.
  const std::string last = last_word(beside.clause);
  static constexpr auto derivatives =
      std::to_array<std::string_view>({"gradient", "derivative", "jacobian", "hessian", "adjoint", "sensitivity"});
  if (std::ranges::find(derivatives, last) != derivatives.end()) return Restriction::equation;
  // Facts are what is said right behind a formula, or in the words that lead to it.
  const std::string behind = begins_predicate(beside.behind) ? beside.behind : "";
  const std::string said = beside.lead + " | " + behind;
  static constexpr auto made_of = std::to_array<std::string_view>(
      {"sum of", "product of", "factor of", "inverse of", "average of", "mean of", "combination of", "mixture of",
       "multiple", "difference of", "not ", "no longer", "n't ", "instead", "rather than", "lmost", "early"});
  const bool sure = !says(said, made_of);
  static constexpr auto total =
      std::to_array<std::string_view>({"add up to one", "adds up to one", "add up to 1", "summing to one",
                                       "summing to 1", "sum up to one", "sums up to one", "sum up to 1"});
  // "is used to compute a probability distribution": what is made of it is one.
  static constexpr auto made = std::to_array<std::string_view>(
      {"used to", "to compute", "to obtain", "to produce", "to get", "into a", "mapped to", "maps", "turn"});
  if (sure && says(said, simplex) && !says(said, made)) return Restriction::simplex;
  if (sure && says(said, total)) return Restriction::total;
  static constexpr auto unit =
      std::to_array<std::string_view>({"unit vector", "unit norm", "unit length", "length one", "norm one"});
  static constexpr auto axes =
      std::to_array<std::string_view>({"th unit", "basis", "standard unit", "canonical", "squared norm", "on-unit",
                                       "most unit", "least unit", "max norm", "in the"});
  if (sure && says(said, unit) && !says(said, axes)) return Restriction::unit;
  // "one-hot rows", "or one-hot": of something else, or not for sure.
  static constexpr auto one_hot = std::to_array<std::string_view>({"one-hot", "one hot ", "1-hot"});
  static constexpr auto in_part = std::to_array<std::string_view>(
      {"row", "column", "on-one-hot", "or one-hot", "one-hot or", "case", "smooth", "softened"});
  if (sure && says(said, one_hot) && !says(said, in_part)) return Restriction::one_hot;
  static constexpr auto definite =
      std::to_array<std::string_view>({"ositive definite", "ositive-definite", "ositive semi", "ositive-semi", "SPD",
                                       "PSD", "ovariance matri", "recision matri", "Gram matri", "kernel matri"});
  static constexpr auto no = std::to_array<std::string_view>({"nonsym", "on-sym", "cross-cov"});
  // "with covariance $\Sigma$"
  const std::string lead = lowered(beside.lead);
  const bool covariance = lead.ends_with("covariance ") ||
                          (lead.find("covariance of ") != std::string::npos && ends_subject(beside.clause));
  if (sure && (covariance || says(said, definite)) && !says(said, no)) return Restriction::definite;
  const std::string clause = beside.clause + " | " + behind;
  if (says(clause, words) || says(clause, simplex)) return Restriction::equation;
  static constexpr auto negative =
      std::to_array<std::string_view>({"be negative", "is negative", "are negative", "and negative", "a negative",
                                       "below zero", "at most zero", "opposite sign", "smaller than", "larger than"});
  if (says(clause, negative)) return Restriction::negative;
  return says(clause, signs) ? Restriction::sign : Restriction::none;
}

}  // namespace gradus::document
