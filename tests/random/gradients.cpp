// SPDX-License-Identifier: GPL-2.0-or-later
// The gradient programs of random models against central differences, both enclosed rigorously at exact points; and
// the headers of some of them, compiled and run.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "emit/bench.h"
#include "gradus/derive/derivation.h"
#include "gradus/emit/header.h"
#include "random/differences.h"
#include "random/models.h"

using namespace gradus;

namespace {

constexpr std::uint64_t seed = 20261125;

// GRADUS_RANDOM says how many models are tried.
int models_to_try() {
  const char* wish = std::getenv("GRADUS_RANDOM");
#ifdef GRADUS_SANITIZED
  const int otherwise = 100;
#else
  const int otherwise = 2'000;
#endif
  return wish == nullptr ? otherwise : std::atoi(wish);
}

random::Trial trial_of(lab::Lab& lab, const random::Sample& sample) {
  return {lab, sample.model, gradient_program(lab.engine, sample.model, "", {}), sample.text};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_models)

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const int models = models_to_try();
  int compared = 0, points = 0;
  // An arena keeps all that was built in it, hence a new one now and then.
  for (int block = 0; block * 50 < models; ++block) {
    lab::Lab lab;
    random::Generator generator(lab, seed + static_cast<std::uint64_t>(block));
    for (int k = block * 50; k < std::min(models, (block + 1) * 50); ++k) {
      const random::Sample sample = generator.next();
      BOOST_TEST_CONTEXT("model " << k << "\n" << sample.text) {
        random::Trial trial = trial_of(lab, sample);
        for (const Point& at : sample.points) {
          ++points;
          if (trial.compare(at)) ++compared;
        }
      }
    }
  }
  BOOST_TEST_MESSAGE(compared << " of " << points << " points compared");
  BOOST_TEST(compared * 10 >= points * 8);
}

BOOST_AUTO_TEST_CASE(a_small_error_is_seen) {
  lab::Lab lab;
  random::Generator generator(lab, seed);
  int wrong = 0, seen = 0;
  for (int k = 0; k < 20; ++k) {
    const random::Sample sample = generator.next();
    const random::Trial trial = trial_of(lab, sample);
    for (const auto& [by, entry] : trial.unfolded().gradient) {
      const auto right = trial.beyond_allowance(by, entry, sample.points[0]);
      if (!right) continue;
      BOOST_TEST(!*right);
      const auto off =
          trial.beyond_allowance(by, lab.arena.add(entry, lab.arena.fraction(1, 1'000'000'000)), sample.points[0]);
      ++wrong;
      if (off && *off) ++seen;
    }
  }
  BOOST_TEST(wrong >= 20);
  // With slopes of more than 2^15 so little is lost in the allowance.
  BOOST_TEST(seen * 10 >= wrong * 9);
}

BOOST_AUTO_TEST_CASE(headers_agree_with_enclosures) {
  lab::Lab lab;
  random::Generator generator(lab, seed);
  bench::Workshop workshop;
  std::string includes, body;
  int entries = 0;
  for (int k = 0; k < 30; ++k) {
    const random::Sample sample = generator.next();
    random::Trial trial = trial_of(lab, sample);
    const std::string name = fmt::format("m{}", k);
    workshop.write(name + ".hpp", emit_header(lab.engine, sample.model, trial.program(), {name, "", ""}));
    includes += fmt::format("#include \"{}.hpp\"\n", name);
    for (const Point& at : sample.points) {
      body += fmt::format("  {{\n    {0}::Inputs in{{}};\n    {0}::Params p{{}};\n    {0}::Gradient g{{}};\n", name);
      const auto assign = [&](const char* to, const std::vector<Expr>& symbols) {
        for (const Expr s : symbols) {
          body += fmt::format("    {}.{} = {:.17g};\n", to, lab.arena.name(s), cln::double_approx(at.at(s)));
        }
      };
      assign("in", sample.model.inputs);
      assign("p", sample.model.params);
      body += fmt::format("    const double v = {}::value_and_gradient(in, p, g);\n    (void)v;\n", name);
      const auto expect = [&](const std::string& what, Expr e) {
        const auto wanted = trial.value(e, at);
        if (!wanted || wanted->most() > 1e6) return;
        body += fmt::format("    expect(\"{0}: {1}\", {1}, {2:.17g});\n", name, what, wanted->lower);
        ++entries;
      };
      expect("v", trial.unfolded().cost);
      for (const auto& [by, entry] : trial.unfolded().gradient) expect("g." + lab.arena.name(by), entry);
      body += "  }\n";
    }
  }
  BOOST_TEST(entries > 60);
  workshop.write("main.cpp", "#include <cmath>\n#include <cstdio>\n" + includes + R"(
static int failures = 0;
static void expect(const char* what, double got, double wanted) {
  if (std::fabs(got - wanted) <= 1e-8 * (1 + std::fabs(wanted))) return;
  ++failures;
  std::printf("%s: %.17g instead of %.17g\n", what, got, wanted);
}
int main() {
)" + body + "  return failures == 0 ? 0 : 1;\n}\n");
  BOOST_TEST(!bench::compilers().empty(), "no compiler was found");
  for (const std::string& compiler : bench::compilers()) {
    const std::string said = workshop.compile_and_run(compiler);
    BOOST_TEST(said == "ok", compiler << ": " << said);
  }
}

BOOST_AUTO_TEST_SUITE_END()
