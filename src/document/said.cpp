// SPDX-License-Identifier: GPL-2.0-or-later
// What sentences say in passing: cases, examples, changes. It decides nothing, and keeps from deciding.
#include <fmt/format.h>

#include <algorithm>

#include "document/nodes.h"
#include "document/outline.h"
#include "document/phrases.h"
#include "document/prose.h"
#include "document/reader.h"
#include "document/words.h"

namespace gradus::document {

// An equation or a condition in the text of which nothing is made.
void Reader::unused(const Statement& s) {
  // "1 if y = k and 0 otherwise" and "the probability of y = 1" say nothing of y.
  if (last_word(formulas_[current_].before) == "of") return;
  for (std::size_t k = current_ + 1; k < formulas_.size() && k < current_ + 3; ++k) {
    if (formulas_[k].before.find("otherwise") != std::string::npos) return;
  }
  suspect_names(s);
}

void Reader::suspect_names(const Statement& s) {
  for (const Node& side : s.sides) {
    walk(side, [&](const Node& n) {
      if (n.is(Node::Kind::symbol) && !n.word && !meaning_.indexes(n.text)) {
        meaning_.suspect(n, fmt::format("what is said of `{}` in the text was not used", plain(label(n))),
                         Meaning::Doubt::of_refutations);
      }
      return true;
    });
  }
}

// A in a set that is not read: matrices, elements of a group.
void Reader::suspect_set(const Statement& s) {
  if (s.sides.back().is(Node::Kind::group)) return;  // numbers, one by one
  const std::set<std::string> set = names_in(s.sides.back());
  if (set.contains("\\R") || set.contains("R") || set.contains("\\Re")) return;  // arrays of numbers
  for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
    walk(s.sides[k], [&](const Node& n) {
      if (!n.is(Node::Kind::symbol) || n.word || meaning_.indexes(n.text)) return true;
      meaning_.mention(n);
      meaning_.suspect(n, fmt::format("the set of `{}` was not read", plain(label(n))), Meaning::Doubt::always);
      return true;
    });
  }
}

// "We add a penalty to L": of the names in such a sentence that are defined nothing is decided from here on.
void Reader::note_changes(std::size_t k) {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::display || f.statements.size() != 1) return;
  const std::string& behind = k + 1 < formulas_.size() ? formulas_[k + 1].before : std::string();
  const std::string words = sentence_before(k) + " " + behind.substr(0, behind.find('.') + 1);
  const Node& name = f.statements[0].sides[0];
  const bool alone = f.statements[0].relations.empty() && name.is(Node::Kind::symbol) && !name.word;
  if (const auto called = function_called(f.before, behind); alone && called && *called != any_function)
    is_called_function(name, std::string(*called));
  if (!alone || !speaks_of(Topic::change, words) || !(meaning_.is_defined(name) || meaning_.is_function(name))) return;
  judge();
  meaning_.suspect(name, fmt::format("the text changes what `{}` is", plain(label(name))), Meaning::Doubt::always);
}

// "Here f is the hyperbolic tangent", or f = \tanh: if it was another function before, nothing is decided of it now.
void Reader::is_called_function(const Node& name, const std::string& function) {
  if (!meaning_.is_function(name)) return;
  Node argument, word;
  argument.text = "t";
  word.text = function;
  word.word = true;
  judge();
  const auto call = [&](const Node& f) { return product_of({f, group_of(argument)}); };
  if (by_what_is_known(call(name), call(word)) != Verdict::refuted) return;
  meaning_.suspect(name, fmt::format("the text changes what `{}` is", plain(label(name))), Meaning::Doubt::always);
}

// "For x > 0 we have [display]." That is no fact of what comes then.
void Reader::drop_passing(std::size_t k) {
  if (passing_.empty() || k == 0 || formulas_[k - 1].kind != Piece::Kind::display) return;
  drop(std::exchange(passing_, {}));
}

void Reader::drop(const std::vector<Passing>& said) {
  judge();
  for (const Passing& p : said) {
    std::erase_if(meaning_.model().assumptions, [&](const Assumption& a) {
      return std::ranges::find(p.conditions, a.condition) != p.conditions.end();
    });
    suspect_names(p.said);
  }
}

// "$f(x) = \log x$ for $x > 0$": that is no fact of what stands under another heading.
void Reader::drop_of_other_parts(const Outline& outline, std::size_t k) {
  std::vector<Passing> others;
  std::erase_if(of_parts_, [&](const Passing& p) {
    const bool other = !outline.within(outline.part_of(k), outline.part_of(p.formula));
    if (other) others.push_back(p);
    return other;
  });
  if (!others.empty()) drop(others);
}

// "For $x > 0$ we have $|x| = x$", "the logarithm needs $x > 0$": a condition of what its sentence says, and of no
// more.
bool Reader::is_of_one_sentence() const {
  const std::string& before = formulas_[current_].before;
  if (needs(before)) return true;
  if (!states_case(before) || leads_to_display() || current_ + 1 >= formulas_.size()) return false;
  const std::string& behind = formulas_[current_ + 1].before;
  return formulas_[current_ + 1].kind != Piece::Kind::display && concludes_case(behind);
}

namespace {

bool is_bound(const Statement& s) {
  return s.sides.size() == 2 && s.relations.size() == 1 &&
         (s.relations[0] == "<" || s.relations[0] == ">" || s.relations[0] == "<=" || s.relations[0] == ">=");
}

}  // namespace

// "For x > 0 we have f(x) = x^2": under a condition on the argument, or where the text has the other case as well.
bool Reader::is_partial(const Node& name) const {
  const auto is_case = [&](std::size_t k) {
    const Formula& f = formulas_[k];
    return f.kind != Piece::Kind::display && f.statements.size() == 1 && is_bound(f.statements[0]) &&
           states_case(f.before);
  };
  for (std::size_t k = current_; k-- > 0;) {
    if (formulas_[k + 1].before.find('.') != std::string::npos || formulas_[k].kind == Piece::Kind::display) break;
    if (!is_case(k)) continue;
    const Statement& s = formulas_[k].statements[0];
    const std::set<std::string> of = names_in(s.sides[0]);
    if (name.is(Node::Kind::product) && names_in(name.kids.back()) == of) return true;
    for (std::size_t j = 0; j < formulas_.size(); ++j) {
      if (!is_case(j) || names_in(formulas_[j].statements[0].sides[0]) != of) continue;
      if (formulas_[j].statements[0].relations[0][0] != s.relations[0][0]) return true;
    }
  }
  return false;
}

// f'(x) where x is 1 by the text: at that point, or as a function of x?
std::optional<std::string> Reader::point_of(const Node& left, const Node& right) {
  std::optional<std::string> out;
  const auto look = [&](const Node& by) {
    if (by.is(Node::Kind::symbol) && meaning_.is_a_number(by))
      out = fmt::format("it is not said whether this is meant for the one `{}` alone", plain(label(by)));
  };
  for (const Node* side : {&left, &right}) {
    walk(*side, [&](const Node& n) {
      if (n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]))
        look(n.kids[1].kids.back());
      for (std::size_t k = 0; n.is(Node::Kind::product) && k + 1 < n.kids.size(); ++k) {
        if (n.kids[k].is(Node::Kind::symbol) && n.kids[k].primes > 0 && n.kids[k + 1].is(Node::Kind::group))
          look(n.kids[k + 1].kids[0]);
      }
      return !out;
    });
  }
  return out;
}

// Whether the sentence goes on with a display.
bool Reader::leads_to_display() const {
  const std::size_t next = current_ + 1;
  return next < formulas_.size() && formulas_[next].kind == Piece::Kind::display &&
         formulas_[next].before.find_first_of(".;") == std::string::npos;
}

// Whether the text speaks of other cases anywhere: what holds "for x > 0" is else the domain.
bool Reader::has_cases() const {
  static constexpr auto signs =
      std::to_array<std::string_view>({"therwise", " else ", "for negative", "other case", "if not", "ikewise for"});
  const auto bounds = std::ranges::count_if(formulas_, [](const Formula& f) {
    return f.kind != Piece::Kind::display && f.statements.size() == 1 && is_bound(f.statements[0]) &&
           (states_case(f.before) || supposes(f.before));
  });
  return bounds > 1 || std::ranges::any_of(formulas_, [](const Formula& f) { return says(f.before, signs); });
}

// "f(x) = x^2 for x > 0": a definition in the text that is not meant for all.
bool Reader::is_for_some_only() const {
  const std::size_t next = current_ + 1;
  if (next >= formulas_.size()) return false;
  const std::string& words = formulas_[next].before;
  if (says_for_some(words.substr(0, words.find_first_of(".")))) return true;
  const auto& rows = formulas_[next].statements;
  const bool here = words.find('.') == std::string::npos && formulas_[next].kind != Piece::Kind::display;
  const bool related = here && rows.size() == 1 && !rows[0].relations.empty();
  const std::string first = related ? rows[0].relations[0] : std::string();
  const bool bound = first == "<" || first == ">" || first == "<=" || first == ">=";
  const bool below = first == "<" || first == "<=";
  const bool between = related && rows[0].relations.size() == 2;  // 0 < p < 1
  return bound && states_case(words) && words.size() < 12 && ((below && !between) || has_cases());
}

// Whether the sentence around a formula of the text, or the words right behind it, take back what it says.
bool Reader::is_taken_back() const {
  const std::string& before = formulas_[current_].before;
  const std::size_t sentence = before.rfind(". ");
  if (takes_back(before.substr(sentence == std::string::npos ? 0 : sentence))) return true;
  if (current_ + 1 >= formulas_.size()) return false;
  const std::string& behind = formulas_[current_ + 1].before;
  return takes_back(behind.substr(0, behind.find(". ")));
}

// The words before a formula, back to where a sentence ends before them, with a mark for each formula between.
std::string Reader::sentence_before(std::size_t k) const {
  std::string words;
  for (std::size_t j = k;; --j) {
    const std::string& own = formulas_[j].before;
    const std::size_t end = own.find_last_not_of(" \n");
    std::string said = own.substr(0, end + 1);
    if (j < k) said += formula_mark;
    words = said + " " + words;
    const bool ends = end != std::string::npos && ends_sentence(own.substr(0, end + 1));
    if (j > 0 && formulas_[j - 1].kind != Piece::Kind::display && !ends) continue;
    const std::size_t begin = words.rfind(". ");
    return begin == std::string::npos ? words : words.substr(begin + 1);
  }
}

// "Up to a constant factor", "If the prediction is perfect," before a display.
bool Reader::is_loosely_said(std::size_t k) const {
  return formulas_[k].kind == Piece::Kind::display && !case_in_words(k) && says_loosely(sentence_before(k));
}

// "In general", where something was assumed of what stands in a claim.
bool Reader::assumes_too_much(const Node& left, const Node& right) const {
  if (!speaks_of_all(formulas_[current_].before)) return false;
  std::set<std::string> names = names_in(left);
  names.merge(names_in(right));
  return std::ranges::any_of(names, [&](const std::string& n) { return assumed_.contains(n); });
}

// Whether a formula of the text stands in a sentence about an example or a beginning.
bool Reader::is_in_example(std::size_t k) const {
  for (;; --k) {
    const std::string& words = formulas_[k].before;
    if (speaks_of_example(words)) return true;
    if (k == 0 || formulas_[k - 1].kind == Piece::Kind::display || ends_sentence(words)) return false;
  }
}

// "an m x n matrix", "the matrices A and B": what a name is, of which no shape is read.
void Reader::note_matrices(std::size_t k) {
  const Formula& f = formulas_[k];
  if (f.kind == Piece::Kind::display || f.statements.size() != 1 || !f.statements[0].relations.empty()) return;
  if (introduce_matrix(k)) return;
  std::string behind = k + 1 < formulas_.size() ? formulas_[k + 1].before : std::string();
  const bool size = k + 2 < formulas_.size() && formulas_[k + 1].kind != Piece::Kind::display && behind.size() < 60 &&
                    !ends_sentence(behind);
  if (size) behind += " " + formulas_[k + 2].before;
  // "a and b be matrices"
  const bool listed = (behind == " and " || behind == ", ") && k + 2 < formulas_.size() &&
                      formulas_[k + 1].kind != Piece::Kind::display && calls_matrix("", formulas_[k + 2].before);
  const Beside beside = words_beside(k);
  if (!calls_matrix(f.before, behind) && !calls_matrix(beside.lead, beside.behind) && !listed) return;
  for (const Node& n : f.statements[0].sides) {
    walk(n, [&](const Node& name) {
      if (name.is(Node::Kind::symbol) && !name.word) {
        Node plain_name = name;
        plain_name.bold = false;
        meaning_.call_matrix(label(plain_name));
      }
      return true;
    });
  }
}

// 1/N in front of a sum over what nothing is said of: a claim that holds if N counts that is not refuted.
std::optional<std::string> Reader::doubt_of_counts(const Claim& claim) {
  Arena& arena = engine_.arena;
  for (const auto& pair : meaning_.maybe_counted(claim.sides[0], claim.sides[1])) {
    const auto counted = [&](Expr e) { return substitute(arena, e, {pair}); };
    Model model = meaning_.model();
    model.claims = {claim};
    for (Expr& side : model.claims[0].sides) side = counted(side);
    for (Definition& d : model.definitions) d.value = counted(d.value);
    for (Assumption& a : model.assumptions) a.condition = counted(a.condition);
    if (judged_aside(model, Mends::none).verdict == Verdict::proved)
      return fmt::format("it is not said whether `{}` counts what is summed over", plain(arena.name(pair.first)));
  }
  return std::nullopt;
}

// A claim that holds if the entries of a vector sum to one, of which nothing else is said, where the text speaks of
// classes or of a cross-entropy: they may be those of a one-hot label.
std::optional<std::string> Reader::doubt_of_totals(const Claim& claim) {
  if (!meaning_.speaks_of(Topic::classes)) return std::nullopt;
  for (const auto& [name, conditions] : meaning_.maybe_one_hot(claim.sides[0], claim.sides[1])) {
    Model model = meaning_.model();
    model.claims = {claim};
    for (const Expr c : conditions) model.assumptions.push_back({c, {}});
    if (judged_aside(model, Mends::none).verdict == Verdict::proved)
      return fmt::format("it is not said whether the entries of `{}` sum to 1", plain(name));
  }
  return std::nullopt;
}

// "Now L = ... instead": another equation for what is defined, and not the same by what is known. From here on nothing
// is decided of it.
bool Reader::may_be_redefinition(const std::vector<Node>& sides, const std::string& before) {
  if (sides.size() != 2) return false;
  const bool call = sides[0].is(Node::Kind::product) && sides[0].kids.size() == 2 &&
                    sides[0].kids[1].is(Node::Kind::group) && sides[0].kids[1].kids[0].is(Node::Kind::symbol);
  const Node& name = call ? sides[0].kids[0] : sides[0];
  const bool equation = name.is(Node::Kind::symbol) && name.bare() && !has_derivative(sides[1]) && !concludes(before) &&
                        !names_in(sides[1]).contains(name.text);
  if (!equation ||
      !(call ? meaning_.is_function(name) && (!asserts(before) || defines(before)) : meaning_.is_defined(name)))
    return false;
  judge();
  if (by_what_is_known(sides[0], sides[1]) == Verdict::proved) return false;
  const std::string why = fmt::format("the text has two equations for `{}`", plain(label(name)));
  redefined_.insert(why);
  meaning_.suspect(name, why, Meaning::Doubt::always);
  return true;
}

// L_w, where L is defined by w.
bool Reader::may_be_derivative(const Node& name) {
  if (name.is(Node::Kind::product) && !name.kids[0].above.empty()) {  // f^{(2)}(x)
    Node of = name.kids[0];
    const bool order =
        of.above[0].is(Node::Kind::group) && of.above[0].text == "(" && of.above[0].kids[0].is(Node::Kind::number);
    of.above.clear();
    return order && (meaning_.is_function(of) || meaning_.is_defined(of));
  }
  if (name.is(Node::Kind::symbol) && name.differential) {  // df
    Node of = name;
    of.differential = false;
    of.text.erase(0, 1);
    return meaning_.is_function(of) || meaning_.is_defined(of);
  }
  if (name.text.starts_with("\\dot{") || name.text.starts_with("\\ddot{")) return true;
  if (!name.is(Node::Kind::symbol) || name.below.size() != 1) return false;
  Node of = name;
  of.below.clear();
  const Node& below = name.below[0];
  const std::vector<Node> letters = below.is(Node::Kind::product) ? below.kids : std::vector<Node>{below};
  return std::ranges::all_of(letters, [&](const Node& by) {
    return by.is(Node::Kind::symbol) && !by.word && !meaning_.indexes(by.text) &&
           (meaning_.is_function(of) || meaning_.depends_by_definition(of, by));
  });
}

}  // namespace gradus::document
