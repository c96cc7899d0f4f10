// SPDX-License-Identifier: GPL-2.0-or-later
#include <nlohmann/json.hpp>

#include "gradus/report/derivations.h"
#include "gradus/report/verdicts.h"
#include "report/json_text.h"

namespace gradus {
namespace {

using Json = nlohmann::ordered_json;

Json expression_or_null(const Arena& arena, Expr e, std::size_t limit) {
  std::string text = print_within(arena, e, limit);
  return text.empty() ? Json(nullptr) : Json(std::move(text));
}

Json steps_json(const Arena& arena, const std::vector<Step>& steps, const ReportOptions& options) {
  Json out = Json::array();
  if (options.steps == StepDetail::none) return out;
  for (const Step& step : steps) {
    if (options.steps == StepDetail::key && !step.key) continue;
    Json s;
    s["rule"] = step.rule;
    s["key"] = step.key;
    s["at"] = step.at;
    s["before"] = expression_or_null(arena, step.before, options.max_line);
    s["after"] = expression_or_null(arena, step.after, options.max_line);
    s["why"] = step.why;
    s["evidence"] = step.evidence;
    if (options.lines) {
      if (std::string line = print_within(arena, step.line, options.max_line); !line.empty())
        s["line"] = std::move(line);
    }
    out.push_back(std::move(s));
  }
  return out;
}

std::string outcome_word(MethodsCompared::Outcome outcome) {
  switch (outcome) {
    case MethodsCompared::Outcome::proved:
      return "proved";
    case MethodsCompared::Outcome::refuted:
      return "refuted";
    case MethodsCompared::Outcome::undecided:
      break;
  }
  return "undecided";
}

}  // namespace

std::string derivations_json(const Arena& arena, const DerivationReport& report, const ReportOptions& options) {
  Json list = Json::array();
  for (const Derivation& d : report.derivations) {
    Json one;
    one["of"] = print(arena, d.of);
    one["wrt"] = print(arena, d.wrt);
    one["method"] = d.method;
    // Without a form in the notation of matrices the result is what this is equal to.
    if (arena.is(d.start, Op::Entry)) one["entry"] = print(arena, d.start);
    one["result"] = d.declined.empty() ? Json(print(arena, d.result)) : Json(nullptr);
    if (!d.declined.empty()) one["declined"] = d.declined;
    if (!d.note.empty()) one["note"] = d.note;
    one["steps"] = steps_json(arena, d.steps, options);
    list.push_back(std::move(one));
  }
  Json out;
  out["derivations"] = std::move(list);
  if (!report.compared.empty()) {
    Json compared = Json::array();
    for (const MethodsCompared& c : report.compared) {
      compared.push_back(Json{{"of", print(arena, c.of)},
                              {"wrt", print(arena, c.wrt)},
                              {"equal", outcome_word(c.outcome)},
                              {"reason", c.reason}});
    }
    out["compared"] = std::move(compared);
  }
  return json_text(out);
}

std::string links_json(const Arena& arena, const std::vector<FileLinks>& files, const ReportOptions& options) {
  Json list = Json::array();
  for (const FileLinks& file : files) {
    for (const LinkDerivation& link : file.links) {
      Json one;
      one["file"] = file.file;
      one["line"] = link.right_place.position().line;
      one["chain"] = file.chains_before + link.chain;
      one["link"] = link.link;
      one["left"] = one_line(link.left_place);
      one["right"] = one_line(link.right_place);
      one["connected"] = link.connected;
      if (!link.connected) one["reason"] = link.reason;
      one["steps"] = steps_json(arena, link.steps, options);
      list.push_back(std::move(one));
    }
  }
  Json out;
  out["links"] = std::move(list);
  return json_text(out);
}

}  // namespace gradus
