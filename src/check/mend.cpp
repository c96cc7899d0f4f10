// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/mend.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_set>

namespace gradus {
namespace {

using ChangeKind = Change::Kind;
constexpr std::size_t most_changes = 4000, most_proofs = 10, most_material = 32, points_needed = 4,
                      most_names_below = 300;

class Mender {
 public:
  Mender(Engine& engine, Forms& forms, Resolver& resolver, PointSource& points, Prover& prover, const Side& left,
         const Side& right)
      : engine_(engine),
        arena_(engine.arena),
        forms_(forms),
        resolver_(resolver),
        points_(points),
        prover_(prover),
        left_(left),
        right_(right) {}

  std::optional<Mend> run() {
    prepare();
    for (const bool on_the_right : {true, false}) {
      const Side& wrong = on_the_right ? right_ : left_;
      const Side& other = on_the_right ? left_ : right_;
      if (auto m = try_side(wrong, other)) {
        if (!on_the_right) m->words += " on the left side";
        return m;
      }
    }
    return std::nullopt;
  }

 private:
  void prepare() {
    std::unordered_set<Expr, ExprHash> factors, terms, names;
    const auto keep = [](std::vector<Expr>& list, std::unordered_set<Expr, ExprHash>& seen, Expr e) {
      if (list.size() < most_material && seen.insert(e).second) list.push_back(e);
    };
    std::vector<Expr> visible{right_.written, left_.written};
    // What is differentiated, a few definitions deep: there the inner derivatives are.
    const std::vector<Expr> around = forms_.cone({left_.written, right_.written}, nullptr, 600);
    for (const Expr e : around) {
      if (const auto d = forms_.definition(e)) {
        inner_of(e, *d);
        visible.push_back(*d);
      }
      if (arena_.is(e, Op::Deriv) && !arena_.is(arena_.child(e, 0), Op::Symbol)) inner_of_body(e);
    }
    for (const Expr e : inner_) keep(material_.factors, factors, e);
    for (const Expr root : visible) {
      for (const Expr e : reachable(arena_, root)) {
        switch (arena_.op(e)) {
          case Op::Symbol:
            keep(material_.names, names, e);
            [[fallthrough]];
          case Op::Call:
          case Op::Deriv:
            keep(material_.factors, factors, e);
            break;
          case Op::Mul:
            for (const Expr f : arena_.children(e)) {
              if (arena_.is(f, Op::Add)) keep(material_.factors, factors, f);
            }
            break;
          case Op::Pow:
            if (arena_.is(arena_.child(e, 0), Op::Add)) keep(material_.factors, factors, arena_.child(e, 0));
            break;
          case Op::Add:
            for (const Expr t : arena_.children(e)) keep(material_.terms, terms, t);
            break;
          default:
            break;
        }
      }
    }
    for (const Expr s : material_.names) keep(material_.terms, terms, s);
    for (const Expr s : forms_.model().inputs) keep(material_.names, names, s);
    for (const Expr s : forms_.model().params) keep(material_.names, names, s);
  }

  /// The derivatives that a definition brings into a chain: those of its outer function, and by the names in it.
  void inner_of(Expr name, Expr value) {
    if (inner_.size() > 24) return;
    if (arena_.is(value, Op::Call) && arena_.name(value) == "sigmoid") {
      inner_.push_back(arena_.mul(name, arena_.sub(arena_.number(1), name)));
    } else if (arena_.is(value, Op::Call) && arena_.name(value) == "tanh") {
      inner_.push_back(arena_.sub(arena_.number(1), arena_.pow(name, arena_.number(2))));
    }
    if (forms_.cone({name}, nullptr, most_names_below).size() >= most_names_below) return;
    std::size_t count = 0;
    for (const Expr s : symbols(arena_, value)) {
      if (++count > 4) break;
      derivatives_.push_back(arena_.make(Op::Deriv, {name, s}));
    }
  }

  /// The derivatives of the arguments within what is differentiated.
  void inner_of_body(Expr derivative) {
    const Expr body = arena_.child(derivative, 0), by = arena_.child(derivative, 1);
    for (const Expr e : reachable(arena_, body)) {
      if (derivatives_.size() > 24) return;
      if (!arena_.is(e, Op::Call) && !arena_.is(e, Op::Pow)) continue;
      const Expr u = arena_.child(e, 0);
      if (!arena_.is(u, Op::Symbol) && !arena_.is_number(u)) derivatives_.push_back(arena_.make(Op::Deriv, {u, by}));
    }
  }

  /// Points of the domain where the side that stands has a value; fewer than needed: no mend.
  bool choose_points(const Side& other) {
    values_.clear();
    target_.clear();
    for (std::size_t k = 0; k < 60 && values_.size() < points_needed; ++k) {
      const Point* p = points_.point(k);
      if (p == nullptr) break;
      auto numbers = std::make_unique<NumericValues>(forms_, *p, [this](Expr d) { return resolver_.resolved(d); });
      const long double v = numbers->value(other.guarded);
      if (std::isnan(v)) continue;
      values_.push_back(std::move(numbers));
      target_.push_back(v);
    }
    return values_.size() == points_needed;
  }

  bool same_as_target(Expr e) {
    for (std::size_t k = 0; k < values_.size(); ++k) {
      if (!agree(values_[k]->value(e), target_[k])) return false;
    }
    return true;
  }

  std::optional<Mend> try_side(const Side& wrong, const Side& other) {
    if (!choose_points(other)) return std::nullopt;
    // A derivative joins the material if its value is not there in simpler words.
    Material material = material_;
    for (const Expr d : derivatives_) {
      try {
        (void)resolver_.resolved(d);
      } catch (const std::exception&) {
        continue;
      }
      const bool known =
          std::any_of(material.factors.begin(), material.factors.end(), [&](Expr f) { return same(f, d); });
      if (!known) material.factors.push_back(d);
    }
    std::size_t proofs = 0;
    for (const Change& c : changes(arena_, wrong.written, material, most_changes)) {
      // To say that the one side should be the other helps nobody.
      const bool whole = arena_.is_number(wrong.written) || (c.kind == ChangeKind::replace && c.from == wrong.written);
      if (c.side == other.written && whole) continue;
      try {
        if (!same_as_target(c.side)) continue;
        if (++proofs > most_proofs) break;
        const Side mended = resolver_.side(c.side);
        if (prover_.prove(other, mended).proved) return Mend{words(c), engine_.shown(c.side)};
      } catch (const LimitError&) {
      } catch (const Error&) {
      }
    }
    return std::nullopt;
  }

  bool same(Expr a, Expr b) {
    return std::all_of(values_.begin(), values_.end(), [&](const auto& v) { return agree(v->value(a), v->value(b)); });
  }

  std::string quoted(Expr e) { return "`" + engine_.shown(e) + "`"; }

  std::string missing(Expr factor) {
    const bool inner = std::any_of(derivatives_.begin(), derivatives_.end(), [&](Expr d) { return same(factor, d); });
    if (inner) return "the inner derivative " + quoted(factor) + " is missing";
    if (arena_.is_number(factor)) return "a factor " + engine_.shown(factor) + " is missing";
    return "a factor " + quoted(factor) + " is missing";
  }

  std::string words(const Change& c) {
    const auto size = [&](Expr e) { return is_negative(arena_, e) ? flip_sign(arena_, e) : e; };
    switch (c.kind) {
      case ChangeKind::sign:
        return "the sign of " + quoted(size(c.from)) + " should be " + (is_negative(arena_, c.from) ? "+" : "-");
      case ChangeKind::whole_sign:
        if (arena_.is(c.from, Op::Add)) return "the sign of the whole, " + quoted(c.from) + ", should be -";
        return "the sign of " + quoted(size(c.from)) + " should be " + (is_negative(arena_, c.from) ? "+" : "-");
      case ChangeKind::argument_sign:
        return "the sign of the argument should be the other one: " + quoted(c.to);
      case ChangeKind::replace:
        return quoted(c.from) + " should be " + quoted(c.to);
      case ChangeKind::extra_factor:
        return "the factor " + quoted(c.from) + " is too much";
      case ChangeKind::missing_factor:
        return missing(c.from) + at_term(c.to);
      case ChangeKind::missing_divisor:
        return "a division by " + quoted(c.from) + " is missing" + at_term(c.to);
      case ChangeKind::parentheses:
        return "parentheses are missing: " + quoted(c.to);
      case ChangeKind::no_parentheses:
        return "the parentheses are not needed and wrong: " + quoted(c.to);
      case ChangeKind::extra_term:
        return "the term " + quoted(c.from) + " is too much";
      case ChangeKind::missing_term:
        return "the term " + quoted(c.from) + " is missing";
      case ChangeKind::branches:
        return "the branches should be swapped: " + quoted(c.to);
    }
    return {};
  }

  std::string at_term(Expr term) {
    if (term == left_.written || term == right_.written) return {};
    return " in " + quoted(term);
  }

  Engine& engine_;
  Arena& arena_;
  Forms& forms_;
  Resolver& resolver_;
  PointSource& points_;
  Prover& prover_;
  const Side &left_, &right_;
  Material material_;
  std::vector<Expr> inner_, derivatives_;
  std::vector<std::unique_ptr<NumericValues>> values_;
  std::vector<long double> target_;
};

}  // namespace

std::optional<Mend> mend(Engine& engine, Forms& forms, Resolver& resolver, PointSource& points, Prover& prover,
                         const Side& left, const Side& right) {
  return Mender(engine, forms, resolver, points, prover, left, right).run();
}

}  // namespace gradus
