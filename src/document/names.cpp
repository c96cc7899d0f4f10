// SPDX-License-Identifier: GPL-2.0-or-later
// Names, their scripts, and entries.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

bool is_function_letter(const std::string& text) {
  static const std::set<std::string> letters{"f", "g", "h", "F", "G", "\\phi", "\\psi", "\\sigma", "\\varphi"};
  return letters.contains(text);
}

namespace {

// u_{f,t} and u_{ft} are one name: between letters a comma says nothing.
std::string label_below(const Node& script) {
  const bool letters = script.is(Node::Kind::list) && std::ranges::all_of(script.kids, [](const Node& k) {
                         return k.is(Node::Kind::symbol) && k.bare() && !k.word;
                       });
  if (!letters) return label(script);
  std::string out;
  for (const Node& k : script.kids) out += label(k);
  return out;
}

}  // namespace

std::string label(const Node& n) {
  std::string out;
  const auto joined = [&](std::string_view between) {
    std::string text;
    for (std::size_t k = 0; k < n.kids.size(); ++k) text += (k == 0 ? "" : std::string(between)) + label(n.kids[k]);
    return text;
  };
  switch (n.kind) {
    case Node::Kind::sum:
      for (std::size_t k = 0; k < n.kids.size(); ++k)
        out += (k == 0 && n.ops[k] == "+" ? "" : n.ops[k]) + label(n.kids[k]);
      break;
    case Node::Kind::product:
      for (std::size_t k = 0; k < n.kids.size(); ++k)
        out += (n.ops[k].empty() ? "" : " " + n.ops[k] + " ") + label(n.kids[k]);
      break;
    case Node::Kind::group: {
      const char open = n.text.empty() ? '(' : n.text[0];
      out = n.text == "{}" ? joined(",")
                           : std::string(1, open) + joined(",") +
                                 (open == '['   ? "]"
                                  : open == '(' ? ")"
                                                : std::string(1, open));
      break;
    }
    case Node::Kind::list:
      out = joined(",");
      break;
    case Node::Kind::relation:
      for (std::size_t k = 0; k < n.kids.size(); ++k) out += (k == 0 ? "" : n.ops[k - 1]) + label(n.kids[k]);
      break;
    case Node::Kind::fraction:
      out = label(n.kids[0]) + "/" + label(n.kids[1]);
      break;
    default:
      out = n.text + (n.kids.empty() ? "" : "(" + joined(",") + ")");
  }
  if (n.step) out += script_above(n);
  if (!n.below.empty()) {
    const std::string inner = label_below(n.below[0]);
    out += inner.size() == 1 ? "_" + inner : "_{" + inner + "}";
  }
  if (!n.step) out += script_above(n);
  out.append(static_cast<std::size_t>(n.primes), '\'');
  return out;
}

// A name without its indices: `x` for `x_{ij}`, `x_{out}` for itself.
std::string stem_of(const Node& n) {
  std::string out = n.text;
  if (!n.below.empty()) {
    bool indices = true;
    walk(n.below[0], [&](const Node& part) {
      indices = indices && !part.word && (!part.is(Node::Kind::symbol) || part.text.size() == 1) &&
                !part.is(Node::Kind::number);
      return indices;
    });
    if (!indices) out += "_{" + label_below(n.below[0]) + "}";
  }
  if (!n.above.empty() && !n.above[0].is(Node::Kind::group)) out += script_above(n);
  return out;
}

std::string script_above(const Node& n) {
  if (n.above.empty()) return {};
  const std::string inner = label(n.above[0]);
  const std::string mark = n.step ? "_" : "^";
  return mark + (inner.size() == 1 ? inner : "{" + inner + "}");
}

bool is_transpose(const Node& n) {
  return n.bare() &&
         (n.is_symbol("T") || n.is_symbol("\\top") || n.is_symbol("\\intercal") || n.is_symbol("\\mathsf{T}"));
}

void Meaning::fail(const Node& n, std::string reason) { throw NotRead{n.begin, n.end, std::move(reason)}; }

std::string Meaning::base(const Node& symbol) const { return (symbol.bold ? "*" : "") + symbol.text; }

std::string plain(const std::string& label) {
  std::string out;
  for (const char c : label) {
    if (c != '*') out += c;
  }
  return out;
}

std::vector<Node> components(const Node& script) {
  if ((script.is(Node::Kind::product) && std::ranges::all_of(script.ops, [](const auto& o) { return o.empty(); })) ||
      script.is(Node::Kind::list)) {
    std::vector<Node> out;
    for (const Node& k : script.kids) {
      for (Node& c : components(k)) out.push_back(std::move(c));
    }
    return out;
  }
  if (script.is(Node::Kind::group) && (script.text == "{}" || script.text == "[") && script.bare())
    return components(script.kids[0]);
  if (script.is(Node::Kind::number) && script.text.size() > 1 && script.bare()) return {script};
  return {script};
}

Named* Meaning::find(const std::string& name) {
  const auto it = names_.find(name);
  return it == names_.end() ? nullptr : &it->second;
}

std::string Meaning::fresh_name(const std::string& wanted) {
  std::string name = plain(wanted);
  for (std::size_t k = 2; model_.introduced.contains(name); ++k) name = fmt::format("{} ({})", plain(wanted), k);
  return name;
}

Named& Meaning::introduce(const std::string& key, Named n, const Shape& given, const Place& place) {
  Shape shape = given;
  if (n.role == Named::Role::input && !example_.empty() && of_examples_.contains(key)) {
    const std::string letter = "each " + example_;
    shape.insert(shape.begin(), inferred_dimension(letter));
    n.implicit.insert(n.implicit.begin(), letter);
  }
  const std::string name = fresh_name(key);
  n.symbol = arena_.symbol(name);
  model_.introduced.emplace(name, place);
  if (!shape.empty()) model_.shapes[name] = shape;
  const bool input = n.role == Named::Role::input;
  if (input) model_.inputs.push_back(n.symbol);
  Named& made = names_[key] = std::move(n);
  if (input) use_kinds(key);
  return made;
}

Expr Meaning::dimension_named(const std::string& written) {
  std::string name = written;
  for (auto it = conventions_.dimensions.find(name); it != conventions_.dimensions.end();
       it = conventions_.dimensions.find(name))
    name = it->second;
  if (name[0] >= '0' && name[0] <= '9') return arena_.number(std::stol(name.substr(0, 6)));
  if (Named* known = find(name)) {
    if (known->role == Named::Role::dimension) return known->symbol;
  }
  Named n;
  n.role = Named::Role::dimension;
  Named& made = introduce(name, n, {}, {});
  model_.dims.push_back(made.symbol);
  return made.symbol;
}

// Whether a letter stands for an index of what is read.
bool Meaning::is_used(const std::string& letter) {
  return std::ranges::any_of(bound_, [&](const Bound& b) { return b.letter == letter; }) ||
         std::ranges::any_of(free_, [&](const auto& f) { return f.first == letter; });
}

// Whether a letter stands for an index here.
bool Meaning::is_index(const std::string& letter) { return letters_.contains(letter) || is_used(letter); }

// The index that a subscript names, over this dimension.
std::optional<Expr> Meaning::index(const Node& n, Expr dimension) {
  if (!n.bare()) return std::nullopt;
  if (n.is(Node::Kind::number)) {
    if (n.text.find('.') != std::string::npos || n.text.size() > 4) return std::nullopt;
    const long k = std::stol(n.text);
    if (k == 0) return std::nullopt;
    if (arena_.is_number(dimension) && arena_.value(dimension) < k) fail(n, "there is no entry of this number");
    return arena_.number(k);
  }
  if (!n.is(Node::Kind::symbol) || n.word || layers_.contains(n.text)) return std::nullopt;
  // The last entry: x_n of x_1, ..., x_n
  if (Named* d = find(n.text); d != nullptr && d->role == Named::Role::dimension && !letters_.contains(n.text) &&
                               std::ranges::none_of(bound_, [&](const Bound& b) { return b.letter == n.text; })) {
    if (d->symbol == dimension) fail(n, "the last entry by its number");
    return std::nullopt;
  }
  if (const auto argument = arguments_.find(n.text); argument != arguments_.end()) {
    if (arena_.is(argument->second.e, Op::Symbol)) return argument->second.e;
    return std::nullopt;
  }
  for (std::size_t k = bound_.size(); k-- > 0;) {
    Bound& b = bound_[k];
    if (b.letter != n.text) continue;
    if (!b.dimension) b.dimension = dimension;
    unify(*b.dimension, dimension);
    if (*b.dimension != dimension)
      fail(n,
           fmt::format("`{}` runs over {} and over {}", n.text, print(arena_, *b.dimension), print(arena_, dimension)));
    return b.index;
  }
  for (const auto& [letter, of] : free_) {
    if (letter != n.text) continue;
    unify(of, dimension);
    if (of != dimension)
      fail(n, fmt::format("`{}` runs over {} and over {}", n.text, print(arena_, of), print(arena_, dimension)));
    return arena_.symbol("index " + letter);
  }
  if (Named* known = find(n.text); known != nullptr && !known->guessed && !letters_.contains(n.text))
    return std::nullopt;
  free_.emplace_back(n.text, dimension);
  return arena_.symbol("index " + n.text);
}

// A name with these first indices.
Value Meaning::value_of(Named& n, const std::vector<Expr>& indices, const std::string&,
                        const std::map<std::string, Node>& letters) {
  std::vector<Expr> all;
  const Shape shape = model_.shapes.contains(arena_.name(n.symbol)) ? model_.shapes[arena_.name(n.symbol)] : Shape{};
  for (std::size_t k = 0; k < n.implicit.size(); ++k) {
    Node letter;
    letter.text = n.implicit[k];
    if (const auto other = letters.find(letter.text); other != letters.end()) letter = other->second;
    const auto i = index(letter, shape[k]);
    if (!i) fail(letter, fmt::format("`{}` depends on the index `{}`", plain(arena_.name(n.symbol)), n.implicit[k]));
    all.push_back(*i);
  }
  all.insert(all.end(), indices.begin(), indices.end());
  const Expr symbol = n.value.value_or(n.symbol);
  if (all.empty()) return {symbol, n.row};
  const Shape rest(shape.begin() + static_cast<std::ptrdiff_t>(all.size()), shape.end());
  return over_indices(rest, n.row, [&](const std::vector<Expr>& inner) {
    std::vector<Expr> parts{symbol};
    parts.insert(parts.end(), all.begin(), all.end());
    parts.insert(parts.end(), inner.begin(), inner.end());
    return arena_.make(Op::Entry, parts);
  });
}

// A tensor with subscripts: an entry, or what is left when the first indices are given.
std::optional<Value> Meaning::entry_of_tensor(const Node& symbol, std::vector<Node> subscripts) {
  for (const std::string& key : {base(symbol), "*" + symbol.text}) {  // of an argument of the function that is read
    const auto it = arguments_.find(key);
    if (it == arguments_.end() || !symbol.above.empty()) continue;
    const Shape s = shape(it->second.e);
    if (s.size() != subscripts.size()) fail(symbol, fmt::format("`{}` of this argument", plain(label(symbol))));
    std::vector<Expr> where;
    for (std::size_t k = 0; k < s.size(); ++k) {
      const auto i = index(subscripts[k], s[k]);
      if (i) where.push_back(*i);
    }
    if (where.size() == s.size()) return Value{entry(it->second.e, where), false};
  }
  const auto candidates = [&]() -> std::vector<std::string> {
    std::string upper = symbol.text;
    if (upper.size() == 1 && upper[0] >= 'a' && upper[0] <= 'z') upper[0] = static_cast<char>(upper[0] - 'a' + 'A');
    std::vector<std::string> out{base(symbol) + "_", base(symbol), "*" + symbol.text, symbol.text};
    if (upper != symbol.text) {
      out.push_back("*" + upper);
      out.push_back(upper);
    }
    return out;
  }();
  // The last subscripts are indices, those before them part of the name.
  for (std::size_t front = 0; front < subscripts.size(); ++front) {
    std::string suffix;
    if (front > 0) {
      for (std::size_t k = 0; k < front; ++k) suffix += label(subscripts[k]);
      suffix = suffix.size() == 1 ? "_" + suffix : "_{" + suffix + "}";
    }
    if (!symbol.above.empty()) suffix += script_above(symbol);
    const std::vector<Node> indices(subscripts.begin() + static_cast<std::ptrdiff_t>(front), subscripts.end());
    for (const std::string& key : candidates) {
      Named* n = find(key + suffix);
      if (n == nullptr) continue;
      if (n->role == Named::Role::rows || n->role == Named::Role::columns) {
        if (indices.size() != 1) continue;
        const Shape shape = model_.shapes[arena_.name(n->symbol)];
        const bool rows = n->role == Named::Role::rows;
        const auto i = index(indices[0], shape[rows ? 0 : 1]);
        if (!i) continue;
        return over_indices({shape[rows ? 1 : 0]}, false, [&](const std::vector<Expr>& j) {
          return rows ? arena_.make(Op::Entry, {n->symbol, *i, j[0]}) : arena_.make(Op::Entry, {n->symbol, j[0], *i});
        });
      }
      if (n->role == Named::Role::function && !n->quantity) continue;
      const Shape shape =
          model_.shapes.contains(arena_.name(n->symbol)) ? model_.shapes[arena_.name(n->symbol)] : Shape{};
      const std::size_t rank = shape.size() - n->implicit.size();
      const bool slots = n->slots > 0 && indices.size() == n->slots;
      if (indices.size() != rank && !slots) continue;
      // Other letters than the name's own stand for its entries only.
      if (key != base(symbol) && indices.size() != rank) continue;
      std::vector<Expr> where;
      for (std::size_t k = 0; k < indices.size(); ++k) {
        const auto i = index(indices[k], shape[n->implicit.size() + k]);
        if (!i) break;
        where.push_back(*i);
      }
      if (where.size() != indices.size()) continue;
      return value_of(*n, where, key + suffix);
    }
  }
  return std::nullopt;
}

// A symbol with its subscripts and its label above, but without powers, primes and transposes.
Value Meaning::named(const Node& symbol) {
  Node bare = symbol;
  bare.primes = 0;
  if (const auto it = arguments_.find((bare.bold ? "*" : "") + label(bare)); it != arguments_.end()) return it->second;
  if (bare.below.empty() && bare.above.empty()) {
    if (const auto it = arguments_.find(base(bare)); it != arguments_.end()) return it->second;
    if (const auto it = arguments_.find(bare.text); it != arguments_.end()) return it->second;
  }
  const std::string own = (bare.bold ? "*" : "") + label(bare);
  for (const std::string& key : {own, (bare.bold ? "" : "*") + label(bare)}) {
    Named* n = find(key);
    if (n == nullptr) continue;
    if (n->role == Named::Role::function && !n->quantity) continue;
    if (n->role == Named::Role::rows || n->role == Named::Role::columns) continue;
    if (key != own && n->role == Named::Role::dimension) continue;  // a bold h is another name than the size h
    if (n->slots > 0 && bare.below.empty()) {
      // The whole family: a tensor.
      return value_of(*n, {}, key);
    }
    return value_of(*n, {}, key);
  }
  if (!bare.below.empty()) {
    if (auto entry = entry_of_tensor(bare, components(bare.below[0]))) return *entry;
  }
  // Examples and layers above: x^{(i)}
  if (!bare.above.empty() && bare.above[0].is(Node::Kind::group)) {
    Node without = bare;
    const Node above = without.above[0];
    without.above.clear();
    std::vector<Node> subscripts = components(above.kids[0]);
    if (!bare.below.empty()) {
      for (Node& c : components(bare.below[0])) subscripts.push_back(std::move(c));
      without.below.clear();
    }
    if (auto entry = entry_of_tensor(without, subscripts)) return *entry;
  }
  if (auto v = entry_of_lying(bare)) return *v;
  if (auto v = example_of(bare)) return *v;
  return guess(bare, own);
}

// Entries of an expression, one for each list of indices.
Value Meaning::over_indices(const Shape& shape, bool row,
                            const std::function<Expr(const std::vector<Expr>&)>& entry_at) {
  std::vector<Expr> indices;
  for (std::size_t k = 0; k < shape.size(); ++k) indices.push_back(entries_->fresh());
  Expr out = entry_at(indices);
  for (std::size_t k = shape.size(); k-- > 0;) out = arena_.make(Op::Table, {indices[k], shape[k], out});
  return {out, row};
}

// Whether something is said of it.
bool Meaning::known_symbol(const Node& n) {
  const std::string key = label(n);
  for (const std::string& k : {(n.bold ? "*" : "") + key, (n.bold ? "" : "*") + key}) {
    const Named* known = find(k);
    if (known != nullptr && (known->role != Named::Role::dimension || !n.bold)) return true;
  }
  if (n.below.empty()) return false;
  const auto saved = free_;
  bool out = false;
  try {
    out = entry_of_tensor(n, components(n.below[0])).has_value();
  } catch (const NotRead&) {
  }
  free_ = saved;
  return out;
}

bool Meaning::has_role(const std::string& name) const {
  const auto it = names_.find(name);
  return it != names_.end() && it->second.role != Named::Role::dimension && !it->second.guessed;
}

}  // namespace gradus::document
