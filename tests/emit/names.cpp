// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/names.h"

#include <boost/test/unit_test.hpp>

#include "gradus/emit/header.h"

using namespace gradus;
using namespace gradus::emit;

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(good_names_stay) {
  for (const char* n : {"x", "W1", "dL_da", "learning_rate", "x_", "aB", "L", "value", "double2", "M", "FP"}) {
    BOOST_TEST(to_identifier(n) == n);
    BOOST_TEST(is_identifier(n));
  }
}

BOOST_AUTO_TEST_CASE(others_are_mended) {
  const std::pair<const char*, const char*> cases[] = {{"double", "double_"},
                                                       {"xor", "xor_"},
                                                       {"co_return", "co_return_"},
                                                       {"std", "std_"},
                                                       {"M_PI", "M_PI_"},
                                                       {"NAN", "NAN_"},
                                                       {"DBL_MAX", "DBL_MAX_"},
                                                       {"α", "alpha"},
                                                       {"Σ", "Sigma"},
                                                       {"ς", "sigma"},
                                                       {"θ₁", "theta1"},
                                                       {"β_0", "beta_0"},
                                                       {"x'", "x_prime"},
                                                       {"x''", "x_prime_prime"},
                                                       {"ŷ", "y_hat"},
                                                       {"x̂", "x_hat"},
                                                       {"é", "u00e9"},
                                                       {"__x", "x_"},
                                                       {"_X", "X_"},
                                                       {"_x", "x_"},
                                                       {"a__b", "a_b"},
                                                       {"1a", "n1a"},
                                                       {"", "x_"},
                                                       {"_", "x_"},
                                                       {"__", "x_"},
                                                       {"_1", "n1_"},
                                                       {"a b", "a_b"},
                                                       {"a\xFFz", "a_z"}};
  for (const auto& [name, wanted] : cases) {
    BOOST_TEST(to_identifier(name) == wanted);
    BOOST_TEST(is_identifier(to_identifier(name)), name);
    BOOST_TEST(!is_identifier(name), name);
  }
}

BOOST_AUTO_TEST_CASE(a_scope_gives_each_name_once) {
  NameScope scope;
  BOOST_TEST(scope.claim("a") == "a");
  BOOST_TEST(scope.claim("a") == "a_");
  BOOST_TEST(scope.claim("a") == "a_2");
  BOOST_TEST(scope.claim("a_2") == "a_2_");
  BOOST_TEST(scope.claim("a") == "a_3");
  BOOST_TEST(scope.claim("value") == "value_");
  BOOST_TEST(scope.claim("Inputs") == "Inputs_");
  BOOST_TEST(scope.claim_first({"a", "a_", "b"}) == "b");
  BOOST_TEST(scope.claim_first({"a", "b"}) == "b_");
}

BOOST_AUTO_TEST_CASE(namespaces_from_files) {
  const std::pair<const char*, const char*> cases[] = {{"logistic-neuron.v2.hpp", "logistic_neuron_v2"},
                                                       {"logistic.gr", "logistic"},
                                                       {"out/dir.d/net.hpp", "net"},
                                                       {"net", "net"},
                                                       {"2layers.hpp", "n2layers"},
                                                       {"double.hpp", "double_model"},
                                                       {"tanh.hpp", "tanh_model"},
                                                       {"logf.hpp", "logf_model"},
                                                       {"std.hpp", "std_model"},
                                                       {"index.hpp", "index_model"},
                                                       {"", "model"},
                                                       {".hpp", "hpp"},
                                                       {"my model.hpp", "my_model"},
                                                       {"σ.hpp", "sigma"},
                                                       {"__.hpp", "model"},
                                                       {"a_.hpp", "a_"},
                                                       {"a__b.hpp", "a_b"},
                                                       {"_x.hpp", "x"}};
  for (const auto& [stem, wanted] : cases)
    BOOST_TEST(namespace_from_stem(stem) == wanted, stem << " gives " << namespace_from_stem(stem));
}

BOOST_AUTO_TEST_CASE(comments_stay_on_their_line) {
  BOOST_TEST(comment_text("a\nb\\") == "a?b");
  BOOST_TEST(comment_text("σ \\ x") == "σ \\ x");
  BOOST_TEST(comment_text("a\xFF\xE2\x80\xAE") == "a??");
  BOOST_TEST(comment_text("x \\\\  ") == "x");
}

BOOST_AUTO_TEST_SUITE_END()
