// SPDX-License-Identifier: GPL-2.0-or-later
// Second derivatives: the entries of the Hessian against the derivatives that the notation means, and the tangents
// against the Hessian.
#include "gradus/derive/second_order.h"

#include <fmt/format.h>

#include "derive/lines.h"
#include "gradus/derive/cut.h"

using namespace gradus;
using namespace gradus::lab;

namespace {

struct Lines : Derived {
  using Derived::Derived;

  // `e` with all names of second order and all tangents replaced by what they stand for, adjoints too.
  Expr opened(const SecondOrder& program, Expr e) {
    ExprMap<Expr> values;
    for (const auto* statements : {&program.first, &program.second, &program.tangents}) {
      for (const Statement& s : *statements) {
        if (model.definition(print(arena, s.name)) == nullptr) values[s.name] = substitute(arena, s.value, values);
      }
    }
    return substitute(arena, e, values);
  }
  const SecondOrder::Entry& entry(const SecondOrder& program, const std::string& by, const std::string& and_by) {
    for (const SecondOrder::Entry& e : program.hessian) {
      if (arena.name(e.by) == by && arena.name(e.and_by) == and_by) return e;
    }
    throw std::runtime_error("no entry " + by + ", " + and_by);
  }
};

const char* const models[] = {
    "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n",
    "input x\nparam w, b\nh = tanh(w*x + b)\nk = tanh(w*h + b)\nL = (k - x)^2 + w^2*b\n",
    "input x\nparam w, b\ns = exp(w)*b\nL = (s^3 + s)*x + where(b > w, b^3, w*b)\n",
    "param w, b\nr = w^2 + b^2 + 1\nL = sqrt(r) + w*b/r\n"};

}  // namespace

BOOST_AUTO_TEST_SUITE(second_derivatives)

BOOST_AUTO_TEST_CASE(entries_are_what_the_notation_means) {
  for (const char* text : models) {
    Lines d(text);
    const SecondOrder program = second_order(d.engine, d.model, "", {});
    BOOST_TEST(program.hessian.size() == 3U);
    for (const SecondOrder::Entry& e : program.hessian) {
      const Expr meant = resolve_derivatives(
          d.engine, d.model, d.expression(fmt::format("diff(L, {}, {})", d.arena.name(e.by), d.arena.name(e.and_by))));
      const Expr found = d.opened(program, e.value);
      BOOST_TEST(d.proved_equal(found, meant), text << print(d.arena, found));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_product_is_the_hessian_times_the_direction) {
  for (const char* text : models) {
    Lines d(text);
    const SecondOrder program = second_order(d.engine, d.model, "L", {"w", "b"});
    for (const auto& [variable, tangent] : program.product) {
      std::vector<Expr> terms;
      for (const auto& [other, component] : program.direction) {
        const bool ordered = d.arena.name(variable) == "w";
        const SecondOrder::Entry& e =
            d.entry(program, d.arena.name(ordered ? variable : other), d.arena.name(ordered ? other : variable));
        terms.push_back(d.arena.mul(e.value, component));
      }
      const Expr wanted = d.opened(program, d.arena.sum(terms));
      const Expr found = d.opened(program, tangent);
      BOOST_TEST(d.proved_equal(found, wanted), text << print(d.arena, found));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_product_is_linear_in_size) {
  const auto size = [](int layers) {
    std::string params, code;
    for (int k = 1; k <= layers; ++k) {
      params += fmt::format("{}w{}, b{}", k > 1 ? ", " : "", k, k);
      code += fmt::format("h{0} = tanh(w{0}*{1} + b{0})\n", k, k > 1 ? fmt::format("h{}", k - 1) : "x");
    }
    Lines d(fmt::format("input x, y\nparam {}\n{}L = (h{} - y)^2\n", params, code, layers));
    // For one parameter there is one row of the Hessian.
    const SecondOrder program = second_order(d.engine, d.model, "", {"w1"});
    std::uint64_t nodes = 0;
    for (const Statement& s : program.tangents) nodes += tree_size(d.arena, s.value);
    for (const Statement& s : program.second) nodes += tree_size(d.arena, s.value);
    return nodes;
  };
  const std::uint64_t one = size(20), two = size(40);
  BOOST_TEST(two > one);
  BOOST_TEST(static_cast<double>(two) < 2.2 * static_cast<double>(one));
}

BOOST_AUTO_TEST_CASE(dependent_variables_are_refused) {
  Lines d(models[0]);
  const auto message = [&](const std::vector<std::string>& wrt) {
    try {
      (void)second_order(d.engine, d.model, "L", wrt);
    } catch (const Error& e) {
      return e.message;
    }
    return std::string("accepted");
  };
  BOOST_TEST(message({"w", "b", "y"}) == "accepted");
  BOOST_TEST(message({"b", "a"}) == "there is no second derivative by `b` and `a`: `a` depends on `b`");
  BOOST_TEST(message({"a", "z"}) == "there is no second derivative by `z` and `a`: `a` depends on `z`");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cutting)

BOOST_AUTO_TEST_CASE(names_become_parameters) {
  Lines d("input x, y, k, unused\nparam w, b, c\nu = w*x\nz = u + b\nv = z*k + c\nL = (v - y)^2\n");
  const auto names = [&](const Model& m) {
    std::string out;
    for (const Expr e : m.inputs) out += d.arena.name(e) + " ";
    out += "|";
    for (const Expr e : m.params) out += " " + d.arena.name(e);
    out += " |";
    for (const Definition& def : m.definitions) {
      out += " " + def.name;
      BOOST_TEST(m.definition(def.name) == &def);
    }
    return out;
  };
  const auto cut = [&](const std::string& of, const std::vector<std::string>& wrt) {
    return names(cut_at(d.arena, d.model, of, wrt));
  };
  const std::string all = "x y k unused | w b c | u z v L";
  BOOST_TEST(cut("", {}) == all);
  BOOST_TEST(cut("", {"w", "x"}) == all);
  BOOST_TEST(cut("", {"z"}) == "y k unused | c z | u v L");
  BOOST_TEST(cut("", {"v"}) == "y unused | v | u z L");
  BOOST_TEST(cut("", {"u"}) == "y k unused | b c u | z v L");
  BOOST_TEST(cut("", {"z", "c"}) == "y k unused | c z | u v L");
  // What depends on another one stays computed from it.
  BOOST_TEST(cut("", {"z", "w"}) == all);
  BOOST_TEST(cut("", {"v", "u"}) == "y k unused | b c u | z v L");
  // The cost itself is no variable.
  BOOST_TEST(cut("v", {"v"}) == all);
  BOOST_TEST(cut("L", {"L", "z"}) == "y k unused | c z | u v L");
}

BOOST_AUTO_TEST_SUITE_END()
