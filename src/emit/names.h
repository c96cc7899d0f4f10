// SPDX-License-Identifier: GPL-2.0-or-later
// From the names of a model to C++ identifiers.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace gradus::emit {

// An identifier for a name of the notation: Greek letters are spelt out, primes and other letters too; keywords,
// reserved names and macros of the standard library get a `_` behind them. Equal to `name` where nothing is wrong.
std::string to_identifier(std::string_view name);

// Whether C++ takes `text` as an identifier that a program may use wherever it wants.
bool is_identifier(std::string_view text);

// Whether a namespace of this name, outside of any other, would clash with the C or C++ library.
bool clashes_as_namespace(std::string_view name);

// The identifiers that are taken in one scope.
class NameScope {
 public:
  // The names that every header declares are taken.
  NameScope();
  // `wanted`, or `wanted_`, `wanted_2`, `wanted_3`, ... if it is taken; taken from then on.
  std::string claim(const std::string& wanted);
  // The first candidate that is free; the last one numbered if none is.
  std::string claim_first(std::initializer_list<const char*> candidates);
  [[nodiscard]] bool taken(const std::string& name) const { return taken_.contains(name); }

 private:
  std::unordered_set<std::string> taken_;
  std::unordered_map<std::string, std::size_t> next_;  // the last number tried, per name
};

// A text for a comment on one line: control characters, invisible marks and bytes outside UTF-8 become `?`.
std::string comment_text(std::string_view text);

}  // namespace gradus::emit
