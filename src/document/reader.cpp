// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/judge.h"
#include "document/nodes.h"
#include "document/outline.h"
#include "document/prose.h"

namespace gradus::document {

bool has_derivative(const Node& n) {
  bool found = false;
  walk(n, [&](const Node& part) {
    found = found || part.is_symbol("\\partial") || part.is_symbol("\\nabla") || part.primes > 0;
    if (part.is(Node::Kind::fraction) && part.kids[1].is(Node::Kind::product) && part.kids[1].kids[0].is_symbol("d"))
      found = true;
    return !found;
  });
  return found;
}

bool has_quotient(const Node& n) {
  bool found = false, primes = false;
  walk(n, [&](const Node& part) {
    primes = primes || part.primes > 0;
    found = found || part.is_symbol("\\partial");
    return true;
  });
  return found && !primes;
}

bool is_example(const Node& side) {
  bool numbers = false, name = false;
  walk(side, [&](const Node& n) {
    numbers = numbers || n.is(Node::Kind::matrix) || n.is(Node::Kind::list) ||
              (n.is(Node::Kind::number) && n.text.find('.') != std::string::npos);
    name = name || (n.is(Node::Kind::symbol) && !n.word);
    return true;
  });
  return numbers && !name;
}

// Throws Unify, but for the last time.
void Reader::run(bool last) {
  learn_uses();
  learn_letters();
  learn_notation();
  learn_examples();
  for (const Formula& f : formulas_)
    speaks_of_hessian_ = speaks_of_hessian_ || f.before.find("Hessian") != std::string::npos;
  const Outline outline(formulas_);
  for (std::size_t k = 0; k < formulas_.size(); ++k) {
    drop_of_other_parts(outline, k);
    prose(k);
    note_matrices(k);
    current_ = k;
    note_changes(k);
    const bool next_case = formulas_[k].kind != Piece::Kind::display && states_case(formulas_[k].before);
    if (next_case || begins_sentence(formulas_[k].before)) drop_passing(k);
    directive_ = formulas_[k].kind == Piece::Kind::directive;
    unread_text_ += formulas_[k].unread + ' ';
    if (opens_section(formulas_[k].before)) ++section_;
    const bool symmetric = is_said_symmetric(k);
    const bool display = formulas_[k].kind == Piece::Kind::display;
    if (case_in_text(k)) continue;
    for (const Statement& s : formulas_[k].statements) {
      if ((display || formulas_[k].statements.size() > 1) && case_of(s)) continue;
      meaning_.set_cases(cases_of(k, static_cast<std::size_t>(&s - formulas_[k].statements.data())));
      try {
        if (display || (!s.relations.empty() && std::ranges::any_of(s.sides, has_derivative))) {
          learn_functions();
        }
        if (display) read_anew(s);
        statement(s, !display, formulas_[k].before);
        const bool introduced = s.relations.empty() || s.relations.back() == "in";
        if (introduced) restrict(s.sides[0], restriction(k));
        if (symmetric && !s.relations.empty() && s.relations.back() == "in" && !meaning_.make_symmetric(s.sides[0]))
          unused(s);
      } catch (const NotRead& e) {
        not_read(e);
        poison(s);
        if (!s.relations.empty() && s.relations.back() == "in") suspect_set(s);
      } catch (const Mismatch& e) {
        not_read({s.begin, s.end, e.reason});
        poison(s);
      } catch (const ShapeError& e) {
        not_read({s.begin, s.end, e.what()});
        poison(s);
      } catch (const LimitError& e) {
        not_read({s.begin, s.end, e.what()});
        poison(s);
      } catch (const Unify& e) {
        if (!last) throw;
        not_read({s.begin, s.end, fmt::format("whether {} and {} are the same", e.inferred, e.other)});
        poison(s);
      }
    }
  }
  judge();
  mark_first_wrong();
}

std::size_t Reader::line_of(std::size_t at) const {
  const auto begin = source_->text.begin();
  return 1 + static_cast<std::size_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(at), '\n'));
}

bool Reader::define(const Node& name, const Node& value) {
  try {
    meaning_.define(name, value, place(value.begin, value.end));
    for (const std::string& p : names_in(value)) {
      if (poisoned_.contains(p)) poisoned_.merge(std::set<std::string>(names_in(name)));
    }
    return true;
  } catch (const NotRead& e) {
    not_read(e);
    unread_equation(name, value);
  } catch (const Mismatch& e) {
    not_read({value.begin, value.end, e.reason});
    return false;
  } catch (const ShapeError& e) {
    not_read({value.begin, value.end, e.what()});
    return false;
  } catch (const LimitError& e) {
    not_read({value.begin, value.end, e.what()});
  }
  poisoned_.merge(names_in(name));
  return false;
}

// Another equation of this name does not define it.
void Reader::unread_equation(const Node& written, const Node& value) {
  const Node& name = called(written);
  if (!name.is(Node::Kind::symbol)) return;
  vague_.insert(label(name));
  if (!meaning_.indexes(name.text)) meaning_.learn_unread(name, value);
}

// "functions of w": what is said of them before this formula.
void Reader::learn_functions() {
  for (const auto& [names, variables] : std::exchange(functions_, {})) {
    try {
      meaning_.learn_function(names, variables);
    } catch (const NotRead& e) {
      not_read(e);
    }
  }
}

// Whether something that could not be read is an equation for a function of this letter: `\Phi(x) = \int ...`.
bool Reader::is_defined_in_unread(const std::string& letter) const {
  for (std::size_t at = unread_text_.find(letter); at != std::string::npos; at = unread_text_.find(letter, at + 1)) {
    std::size_t behind = unread_text_.find_first_not_of(' ', at + letter.size());
    if (behind == std::string::npos || unread_text_[behind] != '(') continue;
    behind = unread_text_.find(')', behind);
    if (behind == std::string::npos) return false;
    behind = unread_text_.find_first_not_of(" &\n", behind + 1);
    if (behind != std::string::npos && (unread_text_[behind] == '=' || unread_text_.compare(behind, 2, ":=") == 0))
      return true;
  }
  return false;
}

// What is said of an index is not said of names.
void Reader::poison(const Statement& s) {
  if (!s.sides.empty() && !s.relations.empty() && !s.continues) {
    const Node& first = s.sides[0];
    for (const Node& n : first.is(Node::Kind::list) ? first.kids : std::vector<Node>{first}) vague_.insert(label(n));
  }
  for (const Node& side : s.sides) {
    for (const std::string& name : names_in(side)) {
      if (!meaning_.indexes(name)) poisoned_.insert(name);
    }
  }
}

bool says_of(const std::string& text, const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\\' || c == '{'; };
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t behind = text.find_first_not_of(" \n&", at + name.size());
    const bool says = behind != std::string::npos && (text[behind] == '=' || text.compare(behind, 2, ":=") == 0 ||
                                                      text.compare(behind, 3, "\\in") == 0);
    if (says && (at == 0 || !letter(text[at - 1]))) return true;
  }
  return false;
}

// Whether something that could not be read says what a name is: `x = \int ...`.
bool Reader::stands_in_unread(const Node& name) const {
  if (vague_.contains(label(name))) return true;
  const std::string written = source_->text.substr(name.begin, name.end - name.begin);
  return !written.empty() && says_of(unread_text_, written);
}

void Reader::statement(const Statement& s, bool inline_formula, const std::string& before) {
  Statement whole = s;
  if (s.continues) {
    const bool linked = says_equal(s.relations[0]) || (s.relations[0] == "propto" && !inline_formula);
    if (!last_side_ || !linked) {
      if (inline_formula) return;
      throw NotRead{s.begin, s.end, "a formula that begins with a relation, and none stands before it"};
    }
    whole.sides.insert(whole.sides.begin(), *last_side_);
  }
  if (whole.relations.empty()) {
    if (inline_formula) {
      last_alone_ = label(whole.sides[0]);
      describe(whole.sides[0], described_);
    }
    if (inline_formula && supposes(before)) unused(whole);
    if (inline_formula) meaning_.learn_dependence(whole.sides[0]);
    return;
  }
  last_alone_before_ = std::exchange(last_alone_, {});
  // Sets at the end: x = (x_1, ..., x_n) \in \mathbb{R}^n
  while (whole.relations.size() > 1 && whole.relations.back() == "in") {
    const Node set = whole.sides.back();
    whole.sides.pop_back();
    whole.relations.pop_back();
    if (meaning_.is_new(whole.sides[0])) declared(whole.sides[0], set);
    if (whole.relations.size() == 1 && whole.sides[1].is(Node::Kind::group) && inline_formula) return;
  }
  const std::string& first = whole.relations[0];
  if (inline_formula && !says_equal(first) && first != "sim" && is_hedged(current_)) return hedged(whole);
  if (first == "in") return declared(whole.sides[0], whole.sides[1]);
  if (first == ":" && whole.relations.size() == 2 && whole.relations[1] == "to") {
    if (!meaning_.declare_function(whole.sides[0], whole.sides[1], whole.sides[2]))
      throw NotRead{s.begin, s.end, "this function"};
    return;
  }
  if (first == "<" || first == ">" || first == "<=" || first == ">=" || first == "!=") {
    if (std::ranges::any_of(whole.sides, has_derivative)) return;
    if (supposes(before) || (inline_formula && (is_taken_back() || is_of_one_sentence()))) return unused(whole);
    if (inline_formula && foreign_) return unused(whole);
    const bool passes = inline_formula && states_case(before) && leads_to_display();
    if (const auto pair = case_of(whole); first == "!=" && inline_formula && pair && !keeps_apart(before))
      return meaning_.suspect_indices(pair->one, pair->other);
    assumed_.merge(names_in(whole.sides[0]));
    const std::size_t before_it = meaning_.model().assumptions.size();
    for (std::size_t k = 0; k < whole.relations.size(); ++k) {
      if (!meaning_.assume(whole.sides[k], whole.relations[k], whole.sides[k + 1]))
        throw NotRead{s.begin, s.end, "this condition"};
    }
    const auto& all = meaning_.model().assumptions;
    const bool of_part = inline_formula && states_case(before);
    if (!passes && !of_part) return;
    std::vector<Passing>& list = passes ? passing_ : of_parts_;
    list.push_back({whole, {}, current_});
    for (std::size_t k = before_it; k < all.size(); ++k) list.back().conditions.push_back(all[k].condition);
    return;
  }
  if (first == "sim") {
    // How numbers are distributed matters to what is true of them, not to what is true of the parameters.
    Statement drawn = s;
    drawn.sides = {whole.sides[0]};
    suspect_names(drawn);
    if (!inline_formula) not_read({s.begin, s.end, "the relation `sim`"});
    return;
  }
  const bool aside = inline_formula && std::ranges::none_of(whole.sides, has_derivative);
  if ((first == "propto" && aside) || first == "approx" || first == "to" || first == ":" || first == "subset" ||
      first == "ll" || first == "gg" || first == "notin")
    throw NotRead{s.begin, s.end, fmt::format("the relation `{}`", first)};
  equalities(whole, s, inline_formula, before);
}

void Reader::declared(const Node& names, const Node& set) {
  describe(names, described_with_set_);
  if (meaning_.defined_early(names)) return;
  for (const Node& n : names.is(Node::Kind::list) ? names.kids : std::vector<Node>{names})
    sections_[label(n)] = section_;
  if (!meaning_.declare(names, set)) throw NotRead{names.begin, set.end, "this set"};
}

// Whether a name of an earlier section gets another meaning: its equation is false by the old one, it is a function of
// other things, or it was any function.
bool Reader::defined_anew(const Node& name, const Node& value) {
  const auto used = first_use_.find(label(name));
  if (used != first_use_.end() && section_of_[used->second] != section_ && meaning_.is_unspecified(name)) return true;
  if (!called(name).is(Node::Kind::symbol) && !name.is(Node::Kind::big)) return false;
  // The output layer may be another one than the others.
  if (is_of_certain_layer(name, value)) return by_what_is_known(name, value) == Verdict::refuted;
  const bool other = meaning_.is_of_other_arguments(name);
  const auto at = sections_.find(label(other ? name.kids[0] : name));
  if (at == sections_.end() || at->second == section_) return false;
  if (other || by_what_is_known(name, value) != Verdict::refuted) return other;
  // An adjoint is what it was defined as, or one of another network.
  if (!meaning_.is_of_derivative(name)) return true;
  meaning_.suspect(name, "it may be another one under this heading", Meaning::Doubt::of_refutations);
  return false;
}

// What one layer is, by its own letter or number, where an equation before says something else of all layers.
bool Reader::is_of_certain_layer(const Node& name, const Node& value) const {
  return !value.is(Node::Kind::symbol) && !has_derivative(value) && meaning_.is_of_certain_layer(name, value);
}

// The verdict on an equation, as far as it can be read.
Verdict Reader::by_what_is_known(const Node& name, const Node& value) {
  try {
    const Meaning::Sides sides = meaning_.equation(name, value);
    Model model = meaning_.model();
    model.claims = {{{sides.left, sides.right}, {Place{}, Place{}}, Place{}}};
    return judge_claims(engine_, model, known_)[0].verdict;
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
    return Verdict::refuted;
  } catch (const ShapeError&) {
    return Verdict::refuted;
  } catch (const LimitError&) {
  }
  return Verdict::undecided;
}

}  // namespace gradus::document
