// SPDX-License-Identifier: GPL-2.0-or-later
// gradus rules list, gradus rules show.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/report/verdicts.h"
#include "gradus/rule/rewrite.h"
#include "report/json_text.h"

namespace gradus::cli {
namespace {

using Json = nlohmann::ordered_json;

Json rule_json(const Arena& arena, const Rule& rule) {
  Json out;
  out["name"] = rule.name;
  out["group"] = rule.group;
  out["from"] = print(arena, rule.from);
  out["to"] = print(arena, rule.to);
  out["if"] = printed(arena, rule.conditions);
  out["says"] = rule.says;
  out["cite"] = rule.cite;
  out["quiet"] = rule.quiet;
  out["enlarges"] = rule.enlarges;
  Json rejects = Json::array();
  for (const auto& point : rule.rejects) {
    Json one = Json::object();
    for (const auto& [name, value] : point) one[name] = rational_text(value);
    rejects.push_back(std::move(one));
  }
  out["reject"] = std::move(rejects);
  return out;
}

std::string condition_text(const Arena& arena, const Rule& rule) {
  return rule.conditions.empty() ? std::string()
                                 : fmt::format("   if {}", fmt::join(printed(arena, rule.conditions), ", "));
}

// Steps may bear names that are no pattern's: what the program does itself, and what a function's entry says.
[[noreturn]] void fail_without_rule(const Catalogue& catalogue, const std::string& name) {
  const std::vector<std::string>& builtin = builtin_rules();
  if (std::find(builtin.begin(), builtin.end(), name) != builtin.end()) {
    throw Error({}, fmt::format("`{}` is built into the program; no file holds it", name));
  }
  for (const std::string_view prefix : {"derivative-of-", "definition-of-"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string function = name.substr(prefix.size());
    if (catalogue.functions.has_name(function)) {
      throw Error({}, fmt::format("`{}` is part of the function `{}`", name, function),
                  "see gradus functions show " + function);
    }
  }
  std::vector<std::string> names;
  for (const Rule& r : catalogue.rules) names.push_back(r.name);
  const std::string hint = did_you_mean(name, names);
  throw Error({}, fmt::format("there is no rule `{}`", name), hint.empty() ? "see gradus rules list" : hint);
}

}  // namespace

int run_rules_list(const Options& options) {
  const Session session(options);
  const std::vector<Rule>& rules = session.catalogue.rules;
  if (options.format == Format::json) {
    Json list = Json::array();
    for (const Rule& rule : rules) list.push_back(rule_json(session.arena, rule));
    write_standard_output(json_text(Json{{"rules", std::move(list)}}));
    return well;
  }
  std::size_t width = 0;
  for (const Rule& rule : rules) width = std::max(width, rule.name.size());
  std::string out, group;
  for (const Rule& rule : rules) {
    if (rule.group != group) out += fmt::format("{}{}\n", out.empty() ? "" : "\n", rule.group);
    group = rule.group;
    out += fmt::format("  {:{}}   {} -> {}{}\n", rule.name, width, print(session.arena, rule.from),
                       print(session.arena, rule.to), condition_text(session.arena, rule));
  }
  out += fmt::format("\n{} rules\n", rules.size());
  write_standard_output(out);
  return well;
}

int run_rules_show(const Options& options) {
  const Session session(options);
  const Arena& arena = session.arena;
  const Rule* rule = session.catalogue.rule(options.name);
  if (rule == nullptr) fail_without_rule(session.catalogue, options.name);
  if (options.format == Format::json) {
    write_standard_output(json_text(rule_json(arena, *rule)));
    return well;
  }
  std::string out = fmt::format("rule {}   ({})\n", rule->name, rule->group);
  const auto line = [&](std::string_view field, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {:<8} {}\n", field, text);
  };
  line("from", print(arena, rule->from));
  line("to", print(arena, rule->to));
  line("if", fmt::format("{}", fmt::join(printed(arena, rule->conditions), ", ")));
  line("says", rule->says);
  line("cite", rule->cite);
  for (const auto& point : rule->rejects) {
    std::vector<std::string> values;
    for (const auto& [name, value] : point) values.push_back(fmt::format("{} = {}", name, rational_text(value)));
    line("reject", fmt::format("{}", fmt::join(values, ", ")));
  }
  if (rule->enlarges) line("note", "the right side may have a value where the left side has none");
  if (rule->quiet) line("note", "shown with --steps all only");
  if (rule->place.source) line("in", fmt::format("{}:{}", rule->place.source->name, rule->place.position().line));
  write_standard_output(out);
  return well;
}

}  // namespace gradus::cli
