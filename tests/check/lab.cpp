// SPDX-License-Identifier: GPL-2.0-or-later
#include "check/lab.h"

#include <cln/float.h>
#include <cln/rational_io.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <random>
#include <sstream>

namespace gradus::lab {
namespace {

constexpr long double nan = std::numeric_limits<long double>::quiet_NaN();

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

Lab::Lab() { catalogue = load_catalogue(arena, embedded_rules()); }

ModelFile Lab::read(const std::string& text, const std::string& name) {
  try {
    return parse_model(arena, catalogue.functions, std::make_shared<const Source>(Source{name, text}));
  } catch (const Error& e) {
    throw std::runtime_error(render(e));
  }
}

ModelFile Lab::read_file(const std::string& path) { return read(text_of(path), path); }

std::vector<LinkVerdict> Lab::verdicts(const std::string& text) {
  const ModelFile file = read(text);
  return check(engine, file.models.at(0));
}

LinkVerdict Lab::verdict(const std::string& head, const std::string& link) {
  const auto all = verdicts(head + "\nclaim " + link + "\n");
  if (all.size() != 1) throw std::runtime_error("one link expected: " + link);
  return all[0];
}

std::vector<std::string> article_files() {
  namespace fs = std::filesystem;
  const fs::path source = GRADUS_SOURCE_DIR;
  std::vector<fs::path> folders{source / "examples"};
  const char* shared = std::getenv("GRADUS_SHARED");
  const fs::path beside = shared != nullptr ? fs::path(shared) : source / ".." / "shared";
  if (fs::exists(beside / "articles" / "article-1.gr")) folders.push_back(beside / "articles");
  std::vector<std::string> out;
  for (const auto& f : folders) {
    for (const char* name : {"article-1.gr", "article-2.gr"}) out.push_back((f / name).string());
  }
  return out;
}

std::string name_of(Verdict v) {
  return v == Verdict::proved ? "proved" : v == Verdict::refuted ? "refuted" : "undecided";
}

std::string show(const Arena& arena, const LinkVerdict& v) {
  std::string s = print(arena, v.left) + " = " + print(arena, v.right) + ": " + name_of(v.verdict) + "; " + v.reason;
  if (v.counterexample) {
    s += "; at";
    for (const auto& [name, value] : v.counterexample->point) {
      std::ostringstream out;
      out << value;
      s += " " + name + "=" + out.str();
    }
    s += ": " + v.counterexample->left + " against " + v.counterexample->right;
  }
  if (!v.mend.empty()) s += "; mend: " + v.mend + " -> " + v.mended;
  return s;
}

long double Reference::function(const std::string& name, const std::vector<long double>& u) const {
  const long double t = u.at(0);
  if (name == "exp") return std::exp(t);
  if (name == "ln") return t > 0 ? std::log(t) : nan;
  if (name == "log1p") return t > -1 ? std::log1p(t) : nan;
  if (name == "expm1") return std::expm1(t);
  if (name == "sqrt") return t >= 0 ? std::sqrt(t) : nan;
  if (name == "abs") return std::fabs(t);
  if (name == "sign") return t > 0 ? 1 : t < 0 ? -1 : 0;
  if (name == "sin") return std::sin(t);
  if (name == "cos") return std::cos(t);
  if (name == "tan") return std::tan(t);
  if (name == "atan") return std::atan(t);
  if (name == "sinh") return std::sinh(t);
  if (name == "cosh") return std::cosh(t);
  if (name == "tanh") return std::tanh(t);
  if (name == "sigmoid") return 1 / (1 + std::exp(-t));
  if (name == "logit") return t > 0 && t < 1 ? std::log(t / (1 - t)) : nan;
  if (name == "softplus") return std::log1p(std::exp(t));
  if (name == "relu") return t > 0 ? t : 0;
  if (name == "leaky_relu") return t > 0 ? t : u.size() > 1 ? u[1] * t : t / 100;
  if (name == "max") return std::max(u.at(0), u.at(1));
  if (name == "min") return std::min(u.at(0), u.at(1));
  if (name == "log2") return t > 0 ? std::log2(t) : nan;
  if (name == "log10") return t > 0 ? std::log10(t) : nan;
  if (name == "logaddexp") return std::log(std::exp(t) + std::exp(u.at(1)));
  if (name == "xlogx") return t > 0 ? t * std::log(t) : nan;
  if (name == "xlogy") return u.at(1) > 0 ? t * std::log(u.at(1)) : nan;
  if (name == "hypot") return std::sqrt(t * t + u.at(1) * u.at(1));
  if (name == "asin") return std::fabs(t) <= 1 ? std::asin(t) : nan;
  if (name == "acos") return std::fabs(t) <= 1 ? std::acos(t) : nan;
  if (name == "asinh") return std::asinh(t);
  if (name == "acosh") return t >= 1 ? std::acosh(t) : nan;
  if (name == "atanh") return std::fabs(t) < 1 ? std::atanh(t) : nan;
  if (name == "erf") return std::erf(t);
  if (name == "erfc") return std::erfc(t);
  if (name == "lgamma") return t > 0 ? std::lgamma(t) : nan;
  if (name == "normal_cdf") return std::erfc(-t / std::sqrt(2.0L)) / 2;
  if (name == "silu") return t / (1 + std::exp(-t));
  if (name == "softsign") return t / (1 + std::fabs(t));
  if (name == "elu") return t > 0 ? t : (u.size() > 1 ? u[1] : 1) * std::expm1(t);
  if (name == "hard_tanh") return std::max(-1.0L, std::min(t, 1.0L));
  if (name == "hard_sigmoid") return std::max(0.0L, std::min(t + 3, 6.0L)) / 6;
  throw UnknownFunction("the reference does not know " + name);
}

long double Reference::value(Expr e, const Values& values) const {
  const auto at = [&](std::size_t k) { return value(arena_.child(e, k), values); };
  switch (arena_.op(e)) {
    case Op::Number:
      return cln::double_approx(arena_.value(e));
    case Op::Constant:
      return arena_.name(e) == "pi" ? std::numbers::pi_v<long double> : std::numbers::e_v<long double>;
    case Op::Symbol: {
      if (const auto it = values.find(arena_.name(e)); it != values.end()) return it->second;
      const Definition* d = model_.definition(arena_.name(e));
      return d == nullptr ? nan : value(d->value, values);
    }
    case Op::Add: {
      long double s = 0;
      for (std::size_t k = 0; k < arena_.count(e); ++k) s += at(k);
      return s;
    }
    case Op::Mul: {
      long double p = 1;
      for (std::size_t k = 0; k < arena_.count(e); ++k) p *= at(k);
      return p;
    }
    case Op::Pow: {
      const long double b = at(0), n = at(1);
      if (b == 0 && n <= 0) return nan;
      if (b < 0 && n != std::floor(n)) return nan;
      return std::pow(b, n);
    }
    case Op::Call: {
      if (const ModelFunction* f = model_.function(arena_.name(e)); f != nullptr && f->body) {
        Values inner = values;
        for (std::size_t k = 0; k < f->parameters.size(); ++k) inner[arena_.name(f->parameters[k])] = at(k);
        return value(*f->body, inner);
      }
      std::vector<long double> u;
      for (std::size_t k = 0; k < arena_.count(e); ++k) u.push_back(at(k));
      return function(arena_.name(e), u);
    }
    case Op::Deriv: {
      // Central differences, extrapolated twice.
      const Expr by = arena_.child(e, 1);
      const long double x = value(by, values);
      const auto slope = [&](long double h) {
        Values up = values, down = values;
        up[arena_.name(by)] = x + h;
        down[arena_.name(by)] = x - h;
        return (value(arena_.child(e, 0), up) - value(arena_.child(e, 0), down)) / (2 * h);
      };
      const long double h = std::ldexp(1.0L, -9);
      const long double a = slope(h), b = slope(h / 2), c = slope(h / 4);
      const long double ab = (4 * b - a) / 3, bc = (4 * c - b) / 3;
      return (16 * bc - ab) / 15;
    }
    case Op::Where: {
      const long double c = at(0);
      return std::isnan(c) ? nan : c != 0 ? at(1) : at(2);
    }
    case Op::Eq:
      return at(0) == at(1);
    case Op::Ne:
      return at(0) != at(1);
    case Op::Lt:
      return at(0) < at(1);
    case Op::Le:
      return at(0) <= at(1);
    case Op::Gt:
      return at(0) > at(1);
    case Op::Ge:
      return at(0) >= at(1);
    case Op::In:
      for (std::size_t k = 1; k < arena_.count(e); ++k) {
        if (at(k) == at(0)) return 1;
      }
      return 0;
    case Op::Not:
      return at(0) == 0;
    case Op::And:
      for (std::size_t k = 0; k < arena_.count(e); ++k) {
        if (at(k) == 0) return 0;
      }
      return 1;
    case Op::Or:
      for (std::size_t k = 0; k < arena_.count(e); ++k) {
        if (at(k) != 0) return 1;
      }
      return 0;
    case Op::MatMul:
    case Op::Transpose:
    case Op::Entry:
    case Op::Sum:
    case Op::Max:
    case Op::Min:
    case Op::Table:
    case Op::Rest:
      break;
  }
  return nan;
}

bool Reference::in_domain(const Values& values) const {
  for (const Assumption& a : model_.assumptions) {
    if (value(a.condition, values) == 0) return false;
  }
  return std::all_of(model_.definitions.begin(), model_.definitions.end(),
                     [&](const Definition& d) { return std::isfinite(value(d.value, values)); });
}

std::vector<Reference::Values> Reference::points(std::size_t count, unsigned seed) const {
  std::mt19937_64 random(seed);
  std::vector<Values> out;
  for (int tries = 0; tries < 4000 && out.size() < count; ++tries) {
    Values v;
    for (const auto* group : {&model_.inputs, &model_.params}) {
      for (const Expr s : *group) {
        v[arena_.name(s)] = static_cast<long double>(random() % 4'000'003) / 1'000'003.0L - 2.0L;
        for (const Assumption& a : model_.assumptions) {
          if (!arena_.is(a.condition, Op::In) || arena_.child(a.condition, 0) != s) continue;
          v[arena_.name(s)] = value(arena_.child(a.condition, 1 + random() % (arena_.count(a.condition) - 1)), v);
        }
      }
    }
    if (in_domain(v)) out.push_back(std::move(v));
  }
  return out;
}

Reference::Answer Reference::compare(Expr left, Expr right, unsigned seed) const {
  const auto where = points(24, seed);
  if (where.size() < 6) return Answer::unclear;
  std::size_t differ = 0, missing = 0;
  for (const Values& v : where) {
    const long double l = value(left, v), r = value(right, v);
    if (!std::isfinite(l) || !std::isfinite(r)) {
      ++missing;
    } else if (std::fabs(l - r) > 1e-7L * std::max({1e-3L, std::fabs(l), std::fabs(r)})) {
      ++differ;
    }
  }
  if (differ == 0 && missing == 0) return Answer::equal;
  // A kink or a pole near one point decides nothing.
  return differ >= 2 || missing >= 2 ? Answer::unequal : Answer::unclear;
}

}  // namespace gradus::lab
