// SPDX-License-Identifier: GPL-2.0-or-later
// Published derivations with the truth of every link, where they lie beside the source: what is decided of them, and
// above all that no wrong link passes and no right one is refused. `sh tests/wild.sh` prints the figures.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "check/lab.h"
#include "gradus/document/check.h"

namespace {

using namespace gradus;
namespace fs = std::filesystem;

const fs::path wild = fs::path(GRADUS_SOURCE_DIR) / "../shared/wild";

std::string slurp(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

document::DocumentVerdicts checked(const fs::path& path) {
  lab::Lab lab;
  const auto source = std::make_shared<Source>(Source{path.filename().string(), slurp(path)});
  return document::check_document(lab.engine, source, document::Format::markdown);
}

struct Figures {
  std::size_t links = 0, rightly = 0, proved = 0, refuted = 0, undecided = 0, unread = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(published)

BOOST_AUTO_TEST_CASE(small_ones) {
  if (!fs::exists(wild / "mini/expected.jsonl")) return;
  std::ifstream lines(wild / "mini/expected.jsonl");
  std::map<std::string, Figures> kinds;
  std::vector<std::string> passed, refused;
  for (std::string line; std::getline(lines, line);) {
    const auto truth = nlohmann::json::parse(line);
    const std::string id = truth["id"];
    const document::DocumentVerdicts v = checked(wild / "mini" / (id + ".md"));
    for (Figures* f : {&kinds[truth["kind"]], &kinds["all"]}) {
      f->links += truth["links"].size();
      f->unread += v.unread.size();
      for (std::size_t k = 0; k < v.links.size(); ++k) {
        const Verdict verdict = v.links[k].verdict;
        ++(verdict == Verdict::proved ? f->proved : verdict == Verdict::refuted ? f->refuted : f->undecided);
        if (v.links.size() != truth["links"].size()) continue;
        const bool right = truth["links"][k];
        if (verdict == (right ? Verdict::proved : Verdict::refuted)) ++f->rightly;
        if (f != &kinds["all"]) continue;
        if (!right && verdict == Verdict::proved) passed.push_back(id);
        if (right && verdict == Verdict::refuted) refused.push_back(id);
      }
    }
  }
  for (const auto& [kind, f] : kinds) {
    BOOST_TEST_MESSAGE(kind << ": " << f.links << " links, " << f.rightly << " decided rightly; " << f.proved
                            << " proved, " << f.refuted << " refuted, " << f.undecided << " undecided, " << f.unread
                            << " formulas not read");
  }
  BOOST_TEST_MESSAGE("wrong links passed: " << passed.size() << ", right links refused: " << refused.size());
  for (const std::string& id : passed) BOOST_ERROR("a wrong link passes in " << id);
  for (const std::string& id : refused) BOOST_ERROR("a right link is refused in " << id);
}

BOOST_AUTO_TEST_CASE(the_second_article) {
  const fs::path article = wild / "../articles/001_7108f2bda487434a.txt";
  if (!fs::exists(article)) return;
  const document::DocumentVerdicts v = checked(article);
  BOOST_TEST(v.links.size() == 32u);
  for (const LinkVerdict& link : v.links) BOOST_TEST((link.verdict == Verdict::proved), link.reason);
  BOOST_TEST(v.unread.empty());
  BOOST_REQUIRE(!v.readings.empty());
  BOOST_TEST(v.readings.back() == R"(`a`, first `w*x + b`, is read as `\frac{1}{1 + e^{-z}}` from line 50 on)");
}

BOOST_AUTO_TEST_SUITE_END()
