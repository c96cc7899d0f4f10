// SPDX-License-Identifier: GPL-2.0-or-later
// The parser. Its grammar:
//
//   file        = { [ statement ] NEWLINE }
//   statement   = "dim" NAME [ "=" size ] { "," NAME [ "=" size ] }   made of others: `dim n = 2*h + 1`
//               | "input" NAME [ shape ] { "," NAME [ shape ] }
//               | "param" NAME [ shape ] { "," NAME [ shape ] }
//               | "layer" NAME "in" "1" ".." NAME                  the index of the layers, and their number
//               | "convention" "per-example" "over" NAME
//               | "function" NAME "(" NAME { "," NAME } ")" { "," NAME "(" NAME { "," NAME } ")" }
//               | "model" NAME
//               | "assume" condition { "," condition }            in it, "=" means "=="; of entries: for all indices
//               | "claim" sum "=" sum { "=" sum }
//               | NAME "=" sum                                     a definition
//               | NAME "[" left { "," left } "]" "=" sum           the same, entry by entry
//               | NAME "(" NAME { "," NAME } ")" "=" sum           a function
//
//   shape       = "[" dimension { "," dimension } "]"
//   dimension   = NAME | NUMBER
//   left        = range | "1" | ":"                                1 in a dimension of size 1; `:` all of a side
//   range       = NAME [ "in" dimension ]                          a new name, which stands in brackets of the body
//
//   condition   = conjunction { "or" conjunction }
//   conjunction = negation { "and" negation }
//   negation    = "not" negation | comparison
//   comparison  = sum { ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum }
//               | sum "in" "{" sum { "," sum } "}"
//               | sum "in" "1" ".." dimension                      means sum(onehot(sum, dimension), axis=0) == 1
//   sum         = product { ( "+" | "-" ) product }
//   product     = signed { ( "*" | "/" | "@" ) signed }            associates to the left
//   signed      = ( "-" | "+" ) signed | power
//   power       = part [ "^" exponent ]                            associates to the right
//   part        = atom { ".T" | entry }
//   exponent    = ( "-" | "+" ) exponent | power
//   atom        = NUMBER | "pi" | "e" | NAME | NAME "..."          the last in patterns only
//               | DERIVATIVE                                       dA/dB, without blanks
//               | "d" "(" sum ")/d" NAME                           without blanks after ")"; in patterns also d(E)
//               | "diff" "(" sum "," NAME { "," NAME } ")"
//               | "where" "(" condition "," sum "," sum ")"
//               | NAME { "'" } "(" sum { "," sum } ")"             a call
//               | TENSORFUNCTION "(" sum { "," sum } [ "," "axis" "=" NUMBER ] ")"
//               | REDUCTION "[" NAME "]" "(" sum ")"               over a name that stands in brackets of the sum:
//                                                                  "sum", "mean", "max", "min"
//               | "table" "[" ( NAME | "1" ) "]" "(" sum ")"       the tensor of these entries
//               | "delta" "(" index "," index ")"                  Kronecker's delta
//               | "(" condition ")"
//   entry       = "[" index { "," index } "]"                      behind a name, a call, a derivative, parentheses
//   index       = NAME | NUMBER | ":"                              a bound name, or 1, 2, ...; `:` all of them
//               | size ".." size                                   a part of a dimension
//   size        = sum                                              of whole multiples of dimensions, whole numbers
//
// What an index runs over is said, or known from a tensor that it is an index of, or from another index that a delta
// compares it with. It is bound by a sum or a table around it, or by the left side: of a definition entry by entry, or
// of a claim, on whose first side every other name in brackets is free, and which is then meant for all values of
// these.
//
// Behind "layer l in 1..depth" a NAME may stand once for each layer: "dim n[l]", "input X[l]", "param W[l][n[l], m]",
// and "A[0] = sum", "Z[l] = sum". Its layer follows wherever it stands: l, l-1, in claims l+1, 0, 1, depth, depth-1.
//
// NAME begins with a Latin or Greek letter or "_" and goes on with these and digits. NUMBER is 12, 0.5, .5, 1e-3. A
// comment goes from "#" to the end of the line. A NEWLINE inside parentheses, or before a line that begins with "=",
// is a blank. A sum stands where a value is needed and a condition where a truth value is; parentheses may hold either.
//
// What the text means as nodes is documented at Arena::negate, reciprocal, sub and div: an unparenthesised sum or
// product is one node, an operand in parentheses is never merged into it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/expr/function.h"
#include "gradus/expr/shape.h"
#include "gradus/expr/size.h"
#include "gradus/expr/tensor_function.h"
#include "gradus/syntax/parse.h"
#include "syntax/layer_names.h"
#include "syntax/lexer.h"
#include "syntax/scope.h"

namespace gradus::syntax {

inline constexpr long max_dimension = 1'000'000;

// Words that cannot be names of values.
bool is_reserved(std::string_view word);
// pi, e
bool is_constant_name(std::string_view name);
// Words that begin a statement, for suggestions.
const std::vector<std::string>& statement_words();

// A part of an expression that was read, and where it stands.
struct Operand {
  Expr expr;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool chain = false;  // a product that is not in parentheses
};

class ExpressionParser {
 public:
  // Without a scope, every name is a free symbol.
  ExpressionParser(Arena& arena, const FunctionTable& functions, Lexer& lexer, bool pattern);

  void set_scope(const Scope* scope) { scope_ = scope; }
  // While set, `dZ` is a name: it is replaced by what it stands for.
  void set_adjoints(const ExprMap<Expr>* adjoints) { adjoints_ = adjoints; }
  // While set, "=" compares.
  void set_assume(bool on) { assume_ = on; }
  // Names of layers, and which of them may be named. They must outlive what is read.
  enum class LayerUse { outside, body, summed, any };
  void set_layers(LayerNames* layers) { layers_ = layers; }
  void set_layer_use(LayerUse use) { layer_use_ = use; }
  // `[l]` behind a name, see layers.cpp.
  LayerName read_layer(std::string_view base, std::size_t begin, std::size_t& at) const;

  // Must outlive what is read. While there are none, nothing has entries.
  void set_shapes(Shapes* shapes) { shapes_ = shapes; }
  // What dimensions are made of; must outlive what is read.
  void set_sizes(const Sizes* sizes) { sizes_ = sizes; }

  // indices.cpp: the indices of the left side of a statement.
  // How names in brackets that are not bound are taken: an error; an error in a statement that has a left side; free.
  enum class Left { none, read, open };
  void set_left(Left left);
  // Whether indices need not fit.
  void set_in_claim(bool on) { in_claim_ = on; }
  // A new index, which stands on the left side.
  void add_index(const Token& name);
  // `in n`, if that stands behind the last new index, which begins at `begin`.
  void range_of_index(std::size_t begin);
  // Those of the left side, with their dimensions, in order. They are gone then. `seen` says where they are looked for.
  struct FreeIndex {
    Expr name, dimension;
  };
  std::vector<FreeIndex> take_indices(std::string_view seen);
  // Names that were taken for indices since this was asked last.
  std::vector<Token> take_index_names() { return std::exchange(index_names_, {}); }

  Operand value();      // one sum; a condition is an error
  Operand condition();  // a value is an error, except for calls in patterns
  Operand either();
  Operand literal_number();  // at a number
  Expr dimension();          // a name or a number

  [[nodiscard]] const Token& token() const { return token_; }
  [[nodiscard]] const Token& previous() const { return previous_; }
  [[nodiscard]] bool at(Tok kind) const { return token_.kind == kind; }
  [[nodiscard]] bool at_word(std::string_view word) const;
  [[nodiscard]] std::string_view text(const Token& t) const { return lexer_.text(t); }
  [[nodiscard]] Place place(std::size_t begin, std::size_t end) const { return {lexer_.source(), begin, end}; }
  [[nodiscard]] std::string shown() const;  // the current token, for a message
  void advance();
  [[noreturn]] void fail(std::size_t begin, std::size_t end, std::string message, std::string hint = {}) const;
  [[noreturn]] void fail_here(std::string message, std::string hint = {}) const;
  // What stands behind a complete expression cannot go on there: says why.
  [[noreturn]] void fail_behind(std::string_view expected) const;
  // Requires a `)` for the parenthesis at `open`.
  void close(std::size_t open, std::string_view expected);

 private:
  // Counts the nesting of the text while it lives.
  class Nest {
   public:
    explicit Nest(ExpressionParser& p);
    ~Nest() { --p_.nesting_; }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    ExpressionParser& p_;
  };

  Operand disjunction();
  Operand conjunction();
  Operand negation();
  Operand comparison();
  Operand membership(const Operand& element);
  Operand range(const Operand& element);
  Operand sum();
  Operand product();
  Operand signed_operand();
  Operand power();
  std::optional<Rational> literal(Expr e) const;
  Operand exponent();
  Operand atom();
  Operand number();
  Operand parentheses();
  Operand name();
  Operand symbol(const Token& t);
  bool derivative_token(const Token& t, Operand& out);

  // calls.cpp
  Operand call(const Token& name);
  void not_without_shapes(std::string_view what) const;

  // layers.cpp
  [[nodiscard]] bool is_layered(std::string_view base) const;
  void check_layer(const LayerName& name, std::size_t begin, std::size_t end) const;
  std::optional<Operand> of_layer();
  Expr differentiated(std::string_view base, std::size_t begin, std::size_t& end) const;
  [[nodiscard]] bool layers_are_summed() const;
  Operand sum_over_layers(const Token& name);

  // tensors.cpp
  Operand tensor_call(const Token& name, const TensorFunction& function);

  // slices.cpp
  Expr slice(std::vector<Expr> parts, const std::vector<std::size_t>& all, const Shape& shape);
  Expr reduction(Op op, Expr index, Expr dimension, const Operand& body);
  [[nodiscard]] bool range_follows() const;
  Expr matrix_product(Expr left, Expr right);
  Size bound_of_range();
  Expr range(std::string_view tensor, Expr dimension);
  Expr slice_in(const std::map<std::size_t, Expr>& ranges, const std::vector<Expr>& parts,
                const std::vector<std::size_t>& all, const Shape& shape, std::size_t begin);

  // indices.cpp
  struct Bound;
  std::optional<Operand> over_index(const Token& name);
  [[nodiscard]] bool index_follows(std::string_view word) const;
  Operand over_index(const Token& name, Op op, bool mean);
  Operand entry(const Operand& of);
  [[nodiscard]] bool is_left_to_verdict() const;
  Expr index(std::string_view tensor, const Shape& shape, std::size_t position);
  [[nodiscard]] bool delta_follows() const;
  Operand delta(const Token& name);
  void check_index_name(const Token& name);
  Bound& bound_index(const Token& name);
  void settle();
  [[noreturn]] void fail_unknown_range(const Bound& index, std::string_view seen) const;
  std::string size(Expr dimension) const;

  Operand where(const Token& name);
  Operand derivative(const Token& name);
  Operand repeated_derivative(const Token& name);
  // Of the call of `function`; for `where` it is empty.
  std::vector<Operand> arguments(std::size_t open, std::string_view function = {});
  void behind_argument();
  void refuse_named_argument(std::string_view function) const;
  Expr variable(const Token& t);
  void check_call(const Token& name, std::string_view base, std::size_t primes, std::size_t count);
  [[noreturn]] void fail_unknown_function(const Token& name, std::string_view base);
  [[noreturn]] void fail_unknown_name(std::size_t begin, std::size_t end, std::string_view name);
  [[noreturn]] void fail_without_argument(std::size_t begin, std::size_t end) const;
  std::string derivative_hint(std::size_t begin, std::string_view unknown) const;
  std::string suggest(std::string_view word, bool functions) const;

  Operand negated(const Operand& a);
  void divide(std::vector<Expr>& factors, Expr by);
  void need_value(const Operand& a) const;
  void need_condition(const Operand& a) const;
  [[nodiscard]] bool is_condition_node(Expr e) const { return is_condition(arena_.op(e)); }
  [[nodiscard]] bool begins_operand() const;
  [[nodiscard]] bool same_line(std::size_t a, std::size_t b) const;

  Arena& arena_;
  const FunctionTable& functions_;
  Lexer& lexer_;
  const Scope* scope_ = nullptr;
  bool pattern_;
  bool assume_ = false, in_claim_ = false;
  const ExprMap<Expr>* adjoints_ = nullptr;  // what names stand for
  int nesting_ = 0;
  std::size_t digits_ = 0;
  Shapes* shapes_ = nullptr;
  const Sizes* sizes_ = nullptr;
  LayerNames* layers_ = nullptr;
  LayerUse layer_use_ = LayerUse::outside;
  bool summed_layers_ = false;  // within a sum over layers
  Left left_ = Left::none;
  // An index that is bound around what is read, and the dimension that it runs over once it is known.
  struct Bound {
    Token where;
    std::string name;
    bool free;             // of the left side
    bool implied = false;  // that it is free: it stands in brackets there
    std::optional<Expr> dimension = std::nullopt;
    std::string used_in = {};  // where that was seen
  };
  // `delta(i, j)`: two indices that run over the same, or one that is compared with a number.
  struct Alike {
    Operand delta;
    std::string index;
    std::string other = {};
    std::optional<Expr> number = std::nullopt;
  };
  std::vector<Bound> bound_;
  std::vector<Alike> alike_;
  std::vector<Token> index_names_;
  std::vector<std::string> closed_;  // indices of sums and tables that came before in this statement
  std::vector<std::size_t> open_;    // parentheses that are not closed yet
  Token token_, previous_;
};

}  // namespace gradus::syntax
