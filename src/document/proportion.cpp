// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/proportion.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gradus/expr/slice.h"
#include "tensor/entries.h"

namespace gradus::document {
namespace {

// A model beside a copy of all in it that depends on some of its inputs.
class Doubled {
 public:
  Doubled(Engine& engine, const Model& model, const std::vector<Expr>& variables)
      : arena_(engine.arena), model_(model) {
    model_.claims.clear();
    for (const Expr v : variables) {
      copy(v);
      model_.inputs.push_back(other_.at(v));
    }
    const std::vector<Definition> definitions = model_.definitions;
    for (const Definition& d : definitions) {
      if (!varies(d.value)) continue;
      copy(d.symbol);
      const Expr twin = other_.at(d.symbol);
      model_.definition_index[arena_.name(twin)] = model_.definitions.size();
      model_.definitions.push_back({arena_.name(twin), twin, copied(d.value), d.place});
    }
    const std::vector<Assumption> assumptions = model_.assumptions;
    for (const Assumption& a : assumptions) {
      if (varies(a.condition)) model_.assumptions.push_back({copied(a.condition), a.place});
    }
    for (const ModelFunction& f : model_.functions) {
      if ((f.body && varies(*f.body)) || (f.derivative && varies(*f.derivative)))
        throw LimitError(fmt::format("`{}` depends on more than its arguments", f.name));
    }
  }

  // The claim that products crosswise are equal; or quotients, which are undefined where the right side is 0.
  Model crosswise(const Claim& claim, bool across, bool quotients) {
    tensor::Entries entries(arena_, model_, "index of p");
    Expr left = claim.sides[0], right = claim.sides[1];
    std::vector<Expr> free, sizes;
    for (std::size_t k = 0; k < claim.free_indices && !across; ++k) {
      free.push_back(arena_.child(left, 0));
      sizes.push_back(arena_.child(left, 1));
      left = arena_.child(left, 2);
      right = arena_.child(right, 2);
    }
    const Shape s = entries.shape(left), t = entries.shape(right);
    const Shape& shape = s.size() < t.size() ? t : s;
    const bool single = is_single(arena_, s) && is_single(arena_, t);
    const std::vector<Expr> i = single ? std::vector<Expr>{} : entries.fresh(shape);
    const std::vector<Expr> j = single ? std::vector<Expr>{} : entries.fresh(shape);
    const auto at = [&](Expr e, const std::vector<Expr>& indices) {
      const std::size_t own = entries.shape(e).size();  // a number stands for all entries
      return entries.at(e, single || own == 0 ? std::vector<Expr>(own, arena_.number(1)) : indices);
    };
    const Expr a = at(left, i), b = at(right, i), a2 = at(copied(left), j), b2 = at(copied(right), j);
    const auto whole = [&](Expr e) {
      if (!single) e = table(arena_, i, shape, table(arena_, j, shape, e));
      return table(arena_, free, sizes, e);
    };
    Model out = model_;
    Claim c = claim;
    c.free_indices = free.size();
    c.sides = quotients ? std::vector<Expr>{whole(arena_.mul(a, arena_.reciprocal(b))),
                                            whole(arena_.mul(a2, arena_.reciprocal(b2)))}
                        : std::vector<Expr>{whole(arena_.mul(a, b2)), whole(arena_.mul(a2, b))};
    out.claims = {c};
    return out;
  }

 private:
  [[nodiscard]] bool varies(Expr e) const {
    return std::ranges::any_of(symbols(arena_, e), [&](Expr s) { return other_.contains(s); });
  }
  // By what a derivative is taken is renamed as well.
  Expr copied(Expr e) {
    if (other_.empty()) return e;
    return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
      const auto at = other_.find(node);
      return at == other_.end() ? node : at->second;
    });
  }
  void copy(Expr symbol) {
    std::string name = arena_.name(symbol) + "'";
    while (model_.introduced.contains(name) || model_.definition(name) != nullptr ||
           std::ranges::find(model_.inputs, arena_.symbol(name)) != model_.inputs.end())
      name += "'";
    if (const auto shape = model_.shapes.find(arena_.name(symbol)); shape != model_.shapes.end())
      model_.shapes[name] = Shape(shape->second);
    other_[symbol] = arena_.symbol(name);
  }

  Arena& arena_;
  Model model_;
  ExprMap<Expr> other_;
};

class ProportionJudge {
 public:
  ProportionJudge(Engine& engine, const Model& model, const Claim& claim, const Proportion& proportion,
                  const std::function<LinkVerdict(Model&)>& judged)
      : engine_(engine), arena_(engine.arena), model_(model), claim_(claim), proportion_(proportion), judged_(judged) {}

  LinkVerdict judge() {
    LinkVerdict v = products(proportion_.strictest);
    if (v.verdict == Verdict::proved) v = with_factor(std::move(v));
    if (v.verdict == Verdict::undecided) {
      if (auto found = by_a_number()) return *found;
    }
    if (v.verdict != Verdict::refuted) return v;
    const std::string why = fmt::format("the quotient of the two sides depends on {}", proportion_.shown);
    std::optional<LinkVerdict> found;
    std::string holds, fails;
    for (const Proportion::Reading& r : proportion_.plausible) {
      LinkVerdict w =
          r.variables == proportion_.strictest.variables && r.across == proportion_.strictest.across ? v : products(r);
      if (w.verdict == Verdict::refuted) {
        fails += (fails.empty() ? "" : ", ") + r.shown;
        if (!found) found = shown(std::move(w), r, why);
      } else {
        if (w.verdict == Verdict::proved) holds += (holds.empty() ? "" : ", ") + r.shown;
        found.reset();
        if (holds.empty()) break;
      }
    }
    if (holds.empty() && found) return *found;
    if (!holds.empty() && !fails.empty())
      return undecided(
          fmt::format("the factor does not depend on {}, but on {}: it is not said which is meant", holds, fails));
    return undecided(why + ", and it is not said that it must not");
  }

 private:
  static LinkVerdict undecided(std::string reason) {
    LinkVerdict v;
    v.reason = std::move(reason);
    return v;
  }

  LinkVerdict judged(Model model) { return judged_(model); }
  LinkVerdict products(const Proportion::Reading& r) {
    return judged(Doubled(engine_, model_, r.variables).crosswise(claim_, r.across, false));
  }

  // Products crosswise that are equal show a factor only where they are not zero.
  LinkVerdict with_factor(LinkVerdict v) {
    for (const Expr side : claim_.sides) {
      const LinkVerdict zero = judged_of(side, arena_.number(0));
      if (zero.verdict == Verdict::proved) return undecided("one side is zero: any factor would do, or none");
      if (zero.verdict != Verdict::refuted || !zero.reason.starts_with("the sides differ"))
        return undecided("it was not shown that the sides are not zero");
    }
    if (!has_reciprocal()) return undecided("the right side may be zero throughout, where the left one is not");
    v.reason = fmt::format("up to a factor that does not depend on {}: crosswise, {}", proportion_.shown, v.reason);
    return v;
  }

  // Whether the right side is zero nowhere but on a set without interior. Of tensors without kinks it is enough that
  // it is not zero everywhere.
  bool has_reciprocal() {
    const Expr right = claim_.sides[1];
    if (tensor::Entries(arena_, model_).shape(right).empty())
      return judged_of(arena_.mul(right, arena_.reciprocal(right)), arena_.number(1)).verdict == Verdict::proved;
    return !has_kinks(right);
  }

  // What these are made of, through definitions.
  std::vector<Expr> unfolded(std::vector<Expr> roots) {
    std::set<Expr> names;
    for (std::size_t k = 0; k < roots.size(); ++k) {
      for (const Expr s : symbols(arena_, roots[k])) {
        const Definition* d = model_.definition(arena_.name(s));
        if (d != nullptr && names.insert(s).second) roots.push_back(d->value);
      }
    }
    return roots;
  }

  // A factor that authors leave out most: 1/m, or 2 of a square. Where it is one of these that is easier to prove.
  std::optional<LinkVerdict> by_a_number() {
    constexpr std::size_t most_sizes = 2;
    std::vector<Expr> numbers, sizes;
    for (const long n : {1L, -1L, 2L, -2L}) numbers.push_back(arena_.number(n));
    for (const Expr n : {numbers[0], numbers[1]}) numbers.push_back(arena_.div(n, numbers[2]));
    for (const Expr part : reachable(arena_, unfolded(claim_.sides))) {
      const bool size = arena_.is(part, Op::Symbol) && std::ranges::find(model_.dims, part) != model_.dims.end();
      if (size && sizes.size() < most_sizes) sizes.push_back(part);
    }
    std::vector<Expr> factors = numbers;
    for (const Expr size : sizes) {
      for (const Expr n : numbers) factors.push_back(arena_.div(n, size));
      for (const Expr n : numbers) factors.push_back(arena_.mul(n, size));
    }
    for (const Expr factor : factors) {
      LinkVerdict v = judged_of(claim_.sides[0], arena_.mul(factor, claim_.sides[1]));
      if (v.verdict != Verdict::proved) continue;
      v.reason = fmt::format("up to the factor `{}`: {}", print(arena_, factor), v.reason);
      return v;
    }
    return std::nullopt;
  }

  bool has_kinks(Expr e) {
    std::vector<Expr> roots = unfolded({e});
    for (const ModelFunction& f : model_.functions) {
      if (f.body) roots.push_back(*f.body);
    }
    const std::vector<Expr> all = reachable(arena_, roots);
    return std::ranges::any_of(all, [&](Expr n) {
      if (arena_.is(n, Op::Max) || arena_.is(n, Op::Min)) return true;
      if (arena_.is(n, Op::Where)) return !arena_.is(arena_.child(n, 0), Op::Eq);  // a delta of indices
      if (arena_.is(n, Op::Pow)) return !arena_.is_number(arena_.child(n, 1)) || !arena_.is_integer(arena_.child(n, 1));
      if (!arena_.is(n, Op::Call)) return false;
      static const std::set<std::string> piecewise{"max", "min", "hardmax", "norm", "sqrt", "abs"};
      const Function* f = engine_.catalogue.functions.find(arena_.name(n), arena_.count(n));
      return piecewise.contains(arena_.name(n)) || (f != nullptr && !f->kinks.empty());
    });
  }

  LinkVerdict judged_of(Expr left, Expr right) {
    Model model = model_;
    Claim c = claim_;
    c.sides = {left, right};
    c.free_indices = 0;
    model.claims = {c};
    return judged(model);
  }

  // A refuted link: with a point at which both quotients are shown, if there is one.
  LinkVerdict shown(LinkVerdict v, const Proportion::Reading& r, const std::string& why) {
    constexpr std::string_view differ = "the sides differ";
    const LinkVerdict w = judged(Doubled(engine_, model_, r.variables).crosswise(claim_, r.across, true));
    const bool quotients = w.verdict == Verdict::refuted && w.reason.starts_with(differ);
    if (quotients) v.counterexample = w.counterexample;
    std::string where = quotients ? w.reason : v.reason;
    where = where.starts_with(differ) ? where.substr(differ.size()) : "; " + where;
    v.reason = (r.variables.empty() ? "the quotient of the two sides is not the same for all entries" : why) + where;
    if (!quotients) v.reason += "; the values are those of the products crosswise";
    return v;
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const Claim& claim_;
  const Proportion& proportion_;
  const std::function<LinkVerdict(Model&)>& judged_;
};

}  // namespace

LinkVerdict judge_proportion(Engine& engine, const Model& model, const Claim& claim, const Proportion& proportion,
                             const std::function<LinkVerdict(Model&)>& judged) {
  try {
    return ProportionJudge(engine, model, claim, proportion, judged).judge();
  } catch (const LimitError& e) {
    LinkVerdict v;
    v.reason = e.what();
    return v;
  } catch (const ShapeError& e) {
    LinkVerdict v;
    v.reason = e.what();
    return v;
  }
}

}  // namespace gradus::document
