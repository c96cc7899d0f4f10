// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/function.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradus {

void FunctionTable::add(Function f) {
  const auto key = std::make_pair(f.name, f.parameters.size());
  if (index_.contains(key)) {
    throw Error(f.place, fmt::format("the function `{}` of {} argument{} is already defined", f.name, key.second,
                                     key.second == 1 ? "" : "s"));
  }
  index_.emplace(key, functions_.size());
  functions_.push_back(std::move(f));
}

const Function* FunctionTable::find(std::string_view name, std::size_t arity) const {
  const auto it = index_.find({std::string(name), arity});
  return it == index_.end() ? nullptr : &functions_[it->second];
}

bool FunctionTable::has_name(std::string_view name) const {
  return std::any_of(functions_.begin(), functions_.end(), [&](const Function& f) { return f.name == name; });
}

std::vector<std::string> FunctionTable::names() const {
  std::vector<std::string> out;
  for (const Function& f : functions_) {
    if (std::find(out.begin(), out.end(), f.name) == out.end()) out.push_back(f.name);
  }
  for (const auto& [alias, name] : aliases_) out.push_back(alias);
  return out;
}

std::string FunctionTable::canonical(std::string_view alias) const {
  const auto it = aliases_.find(alias);
  return it == aliases_.end() ? std::string(alias) : it->second;
}

void FunctionTable::add_alias(std::string alias, std::string name) {
  aliases_.emplace(std::move(alias), std::move(name));
}

}  // namespace gradus
