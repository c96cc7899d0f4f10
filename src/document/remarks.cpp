// SPDX-License-Identifier: GPL-2.0-or-later
// Equations for names that stand in formulas before them: definitions ("where z = wx + b"), values for what follows
// ("let s = 1"), and remarks ("the minimiser is w = b/a", "with s = 1 we recover the usual one"). What is said before
// such a value, or in another part of the text, is meant for every value.
#include <fmt/format.h>

#include <algorithm>

#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// A name, without what stands above it.
std::string key_of(const Node& n) {
  const bool call = n.is(Node::Kind::product) && n.kids[0].is(Node::Kind::symbol);
  Node name = call ? n.kids[0] : n;
  name.above.clear();
  return (name.bold ? "*" : "") + label(name);
}

bool names_something(const Node& n) {
  const bool call = n.is(Node::Kind::product) && n.kids.size() == 2 && n.kids[0].is(Node::Kind::symbol) &&
                    n.kids[1].is(Node::Kind::group) && n.ops[1].empty();
  return call || (n.is(Node::Kind::symbol) && !n.word);
}

bool is_number(const Statement& s) { return names_in(s.sides.back()).empty(); }

}  // namespace

// The first formula that uses each name: a display, or an equation or inequality in the text.
void Reader::learn_uses() {
  std::size_t section = 0;
  for (std::size_t k = 0; k < formulas_.size(); ++k) {
    const Formula& f = formulas_[k];
    if (opens_section(f.before)) ++section;
    section_of_.push_back(section);
    for (const Statement& s : f.statements) {
      const bool set = f.kind != Piece::Kind::display && (s.relations.empty() || s.relations.back() == "in");
      for (std::size_t side = 0; side < s.sides.size() && !set; ++side) {
        walk(s.sides[side], [&](const Node& n) {
          if (n.is(Node::Kind::symbol)) first_use_.emplace(key_of(n), k);
          return true;
        });
        const bool left = side + 1 < s.sides.size() && says_equal(s.relations[side]) && names_something(s.sides[side]);
        if (left) first_equation_.emplace(key_of(s.sides[side]), Said{k, s.sides[side + 1]});
      }
    }
  }
  for (std::size_t k = 0; k < formulas_.size(); ++k) {
    for (const Statement& s : formulas_[k].statements) {
      if (is_value(k, s) && !is_remark(k, s)) values_.push_back({s.sides[0], k});
    }
  }
}

// Whether a name is used before, and no equation says what it is.
bool Reader::is_late(std::size_t k, const Node& name) const {
  const auto used = first_use_.find(key_of(name));
  const auto said = first_equation_.find(key_of(name));
  return used != first_use_.end() && used->second < k && (said == first_equation_.end() || said->second.formula >= k);
}

// "where z = wx + b", and "a = sigmoid(z)" in the same list.
bool Reader::is_attached(std::size_t k) const {
  const std::string& before = formulas_[k].before;
  const bool behind_display = k > 0 && formulas_[k - 1].kind == Piece::Kind::display && !ends_sentence(before);
  return ties(sentence_before(k)) || (behind_display && defines(before));
}

// An equation of the text, or of a display that draws a conclusion, for a name that stands in formulas before it, or a
// number for a name.
bool Reader::is_value(std::size_t k, const Statement& s) const {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::directive || s.continues || s.sides.size() != 2 || !says_equal(s.relations[0]) ||
      !names_something(s.sides[0]))
    return false;
  const bool late = is_late(k, s.sides[0]);
  if (f.kind == Piece::Kind::display) return late && (is_number(s) || concludes(f.before));
  return is_number(s) || (late && !is_attached(k));
}

// A value that is meant for nothing but what its sentence says.
bool Reader::is_remark(std::size_t k, const Statement& s) const {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::display || !is_value(k, s)) return false;
  const std::string sentence = sentence_before(k);
  const std::string behind = k + 1 < formulas_.size() ? formulas_[k + 1].before : std::string();
  if (!is_number(s)) return solves(sentence);
  if (is_attached(k)) return goes_on(behind) || speaks_of_practice(sentence);
  if (!is_late(k, s.sides[0])) {
    const bool here = asserts(f.before) && !f.before.ends_with('(') && !speaks_of_practice(sentence);
    return !here || (goes_on(behind) && behind.find(',') != 0);
  }
  return !gives_value(f.before) || speaks_of_example(sentence) || speaks_of_practice(sentence) || takes_back(sentence);
}

// Whether what a formula of the text says is taken back, asked for or restricted by the words around it.
bool Reader::is_hedged(std::size_t k) const {
  const Formula& f = formulas_[k];
  if (f.kind != Piece::Kind::formula || k + 1 >= formulas_.size()) return false;
  // "when x is positive": no condition that is read.
  const Formula& next = formulas_[k + 1];
  const bool in_words = supposes(next.before) && next.before.size() < 12 && next.statements.size() == 1 &&
                        next.statements[0].relations.empty();
  return in_words || hedges(f.before, next.before);
}

// It says nothing of its names, and may say something all the same.
void Reader::hedged(const Statement& s) {
  for (const Node& side : s.sides) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::symbol) && !n.word && !meaning_.indexes(n.text)) meaning_.mention(n);
      return true;
    });
  }
  suspect_names(s);
  if (!names_something(s.sides[0])) return;
  vague_.insert(label(s.sides[0]));
  if (s.sides[0].is(Node::Kind::product)) vague_.insert(label(s.sides[0].kids[0]));
}

// "y_i = 1 if the class is i", "y_i = 0 otherwise": a number that a name has in some case.
bool Reader::has_case_behind(std::size_t k, const Statement& s) const {
  return formulas_[k].kind != Piece::Kind::display && is_number(s) && k + 1 < formulas_.size() &&
         (formulas_[k + 1].before.starts_with(" if ") || formulas_[k + 1].before.starts_with(" otherwise"));
}

// Whether a remark is clearly of one case: "with s = 1 we recover the usual one". Others may be meant for all.
bool Reader::is_of_one_case(std::size_t k) const {
  const std::string sentence = sentence_before(k);
  const std::string behind = k + 1 < formulas_.size() ? formulas_[k + 1].before : std::string();
  // "where a = 2 is the true slope", "where a = 0 is the hard label"
  const bool goes_on_so = goes_on(behind) && !(behind.starts_with(" is ") && ties(sentence));
  return solves(sentence) || speaks_of_practice(sentence) || speaks_of_example(sentence) || goes_on_so ||
         states_case(formulas_[k].before) || is_at_point(formulas_[k].before);
}

// Why a proof of a claim is none: it holds for a value that a name was given elsewhere.
std::optional<std::string> Reader::doubt_of_values(const Pending& p) {
  const Claim& claim = meaning_.model().claims[p.claim];
  std::set<std::string> names = meaning_.everything_in(claim.sides[0]);
  names.merge(meaning_.everything_in(claim.sides[1]));
  std::vector<Expr> general;
  std::string shown;
  for (const Value& v : values_) {
    const bool here = (p.formula >= v.formula && section_of_[p.formula] == section_of_[v.formula]) ||
                      solved_.contains({p.formula, key_of(v.name)});
    const auto symbol = here ? std::nullopt : meaning_.symbol_of(v.name);
    if (!symbol || !names.contains(engine_.arena.name(*symbol))) continue;
    general.push_back(*symbol);
    shown = plain(label(v.name));
  }
  if (general.empty()) return std::nullopt;
  const auto& proportion = claimed_.at(p.link).proportion;
  if (verdict_on(meaning_.without_values(general), claim, proportion).verdict == Verdict::proved) return std::nullopt;
  return fmt::format("it is not said whether this is meant for the one `{}` alone", shown);
}

// An equation of which a name is a part and no side: 2y - 3x = 1.
bool Reader::is_implicit(const Statement& s, const Node& name) const {
  const auto has_name = [&](const Node& side) {
    bool found = false;
    walk(side, [&](const Node& n) {
      found = found || (n.is(Node::Kind::symbol) && key_of(n) == key_of(name));
      return !found;
    });
    return found;
  };
  const Node& left = s.sides[0];
  const bool power = left.is_symbol("e") && !left.above.empty();
  return s.sides.size() == 2 && says_equal(s.relations[0]) && !s.continues && (power || !names_something(left)) &&
         std::ranges::none_of(s.sides, has_derivative) && std::ranges::any_of(s.sides, has_name);
}

// Whether what a name is said to be is made of what was said to be made of it: z_i = ln(p_i) for p_i = softmax(z)_i.
bool Reader::is_circular(std::size_t k, const Node& name, const Node& value) const {
  if (!is_late(k, name) || !name.above.empty()) return false;
  bool found = false;
  walk(value, [&](const Node& n) {
    const auto said = n.is(Node::Kind::symbol) && !n.step && n.above.empty() ? first_equation_.find(key_of(n))
                                                                             : first_equation_.end();
    if (said == first_equation_.end() || said->second.formula >= k) return !found;
    walk(said->second.value, [&](const Node& part) {
      found = found || (part.is(Node::Kind::symbol) && !part.step && key_of(part) == key_of(name));
      return !found;
    });
    return !found;
  });
  return found;
}

// Where a name that is said to be something stands in equations before, it solves them, or nothing is decided of it.
std::optional<std::string> Reader::doubt_of_solution(const Node& name) {
  if (!is_late(current_, name)) return std::nullopt;
  for (std::size_t k = 0; k < current_; ++k) {
    if (formulas_[k].kind == Piece::Kind::directive) continue;
    for (const Statement& s : formulas_[k].statements) {
      if (!is_implicit(s, name)) continue;
      const Verdict verdict = by_what_is_known(s.sides[0], s.sides[1]);
      if (verdict == Verdict::proved) solved_.insert({k, key_of(name)});
      if (verdict == Verdict::proved || (verdict == Verdict::undecided && !concludes(formulas_[current_].before)))
        continue;
      const std::string why =
          fmt::format("it does not follow that `{}` solves the equation before", plain(label(name)));
      meaning_.suspect(name, why, Meaning::Doubt::always);
      for (Pending& p : pending_) {
        if (p.formula != k) continue;
        p.doubtful = true;
        p.why = p.unproved = fmt::format("it is an equation for `{}`", plain(label(name)));
      }
      return why;
    }
  }
  return std::nullopt;
}

}  // namespace gradus::document
