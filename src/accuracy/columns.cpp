// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/columns.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "accuracy/real.h"
#include "emit/expression.h"
#include "emit/number.h"
#include "accuracy/primitives_stub.h"

namespace gradus::accuracy {
namespace {

template <class T, class F>
void combine(std::vector<double>& into, const std::vector<double>& with, F f) {
  for (std::size_t k = 0; k < into.size(); ++k)
    into[k] = static_cast<double>(f(static_cast<T>(into[k]), static_cast<T>(with[k])));
}

template <class T, class F>
std::vector<double> each(const std::vector<double>& a, F f) {
  std::vector<double> out(a.size());
  for (std::size_t k = 0; k < a.size(); ++k) out[k] = static_cast<double>(f(static_cast<T>(a[k])));
  return out;
}

bool compares(Op op, double a, double b) {
  switch (op) {
    case Op::Eq:
      return a == b;
    case Op::Ne:
      return a != b;
    case Op::Lt:
      return a < b;
    case Op::Le:
      return a <= b;
    case Op::Gt:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

Columns::Columns(Engine& engine, emit::Lowering& lowering, const Sample& sample, Real real)
    : arena_(engine.arena),
      lowering_(lowering),
      real_(real),
      count_(sample.points.size()) {
  for (std::size_t v = 0; v < sample.variables.size(); ++v) {
    Column column(count_);
    for (std::size_t k = 0; k < count_; ++k) column[k] = sample.points[k][v];
    columns_.emplace(sample.variables[v], std::move(column));
  }
}

const std::vector<double>& Columns::values(Expr e) {
  lowering_.lower(std::span<const Expr>(&e, 1));
  return lowered(lowering_(e));
}

void Columns::assign(Expr name, Expr e) { columns_.insert_or_assign(name, values(e)); }

const Columns::Column& Columns::lowered(Expr root) {
  if (const auto it = columns_.find(root); it != columns_.end()) return it->second;
  // What is known is not looked into.
  std::vector<std::pair<Expr, bool>> open{{root, false}};
  while (!open.empty()) {
    const auto [e, ready] = open.back();
    open.pop_back();
    if (columns_.contains(e)) continue;
    if (ready) {
      columns_.insert_or_assign(e, compute(e));
      continue;
    }
    open.emplace_back(e, true);
    if (arena_.is(e, Op::Deriv)) continue;
    for (const Expr c : arena_.children(e)) {
      if (!columns_.contains(c)) open.emplace_back(c, false);
    }
  }
  return columns_.at(root);
}

Columns::Column Columns::compute(Expr e) { return real_ == Real::float64 ? run<double>(e) : run<float>(e); }

template <class T>
Columns::Column Columns::run(Expr e) {
  const auto child = [&](std::size_t k) -> const Column& { return columns_.at(arena_.child(e, k)); };
  const auto filled = [&](double v) { return Column(count_, rounded(v, real_)); };
  switch (arena_.op(e)) {
    case Op::Number:
      return filled(emit::nearest_double(arena_.value(e)));
    case Op::Constant:
      return filled(arena_.name(e) == "pi" ? std::numbers::pi : std::numbers::e);
    case Op::Symbol:
    case Op::Deriv:
    case Op::Rest:
      throw Error({}, "cannot generate code: `" + print(arena_, e) + "` is not defined");
    case Op::Add: {
      Column out;
      for (const emit::Operand& o : emit::operands(arena_, e)) {
        const Column& c = lowered(o.e);
        if (out.empty()) {
          out = o.turned ? each<T>(c, std::negate<T>()) : c;
        } else if (o.turned) {
          combine<T>(out, c, std::minus<T>());
        } else {
          combine<T>(out, c, std::plus<T>());
        }
      }
      return out;
    }
    case Op::Mul: {
      if (emit::is_negation(arena_, e)) return each<T>(child(1), std::negate<T>());
      Column out;
      for (const emit::Operand& o : emit::operands(arena_, e)) {
        const bool as_typed = !arena_.is_number(o.e) || arena_.spelling_of(o.e) != nullptr;
        const bool divides = !out.empty() && !o.turned && !as_typed && emit::unit_denominator(arena_.value(o.e), real_);
        if (divides) {
          combine<T>(out, filled(emit::nearest_double(cln::recip(arena_.value(o.e)))), std::divides<T>());
        } else if (out.empty()) {
          out = lowered(o.e);
        } else if (o.turned) {
          combine<T>(out, lowered(o.e), std::divides<T>());
        } else {
          combine<T>(out, lowered(o.e), std::multiplies<T>());
        }
      }
      return out;
    }
    case Op::Pow: {
      const Expr exponent = arena_.child(e, 1);
      if (arena_.is_number(exponent, -1)) return each<T>(child(0), [](T x) { return T(1) / x; });
      if (arena_.is_number(exponent, 2)) return each<T>(child(0), [](T x) { return x * x; });
      if (arena_.is_number(exponent, 3)) return each<T>(child(0), [](T x) { return x * x * x; });
      Column out = child(0);
      combine<T>(out, child(1), [](T a, T b) { return std::pow(a, b); });
      return out;
    }
    case Op::Call:
      return call(e);
    case Op::Where: {
      Column out = child(1);
      for (std::size_t k = 0; k < count_; ++k) {
        if (child(0)[k] == 0) out[k] = child(2)[k];
      }
      return out;
    }
    case Op::Not:
      return each<double>(child(0), [](double x) { return x == 0 ? 1.0 : 0.0; });
    case Op::And:
    case Op::Or: {
      Column out = child(0);
      const bool all = arena_.is(e, Op::And);
      for (std::size_t c = 1; c < arena_.count(e); ++c) {
        for (std::size_t k = 0; k < count_; ++k) {
          const bool a = out[k] != 0, b = child(c)[k] != 0;
          out[k] = (all ? a && b : a || b) ? 1.0 : 0.0;
        }
      }
      return out;
    }
    case Op::In: {
      Column out(count_, 0.0);
      for (std::size_t c = 1; c < arena_.count(e); ++c) {
        for (std::size_t k = 0; k < count_; ++k) {
          if (child(0)[k] == child(c)[k]) out[k] = 1.0;
        }
      }
      return out;
    }
    default: {
      Column out(count_);
      for (std::size_t k = 0; k < count_; ++k) out[k] = compares(arena_.op(e), child(0)[k], child(1)[k]) ? 1.0 : 0.0;
      return out;
    }
  }
}

Columns::Column Columns::call(Expr e) {
  const std::vector<Expr> arguments = arena_.children_copy(e);
  if (const emit::DetailFunction* f = lowering_.body(e)) {
    ExprMap<Expr> map;
    for (std::size_t k = 0; k < arguments.size(); ++k) map[f->parameters[k]] = arguments[k];
    return values(substitute(arena_, f->body, map));
  }
  const emit::Primitive primitive = emit::find_primitive(lowering_.primitive(e), arguments.size());
  std::vector<const Column*> columns;
  for (const Expr a : arguments) columns.push_back(&columns_.at(a));
  Column out(count_);
  std::vector<double> at(arguments.size());
  for (std::size_t k = 0; k < count_; ++k) {
    for (std::size_t a = 0; a < at.size(); ++a) at[a] = (*columns[a])[k];
    out[k] = primitive(at, real_);
  }
  return out;
}

}  // namespace gradus::accuracy
