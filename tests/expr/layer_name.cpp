// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/layer_name.h"

#include <boost/test/unit_test.hpp>

using namespace gradus;

BOOST_AUTO_TEST_SUITE(names_of_layers)

BOOST_AUTO_TEST_CASE(a_name_is_read_as_it_is_written) {
  for (const char* const text : {"W[l]", "A[l-1]", "Z[l+1]", "n[0]", "Z[depth]", "A[depth-1]"}) {
    const auto name = layer_name(text);
    BOOST_TEST_REQUIRE(name.has_value(), text);
    BOOST_TEST(print(*name) == text);
  }
  for (const char* const text : {"W", "W[", "[l]", "W[]", "W[l+]", "W[l][1]", "W[1, 2]", "W[l+1", "W[+1]"})
    BOOST_TEST(!layer_name(text).has_value(), text);
}

// Names that are built move those that there are: what is moved is named by one of them.
BOOST_AUTO_TEST_CASE(many_names_are_moved_to_another_layer) {
  Arena arena;
  const Expr l = arena.symbol("l");
  std::vector<Expr> terms, moved;
  for (int k = 0; k < 300; ++k) terms.push_back(arena.symbol(print(LayerName{"W" + std::to_string(k), "l", 0})));
  const Expr out = at_layer(arena, arena.sum(terms), arena.name(l), {{}, "l", 1});
  for (int k = 0; k < 300; ++k) moved.push_back(arena.symbol(print(LayerName{"W" + std::to_string(k), "l", 1})));
  BOOST_TEST((out == arena.sum(moved)));
}

BOOST_AUTO_TEST_SUITE_END()
