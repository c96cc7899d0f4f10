// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/emit/tensor_header.h"

#include <cln/integer.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <unordered_set>

#include "emit/detail.h"
#include "emit/layout.h"
#include "emit/loop.h"

namespace gradus {
namespace {

using namespace emit;

constexpr const char* span_type = R"(/// Entries that lie one after the other, row by row; whoever owns them keeps them.
template <class T>
struct Span {
  T* data = nullptr;
  std::size_t size = 0;
  Span() = default;
  Span(T* first, std::size_t count) : data(first), size(count) {}
  /// A vector, an array, a span: whatever has data() and size().
  template <class Container, class = decltype(static_cast<T*>(std::declval<Container&>().data()))>
  Span(Container&& all) : data(all.data()), size(all.size()) {}
  /// Numbers that are only read.
  template <class Other, class = decltype(static_cast<T*>(std::declval<Other*>()))>
  Span(const Span<Other>& other) : data(other.data), size(other.size) {}
  T& operator[](std::size_t k) const { return data[k]; }
};

)";

class TensorHeader {
 public:
  TensorHeader(Engine& engine, const Model& model, const TensorProgram& program, const TensorEmitOptions& options)
      : arena_(engine.arena),
        model_(model),
        program_(program),
        options_(options),
        real_(type_name(options.common.real)),
        lowering_(engine, model),
        functions_(engine, model, lowering_, options.common.real),
        identifiers_(engine.arena) {
    check_namespace(options.common.name_space);
    if (options.common.second != nullptr)
      throw Error({}, "second derivatives are generated for models of scalars so far", "leave out --order");
    name_everything();
  }

  std::string run() {
    const std::string cost = fmt::format("`{}`", comment_text(print(arena_, program_.cost)));
    std::vector<const TensorStatement*> all;
    for (const TensorStatement& s : program_.statements) all.push_back(&s);
    LoopWriter loops(arena_, program_, lowering_, functions_, identifiers_, places_, dims_);
    const std::string value = function("value", fmt::format("The value of {}.", cost), program_.forward(arena_), loops);
    const std::string both = function("value_and_gradient",
                                      fmt::format("The value of {}, and its gradient, in one pass.", cost), all, loops);
    const std::string code = structs(cost) + detail_namespace(detail_functions(arena_, lowering_, functions_)) +
                             workspace(loops) + value + "\n" + both;
    return banner(cost) + "#pragma once\n\n" + includes(code) + "namespace " + options_.common.name_space + " {\n\n" +
           code + "\n}  // namespace " + options_.common.name_space + "\n";
  }

  const std::string& identifier(Expr e) const { return identifiers_.at(e); }

 private:
  const Shape& shape(Expr name) const {
    static const Shape scalar;
    const auto it = program_.shapes.find(arena_.name(name));
    return it == program_.shapes.end() ? scalar : it->second;
  }

  void name_everything() {
    std::vector<Expr> names = model_.inputs;
    names.insert(names.end(), model_.params.begin(), model_.params.end());
    names.insert(names.end(), model_.dims.begin(), model_.dims.end());
    for (const auto& [variable, derivative] : program_.gradient) names.push_back(variable);
    for (const TensorStatement& s : program_.statements) names.push_back(s.name);
    for (const char* taken : {"Span", "Dims", "workspace_size"}) identifiers_.scope.claim(taken);
    identifiers_.claim(names);
    in_ = identifiers_.scope.claim_first({"in", "inputs", "in_"});
    params_ = identifiers_.scope.claim_first({"p", "params", "p_"});
    gradient_ = identifiers_.scope.claim_first({"gradient", "grad", "gradient_"});
    sizes_ = identifiers_.scope.claim_first({"dims", "sizes", "dims_"});
    workspace_ = identifiers_.scope.claim_first({"workspace", "work", "workspace_"});
    for (const Expr d : model_.dims) dims_[d] = identifiers_.at(d);
    for (const Expr e : model_.inputs) places_[e] = in_ + "." + identifiers_.at(e);
    for (const Expr e : model_.params) places_[e] = params_ + "." + identifiers_.at(e);
    for (const auto& [variable, derivative] : program_.gradient)
      places_[derivative] = gradient_ + "." + identifiers_.at(variable);
    for (const TensorStatement& s : program_.statements) {
      if (places_.contains(s.name) || is_single(arena_, s.shape)) continue;
      places_[s.name] = identifiers_.at(s.name);
      stored_.insert(s.name);
    }
  }

  // --- the workspace: tensors of one shape follow one another in a place ---

  struct Place {
    Expr name;
    std::optional<Expr> after;  // the place was that of this name
  };
  std::vector<Place> layout(const std::vector<const TensorStatement*>& statements) const {
    ExprMap<std::size_t> last;
    for (std::size_t k = 0; k < statements.size(); ++k) {
      for (const Expr e : statements[k]->reads(arena_)) last[e] = k;
    }
    std::map<Shape, std::vector<Expr>> free;
    std::vector<Place> out;
    for (std::size_t k = 0; k < statements.size(); ++k) {
      const Expr name = statements[k]->name;
      if (last.contains(name) && stored_.contains(name)) {
        std::vector<Expr>& from = free[statements[k]->shape];
        out.push_back({name, {}});
        if (!from.empty()) {
          out.back().after = from.back();
          from.pop_back();
        }
      }
      std::vector<Expr> done = statements[k]->reads(arena_);
      std::ranges::sort(done);
      done.erase(std::unique(done.begin(), done.end()), done.end());
      for (const Expr e : done) {
        if (stored_.contains(e) && last.at(e) == k) free[shape(e)].push_back(e);
      }
    }
    return out;
  }
  std::string workspace(const LoopWriter& loops) {
    std::vector<const TensorStatement*> all;
    for (const TensorStatement& s : program_.statements) all.push_back(&s);
    std::map<std::string, std::size_t> sizes;
    for (const Place& p : layout(all)) {
      if (!p.after) ++sizes[loops.size(shape(p.name))];
    }
    std::string sum;
    for (const auto& [size, times] : sizes)
      sum += (sum.empty() ? "" : " + ") + (times == 1 ? size : fmt::format("{}*{}", times, size));
    const std::string locals = dimensions(sum);
    return fmt::format(
        "/// How many numbers the workspace of a call has.\ninline std::size_t workspace_size({}) {{\n{}{}}}\n\n",
        argument("const Dims&", sizes_, locals, "."), locals,
        statement("  ", fmt::format("return {};", sum.empty() ? "0" : sum), ""));
  }

  // The dimensions that stand in `code` or in assertions, by their names.
  std::string dimensions(const std::string& code, const std::string& assertions = "") const {
    static const std::regex comment("//[^\n]*");
    const auto stands_in = [](const std::string& name, const std::string& text) {
      return !argument("", name, std::regex_replace(text, comment, ""), "").starts_with("[[");
    };
    std::string out, used = code;
    for (std::size_t k = model_.dims.size(); k-- > 0;) {
      const Expr d = model_.dims[k];
      const std::string& name = dims_.at(d);
      if (!stands_in(name, used + assertions)) continue;
      const bool fixed = options_.fixed.contains(arena_.name(d));
      std::string value = fixed ? "Dims::" + name : sizes_ + "." + name;
      if (const auto made = model_.sizes.find(d); made != model_.sizes.end()) {
        value = size_text(*size_of(arena_, model_.sizes, made->second), [&](Expr e) { return dims_.at(e); });
        used += " " + value;
      }
      out = fmt::format("  {}{} std::size_t {} = {};\n", stands_in(name, used) ? "" : "[[maybe_unused]] ",
                        fixed ? "constexpr" : "const", name, value) +
            out;
    }
    return out;
  }

  // --- functions ---

  std::string function(const std::string& name, const std::string& says,
                       const std::vector<const TensorStatement*>& statements, LoopWriter& loops) {
    const bool gradient = name != "value";
    std::string pointers, before;
    for (const Place& p : layout(statements)) {
      const std::string& own = identifiers_.at(p.name);
      const std::string where = p.after ? identifiers_.at(*p.after) : before.empty() ? workspace_ + ".data" : before;
      pointers += statement("  ", fmt::format("{}* const {} = {};", real_, own, where), "");
      if (!p.after) before = own + " + " + loops.size(shape(p.name));
    }
    std::string text;
    loops.begin_function();
    for (const TensorStatement* s : statements) text += loops.write(*s);
    text += fmt::format("  return {};\n", identifiers_.at(program_.cost));
    const std::string checks = assertions(statements, loops, gradient);
    const std::string body = dimensions(pointers + text, checks) + checks + pointers + text;
    std::string head = fmt::format("inline {} {}(", real_, name);
    const std::string indent(head.size(), ' ');
    std::vector<std::string> parameters{
        argument("const Dims&", sizes_, body, "."), argument("const Inputs&", in_, body, "."),
        argument("const Params&", params_, body, "."), argument(fmt::format("Span<{}>", real_), workspace_, body, ".")};
    if (gradient) parameters.insert(parameters.end() - 1, argument("Gradient&", gradient_, body, "."));
    std::size_t start = 0;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const bool fits = head.size() - start + parameters[k].size() + 5 <= max_columns;
      if (k > 0) head += fits ? ", " : ",\n" + indent;
      if (!fits) start = head.size() - indent.size();
      head += parameters[k];
    }
    return comment_lines("", "///", says) + head + ") {\n" + body + "}\n";
  }

  // That the spans have the sizes of their shapes.
  std::string assertions(const std::vector<const TensorStatement*>& statements, const LoopWriter& loops,
                         bool gradient) {
    std::string out;
    std::vector<Expr> used;
    for (const TensorStatement* s : statements) {
      for (const Expr e : s->reads(arena_)) used.push_back(e);
    }
    const auto check = [&](const std::string& place, const Shape& of) {
      out += statement("  ", fmt::format("assert({}.size == {});", place, loops.size(of)), "");
    };
    for (const auto* names : {&model_.inputs, &model_.params}) {
      for (const Expr e : *names) {
        if (!shape(e).empty() && std::ranges::find(used, e) != used.end()) check(places_.at(e), shape(e));
      }
    }
    if (gradient) {
      for (const auto& [variable, derivative] : program_.gradient) {
        if (!shape(variable).empty()) check(places_.at(derivative), shape(variable));
      }
    }
    for (const auto& [dimension, least] : named_entries(statements))
      out += fmt::format("  assert({} >= {});\n", dims_.at(dimension), least);
    if (!layout(statements).empty())
      out += fmt::format("  assert({}.size >= workspace_size({}));\n", workspace_, sizes_);
    return out;
  }

  // Dimensions in which an entry is named by its number, and the greatest one.
  std::map<Expr, long> named_entries(const std::vector<const TensorStatement*>& statements) const {
    std::map<Expr, long> out;
    std::vector<Expr> roots;
    for (const TensorStatement* s : statements) {
      roots.push_back(s->finish);
      if (s->body) roots.push_back(*s->body);
    }
    for (const Expr e : reachable(arena_, roots)) {
      if (!arena_.is(e, Op::Entry)) continue;
      const Shape& of = shape(arena_.child(e, 0));
      for (std::size_t k = 0; k < of.size(); ++k) {
        const Expr index = arena_.child(e, k + 1);
        if (!arena_.is_number(index) || arena_.is_number(of[k])) continue;
        long& greatest = out[of[k]];
        greatest = std::max(greatest, std::lround(cln::double_approx(arena_.value(index))));
      }
    }
    return out;
  }

  // --- types ---

  std::string member(Expr e, const char* entry, const std::string& note) const {
    const std::string& name = identifiers_.at(e);
    const Shape& of = shape(e);
    const std::string says =
        comment_text(note + (of.empty() ? "" : (note.empty() ? "" : ", ") + print_shape(arena_, of)));
    if (of.empty()) return statement("  ", fmt::format("{} {} = {};", real_, name, zero()), says);
    return statement("  ", fmt::format("Span<{}{}> {};", entry, real_, name), says);
  }
  std::string zero() const { return literal(0, options_.common.real).text; }

  std::string one_struct(const std::string& name, const std::string& says, const std::string& inside) const {
    return fmt::format("/// {}\nstruct {} {{{}{}}};\n\n", says, name, inside.empty() ? "" : "\n", inside);
  }

  std::string structs(const std::string& cost) const {
    std::string dims, inputs, params, gradient;
    for (const Expr d : model_.dims) {
      if (model_.sizes.contains(d)) continue;
      const auto fixed = options_.fixed.find(arena_.name(d));
      dims += fixed == options_.fixed.end()
                  ? fmt::format("  std::size_t {} = 0;\n", dims_.at(d))
                  : fmt::format("  static constexpr std::size_t {} = {};\n", dims_.at(d), fixed->second);
    }
    for (const Expr e : model_.inputs) inputs += member(e, "const ", "");
    for (const Expr e : model_.params) params += member(e, "const ", "");
    for (const auto& [variable, derivative] : program_.gradient)
      gradient += member(variable, "", print(arena_, derivative));
    return span_type + one_struct("Dims", "The sizes.", dims) + one_struct("Inputs", "What is given.", inputs) +
           one_struct("Params", "What is learnt.", params) +
           one_struct("Gradient", fmt::format("The derivatives of {}, which are written.", cost), gradient);
  }

  std::string banner(const std::string& cost) const {
    const std::string source = comment_text(options_.common.source_name),
                      command = comment_text(options_.common.command);
    const std::string model = model_.name.empty() ? "" : fmt::format(", model {}", comment_text(model_.name));
    std::string out =
        comment_lines("", "//",
                      fmt::format("{} and its gradient{}{}.{}", cost, source.empty() ? "" : ", from " + source, model,
                                  options_.common.real == Real::float64 ? "" : " All numbers are floats."));
    out += comment_lines("", "//", "Generated by Gradus" + (command.empty() ? "." : ": " + command));
    return out +
           "// It needs nothing but the standard library of C++17. Generated code belongs to whoever generated it.\n";
  }

  Arena& arena_;
  const Model& model_;
  const TensorProgram& program_;
  const TensorEmitOptions& options_;
  const std::string real_;
  Lowering lowering_;
  Functions functions_;
  Identifiers identifiers_;
  std::string in_, params_, gradient_, sizes_, workspace_;
  ExprMap<std::string> places_, dims_;
  std::unordered_set<Expr, ExprHash> stored_;  // in the workspace
};

}  // namespace

std::string emit_instance_header(Engine& engine, const Model& model, const TensorProgram& program,
                                 const TensorEmitOptions& options, const ExprMap<long>& sizes,
                                 const std::string& name_space) {
  TensorHeader header(engine, model, program, options);
  Arena& arena = engine.arena;
  const std::string real = type_name(options.common.real), tensors = "::" + options.common.name_space;
  const auto count = [&](Expr e) {
    std::size_t out = 1;
    const auto shape = program.shapes.find(arena.name(e));
    if (shape == program.shapes.end()) return std::pair(out, false);
    for (const Expr d : shape->second)
      out *= static_cast<std::size_t>(arena.is_number(d) ? cln::cl_I_to_long(cln::numerator(arena.value(d)))
                                                         : sizes.at(d));
    return std::pair(out, true);
  };
  std::string structs, fill, back;
  const auto add = [&](const std::string& type, const std::string& from, const std::string& to,
                       const std::vector<Expr>& names, bool written) {
    std::size_t next = 0;
    for (const Expr e : names) {
      const auto [entries, tensor] = count(e);
      const std::string& own = header.identifier(e);
      std::vector<std::string> members;
      for (std::size_t k = 0; k < entries; ++k) members.push_back(fmt::format("{}.x{}", from, next++));
      if (!tensor) {
        (written ? back : fill) += written ? fmt::format("  {} = {}.{};\n", members[0], to, own)
                                           : fmt::format("  {}.{} = {};\n", to, own, members[0]);
        continue;
      }
      const std::string array = fmt::format("{}_{}", to, own);
      fill += fmt::format("  {}{} {}[] = {{{}}};\n  {}.{} = {{{}, {}}};\n", written ? "" : "const ", real, array,
                          fmt::join(members, ", "), to, own, array, entries);
      for (std::size_t k = 0; written && k < entries; ++k)
        back += fmt::format("  {} = {}[{}];\n", members[k], array, k);
    }
    structs += fmt::format("struct {} {{\n", type);
    for (std::size_t k = 0; k < next; ++k) structs += fmt::format("  {} x{} = 0;\n", real, k);
    structs += "};\n";
  };
  std::vector<Expr> variables;
  for (const auto& [variable, derivative] : program.gradient) variables.push_back(variable);
  add("Inputs", "in", "inputs", model.inputs, false);
  add("Params", "p", "params", model.params, false);
  const std::string given = fill;
  add("Gradient", "g", "gradient", variables, true);
  std::string dims;
  for (const Expr d : model.dims) {
    if (!options.fixed.contains(arena.name(d)) && !model.sizes.contains(d))
      dims += fmt::format("  dims.{} = {};\n", header.identifier(d), sizes.at(d));
  }
  const std::string begin =
      fmt::format("  {0}::Dims dims;\n{1}  {0}::Inputs inputs;\n  {0}::Params params;\n", tensors, dims);
  const std::string work = fmt::format("  std::vector<{}> workspace({}::workspace_size(dims));\n", real, tensors);
  return fmt::format(
      "{0}\n#include <vector>\n\nnamespace {1} {{\n\n{2}\n"
      "inline {3} value([[maybe_unused]] const Inputs& in, [[maybe_unused]] const Params& p) {{\n{4}{5}{6}"
      "  return {7}::value(dims, inputs, params, workspace);\n}}\n"
      "inline {3} value_and_gradient([[maybe_unused]] const Inputs& in, [[maybe_unused]] const Params& p, Gradient& g) "
      "{{\n{4}  {7}::Gradient gradient;\n{8}{6}"
      "  const {3} out = {7}::value_and_gradient(dims, inputs, params, gradient, workspace);\n{9}  return out;\n}}\n\n"
      "}}  // namespace {1}\n",
      header.run(), name_space, structs, real, begin, given, work, tensors, fill, back);
}

std::string emit_tensor_header(Engine& engine, const Model& model, const TensorProgram& program,
                               const TensorEmitOptions& options) {
  return TensorHeader(engine, model, program, options).run();
}

}  // namespace gradus
