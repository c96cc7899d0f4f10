// SPDX-License-Identifier: GPL-2.0-or-later
// A \propto B says that A is B up to a factor, and the text says on what that does not depend: what words name ("as a
// function of x"), else what the chain begins with: p(x | \mu) is one of x, p_i one of i, a derivative by w one of w;
// else the names on the right side. Of vectors the factor is one for all entries. A derivative that is said to be
// proportional to a part of it may leave out factors that depend on the variable: only entries out of proportion refute
// that.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "document/nodes.h"
#include "document/phrases.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

bool is_log_word(const Node& n) { return n.is(Node::Kind::symbol) && n.word && (n.text == "log" || n.text == "ln"); }

// What a call is written with, and what is given: w and x of p(w | x), x and \theta of f(x; \theta).
struct Arguments {
  Node name;
  bool bar = false;
  std::vector<Node> own, given;
};

std::optional<Arguments> arguments_of(Node side, const std::string& text) {
  if (!side.is(Node::Kind::product)) return std::nullopt;
  while (side.kids.size() > 2 && is_log_word(side.kids[0])) side.kids.erase(side.kids.begin());
  if (side.kids.size() != 2 || !side.kids[0].is(Node::Kind::symbol) || !side.kids[1].is(Node::Kind::group) ||
      side.kids[0].text == "\\nabla" || side.kids[1].kids.empty())
    return std::nullopt;
  Arguments out{side.kids[0], false, {}, {}};
  if (!out.name.below.empty() && out.name.below[0].is(Node::Kind::symbol)) out.given.push_back(out.name.below[0]);
  const Node& inside = side.kids[1].kids[0];
  bool given = false;
  std::size_t end = inside.begin;
  for (const Node& item : inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside}) {
    given = given || (item.begin > end && text.substr(end, item.begin - end).find(';') != std::string::npos);
    const bool divided = item.is(Node::Kind::relation) && item.ops[0] == "mid";
    (given ? out.given : out.own).push_back(divided ? item.kids[0] : item);
    if (divided) out.given.push_back(item.kids[1]);
    out.bar = out.bar || divided;
    given = given || divided;
    end = item.end;
  }
  return out;
}

// "For large x": what is said so may be meant of a limit.
bool speaks_of_limits(const std::string& sentence) {
  const std::string words = lowered(sentence);
  static constexpr auto all = std::to_array<std::string_view>(
      {"large", "small", "asymptot", "leading", "limit", "approximat", "roughly", "close to", "near "});
  return std::ranges::any_of(all, [&](std::string_view w) { return words.find(w) != std::string::npos; });
}

// Whether words that end so lead to what a factor must not depend on.
bool leads_to_variable(const std::string& words, bool of_derivatives) {
  static constexpr auto always = std::to_array<std::string_view>(
      {"as a function of", "as functions of", "not depend on", "independent of", "constant in"});
  static constexpr auto of_values = std::to_array<std::string_view>({" in", "with respect to"});
  const std::string said = lowered(words.substr(0, words.find_last_not_of(" \n") + 1));
  const auto ends = [&](std::string_view w) { return said.ends_with(w); };
  return std::ranges::any_of(always, ends) || (!of_derivatives && std::ranges::any_of(of_values, ends));
}

}  // namespace

// What words of the sentence around a display name. Those of a derivative say by what it is one.
std::vector<Node> Reader::variables_said(bool of_derivatives) const {
  std::vector<Node> out;
  const auto look = [&](std::size_t k) {
    const Formula& f = formulas_[k];
    if (f.kind == Piece::Kind::display || f.statements.size() != 1 || !f.statements[0].relations.empty()) return;
    const Node& name = f.statements[0].sides[0];
    if (!leads_to_variable(f.before, of_derivatives)) return;
    for (const Node& n : name.is(Node::Kind::list) ? name.kids : std::vector<Node>{name}) {
      if (std::ranges::none_of(out, [&](const Node& o) { return label(o) == label(n); })) out.push_back(n);
    }
  };
  const auto ends = [&](std::size_t k) {  // before a display a paragraph may end, and the sentence goes on
    const std::string& words = formulas_[k].before;
    return ends_sentence(words.substr(0, words.find_last_not_of(" \n") + 1));
  };
  for (std::size_t k = current_; k > 0 && formulas_[k - 1].kind != Piece::Kind::display && !ends(k); --k) look(k - 1);
  for (std::size_t k = current_ + 1; k < formulas_.size() && !begins_sentence(formulas_[k].before); ++k) look(k);
  return out;
}

// All of these names, as far as the sides depend on them, and each for itself.
Proportion Reader::varying(const std::vector<Node>& names, const Meaning::Sides& sides) {
  Proportion out;
  std::vector<std::string> shown;
  for (const Node& n : names) {
    const auto name = meaning_.whole_of(n);
    const std::vector<Expr> inputs =
        name ? meaning_.inputs_under({*name}, sides.left, sides.right) : std::vector<Expr>{};
    if (inputs.empty()) continue;
    shown.push_back(fmt::format("`{}`", plain(label(n))));
    out.strictest.variables.insert(out.strictest.variables.end(), inputs.begin(), inputs.end());
    if (inputs == std::vector{*name}) out.plausible.push_back({inputs, false, shown.back()});
  }
  if (out.plausible.size() != shown.size()) out.plausible.clear();
  out.shown = fmt::format("{}", fmt::join(shown, ", "));
  return out;
}

// What a side is a function of by the way it is written, if the right side depends on it.
std::optional<Proportion> Reader::in_arguments(const Node& side, const Meaning::Sides& sides) {
  const auto arguments = arguments_of(side, source_->text);
  const bool unknown = meaning_.is_new(side);
  if (!arguments || !(arguments->bar || meaning_.has_arguments(arguments->name) || unknown)) return std::nullopt;
  const std::set<std::string> there = meaning_.everything_in(sides.right);
  const auto stands_there = [&](const Node& n) {
    const auto name = meaning_.whole_of(n);
    return name && there.contains(engine_.arena.name(*name));
  };
  Proportion own = varying(arguments->own, sides), given = varying(arguments->given, sides);
  if (std::ranges::none_of(arguments->own, stands_there)) {
    given.plausible.clear();
    return std::ranges::any_of(arguments->given, stands_there) ? std::optional(given) : std::nullopt;
  }
  // The likelihood p(x | \theta) may be meant as one of \theta; a density of which nothing else is said is one of x.
  const bool likelihood = !unknown || std::ranges::any_of(formulas_, [](const Formula& f) {
    return f.before.find("ikelihood") != std::string::npos;
  });
  if (likelihood && given.plausible.empty() && !given.strictest.variables.empty()) own.plausible.clear();
  if (likelihood && !own.plausible.empty())
    own.plausible.insert(own.plausible.end(), given.plausible.begin(), given.plausible.end());
  return own;
}

// By what a side is a derivative, as it stands or by its definition.
std::vector<Expr> Reader::differentiated_by(const Node& side) {
  Arena& arena = engine_.arena;
  std::vector<Expr> out;
  try {
    Expr e = meaning_.equation(side, side).left;
    while (arena.is(e, Op::Table)) e = arena.child(e, 2);
    if (arena.is(e, Op::Entry)) e = arena.child(e, 0);
    if (const Definition* d = arena.is(e, Op::Symbol) ? meaning_.model().definition(arena.name(e)) : nullptr)
      e = d->value;
    for (const Expr part : reachable(arena, e)) {
      if (arena.is(part, Op::Deriv) && std::ranges::find(out, arena.child(part, 1)) == out.end())
        out.push_back(arena.child(part, 1));
    }
  } catch (const NotRead&) {
  } catch (const Mismatch&) {
  } catch (const ShapeError&) {
  } catch (const LimitError&) {
  }
  return out;
}

// Whether it is a logarithm, or a sum with one: there a factor within it is a number that is added.
bool Reader::is_logarithm(Expr e) {
  Arena& arena = engine_.arena;
  if (arena.is(e, Op::Symbol)) {
    const Definition* d = meaning_.model().definition(arena.name(e));
    return d != nullptr && is_logarithm(d->value);
  }
  if (arena.is(e, Op::Call)) {
    const ModelFunction* f = meaning_.model().function(arena.name(e));
    return arena.name(e) == "ln" || arena.name(e) == "logsumexp" || (f != nullptr && f->body && is_logarithm(*f->body));
  }
  if (arena.is(e, Op::Table) || arena.is(e, Op::Sum)) return is_logarithm(arena.child(e, 2));
  if (!arena.is(e, Op::Add) && !arena.is(e, Op::Mul) && !arena.is(e, Op::Entry)) return false;
  return std::ranges::any_of(arena.children_copy(e), [&](Expr c) { return is_logarithm(c); });
}

// On what the factor must not depend; nothing, and why, if the text does not tell.
std::optional<Proportion> Reader::proportion(const Node& right, const Meaning::Sides& sides, std::string& why) {
  Arena& arena = engine_.arena;
  Expr body = sides.right;
  bool indexed = false;  // the right side has an index for all values of which it is claimed
  for (std::size_t k = 0; k < sides.free; ++k) body = arena.child(body, 2);
  for (Expr t = sides.right; arena.is(t, Op::Table) && t != body; t = arena.child(t, 2))
    indexed = indexed || contains(arena, body, arena.child(t, 0));
  const bool entries = !is_single(arena, meaning_.shape(body));
  std::vector<Node> written = chain_sides_;
  written.push_back(right);
  std::optional<Proportion> called;
  std::vector<Expr> by;
  for (const Node& side : written) {
    called = in_arguments(side, sides);
    if (called) break;
    by = differentiated_by(side);
    if (!by.empty()) break;
  }
  const auto shown = [&](Expr e) { return fmt::format("`{}`", plain(arena.name(e))); };
  if (const std::vector<Node> said = variables_said(!by.empty()); !said.empty()) {
    Proportion out = varying(said, sides);
    if (!out.strictest.variables.empty()) return out;
  }
  if (called) return called;
  if (!by.empty()) {
    Proportion out;
    out.strictest = {meaning_.inputs_under(by, sides.left, sides.right), indexed};
    std::vector<std::string> names;
    for (const Expr e : by) names.push_back(shown(e));
    out.shown = fmt::format("{}", fmt::join(names, ", "));
    if (entries && !meaning_.speaks_of(Topic::entries)) out.plausible = {{}};
    return out;
  }
  // The names on the right side, each for itself.
  Proportion of_names;
  std::vector<std::string> names;
  bool given = true;
  for (const Expr s : symbols(arena, sides.right)) {
    const auto& inputs = meaning_.model().inputs;
    if (std::ranges::find(inputs, s) != inputs.end()) {
      of_names.plausible.push_back({{s}, false, shown(s)});
    } else if (meaning_.model().definition(arena.name(s)) != nullptr) {
      given = false;
    } else {
      continue;
    }
    names.push_back(shown(s));
    const std::vector<Expr> below = meaning_.inputs_under({s}, sides.left, sides.right);
    for (const Expr input : below) {
      auto& all = of_names.strictest.variables;
      if (std::ranges::find(all, input) == all.end()) all.push_back(input);
    }
  }
  // In \Delta w = -\eta (a - y) x, which is said to be proportional to x, a may be held.
  Expr left = sides.left;
  while (arena.is(left, Op::Table)) left = arena.child(left, 2);
  if (arena.is(left, Op::Entry)) left = arena.child(left, 0);
  if (const Definition* d = arena.is(left, Op::Symbol) ? meaning_.model().definition(arena.name(left)) : nullptr)
    left = d->value;
  for (const Expr s : symbols(arena, left)) {
    if (meaning_.model().definition(arena.name(s)) == nullptr) continue;
    const std::set<std::string> below = meaning_.everything_in(s);
    given = given &&
            std::ranges::none_of(of_names.strictest.variables, [&](Expr v) { return below.contains(arena.name(v)); });
  }
  if (!given) of_names.plausible.clear();
  of_names.shown = fmt::format("{}", fmt::join(names, ", "));
  if (indexed || entries) {
    Proportion out{{{}, indexed}, {{{}, indexed, "the index"}}, "the index"};
    if (meaning_.speaks_of(Topic::entries) || (indexed && sides.free > 1)) out.plausible.clear();
    if (indexed && !out.plausible.empty()) {
      if (!given) out.plausible.clear();
      if (given && !of_names.strictest.variables.empty())
        out.plausible.push_back({of_names.strictest.variables, false, of_names.shown});
    }
    if (!indexed) out.shown = "the entry";
    return out;
  }
  if (!of_names.strictest.variables.empty()) return of_names;
  why = "it is not clear on what the factor must not depend";
  return std::nullopt;
}

// An equation behind in this part of the text: under another heading a name may be another one.
bool Reader::has_equation_behind(const Node& name) const {
  for (std::size_t k = current_; k < formulas_.size() && section_of_[k] == section_of_[current_]; ++k) {
    for (const Statement& s : formulas_[k].statements) {
      if (s.begin > name.begin && s.sides.size() > 1 && !s.continues && says_equal(s.relations[0]) &&
          label(s.sides[0]) == label(name))
        return true;
    }
  }
  return false;
}

void Reader::claim_proportion(const Node& right, const Meaning::Sides& sides, Pending& p) {
  std::string why;
  const auto doubt = [&](const std::string& reason) {
    p.doubtful = true;
    p.why = p.unproved = reason;
  };
  if (meaning_.is_unspecified(sides.left) || meaning_.is_unspecified_function(sides.right))
    return doubt("nothing but this is said of one of the sides");
  auto found = proportion(right, sides, why);
  if (!found) return doubt(why);
  if (const auto said = doubt_of_factor(sides, *found)) return doubt(*said);
  if (is_logarithm(sides.left) || is_logarithm(sides.right) || is_log_word(right) ||
      (chain_sides_.back().is(Node::Kind::product) && is_log_word(chain_sides_.back().kids[0]))) {
    p.doubtful = true;
    p.why = "of logarithms it may be meant up to a number that is added";
  }
  const std::string& behind = current_ + 1 < formulas_.size() ? formulas_[current_ + 1].before : std::string();
  if (speaks_of_limits(sentence_before(current_) + " " + behind.substr(0, behind.find('.')))) {
    p.doubtful = true;
    p.why = "it may be meant of a limit";
  }
  meaning_.report(fmt::format("read `\\propto` as equality up to a factor that does not depend on {}", found->shown));
  claimed_.at(p.link).proportion = std::move(found);
}

// The link behind side `k`. A name of which nothing is known but this stays one of which nothing is known.
void Reader::proportional_link(std::size_t k, const std::vector<Node>& sides) {
  LinkVerdict v;
  v.chain = chain_;
  v.link = ++link_;
  v.relation = "\\propto";
  v.left_place = place(sides[k].begin, sides[k].end);
  v.right_place = place(sides[k + 1].begin, sides[k + 1].end);
  links.push_back(std::move(v));
  const Node& left = sides[k];
  if (meaning_.is_new(left) && !(has_equation_behind(left) && meaning_.define_from_behind(left))) {
    const Node& name = left.is(Node::Kind::product) && left.kids[0].is(Node::Kind::symbol) ? left.kids[0] : left;
    const std::string text = source_->text.substr(left.begin, left.end - left.begin);
    links.back().reason = fmt::format("`{}` is known up to a factor only", text);
    meaning_.suspect(name, links.back().reason, Meaning::Doubt::of_refutations);
    vague_.insert(label(left));
    return;
  }
  claim(left, sides[k + 1]);
}

LinkVerdict Reader::verdict_on(Model model, const Claim& claim, const std::optional<Proportion>& proportion) {
  const auto judged = [&](Model& m) { return judged_aside(m, Mends::none); };
  if (proportion) return judge_proportion(engine_, model, claim, *proportion, judged);
  model.claims = {claim};
  return judged(model);
}

}  // namespace gradus::document
