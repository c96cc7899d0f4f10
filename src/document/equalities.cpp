// SPDX-License-Identifier: GPL-2.0-or-later
// What an equation does: it defines, states a fact, or claims.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// \nabla^2 of something
bool is_hessian(const Node& n) {
  return n.is(Node::Kind::product) && n.kids[0].is_symbol("\\nabla") && !n.kids[0].above.empty() &&
         n.kids[0].above[0].is(Node::Kind::number) && n.kids[0].above[0].text == "2" && n.kids.size() <= 3;
}

std::string one_name(const Node& n) { return plain(label(n)); }

// E[X], Var(X): what everybody knows by this name.
bool is_known_operator(const Node& left) {
  if (!left.is(Node::Kind::product) || left.kids.size() != 2 || !left.kids[1].is(Node::Kind::group)) return false;
  const Node& name = left.kids[0];
  static const std::set<std::string> operators{"E",           "V",           "P",           "H",   "I",   "D",
                                               "\\mathbb{E}", "\\mathbb{V}", "\\mathbb{P}", "Var", "Cov", "Pr",
                                               "Corr",        "KL",          "var",         "cov"};
  return name.is(Node::Kind::symbol) && name.bare() && operators.contains(name.text);
}

// Var(x): no equation says by the way what that is.
bool is_variance(const Node& left) {
  static const std::set<std::string> names{"Var", "var", "Cov", "cov", "Corr", "\\mathbb{V}"};
  return is_known_operator(left) && names.contains(left.kids[0].text);
}

}  // namespace

// E[X] = mu, P(A) = p: the value at one argument, which says nothing of others.
bool is_moment(const Node& left, const Node& right) {
  if (!is_known_operator(left)) return false;
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
  const bool inverse = is_inverse(left.above[0]);
  if (!(transpose || ((number || inverse) && meaning_.is_square(stem))) || !meaning_.is_known(stem)) return false;
  if (transpose && s.sides.size() == 2 && label(s.sides[1]) == label(stem) && meaning_.make_symmetric(stem))
    return true;
  meaning_.suspect(stem, fmt::format("what is said of `{}` in the text was not used", plain(label(stem))),
                   Meaning::Doubt::of_refutations);
  return true;
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

void Reader::equalities(const Statement& s, const Statement& written, bool inline_formula, const std::string& before) {
  // q = softmax(u) = (q_1, ..., q_n): what is behind says what the entries of q are called.
  if (s.sides.size() > 2 && s.relations.size() + 1 == s.sides.size() && names_entries(s.sides.back(), s.sides[0])) {
    Statement without = s;
    without.sides.pop_back();
    without.relations.pop_back();
    equalities(without, written, inline_formula, before);
    if (inline_formula) return;
    LinkVerdict& v = links.emplace_back();
    v.chain = chain_;
    v.link = ++link_;
    v.left_place = place(without.sides.back().begin, without.sides.back().end);
    v.right_place = place(s.sides.back().begin, s.sides.back().end);
    v.verdict = Verdict::proved;
    v.reason = fmt::format("it says what the entries of `{}` are called", one_name(s.sides[0]));
    last_side_ = s.sides[0];
    return;
  }
  const auto& sides = s.sides;
  // "1 if y = k", "y_i = 1 if the class is i"; "for example, at x = 1"
  const bool number = sides.size() == 2 && names_in(sides[1]).empty();
  if (inline_formula && number && says_one_hot(current_)) return;
  if (inline_formula && !written.continues &&
      (supposes(before) || has_case_behind(current_, s) ||
       (number && (is_in_example(current_) || is_at_point(before) || (sides[0].bare() && is_taken_back())))))
    return unused(s);
  // D = d/dx: what it is applied to matters.
  const bool is_operator = sides.back().is(Node::Kind::fraction) && sides.back().kids[0].is(Node::Kind::symbol) &&
                           is_d(sides.back().kids[0]) && sides.size() == 2 && sides[0].is(Node::Kind::symbol);
  if (is_operator)
    meaning_.suspect(sides[0], fmt::format("`{}` is an operator", plain(label(sides[0]))), Meaning::Doubt::always);
  if (inline_formula && is_hedged(current_) && std::ranges::none_of(sides, has_derivative)) return hedged(s);
  if (inline_formula && is_remark(current_, written)) {
    Statement name = s;
    name.sides = {called(sides[0])};
    meaning_.mention(name.sides[0]);
    if (!is_of_one_case(current_)) unused(name);
    meaning_.report(fmt::format("`{}` in line {} is read as a remark on one case",
                                source_->text.substr(s.begin, s.end - s.begin), line_of(s.begin)));
    return;
  }
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
    described_.insert(label(stem));
  }
  const bool so_that = before.ends_with("so that ") || before.ends_with("such that ");
  if (inline_formula && sides.size() == 2 && says_equal(s.relations[0]) && !written.continues &&
      (so_that || !concludes(before)) && meaning_.give_derivative(sides[0], sides[1]))
    return;
  if (const auto function = names_function(written)) {
    is_called_function(sides[0], *function);
    if (!inline_formula) defining_link(s, meaning_.never_decided(sides[0]));
    return;
  }
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
  const bool circular = sides.size() == 2 && is_circular(current_, sides[0], sides[1]);
  const auto definable = [&](const Node& side) {
    return !circular && !is_power_of_argument(side, sides[0]) &&
           (meaning_.is_new(side) || meaning_.defined_early(side));
  };
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
    return !circular && (inline_formula || has_derivative(sides[k + 1])) && meaning_.is_open(sides[k]);
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
  // "let a + b = s"
  const bool from_left = fresh == 0 && inline_formula && sides.size() == 2 && defines(before) && !number &&
                         sides[1].is(Node::Kind::symbol) && sides[1].above.empty() && sides[1].primes == 0 &&
                         sides[1].text != "I" && definable(sides[1]);
  if (from_left && define(sides[1], sides[0])) {
    sections_[label(sides[1])] = section_;
    return;
  }
  const bool anew = fresh == 0 && (!inline_formula || defines(before)) && says_equal(s.relations[0]) &&
                    !written.continues && defined_anew(sides[0], sides[1]);
  if (inline_formula && fresh == 0 && !anew && !number && may_be_redefinition(sides, before)) return;
  if (inline_formula && fresh == 0 && !anew && std::ranges::none_of(sides, has_derivative)) {
    if (sides.size() == 2 && sides[0].is(Node::Kind::symbol) && !sides[0].step &&
        meaning_.equation_of_layer(sides[0]) && by_what_is_known(sides[0], sides[1]) == Verdict::proved)
      return;
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
  // p(x) \propto q(x) = ...: what q is.
  for (std::size_t k = 1; k + 1 < sides.size(); ++k) {
    if (s.relations[k - 1] == "propto" && says_equal(s.relations[k]) && definable(sides[k]))
      defined[k] = meaning_.defined_early(sides[k]) || define(sides[k], sides[k + 1]);
  }
  if (anew) {
    meaning_.forget(sides[0]);
    if (define(sides[0], sides[1])) defined[0] = true;
  }
  if (fresh > 0 && ((inline_formula && is_for_some_only()) || is_partial(sides[0]))) {
    meaning_.suspect(called(sides[0]), fmt::format("`{}` has other values elsewhere", one_name(called(sides[0]))),
                     Meaning::Doubt::always);
  }
  std::optional<std::string> unsolved;
  for (std::size_t k = 0; k < sides.size(); ++k) {
    if (!defined[k]) continue;
    sections_[label(sides[k])] = sections_[label(called(sides[k]))] = section_;
    if (!unsolved) unsolved = doubt_of_solution(called(sides[k]));
  }
  // A name of which only a set is said, and then an equation: most likely its definition.
  const bool condition = !inline_formula && fresh == 0 && says_equal(s.relations[0]) &&
                         is_condition(sides[0], before) && meaning_.is_open(sides[0]);
  const bool late = !inline_formula && !moment && !circular && !condition && fresh == 0 && says_equal(s.relations[0]) &&
                    !written.continues && meaning_.is_open(sides[0]) && define(sides[0], sides[1]);
  last_side_ = sides.back();
  if (inline_formula && number) assumed_.merge(names_in(sides[0]));
  const bool only_definitions = inline_formula && (anew ? 1 : fresh) + 1 == sides.size();
  if (only_definitions) return;
  if (!written.continues) {
    ++chain_;
    link_ = 0;
    chain_sides_.clear();
  }
  for (std::size_t k = 0; k + 1 < sides.size(); ++k) {
    const std::string& relation = s.relations[k];
    chain_sides_.push_back(sides[k]);
    if (relation == "propto") {
      proportional_link(k, sides);
      if (inline_formula && !concludes(before)) asides.insert(links.size() - 1);
      continue;
    }
    if (!says_equal(relation)) {
      if (relation == "==" || relation == "approx" || relation == "to")
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
      const bool in_words =
          !inline_formula && is_described(sides[k]) && !leads && !(speaks_of_hessian_ && is_hessian(sides[k + 1]));
      const bool solved = is_condition(sides[k], before) && concludes(before);
      const bool slope = may_be_derivative(sides[k]);
      const bool vague =
          !inline_formula && (stands_in_unread(sides[k]) || stands_in_unread(called(sides[k])) || solved);
      v.verdict = in_words || vague || slope ? Verdict::undecided : Verdict::proved;
      v.reason = fmt::format("it defines `{}`", one_name(sides[k]));
      if (slope && !in_words && !vague) v.reason += ", which may be a derivative";
      if (in_words) v.reason += ", of which the text speaks before in words";
      if (vague && !in_words) v.reason += ", of which something was said that was not read";
      if (is_of_certain_layer(sides[k], sides[k + 1])) {
        v.verdict = Verdict::undecided;
        v.reason += ", beside what the text says of all layers";
      }
      if (unsolved || is_variance(sides[k])) v.verdict = Verdict::undecided;
      if (unsolved) v.reason += "; " + *unsolved;
      if (is_variance(sides[k])) v.reason += ", which has a meaning of its own";
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
      const bool sure = !is_said_otherwise(sides[0]);
      v.verdict = sure ? Verdict::proved : Verdict::undecided;
      v.reason = sure ? fmt::format("it defines `{}`", one_name(sides[0]))
                      : fmt::format("this is taken as what `{}` is: nothing but a set is said of it before",
                                    one_name(sides[0]));
      links.push_back(std::move(v));
      continue;
    }
    links.push_back(std::move(v));
    if (inline_formula && !concludes(before)) asides.insert(links.size() - 1);
    claim(sides[k], sides[k + 1]);
  }
}

// An equation of a display that does no more than say what a letter stands for; `doubt` is why it may not.
void Reader::defining_link(const Statement& s, const std::optional<std::string>& doubt) {
  LinkVerdict v;
  v.chain = ++chain_;
  v.link = link_ = 1;
  v.left_place = place(s.sides[0].begin, s.sides[0].end);
  v.right_place = place(s.sides[1].begin, s.sides[1].end);
  v.verdict = doubt ? Verdict::undecided : Verdict::proved;
  v.reason = doubt.value_or(fmt::format("it defines `{}`", one_name(s.sides[0])));
  last_side_ = s.sides[1];
  links.push_back(std::move(v));
}

// An equation in the text that claims nothing of derivatives: what is known.
void Reader::fact(const Statement& s) {
  for (const Node& side : s.sides) assumed_.merge(names_in(side));
  // V^T V = V V^T = I: each is the identity.
  const bool identity = s.sides.back().is_symbol("I") && std::ranges::all_of(s.relations, says_equal);
  for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
    if (!says_equal(s.relations[k])) continue;
    const Node& other = identity ? s.sides.back() : s.sides[k + 1];
    if (!meaning_.assume(s.sides[k], "=", other)) throw NotRead{s.begin, s.end, "this fact"};
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
