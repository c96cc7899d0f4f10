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

// The program with every name replaced by what it stands for: expressions in inputs and parameters.
struct Unfolded {
  Expr cost;
  std::vector<std::pair<Expr, Expr>> gradient;  // parameter, entry
};

Unfolded unfold(Arena& arena, const GradientProgram& program) {
  // The names of the costs also stand in adjoints, whose places must not be touched: adjoints come first.
  ExprMap<Expr> adjoints, names;
  for (const Statement& s : program.backward) adjoints[s.name] = substitute(arena, s.value, adjoints);
  for (const Statement& s : program.forward) names[s.name] = substitute(arena, s.value, names);
  Unfolded out{names.at(program.cost), {}};
  for (const auto& [by, adjoint] : program.gradient) {
    out.gradient.emplace_back(by, substitute(arena, substitute(arena, adjoint, adjoints), names));
  }
  return out;
}

// The cost by the definitions of the model alone.
Expr definition_of_cost(Arena& arena, const Model& model) {
  ExprMap<Expr> names;
  for (const Definition& d : model.definitions) names[d.symbol] = substitute(arena, d.value, names);
  return names.at(model.definitions.back().symbol);
}

struct Interval {
  double lower, upper;
  [[nodiscard]] double most() const { return std::max(std::fabs(lower), std::fabs(upper)); }
  [[nodiscard]] double least() const { return lower > 0 ? lower : upper < 0 ? -upper : 0; }
};

class Trial {
 public:
  Trial(lab::Lab& lab, const random::Sample& sample) : lab_(lab), sample_(sample), model_(sample.model) {
    program_ = gradient_program(lab.engine, model_, "", {});
    unfolded_ = unfold(lab.arena, program_);
    cost_ = definition_of_cost(lab.arena, model_);
  }

  // Whether the cost and all entries are compared at this point; false: a kink is within reach, or no value there.
  bool compare(const Point& at) {
    Arena& a = lab_.arena;
    const auto same_cost = enclosed(a.sub(unfolded_.cost, cost_), at);
    bool all = same_cost.has_value();
    if (all && same_cost->least() > 0) complain("the cost is another one", at, *same_cost);
    for (const auto& [by, entry] : unfolded_.gradient) {
      const auto off = beyond_allowance(by, entry, at);
      if (off && *off) complain("d/d" + a.name(by) + " is not the slope", at, **off);
      all = off.has_value() && all;
    }
    return all;
  }

  // By how much an entry differs for certain from the slope of the cost at `at`, if it does; nothing at all where that
  // cannot be told: a kink is within reach, or a value is missing.
  std::optional<std::optional<Interval>> beyond_allowance(Expr by, Expr entry, const Point& at) const {
    Arena& a = lab_.arena;
    const Rational h = Rational(1) / cln::expt(Rational(2), 60);
    const auto over = [&](Expr e, const Rational& by_what) { return a.mul(a.number(1 / by_what), e); };
    const Expr up = moved(by, h), down = moved(by, -h);
    const Expr central = over(a.sub(up, down), 2 * h);
    const Expr wide = over(a.sub(moved(by, 2 * h), moved(by, -2 * h)), 4 * h);
    const Expr bend = over(a.add(a.sub(up, a.mul(a.number(2), cost_)), down), h);
    const auto slope = enclosed(central, at), curvature = enclosed(bend, at);
    const auto error = enclosed(a.sub(wide, central), at), difference = enclosed(a.sub(entry, central), at);
    if (!slope || !curvature || !error || !difference) return std::nullopt;
    // At a kink, and nowhere else within 2^-60, the slopes to the right and to the left differ by more than this.
    const double scale = 1 + slope->most();
    if (curvature->most() > 0x1p-30 * scale) return std::nullopt;
    // The error of the central difference is h^2/6 f''', a third of what the step of twice the width has more.
    const double allowance = 4 * error->most() + 0x1p-45 * scale;
    return difference->least() > allowance ? difference : std::optional<Interval>();
  }

  [[nodiscard]] const GradientProgram& program() const { return program_; }
  [[nodiscard]] std::optional<Interval> value(Expr e, const Point& at) const {
    const Enclosure v = enclose(lab_.arena, e, at, {lab_.catalogue.functions, &model_});
    if (v.state != Enclosure::State::defined) return std::nullopt;
    return Interval{v.lower, v.upper};
  }
  [[nodiscard]] const Unfolded& unfolded() const { return unfolded_; }

 private:
  // An interval of width 2^-50 or so, also for what is exactly zero, which no precision separates from it.
  std::optional<Interval> enclosed(Expr e, const Point& at) const {
    static const Rational shift = Rational(5) / Rational(7);
    const Enclosure v =
        enclose(lab_.arena, lab_.arena.add(lab_.arena.number(shift), e), at, {lab_.catalogue.functions, &model_});
    if (v.state != Enclosure::State::defined) return std::nullopt;
    // Doubles end at 2^-1074: exact ends, then rounded outwards by far more than a half unit.
    const auto rounded = [](const Rational& r) { return cln::double_approx(r); };
    const double low = rounded(v.exact_lower - shift), high = rounded(v.exact_upper - shift);
    return Interval{low - std::fabs(low) * 0x1p-50, high + std::fabs(high) * 0x1p-50};
  }

  // The cost at `at` with `by` moved.
  Expr moved(Expr by, const Rational& step) const {
    return substitute(lab_.arena, cost_, {{by, lab_.arena.add(by, lab_.arena.number(step))}});
  }

  void complain(const std::string& what, const Point& at, const Interval& by) {
    std::string where;
    for (const auto& [name, value] : at)
      where += fmt::format(" {}={}", lab_.arena.name(name), cln::double_approx(value));
    BOOST_ERROR(fmt::format("{}, by {} to {}, at{}\n{}", what, by.lower, by.upper, where, sample_.text));
  }

  lab::Lab& lab_;
  const random::Sample& sample_;
  const Model& model_;
  GradientProgram program_;
  Unfolded unfolded_;
  Expr cost_;
};

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
        Trial trial(lab, sample);
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
    const Trial trial(lab, sample);
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
    Trial trial(lab, sample);
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
