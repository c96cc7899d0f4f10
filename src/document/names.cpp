// SPDX-License-Identifier: GPL-2.0-or-later
// Names, their scripts, and entries.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"

namespace gradus::document {

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
  if (!n.below.empty()) {
    const std::string inner = label(n.below[0]);
    out += inner.size() == 1 ? "_" + inner : "_{" + inner + "}";
  }
  out += script_above(n);
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
    if (!indices) out += "_{" + label(n.below[0]) + "}";
  }
  if (!n.above.empty() && !n.above[0].is(Node::Kind::group)) out += script_above(n);
  return out;
}

std::string script_above(const Node& n) {
  if (n.above.empty()) return {};
  const std::string inner = label(n.above[0]);
  return inner.size() == 1 ? "^" + inner : "^{" + inner + "}";
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

// `ij`, `i,j`, `n1`: one after the other.
std::vector<Node> Meaning::components(const Node& script) {
  if ((script.is(Node::Kind::product) && std::ranges::all_of(script.ops, [](const auto& o) { return o.empty(); })) ||
      script.is(Node::Kind::list)) {
    std::vector<Node> out;
    for (const Node& k : script.kids) {
      for (Node& c : components(k)) out.push_back(std::move(c));
    }
    return out;
  }
  if (script.is(Node::Kind::group) && script.text == "{}" && script.bare()) return components(script.kids[0]);
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
  if (n.role == Named::Role::input) model_.inputs.push_back(n.symbol);
  return names_[key] = std::move(n);
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

// Whether a letter stands for an index here.
bool Meaning::is_index(const std::string& letter) {
  return letters_.contains(letter) || std::ranges::any_of(bound_, [&](const Bound& b) { return b.letter == letter; }) ||
         std::ranges::any_of(free_, [&](const auto& f) { return f.first == letter; });
}

// The index that a subscript names, over this dimension.
std::optional<Expr> Meaning::index(const Node& n, Expr dimension) {
  if (!n.bare()) return std::nullopt;
  if (n.is(Node::Kind::number)) {
    if (n.text.find('.') != std::string::npos || n.text.size() > 4) return std::nullopt;
    const long k = std::stol(n.text);
    if (k < 1 || (arena_.is_number(dimension) && arena_.value(dimension) < k))
      fail(n, "there is no entry of this number");
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
  return guess(bare, own);
}

void Meaning::aside(const std::function<void()>& what) {
  auto bound = std::exchange(bound_, {});
  auto free = std::exchange(free_, {});
  auto arguments = std::exchange(arguments_, {});
  auto independent = std::exchange(independent_, std::nullopt);
  auto doubtful = std::exchange(doubtful_, std::nullopt);
  try {
    what();
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  } catch (const LimitError&) {
  }
  bound_ = std::move(bound);
  free_ = std::move(free);
  arguments_ = std::move(arguments);
  independent_ = std::move(independent);
  doubtful_ = std::move(doubtful);
}

// Where a name's equation comes behind its first use. Whether there is one that could be read.
bool Meaning::define_early(const Node& symbol, bool call) {
  const std::string own = (symbol.bold ? "*" : "") + stem_of(symbol), other = stem_of(symbol);
  // x_i = ... and x(t) = ... are two things.
  auto keys = call                   ? std::vector{own + "()", other + "()"}
              : symbol.below.empty() ? std::vector{own, other, own + "()", other + "()", own + "_", other + "_"}
                                     : std::vector{own + "_", other + "_", own, other};
  for (const std::string& key : keys) {
    const auto it = later_.find(key);
    if (it == later_.end()) continue;
    const Equation equation = it->second;
    later_.erase(it);
    bool done = false;
    aside([&] {
      if (!is_new(equation.name)) return;
      define(equation.name, equation.value, equation.place);
      early_.insert(equation.name.begin);
      done = true;
    });
    if (done) return true;
  }
  return false;
}

// The same for the sets that are said of it.
bool Meaning::declare_early(const Node& symbol) {
  for (const std::string& key : {(symbol.bold ? "*" : "") + stem_of(symbol), stem_of(symbol)}) {
    const auto it = later_sets_.find(key);
    if (it == later_sets_.end()) continue;
    const Node names = it->second.first, set = it->second.second;
    std::erase_if(later_sets_, [&](const auto& entry) { return entry.second.first.begin == names.begin; });
    bool done = false;
    aside([&] { done = declare(names, set); });
    if (!done) continue;
    early_.insert(names.begin);
    return known_symbol(symbol);
  }
  return false;
}

void Meaning::learn_set(const Node& names, const Node& set) {
  const std::vector<Node> all = names.is(Node::Kind::list) ? names.kids : std::vector<Node>{names};
  for (const Node& n : all) {
    if (n.is(Node::Kind::symbol)) later_sets_.emplace((n.bold ? "*" : "") + stem_of(n), std::pair(names, set));
  }
}

void Meaning::learn_equation(const Node& name, const Node& value, const Place& place) {
  const Node* symbol = &name;
  std::string call = name.is(Node::Kind::symbol) && !name.below.empty() && stem_of(name) != label(name) ? "_" : "";
  if (name.is(Node::Kind::product) && name.kids.size() == 2 && name.ops[1].empty() &&
      name.kids[1].is(Node::Kind::group) && name.kids[1].bare())
    call = "()";
  if (call == "()") symbol = &name.kids[0];
  if (!symbol->is(Node::Kind::symbol) || symbol->primes > 0) return;
  const std::string stem = (symbol->bold ? "*" : "") + stem_of(*symbol);
  if (call.empty()) alone_.insert(stem);
  later_.emplace(stem + call, Equation{name, value, place});
}

// A name of which nothing is said: a number, or one for every index that is bound around it.
Value Meaning::guess(const Node& symbol, const std::string& key) {
  if (declare_early(symbol) || define_early(symbol) || define_layer(symbol)) return named(symbol);
  if (symbol.text == "\\dots") fail(symbol, "dots");
  if (is_d(symbol) && symbol.text != "\\delta") fail(symbol, "a differential that stands alone");
  // The identity matrix, of the size that fits.
  const bool identity =
      symbol.text == "I" && symbol.above.empty() &&
      (symbol.below.empty() || find(label(symbol.below[0])) != nullptr || symbol.below[0].is(Node::Kind::number));
  if (identity) {
    if (!identity_) {
      identity_ = arena_.symbol("the identity");
      readings_.emplace_back("read `I` as the identity matrix");
    }
    return {*identity_, false};
  }
  if (Named* known = find(key); known != nullptr && known->role == Named::Role::function) {
    if (const auto own = own_value(*known, symbol)) return *own;
    fail(symbol, fmt::format("the function `{}` without an argument", plain(key)));
  }
  // Bold letters: vectors, and matrices, of sizes that the formulas tell.
  if (symbol.bold && symbol.text.size() == 1 && symbol.below.empty()) {
    const bool matrix = symbol.text[0] >= 'A' && symbol.text[0] <= 'Z';
    Shape shape{inferred_dimension("rows of " + plain(key))};
    if (matrix) shape.push_back(inferred_dimension("columns of " + plain(key)));
    Named n;
    n.guessed = true;
    Named& made = introduce(key, n, shape, {});
    guessed_.insert(arena_.name(made.symbol));
    readings_.push_back(fmt::format("read `{}` as a {}", plain(key), matrix ? "matrix" : "column"));
    return {made.symbol, false};
  }
  if (symbol.bold) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  if (symbol.text == "\\infty") fail(symbol, "infinity");
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
    if (find(base(symbol) + suffix) != nullptr) fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
    Named n;
    n.guessed = true;
    n.slots = indices.size();
    Named& made = introduce(base(symbol) + suffix, n, shape, {});
    guessed_.insert(arena_.name(made.symbol));
    return value_of(made, indices, key);
  }
  const auto capital = [](const std::string& text) { return text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z'; };
  if (!symbol.above.empty() && (capital(symbol.text) || symbol.above[0].is(Node::Kind::group)))
    fail(symbol, fmt::format("it is not said what `{}` is", plain(key)));
  Named n;
  n.guessed = true;
  Named& made = introduce(key, n, {}, {});
  guessed_.insert(arena_.name(made.symbol));
  return {made.symbol, false};
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

}  // namespace gradus::document
