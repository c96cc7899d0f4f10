// SPDX-License-Identifier: GPL-2.0-or-later
// Deep and wide models: results in names and adjoints, of a size that grows with the model and no faster.
#include <cmath>

#include "derive/lines.h"

using namespace gradus;
using Method = DeriveRequest::Method;

namespace {

std::string tanh_chain(int layers) {
  std::string text = "input x, y\nparam ", body;
  for (int k = 1; k <= layers; ++k) {
    const std::string n = std::to_string(k);
    text += (k > 1 ? ", w" : "w") + n + ", b" + n;
    body += "a" + n + " = tanh(w" + n + "*" + (k > 1 ? "a" + std::to_string(k - 1) : "x") + " + b" + n + ")\n";
  }
  return text + "\n" + body + "L = (a" + std::to_string(layers) + " - y)^2\n";
}

// The same with one weight and one bias for all layers: a recurrent net, unrolled.
std::string recurrent_chain(int layers) {
  std::string text = "input x, y\nparam w, b\n";
  for (int k = 1; k <= layers; ++k) {
    const std::string n = std::to_string(k);
    text += "a" + n + " = tanh(w*" + (k > 1 ? "a" + std::to_string(k - 1) : "x") + " + b)\n";
  }
  return text + "L = (a" + std::to_string(layers) + " - y)^2\n";
}

// The size of all results together, and the number of steps.
std::pair<std::uint64_t, std::size_t> total(lab::Derived& d, const std::vector<Derivation>& all) {
  std::uint64_t nodes = 0;
  std::size_t steps = 0;
  for (const Derivation& one : all) {
    nodes += tree_size(d.arena, one.result);
    steps += one.steps.size();
  }
  return {nodes, steps};
}

// The derivatives of L by the chain rule, each computed from the values of those that were derived before it.
lab::Reference::Values values_backwards(const std::string& text, lab::Reference::Values values) {
  lab::Derived d(text);
  const lab::Reference reference(d.arena, d.model);
  for (const Definition& name : d.model.definitions)
    values[d.arena.name(name.symbol)] = reference.value(name.value, values);
  ExprMap<Expr> known;
  lab::Reference::Values gradient;
  for (const Derivation& one : d.derive("L", {}, Method::chain)) {
    const std::string& wrt = d.arena.name(one.wrt);
    values["dL/d" + wrt] = gradient[wrt] = reference.value(substitute(d.arena, one.result, known), values);
    known[one.start] = d.arena.symbol("dL/d" + wrt);
  }
  return gradient;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(size)

BOOST_AUTO_TEST_CASE(the_tanh_chain_grows_in_proportion) {
  // Fifty layers more add the same, wherever they are added.
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes;
  for (const int layers : {50, 100, 150, 200}) {
    lab::Derived d(tanh_chain(layers));
    sizes.push_back(total(d, d.derive("L", {}, Method::chain)));
  }
  for (std::size_t k = 2; k < sizes.size(); ++k) {
    const auto first = static_cast<double>(sizes[1].first - sizes[0].first);
    BOOST_CHECK_CLOSE(static_cast<double>(sizes[k].first - sizes[k - 1].first), first, 5);
    const auto steps = static_cast<double>(sizes[1].second - sizes[0].second);
    BOOST_CHECK_CLOSE(static_cast<double>(sizes[k].second - sizes[k - 1].second), steps, 5);
  }
}

BOOST_AUTO_TEST_CASE(the_recurrent_chain_grows_in_proportion) {
  std::vector<std::pair<std::uint64_t, std::size_t>> sizes;
  for (const int layers : {100, 150, 200}) {
    lab::Derived d(recurrent_chain(layers));
    sizes.push_back(total(d, d.derive("L", {}, Method::chain)));
  }
  BOOST_CHECK_CLOSE(static_cast<double>(sizes[2].first - sizes[1].first),
                    static_cast<double>(sizes[1].first - sizes[0].first), 5);
  BOOST_CHECK_CLOSE(static_cast<double>(sizes[2].second - sizes[1].second),
                    static_cast<double>(sizes[1].second - sizes[0].second), 5);
}

BOOST_AUTO_TEST_CASE(a_parameter_of_many_layers_has_the_sum_over_them) {
  // Below and above the number of terms that are worked out one by one, against a loop over the layers.
  for (const int layers : {3, 31, 33, 64, 65, 130}) {
    BOOST_TEST_CONTEXT(layers << " layers") {
      const double x = 0.3, y = -0.2, w = 1.1, b = 0.05;
      std::vector<double> a{x};
      for (int k = 1; k <= layers; ++k) a.push_back(std::tanh(w * a.back() + b));
      double dw = 0, db = 0, da = 2 * (a.back() - y);
      for (std::size_t k = a.size() - 1; k > 0; --k) {
        const double dz = da * (1 - a[k] * a[k]);
        dw += dz * a[k - 1];
        db += dz;
        da = dz * w;
      }
      const auto gradient = values_backwards(recurrent_chain(layers), {{"x", x}, {"y", y}, {"w", w}, {"b", b}});
      BOOST_CHECK_CLOSE(static_cast<double>(gradient.at("w")), dw, 1e-9);
      BOOST_CHECK_CLOSE(static_cast<double>(gradient.at("b")), db, 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(results_are_the_same_with_and_without_steps) {
  for (const std::string& text :
       {tanh_chain(12),
        std::string("input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n"),
        std::string("input y\nparam s, m\nassume s > 0\nv = s^2\nL = ln(v)/2 + (y - m)^2/(2*v)\n")}) {
    lab::Derived d(text);
    const auto with = d.derive("", {}, Method::both), without = d.derive("", {}, Method::both, false);
    BOOST_REQUIRE_EQUAL(with.size(), without.size());
    for (std::size_t k = 0; k < with.size(); ++k) {
      BOOST_CHECK(with[k].result == without[k].result);
      BOOST_CHECK(without[k].steps.empty());
      lab::check_trace(d.arena, with[k].start, with[k].steps, with[k].result);
    }
  }
}

BOOST_AUTO_TEST_CASE(names_do_not_matter) {
  // Layers are worked out once for all names: what is known of a name must still count.
  lab::Derived d(
      "input r, t\nparam u, v\nassume u > 0, t > 0\n"
      "p = ln(u*t)\nq = ln(v*r)\nL = p + q\n");
  BOOST_CHECK(d.passes(d.one("p", "u", Method::direct), {"ln(u) + ln(t)"}, true));
  BOOST_CHECK(!d.passes(d.one("q", "v", Method::direct), {"ln(v) + ln(r)"}, true));
}

BOOST_AUTO_TEST_CASE(a_wide_sum_and_a_deep_chain) {
  constexpr int wide = 5'000, deep = 5'000;
  std::string text = "input x\nparam v, w\ns = v";
  for (int k = 1; k <= wide; ++k) text += " + x*sin(" + std::to_string(k) + "*w)";
  text += "\na0 = s\n";
  for (int k = 1; k <= deep; ++k) text += "a" + std::to_string(k) + " = sin(a" + std::to_string(k - 1) + ")\n";
  lab::Derived d(text);
  const auto all = d.derive("", {"v", "w"}, Method::chain, false);
  BOOST_REQUIRE_GE(all.size(), static_cast<std::size_t>(deep));
  const std::string last = "a" + std::to_string(deep);
  std::size_t seen = 0;
  for (const Derivation& one : all) {
    if (d.arena.name(one.of) == "s" && d.arena.name(one.wrt) == "w") {
      ++seen;
      BOOST_CHECK_EQUAL(d.arena.count(one.result), static_cast<std::size_t>(wide));
    }
    if (d.arena.name(one.of) == last && d.arena.name(one.wrt) != "w") {
      ++seen;
      BOOST_CHECK_LE(tree_size(d.arena, one.result), 60U);
    }
  }
  BOOST_CHECK_GE(seen, static_cast<std::size_t>(deep));
}

BOOST_AUTO_TEST_SUITE_END()
