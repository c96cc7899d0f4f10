// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/compiled.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/json_text.h"
#include "report/layout.h"

namespace gradus {
namespace {

using Where = CompiledResult::Where;

std::string place(const Arena& arena, const Where& where) {
  std::string out;
  for (const auto& [variable, value] : where)
    out += fmt::format("{}{} = {}", out.empty() ? " at " : ", ", print(arena, variable), value);
  return out;
}

}  // namespace

std::string compiled_text(const Arena& arena, const CompiledReport& report, const CompiledOptions& options) {
  std::string out =
      fmt::format("compiled by `{}` and run at {} points; bound: {} ulp, normalised by the condition number\n",
                  report.compiler, report.points, options.ulp);
  for (const CompiledResult& r : report.results) {
    out += fmt::format("  {} by {}(): {} points compared, {} skipped (no true value), {} beyond the bound\n",
                       print(arena, r.name), r.function, r.compared, r.skipped, r.beyond);
    if (r.rounded_data) out += "      inputs of 0, 1 and -1 count as rounded: no form is accurate if they are exact\n";
    out += fmt::format("      worst normalised error {}{}\n", layout::ulps(r.worst), place(arena, r.worst_point));
    out += fmt::format("      worst raw error {}{}\n", layout::ulps(r.worst_raw), place(arena, r.worst_raw_point));
  }
  if (report.differing == 0) {
    out += "  value() and value_and_gradient() return the same bits at every point\n";
  } else {
    out += fmt::format("  value() and value_and_gradient() differ at {} points, first{}: {} and {}\n", report.differing,
                       place(arena, report.differing_point), report.by_value, report.by_both);
  }
  return out + (report.within() ? "within the bound at every point compared\n" : "NOT within the bound\n");
}

std::string compiled_json(const Arena& arena, const CompiledReport& report, const CompiledOptions& options) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  const auto at = [&](const Where& where) {
    Json out = Json::object();
    for (const auto& [variable, value] : where) out[print(arena, variable)] = value;
    return out;
  };
  Json out;
  out["ulp"] = options.ulp;
  out["points"] = report.points;
  out["compiler"] = report.compiler;
  out["within"] = report.within();
  out["results"] = Json::array();
  for (const CompiledResult& r : report.results) {
    out["results"].push_back({{"function", r.function},
                              {"name", print(arena, r.name)},
                              {"rounded_data", r.rounded_data},
                              {"compared", r.compared},
                              {"skipped", r.skipped},
                              {"beyond", r.beyond},
                              {"worst", number(r.worst)},
                              {"at", at(r.worst_point)},
                              {"worst_raw", number(r.worst_raw)},
                              {"raw_at", at(r.worst_raw_point)}});
  }
  out["differing"] = report.differing;
  if (report.differing > 0) {
    out["differing_at"] = at(report.differing_point);
    out["by_value"] = number(report.by_value);
    out["by_value_and_gradient"] = number(report.by_both);
  }
  return json_text(out);
}

}  // namespace gradus
