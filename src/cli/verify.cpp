// SPDX-License-Identifier: GPL-2.0-or-later
// gradus rules verify.
#include "gradus/check/verify_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/session.h"
#include "report/json_text.h"

namespace gradus::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr RuleOutcome outcomes[] = {RuleOutcome::proved, RuleOutcome::sampled, RuleOutcome::refuted,
                                    RuleOutcome::failed};

std::string_view word(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::proved:
      return "proved";
    case RuleOutcome::sampled:
      return "sampled";
    case RuleOutcome::refuted:
      return "refuted";
    case RuleOutcome::failed:
      break;
  }
  return "failed";
}

std::size_t count(const std::vector<RuleReport>& reports, std::string_view kind, RuleOutcome outcome) {
  return static_cast<std::size_t>(std::count_if(
      reports.begin(), reports.end(), [&](const RuleReport& r) { return r.kind == kind && r.outcome == outcome; }));
}

bool good(const RuleReport& r) { return r.outcome == RuleOutcome::proved || r.outcome == RuleOutcome::sampled; }

// The kinds of what was verified, in order of first appearance.
std::vector<std::string> kinds(const std::vector<RuleReport>& reports) {
  std::vector<std::string> out;
  for (const RuleReport& r : reports) {
    if (std::find(out.begin(), out.end(), r.kind) == out.end()) out.push_back(r.kind);
  }
  return out;
}

std::string as_json(const std::vector<RuleReport>& reports) {
  Json list = Json::array();
  for (const RuleReport& r : reports) {
    Json one;
    one["name"] = r.name;
    one["kind"] = r.kind;
    one["outcome"] = word(r.outcome);
    one["detail"] = r.detail;
    one["samples"] = r.samples;
    one["counterexample"] = r.counterexample.empty() ? Json(nullptr) : Json(r.counterexample);
    list.push_back(std::move(one));
  }
  return json_text(Json{{"verified", std::move(list)}});
}

std::string as_text(const std::vector<RuleReport>& reports) {
  std::size_t width = 0;
  for (const RuleReport& r : reports) width = std::max(width, r.name.size());
  std::string out;
  for (const RuleReport& r : reports) {
    out += fmt::format("{:<8} {:<8} {:{}}  {}", r.kind,
                       good(r)                             ? std::string(word(r.outcome))
                       : r.outcome == RuleOutcome::refuted ? "REFUTED"
                                                           : "FAILED",
                       r.name, width, r.detail);
    while (out.back() == ' ') out.pop_back();
    out += '\n';
    if (!r.counterexample.empty()) out += fmt::format("{:18}{}\n", "", r.counterexample);
  }
  for (const std::string& kind : kinds(reports)) {
    std::vector<std::string> counts;
    for (const RuleOutcome outcome : outcomes)
      counts.push_back(fmt::format("{} {}", count(reports, kind, outcome), word(outcome)));
    const std::string heading = kind == "computed" ? "computed forms" : kind + "s";
    out += fmt::format("{}: {}\n", heading, fmt::join(counts, ", "));
  }
  return out;
}

}  // namespace

int run_rules_verify(const Options& options) {
  Session session(options);
  const std::vector<RuleReport> reports = verify_rules(session.engine);
  write_standard_output(options.format == Format::json ? as_json(reports) : as_text(reports));
  return std::all_of(reports.begin(), reports.end(), good) ? well : refuted;
}

}  // namespace gradus::cli
