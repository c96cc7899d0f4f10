// SPDX-License-Identifier: GPL-2.0-or-later
// Published derivations with the truth of every link, where they lie beside the source: what is decided of them, and
// above all that no wrong link passes and no right one is refused. `sh tests/wild.sh` prints the figures.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "document/documents.h"

namespace {

using namespace gradus;
namespace fs = std::filesystem;

const fs::path wild = fs::path(GRADUS_SOURCE_DIR) / "../shared/wild";

std::string slurp(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

document::DocumentVerdicts checked(const std::string& name, const std::string& text) {
  lab::Lab lab;
  const auto source = std::make_shared<Source>(Source{name, text});
  return document::check_document(lab.engine, source, document::Format::markdown);
}

// What the prose of a document says and is not read, as directives: `w101 j \in \mathbb{R}` on a line.
std::map<std::string, std::string> prose_as_directives() {
  std::ifstream in(fs::path(GRADUS_SOURCE_DIR) / "tests/document/directives.txt");
  std::map<std::string, std::string> out;
  for (std::string id, line; in >> id && std::getline(in, line);) out[id] += "<!-- gradus:" + line + " -->\n";
  return out;
}

bool has_integral(const std::string& text) {
  for (const char* sign : {"\\int", "\\mathbb{E}"}) {
    if (text.find(sign) != std::string::npos) return true;
  }
  return false;
}

struct Figures {
  std::size_t links = 0, rightly = 0, proved = 0, refuted = 0, undecided = 0, unread = 0;

  void add(const document::DocumentVerdicts& v, const nlohmann::json& truth) {
    links += truth.size();
    unread += v.unread.size();
    for (std::size_t k = 0; k < v.links.size(); ++k) {
      const Verdict verdict = v.links[k].verdict;
      ++(verdict == Verdict::proved ? proved : verdict == Verdict::refuted ? refuted : undecided);
      if (v.links.size() == truth.size() && verdict == (truth[k].get<bool>() ? Verdict::proved : Verdict::refuted))
        ++rightly;
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(published)

BOOST_AUTO_TEST_CASE(small_ones) {
  if (!fs::exists(wild / "mini/expected.jsonl")) return;
  std::ifstream lines(wild / "mini/expected.jsonl");
  const std::map<std::string, std::string> said = prose_as_directives();
  std::map<std::string, Figures> kinds;
  const std::string plain = "all but those of integrals and expectations", with = plain + ", with directives";
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (count++ % documents::every() != 0) continue;
    const auto truth = nlohmann::json::parse(line);
    const std::string id = truth["id"], text = slurp(wild / "mini" / (id + ".md"));
    const document::DocumentVerdicts v = checked(id + ".md", text);
    kinds[truth["kind"]].add(v, truth["links"]);
    kinds["all"].add(v, truth["links"]);
    std::vector<const document::DocumentVerdicts*> all{&v};
    document::DocumentVerdicts directed;
    if (said.contains(id)) {
      directed = checked(id + ".md", said.at(id) + text);
      all.push_back(&directed);
    }
    if (!has_integral(text)) {
      kinds[plain].add(v, truth["links"]);
      kinds[with].add(*all.back(), truth["links"]);
    }
    for (const auto* found : all) {
      for (std::size_t k = 0; k < found->links.size() && found->links.size() == truth["links"].size(); ++k) {
        const Verdict verdict = found->links[k].verdict;
        if (!truth["links"][k] && verdict == Verdict::proved) BOOST_ERROR("a wrong link passes in " << id);
        if (truth["links"][k] && verdict == Verdict::refuted) BOOST_ERROR("a right link is refused in " << id);
      }
    }
  }
  for (const auto& [kind, f] : kinds) {
    BOOST_TEST_MESSAGE(kind << ": " << f.links << " links, " << f.rightly << " decided rightly; " << f.proved
                            << " proved, " << f.refuted << " refuted, " << f.undecided << " undecided, " << f.unread
                            << " formulas not read");
  }
  if (documents::every() > 1) return;
  BOOST_TEST(100 * kinds[plain].rightly >= 90 * kinds[plain].links);
  BOOST_TEST(100 * kinds[with].rightly >= 95 * kinds[with].links);
}

BOOST_AUTO_TEST_CASE(the_second_article) {
  const fs::path article = wild / "../articles/001_7108f2bda487434a.txt";
  if (!fs::exists(article)) return;
  const document::DocumentVerdicts v = checked("article.md", slurp(article));
  BOOST_TEST(v.links.size() == 32u);
  for (const LinkVerdict& link : v.links) BOOST_TEST((link.verdict == Verdict::proved), link.reason);
  BOOST_TEST(v.unread.empty());
  BOOST_REQUIRE(!v.readings.empty());
  BOOST_TEST(v.readings.back() == R"(`a`, first `w*x + b`, is read as `\frac{1}{1 + e^{-z}}` from line 50 on)");
}

BOOST_AUTO_TEST_SUITE_END()
