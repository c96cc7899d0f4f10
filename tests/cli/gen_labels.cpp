// SPDX-License-Identifier: GPL-2.0-or-later
// What `gradus gen` writes where labels are numbers.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "cli/program.h"

using namespace cli_test;

BOOST_AUTO_TEST_SUITE(labels_in_code)

BOOST_AUTO_TEST_CASE(a_label_chooses_its_entry) {
  const Folder folder;
  folder.write("c.gr",
               "dim k, m\ninput c[1, m]\nassume c in 1..k\nparam Z[k, m]\n"
               "J = mean(logsumexp(Z, axis=0) - sum(onehot(c, k)*Z, axis=0))\n");
  BOOST_TEST(folder.run({"gen", "c.gr", "-o", "c.hpp", "--sample", "20"}).code == 0);
  const Result ran = folder.compiled(R"(#include <array>
#include <cmath>
#include "c.hpp"
int main() {
  const std::array<double, 6> Z{1, 0, 3, 0, 2, 0};  // 3 classes of 2 examples
  const std::array<double, 2> labels{2, 7};         // 7 is none of them
  std::array<double, 6> dZ{};
  std::array<double, 60> workspace{};
  c::Dims dims;
  dims.k = 3;
  dims.m = 2;
  c::Inputs in;
  in.c = labels;
  c::Params p;
  p.Z = Z;
  c::Gradient g;
  g.Z = dZ;
  const double J = c::value_and_gradient(dims, in, p, g, workspace);
  const double total = std::exp(1) + std::exp(2) + std::exp(3);
  const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-14; };
  const bool first = near(dZ[0], std::exp(1)/total/2) && near(dZ[2], (std::exp(3)/total - 1)/2) &&
                     near(dZ[4], std::exp(2)/total/2);
  const bool second = near(dZ[1], 1.0/6) && near(dZ[3], 1.0/6) && near(dZ[5], 1.0/6);
  return first && second && near(J, (std::log(total) - 3 + std::log(3))/2) ? 0 : 1;
}
)");
  BOOST_TEST(ran.code == 0, ran.out << ran.err << slurp(folder / "c.hpp"));
}

BOOST_AUTO_TEST_CASE(labels_are_checked_as_what_they_are) {
  const Folder folder;
  folder.write("d.gr", "dim k\ninput c\nassume c in 1..k\nparam z[k]\nJ = dot(onehot(c, k), z)\n");
  const Result r = folder.run({"gen", "d.gr", "--check", "--points", "200"});
  BOOST_TEST(r.code == 0, r.out << r.err);
  BOOST_TEST(r.out.find("200 points compared") != std::string::npos, r.out);
}

BOOST_AUTO_TEST_SUITE_END()
