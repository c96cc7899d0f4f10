// SPDX-License-Identifier: GPL-2.0-or-later
/// Entries of rule files -> rules, functions, strategies, costs. All throw Error with the place in the file.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/rule/rule.h"
#include "rule/read_layout.h"

namespace gradus::rules {

/// The name after `rule`, `group`, ...; error if there is none or something follows it.
std::string entry_name(const LaidOut& file, const Entry& entry);

/// Error if the entry has a field that is not among `known`, or one of them twice that is not in `repeatable`.
void check_fields(const Entry& entry, std::span<const std::string> known, std::span<const std::string> repeatable);
/// The field with this word, or null.
const Field* find_field(const Entry& entry, std::string_view word);
/// The same; error at the entry if it is missing.
const Field& need_field(const Entry& entry, std::string_view word, std::string_view name);

/// Parses the text of a place; errors name the file as it was written.
Expr parse_part(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Place& text, bool pattern);
/// The conditions in `text`, separated by commas; a chain `0 < x < 1` gives two.
std::vector<Expr> parse_conditions(Arena& arena, const FunctionTable& functions, const LaidOut& file,
                                   const Field& field, bool pattern);

Rule read_rule(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Entry& entry,
               std::string group);

/// Name, parameters and place of a `function` entry: what the parser must know before it can read any body.
Function read_signature(Arena& arena, const LaidOut& file, const Entry& entry);
/// The names of its `alias` fields, with their places.
std::vector<std::pair<std::string, Place>> read_aliases(const LaidOut& file, const Entry& entry);
/// The whole function; `functions` knows all signatures.
Function read_function(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Entry& entry);

/// `strategy NAME = ...`
std::pair<std::string, Strategy> read_strategy(const LaidOut& file, const Entry& entry);
/// `cost NAME` and its weights, `KEY WEIGHT` separated by commas or lines.
std::pair<std::string, std::map<std::string, long>> read_cost(const LaidOut& file, const Entry& entry,
                                                              const FunctionTable& functions);

/// What only shows when all files have been read: names that do not exist, rules that nothing uses, twins, cycles.
void lint_catalogue(const Arena& arena, const Catalogue& catalogue, const std::map<std::string, Place>& group_places);
/// A definition or a computed form that leads back to itself.
void lint_definitions(const Arena& arena, const FunctionTable& functions);

}  // namespace gradus::rules
