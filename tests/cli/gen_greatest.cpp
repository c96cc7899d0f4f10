// SPDX-License-Identifier: GPL-2.0-or-later
// What `gradus gen` writes for the greatest and the least entry.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "cli/program.h"

using namespace cli_test;

namespace {}  // namespace

BOOST_AUTO_TEST_SUITE(greatest_entries_in_code)

BOOST_AUTO_TEST_CASE(pooling_is_checked) {
  const Folder folder;
  folder.write("pool.gr", "dim n, m\nparam X[n, m], z[m]\np = min(X, axis=1)\nJ = max(p)*max[j](-z[j])\n");
  const Result r = folder.run({"gen", "pool.gr", "--check", "--points", "300"});
  BOOST_TEST(r.code == 0, r.out << r.err);
  BOOST_TEST(r.out.find("dJ/dX[2, 3] by value_and_gradient()") != std::string::npos, r.out);
}

// Where several entries are the greatest each has an equal share.
BOOST_AUTO_TEST_CASE(ties_share) {
  const Folder folder;
  folder.write("t.gr", "dim n, m\nparam X[n, m], z[n]\nJ = 6*sum(max(X, axis=0)) + 12*min(z)\n");
  BOOST_TEST(folder.run({"gen", "t.gr", "-o", "t.hpp", "--sample", "20"}).code == 0);
  const Result ran = folder.compiled(R"(#include <array>
#include "t.hpp"
int main() {
  const std::array<double, 6> X{1, -2, 1, 5, 1, -2};  // 3 rows of 2
  const std::array<double, 3> z{-0.0, 7, 0.0};
  std::array<double, 6> dX{};
  std::array<double, 3> dz{};
  std::array<double, 60> workspace{};
  t::Dims dims;
  dims.n = 3;
  dims.m = 2;
  t::Params p;
  p.X = X;
  p.z = z;
  t::Gradient g;
  g.X = dX;
  g.z = dz;
  const double J = t::value_and_gradient(dims, {}, p, g, workspace);
  const bool ok = J == 36 && dX[0] == 2 && dX[1] == 0 && dX[2] == 2 && dX[3] == 6 && dX[4] == 2 && dX[5] == 0 &&
                  dz[0] == 6 && dz[1] == 0 && dz[2] == 6;
  return ok && J == t::value(dims, {}, p, workspace) ? 0 : 1;
}
)");
  BOOST_TEST(ran.code == 0, ran.out << ran.err << slurp(folder / "t.hpp"));
}

BOOST_AUTO_TEST_SUITE_END()
