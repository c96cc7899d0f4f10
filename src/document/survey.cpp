// SPDX-License-Identifier: GPL-2.0-or-later
// What letters are, from the whole document: indices, dimensions, examples, equations that come later.
#include <algorithm>
#include <functional>
#include <map>

#include "document/differentials.h"
#include "document/habits.h"
#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {

// W_{n \times m}: what stands below is a size.
bool is_size(const Node& script) {
  return script.is(Node::Kind::product) && script.kids.size() == 2 && script.ops[1] == "times";
}

// Letters that stand below several names and nowhere else: indices, though nothing runs over them.
std::set<std::string> letters_of_families(const std::vector<Node>& sides) {
  static const std::set<std::string> usual{"i", "j", "k", "l", "m", "n", "p", "q", "r", "s"};
  std::map<std::string, std::set<std::string>> stems;
  std::set<std::string> alone;
  const std::function<void(const Node&)> visit = [&](const Node& n) {
    if (n.is(Node::Kind::symbol) && !n.word) alone.insert(n.text);
    for (const Node& b : n.below) {
      for (const Node& c : components(b)) {
        if (n.is(Node::Kind::symbol) && c.is(Node::Kind::symbol) && c.bare() && usual.contains(c.text)) {
          stems[c.text].insert(n.text);
        } else if (!c.is(Node::Kind::symbol) && !is_size(c)) {
          visit(c);
        }
      }
    }
    for (const auto* part : {&n.kids, &n.above}) {
      for (const Node& c : *part) visit(c);
    }
  };
  // By themselves, or compared with one another, letters are indices as well: i = j.
  for (const Node& side : sides) {
    if (!(side.is(Node::Kind::symbol) && side.bare())) visit(side);
  }
  std::set<std::string> out;
  for (const auto& [letter, names] : stems) {
    if (names.size() > 1 && !alone.contains(letter)) out.insert(letter);
  }
  return out;
}

// How letters stand in front of parentheses.
struct Calls {
  int all = 0, called = 0, like_a_function = 0;  // what stands in the parentheses is one product or name
  std::set<std::string> arguments;               // by their names; of what has none, ""
};

std::map<std::string, Calls> calls_in(const std::vector<Node>& sides) {
  std::map<std::string, Calls> out;
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::symbol) && !n.word) ++out[n.text].all;
      for (std::size_t k = 0; k < n.kids.size(); ++k) {
        if (!calls_at(n, k)) continue;
        const Node &f = n.kids[k], &inside = n.kids[k + 1].kids[0];
        Calls& calls = out[f.text];
        ++calls.called;
        calls.arguments.insert(inside.is(Node::Kind::symbol) ? label(inside) : "");
        if (!f.word && f.below.empty() && !inside.is(Node::Kind::sum) && !inside.is(Node::Kind::list) &&
            !(inside.is(Node::Kind::product) && inside.kids.back().is(Node::Kind::group)))
          ++calls.like_a_function;
      }
      return true;
    });
  }
  return out;
}

// What words call a letter that stands alone in the text: a function, or e a name.
void Reader::learn_said(const Node& n, const std::string& before, const std::string& behind) {
  const bool call = n.is(Node::Kind::product) && n.kids.size() == 2 && n.kids[1].is(Node::Kind::group);
  const Node& letter = call ? n.kids[0] : n;
  if (!letter.is(Node::Kind::symbol) || letter.word || !letter.bare()) return;
  if (const auto function = function_called(before, behind)) meaning_.learn_said_function(letter.text, *function);
  if (letter.text == "e" && !call && !letter.bold && introduces_name(before, behind)) meaning_.learn_e();
}

// f = \tanh: the function that a letter stands for.
std::optional<std::string> Reader::names_function(const Statement& s) const {
  if (s.continues || s.sides.size() != 2 || !says_equal(s.relations[0])) return std::nullopt;
  const Node &letter = s.sides[0], &word = s.sides[1];
  const bool fits = letter.is(Node::Kind::symbol) && letter.bare() && !letter.word && word.is(Node::Kind::symbol) &&
                    word.word && word.bare();
  return fits ? meaning_.function_by_name(word) : std::nullopt;
}

// What formulas of the text say of the notation: e^{i t} and x + iy of complex numbers, f \circ f of iterates, an
// equation for |x| of another norm.
void Reader::learn_notation() {
  const auto is_i = [&](const Node& n) { return n.is_symbol("i") && n.bare() && !meaning_.indexes(n.text); };
  // The entries of R are called r; a transpose is no name.
  const auto small = [&](const std::set<std::string>& names) {
    std::set<std::string> out;
    for (const std::string& n : names) {
      if (n == "T" || n == "\\top" || meaning_.indexes(n)) continue;
      out.insert(lowered(n));
    }
    return out;
  };
  const auto begins_with_i = [&](const Node& n) {
    return is_i(n) || (n.is(Node::Kind::product) && std::ranges::any_of(n.kids, is_i));
  };
  for (const Formula& f : formulas_) {
    const bool in_text = f.kind == Piece::Kind::formula;
    for (const Statement& s : f.statements) {
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          const bool power = n.is_symbol("e") && !n.above.empty() && begins_with_i(n.above[0]);
          const bool sum = n.is(Node::Kind::sum) && n.kids.size() == 2 && n.kids[0].is(Node::Kind::symbol) &&
                           n.kids[1].is(Node::Kind::product) && n.kids[1].kids.size() == 2 &&
                           std::ranges::any_of(n.kids[1].kids, is_i);
          if (power || sum) meaning_.learn_topic(Topic::other_numbers);
          const bool twice = n.is(Node::Kind::product) && n.kids.size() == 2 && n.ops[1] == "odot" &&
                             n.kids[0].is(Node::Kind::symbol) && label(n.kids[0]) == label(n.kids[1]);
          if (twice) meaning_.learn_topic(Topic::iterates);
          return true;
        });
      }
      // "the l_1 norm"
      const Node& left = s.sides[0];
      const std::size_t next = static_cast<std::size_t>(&f - formulas_.data()) + 1;
      const bool kind = in_text && s.relations.empty() && (left.is_symbol("\\ell") || left.is_symbol("L")) &&
                        !left.below.empty() && label(left.below[0]) != "2" && next < formulas_.size() &&
                        (formulas_[next].before.starts_with(" norm") || formulas_[next].before.starts_with("-norm"));
      if (kind) meaning_.learn_topic(Topic::other_norm);
      const bool bars = left.is(Node::Kind::group) && left.text != "(" && left.text != "[" && left.text != "{}";
      if (!in_text || !bars || s.relations.empty() || !says_equal(s.relations[0]) || s.sides.size() != 2) continue;
      const std::set<std::string> here = small(names_in(left)), there = small(names_in(s.sides[1]));
      if (!std::ranges::includes(here, there)) meaning_.learn_topic(Topic::other_norm);
    }
  }
}

// Letters that are indices somewhere, and names of dimensions.
void Reader::learn_letters() {
  std::string said;
  for (const Formula& f : formulas_) said += f.before + " ";
  foreign_ = is_foreign(said);
  std::vector<Node> sides;
  for (const Formula& f : formulas_) {
    for (const Statement& s : f.statements) sides.insert(sides.end(), s.sides.begin(), s.sides.end());
  }
  learn_variables(sides);
  std::vector<Node> related;  // a letter by itself is spoken of
  for (const Formula& f : formulas_) {
    for (const Statement& s : f.statements) {
      if (!s.relations.empty()) related.insert(related.end(), s.sides.begin(), s.sides.end());
    }
  }
  for (const Formula& f : formulas_) {
    if (speaks_of_symmetry(f.before)) meaning_.learn_symmetry();
    for (const Topic topic : topics_of(f.before)) meaning_.learn_topic(topic);
    if (meaning_.speaks_of(Topic::summation) && !f.statements.empty()) meaning_.learn_summation(f.statements[0].begin);
  }
  for (const Node& side : sides) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::symbol) && !n.word && !n.step && !n.above.empty() && n.above[0].is(Node::Kind::number) &&
          n.above[0].text == "1")
        meaning_.learn_numbers_above();
      if (n.is(Node::Kind::symbol) && n.below.empty()) meaning_.learn_bare(n.text);
      if (n.is(Node::Kind::symbol) && n.bold && !n.word) meaning_.learn_bold(n.text, n.below.empty());
      return true;
    });
  }
  for (const std::string& letter : letters_of_families(sides)) meaning_.learn_index(letter);
  if (primes_transpose(sides)) meaning_.learn_transposing_primes();
  for (const std::string& letter : labelled_letters(sides, formulas_)) meaning_.learn_labelled(letter);
  for (const auto& [letter, calls] : calls_in(related)) {
    if (calls.like_a_function > 1 && calls.like_a_function == calls.all) meaning_.learn_called(letter);
    // y and y(x): one quantity.
    const bool same = calls.arguments.size() == 1 && !calls.arguments.contains("");
    if (same && calls.called < calls.all && !is_function_letter(letter)) meaning_.learn_quantity(letter);
  }
  meaning_.learn_layers(sides);
  for (const Formula& f : formulas_) {
    const bool alone = f.statements.size() == 1 && f.statements[0].relations.empty();
    const std::size_t next = static_cast<std::size_t>(&f - formulas_.data()) + 1;
    const auto calls = [&](std::size_t at) { return at < formulas_.size() && calls_function(formulas_[at].before); };
    const bool called =
        calls(next) || (next < formulas_.size() && formulas_[next].before == " and " && calls(next + 1));
    if (alone && f.statements[0].sides[0].is(Node::Kind::symbol) && (introduces_function(f.before) || called))
      meaning_.learn_any_function(f.statements[0].sides[0].text);
    if (f.kind != Piece::Kind::display && f.statements.size() == 1 && f.statements[0].sides[0].is(Node::Kind::list))
      meaning_.learn_list(f.statements[0].sides[0]);
    if (const auto set = alone ? size_said(next - 1) : std::nullopt) meaning_.learn_set(f.statements[0].sides[0], *set);
    learn_kinds(next - 1);
    if (alone) learn_said(f.statements[0].sides[0], f.before, next < formulas_.size() ? formulas_[next].before : "");
    for (const Statement& s : f.statements) {
      const auto e_alone = [](const Node& n) { return n.is_symbol("e") && n.bare() && !n.bold; };
      for (std::size_t k = 0; k < s.relations.size() && k < s.sides.size(); ++k) {
        const Node& side = s.sides[k];
        const bool in = s.relations[k] == "in" &&
                        (e_alone(side) || (side.is(Node::Kind::list) && std::ranges::any_of(side.kids, e_alone)));
        const bool parameter = says_equal(s.relations[k]) && side.is(Node::Kind::product) && side.kids.size() == 2 &&
                               side.kids[1].is(Node::Kind::group) && e_alone(side.kids[1].kids[0]);
        if (in || parameter || (says_equal(s.relations[k]) && !s.continues && e_alone(side))) meaning_.learn_e();
      }
      if (const auto named = names_function(s)) meaning_.learn_said_function(s.sides[0].text, *named);
      if (s.relations.size() == 2 && s.relations[0] == ":" && s.relations[1] == "to")
        meaning_.learn_any_function(s.sides[0].text);
      if (s.relations.size() == 2 && s.relations[0] == ":" && s.relations[1] == "to" && s.sides[1].is_symbol("\\R") &&
          !s.sides[1].bare() && s.sides[2].is_symbol("\\R") && s.sides[2].bare())
        meaning_.declare_function(s.sides[0], s.sides[1], s.sides[2]);
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          if (n.is(Node::Kind::big) && !n.below.empty()) {
            std::vector<Node> items = n.below[0].is(Node::Kind::list) ? n.below[0].kids : std::vector<Node>{n.below[0]};
            for (const Node& i : items) {
              const Node& letter = i.is(Node::Kind::relation) ? i.kids[0] : i;
              if (letter.is(Node::Kind::symbol) && !letter.word) meaning_.learn_index(letter.text);
            }
            if (!n.above.empty() && n.above[0].is(Node::Kind::symbol)) meaning_.learn_dimension(n.above[0]);
          }
          if (n.is_symbol("\\R") && !n.above.empty()) {
            const Node& sizes = n.above[0];
            for (const Node& d : sizes.is(Node::Kind::product) ? sizes.kids : std::vector<Node>{sizes}) {
              if (d.is(Node::Kind::symbol)) meaning_.learn_dimension(d);
            }
          }
          if (n.is(Node::Kind::fraction) && n.kids[0].is(Node::Kind::product) && n.kids[0].kids.size() == 2 &&
              is_d(n.kids[0].kids[0]) && n.kids[0].kids[1].is(Node::Kind::symbol) && n.kids[0].kids[1].bare())
            meaning_.learn_differentiated(stem_of(n.kids[0].kids[1]));
          if (n.is(Node::Kind::fraction) && n.kids[0].is(Node::Kind::product) && n.kids[0].kids[0].is_symbol("d")) {
            const Node& of = n.kids[0].kids.back();
            if (of.step) meaning_.learn_total();
            if (!of.step && !of.above.empty() && of.above[0].is(Node::Kind::group)) meaning_.learn_total_above();
          }
          if (n.differential) meaning_.learn_increment(n.text.substr(1));
          return true;
        });
      }
      if (s.sides.size() == 2 && s.relations[0] == "in" && f.kind != Piece::Kind::display && !is_hedged(next - 1))
        meaning_.learn_set(s.sides[0], s.sides[1]);
      if (!s.continues && !s.relations.empty() && s.relations.back() == "in")
        meaning_.learn_layer_equation(s.sides[0], s.sides.back(), {}, true);
      for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
        if (s.sides[k].is_symbol("\\delta") && has_quotient(s.sides[k + 1])) meaning_.learn_delta();
      }
      if (&s == &f.statements.front() && opens_section(f.before)) meaning_.learn_section(s.begin);
      // "1 if y = k", "y = 1 if the class is k"; "replace f with f(z) = z" says nothing of f before
      const bool supposed = f.kind != Piece::Kind::display &&
                            (supposes(f.before) || says_one_hot(next - 1) ||
                             (!s.relations.empty() && has_case_behind(next - 1, s)) || replaces(next - 1, s.sides[0]));
      for (std::size_t k = 0; k + 1 < s.sides.size() && !s.continues && !supposed; ++k) {
        if (!says_equal(s.relations[k])) break;
        if (k > 0 && (names_entries(s.sides[k + 1], s.sides[0]) || is_power_of_argument(s.sides[k], s.sides[0]))) break;
        if (s.sides[k].is(Node::Kind::symbol) && s.sides[k].differential) {
          std::optional<Node> m;
          for (std::size_t j = k + 1; !m && j < s.sides.size(); ++j) m = averaged_over(s.sides[j]);
          if (m) meaning_.learn_dimension(*m);
          meaning_.learn_adjoint_equation(label(s.sides[k]), m ? m->text : std::string());
        }
        const Place at = place(s.sides[k + 1].begin, s.sides[k + 1].end);
        meaning_.learn_layer_equation(s.sides[k], s.sides[k + 1], at, false);
        if ((f.kind == Piece::Kind::display || concludes(f.before)) && is_condition(s.sides[k], f.before)) continue;
        const bool passing = f.kind != Piece::Kind::display && names_in(s.sides[k + 1]).empty() &&
                             (is_in_example(next - 1) || is_at_point(f.before));
        if (is_moment(s.sides[k], s.sides[k + 1]) || names_function(s) || is_hedged(next - 1) ||
            is_remark(next - 1, s) || is_circular(next - 1, s.sides[k], s.sides[k + 1]))
          continue;
        if (!is_example(s.sides[k + 1]) && !passing) meaning_.learn_equation(s.sides[k], s.sides[k + 1], at);
      }
      if (s.sides.size() == 2 && s.relations[0] == "=" && s.sides[1].is(Node::Kind::list)) {
        try {
          meaning_.declare_range(s.sides[0], s.sides[1]);
        } catch (const NotRead&) {
        }
      }
    }
  }
}

// "Replace the function f with f(z) = z": what f is from there on.
bool Reader::replaces(std::size_t k, const Node& name) const {
  if (k < 1 || formulas_[k - 1].statements.size() != 1) return false;
  const Statement& said = formulas_[k - 1].statements[0];
  return said.relations.empty() && said.sides[0].is_symbol(called(name).text) &&
         speaks_of(Topic::change, sentence_before(k));
}

// Sums over what is no index: "sum over x" of the training inputs x. What stands in them, and what that depends on,
// has a value for each example, but for what derivatives are taken by: the parameters.
void Reader::learn_examples() {
  std::set<std::string> summed, indices, parameters, inside;
  std::map<std::string, std::set<std::string>> uses;
  const auto stems = [](const Node& n, std::set<std::string>& out) {
    walk(n, [&](const Node& part) {
      if (part.is(Node::Kind::symbol)) out.insert((part.bold ? "*" : "") + part.text);
      return true;
    });
  };
  std::vector<const Node*> bodies;
  const auto look = [&](const Node& side) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::big)) {
        if (!n.below.empty() && n.below[0].is(Node::Kind::symbol) && n.below[0].bare() && n.above.empty()) {
          summed.insert(n.below[0].text);
          if (!n.kids.empty()) bodies.push_back(&n);
        }
        for (const Node& c : n.kids) {
          walk(c, [&](const Node& part) {
            for (const Node& b : part.is(Node::Kind::big) ? std::vector<Node>{} : part.below) stems(b, indices);
            for (const Node& a : part.is(Node::Kind::big) ? std::vector<Node>{} : part.above) {
              if (part.step || (a.is(Node::Kind::group) && a.text == "(")) stems(a, indices);
            }
            return true;
          });
        }
      } else {
        for (const Node& b : n.below) stems(b, indices);
        for (const Node& a : n.above) {
          if (n.step || (a.is(Node::Kind::group) && a.text == "(")) stems(a, indices);  // x^{(i)}
        }
      }
      if (n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]))
        stems(n.kids[1], parameters);
      if (n.is_symbol("\\nabla")) {
        for (const Node& b : n.below) stems(b, parameters);
      }
      return true;
    });
  };
  std::set<std::string> named;
  for (const Formula& f : formulas_) {
    for (const Statement& s : f.statements) {
      for (const Node& side : s.sides) look(side);
      for (std::size_t k = 0; k + 1 < s.sides.size() && !s.continues && says_equal(s.relations[k]); ++k) {
        const Node& left = s.sides[k];
        const Node& name = left.is(Node::Kind::product) ? left.kids[0] : left;
        if (name.is(Node::Kind::symbol)) stems(s.sides[k + 1], uses[(name.bold ? "*" : "") + name.text]);
      }
      if (!s.relations.empty()) {
        for (const Node& side : s.sides) stems(side, named);
      }
    }
  }
  std::string letter;
  for (const std::string& x : summed) {
    const bool is_index = indices.contains(x) || !(named.contains(x) || uses.contains(x));
    if (!is_index) letter = x;
  }
  if (letter.empty()) return;
  std::vector<std::string> open;
  const auto reach = [&](const std::string& name) {
    if (inside.insert(name).second) open.push_back(name);
  };
  for (const Node* body : bodies) {
    if (body->below[0].text != letter) continue;
    std::set<std::string> names;
    stems(body->kids[0], names);
    for (const std::string& n : names) reach(n);
  }
  while (!open.empty()) {
    const std::string name = open.back();
    open.pop_back();
    for (const std::string& n : uses[name]) reach(n);
  }
  for (const std::string& p : parameters) {
    if (p != letter) inside.erase(p);
  }
  inside.insert(letter);
  meaning_.learn_examples(letter, inside);
}

}  // namespace gradus::document
