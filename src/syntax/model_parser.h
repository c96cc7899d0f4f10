// SPDX-License-Identifier: GPL-2.0-or-later
// Statements: the lines of a `.gr` file.
//
// What later models of a file share: inputs, parameters and functions that are declared with `function`, wherever they
// stand, from there on; functions that are defined and assumptions only if they stand in the preamble, before the
// first definition, claim or `model` line. Everything else belongs to its own model. If nothing but a preamble stands
// before the first `model` line, that line names the first model.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "syntax/expression.h"

namespace gradus::syntax {

inline constexpr std::size_t max_rank = 8;
inline constexpr std::size_t max_models = 1'000;
inline constexpr std::size_t max_shared_names = 10'000'000;  // names of the preamble times models

class ModelParser {
 public:
  ModelParser(Arena& arena, const FunctionTable& functions, const SourcePtr& source, const ModelOptions& options = {});
  ModelFile run();

 private:
  using FreeIndex = ExpressionParser::FreeIndex;
  void statement();
  void word_statement();  // a line that begins with a name that is no word of the notation
  void declare(NameKind kind);
  void declare_functions();
  void start_model();
  void declare_dimensions();
  Expr made_of(const Token& dimension);
  void check_size(const Operand& condition) const;
  Shape declared_shape();
  void convention();
  void apply_convention(Expr over, Expr cost, const Place& place);
  [[nodiscard]] const ConventionRequest* request() const;
  void apply_request();
  void check_shape(const Operand& a);
  void assume();
  void claim();
  Operand claim_side(Claim& claim);
  void define(const Token& name);
  void define_entries(const Token& name);
  Operand right_side();
  struct Right {
    Operand side;
    Expr value;
  };
  enum class LeftIndex { named, one, all };
  std::vector<LeftIndex> left_indices(const Token& name);
  Right right_side_of_entries(const Token& name);
  bool are_tensors(const std::vector<Expr>& sides);
  void add_definition(const Token& name, const Operand& right, Expr value);
  Expr entry_of_statement(const Operand& a, std::string_view what);
  Expr for_all_indices(Expr condition, const std::vector<FreeIndex>& indices);
  Expr over_indices(Expr entry, const std::vector<FreeIndex>& indices);
  void define_function(const Token& name);
  std::vector<Token> parameter_list(const Token& function);

  // model_layers.cpp
  void declare_layers();
  [[nodiscard]] bool at_layer_brackets(std::string_view inside) const;
  void skip_layer_brackets();
  void introduce_layered(const Token& name, NameKind kind, long first, const Shape& shape);
  void define_layer(const Token& name);
  void finish_layers() const;

  Token expect_name(std::string_view expected);
  // Checks that `name` may be introduced.
  void check_new(const Token& name, NameKind kind) const;
  void introduce(const Token& name, NameKind kind, std::size_t arity, bool shared, const Shape& shape = {});
  [[noreturn]] void fail_line_goes_on(std::size_t begin) const;
  [[noreturn]] void fail_delta(const Token& name) const;
  [[noreturn]] void fail_expression_alone(std::size_t begin) const;

  Arena& arena_;
  const FunctionTable& functions_;
  Lexer lexer_;
  GrowingScope scope_;
  ExpressionParser p_;
  const ModelOptions options_;
  ExprMap<Expr> adjoints_;  // what `dZ` stands for, by the convention
  ModelFile file_;
  Model model_;                               // the one that is being read
  Model shared_;                              // what the next one starts with
  std::vector<std::string> local_;            // names that end with the model
  std::map<std::string, std::string> sizes_;  // dimensions that are made of others, by what they are made of
  std::map<std::string, Place> indices_;      // names that were taken for indices in the model
  std::optional<Shapes> shapes_;              // of what is in model_
  LayerNames layers_{arena_, model_};
  bool preamble_ = true;
};

}  // namespace gradus::syntax
