// SPDX-License-Identifier: GPL-2.0-or-later
// Names of which nothing is said, and sizes that the formulas tell.
#include <fmt/format.h>

#include <algorithm>

#include "document/differentials.h"
#include "document/meaning.h"
#include "document/nodes.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

// Greek letters, by their commands.
bool is_greek(const std::string& text) {
  static const std::set<std::string> others{"\\nabla", "\\partial", "\\infty", "\\top",   "\\ell",  "\\star",
                                            "\\ast",   "\\hbar",    "\\dots",  "\\imath", "\\jmath"};
  return text.size() > 2 && text[0] == '\\' && std::ranges::all_of(text.substr(1), is_ascii_letter) &&
         !others.contains(text);
}

// Of a bold letter, whether it is a capital one: a matrix, where small ones are vectors. Nothing for other names.
std::optional<bool> bold_capital(const Node& symbol) {
  if (!symbol.bold) return std::nullopt;
  std::string letter = symbol.text;
  while (letter.ends_with('}') && letter.find('{') != std::string::npos)  // \hat{y}
    letter = letter.substr(letter.find('{') + 1, letter.size() - letter.find('{') - 2);
  const bool latin = letter.size() == 1 && is_ascii_letter(letter[0]);
  if (!latin && !is_greek(letter)) return std::nullopt;
  const char first = latin ? letter[0] : letter[1];
  return first >= 'A' && first <= 'Z';
}

}  // namespace

// What a letter runs over of which nothing is said.
Expr Meaning::inferred_dimension(const std::string& letter) {
  const auto known = ranges_of_letters_.find(letter);
  if (known != ranges_of_letters_.end()) return known->second;
  const std::string name = "n_" + letter;
  const Expr d = dimension_named(name);
  if (arena_.is(d, Op::Symbol) && !conventions_.dimensions.contains(name)) inferred_.emplace(arena_.name(d), name);
  return ranges_of_letters_[letter] = d;
}

void Meaning::unify(Expr a, Expr b) const {
  if (a == b) return;
  for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
    if (!arena_.is(from, Op::Symbol) || !inferred_.contains(arena_.name(from))) continue;
    if (!arena_.is(to, Op::Symbol) && !arena_.is_number(to)) continue;
    throw Unify{inferred_.at(arena_.name(from)), print(arena_, to)};
  }
}

void Meaning::unify(const Shape& s, const Shape& t) const {
  if (s.size() != t.size()) return;
  for (std::size_t k = 0; k < s.size(); ++k) unify(s[k], t[k]);
}

// \mathbf{1} and \mathbf{1}_n, but not the indicator \mathbf{1}_{i=j}.
bool Meaning::is_ones(const Node& n) {
  const bool one = (n.is(Node::Kind::number) && n.text == "1" && n.bold) || n.is_symbol("\\mathbb{1}");
  if (!one || n.below.empty()) return one;
  const Named* size = n.below[0].is(Node::Kind::symbol) ? find(label(n.below[0])) : nullptr;
  return size != nullptr && size->role == Named::Role::dimension;
}

// The vector of ones, of the size that is said or that fits.
Value Meaning::ones(const Node& n) {
  const Expr size = !n.below.empty() ? find(label(n.below[0]))->symbol
                    : ones_          ? *ones_
                                     : inferred_dimension(fmt::format("ones {}", n.begin));
  return over_indices({size}, false, [&](const std::vector<Expr>&) { return arena_.number(1); });
}

// A column or a matrix, of sizes that the formulas tell.
Value Meaning::guess_tensor(const std::string& key, bool matrix) {
  const bool square = is_called(key, Restriction::symmetric) || is_called(key, Restriction::definite);
  Shape shape{inferred_dimension("rows of " + plain(key))};
  if (matrix) shape.push_back(square ? shape[0] : inferred_dimension("columns of " + plain(key)));
  Named n;
  n.guessed = true;
  Named& made = introduce(key, n, shape, {});
  if (made.role == Named::Role::input) guessed_.insert(arena_.name(made.symbol));
  readings_.push_back(fmt::format("read `{}` as a {}", plain(key), matrix ? "matrix" : "column"));
  return value_of(made, {}, key);
}

// W_{\text{out}}, W_{hh}: a word, or letters that are no indices.
bool Meaning::is_label_below(const Node& script) {
  const std::vector<Node> parts = components(script);
  const auto letter = [&](const Node& p) {
    return p.is(Node::Kind::symbol) && p.bare() && (p.word || !(is_index(p.text) || indexing_.contains(p.text)));
  };
  return std::ranges::all_of(parts, letter) && (parts.size() > 1 || parts[0].word);
}

// x_i and w_{ij} where a bold x or W stands in the document, of which nothing is said: entries of it. Where bold
// letters have indices themselves, x_i may be a number that belongs to one of them.
std::optional<Value> Meaning::entry_of_bold(const Node& symbol) {
  const bool latin = symbol.text.size() == 1 && is_ascii_letter(symbol.text[0]);
  if ((!latin && !is_greek(symbol.text)) || symbol.bold || symbol.word || symbol.below.empty() ||
      !symbol.above.empty() || find(symbol.text) != nullptr)
    return std::nullopt;
  const std::vector<Node> subscripts = components(symbol.below[0]);
  const bool matrix = subscripts.size() == 2;
  std::string name = symbol.text;
  if (matrix && latin && name[0] >= 'a') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  const bool capital = is_capital_name(name);
  if (subscripts.size() > 2 || matrix != capital || !bold_alone_.contains(name) || bold_indexed_.contains(name) ||
      find("*" + name) != nullptr || find(name) != nullptr)
    return std::nullopt;
  const bool entries = std::ranges::all_of(subscripts, [&](const Node& c) {
    const bool number = c.is(Node::Kind::number) && c.text != "0" && c.text.size() == 1;
    const bool index = c.is(Node::Kind::symbol) && !c.word && (indexing_.contains(c.text) || is_used(c.text)) &&
                       !has_role(c.text) && !layers_.contains(c.text);
    return c.bare() && (number || index);
  });
  if (!entries || alone_.contains("*" + name) || alone_.contains(name)) return std::nullopt;
  guess_tensor("*" + name, matrix);
  return entry_of_tensor(symbol, subscripts);
}

// x^{(i)} where i is an index: a number for each.
std::optional<Value> Meaning::of_example(const Node& symbol) {
  if (symbol.above.size() != 1 || !symbol.below.empty() || !symbol.above[0].is(Node::Kind::group)) return std::nullopt;
  const Node& script = symbol.above[0];
  const Node& letter = script.kids[0];
  const bool index = script.text == "(" && script.bare() && letter.is(Node::Kind::symbol) && letter.bare() &&
                     !letter.word && indexing_.contains(letter.text) && !layers_.contains(letter.text);
  if (!index || find(base(symbol)) != nullptr) return std::nullopt;
  Node reals;
  reals.text = "\\R";
  aside([&] { declare(symbol, reals); });
  if (find(base(symbol)) == nullptr) return std::nullopt;
  const Value out = named(symbol);
  for (const Expr s : symbols(arena_, out.e)) {
    if (std::ranges::find(model_.inputs, s) != model_.inputs.end()) guessed_.insert(arena_.name(s));
  }
  return out;
}

// A name of which nothing is said: a number, or one for every index that is bound around it.
Value Meaning::guess(const Node& symbol, const std::string& key) {
  if (const auto a = adjoint(symbol)) return *a;
  if (const auto entry = entry_at_layer(symbol)) return *entry;
  if (is_beside_general(symbol) && define_layer(symbol)) return named(symbol);
  if (declare_early(symbol) || define_early(symbol) || define_layer(symbol)) return named(symbol);
  if (!symbol.below.empty() && symbol.below[0].is(Node::Kind::number) && symbol.below[0].text == "0") {
    if (const auto family = families_.find(base(symbol)); family != families_.end()) {
      Node of_zero = family->second.value;
      replace_letter(of_zero, family->second.name.below[0].text, symbol.below[0]);
      return value(of_zero);
    }
  }
  if (name_of_adjoint(symbol)) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  if (symbol.text == "\\dots") fail(symbol, "dots");
  if (is_d(symbol) && symbol.text != "\\delta") fail(symbol, "a differential that stands alone");
  if (is_ones(symbol)) return ones(symbol);
  if (const auto function = function_by_name(symbol); function && symbol.below.empty())
    fail(symbol, fmt::format("the function `{}` without an argument", symbol.text));
  // The identity matrix, of the size that fits.
  const bool identity =
      symbol.text == "I" && symbol.above.empty() &&
      (symbol.below.empty() || find(label(symbol.below[0])) != nullptr || symbol.below[0].is(Node::Kind::number));
  if (identity) {
    if (!identity_) {
      identity_ = arena_.symbol("the identity");
      readings_.emplace_back("read `I` as the identity matrix");
    }
    const Named* size = symbol.below.empty() ? nullptr : find(label(symbol.below[0]));
    if (size != nullptr) identity_size_ = size->symbol;
    return {*identity_, false};
  }
  if (Named* known = find(key); known != nullptr && known->role == Named::Role::function) {
    if (const auto own = own_value(*known, symbol)) return *own;
    fail(symbol, fmt::format("the function `{}` without an argument", plain(key)));
  }
  static const std::set<std::string> functions{"f", "g", "h", "\\phi", "\\psi", "\\varphi"};
  if (any_function_.contains(symbol.text) && functions.contains(symbol.text) && symbol.below.empty())
    fail(symbol, fmt::format("the function `{}` without an argument", plain(key)));
  const bool small = symbol.text.size() == 1 && symbol.text[0] >= 'a' && symbol.text[0] <= 'z';
  if (small && !symbol.above.empty() && is_layer(symbol.above[0]) && has_layer_matrices()) {
    Node whole = symbol;
    whole.below.clear();
    const std::string name = (symbol.bold ? "*" : "") + label(whole);
    if (find(name) == nullptr) {
      Named n;
      n.guessed = true;
      guessed_.insert(arena_.name(introduce(name, n, {inferred_dimension(plain(name))}, {}).symbol));
      return named(symbol);
    }
    fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  }
  if (const auto rank = rank_at_layer(symbol); rank && *rank <= 2) {
    Node whole = symbol;
    whole.below.clear();
    const std::string name = (symbol.bold ? "*" : "") + label(whole);
    if (find(name) == nullptr) {
      guess_tensor(name, *rank == 2);
      return named(symbol);
    }
  }
  // W^{[1]} of which nothing is said: a matrix; b^{[1]}: a column.
  const bool numbered = !symbol.above.empty() && symbol.above[0].is(Node::Kind::group) && symbol.above[0].text == "[" &&
                        symbol.above[0].kids[0].is(Node::Kind::number) && symbol.below.empty();
  const bool letter = symbol.text.size() == 1 && (small || (symbol.text[0] >= 'A' && symbol.text[0] <= 'Z'));
  if (numbered && letter) return guess_tensor(key, !small);
  // Bold letters: vectors, and matrices, of sizes that the formulas tell.
  const std::optional<bool> bold_name = bold_capital(symbol);
  if (bold_name && (symbol.below.empty() || is_label_below(symbol.below[0]))) return guess_tensor(key, *bold_name);
  if (conventions_.columns.contains(plain(key))) return guess_tensor(key, false);
  if (conventions_.matrices.contains(plain(key))) return guess_tensor(key, true);
  if (symbol.bold && !bold_name) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  if (symbol.text == "\\infty") fail(symbol, "infinity");
  if (const auto entry = entry_of_bold(symbol)) return *entry;
  // Bold e_i is the vector of a basis more likely than any other.
  if (symbol.bold && symbol.text == "e") fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  std::vector<Node> subscripts;
  if (!symbol.below.empty()) subscripts = components(symbol.below[0]);
  Node stem = symbol;
  std::vector<Expr> indices;
  Shape shape;
  for (const Node& c : subscripts) {
    const auto b = std::ranges::find_if(bound_, [&](const Bound& x) { return c.bare() && c.is_symbol(x.letter); });
    const bool free = b == bound_.end() && c.is(Node::Kind::symbol) && c.bare() && !c.word &&
                      indexing_.contains(c.text) && !has_role(c.text) && !layers_.contains(c.text);
    if (free) {
      const Expr dimension = dimension_of_letter(c.text);
      if (const auto i = index(c, dimension)) {
        indices.push_back(*i);
        shape.push_back(dimension);
        continue;
      }
    }
    // h_{t-1}, where t is an index: another entry, and no number.
    const bool shifted = c.is(Node::Kind::sum) && std::ranges::any_of(names_in(c), [&](const std::string& l) {
                           return is_index(l) || std::ranges::find(bound_, l, &Bound::letter) != bound_.end();
                         });
    if (shifted) fail(symbol, "an index that is shifted");
    if (b == bound_.end()) {
      if (!indices.empty()) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
      continue;
    }
    if (!b->dimension) {
      b->dimension = inferred_dimension(b->letter);
    }
    indices.push_back(b->index);
    shape.push_back(*b->dimension);
  }
  if (!indices.empty()) {
    std::string suffix;
    for (std::size_t k = 0; k + indices.size() < subscripts.size(); ++k) suffix += label(subscripts[k]);
    if (!suffix.empty()) suffix = suffix.size() == 1 ? "_" + suffix : "_{" + suffix + "}";
    if (!symbol.above.empty()) suffix += script_above(symbol);
    // x_i beside a number x: numbers of their own.
    const Named* const other = find(base(symbol) + suffix);
    if (other != nullptr) {
      const bool number =
          (other->quantity || other->role == Named::Role::input) && entries_->shape(other->symbol).empty();
      const bool bold = !symbol.bold && find("*" + symbol.text) != nullptr;  // then y_i is rather one of its entries
      if (!number || bold || !suffix.empty()) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
      suffix += "_";
    }
    // y_i of a column y that stands without an index elsewhere.
    if (suffix.empty() && other == nullptr && indices.size() == 1 && subscripts.size() == 1 &&
        bare_.contains(symbol.text) && conventions_.columns.contains(plain(base(symbol)))) {
      guess_tensor(base(symbol), false);
      return named(symbol);
    }
    Named n;
    n.guessed = true;
    n.slots = indices.size();
    // x_1, x_2, ... as columns, W_1, W_2, ... as matrices
    if (const std::string name = plain(base(symbol) + suffix); bold_name || conventions_.columns.contains(name)) {
      const bool matrices = bold_name && *bold_name;
      shape.push_back(inferred_dimension(name));
      if (matrices) shape.push_back(inferred_dimension("columns of " + name));
      report(fmt::format("read each `{}` as a {}", plain(key), matrices ? "matrix" : "column"));
    }
    Named& made = introduce(base(symbol) + suffix, n, shape, {});
    guessed_.insert(arena_.name(made.symbol));
    if (other != nullptr) beside_.emplace_back(arena_.name(made.symbol), arena_.name(other->symbol));
    return value_of(made, indices, key);
  }
  if (bold_name) return guess_tensor(key, *bold_name);  // x_0, h_{new}: names of their own
  if (const auto number = of_example(symbol)) return *number;
  const auto capital = [](const std::string& text) { return text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z'; };
  // J^{(t)}, h^{(t)}: numbers, as J_t and h_t are, where no name of a layer or step has indices below.
  const bool cost = (is_cost_letter(symbol.text) && symbol.text != "C") || differentiated_.contains(symbol.text);
  const bool number = at_any_step(symbol) && (cost || !capital(symbol.text)) &&
                      (cost || std::ranges::none_of(layer_subscripts_, [](const auto& s) { return s.second > 0; }));
  if (!number && !symbol.above.empty() && (capital(symbol.text) || symbol.above[0].is(Node::Kind::group)))
    fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  Named n;
  n.guessed = true;
  Named& made = introduce(key, n, {}, {});
  guessed_.insert(arena_.name(made.symbol));
  return value_of(made, {}, key);
}

}  // namespace gradus::document
