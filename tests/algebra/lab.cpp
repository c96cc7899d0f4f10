// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab.h"

#include <cctype>
#include <stdexcept>

namespace gradus::test {
namespace {

class Reader {
 public:
  Reader(Arena& arena, const std::string& text) : arena_(arena), text_(text) {}

  Expr all() {
    const Expr e = disjunction();
    skip();
    if (at_ != text_.size()) fail();
    return e;
  }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error("cannot read `" + text_ + "` at " + std::to_string(at_)); }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool word(const std::string& w) {
    skip();
    if (text_.compare(at_, w.size(), w) != 0) return false;
    const bool letters = std::isalpha(static_cast<unsigned char>(w[0])) != 0;
    const std::size_t end = at_ + w.size();
    if (letters && end < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_'))
      return false;
    at_ = end;
    return true;
  }
  void expect(const std::string& w) {
    if (!word(w)) fail();
  }

  Expr disjunction() {
    std::vector<Expr> parts{conjunction()};
    while (word("or")) parts.push_back(conjunction());
    return parts.size() == 1 ? parts[0] : arena_.make(Op::Or, parts);
  }
  Expr conjunction() {
    std::vector<Expr> parts{inversion()};
    while (word("and")) parts.push_back(inversion());
    return parts.size() == 1 ? parts[0] : arena_.make(Op::And, parts);
  }
  Expr inversion() { return word("not") ? arena_.make(Op::Not, {inversion()}) : comparison(); }
  Expr comparison() {
    Expr left = sum();
    if (word("in")) {
      expect("{");
      std::vector<Expr> set{left, sum()};
      while (word(",")) set.push_back(sum());
      expect("}");
      return arena_.make(Op::In, set);
    }
    std::vector<Expr> chain;
    for (bool more = true; more;) {
      more = false;
      for (const auto& [spelled, op] : {std::pair<const char*, Op>{"==", Op::Eq},
                                        {"!=", Op::Ne},
                                        {"<=", Op::Le},
                                        {">=", Op::Ge},
                                        {"<", Op::Lt},
                                        {">", Op::Gt}}) {
        if (!word(spelled)) continue;
        const Expr right = sum();
        chain.push_back(arena_.make(op, {left, right}));
        left = right;
        more = true;
        break;
      }
    }
    if (chain.empty()) return left;
    return chain.size() == 1 ? chain[0] : arena_.make(Op::And, chain);
  }
  Expr sum() {
    Expr e = product();
    for (;;) {
      if (word("+")) {
        std::vector<Expr> terms = arena_.is(e, Op::Add) ? arena_.children_copy(e) : std::vector<Expr>{e};
        terms.push_back(product());
        e = arena_.sum(terms);
      } else if (word("-")) {
        e = arena_.sub(e, product());
      } else {
        return e;
      }
    }
  }
  Expr product() {
    if (word("-")) return arena_.negate(product());
    Expr e = factor();
    for (;;) {
      if (word("*")) {
        std::vector<Expr> factors = arena_.is(e, Op::Mul) ? arena_.children_copy(e) : std::vector<Expr>{e};
        factors.push_back(factor());
        e = arena_.product(factors);
      } else if (word("/")) {
        e = arena_.div(e, factor());
      } else {
        return e;
      }
    }
  }
  Expr factor() {
    if (word("-")) return arena_.negate(factor());
    const Expr base = atom();
    return word("^") ? arena_.pow(base, factor()) : base;
  }
  Expr atom() {
    skip();
    if (word("(")) {
      const Expr e = disjunction();
      expect(")");
      return e;
    }
    const std::size_t begin = at_;
    const auto is = [&](int (*kind)(int)) {
      return at_ < text_.size() && kind(static_cast<unsigned char>(text_[at_])) != 0;
    };
    if (is(std::isdigit)) {
      long value = 0, scale = 1;
      for (; is(std::isdigit); ++at_) value = value * 10 + (text_[at_] - '0');
      if (at_ < text_.size() && text_[at_] == '.') {
        for (++at_; is(std::isdigit); ++at_, scale *= 10) value = value * 10 + (text_[at_] - '0');
      }
      return arena_.fraction(value, scale);
    }
    if (!is(std::isalpha)) fail();
    while (is(std::isalnum) || (at_ < text_.size() && (text_[at_] == '_' || text_[at_] == '\''))) ++at_;
    std::string name = text_.substr(begin, at_ - begin);
    if (name == "e" || name == "pi") return arena_.constant(name);
    if (!word("(")) return arena_.symbol(name);
    std::vector<Expr> arguments{disjunction()};
    while (word(",")) arguments.push_back(disjunction());
    expect(")");
    if (name == "where") return arena_.make(Op::Where, arguments);
    return arena_.call(name == "log" ? "ln" : name, arguments);
  }

  Arena& arena_;
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

Expr Lab::operator()(const std::string& text) { return Reader(arena, text).all(); }

void Lab::builtin(const std::string& name, const std::vector<std::string>& parameters, const std::string& definition,
                  const std::string& domain, const std::string& range, const std::string& derivative) {
  Function f;
  f.name = name;
  for (const std::string& p : parameters) f.parameters.push_back(arena.symbol(p));
  if (!definition.empty()) f.definition = (*this)(definition);
  if (!domain.empty()) f.domain.push_back((*this)(domain));
  if (!range.empty()) f.range.push_back((*this)(range));
  if (!derivative.empty()) f.derivative.push_back((*this)(derivative));
  functions.add(f);
}

Lab::Lab() {
  functions.add_alias("log", "ln");
  builtin("exp", {"u"}, "", "", "value > 0", "exp(u)");
  builtin("ln", {"u"}, "", "u > 0", "", "1/u");
  builtin("log1p", {"u"}, "ln(1 + u)", "u > -1", "", "1/(1 + u)");
  builtin("expm1", {"u"}, "exp(u) - 1", "", "value > -1", "exp(u)");
  builtin("sqrt", {"u"}, "u^(1/2)", "u >= 0", "value >= 0", "1/(2*sqrt(u))");
  builtin("abs", {"u"}, "", "", "value >= 0", "sign(u)");
  builtin("sign", {"u"}, "", "", "-1 <= value <= 1", "0");
  builtin("max", {"a", "b"}, "where(a > b, a, b)", "", "", "");
  builtin("min", {"a", "b"}, "where(a < b, a, b)", "", "", "");
  builtin("sin", {"u"}, "", "", "-1 <= value <= 1", "cos(u)");
  builtin("cos", {"u"}, "", "", "-1 <= value <= 1", "-sin(u)");
  builtin("tan", {"u"}, "sin(u)/cos(u)", "cos(u) != 0", "", "1 + tan(u)^2");
  builtin("atan", {"u"}, "", "", "-pi/2 < value and value < pi/2", "1/(1 + u^2)");
  builtin("sinh", {"u"}, "(exp(u) - exp(-u))/2", "", "", "cosh(u)");
  builtin("cosh", {"u"}, "(exp(u) + exp(-u))/2", "", "value >= 1", "sinh(u)");
  builtin("tanh", {"u"}, "(exp(u) - exp(-u))/(exp(u) + exp(-u))", "", "-1 < value and value < 1", "1 - tanh(u)^2");
  builtin("sigmoid", {"u"}, "1/(1 + exp(-u))", "", "0 < value and value < 1", "sigmoid(u)*(1 - sigmoid(u))");
  builtin("logit", {"u"}, "ln(u/(1 - u))", "0 < u and u < 1", "", "1/(u*(1 - u))");
  builtin("softplus", {"u"}, "ln(1 + exp(u))", "", "value > 0", "sigmoid(u)");
  builtin("relu", {"u"}, "max(u, 0)", "", "value >= 0", "where(u > 0, 1, 0)");
  builtin("leaky_relu", {"u"}, "where(u > 0, u, u/100)", "", "", "where(u > 0, 1, 1/100)");
}

Lab& Lab::define(const std::string& name, const std::string& formula) {
  model.definition_index[name] = model.definitions.size();
  model.definitions.push_back({name, arena.symbol(name), (*this)(formula), {}});
  return *this;
}

Lab& Lab::assume(const std::string& condition) {
  model.assumptions.push_back({(*this)(condition), {}});
  return *this;
}

Lab& Lab::function(const std::string& name, const std::string& parameter, const std::string& body) {
  ModelFunction f;
  f.name = name;
  f.parameters.push_back(arena.symbol(parameter));
  if (!body.empty()) f.body = (*this)(body);
  model.functions.push_back(f);
  return *this;
}

}  // namespace gradus::test
