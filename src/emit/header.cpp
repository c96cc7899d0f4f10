// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/emit/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "emit/layout.h"
#include "emit/schedule.h"

namespace gradus {
namespace {

using namespace emit;

void check_namespace(const std::string& text) {
  std::size_t begin = 0;
  for (bool first = true; begin <= text.size(); first = false) {
    const std::size_t end = std::min(text.find("::", begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    if (!is_identifier(part) || part == "std") {
      throw Error({}, fmt::format("`{}` is no name for a namespace of C++", comment_text(text)));
    }
    if (first && clashes_as_namespace(part)) {
      throw Error({}, fmt::format("a namespace cannot be called `{}`: the C++ library has the name already", part),
                  fmt::format("`{}_model` would do", part));
    }
    begin = end + 2;
  }
}

class Header {
 public:
  Header(Engine& engine, const Model& model, const GradientProgram& program, const EmitOptions& options)
      : arena_(engine.arena),
        model_(model),
        program_(program),
        options_(options),
        lowering_(engine, model),
        functions_(engine, model, lowering_) {}

  std::string run() {
    check_namespace(options_.name_space);
    name_everything();
    lower_everything();
    cost_ = fmt::format("`{}`", comment_text(print(arena_, program_.cost)));
    const std::string value = value_function();
    const std::string gradient = gradient_function();
    std::string code = structs() + detail() + value + "\n" + gradient;
    return banner() + "#pragma once\n\n" + includes(code) + "namespace " + options_.name_space + " {\n\n" + code +
           "\n}  // namespace " + options_.name_space + "\n";
  }

 private:
  // --- names ---

  // The names of the model keep their spelling where C++ allows it; mended names give way to them, and ours to both.
  void name_everything() {
    std::vector<Expr> names = model_.inputs;
    names.insert(names.end(), model_.params.begin(), model_.params.end());
    for (const auto* statements : {&program_.forward, &program_.backward}) {
      for (const Statement& s : *statements) names.push_back(s.name);
    }
    for (const auto& [variable, adjoint] : program_.gradient) names.push_back(variable);
    const auto symbol = [&](Expr e) { return arena_.is(e, Op::Symbol); };
    for (const Expr e : names) {
      if (symbol(e) && is_identifier(arena_.name(e))) claim(e);
    }
    for (const Expr e : names) {
      if (symbol(e)) claim(e);
    }
    for (const Expr e : names) claim(e);
    in_ = scope_.claim_first({"in", "inputs", "in_"});
    params_ = scope_.claim_first({"p", "params", "p_"});
    gradient_ = scope_.claim_first({"gradient", "grad", "gradient_"});
  }

  void claim(Expr e) {
    if (identifiers_.contains(e)) return;
    const bool plain = arena_.is(e, Op::Deriv) && arena_.is(arena_.child(e, 0), Op::Symbol) &&
                       arena_.is(arena_.child(e, 1), Op::Symbol);
    if (plain) {
      identifiers_[e] = scope_.claim("d" + part(arena_.child(e, 0)) + "_d" + part(arena_.child(e, 1)));
    } else {
      std::string text = print(arena_, e);
      identifiers_[e] = scope_.claim(to_identifier(text));
    }
  }
  std::string part(Expr symbol) const {
    std::string text = to_identifier(arena_.name(symbol));
    while (text.size() > 1 && text.back() == '_') text.pop_back();
    return text;
  }

  // --- which statements are needed ---

  struct Needed {
    std::vector<const Statement*> statements;
    std::unordered_set<Expr, ExprHash> referenced;  // names that a statement uses
  };

  Needed needed(std::vector<const Statement*> statements, const std::vector<Expr>& results) const {
    Needed out;
    std::unordered_set<Expr, ExprHash> wanted, seen;
    std::vector<Expr> open;
    const auto collect = [&](Expr root, bool by_statement) {
      open.assign({root});
      while (!open.empty()) {
        const Expr e = open.back();
        open.pop_back();
        if (arena_.is(e, Op::Symbol) || arena_.is(e, Op::Deriv)) {
          wanted.insert(e);
          if (by_statement) out.referenced.insert(e);
        } else if (seen.insert(e).second) {
          for (const Expr c : arena_.children(e)) open.push_back(c);
        }
      }
    };
    // The results come last: what they contain is not yet used by a statement.
    for (const Expr r : results) {
      collect(r, false);
      if (!arena_.is(r, Op::Symbol) && !arena_.is(r, Op::Deriv)) out.referenced.insert(wanted.begin(), wanted.end());
    }
    for (auto it = statements.rbegin(); it != statements.rend(); ++it) {
      if (!wanted.contains((*it)->name)) continue;
      out.statements.push_back(*it);
      collect((*it)->value, true);
    }
    std::reverse(out.statements.begin(), out.statements.end());
    return out;
  }

  std::vector<const Statement*> statements(bool backward) const {
    std::vector<const Statement*> out;
    for (const Statement& s : program_.forward) out.push_back(&s);
    if (backward) {
      for (const Statement& s : program_.backward) out.push_back(&s);
    }
    return out;
  }

  std::vector<Expr> results() const {
    std::vector<Expr> out{program_.cost};
    for (const auto& [variable, adjoint] : program_.gradient) out.push_back(adjoint);
    return out;
  }

  void lower_everything() {
    for_value_ = needed(statements(false), {program_.cost});
    for_gradient_ = needed(statements(true), results());
    std::unordered_set<Expr, ExprHash> assigned;
    std::vector<Expr> roots = results();
    for (const auto* n : {&for_value_, &for_gradient_}) {
      assigned.clear();
      for (const Statement* s : n->statements) {
        if (!assigned.insert(s->name).second) {
          throw Error({}, fmt::format("cannot generate code: `{}` is assigned twice", print(arena_, s->name)));
        }
        roots.push_back(s->value);
      }
    }
    lowering_.lower(roots);
  }

  // --- functions ---

  Speller speller() {
    Speller s(arena_, functions_);
    for (const Expr e : model_.inputs) s.set_name(e, in_ + "." + identifiers_.at(e));
    for (const Expr e : model_.params) s.set_name(e, params_ + "." + identifiers_.at(e));
    return s;
  }

  std::string comment(const Line& line) {
    if (!line.value) return {};
    // What has no name in the model is explained only where that is short.
    std::string text = line.name ? formula(arena_, *line.value) : formula_if_short(arena_, *line.value);
    if (line.name) text = print(arena_, *line.name) + " = " + text;
    return comment_text(text);
  }

  std::string body(const std::vector<Line>& lines) {
    std::string out;
    for (const Line& l : lines) out += statement("  ", l.code, comment(l));
    return out;
  }

  // A parameter of a generated function, marked if the body does not use it.
  static std::string argument(std::string_view type, const std::string& name, std::string_view body,
                              std::string_view behind) {
    const std::string use = name + std::string(behind);
    const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
    bool used = false;
    for (std::size_t at = body.find(use); at != std::string_view::npos && !used; at = body.find(use, at + 1)) {
      used = at == 0 || !word(body[at - 1]);
    }
    return fmt::format("{}{} {}", used ? "" : "[[maybe_unused]] ", type, name);
  }

  std::string code_of(const std::vector<Line>& lines) {
    std::string out;
    for (const Line& l : lines) out += l.code + "\n";
    return out;
  }

  std::string function(std::string_view head, const std::vector<Line>& lines, bool with_gradient) {
    const std::string code = code_of(lines);
    std::string out = fmt::format("inline double {}({}, {}", head, argument("const Inputs&", in_, code, "."),
                                  argument("const Params&", params_, code, "."));
    if (with_gradient) {
      std::string last = argument("Gradient&", gradient_, code, ".");
      const std::size_t start = out.rfind('\n') == std::string::npos ? 0 : out.rfind('\n');
      out += out.size() - start + last.size() + 5 > max_columns ? ",\n                                 " + last
                                                                : ", " + last;
    }
    return out + ") {\n" + body(lines) + "}\n";
  }

  std::string value_function() {
    Speller names = speller();
    NameScope scope = scope_;
    std::vector<Assignment> list;
    for (const Statement* s : for_value_.statements) list.push_back({s->name, s->value, identifiers_.at(s->name)});
    if (!list.empty() && list.back().name == program_.cost) {
      list.back().use = "return ";
      list.back().only_use = true;
    } else {
      list.push_back({{}, program_.cost, {}, "return ", true});
    }
    return comment_lines("", "///", fmt::format("The value of {}.", cost_)) +
           function("value", schedule(arena_, lowering_, names, scope, list), false);
  }

  std::string gradient_function() {
    Speller names = speller();
    NameScope scope = scope_;
    ExprMap<std::size_t> wanted;
    for (const auto& [variable, adjoint] : program_.gradient) ++wanted[adjoint];
    ExprMap<std::string> use;  // adjoints that are nothing but an entry of the gradient
    for (const auto& [variable, adjoint] : program_.gradient) {
      const bool name = arena_.is(adjoint, Op::Deriv) || arena_.is(adjoint, Op::Symbol);
      if (name && wanted[adjoint] == 1 && !for_gradient_.referenced.contains(adjoint) && adjoint != program_.cost) {
        use[adjoint] = fmt::format("{}.{} = ", gradient_, identifiers_.at(variable));
      }
    }
    std::vector<Assignment> list;
    std::unordered_set<Expr, ExprHash> done;
    for (const Statement* s : for_gradient_.statements) {
      list.push_back({s->name, s->value, identifiers_.at(s->name)});
      if (const auto it = use.find(s->name); it != use.end()) {
        list.back().use = it->second;
        list.back().only_use = true;
        done.insert(s->name);
      }
    }
    for (const auto& [variable, adjoint] : program_.gradient) {
      if (!done.contains(adjoint))
        list.push_back({{}, adjoint, {}, fmt::format("{}.{} = ", gradient_, identifiers_.at(variable)), true});
    }
    list.push_back({{}, program_.cost, {}, "return ", true});
    return comment_lines("", "///", fmt::format("The value of {}, and its gradient, in one pass.", cost_)) +
           function("value_and_gradient", schedule(arena_, lowering_, names, scope, list), true);
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
      out += statement("  ", fmt::format("double {} = 0.0;", name), note);
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
           one_struct("Gradient", fmt::format("The derivatives of {}.", cost_), variables, true);
  }

  // Functions that the code calls, each before its first use.
  std::string detail() {
    std::vector<std::string> texts;
    while (const DetailFunction* f = functions_.next_needed()) texts.push_back(detail_function(*f));
    std::vector<std::string> all = functions_.definitions();
    all.insert(all.end(), texts.rbegin(), texts.rend());
    if (all.empty()) return {};
    std::string out = "namespace detail {\n\n";
    for (const std::string& t : all) out += t + "\n";
    return out + "}  // namespace detail\n\n";
  }

  std::string detail_function(const DetailFunction& f) {
    lowering_.lower(std::span<const Expr>(&f.body, 1));
    NameScope scope;
    Speller names(arena_, functions_);
    std::vector<std::string> parameters;
    std::string shown;
    for (const Expr p : f.parameters) {
      parameters.push_back(scope.claim(to_identifier(arena_.name(p))));
      names.set_name(p, parameters.back());
      shown += (shown.empty() ? "" : ", ") + arena_.name(p);
    }
    const std::vector<Line> lines =
        schedule(arena_, lowering_, names, scope, std::vector<Assignment>{{{}, f.body, {}, "return ", true}});
    const std::string code = code_of(lines);
    std::string head;
    for (const std::string& p : parameters) head += (head.empty() ? "" : ", ") + argument("double", p, code, "");
    std::string inside;
    for (std::size_t k = 0; k < lines.size(); ++k)
      inside += statement("  ", lines[k].code, k + 1 < lines.size() ? comment(lines[k]) : "");
    return comment_lines("", "//",
                         comment_text(fmt::format("{}({}) = {}", f.name, shown, formula(arena_, f.meaning)))) +
           fmt::format("inline double {}({}) {{\n{}}}\n", functions_.name(f), head, inside);
  }

  static std::string includes(std::string_view code) {
    bool math = false, algorithm = false, limits = false;
    for (std::size_t at = code.find("std::"); at != std::string_view::npos; at = code.find("std::", at + 5)) {
      const std::string_view rest = code.substr(at + 5);
      if (rest.starts_with("max") || rest.starts_with("min") || rest.starts_with("clamp")) {
        algorithm = true;
      } else if (rest.starts_with("numeric_limits")) {
        limits = true;
      } else {
        math = true;
      }
    }
    std::string out;
    if (algorithm) out += "#include <algorithm>\n";
    if (math) out += "#include <cmath>\n";
    if (limits) out += "#include <limits>\n";
    return out.empty() ? out : out + "\n";
  }

  std::string banner() {
    const std::string model = model_.name.empty() ? "" : fmt::format(", model {}", comment_text(model_.name));
    const std::string source = comment_text(options_.source_name), command = comment_text(options_.command);
    std::string out = comment_lines(
        "", "//", fmt::format("{} and its gradient{}{}.", cost_, source.empty() ? "" : ", from " + source, model));
    out += comment_lines("", "//", "Generated by Gradus" + (command.empty() ? "." : ": " + command));
    out += "// It needs nothing but the standard library of C++17. Generated code belongs to whoever generated it.\n";
    return out;
  }

  Arena& arena_;
  const Model& model_;
  const GradientProgram& program_;
  const EmitOptions& options_;
  Lowering lowering_;
  Functions functions_;
  NameScope scope_;
  ExprMap<std::string> identifiers_;
  std::string in_, params_, gradient_, cost_;
  Needed for_value_, for_gradient_;
};

}  // namespace

std::string emit_header(Engine& engine, const Model& model, const GradientProgram& program,
                        const EmitOptions& options) {
  return Header(engine, model, program, options).run();
}

}  // namespace gradus
