// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/count.h"

#include <array>
#include <cctype>
#include <string>
#include <unordered_set>
#include <vector>

namespace gradus::emit {
namespace {

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The words, numbers and operators of the code. A name with its `std::` or `detail::`, its members and its template
// arguments is one word.
std::vector<std::string_view> tokens(std::string_view code) {
  static constexpr std::array<std::string_view, 6> pairs = {"<=", ">=", "==", "!=", "&&", "||"};
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < code.size();) {
    if (code[at] == ' ' || code[at] == '\n') {
      ++at;
      continue;
    }
    if (code.substr(at, 2) == "//") {
      at = std::min(code.find('\n', at), code.size());
      continue;
    }
    std::size_t end = at + 1;
    if (std::isdigit(static_cast<unsigned char>(code[at])) != 0) {
      const auto exponent = [&](std::size_t k) {
        return (code[k] == '-' || code[k] == '+') && (code[k - 1] == 'e' || code[k - 1] == 'E');
      };
      while (end < code.size() && (word_character(code[end]) || code[end] == '.' || exponent(end))) ++end;
    } else if (word_character(code[at])) {
      while (end < code.size()) {
        if (code.substr(end, 2) == "::") {
          end += 2;
        } else if (word_character(code[end]) || code[end] == '.') {
          ++end;
        } else {
          break;
        }
      }
      for (const std::string_view type : {"<double>", "<float>"}) {
        if (code.substr(end).starts_with(type)) end += type.size();
      }
    } else {
      for (const std::string_view pair : pairs) {
        if (code.substr(at, 2) == pair) end = at + 2;
      }
    }
    out.push_back(code.substr(at, end - at));
    at = end;
  }
  return out;
}

// Calls of the library that are no more than a few instructions.
bool is_cheap_call(std::string_view function) {
  static const std::unordered_set<std::string_view> cheap = {
      "std::abs",  "std::fabs", "std::max",   "std::min",  "std::fmax",  "std::fmin",     "std::clamp",
      "std::sqrt", "std::fma",  "std::floor", "std::ceil", "std::trunc", "std::copysign", "std::signbit"};
  return cheap.contains(function);
}

}  // namespace

OperationCount count_operations(std::string_view code, const KnownCounts& detail) {
  static const std::unordered_set<std::string_view> binary = {
      "*", "/", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?"};
  OperationCount out;
  const std::vector<std::string_view> all = tokens(code);
  const auto is_number = [&](std::size_t k) {
    return k < all.size() && std::isdigit(static_cast<unsigned char>(all[k][0])) != 0;
  };
  for (std::size_t k = 0; k < all.size(); ++k) {
    const std::string_view t = all[k];
    if (t == "/" && k > 0 && is_number(k - 1) && is_number(k + 1)) {
      // A number that is written as a quotient, unless the first one belongs to a product: x*2.0/3.0.
      const bool alone = k < 2 || (all[k - 2] != "*" && all[k - 2] != "/");
      if (alone) continue;
    }
    if (binary.contains(t)) {
      ++out.operations;
    } else if (t == "+" || t == "-") {
      // Behind an operand it is an operation, else a sign.
      const bool sum = k > 0 && all[k - 1] != "return" && (word_character(all[k - 1][0]) || all[k - 1] == ")");
      if (sum) ++out.operations;
    } else if (k + 1 < all.size() && all[k + 1] == "(") {
      const std::string_view name = t.substr(0, t.find('<'));
      if (name.starts_with("detail::")) {
        const auto known = detail.find(name.substr(8));
        if (known == detail.end()) continue;
        out.operations += known->second.operations;
        out.calls += known->second.calls;
      } else if (is_cheap_call(name)) {
        ++out.operations;
      } else if (name.starts_with("std::")) {
        ++out.calls;
      }
    }
  }
  return out;
}

}  // namespace gradus::emit
