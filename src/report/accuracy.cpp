// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/accuracy.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/json_text.h"
#include "report/layout.h"

namespace gradus {
namespace {

std::string place(const Arena& arena, const Trial& trial) {
  std::string out;
  for (const auto& [variable, value] : trial.worst_point)
    out += fmt::format("{}{} = {}", out.empty() ? "at " : ", ", print(arena, variable), value);
  return out;
}

}  // namespace

std::string accuracy_text(const Arena& arena, const AccuracyReport& report, const AccuracyOptions& options) {
  std::string out = fmt::format("bound: {} ulp, normalised by the condition number\n", options.ulp);
  for (const Measured& m : report.statements) {
    out += fmt::format("\n{} = {}\n", print(arena, m.name), print(arena, m.meaning));
    if (m.trials.empty()) {
      out += fmt::format("  {}\n", m.note);
      continue;
    }
    out += fmt::format("  {} forms tried, {} points; {}\n", m.tried, m.points, m.note);
    for (std::size_t k = 0; k < m.trials.size(); ++k) {
      const Trial& t = m.trials[k];
      out +=
          fmt::format("  {} {}\n      cost {}, worst {} ({} of the result) {}\n", k == 0 ? "->" : "  ",
                      print(arena, t.form), t.cost, layout::ulps(t.worst), layout::ulps(t.worst_raw), place(arena, t));
    }
  }
  if (!report.results.empty()) out += "\nThrough all statements, from inputs and parameters:\n";
  for (const Measured& m : report.results) {
    out += fmt::format("  {}: worst {} ({} of the result) {}\n      {}\n", print(arena, m.name),
                       layout::ulps(m.trials[0].worst), layout::ulps(m.trials[0].worst_raw), place(arena, m.trials[0]),
                       m.note);
  }
  return out;
}

std::string accuracy_json(const Arena& arena, const AccuracyReport& report, const AccuracyOptions& options) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double v) { return std::isfinite(v) ? Json(v) : Json(nullptr); };
  Json out;
  out["ulp"] = options.ulp;
  const auto described = [&](const Measured& m) {
    Json s;
    s["name"] = print(arena, m.name);
    s["meaning"] = print(arena, m.meaning);
    s["reached"] = m.reached;
    s["points"] = m.points;
    s["tried"] = m.tried;
    s["note"] = m.note;
    s["forms"] = Json::array();
    for (std::size_t k = 0; k < m.trials.size(); ++k) {
      const Trial& t = m.trials[k];
      Json f;
      f["form"] = print(arena, t.form);
      f["chosen"] = k == 0;
      f["cost"] = t.cost;
      f["worst"] = number(t.worst);
      f["worst_raw"] = number(t.worst_raw);
      f["at"] = Json::object();
      for (const auto& [variable, value] : t.worst_point) f["at"][print(arena, variable)] = value;
      s["forms"].push_back(std::move(f));
    }
    return s;
  };
  out["statements"] = Json::array();
  for (const Measured& m : report.statements) out["statements"].push_back(described(m));
  out["results"] = Json::array();
  for (const Measured& m : report.results) out["results"].push_back(described(m));
  return json_text(out);
}

}  // namespace gradus
