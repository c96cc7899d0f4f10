// SPDX-License-Identifier: GPL-2.0-or-later
// Writing the names of the model for what they stand for.
#include <fmt/format.h>

#include <algorithm>

#include "derive/session.h"

namespace gradus {
namespace {

constexpr std::size_t largest_value = 3'000;  // nodes of a definition that is looked for in its simplified form, too

// A product as powers: base -> integer exponent, in order; other factors have exponent 1.
std::vector<std::pair<Expr, Rational>> powers(Arena& arena, AcForms& forms, Expr product) {
  std::vector<std::pair<Expr, Rational>> out;
  std::vector<Expr> open{product};
  while (!open.empty()) {
    const Expr e = open.back();
    open.pop_back();
    if (arena.is(e, Op::Mul)) {
      const auto children = arena.children(e);
      open.insert(open.end(), children.rbegin(), children.rend());
      continue;
    }
    const bool power = arena.is(e, Op::Pow) && arena.is_integer(arena.child(e, 1));
    const Expr base = forms.canonical(power ? arena.child(e, 0) : e);
    const Rational n = power ? arena.value(arena.child(e, 1)) : Rational(1);
    const auto it = std::find_if(out.begin(), out.end(), [&](const auto& p) { return p.first == base; });
    if (it == out.end() || arena.is_number(base)) {
      out.emplace_back(base, n);
    } else {
      it->second = it->second + n;
    }
  }
  return out;
}

// What is looked up to find parts of a sum or product: the forms of its terms, or of the bases of its factors.
std::vector<Expr> part_keys(Arena& arena, AcForms& forms, Expr e) {
  std::vector<Expr> out;
  if (arena.is(e, Op::Add)) {
    for (const Expr t : arena.children_copy(e)) out.push_back(forms.canonical(t));
  } else if (arena.is(e, Op::Mul)) {
    for (const auto& [base, n] : powers(arena, forms, e)) out.push_back(base);
  }
  return out;
}

// The product with `part` divided out and `name` put in its place, if every factor of `part` stands in it.
std::optional<Expr> without_factors(Arena& arena, AcForms& forms, Expr whole, Expr part, Expr name) {
  auto all = powers(arena, forms, whole);
  for (const auto& [base, n] : powers(arena, forms, part)) {
    if (n == 0) return std::nullopt;  // x/x takes nothing away: it would be put in again and again
    const auto it = std::ranges::find(all, base, [](const auto& p) { return p.first; });
    if (it == all.end() || (n > 0) != (it->second > 0) || cln::abs(n) > cln::abs(it->second)) return std::nullopt;
    it->second = it->second - n;
  }
  std::vector<Expr> factors;
  for (const auto& [base, n] : all) {
    if (n == 1) factors.push_back(base);
    if (n != 1 && n != 0) factors.push_back(arena.pow(base, arena.number(n)));
  }
  const bool number_first = !factors.empty() && arena.is_number(factors[0]);
  factors.insert(factors.begin() + (number_first ? 1 : 0), name);
  return arena.product(factors);
}

std::optional<Expr> without_terms(Arena& arena, AcForms& forms, Expr whole, Expr part, Expr name) {
  std::vector<Expr> terms = arena.children_copy(whole);
  for (const Expr t : arena.children_copy(part)) {
    const auto it = std::find_if(terms.begin(), terms.end(), [&](Expr u) { return forms.equal(t, u); });
    if (it == terms.end()) return std::nullopt;
    terms.erase(it);
  }
  terms.insert(terms.begin(), name);
  return arena.sum(terms);
}

}  // namespace

void Session::abbreviate(Abbreviation a) {
  if (arena.count(a.value) == 0) return;
  const auto keys = part_keys(arena, rewriter.forms(), a.value);
  if (!keys.empty()) partial_[keys.back()].push_back(a);
  const Expr form = rewriter.forms().canonical(a.value);
  abbreviations_.try_emplace(form, std::move(a));
}

const ExprMap<Session::Abbreviation>& Session::abbreviations() {
  if (abbreviated_) return abbreviations_;
  abbreviated_ = true;
  for (const Definition& d : model.definitions) {
    const Abbreviation name{d.value, d.symbol, "use-name", fmt::format("`{}` stands for this.", d.name)};
    abbreviate(name);
    if (arena.is(d.value, Op::Call)) {
      // The reciprocal of exp(s) is written exp(-s).
      const Expr reciprocal = arena.pow(d.value, arena.number(-1)), written = rewriter.run("cancel", reciprocal);
      if (written != reciprocal) abbreviate({written, arena.pow(d.symbol, arena.number(-1)), name.rule, name.why});
    }
    const auto nodes = reachable(arena, d.value);
    const bool exponential = std::any_of(nodes.begin(), nodes.end(),
                                         [&](Expr e) { return arena.is(e, Op::Call) && arena.name(e) == "exp"; });
    if (!exponential || nodes.size() > largest_value) continue;
    const Expr simpler = rewriter.run("sigmoids", d.value);
    if (simpler != d.value) abbreviate({simpler, name.name, name.rule, name.why});
  }
  for (const Assumption& a : model.assumptions) {
    if (!arena.is(a.condition, Op::Eq) || arena.count(arena.child(a.condition, 1)) != 0) continue;
    abbreviate({arena.child(a.condition, 0), arena.child(a.condition, 1), "by-assumption",
                fmt::format("By assumption, {}.", print(arena, a.condition))});
  }
  return abbreviations_;
}

std::vector<const Session::Abbreviation*> Session::partial_abbreviations(Expr e) {
  abbreviations();
  std::vector<const Abbreviation*> out;
  for (const Expr key : part_keys(arena, rewriter.forms(), e)) {
    const auto found = partial_.find(key);
    if (found == partial_.end()) continue;
    for (const Abbreviation& a : found->second) {
      if (arena.is(a.value, arena.op(e)) && arena.count(a.value) <= arena.count(e)) out.push_back(&a);
    }
  }
  return out;
}

void Trace::abbreviate(bool names) {
  Arena& arena = session_.arena;
  AcForms& forms = session_.rewriter.forms();
  const auto& exact = session_.abbreviations();
  const auto find = [&](Expr node) -> std::optional<Rewriting> {
    if (arena.count(node) == 0 || arena.is(node, Op::Deriv)) return std::nullopt;
    const auto allowed = [&](const Session::Abbreviation& a) { return names || a.rule == "by-assumption"; };
    if (const auto found = exact.find(forms.canonical(node)); found != exact.end() && allowed(found->second)) {
      return Rewriting{found->second.rule, node, found->second.name, found->second.why, "", false};
    }
    const Op op = arena.op(node);
    if (op != Op::Add && op != Op::Mul) return std::nullopt;
    for (const Session::Abbreviation* candidate : session_.partial_abbreviations(node)) {
      const Session::Abbreviation& a = *candidate;
      if (!allowed(a)) continue;
      const auto after = op == Op::Mul ? without_factors(arena, forms, node, a.value, a.name)
                                       : without_terms(arena, forms, node, a.value, a.name);
      if (after) return Rewriting{a.rule, node, *after, a.why, "", false};
    }
    return std::nullopt;
  };
  std::unordered_set<Expr, ExprHash> done;
  bool done_any = false;
  for (bool again = true; again;) {
    again = false;
    for (const Expr node : reachable(arena, line)) {
      if (done.contains(node)) continue;
      const auto found = find(node);
      if (!found) {
        done.insert(node);
        continue;
      }
      step(found->rule, found->before, found->after, found->why);
      again = done_any = true;
      break;
    }
  }
  run(done_any ? "collect" : "tidy");
}

}  // namespace gradus
