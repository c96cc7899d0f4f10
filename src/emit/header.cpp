// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/emit/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "emit/count.h"
#include "emit/detail.h"
#include "emit/identifiers.h"
#include "emit/layout.h"
#include "emit/needed.h"
#include "emit/schedule.h"

namespace gradus {
namespace {

using namespace emit;

class Header {
 public:
  Header(Engine& engine, const Model& model, const GradientProgram& program, const EmitOptions& options)
      : arena_(engine.arena),
        model_(model),
        program_(program),
        second_(options.second),
        options_(options),
        real_(type_name(options.real)),
        lowering_(engine, model),
        functions_(engine, model, lowering_, options.real),
        identifiers_(engine.arena) {}

  std::string run(std::vector<FunctionCount>* counts) {
    check_namespace(options_.name_space);
    cost_ = fmt::format("`{}`", comment_text(print(arena_, program_.cost)));
    name_everything();
    std::vector<Function> functions = needed_functions();
    std::string written;
    for (const Function& f : functions) written += (written.empty() ? "" : "\n") + write(f);
    const std::string code = structs() + detail() + written;
    if (counts != nullptr) {
      for (const auto& [name, body] : bodies_) counts->push_back({name, count_operations(body, detail_counts_)});
    }
    return banner() + "#pragma once\n\n" + includes(code) + "namespace " + options_.name_space + " {\n\n" + code +
           "\n}  // namespace " + options_.name_space + "\n";
  }

 private:
  // --- names ---

  // Ours give way to those of the model.
  void name_everything() {
    std::vector<Expr> names = model_.inputs;
    names.insert(names.end(), model_.params.begin(), model_.params.end());
    for (const Statement* s : all_statements()) names.push_back(s->name);
    for (const auto& [variable, adjoint] : program_.gradient) names.push_back(variable);
    identifiers_.claim(names);
    in_ = identifiers_.scope.claim_first({"in", "inputs", "in_"});
    params_ = identifiers_.scope.claim_first({"p", "params", "p_"});
    gradient_ = identifiers_.scope.claim_first({"gradient", "grad", "gradient_"});
    if (second_ == nullptr) return;
    hessian_ = identifiers_.scope.claim_first({"hessian", "hess", "hessian_"});
    direction_ = identifiers_.scope.claim_first({"direction", "dir", "direction_"});
    product_ = identifiers_.scope.claim_first({"product", "prod", "product_"});
    NameScope members;
    for (const SecondOrder::Entry& e : second_->hessian) {
      members_.push_back(members.claim(identifiers_.at(e.by) + "_" + identifiers_.at(e.and_by)));
    }
  }

  // --- which functions there are, and which statements they need ---

  struct Output {
    Expr value;
    std::string target;  // `gradient.w`
  };
  struct Function {
    std::string name, says;
    std::vector<std::pair<std::string, std::string>> parameters;  // types and names, behind those of all functions
    std::vector<Output> outputs;
    Needed program;
  };

  std::vector<const Statement*> all_statements() const {
    std::vector<const Statement*> out;
    Names known;
    const auto add = [&](const std::vector<Statement>& statements) {
      for (const Statement& s : statements) out.push_back(&s);
    };
    add(program_.forward);
    add(program_.backward);
    if (second_ == nullptr) return out;
    for (const Statement* s : out) known.insert(s->name);
    for (const Statement& s : second_->first) {
      if (!known.contains(s.name)) out.push_back(&s);
    }
    add(second_->second);
    add(second_->tangents);
    return out;
  }

  std::vector<Function> needed_functions() {
    std::vector<Function> out;
    out.push_back({"value", fmt::format("The value of {}.", cost_), {}, {}, {}});
    Function gradient{"value_and_gradient",
                      fmt::format("The value of {}, and its gradient, in one pass.", cost_),
                      {{"Gradient&", gradient_}},
                      {},
                      {}};
    for (const auto& [variable, adjoint] : program_.gradient) {
      gradient.outputs.push_back({adjoint, gradient_ + "." + identifiers_.at(variable)});
    }
    out.push_back(gradient);
    if (second_ != nullptr) {
      Function hessian = std::move(gradient);
      hessian.name = "value_gradient_and_hessian";
      hessian.says = fmt::format("The value of {}, its gradient and its second derivatives.", cost_);
      hessian.parameters.emplace_back("Hessian&", hessian_);
      for (std::size_t k = 0; k < members_.size(); ++k) {
        hessian.outputs.push_back({second_->hessian[k].value, hessian_ + "." + members_[k]});
      }
      out.push_back(std::move(hessian));
      Function product{"hessian_vector_product",
                       fmt::format("The Hessian of {} times a direction; returns the value of {}. A name with `_dot` "
                                   "is the change of that name along the direction.",
                                   cost_, cost_),
                       {{fmt::format("const {}&", direction_type()), direction_}, {"Gradient&", product_}},
                       {},
                       {}};
      for (const auto& [variable, tangent] : second_->product) {
        product.outputs.push_back({tangent, product_ + "." + identifiers_.at(variable)});
      }
      out.push_back(std::move(product));
    }
    lower(out);
    return out;
  }

  // A direction has a component for each entry of the gradient.
  std::string direction_type() const {
    const bool parameters = std::all_of(program_.gradient.begin(), program_.gradient.end(), [&](const auto& entry) {
      return std::find(model_.params.begin(), model_.params.end(), entry.first) != model_.params.end();
    });
    return parameters ? "Params" : "Gradient";
  }

  std::vector<Expr> results(const Function& f) const {
    std::vector<Expr> out{program_.cost};
    for (const Output& o : f.outputs) out.push_back(o.value);
    return out;
  }

  // What only a part needs that is 0 in its lowered form is not needed.
  void lower(std::vector<Function>& functions) {
    const std::vector<const Statement*> all = all_statements();
    std::vector<Expr> roots;
    for (const Function& f : functions) {
      const Needed written = needed(arena_, all, results(f), [](Expr e) { return e; });
      for (const Expr r : results(f)) roots.push_back(r);
      for (const Statement* s : written.statements) roots.push_back(s->value);
    }
    lowering_.lower(roots);
    for (Function& f : functions) f.program = needed(arena_, all, results(f), [&](Expr e) { return lowering_(e); });
  }

  // --- functions ---

  Speller speller() {
    Speller s(arena_, functions_);
    for (const Expr e : model_.inputs) s.set_name(e, in_ + "." + identifiers_.at(e));
    for (const Expr e : model_.params) s.set_name(e, params_ + "." + identifiers_.at(e));
    if (second_ == nullptr) return s;
    for (const auto& [variable, component] : second_->direction) {
      s.set_name(component, direction_ + "." + identifiers_.at(variable));
    }
    return s;
  }

  std::string body(const std::vector<Line>& lines) {
    std::string out;
    for (const Line& l : lines) out += statement("  ", l.code, comment(arena_, l));
    return out;
  }

  std::string write(const Function& f) {
    const std::vector<Line> lines = f.outputs.empty() ? value_lines(f) : lines_of(f);
    const std::string code = code_of(lines);
    std::string out = fmt::format("inline {} {}({}, {}", real_, f.name, argument("const Inputs&", in_, code, "."),
                                  argument("const Params&", params_, code, "."));
    std::size_t start = 0;
    const std::string indent(out.find('(') + 1, ' ');
    for (const auto& [type, name] : f.parameters) {
      const std::string next = argument(type, name, code, ".");
      const bool fits = out.size() - start + next.size() + 5 <= max_columns;
      if (!fits) start = out.size() + 2;
      out += (fits ? ", " : ",\n" + indent) + next;
    }
    bodies_.emplace_back(f.name, code);
    return comment_lines("", "///", f.says) + out + ") {\n" + body(lines) + "}\n";
  }

  std::vector<Line> value_lines(const Function& f) {
    Speller names = speller();
    NameScope scope = identifiers_.scope;
    std::vector<Assignment> list;
    for (const Statement* s : f.program.statements) list.push_back({s->name, s->value, identifiers_.at(s->name)});
    if (!list.empty() && list.back().name == program_.cost) {
      list.back().use = "return ";
      list.back().only_use = true;
    } else {
      list.push_back({{}, program_.cost, {}, "return ", true});
    }
    return schedule(arena_, lowering_, names, scope, list);
  }

  std::vector<Line> lines_of(const Function& f) {
    Speller names = speller();
    NameScope scope = identifiers_.scope;
    ExprMap<std::size_t> wanted;
    for (const Output& o : f.outputs) ++wanted[o.value];
    ExprMap<std::string> use;  // names that are nothing but an output
    for (const Output& o : f.outputs) {
      const bool name = arena_.is(o.value, Op::Deriv) || arena_.is(o.value, Op::Symbol);
      if (name && wanted[o.value] == 1 && !f.program.referenced.contains(o.value) && o.value != program_.cost) {
        use[o.value] = o.target + " = ";
      }
    }
    std::vector<Assignment> list;
    Names done;
    for (const Statement* s : f.program.statements) {
      list.push_back({s->name, s->value, identifiers_.at(s->name)});
      if (const auto it = use.find(s->name); it != use.end()) {
        list.back().use = it->second;
        list.back().only_use = true;
        done.insert(s->name);
      }
    }
    for (const Output& o : f.outputs) {
      if (!done.contains(o.value)) list.push_back({{}, o.value, {}, o.target + " = ", true});
    }
    list.push_back({{}, program_.cost, {}, "return ", true});
    return schedule(arena_, lowering_, names, scope, list);
  }

  // --- the parts around them ---

  std::string members(const std::vector<Expr>& names, bool derivatives) {
    std::string out;
    std::unordered_set<Expr, ExprHash> seen;
    for (const Expr e : names) {
      if (!seen.insert(e).second) continue;
      const std::string& name = identifiers_.at(e);
      const std::string text = comment_text(print(arena_, e));
      std::string note;
      if (derivatives) note = fmt::format("d{}/d{}", comment_text(print(arena_, program_.cost)), text);
      if (name != text) note += fmt::format("{}`{}` in the model", note.empty() ? "" : "; ", text);
      out += statement("  ", fmt::format("{} {} = {};", real_, name, literal(0, options_.real).text), note);
    }
    return out;
  }

  std::string one_struct(std::string_view name, std::string_view what, const std::vector<Expr>& names,
                         bool derivatives) {
    const std::string inside = members(names, derivatives);
    return fmt::format("/// {}\nstruct {} {{{}{}}};\n\n", what, name, inside.empty() ? "" : "\n", inside);
  }

  std::string structs() {
    std::vector<Expr> variables;
    for (const auto& [variable, adjoint] : program_.gradient) variables.push_back(variable);
    return one_struct("Inputs", "What is given.", model_.inputs, false) +
           one_struct("Params", "What is learnt.", model_.params, false) +
           one_struct("Gradient", fmt::format("The derivatives of {}.", cost_), variables, true) + hessian_struct();
  }

  std::string hessian_struct() {
    if (second_ == nullptr) return {};
    std::string inside;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      const SecondOrder::Entry& e = second_->hessian[k];
      const Expr derivative = arena_.make(Op::Deriv, {arena_.make(Op::Deriv, {program_.cost, e.by}), e.and_by});
      inside += statement("  ", fmt::format("{} {} = {};", real_, members_[k], literal(0, options_.real).text),
                          comment_text(print(arena_, derivative)));
    }
    return fmt::format(
        "/// The second derivatives of {}, one of each pair of mixed ones.\nstruct Hessian {{{}{}}};\n\n", cost_,
        inside.empty() ? "" : "\n", inside);
  }

  // Functions that the code calls, each before its first use.
  std::string detail() {
    const std::vector<std::string> all = detail_functions(arena_, lowering_, functions_);
    for (const std::string& t : all) count_function(t);
    return detail_namespace(all);
  }

  // Each calls only those before it.
  void count_function(const std::string& text) {
    const std::string start = fmt::format("inline {} ", real_);
    const std::size_t name = text.find(start) + start.size(), open = text.find('(', name), body = text.find('{', open);
    detail_counts_[text.substr(name, open - name)] =
        count_operations(std::string_view(text).substr(body), detail_counts_);
  }

  std::string banner() {
    const char* type = options_.real == Real::float64 ? "" : " All numbers are floats.";
    const std::string model = model_.name.empty() ? "" : fmt::format(", model {}", comment_text(model_.name));
    const std::string source = comment_text(options_.source_name), command = comment_text(options_.command);
    std::string out = comment_lines(
        "", "//",
        fmt::format("{} and its {}{}{}.{}", cost_, second_ == nullptr ? "gradient" : "first and second derivatives",
                    source.empty() ? "" : ", from " + source, model, type));
    out += comment_lines("", "//", "Generated by Gradus" + (command.empty() ? "." : ": " + command));
    out += "// It needs nothing but the standard library of C++17. Generated code belongs to whoever generated it.\n";
    return out;
  }

  Arena& arena_;
  const Model& model_;
  const GradientProgram& program_;
  const SecondOrder* second_;
  const EmitOptions& options_;
  const std::string real_;  // the type of all numbers
  Lowering lowering_;
  Functions functions_;
  Identifiers identifiers_;
  std::string in_, params_, gradient_, hessian_, direction_, product_, cost_;
  std::vector<std::string> members_;  // of the Hessian
  std::vector<std::pair<std::string, std::string>> bodies_;
  KnownCounts detail_counts_;
};

}  // namespace

std::string emit_header(Engine& engine, const Model& model, const GradientProgram& program, const EmitOptions& options,
                        std::vector<FunctionCount>* counts) {
  return Header(engine, model, program, options).run(counts);
}

}  // namespace gradus
