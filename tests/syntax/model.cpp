// SPDX-License-Identifier: GPL-2.0-or-later
#include <boost/test/unit_test.hpp>

#include "table.h"

BOOST_AUTO_TEST_CASE(scratch) {
  using namespace gradus;
  Arena arena;
  const FunctionTable table = test::small_table(arena);
  const auto file = parse_model(arena, table, test::source_of("input x\nparam w\nz = w*x\nclaim dz/dw = x\n"));
  BOOST_TEST(file.models.size() == 1U);
}
