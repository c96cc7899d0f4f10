// SPDX-License-Identifier: GPL-2.0-or-later
// The models of textbooks, examples/catalogue/*.gr: what is derived for them stands in golden files, which a reader
// compares with a textbook, and every claim in them is proved. UPDATE_GOLDEN=1 rewrites the golden files. What `gen`
// writes for them is compiled in tests/random/tensors.cpp.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tensor/catalogue.h"
#include "tensor/derivations.h"

using namespace gradus;

namespace {

// All first derivatives, and the second ones that are claimed.
std::string derived(lab::Lab& lab, Model& model) {
  std::vector<DeriveRequest> requests{{}};
  for (const Claim& claim : model.claims) {
    const Expr outer = claim.sides[0];
    if (!lab.arena.is(outer, Op::Deriv) || !lab.arena.is(lab.arena.child(outer, 0), Op::Deriv)) continue;
    DeriveRequest request;
    request.of = print(lab.arena, lab.arena.child(lab.arena.child(outer, 0), 0));
    request.wrt = {print(lab.arena, lab.arena.child(outer, 1))};
    request.order = 2;
    requests.push_back(request);
  }
  std::string out;
  std::vector<Derivation> all;
  for (const DeriveRequest& request : requests) {
    for (const Derivation& d : derive_tensors(lab.engine, model, request)) {
      const auto is_same = [&](const Derivation& other) { return other.start == d.start; };
      if (std::ranges::any_of(all, is_same)) continue;
      all.push_back(d);
      out += shown(lab, d) + "\n";
    }
  }
  require_proved(lab, model, all);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue)

BOOST_AUTO_TEST_CASE(every_model_is_derived_to_the_form_of_textbooks) {
  for (const auto& path : catalogue_files()) {
    lab::Lab lab;
    ModelFile file = lab.read_file(path.string());
    std::string got;
    for (Model& model : file.models) {
      if (model.definitions.empty()) continue;  // what the models below share
      if (!model.name.empty()) got += fmt::format("{}model {}\n", got.empty() ? "" : "\n", model.name);
      got += derived(lab, model);
    }
    const std::string golden = fmt::format("{}/tests/tensor/golden/{}.txt", GRADUS_SOURCE_DIR, path.stem().string());
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << got;
    std::ostringstream wanted;
    wanted << std::ifstream(golden, std::ios::binary).rdbuf();
    BOOST_TEST(got == wanted.str(), golden << " differs:\n" << got);
  }
}

BOOST_AUTO_TEST_CASE(every_claim_of_the_catalogue_is_proved) {
  for (const auto& path : catalogue_files()) {
    lab::Lab lab;
    const ModelFile file = lab.read_file(path.string());
    std::size_t links = 0;
    for (const Model& model : file.models) {
      for (const LinkVerdict& v : check(lab.engine, model)) {
        BOOST_TEST((v.verdict == Verdict::proved), path.stem().string() << ": " << lab::show(lab.arena, v));
        ++links;
      }
    }
    BOOST_TEST(links > 0U, path.string());
  }
}

BOOST_AUTO_TEST_SUITE_END()
