// SPDX-License-Identifier: GPL-2.0-or-later
// The functions that generated code calls, to be called by this program: what they compute here, they compute there.
#pragma once

#include <cstddef>
#include <string_view>

namespace gradus::emit {

// One of the two is set.
template <class Real>
struct Primitive {
  Real (*unary)(Real) = nullptr;
  Real (*binary)(Real, Real) = nullptr;
};

// By the spelling in C++ without template arguments: `std::log1p`, `detail::digamma` (see `Lowering::primitive`); null
// if it is not known. For double and float.
template <class Real>
const Primitive<Real>* find_primitive(std::string_view spelling, std::size_t arity);

extern template const Primitive<double>* find_primitive(std::string_view, std::size_t);
extern template const Primitive<float>* find_primitive(std::string_view, std::size_t);

}  // namespace gradus::emit
