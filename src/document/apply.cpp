// SPDX-License-Identifier: GPL-2.0-or-later
// Functions by their names, applied to values.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "document/meaning.h"
#include "gradus/expr/tensor_function.h"

namespace gradus::document {
namespace {

// What is usually written by a name of its own: sec, cot.
struct Reciprocal {
  std::string_view name, above, below;
};

const Reciprocal* reciprocal_of(std::string_view name) {
  static constexpr auto all = std::to_array<Reciprocal>({{"sec", "", "cos"},
                                                         {"csc", "", "sin"},
                                                         {"cot", "cos", "sin"},
                                                         {"sech", "", "cosh"},
                                                         {"csch", "", "sinh"},
                                                         {"coth", "cosh", "sinh"}});
  const auto* const at = std::ranges::find(all, name, &Reciprocal::name);
  return at == all.end() ? nullptr : at;
}

}  // namespace
std::optional<std::string> Meaning::function_by_name(const Node& n) const {
  if (!n.word) return std::nullopt;
  std::string usual = n.text == "lg" ? "log10" : n.text == "sgn" ? "sign" : lowered(n.text);
  if (usual.starts_with("arc")) usual = "a" + usual.substr(3);  // arcsin
  if (reciprocal_of(usual) != nullptr) return usual;
  const std::string name = engine_.catalogue.functions.canonical(usual);
  if (engine_.catalogue.functions.has_name(name) || tensor_function(name) != nullptr || name == "tr") return name;
  return std::nullopt;
}

// Whether a function that stands before letters without parentheses is of all of them: \sin kx. \cos\theta x and
// \log xy may be meant so or so.
bool Meaning::takes_letters(const std::string& function, const Node& first) {
  static const std::set<std::string> functions{"sin", "cos", "tan", "sinh", "cosh", "tanh", "cot", "sec", "csc", "exp"};
  static const std::set<std::string> angles{"\\theta", "\\phi", "\\varphi", "\\vartheta", "\\psi"};
  const bool logarithm = function == "ln" || function == "log2" || function == "log10" || function == "sqrt";
  if (!functions.contains(function) && !logarithm) return false;
  if (!logarithm && !angles.contains(first.text)) {
    report(fmt::format("read `\\{}` before letters as that of their product", function));
    return true;
  }
  reach_unclear_ = true;
  return conventions_.far_reaching;
}

Value Meaning::apply(const std::string& function, const Node& at, const std::vector<Value>& given) {
  std::vector<Value> arguments = given;
  if (Named* known = find(function)) {
    if (known->body) {
      // A function of tensors: what it says of its arguments.
      if (at.primes > 0) {
        const bool plain_argument = at.primes <= 2 && arguments.size() == 1 && known->parameters.size() == 1 &&
                                    arena_.is(arguments[0].e, Op::Symbol) && shape(arguments[0].e).empty();
        if (!plain_argument) fail(at, "the derivative of this function");
        Node function_itself = at;
        function_itself.primes = 0;
        const Value of = apply(function, function_itself, given);
        if (!shape(of.e).empty()) fail(at, "the derivative of this function");
        Expr out = of.e;
        for (int k = 0; k < at.primes; ++k) out = arena_.make(Op::Deriv, {out, arguments[0].e});
        return {out, false};
      }
      if (known->parameters.size() != arguments.size()) fail(at, "another number of arguments");
      auto saved = std::exchange(arguments_, {});
      for (std::size_t k = 0; k < arguments.size(); ++k) arguments_[known->parameters[k]] = arguments[k];
      const Node body = *known->body;
      Value out;
      try {
        out = value(body);
      } catch (...) {
        arguments_ = std::move(saved);
        throw;
      }
      arguments_ = std::move(saved);
      return out;
    }
    const ModelFunction* f = model_.function(arena_.name(known->symbol));
    if (f == nullptr || f->parameters.size() != arguments.size()) fail(at, "another number of arguments");
  }
  const std::string name = find(function) != nullptr ? arena_.name(find(function)->symbol)
                           : function == "tr"        ? "trace"
                                                     : function;
  if ((name == "trace" || name == "det") && identity_size_ && arguments.size() == 1)  // tr(I_n)
    settle_identity(arguments[0], {*identity_size_, *identity_size_});
  std::vector<Expr> parts;
  for (const Value& v : arguments) parts.push_back(v.e);
  const std::string primes(static_cast<std::size_t>(at.primes), '\'');
  if (const TensorFunction* t = tensor_function(name); t != nullptr && find(function) == nullptr) {
    if (t->arguments != parts.size() || t->dimension || at.primes > 0) fail(at, fmt::format("`{}` of this", name));
    if (shape(parts[0]).empty()) {
      const bool of_entries = name == "softmax" || name == "logsumexp";
      if (name == "diag" || (of_entries && arena_.is(parts[0], Op::Symbol))) seem_tensors(parts[0]);
      fail(at, fmt::format("`{}` of a number", name));
    }
    if (name == "inv" || name == "det" || name == "logdet" || name == "trace") make_square(arguments[0], at, name);
    if ((name == "softmax" || name == "logsumexp") && shape(parts[0]).size() == 2) {
      const int axis = conventions_.axis.value_or(1);
      if (!conventions_.axis) {
        for (const Expr s : symbols(arena_, parts[0]))
          unsettled_[arena_.name(s)] = fmt::format("it is not said whether `{}` is taken of rows or of columns", name);
      }
      const std::string reading =
          fmt::format("read `{}` of a matrix as that of each {}", name, axis == 1 ? "row" : "column");
      report(reading);
      parts.push_back(arena_.number(axis));
    }
    return {arena_.call(t->name, parts), arguments[0].row};
  }
  if (const auto* r = find(function) == nullptr && parts.size() == 1 ? reciprocal_of(name) : nullptr) {
    if (at.primes > 0) fail(at, fmt::format("the derivative of `{}`", name));
    return {
        arena_.div(r->above.empty() ? arena_.number(1) : arena_.call(r->above, parts), arena_.call(r->below, parts)),
        arguments[0].row};
  }
  if (find(function) == nullptr) {
    if (engine_.catalogue.functions.find(name, parts.size()) == nullptr) {
      if (parts.size() > 2 && (name == "max" || name == "min")) fail(at, "more than two arguments");
      fail(at, fmt::format("`{}` of {} arguments", name, parts.size()));
    }
  }
  // The logarithm of what is defined as an exponential, as a product is.
  if (name == "ln" && at.primes == 0 && find(function) == nullptr && arena_.is(parts[0], Op::Symbol)) {
    const Definition* d = model_.definition(arena_.name(parts[0]));
    if (d != nullptr && arena_.is(d->value, Op::Call) && arena_.name(d->value) == "exp")
      return {arena_.child(d->value, 0), arguments[0].row};
  }
  bool row = false;
  for (const Value& v : arguments) row = row || v.row;
  return {arena_.call(name + primes, parts), row};
}

}  // namespace gradus::document
