// SPDX-License-Identifier: GPL-2.0-or-later
// Generated headers, compiled and compared with enclosures: good ones pass, planted errors are found where they are.
#include "gradus/accuracy/compiled.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "check/lab.h"
#include "gradus/emit/header.h"
#include "gradus/report/compiled.h"

using namespace gradus;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t few = 400;

struct Subject {
  lab::Lab lab;
  Model model;
  GradientProgram program;
  std::string header;
  CompiledOptions options;
  SecondOrder second;
  bool has_second = false;

  explicit Subject(const std::string& text, Real real = Real::float64, bool order_2 = false) : has_second(order_2) {
    model = lab.read(text).models.at(0);
    AccuracyOptions accuracy;
    accuracy.real = options.real = real;
    if (order_2) second = second_order(lab.engine, model, "", {});
    program = accurate_program(lab.engine, model, gradient_program(lab.engine, model, "", {}), accuracy, nullptr,
                               order_2 ? &second : nullptr);
    EmitOptions emit;
    emit.name_space = "subject::inner";
    emit.real = real;
    if (order_2) emit.second = &second;
    header = emit_header(lab.engine, model, program, emit);
    options.points = few;
  }
  CompiledReport check() {
    return check_compiled(lab.engine, model, program, header, "subject::inner", options,
                          has_second ? &second : nullptr);
  }
  void replace(const std::string& what, const std::string& with) {
    std::size_t found = 0;
    for (std::size_t at = header.find(what); at != std::string::npos; at = header.find(what, at + with.size())) {
      header.replace(at, what.size(), with);
      ++found;
    }
    BOOST_REQUIRE_MESSAGE(found > 0, "no " << what << " in\n" << header);
  }
  // The message of the error that the check ends with.
  std::string refusal() {
    try {
      check();
    } catch (const Error& e) {
      return e.message;
    }
    return "no error";
  }
};

const char* const difference = "input x\nparam a, b\nL = (a - b*x)^2\n";
const char* const entropy =
    "input y\nparam z\nassume y in {0, 1}\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\n";

// An environment variable with another value as long as this lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* const old = std::getenv(name)) old_ = old, had_ = true;
    ::setenv(name, value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    if (had_) {
      ::setenv(name_, old_.c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::string old_;
  bool had_ = false;
};

// A folder for temporary files in which nothing must stay.
class Watched {
 public:
  Watched() {
    std::string name = (fs::temp_directory_path() / "gradus-test-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    BOOST_TEST(fs::is_empty(path_));
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

double at(const Arena& arena, const CompiledResult::Where& where, const std::string& name) {
  for (const auto& [variable, value] : where) {
    if (print(arena, variable) == name) return value;
  }
  BOOST_FAIL("no value of " << name);
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compiled)

BOOST_AUTO_TEST_CASE(good_headers_pass) {
  for (const Real real : {Real::float64, Real::float32}) {
    Subject s(entropy, real);
    const CompiledReport report = s.check();
    BOOST_TEST(report.within(), compiled_text(s.lab.arena, report, s.options));
    BOOST_TEST(report.points == few);
    BOOST_TEST(report.differing == 0U);
    BOOST_REQUIRE(report.results.size() == 3U);
    BOOST_TEST(report.results[0].function == "value");
    BOOST_TEST(print(s.lab.arena, report.results[2].name) == "dL/dz");
    for (const CompiledResult& r : report.results) {
      BOOST_TEST(r.compared + r.skipped == few);
      BOOST_TEST(r.compared > few / 2);
      // Rounding is seen: what is compared are not equal numbers.
      BOOST_TEST(r.worst > 0.25);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_second_derivative_is_found) {
  Subject subject("param a, b\nL = sin(a)*cos(b)\n", Real::float64, true);
  BOOST_TEST(subject.check().within());
  subject.replace("hessian.a_b = ", "hessian.a_b = 1.0000001*");
  const CompiledReport report = subject.check();
  BOOST_TEST(!report.within());
  BOOST_REQUIRE(report.results.size() == 7U);
  for (std::size_t k = 0; k < report.results.size(); ++k)
    BOOST_TEST((report.results[k].beyond > 0) == (print(subject.lab.arena, report.results[k].name) == "diff(L, a, b)"));
}

BOOST_AUTO_TEST_CASE(inputs_parameters_and_entries_are_in_order) {
  Subject s("input x, y\nparam a, b, c\nL = a*x + 2*b*y + 4*c\n");
  const CompiledReport report = s.check();
  BOOST_TEST(report.within(), compiled_text(s.lab.arena, report, s.options));
  BOOST_TEST(report.results.size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_wrong_operation_in_the_gradient_is_found) {
  Subject s("input x\nparam w\nL = exp(x + w) + w\n");
  s.replace("gradient.w = ", "gradient.w = in.x > 3 && in.x < 4 ? 7 : ");
  const CompiledReport report = s.check();
  BOOST_TEST(!report.within());
  BOOST_TEST(report.results[0].beyond == 0U);
  BOOST_TEST(report.results[1].beyond == 0U);
  const CompiledResult& wrong = report.results[2];
  BOOST_TEST(wrong.beyond > 0U);
  BOOST_TEST(wrong.worst > 1e6);
  BOOST_TEST(at(s.lab.arena, wrong.worst_point, "x") > 3);
  BOOST_TEST(at(s.lab.arena, wrong.worst_point, "x") < 4);
  BOOST_TEST(compiled_text(s.lab.arena, report, s.options).find("NOT within the bound") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_plain_form_instead_of_the_stable_one_is_found) {
  Subject s("param x\nL = exp(x) - 1\n");
  s.replace("std::expm1(p.x)", "(std::exp(p.x) - 1)");
  const CompiledReport report = s.check();
  BOOST_TEST(report.results[0].beyond > 0U);
  BOOST_TEST(std::abs(at(s.lab.arena, report.results[0].worst_point, "x")) < 0.5);
  // The derivative is exp(x), whichever form the value has.
  BOOST_TEST(report.results[2].beyond == 0U);
}

BOOST_AUTO_TEST_CASE(a_value_that_is_missing_is_found) {
  Subject s(difference);
  s.replace("gradient.a = ", "gradient.a = p.a > 0 ? std::sqrt(-p.a) : ");
  s.replace("#pragma once\n", "#pragma once\n#include <cmath>\n");
  const CompiledReport report = s.check();
  const auto wrong = report.results[2];
  BOOST_TEST(std::isinf(wrong.worst));
  BOOST_TEST(at(s.lab.arena, wrong.worst_point, "a") > 0);
  BOOST_TEST(compiled_text(s.lab.arena, report, s.options).find("worst normalised error no value at x = ") !=
             std::string::npos);
  BOOST_TEST(compiled_json(s.lab.arena, report, s.options).find("\"worst\": null") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_values_that_differ_are_reported) {
  Subject s("param x\nL = 2*x\n");
  const std::size_t last = s.header.rfind("return ");
  BOOST_REQUIRE(last != std::string::npos);
  s.header.insert(last + 7, "1e-300 + ");
  const CompiledReport report = s.check();
  BOOST_TEST(report.differing > 0U);
  BOOST_TEST(report.by_value != report.by_both);
  BOOST_TEST(at(s.lab.arena, report.differing_point, "x") * 2 == report.by_value);
  BOOST_TEST(compiled_text(s.lab.arena, report, s.options).find("differ at") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_report) {
  Subject s(entropy);
  const std::string first = compiled_json(s.lab.arena, s.check(), s.options);
  BOOST_TEST(compiled_json(s.lab.arena, s.check(), s.options) == first);
  const std::size_t points = s.options.points;
  s.options.seed = 2;
  BOOST_TEST(compiled_json(s.lab.arena, s.check(), s.options) != first);
  BOOST_TEST(s.options.points == points);
}

BOOST_AUTO_TEST_CASE(more_points_than_a_batch) {
  Subject s("param x\nL = 2*x\n");
  s.options.points = 20'000;
  const CompiledReport report = s.check();
  BOOST_TEST(report.points == 20'000U);
  BOOST_TEST(report.results[0].compared + report.results[0].skipped == 20'000U);
}

BOOST_AUTO_TEST_CASE(nothing_stays_in_the_temporary_directory) {
  const Watched folder;
  const Environment temporary("TMPDIR", folder.path());
  Subject s(difference);
  s.check();
  BOOST_TEST(fs::is_empty(folder.path()));
  s.replace("return ", "return nonsense + ");
  const std::string refusal = s.refusal();
  BOOST_TEST(refusal.find("does not compile the header") != std::string::npos, refusal);
  BOOST_TEST(refusal.find("header.hpp:") != std::string::npos, refusal);
  BOOST_TEST(refusal.find("nonsense") != std::string::npos, refusal);
  BOOST_TEST(refusal.find(folder.path()) == std::string::npos, refusal);
  BOOST_TEST(fs::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(a_temporary_directory_that_cannot_be_made) {
  const Environment temporary("TMPDIR", "/nonexistent");
  Subject s(difference);
  BOOST_TEST(s.refusal() == "cannot make a temporary directory: No such file or directory");
}

BOOST_AUTO_TEST_CASE(compilers_that_are_not_there) {
  Subject s(difference);
  {
    const Environment unset("CXX", ""), path("PATH", "/nonexistent");
    BOOST_TEST(s.refusal() == "there is no C++ compiler to check the header with");
  }
  {
    const Environment set("CXX", "no-such-compiler -m64");
    BOOST_TEST(s.refusal() == "there is no compiler `no-such-compiler`");
  }
  s.options.compiler = {"/bin/no-such-compiler"};
  BOOST_TEST(s.refusal() == "there is no compiler `/bin/no-such-compiler`");
  // One that fails, and one that makes no program.
  s.options.compiler = {"false"};
  BOOST_TEST(s.refusal() == "`false` does not compile the header (exit code 1): it says nothing");
  s.options.compiler = {"true"};
  BOOST_TEST(s.refusal() != "no error");
}

BOOST_AUTO_TEST_CASE(a_domain_without_points) {
  Subject s("param x\nL = x^2\n");
  s.model.assumptions = s.lab.read("param x\nassume x > 1\nassume x < 0\nL = x^2\n").models[0].assumptions;
  BOOST_TEST(s.refusal() == "no point at which the assumptions hold was found: nothing can be compared");
}

BOOST_AUTO_TEST_SUITE_END()
