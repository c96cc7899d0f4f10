// SPDX-License-Identifier: GPL-2.0-or-later
// Statements of tensors as nests of loops.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "emit/identifiers.h"
#include "emit/schedule.h"
#include "gradus/expr/size.h"
#include "gradus/tensor/program.h"

namespace gradus::emit {

// A sum of whole multiples of names, and a whole number: "2*h + 1".
std::string size_text(const Size& size, const std::function<std::string(Expr)>& name);

// Names and places of what a tensor program uses.
class LoopWriter {
 public:
  // `places` are the texts of tensors to which `[k]` is put, and of scalars; `dims` those of dimensions.
  LoopWriter(Arena& arena, const TensorProgram& program, Lowering& lowering, Functions& functions,
             Identifiers& identifiers, const ExprMap<std::string>& places, const ExprMap<std::string>& dims);

  // From here on a function is written: the variables of the one before are gone.
  void begin_function() { scope_ = identifiers_.scope; }
  // The loops of a statement, indented for the body of a function. A name with a single entry that is no place of the
  // caller is a variable.
  std::string write(const TensorStatement& s);
  // "h*m"; "1" without dimensions.
  std::string size(const Shape& shape) const;

 private:
  struct Loop {
    std::string index, size;
  };
  struct Letters {
    ExprMap<std::string> of;  // indices
    std::vector<std::pair<Expr, Expr>> own, bound;
  };
  Letters letters(const TensorStatement& s) const;
  std::string dimension(Expr d) const;
  std::string index(Expr e, const Letters& letters) const;
  bool is_place(Expr e, const Letters& letters) const;
  std::string offset(const Shape& shape, const std::vector<Expr>& indices, const Letters& letters) const;
  std::string text_of(Expr name, const std::vector<Expr>& indices, const Letters& letters) const;
  struct Placed {
    Expr value;
    ExprMap<std::string> texts;  // of the names in it
  };
  Placed with_places(Expr e, const Letters& letters);
  std::string assignment(const Letters& letters, Expr value, const std::string& use, const std::string& reduced,
                         const TensorStatement& s, const std::string& indent);
  static std::string nest(const std::vector<Loop>& loops, const std::string& indent, const auto& inner);
  bool innermost_is_free(const TensorStatement& s, const Letters& letters) const;
  std::size_t strides(Expr body, Expr index) const;

  Arena& arena_;
  const TensorProgram& program_;
  Lowering& lowering_;
  Functions& functions_;
  Identifiers& identifiers_;
  const ExprMap<std::string>&places_, &dims_;
  std::vector<std::string> letters_;
  std::string sum_, most_, least_;  // variables
  NameScope scope_;                 // what is taken in the function, outside of its loops
};

}  // namespace gradus::emit
