// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/phrases.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "document/prose.h"

namespace gradus::document {
namespace {

struct Phrase {
  Topic topic;
  std::string_view words;  // in small letters; a blank at an end is the end of a word
};

constexpr auto phrases = std::to_array<Phrase>({
    {Topic::other_base, "base 2"},
    {Topic::other_base, "base 10"},
    {Topic::other_base, "base-2"},
    {Topic::other_base, "base-10"},
    {Topic::other_base, "base two"},
    {Topic::other_base, "base ten"},

    {Topic::degrees, "degrees"},

    {Topic::other_numbers, "complex number"},
    {Topic::other_numbers, "complex plane"},
    {Topic::other_numbers, "complex-valued"},
    {Topic::other_numbers, "complex valued"},
    {Topic::other_numbers, "complex vector"},
    {Topic::other_numbers, "complex conjugate"},
    {Topic::other_numbers, "complex variable"},
    {Topic::other_numbers, "is complex."},
    {Topic::other_numbers, "be complex."},
    {Topic::other_numbers, "are complex."},
    {Topic::other_numbers, "be complex "},
    {Topic::other_numbers, "for complex "},
    {Topic::other_numbers, "imaginary unit"},
    {Topic::other_numbers, "holomorphic"},
    {Topic::other_numbers, "quaternion"},
    {Topic::other_numbers, "dual number"},
    {Topic::other_numbers, "modulo a prime"},
    {Topic::other_numbers, "modular arithmetic"},
    {Topic::other_numbers, "finite field"},
    {Topic::other_numbers, "matrix ring"},
    {Topic::other_numbers, "ring of matrices"},
    {Topic::other_numbers, "not commut"},
    {Topic::other_numbers, "noncommut"},
    {Topic::other_numbers, "non-commut"},
    {Topic::other_numbers, "not necessarily commut"},
    {Topic::other_numbers, "need not commute"},

    {Topic::other_numbers, "modulo "},
    {Topic::other_numbers, "denotes the logical"},
    {Topic::other_numbers, "elements of a group"},
    {Topic::other_numbers, "field with two"},
    {Topic::other_numbers, "repeated indices are not"},
    {Topic::other_numbers, "not summed"},
    {Topic::other_numbers, "no summation"},
    {Topic::other_numbers, "without summation"},
    {Topic::other_numbers, "no sum over"},
    {Topic::other_numbers, "tropical"},
    {Topic::other_numbers, "in binary,"},
    {Topic::other_numbers, "be rotations"},
    {Topic::other_numbers, "are rotations"},
    {Topic::other_numbers, "be permutations"},
    {Topic::other_numbers, "are permutations"},
    {Topic::other_numbers, "linear maps"},
    {Topic::other_numbers, "general linear group"},
    {Topic::other_numbers, "orthogonal group"},

    {Topic::other_norm, "sum of absolute values"},
    {Topic::other_norm, "max-norm"},
    {Topic::other_norm, "max norm"},
    {Topic::other_norm, "maximum norm"},
    {Topic::other_norm, "1-norm"},
    {Topic::other_norm, "one-norm"},
    {Topic::other_norm, "one norm"},
    {Topic::other_norm, "spectral norm"},
    {Topic::other_norm, "operator norm"},
    {Topic::other_norm, "infinity norm"},
    {Topic::other_norm, "sup norm"},
    {Topic::other_norm, "sup-norm"},
    {Topic::other_norm, "any norm"},
    {Topic::other_norm, "some norm"},
    {Topic::other_norm, "dual norm"},
    {Topic::other_norm, "nuclear norm"},
    {Topic::other_norm, "taxicab"},
    {Topic::other_norm, "manhattan"},
    {Topic::other_norm, "largest absolute"},

    {Topic::single_units, "one neuron per"},
    {Topic::single_units, "one neuron in"},
    {Topic::single_units, "one neuron each"},
    {Topic::single_units, "one unit per"},
    {Topic::single_units, "one unit in"},
    {Topic::single_units, "one unit each"},
    {Topic::single_units, "one node per"},
    {Topic::single_units, "one node in"},
    {Topic::single_units, "a single neuron"},
    {Topic::single_units, "single-neuron"},
    {Topic::single_units, "a single unit"},
    {Topic::single_units, "a single node"},
    {Topic::single_units, "just one neuron"},
    {Topic::single_units, "just one unit"},
    {Topic::single_units, "only one neuron"},
    {Topic::single_units, "only one unit"},
    {Topic::single_units, "scalar weight"},
    {Topic::single_units, "scalar layer"},
    {Topic::single_units, "scalar activation"},
    {Topic::single_units, "are scalars"},
    {Topic::single_units, "are all scalars"},
    {Topic::single_units, "are numbers"},
    {Topic::single_units, "are all numbers"},

    {Topic::iterates, "iterate"},
    {Topic::iterates, "composition with itself"},
    {Topic::iterates, "composed with itself"},
    {Topic::iterates, "operator power"},
    {Topic::iterates, "applied twice"},

    {Topic::other_brackets, "integer part"},
    {Topic::other_brackets, "fractional part"},
    {Topic::other_brackets, "iverson"},
    {Topic::other_brackets, "rounded"},
    {Topic::other_brackets, "floor of"},
    {Topic::other_brackets, "average of"},

    {Topic::convolution, "convol"},
    {Topic::convolution, "group operation"},

    {Topic::cross_product, "cross product"},

    {Topic::broadcasting, "broadcast"},
    {Topic::broadcasting, "every entry"},
    {Topic::broadcasting, "each entry"},
    {Topic::broadcasting, "all entries"},
    {Topic::broadcasting, "every element"},
    {Topic::broadcasting, "each element"},
    {Topic::broadcasting, "elementwise"},
    {Topic::broadcasting, "element-wise"},

    {Topic::entries, "elementwise"},
    {Topic::entries, "element-wise"},
    {Topic::entries, "entrywise"},
    {Topic::entries, "entry-wise"},
    {Topic::entries, "componentwise"},
    {Topic::entries, "pointwise"},
    {Topic::entries, "entry by entry"},
    {Topic::entries, "element by element"},
    {Topic::entries, "hadamard"},

    {Topic::costs, "backward"},
    {Topic::costs, "backprop"},
    {Topic::costs, "back-prop"},
    {Topic::costs, "back prop"},
    {Topic::costs, "gradient"},
    {Topic::costs, "loss"},
    {Topic::costs, " cost"},

    {Topic::summation, "summation convention"},
    {Topic::summation, "einstein sum"},
    {Topic::summation, "einstein notation"},
    {Topic::summation, "einstein convention"},
    {Topic::summation, "einstein's convention"},
    {Topic::summation, "repeated indices are"},
    {Topic::summation, "over repeated indices"},

    {Topic::classes, "one-hot"},
    {Topic::classes, "one hot"},
    {Topic::classes, "1-hot"},
    {Topic::classes, "cross-entropy"},
    {Topic::classes, "cross entropy"},
    {Topic::classes, "crossentropy"},
    {Topic::classes, "negative log-likelihood"},
    {Topic::classes, "negative log likelihood"},
    {Topic::classes, "categorical"},
    {Topic::classes, "classification"},
    {Topic::classes, "multiclass"},
    {Topic::classes, "multi-class"},
    {Topic::classes, "true class"},
    {Topic::classes, "correct class"},
    {Topic::classes, "probability distribution"},
    {Topic::classes, "probabilities"},

    {Topic::change, "from now on"},
    {Topic::change, "from here on"},
    {Topic::change, "is replaced by"},
    {Topic::change, "we replace "},
    {Topic::change, "redefine"},
    {Topic::change, "we add "},
    {Topic::change, "we now add "},
    {Topic::change, "is added to "},
    {Topic::change, "we subtract "},
    {Topic::change, "we pass "},
    {Topic::change, "is passed through"},
    {Topic::change, "passed through a"},
    {Topic::change, "we switch"},
    {Topic::change, " instead."},
    {Topic::change, "now suppose"},
    {Topic::change, "now let "},
    {Topic::change, "gets an extra"},
    {Topic::change, "treated as a constant"},
    {Topic::change, "treated as constant"},
    {Topic::change, "held fixed"},
    {Topic::change, "held constant"},
    {Topic::change, "we hold "},
});

struct Called {
  std::string_view words;
  std::string_view function;
};

constexpr auto functions = std::to_array<Called>({
    {"hyperbolic tangent", "tanh"},
    {"tanh", "tanh"},
    {"softplus", "softplus"},
    {"relu", "relu"},
    {"rectifi", "relu"},
    {"sigmoid", "sigmoid"},
    {"logistic", "sigmoid"},
    {"arbitrary", any_function},
    {"unspecified", any_function},
    {"generic", any_function},
    {"not specified", any_function},
    {"some activation", any_function},
    {"any activation", any_function},
    {"some smooth", any_function},
    {"some differentiable", any_function},
});

std::string in_small_letters(std::string text) {
  text = lowered(std::move(text));
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

std::set<Topic> topics_of(const std::string& text) {
  const std::string small = in_small_letters(text) + " ";
  std::set<Topic> out;
  for (const Phrase& p : phrases) {
    if (small.find(p.words) != std::string::npos) out.insert(p.topic);
  }
  return out;
}

bool speaks_of(Topic topic, const std::string& text) { return topics_of(text).contains(topic); }

std::optional<std::string> function_called(const std::string& before, const std::string& behind) {
  std::optional<std::string> out;
  const auto look = [&](const std::string& words) {
    for (const Called& c : functions) {
      const std::size_t at = words.find(c.words);
      if (at == std::string::npos || (at >= 4 && words.compare(at - 4, 4, "non-") == 0)) continue;
      out = out && *out != c.function ? any_function : c.function;  // "the sigmoid or tanh"
    }
  };
  // "the logistic function $\sigma$"
  std::string words = in_small_letters(before);
  static constexpr auto kinds = std::to_array<std::string_view>({" ", "function", "activation", "nonlinearity"});
  for (bool any = true; any;) {
    any = false;
    for (const std::string_view kind : kinds) {
      if (!words.ends_with(kind)) continue;
      words.resize(words.size() - kind.size());
      any = true;
    }
  }
  look(words.substr(words.rfind(' ') == std::string::npos ? 0 : words.rfind(' ')));
  if (words.ends_with("hyperbolic tangent")) out = "tanh";
  // "$\sigma$ is the logistic function"
  std::string clause = in_small_letters(behind);
  clause = clause.substr(0, clause.find_first_of(".,;:"));
  static constexpr auto verbs = std::to_array<std::string_view>(
      {"is ", "be ", "denotes ", "denote ", "stands for ", "(the ", "a ", "an ", "the ", "now is ", "here is "});
  const std::size_t first = clause.find_first_not_of(' ');
  const bool says = first != std::string::npos && std::ranges::any_of(verbs, [&](std::string_view v) {
                      return clause.compare(first, v.size(), v) == 0;
                    });
  if (says && clause.find(" not ") == std::string::npos && clause.find(" of ") == std::string::npos) look(clause);
  return out;
}

bool introduces_name(const std::string& before, const std::string& behind) {
  const std::string words = in_small_letters(before), clause = in_small_letters(behind.substr(0, behind.find('.')));
  static constexpr auto number =
      std::to_array<std::string_view>({"euler", "napier", "base", "exponential", "2.7", "natural", "constant"});
  const auto speaks = [&](const std::string& text) {
    return std::ranges::any_of(number, [&](std::string_view w) { return text.find(w) != std::string::npos; });
  };
  constexpr std::size_t near = 40;
  if (speaks(words.substr(words.size() - std::min(near, words.size()))) || speaks(clause)) return false;
  return words.ends_with("let ") || words.ends_with("error ") || words.ends_with("errors ") ||
         clause.starts_with(" is ") || clause.starts_with(" be ") || clause.starts_with(" denotes ");
}

bool is_foreign(const std::string& text) {
  static constexpr auto english = std::to_array<std::string_view>(
      {"the", "of", "is", "and", "we", "for", "let", "that", "with", "be", "are", "by", "to", "where"});
  std::size_t words = 0, known = 0, others = 0;
  std::string word;
  for (const char c : in_small_letters(text) + " ") {
    if (c >= 'a' && c <= 'z') {
      word += c;
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0x80) ++others;
    if (word.size() > 1) {
      ++words;
      if (std::ranges::find(english, word) != english.end()) ++known;
    }
    word.clear();
  }
  constexpr std::size_t few = 4, share = 8, letters = 3;  // of a word in a script of its own
  words += others / (2 * letters);
  return words > few && known * share < words;
}

}  // namespace gradus::document
