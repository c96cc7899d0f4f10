// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/accuracy/compiled.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <unordered_set>

#include "accuracy/process.h"
#include "accuracy/truth.h"
#include "derive/session.h"
#include "emit/number.h"

namespace gradus {
namespace {

using namespace accuracy;

constexpr std::size_t batch = 8'192;                // points that are in memory, and in the files, at once
constexpr std::uint64_t largest_formula = 100'000;  // nodes as a tree, names unfolded
constexpr std::size_t most_special = 64;

// Reads points as lines of numbers and writes a line of results for each; all numbers are hexadecimal, so that nothing
// is rounded. {0} the namespace, {1} the type, {2} how many inputs and parameters, {3} and {4} their values, {5} names
// for the entries of the gradient, {6} prints those of the Hessian, if there is one.
constexpr const char* driver = R"(#include "header.hpp"
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
int main(int, char** argument) {{
  std::FILE* const points = std::fopen(argument[1], "r");
  std::FILE* const results = std::fopen(argument[2], "w");
  if (points == nullptr || results == nullptr) return 2;
  double v[{2} + 1] = {{}};
  for (;;) {{
    for (int k = 0; k < {2}; ++k) {{
      if (std::fscanf(points, "%la", &v[k]) != 1) return k == 0 && std::feof(points) && std::fclose(results) == 0 ? 0 : 3;
    }}
    const ::{0}::Inputs inputs{{{3}}};
    const ::{0}::Params params{{{4}}};
    ::{0}::Gradient gradient{{}};
    const {1} value = ::{0}::value(inputs, params);
    const {1} both = ::{0}::value_and_gradient(inputs, params, gradient);
    const auto& [{5}] = gradient;
    for (const {1} r : {{value, both, {5}}}) std::fprintf(results, "%a ", static_cast<double>(r));
    {6}
  }}
}}
)";

// {0} and {1} as above, {2} names for the entries of the Hessian.
constexpr const char* driver_of_second = R"(::{0}::Hessian hessian{{}};
    ::{0}::value_gradient_and_hessian(inputs, params, gradient, hessian);
    const auto& [{2}] = hessian;
    for (const {1} r : {{{2}}}) std::fprintf(results, "%a ", static_cast<double>(r));)";

class Checker {
 public:
  Checker(Engine& engine, const Model& model, const GradientProgram& program, const CompiledOptions& options,
          const SecondOrder* second)
      : engine_(engine),
        arena_(engine.arena),
        model_(model),
        program_(program),
        second_(second),
        options_(options),
        session_(engine, model, false),
        setting_(setting_for(engine, model, variables())),
        rounded_(setting_) {
    rounded_.data.clear();
    for (const auto& [variable, adjoint] : program.gradient) {
      if (std::find(by_.begin(), by_.end(), variable) == by_.end()) by_.push_back(variable);
    }
  }

  CompiledReport run(const std::string& header, const std::string& name_space) {
    const std::vector<std::string> compiler = find_compiler(options_.compiler);
    CompiledReport report;
    report.compiler = fmt::format("{}", fmt::join(compiler, " "));
    unfold();
    const HeldSignals signals;
    const PrivateDirectory directory;
    compile(compiler, header, name_space, directory, signals);
    std::vector<Truths> truths;
    for (std::size_t t = 0; t < formulas_.size(); ++t) {
      const auto& as_rounded = options_.rounded_data;
      const bool rounded = std::find(as_rounded.begin(), as_rounded.end(), names_[t]) != as_rounded.end();
      roundings_.push_back(rounded);
      truths.emplace_back(engine_, rounded ? rounded_ : setting_, session_.rewriter, formulas_[t], options_.real);
    }
    begin(report);
    const std::vector<Rational> special = thresholds();
    for (std::uint64_t k = 0; report.points < options_.points; ++k) {
      const std::size_t wanted = std::min(batch, options_.points - report.points);
      const Sample sample = draw(engine_, setting_, special, wanted, options_.seed + k, options_.real);
      if (sample.points.empty()) break;
      compare(sample, results_at(sample, directory, signals), truths, report, signals);
      report.points += sample.points.size();
    }
    if (report.points == 0)
      throw Error({}, "no point at which the assumptions hold was found: nothing can be compared");
    return report;
  }

 private:
  std::vector<Expr> variables() const {
    std::vector<Expr> out = model_.inputs;
    out.insert(out.end(), model_.params.begin(), model_.params.end());
    return out;
  }

  // --- the truth ---

  Expr partial(Expr by) const { return arena_.make(Op::Deriv, {program_.cost, by}); }
  Expr partial(const SecondOrder::Entry& e) const { return arena_.make(Op::Deriv, {partial(e.by), e.and_by}); }

  std::vector<SecondOrder::Entry> hessian() const {
    return second_ == nullptr ? std::vector<SecondOrder::Entry>{} : second_->hessian;
  }

  // For each result equal formulas over inputs and parameters: first as the model states it, so that what the rules
  // made of it is checked as well; then what the program computes, which has a value in more places.
  void unfold() {
    ExprMap<Expr> stated, computed;
    for (const Definition& d : model_.definitions) stated[d.symbol] = substitute(arena_, d.value, stated);
    computed = stated;
    const auto compute = [&](const std::vector<Statement>& statements) {
      for (const Statement& s : statements) computed[s.name] = substitute(arena_, s.value, computed);
    };
    compute(program_.forward);
    compute(program_.backward);
    if (second_ != nullptr) {
      compute(second_->first);
      compute(second_->second);
    }
    const auto add = [&](Expr plain, Expr result) {
      const Expr full = substitute(arena_, result, computed);
      formulas_.push_back({substitute(arena_, plain, stated), full});
      names_.push_back(result);
      for (const Expr f : formulas_.back()) {
        if (tree_size(arena_, f) > largest_formula) {
          throw Error({},
                      fmt::format("`{}` is too large to be checked: {} nodes from inputs and parameters",
                                  print(arena_, plain), tree_size(arena_, f)),
                      fmt::format("--check finds true values of up to {} nodes", largest_formula));
        }
      }
    };
    add(program_.cost, program_.cost);
    for (const Expr variable : by_) {
      const auto entry = std::find_if(program_.gradient.begin(), program_.gradient.end(),
                                      [&](const auto& e) { return e.first == variable; });
      add(resolve_derivatives(engine_, model_, partial(variable)), entry->second);
    }
    for (const SecondOrder::Entry& e : hessian()) add(resolve_derivatives(engine_, model_, partial(e)), e.value);
  }

  // What the cases of the program are told apart by: errors are greatest beside it.
  std::vector<Rational> thresholds() const {
    std::vector<Expr> roots;
    for (const auto* statements : {&program_.forward, &program_.backward}) {
      for (const Statement& s : *statements) roots.push_back(s.value);
    }
    if (second_ != nullptr) {
      for (const Statement& s : second_->second) roots.push_back(s.value);
    }
    std::vector<Rational> out;
    for (const Expr e : reachable(arena_, roots)) {
      const Op op = arena_.op(e);
      if (op != Op::Lt && op != Op::Le && op != Op::Gt && op != Op::Ge) continue;
      for (const Expr side : arena_.children(e)) {
        if (arena_.is_number(side) && out.size() < most_special) out.push_back(arena_.value(side));
      }
    }
    return out;
  }

  // --- the program ---

  void compile(const std::vector<std::string>& compiler, const std::string& header, const std::string& name_space,
               const PrivateDirectory& directory, const HeldSignals& signals) {
    const char* const type = emit::type_name(options_.real);
    const auto values = [&](std::size_t from, std::size_t count) {
      std::string out;
      for (std::size_t k = 0; k < count; ++k)
        out += fmt::format("{}static_cast<{}>(v[{}])", k == 0 ? "" : ", ", type, from + k);
      return out;
    };
    const auto names = [](char letter, std::size_t count) {
      std::string out;
      for (std::size_t k = 0; k < count; ++k) out += fmt::format("{}{}{}", k == 0 ? "" : ", ", letter, k);
      return out;
    };
    const std::string second = names('h', hessian().size());
    const std::string run_second = second.empty() ? "" : fmt::format(driver_of_second, name_space, type, second);
    directory.write("header.hpp", header);
    directory.write(
        "driver.cpp",
        fmt::format(driver, name_space, type, setting_.variables().size(), values(0, model_.inputs.size()),
                    values(model_.inputs.size(), model_.params.size()), names('g', by_.size()), run_second));
    std::vector<std::string> command = compiler;
    command.insert(command.end(), options_.flags.begin(), options_.flags.end());
    for (const std::string& word : {std::string("-o"), directory / "program", directory / "driver.cpp"})
      command.push_back(word);
    const int code = accuracy::run(command, directory / "output", directory / "errors", signals);
    if (code == 0) return;
    throw Error({}, fmt::format("`{}` does not compile the header (exit code {}): {}", fmt::join(compiler, " "), code,
                                first_error(directory.without_path(directory.read("errors")))));
  }

  static std::string first_error(const std::string& text) {
    std::istringstream lines(text);
    std::string first = "it says nothing";
    bool any = false;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("error") != std::string::npos) return line;
      if (!any && !line.empty()) first = line;
      any = any || !line.empty();
    }
    return first;
  }

  // The results at each point, one point after the other.
  std::vector<double> results_at(const Sample& sample, const PrivateDirectory& directory, const HeldSignals& signals) {
    std::string text;
    for (const auto& point : sample.points) {
      for (const double x : point) text += fmt::format("{:a} ", x);
      text += '\n';
    }
    directory.write("points", text);
    const std::string program = directory / "program";
    const int code = accuracy::run({program, directory / "points", directory / "results"}, directory / "output",
                                   directory / "errors", signals);
    if (code != 0) throw Error({}, fmt::format("the compiled program failed with exit code {}", code));
    text = directory.read("results");
    std::vector<double> out;
    const char* at = text.c_str();
    for (char* end = nullptr;; at = end) {
      const double x = std::strtod(at, &end);
      if (end == at) break;
      out.push_back(x);
    }
    if (out.size() != sample.points.size() * (2 + by_.size() + hessian().size()))
      throw Error({}, "the compiled program did not give all results");
    return out;
  }

  // --- the comparison ---

  void begin(CompiledReport& report) {
    const auto add = [&](const char* function, Expr name) {
      CompiledResult r;
      r.function = function;
      r.name = name;
      report.results.push_back(std::move(r));
    };
    add("value", program_.cost);
    add("value_and_gradient", program_.cost);
    for (const Expr variable : by_) add("value_and_gradient", partial(variable));
    for (const SecondOrder::Entry& e : hessian()) add("value_gradient_and_hessian", partial(e));
    for (std::size_t k = 0; k < report.results.size(); ++k)
      report.results[k].rounded_data = roundings_[k == 0 ? 0 : k - 1];
  }

  CompiledResult::Where where(const std::vector<double>& point) const {
    CompiledResult::Where out;
    for (std::size_t v = 0; v < point.size(); ++v) out.emplace_back(setting_.variables()[v], point[v]);
    return out;
  }

  static bool same(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return std::memcmp(&a, &b, sizeof a) == 0;
  }

  void compare(const Sample& sample, const std::vector<double>& results, const std::vector<Truths>& truths,
               CompiledReport& report, const HeldSignals& signals) {
    const std::size_t width = report.results.size();
    for (std::size_t k = 0; k < sample.points.size(); ++k) {
      signals.check();
      const std::vector<double>& point = sample.points[k];
      const double* const computed = &results[k * width];
      if (!same(computed[0], computed[1]) && report.differing++ == 0) {
        report.differing_point = where(point);
        report.by_value = computed[0];
        report.by_both = computed[1];
      }
      for (std::size_t t = 0; t < truths.size(); ++t) {
        TrueValue truth = truths[t].at(point);
        if (t == 0) count(report.results[0], truths[t], truth, point, computed[0]);
        count(report.results[t + 1], truths[t], truth, point, computed[t + 1]);
      }
    }
  }

  void count(CompiledResult& result, const Truths& truths, TrueValue truth, const std::vector<double>& point,
             double computed) const {
    const Deviation d = truths.deviation(truth, point, computed);
    if (truth.state == TrueValue::State::none) {
      ++result.skipped;
      return;
    }
    ++result.compared;
    if (!(d.normalised <= options_.ulp)) ++result.beyond;
    const auto keep = [&](double error, double& worst, CompiledResult::Where& at) {
      if (error <= worst) return;
      worst = std::isnan(error) ? HUGE_VAL : error;
      at = where(point);
    };
    keep(d.normalised, result.worst, result.worst_point);
    keep(d.raw, result.worst_raw, result.worst_raw_point);
  }

  Engine& engine_;
  Arena& arena_;
  const Model& model_;
  const GradientProgram& program_;
  const SecondOrder* second_;
  const CompiledOptions& options_;
  Session session_;
  const Setting setting_;
  Setting rounded_;       // all inputs count as rounded
  std::vector<Expr> by_;  // the members of `Gradient`, in order
  std::vector<std::vector<Expr>> formulas_;
  std::vector<Expr> names_;      // of the results with these formulas
  std::vector<bool> roundings_;  // whether their inputs count as rounded
};

}  // namespace

bool CompiledReport::within() const {
  return std::all_of(results.begin(), results.end(),
                     [](const CompiledResult& r) { return r.beyond == 0 && r.compared > 0; });
}

CompiledReport check_compiled(Engine& engine, const Model& model, const GradientProgram& program,
                              const std::string& header, const std::string& name_space, const CompiledOptions& options,
                              const SecondOrder* second) {
  return Checker(engine, model, program, options, second).run(header, name_space);
}

}  // namespace gradus
