// SPDX-License-Identifier: GPL-2.0-or-later
// What words make of an equation in the text: a value for all that follows, for one case, or none.
#include "document/prose.h"

#include <utility>

#include "document/words.h"

namespace gradus::document {

bool ties(const std::string& sentence) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"where ", "Where ", "where\n", "Here ", "here ", "enote ", "enoting", "efine", "efining", "bbreviat", "ecall",
       "riting", "We write", "we write", "Since ", "since ", "ecause ", "shorthand"});
  return says(" " + sentence, words) && !solves(sentence);
}

bool solves(const std::string& sentence) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"inimis",   "inimiz",     "aximis",    "aximiz",  "inimum",     "aximum",      "ptimal", "ptimum",
       "olution",  "olve",       "olving",    "to zero", "quality",    "iff ",        "nly if", "tationary",
       "ritical",  "ixed point", "vertex",    "At ",     " at ",       "hoos",        "stimat", "pecial case",
       "onverge",  "gives",      "yields",    " get ",   "obtain",     " find ",      "ecover", "onclude",
       "rom this", "uppose",     "ssume for", "ttained", "or example", "anity check", "hence ", "Hence "});
  return says(sentence, words);
}

bool hedges(const std::string& before, const std::string& behind) {
  static constexpr auto around = std::to_array<std::string_view>(
      {"fail",     "false",     "wrong",    " not ",    "annot",     "n't ",         "want ",     "deally",
       "ometimes", "oughly",    " wish ",   " hope ",   "uestion",   "hether ",      "onjecture", "ncorrect",
       "istake",   "never ",    "rarely ",  "ithout ",  " drop ",    "removed",      "forces ",   "nstead of",
       "may ",     "might ",    "xclude",   "how that", "rove that", "laim that",    "he line ",  "curve ",
       "oundary",  "yperplane", "ut there", "unless",   "xcluding",  "pproximately", "erfect",    "ttained"});
  static constexpr auto behind_it = std::to_array<std::string_view>(
      {"only for", "only if", "only when", "holds for", "holds only", "being violated"});
  const std::size_t begin = before.find_last_of(".;:,()");
  const std::string clause = " " + (begin == std::string::npos ? before : before.substr(begin + 1)) + " ";
  std::string words = behind.starts_with(",") ? behind.substr(1) : behind;
  words = words.substr(0, words.find_first_of(".;:,()"));
  const bool asked = behind.find('?') != std::string::npos && behind.find('?') < behind.find_first_of(".;:");
  const bool conditional = last_word(before) == "then";
  words += " ";
  return asked || conditional || says(clause, around) || says(words, around) || says(words, behind_it);
}

bool speaks_of_practice(const std::string& sentence) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"n practice", "ypical", "ost ", "sual", "efault", "inary", "ommon", " used ", "ecommend", "satisfies", "ptimum",
       "ptimal", "olution", "nlike", "revious", "ontrast", "ast section", "ppendix", "uthors"});
  return says(sentence, words);
}

bool gives_value(const std::string& before) {
  const std::string last = last_word(before);
  static constexpr auto words =
      std::to_array<std::string_view>({"let", "set", "take", "fix", "put", "assume", "suppose", "setting", "taking"});
  return std::ranges::find(words, last) != words.end();
}

bool goes_on(const std::string& behind) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"we ", "it ", "this ", "that ", "is ", "the ", "gives", "would", "recovers", "makes", "reduces", "becomes",
       "yields", "one ", "corresponds", "turns", "leads", "you "});
  const std::size_t first = behind.find_first_not_of(" \n,)");
  return first != std::string::npos &&
         std::ranges::any_of(words, [&](std::string_view w) { return behind.compare(first, w.size(), w) == 0; });
}

bool needs(const std::string& before) {
  static constexpr auto words =
      std::to_array<std::string_view>({"need", "needs", "requires", "require", "requiring", "demands", "needing"});
  return std::ranges::find(words, last_word(before)) != words.end();
}

bool concludes_case(const std::string& behind) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"we have", "we get", "we find", "we obtain", "it is", "it holds", "it follows", "this is", "this gives",
       "this becomes", "one has", "one gets", "obviously", "clearly"});
  const std::size_t first = behind.find_first_not_of(" \n,");
  return first != std::string::npos &&
         std::ranges::any_of(words, [&](std::string_view w) { return behind.compare(first, w.size(), w) == 0; });
}

bool takes_back(const std::string& words) {
  static constexpr auto signs =
      std::to_array<std::string_view>({" not ", "do not", "might ", "for the moment", "drop this", "in this section",
                                       "at the start", "at the point", "any real", "arbitrary real"});
  return says(words, signs);
}

bool is_at_point(const std::string& before) {
  static constexpr auto words =
      std::to_array<std::string_view>({"at", "minimum", "maximum", "point", "origin", "optimum", "particular"});
  return std::ranges::find(words, last_word(before)) != words.end();
}

bool says_loosely(const std::string& words) {
  static constexpr auto conjunctions =
      std::to_array<std::string_view>({"if", "when", "whenever", "unless", "provided", "assuming", "supposing"});
  static constexpr auto single = std::to_array<std::string_view>(
      {"without", "otherwise", "modulo", "ignoring", "dropping", "neglecting", "absorb", "absorbing", "roughly",
       "approximately", "distinct", "differ", "coincide", "positive", "negative"});
  static constexpr auto pairs = std::to_array<std::string_view>(
      {"up to", "first order", "as long", "for a", "for an", "for every", "terms are", "term is", "term contributes"});
  static constexpr auto openings = std::to_array<std::string_view>({"on", "off"});
  // "for a word \x01": what is said of it is a formula, which is read.
  const auto leads_to_formula = [&](std::size_t from) {
    std::size_t blanks = 0;
    for (std::size_t k = from; k < words.size() && blanks < 2; ++k) {
      if (words[k] == formula_mark) return true;
      blanks += words[k] == ' ' ? 1 : 0;
    }
    return false;
  };
  std::string before, word;
  std::size_t at = 0;
  for (const char c : words + " ") {
    ++at;
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (small >= 'a' && small <= 'z') {
      word += small;
      continue;
    }
    // A condition that is a formula is read.
    const bool condition = c != formula_mark && std::ranges::find(conjunctions, word) != conjunctions.end();
    if (condition || std::ranges::find(single, word) != single.end()) return true;
    const bool pair = std::ranges::find(pairs, before + " " + word) != pairs.end();
    if (pair && !(before == "for" && word != "every" && leads_to_formula(at))) return true;
    if (before.empty() && std::ranges::find(openings, word) != openings.end()) return true;
    if (!word.empty()) before = std::exchange(word, {});
  }
  return false;
}

bool says_for_some(const std::string& words) {
  static constexpr auto signs = std::to_array<std::string_view>(
      {"otherwise", " else", "if not", "for positive", "for negative", "the positive axis", "the negative axis",
       "beyond", "for small", "for large", "for integers", "elsewhere"});
  return says(words, signs);
}

}  // namespace gradus::document
