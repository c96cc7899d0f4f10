// SPDX-License-Identifier: GPL-2.0-or-later
// A small table of functions, built by hand: the parser only needs names and numbers of arguments.
#pragma once

#include <memory>
#include <string>

#include "gradus/expr/function.h"
#include "gradus/syntax/parse.h"

namespace gradus::test {

inline FunctionTable small_table(Arena& arena) {
  FunctionTable table;
  const auto add = [&](const char* name, int arity) {
    Function f;
    f.name = name;
    for (int k = 0; k < arity; ++k) f.parameters.push_back(arena.symbol(std::string(1, static_cast<char>('u' + k))));
    table.add(f);
  };
  for (const char* name : {"ln", "exp", "sqrt", "abs", "sign", "sin", "cos", "tan", "atan", "tanh", "sigmoid",
                           "softplus", "relu", "logit"}) {
    add(name, 1);
  }
  add("max", 2);
  add("min", 2);
  add("leaky_relu", 2);
  table.add_alias("log", "ln");
  return table;
}

inline SourcePtr source_of(std::string text, std::string name = "test.gr") {
  return std::make_shared<const Source>(Source{std::move(name), std::move(text)});
}

}  // namespace gradus::test
