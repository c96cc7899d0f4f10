// SPDX-License-Identifier: GPL-2.0-or-later
// Names of a general layer (or step in time): z^l, a^{l-1}, W^{[l]}. Each is a name of its own. What the document says
// of one of them it says of all: z^{l+1} is what z^l is, with l + 1 for l. The layers below are given.
#include <fmt/format.h>

#include <algorithm>

#include "document/differentials.h"
#include "document/layers.h"
#include "document/meaning.h"
#include "document/nodes.h"
#include "document/reading.h"

namespace gradus::document {

namespace {

constexpr int most_between = 4;  // names between a step and what it depends on
constexpr long most_ahead = 2;   // steps: what the adjoints of a step are made of is said by those of the next one

Node written(const Node& at, const Layer& layer) {
  if (layer.letter.empty()) return number_at(std::to_string(std::max(layer.offset, 0L)), at);
  Node letter;
  letter.text = layer.letter;
  letter.begin = at.begin;
  letter.end = at.end;
  if (layer.offset == 0) return letter;
  Node out = letter;
  out.kind = Node::Kind::sum;
  out.text.clear();
  out.kids = {letter, number_at(std::to_string(std::abs(layer.offset)), at)};
  out.ops = {"+", layer.offset > 0 ? "+" : "-"};
  return out;
}

bool is_small_letter(const std::string& text) { return text.size() == 1 && text[0] >= 'a' && text[0] <= 'z'; }
bool is_capital_letter(const std::string& text) { return text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z'; }

bool shift(Node& n, const std::string& letter, const Layer& to, bool script) {
  if (script) {
    if (const auto layer = layer_of(n); layer && layer->letter == letter && !n.is(Node::Kind::group)) {
      const Layer at{to.letter, to.offset + layer->offset};
      n = written(n, at);
      return !at.letter.empty() || at.offset >= 0;
    }
  }
  bool there = true;
  for (Node& c : n.kids) there = shift(c, letter, to, script) && there;
  for (Node& c : n.below) there = shift(c, letter, to, true) && there;
  for (Node& c : n.above) there = shift(c, letter, to, true) && there;
  return there;
}

// Letters that are numbers: factors of a product, and exponents of what stands in parentheses.
void find_numbers(const Node& n, std::set<std::string>& out) {
  const bool arithmetic = n.is(Node::Kind::product) || n.is(Node::Kind::fraction);
  for (const Node& c : n.kids) {
    if (arithmetic && c.is(Node::Kind::symbol) && c.bare() && !c.word) out.insert(c.text);
    find_numbers(c, out);
  }
  if (!n.is(Node::Kind::group) || n.above.empty()) return;
  if (const auto exponent = layer_of(n.above[0]); exponent && !n.above[0].is(Node::Kind::group))
    out.insert(exponent->letter);
}

}  // namespace

bool shift_layers(Node& n, const std::string& letter, const Layer& to) { return shift(n, letter, to, false); }

std::optional<Layer> layer_of(const Node& n) {
  if (n.is(Node::Kind::group) && (n.text == "(" || n.text == "[" || n.text == "{}") && n.bare() && n.kids.size() == 1)
    return layer_of(n.kids[0]);
  if (n.is(Node::Kind::symbol) && n.bare() && !n.word) return Layer{n.text};
  if (n.is(Node::Kind::number) && n.bare() && n.text.size() < 3 && n.text.find('.') == std::string::npos)
    return Layer{{}, std::stol(n.text)};
  const bool sum = n.is(Node::Kind::sum) && n.kids.size() == 2 && n.ops[0] == "+" && n.bare() &&
                   n.kids[0].is(Node::Kind::symbol) && n.kids[0].bare() && n.kids[1].is(Node::Kind::number) &&
                   n.kids[1].bare() && n.kids[1].text.size() == 1 && (n.ops[1] == "+" || n.ops[1] == "-");
  if (!sum) return std::nullopt;
  const long k = n.kids[1].text[0] - '0';
  return Layer{n.kids[0].text, n.ops[1] == "+" ? k : -k};
}

std::optional<StepName> step_name(const std::string& key) {
  const std::size_t script = key.find_last_of("_^");
  if (script == std::string::npos) return std::nullopt;
  StepName out{key.substr(0, key.find_first_of("_^")), {}};
  std::string text;
  for (const char c : key.substr(script + 1)) {
    if (std::string_view("{}()[] ").find(c) == std::string_view::npos) text += c;
  }
  const std::size_t sign = text.find_first_of("+-");
  out.at.letter = text.substr(0, sign);
  if (sign == std::string::npos) return out;
  if (text.size() != sign + 2 || !is_ascii_digit(text[sign + 1])) return std::nullopt;
  out.at.offset = (text[sign] == '+' ? 1 : -1) * (text[sign + 1] - '0');
  return out;
}

// The letters of layers: those that stand above names with a number added, and what else stands above the same names.
void Meaning::learn_layers(const std::vector<Node>& sides) {
  std::set<std::string> stems;
  const auto each = [&](const auto& use) {
    for (const Node& side : sides) {
      walk(side, [&](const Node& n) {
        if (n.is(Node::Kind::symbol) && !n.above.empty()) {
          if (const auto layer = layer_of(n.above[0]); layer && !layer->letter.empty()) use(n, *layer);
        }
        return true;
      });
    }
  };
  std::set<std::string> numbers;
  for (const Node& side : sides) find_numbers(side, numbers);
  each([&](const Node& n, const Layer& layer) {
    const bool exponent = numbers.contains(layer.letter) && !n.above[0].is(Node::Kind::group);
    if (layer.offset != 0 && !exponent) layers_.insert(layer.letter);
  });
  if (layers_.empty()) return;
  each([&](const Node& n, const Layer& layer) {
    if (layers_.contains(layer.letter)) stems.insert(n.text);
  });
  each([&](const Node& n, const Layer& layer) {
    if (stems.contains(n.text) && layer.letter.size() == 1 && layer.letter != "T" && layer.letter != "e")
      layers_.insert(layer.letter);
  });
  for (const std::string& l : layers_) indexing_.erase(l);
  each([&](const Node& n, const Layer& layer) {
    if (layers_.contains(layer.letter)) layer_stems_.insert(n.text);
  });
  // z_j^l and w_{jk}^l: how many indices names of layers have.
  each([&](const Node& n, const Layer& layer) {
    if (n.below.empty() || !layers_.contains(layer.letter)) return;
    const std::vector<Node> parts = components(n.below[0]);
    const bool indices = std::ranges::all_of(parts, [](const Node& p) {
      return p.bare() && !p.word && (p.is(Node::Kind::number) || (p.is(Node::Kind::symbol) && p.text.size() == 1));
    });
    std::size_t& most = layer_subscripts_[n.text];
    if (indices) most = std::max(most, parts.size());
  });
  // W^l a^{l-1}: what stands before another one is a matrix.
  const auto at_any_layer = [&](const Node& n) {
    return n.is(Node::Kind::symbol) && !n.above.empty() && is_layer(n.above[0]) && n.below.empty();
  };
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      for (std::size_t k = 0; n.is(Node::Kind::product) && k + 1 < n.kids.size(); ++k) {
        if (!n.ops[k + 1].empty() || !at_any_layer(n.kids[k]) || !at_any_layer(n.kids[k + 1])) continue;
        before_others_.insert(n.kids[k].text);
        if (is_capital_letter(n.kids[k].text) && is_small_letter(n.kids[k + 1].text))
          before_small_.insert(n.kids[k].text);
        // W^l A^{l-1}: a matrix with a column for each example. A^{l-1} W^l has rows.
        const auto one = layer_of(n.kids[k].above[0]), other = layer_of(n.kids[k + 1].above[0]);
        const bool capitals = is_capital_letter(n.kids[k].text) && is_capital_letter(n.kids[k + 1].text) &&
                              n.kids[k].above.size() == 1 && n.kids[k + 1].above.size() == 1;
        if (capitals && one && other && one->letter == other->letter)
          (one->offset == other->offset + 1 ? example_columns_ : example_rows_) = true;
      }
      return true;
    });
  }
}

// How many indices a name of a layer has of which nothing is said: what is written below it somewhere, or else what its
// letter lets expect. Nothing if no name of a layer has any.
std::optional<std::size_t> Meaning::rank_at_layer(const Node& symbol) const {
  if (symbol.above.empty() || symbol.step || !is_layer(symbol.above[0])) return std::nullopt;
  const bool indices = std::ranges::any_of(layer_subscripts_, [](const auto& s) { return s.second > 0; });
  if (!indices) {  // W^l before a^{l-1}
    if (topics_.contains(Topic::single_units)) return std::nullopt;
    if (before_small_.contains(symbol.text)) return 2;
    if (example_columns_ && !example_rows_ && !is_cost_letter(symbol.text) && !differentiated_.contains(symbol.text)) {
      if (is_capital_letter(symbol.text)) return 2;
      if (is_small_letter(symbol.text)) return 1;
    }
    return !before_small_.empty() && is_small_letter(symbol.text) ? std::optional<std::size_t>(1) : std::nullopt;
  }
  if (is_cost_letter(symbol.text) || differentiated_.contains(symbol.text)) return std::nullopt;
  const auto known = layer_subscripts_.find(symbol.text);
  if (known != layer_subscripts_.end()) return known->second > 0 ? std::optional(known->second) : std::nullopt;
  if (symbol.text.size() != 1 || !is_ascii_letter(symbol.text[0])) return std::nullopt;
  if (before_others_.contains(symbol.text)) return 2;
  return symbol.text[0] <= 'Z' ? 2 : 1;
}

// Of `t` and `{t-1}` in a name.
bool Meaning::layer_of_name(std::string_view script) const {
  if (script.starts_with("{")) script = script.substr(1);
  if (script.starts_with("[") || script.starts_with("(")) script = script.substr(1);
  const std::size_t end = script.find_first_of("+-)]}_");
  return layers_.contains(std::string(script.substr(0, end)));
}

bool Meaning::is_layer(const Node& n) const {
  const auto layer = layer_of(n);
  return layer && !layer->letter.empty() && layers_.contains(layer->letter);
}

void Meaning::learn_layer_equation(const Node& name, const Node& value, const Place& place, bool set) {
  if (name.is(Node::Kind::list)) {
    for (const Node& one : name.kids) learn_layer_equation(one, value, place, set);
    return;
  }
  const Node& symbol = name.is(Node::Kind::product) ? name.kids[0] : name;
  if (symbol.is(Node::Kind::symbol) && at_layer(symbol)) layer_equations_.push_back({name, value, place, set});
}

bool Meaning::equation_of_layer(const Node& symbol) const {
  if (!at_layer(symbol)) return false;
  if (const auto at = layer_of(symbol.above[0]); at && at->letter.empty() && at->offset == 0) return false;
  return std::ranges::any_of(layer_equations_, [&](const LayerEquation& e) {
    const Node& name = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
    return !e.set && name.text == symbol.text && name.bold == symbol.bold && name.begin < symbol.begin &&
           script_above(name) != script_above(symbol);
  });
}

// Whether a name is one of a layer or a step of which an equation is known for another one: it depends on what that
// one depends on.
bool Meaning::is_of_step(const LayerEquation& e, const std::string& name) const {
  const Node& of = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
  return !e.set && name.starts_with(of.text) && name.size() > of.text.size() &&
         (name[of.text.size()] == '_' || name[of.text.size()] == '^') && layer_of_name(name.substr(of.text.size() + 1));
}

bool Meaning::has_step_equation(const std::string& name) const {
  return std::ranges::any_of(layer_equations_, [&](const LayerEquation& e) { return is_of_step(e, name); });
}

// Whether such an equation is written with a variable: a parameter of every step, or one of the same step.
bool Meaning::step_equation_has(const std::string& name, const Node& variable) const {
  return std::ranges::any_of(layer_equations_, [&](const LayerEquation& e) {
    if (!is_of_step(e, name)) return false;
    const Node& own = e.name.is(Node::Kind::product) ? e.name.kids[0] : e.name;
    const bool beside = variable.step && name.substr(own.text.size()) == label(variable).substr(variable.text.size());
    const bool parameter = !variable.step && variable.above.empty();
    bool found = false;
    const std::function<void(const Node&, int)> look = [&](const Node& value, int depth) {
      walk(value, [&](const Node& n) {
        if (!n.is(Node::Kind::symbol)) return true;
        found = found || (parameter && label(n) == label(variable)) ||
                (beside && n.step && n.text == variable.text && script_above(n) == script_above(own));
        // By way of another name of the same step: h^{(t)} = f(a^{(t)}).
        for (const LayerEquation& other : layer_equations_) {
          const Node& its = other.name.is(Node::Kind::product) ? other.name.kids[0] : other.name;
          if (!found && !own.step && depth < most_between && its.text == n.text && label(its) == label(n))
            look(other.value, depth + 1);
        }
        return !found;
      });
    };
    look(e.value, 0);
    return found;
  });
}

// A sum of what a parameter does at each of several steps, `... \partial h_2/\partial W + ... \partial h_1/\partial W`:
// then these derivatives may be direct ones. The parameter.
std::optional<std::string> Meaning::added_over_steps(const Node& side) const {
  std::map<std::string, std::set<std::string>> steps;
  std::optional<std::string> out;
  const auto name = [](const Node& n) {
    return n.is(Node::Kind::product) && n.kids.size() == 2 && n.kids[0].is_symbol("\\partial") &&
           n.kids[1].is(Node::Kind::symbol);
  };
  walk(side, [&](const Node& n) {
    if (!n.is(Node::Kind::fraction) || !name(n.kids[0]) || !name(n.kids[1])) return true;
    const Node &of = n.kids[0].kids[1], &by = n.kids[1].kids[1];
    if (!at_any_step(of) || at_any_step(by)) return true;
    std::set<std::string>& here = steps[of.text + " " + label(by)];
    here.insert(script_above(of));
    if (here.size() > 1) out = label(by);
    return true;
  });
  return out;
}

// \partial h^{(t)}/\partial w
bool Meaning::has_partial_above(const Node& side) const {
  bool found = false;
  walk(side, [&](const Node& n) {
    if (n.is(Node::Kind::fraction) && n.kids[0].is(Node::Kind::product) && n.kids[0].kids.size() == 2 &&
        n.kids[0].kids[0].is_symbol("\\partial"))
      found = found || (n.kids[0].kids[1].is(Node::Kind::symbol) && at_any_step(n.kids[0].kids[1]));
    return !found;
  });
  return found;
}

// Two steps of one recurrence, of which the equation of the later one was not used: they depend on each other.
std::optional<std::string> Meaning::steps_apart(const std::set<std::string>& names) {
  for (const LayerEquation& e : layer_equations_) {
    std::string first;
    for (const std::string& name : names) {
      if (!e.name.step || !is_of_step(e, name) || name.find('-') == std::string::npos || !is_free(arena_.symbol(name)))
        continue;
      if (!first.empty()) return fmt::format("what `{}` is by `{}` was not used", plain(first), plain(name));
      first = name;
    }
  }
  return std::nullopt;
}

// Whether a name is that of a step by its number or as the last one, and another one a general step of the same.
bool Meaning::is_step_beside(const std::string& name, const std::string& step) const {
  const std::size_t at = name.find('_');
  if (at == std::string::npos || !step.starts_with(name.substr(0, at + 1))) return false;
  return layer_of_name(step.substr(at + 1)) && !layer_of_name(name.substr(at + 1));
}

// Whether layers have matrices: then what they are multiplied with are vectors.
bool Meaning::has_layer_matrices() const {
  return std::ranges::any_of(layer_equations_, [](const LayerEquation& e) {
    return e.set && !e.value.above.empty() && e.value.above[0].is(Node::Kind::product) &&
           e.value.above[0].kids.size() == 2;
  });
}

// What an equation says of this name, where it is of the same name of another layer.
std::optional<Meaning::LayerEquation> Meaning::for_layer(const LayerEquation& equation, const Node& symbol) const {
  const Node& name = equation.name;
  if (!name.is(Node::Kind::symbol) || name.text != symbol.text || name.bold != symbol.bold) return std::nullopt;
  const auto here = layer_of(name.above[0]), there = layer_of(symbol.above[0]);
  if (!here || !there || here->letter.empty()) return std::nullopt;
  // The first state is given.
  if (there->letter.empty() && there->offset == 0 && !equation.set) return std::nullopt;
  const Layer own = *here, wanted = *there;
  if (own.letter == wanted.letter && own.offset == wanted.offset) return std::nullopt;
  LayerEquation out = equation;
  const Layer to{wanted.letter, wanted.offset - own.offset};
  if (!shift_layers(out.name, own.letter, to) || !shift_layers(out.value, own.letter, to)) return std::nullopt;
  out.name.above = symbol.above;
  return out;
}

// Says of a name what is said of the same name of another layer: its set, and then its equation. The layers below are
// given. Whether there was something to say.
bool Meaning::define_layer(const Node& symbol) {
  if (!at_layer(symbol)) return false;
  const auto at = layer_of(symbol.above[0]);
  if (at && !at->letter.empty() && at->offset > most_ahead) return known_symbol(symbol);
  const bool below = at && !at->letter.empty() && at->offset < 0;
  for (const bool sets : {true, false}) {
    if (!sets && below) continue;
    bool done = false;
    for (std::size_t k = 0; k < layer_equations_.size() && !done; ++k) {
      const LayerEquation given = layer_equations_[k];
      if (given.set != sets) continue;
      const auto equation = for_layer(given, symbol);
      if (!equation || !working_.insert(label(equation->name)).second) continue;
      aside([&] {
        if (sets) {
          done = declare(equation->name, equation->value);
        } else if (is_new(equation->name) || is_open(equation->name)) {
          define(equation->name, equation->value, equation->place);
          done = true;
        }
      });
      working_.erase(label(equation->name));
    }
  }
  return known_symbol(symbol);
}

}  // namespace gradus::document
