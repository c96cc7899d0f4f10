// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/judge.h"
#include "document/nodes.h"
#include "document/prose.h"

namespace gradus::document {
namespace {

// \nabla^2 of something
bool is_hessian(const Node& n) {
  return n.is(Node::Kind::product) && n.kids[0].is_symbol("\\nabla") && !n.kids[0].above.empty() &&
         n.kids[0].above[0].is(Node::Kind::number) && n.kids[0].above[0].text == "2" && n.kids.size() <= 3;
}

std::string one_name(const Node& n) { return plain(label(n)); }

}  // namespace

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
  learn_letters();
  learn_examples();
  for (const Formula& f : formulas_)
    speaks_of_hessian_ = speaks_of_hessian_ || f.before.find("Hessian") != std::string::npos;
  for (std::size_t k = 0; k < formulas_.size(); ++k) {
    prose(k);
    note_matrices(k);
    current_ = k;
    note_changes(k);
    const bool next_case = formulas_[k].kind != Piece::Kind::display && states_case(formulas_[k].before);
    if (next_case || begins_sentence(formulas_[k].before)) drop_passing(k);
    directive_ = formulas_[k].kind == Piece::Kind::directive;
    unread_text_ += formulas_[k].unread + ' ';
    if (opens_section(formulas_[k].before)) ++section_;
    const bool symmetric = (k + 1 < formulas_.size() && calls_symmetric(formulas_[k + 1].before)) ||
                           is_called_symmetric(formulas_[k].before);
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

// E[X] = mu, P(A) = p: the value at one argument, which says nothing of others.
bool is_moment(const Node& left, const Node& right) {
  if (!left.is(Node::Kind::product) || left.kids.size() != 2 || !left.kids[1].is(Node::Kind::group)) return false;
  const Node& name = left.kids[0];
  static const std::set<std::string> operators{"E",           "V",           "P",           "H",   "I",   "D",
                                               "\\mathbb{E}", "\\mathbb{V}", "\\mathbb{P}", "Var", "Cov", "Pr",
                                               "Corr",        "KL",          "var",         "cov"};
  if (!name.is(Node::Kind::symbol) || !name.bare() || !operators.contains(name.text)) return false;
  const std::set<std::string> of = names_in(left.kids[1]), there = names_in(right);
  return std::ranges::none_of(of, [&](const std::string& n) { return there.contains(n); });
}

// P^2 = P, W^T = V, A^{-1} = A^T: of the matrix, and no name of its own.
bool Reader::restricts_matrix(const Statement& s) {
  const Node& left = s.sides[0];
  if (!left.is(Node::Kind::symbol) || left.above.size() != 1 || !left.below.empty() || !says_equal(s.relations[0]))
    return false;
  Node stem = left;
  stem.above.clear();
  const bool transpose = is_transpose(left.above[0]), number = left.above[0].is(Node::Kind::number);
  const bool inverse = left.above[0].is(Node::Kind::sum);
  if (!(transpose || ((number || inverse) && meaning_.is_square(stem))) || !meaning_.is_known(stem)) return false;
  if (transpose && s.sides.size() == 2 && label(s.sides[1]) == label(stem) && meaning_.make_symmetric(stem))
    return true;
  meaning_.suspect(stem, fmt::format("what is said of `{}` in the text was not used", plain(label(stem))),
                   Meaning::Doubt::of_refutations);
  return true;
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

// Whether a name that has a number above stands without it somewhere.
bool Reader::stands_bare(const Node& name) const {
  return std::ranges::any_of(formulas_, [&](const Formula& f) {
    return std::ranges::any_of(f.statements, [&](const Statement& s) {
      bool found = false;
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          found = found || (n.is_symbol(name.text) && n.above.empty() && n.bold == name.bold);
          return !found;
        });
      }
      return found;
    });
  });
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

// Whether something that could not be read says what a name is: `x = \int ...`.
bool Reader::stands_in_unread(const Node& name) const {
  if (vague_.contains(label(name))) return true;
  const std::string written = source_->text.substr(name.begin, name.end - name.begin);
  if (written.empty()) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\\' || c == '{'; };
  for (std::size_t at = unread_text_.find(written); at != std::string::npos; at = unread_text_.find(written, at + 1)) {
    const std::size_t behind = unread_text_.find_first_not_of(" \n&", at + written.size());
    const bool says =
        behind != std::string::npos && (unread_text_[behind] == '=' || unread_text_.compare(behind, 2, ":=") == 0 ||
                                        unread_text_.compare(behind, 3, "\\in") == 0);
    if (says && (at == 0 || !letter(unread_text_[at - 1]))) return true;
  }
  return false;
}

void Reader::statement(const Statement& s, bool inline_formula, const std::string& before) {
  Statement whole = s;
  if (s.continues) {
    if (!last_side_ || !says_equal(s.relations[0])) {
      if (inline_formula) return;
      throw NotRead{s.begin, s.end, "a formula that begins with a relation, and none stands before it"};
    }
    whole.sides.insert(whole.sides.begin(), *last_side_);
  }
  if (whole.relations.empty()) {
    if (inline_formula) spoken_of_.insert(last_alone_ = label(whole.sides[0]));
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
  if (first == "in") return declared(whole.sides[0], whole.sides[1]);
  if (first == ":" && whole.relations.size() == 2 && whole.relations[1] == "to") {
    if (!meaning_.declare_function(whole.sides[0], whole.sides[1], whole.sides[2]))
      throw NotRead{s.begin, s.end, "this function"};
    return;
  }
  if (first == "<" || first == ">" || first == "<=" || first == ">=" || first == "!=") {
    if (std::ranges::any_of(whole.sides, has_derivative)) return;
    if (supposes(before) || (inline_formula && is_taken_back())) return unused(whole);
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
    for (std::size_t k = before_it; passes && k < all.size(); ++k) passing_.push_back(all[k].condition);
    if (passes) passing_statements_.push_back(whole);
    return;
  }
  if (first == "sim" || first == "approx" || first == "to" || first == ":" || first == "propto" || first == "subset" ||
      first == "ll" || first == "gg" || first == "notin")
    throw NotRead{s.begin, s.end, fmt::format("the relation `{}`", first)};
  equalities(whole, s, inline_formula, before);
}

void Reader::declared(const Node& names, const Node& set) {
  if (meaning_.defined_early(names)) return;
  for (const Node& n : names.is(Node::Kind::list) ? names.kids : std::vector<Node>{names})
    sections_[label(n)] = section_;
  if (!meaning_.declare(names, set)) throw NotRead{names.begin, set.end, "this set"};
}

// Whether a name of an earlier section gets another meaning: its equation is false by the old one.
bool Reader::defined_anew(const Node& name, const Node& value) {
  const auto at = sections_.find(label(name));
  if (at == sections_.end() || at->second == section_) return false;
  return by_what_is_known(name, value) == Verdict::refuted;
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

namespace {

// f of f(x).
const Node& called(const Node& n) {
  return n.is(Node::Kind::product) && n.kids[0].is(Node::Kind::symbol) ? n.kids[0] : n;
}

}  // namespace

void Reader::equalities(const Statement& s, const Statement& written, bool inline_formula, const std::string& before) {
  const auto& sides = s.sides;
  // "1 if y = k"; "for example, at x = 1"
  const bool number = sides.size() == 2 && names_in(sides[1]).empty();
  if (inline_formula && !written.continues &&
      (supposes(before) ||
       (number && (is_in_example(current_) || is_at_point(before) || (sides[0].bare() && is_taken_back())))))
    return unused(s);
  if (inline_formula && is_condition(sides[0], before) && concludes(before))  // "which gives p = ..."
    throw NotRead{s.begin, s.end, "an equation for what was differentiated by"};
  const bool call = sides[0].is(Node::Kind::product) && sides[0].kids.size() == 2 && sides[0].ops[1].empty() &&
                    sides[0].kids[0].is(Node::Kind::symbol) && sides[0].kids[1].is(Node::Kind::group);
  if (directive_ && call && sides.size() == 2 && !meaning_.is_new(sides[0]))
    return meaning_.settle_call(sides[0], sides[1]);
  if (sides.size() == 2 && sides[1].is(Node::Kind::list)) {
    if (meaning_.declare_range(sides[0], sides[1])) return;
    throw NotRead{s.begin, s.end, "this range"};
  }
  // \lambda(x)^2 = ... speaks of \lambda(x).
  if (inline_formula && sides[0].is(Node::Kind::product) && sides[0].kids.size() == 2 &&
      sides[0].kids[1].is(Node::Kind::group) && !sides[0].kids[1].above.empty()) {
    Node stem = sides[0];
    stem.kids[1].above.clear();
    spoken_of_.insert(label(stem));
  }
  const bool so_that = before.ends_with("so that ") || before.ends_with("such that ");
  if (inline_formula && sides.size() == 2 && !written.continues && (so_that || !concludes(before)) &&
      meaning_.give_derivative(sides[0], sides[1]))
    return;
  if (const auto function = names_function(written)) return is_called_function(sides[0], *function);
  const bool moment = sides.size() == 2 && is_moment(sides[0], sides[1]);
  if (moment && inline_formula) throw NotRead{s.begin, s.end, "an equation for what is no function of its argument"};
  if (inline_formula && restricts_matrix(s)) return;
  // v^2 = 0 speaks of v.
  if (inline_formula && number && sides[0].is(Node::Kind::symbol) && sides[0].above.size() == 1 &&
      sides[0].above[0].is(Node::Kind::number) && stands_bare(sides[0])) {
    Statement stem = s;
    stem.sides[0].above.clear();
    return unused(stem);
  }
  // Names that say nothing yet are defined from the right.
  std::size_t fresh = 0;
  const auto definable = [&](const Node& side) { return meaning_.is_new(side) || meaning_.defined_early(side); };
  // A = A^T
  if (inline_formula && sides.size() == 2 && sides[0].is(Node::Kind::symbol) && sides[1].is(Node::Kind::symbol) &&
      !sides[1].above.empty() && is_transpose(sides[1].above[0])) {
    Node plain_side = sides[1];
    plain_side.above.clear();
    if (label(plain_side) == label(sides[0]) && meaning_.make_symmetric(sides[0])) return;
  }
  // The numbers of an example define nothing.
  if (is_example(sides.back()) && sides.size() == 2 && !written.continues && definable(sides[0]) &&
      !(inline_formula && asserts(before))) {
    if (!inline_formula) not_read({sides[0].begin, sides[1].end, "the numbers of an example"});
    return unused(s);
  }
  // Of what only a set or a shape is said: in the text, or by a derivative.
  const auto open = [&](std::size_t k) {
    return (inline_formula || has_derivative(sides[k + 1])) && meaning_.is_open(sides[k]);
  };
  // "1 if k = i": a condition on indices.
  const auto index = [&](const Node& n) { return n.is(Node::Kind::symbol) && n.bare() && meaning_.indexes(n.text); };
  const auto letter = [&](const Node& n) {
    return n.is(Node::Kind::number) ||
           (n.is(Node::Kind::symbol) && n.bare() && !n.bold && !n.word && meaning_.is_new(n));
  };
  if (inline_formula && sides.size() == 2 && index(sides[0]) && (index(sides[1]) || letter(sides[1]))) return;
  while (!moment && fresh + 1 < sides.size() && says_equal(s.relations[fresh]) &&
         (definable(sides[fresh]) || open(fresh)))
    ++fresh;
  if (inline_formula && fresh > 0 && meaning_.is_open(sides[0]) && names_in(sides[1]).empty()) fresh = 0;
  if (inline_formula && fresh == 0 && !number && may_be_redefinition(sides, before)) return;
  if (inline_formula && fresh == 0 && std::ranges::none_of(sides, has_derivative)) {
    // "the probability of y = 1", "if i = j": a case that is spoken of, and nothing that is so.
    const bool value = sides.size() == 2 && names_in(sides[1]).empty() && sides[0].is(Node::Kind::symbol);
    if (!asserts(before) && (value || !in_apposition(before))) return unused(s);
    return fact(s);
  }
  std::vector<bool> defined(sides.size(), false);
  for (std::size_t k = fresh; k-- > 0;) {
    // A name that was defined meanwhile, by what stands to the right, is claimed to be the same.
    defined[k] =
        meaning_.defined_early(sides[k]) || ((definable(sides[k]) || open(k)) && define(sides[k], sides[k + 1]));
  }
  if (fresh == 0 && !inline_formula && says_equal(s.relations[0]) && !written.continues &&
      defined_anew(sides[0], sides[1])) {
    meaning_.forget(sides[0]);
    if (define(sides[0], sides[1])) defined[0] = true;
  }
  if (fresh > 0 && ((inline_formula && is_for_some_only()) || is_partial(sides[0]))) {
    meaning_.suspect(called(sides[0]), fmt::format("`{}` has other values elsewhere", one_name(called(sides[0]))),
                     Meaning::Doubt::always);
  }
  for (std::size_t k = 0; k < sides.size(); ++k) {
    if (defined[k]) sections_[label(sides[k])] = section_;
  }
  // A name of which only a set is said, and then an equation: most likely its definition.
  const bool condition = !inline_formula && fresh == 0 && is_condition(sides[0], before) && meaning_.is_open(sides[0]);
  const bool late = !inline_formula && !moment && !condition && fresh == 0 && says_equal(s.relations[0]) &&
                    !written.continues && meaning_.is_open(sides[0]) && define(sides[0], sides[1]);
  last_side_ = sides.back();
  if (inline_formula && number) assumed_.merge(names_in(sides[0]));
  const bool only_definitions = inline_formula && fresh + 1 == sides.size();
  if (only_definitions) return;
  if (!written.continues) {
    ++chain_;
    link_ = 0;
  }
  for (std::size_t k = 0; k + 1 < sides.size(); ++k) {
    const std::string& relation = s.relations[k];
    if (!says_equal(relation)) {
      if (relation == "==" || relation == "approx" || relation == "propto" || relation == "to")
        not_read({sides[k].begin, sides[k + 1].end, fmt::format("the relation `{}`", relation)});
      if (relation == "<" || relation == "<=" || relation == ">" || relation == ">=")
        not_read({sides[k].begin, sides[k + 1].end, "an inequality"});
      continue;
    }
    LinkVerdict v;
    v.chain = chain_;
    v.link = ++link_;
    v.left_place = place(sides[k].begin, sides[k].end);
    v.right_place = place(sides[k + 1].begin, sides[k + 1].end);
    if (defined[k]) {
      // "the loss L:" leads to its equation; a sentence that ends said what it is.
      const bool leads = last_alone_before_ == label(sides[k]) && before.find_first_of(".;") == std::string::npos;
      Node stem = sides[k];  // "a number y" speaks of y^2
      if (stem.is(Node::Kind::symbol) && !stem.above.empty() && !stem.above[0].is(Node::Kind::group))
        stem.above.clear();
      const bool spoken = spoken_of_.contains(label(sides[k])) || spoken_of_.contains(label(stem));
      const bool in_words = !inline_formula && spoken && !leads && !(speaks_of_hessian_ && is_hessian(sides[k + 1]));
      const bool solved = is_condition(sides[k], before) && concludes(before);
      const bool slope = may_be_derivative(sides[k]);
      const bool vague = !inline_formula && (stands_in_unread(sides[k]) || solved);
      v.verdict = in_words || vague || slope ? Verdict::undecided : Verdict::proved;
      v.reason = fmt::format("it defines `{}`", one_name(sides[k]));
      if (slope && !in_words && !vague) v.reason += ", which may be a derivative";
      if (in_words) v.reason += ", of which the text speaks before in words";
      if (vague && !in_words) v.reason += ", of which something was said that was not read";
      links.push_back(std::move(v));
      continue;
    }
    if (k == 0 && condition && !has_derivative(sides[1])) {
      v.reason = fmt::format("it is an equation for `{}`, by which was differentiated before", one_name(sides[0]));
      v.verdict = Verdict::undecided;
      links.push_back(std::move(v));
      continue;
    }
    if (k == 0 && late) {
      v.reason =
          fmt::format("this is taken as what `{}` is: nothing but a set is said of it before", one_name(sides[0]));
      v.verdict = Verdict::undecided;
      links.push_back(std::move(v));
      continue;
    }
    links.push_back(std::move(v));
    if (inline_formula && !concludes(before)) asides.insert(links.size() - 1);
    claim(sides[k], sides[k + 1]);
  }
}

// An equation in the text that claims nothing of derivatives: what is known.
void Reader::fact(const Statement& s) {
  for (const Node& side : s.sides) assumed_.merge(names_in(side));
  for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
    if (!says_equal(s.relations[k])) continue;
    if (!meaning_.assume(s.sides[k], "=", s.sides[k + 1])) throw NotRead{s.begin, s.end, "this fact"};
  }
}

// da/dz on one side and (E)' of the other one, where a does not depend on z: a stands for E from here on.
void Reader::read_anew(const Statement& s) {
  for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
    std::vector<std::pair<Node, Node>> quotients;
    walk(s.sides[k], [&](const Node& n) {
      if (!n.is(Node::Kind::fraction) || !n.bare()) return true;
      const Node &top = n.kids[0], &bottom = n.kids[1];
      const auto pair = [](const Node& p) {
        return p.is(Node::Kind::product) && p.kids.size() == 2 && is_d(p.kids[0]) && p.kids[1].is(Node::Kind::symbol);
      };
      if (pair(top) && pair(bottom)) quotients.emplace_back(top.kids[1], bottom.kids[1]);
      return true;
    });
    std::vector<Node> primed;
    walk(s.sides[k + 1], [&](const Node& n) {
      if (n.is(Node::Kind::group) && n.primes == 1 && n.below.empty() && n.above.empty()) primed.push_back(n.kids[0]);
      return true;
    });
    for (const auto& [name, by] : quotients) {
      for (const Node& value : primed) {
        if (!names_in(value).contains(by.text) || !meaning_.is_known(name)) continue;
        judge();
        const auto was = meaning_.read_anew(name, by, value);
        if (!was) continue;
        const std::string text = source_->text.substr(value.begin, value.end - value.begin);
        anew_.push_back(fmt::format("`{}`, first `{}`, is read as `{}` from line {} on", one_name(name), *was, text,
                                    line_of(s.begin)));
        return;
      }
    }
  }
}

}  // namespace gradus::document
