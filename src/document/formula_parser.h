// SPDX-License-Identifier: GPL-2.0-or-later
// One side of a formula: tokens to a tree.
#pragma once

#include <algorithm>
#include <array>

#include "document/formula.h"

namespace gradus::document {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The name of the relation that a token is, or an empty string.
std::string relation_of(const Token& t);

// "and", "if": words between formulas, and in conditions.
bool is_plain_word(std::string_view text);

// log, tanh, max and the like.
bool is_function_name(std::string_view name);

inline constexpr int deepest_formula = 200;

class FormulaParser {
 public:
  FormulaParser(const Tokens& tokens, std::size_t begin, std::size_t end, const std::set<std::string>& words)
      : in_(tokens), at_(begin), end_(end), words_(words) {}

  // Sides with relations between them, up to a comma at the top. Throws NotRead.
  Statement chain();
  [[nodiscard]] bool done() const { return at_ >= end_; }
  // Steps over commas, semicolons and full stops.
  bool separator();

 private:
  Node list_or_relation();
  Node side();
  Node term();
  static void divide_by_products(Node& term);
  Node factor();
  Node atom();
  Node command();
  Node styled(bool bold);
  Node accent(const std::string& name);
  Node operator_name();
  Node big(const std::string& name);
  Node group(const std::string& close);
  Node braces();
  Node argument();
  Node environment();
  Node rows();
  Node read_words(const std::string& words, std::size_t at) const;
  Node words();
  Node symbol(std::string text, std::size_t begin) const;
  void scripts(Node& node);
  Node script();
  std::string binary();
  bool relation(std::string& name);
  [[nodiscard]] bool ends_term() const;
  [[nodiscard]] bool at_dots() const;
  [[nodiscard]] bool at_mid() const;
  [[nodiscard]] bool divides() const;
  void skip_braces();
  [[nodiscard]] const Token& token() const { return in_[at_]; }
  [[nodiscard]] bool at_other(std::string_view sign) const { return at_ < end_ && in_[at_].is_other(sign); }
  [[nodiscard]] bool at_command(std::string_view name) const { return at_ < end_ && in_[at_].is_command(name); }
  [[nodiscard]] std::size_t last() const { return at_ > 0 ? in_[at_ - 1].end : 0; }
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string reason) const;
  [[noreturn]] void fail_here(std::string reason) const;

  const Tokens& in_;
  std::size_t at_, end_;
  const std::set<std::string>& words_;
  int depth_ = 0;
  std::vector<std::string> bars_;  // bars that are open
  std::set<std::size_t> closes_;   // braces that nobody sees on the page
};

}  // namespace gradus::document
