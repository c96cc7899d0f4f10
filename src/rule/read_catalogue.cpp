// SPDX-License-Identifier: GPL-2.0-or-later
// Rule files -> the catalogue, in two passes: the signatures of all functions first, then everything else.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "gradus/rule/rewrite.h"
#include "gradus/rule/rule.h"
#include "rule/read_entries.h"

namespace gradus {
namespace {

using rules::Entry;
using rules::LaidOut;

constexpr std::uintmax_t max_file_size = 16U << 20;

const std::vector<std::string> entry_words = {"group", "rule", "function", "strategy", "cost"};

// `ln-exp` for `rules/ln-exp.rules`.
std::string stem(const std::string& name) { return std::filesystem::path(name).stem().string(); }

void no_fields(const Entry& entry) {
  if (!entry.fields.empty()) {
    throw Error(entry.fields.front().place, fmt::format("a {} has no fields", entry.word));
  }
}

void add_aliases(FunctionTable& table, const std::vector<std::pair<std::string, Place>>& aliases,
                 const std::string& name) {
  for (const auto& [alias, place] : aliases) {
    if (table.has_name(alias) || table.canonical(alias) != alias) {
      throw Error(place, fmt::format("the name `{}` is taken already", alias));
    }
    table.add_alias(alias, name);
  }
}

FunctionTable signatures(Arena& arena, const std::vector<LaidOut>& files) {
  FunctionTable table;
  for (const LaidOut& file : files) {
    for (const Entry& entry : file.entries) {
      if (entry.word == "function") table.add(rules::read_signature(arena, file, entry));
    }
  }
  for (const LaidOut& file : files) {
    for (const Entry& entry : file.entries) {
      if (entry.word != "function") continue;
      add_aliases(table, rules::read_aliases(file, entry), rules::read_signature(arena, file, entry).name);
    }
  }
  return table;
}

template <class Map>
void unique(const Map& map, const std::string& name, const LaidOut& file, const Entry& entry) {
  if (map.contains(name)) {
    throw Error(rules::first_word(file, entry.head).first,
                fmt::format("there are two {}s `{}`", entry.word == "strategy" ? "strategie" : entry.word, name));
  }
}

}  // namespace

const Rule* Catalogue::rule(const std::string& name) const {
  const auto it = rule_index.find(name);
  return it == rule_index.end() ? nullptr : &rules[it->second];
}

Catalogue load_catalogue(Arena& arena, const std::vector<SourcePtr>& files) {
  std::vector<LaidOut> texts;
  for (const SourcePtr& file : files) texts.push_back(rules::read_layout(file));
  const FunctionTable known = signatures(arena, texts);

  Catalogue catalogue;
  std::map<std::string, Place> group_places;
  for (const LaidOut& file : texts) {
    std::string group = stem(file.source->name);
    for (const Entry& entry : file.entries) {
      if (entry.word == "group") {
        no_fields(entry);
        group = rules::entry_name(file, entry);
        group_places.emplace(group, rules::first_word(file, entry.head).first);
      } else if (entry.word == "rule") {
        Rule rule = rules::read_rule(arena, known, file, entry, group);
        unique(catalogue.rule_index, rule.name, file, entry);
        const std::vector<std::string>& builtin = builtin_rules();
        if (std::find(builtin.begin(), builtin.end(), rule.name) != builtin.end()) {
          throw Error(rule.place, fmt::format("the name `{}` belongs to a rule of the program", rule.name));
        }
        catalogue.rule_index.emplace(rule.name, catalogue.rules.size());
        catalogue.groups[group].push_back(catalogue.rules.size());
        catalogue.rules.push_back(std::move(rule));
      } else if (entry.word == "function") {
        Function f = rules::read_function(arena, known, file, entry);
        const std::string name = f.name;
        catalogue.functions.add(std::move(f));
        add_aliases(catalogue.functions, rules::read_aliases(file, entry), name);
      } else if (entry.word == "strategy") {
        auto [name, strategy] = rules::read_strategy(file, entry);
        unique(catalogue.strategies, name, file, entry);
        catalogue.strategies.emplace(name, std::move(strategy));
      } else if (entry.word == "cost") {
        auto [name, weights] = rules::read_cost(file, entry, known);
        unique(catalogue.costs, name, file, entry);
        catalogue.costs.emplace(name, std::move(weights));
      } else {
        throw Error(entry.word.empty() ? entry.head : entry.place,
                    fmt::format("an entry is expected at the left margin: {}, not `{}`", fmt::join(entry_words, ", "),
                                entry.word),
                    did_you_mean(entry.word, entry_words));
      }
    }
  }
  rules::lint_definitions(arena, catalogue.functions);
  rules::lint_catalogue(arena, catalogue, group_places);
  return catalogue;
}

std::vector<SourcePtr> rules_from_directory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code code;
  std::vector<std::string> names;
  fs::directory_iterator it(directory, code);
  if (code) throw Error({}, fmt::format("the directory `{}` cannot be read: {}", directory, code.message()));
  for (; it != fs::directory_iterator(); it.increment(code)) {
    if (it->path().extension() == ".rules" && it->is_regular_file(code))
      names.push_back(it->path().filename().string());
    if (code) break;
  }
  if (code) throw Error({}, fmt::format("the directory `{}` cannot be read: {}", directory, code.message()));
  if (names.empty()) throw Error({}, fmt::format("the directory `{}` has no `*.rules` files", directory));
  std::sort(names.begin(), names.end());
  std::vector<SourcePtr> files;
  for (const std::string& name : names) {
    const std::string path = (fs::path(directory) / name).string();
    std::ifstream in(path, std::ios::binary);
    const std::uintmax_t size = fs::file_size(path, code);
    if (!in || code) throw Error({}, fmt::format("the file `{}` cannot be read", path));
    if (size > max_file_size)
      throw Error({}, fmt::format("the file `{}` is larger than {} bytes", path, max_file_size));
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (in.bad()) throw Error({}, fmt::format("the file `{}` cannot be read", path));
    files.push_back(std::make_shared<const Source>(Source{path, std::move(text)}));
  }
  return files;
}

}  // namespace gradus
