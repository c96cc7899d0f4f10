// SPDX-License-Identifier: GPL-2.0-or-later
// How calls are written in C++: as calls of the standard library, or of small functions in `detail`.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "emit/lower.h"
#include "emit/names.h"
#include "emit/number.h"

namespace gradus::emit {

// Where an argument goes, and whether anything but a literal, a name or a call needs parentheses there.
struct Piece {
  std::string before;     // the text up to the argument
  std::size_t parameter;  // its number
  bool enclosed;          // by parentheses or commas
};
struct CallForm {
  std::vector<Piece> pieces;
  std::string end;
};

// The functions that the code calls. A template that is one call and uses each argument once is written in its place;
// all others become functions in `detail`, so that their arguments are computed once.
class Functions {
 public:
  Functions(Engine& engine, const Model& model, const Lowering& lowering, Real real);

  // The type of all numbers.
  [[nodiscard]] Real real() const { return real_; }

  // How `call` is written; remembers that it is needed.
  const CallForm& form(Expr call);

  // The definitions in `detail` of functions that the C++ library lacks, and for templates that were needed, in the
  // order of the table.
  [[nodiscard]] std::vector<std::string> definitions() const;
  // The functions of `Lowering::detail` that were needed so far, the last one first; each is returned once.
  const DetailFunction* next_needed();
  [[nodiscard]] const std::string& name(const DetailFunction& f) const {
    return (f.of_model ? model_names_ : table_names_).at(f.name);
  }

 private:
  using Key = std::pair<std::string, std::size_t>;  // name, number of arguments

  const Arena& arena_;
  const FunctionTable& functions_;
  const Lowering& lowering_;
  Real real_;
  NameScope scope_;
  std::map<std::string, std::string> model_names_, table_names_;
  std::map<Key, CallForm> forms_;
  std::set<Key> detail_;
  std::set<std::string> special_;  // functions of `src/emit/special` that were needed
  std::set<std::size_t> needed_;   // by number
  std::size_t above_;              // those from here on were returned
};

}  // namespace gradus::emit
