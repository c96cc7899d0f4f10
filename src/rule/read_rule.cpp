// SPDX-License-Identifier: GPL-2.0-or-later
// `rule` entries: both sides, the types of the variables, the conditions, the points to reject.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "rule/read_entries.h"

namespace gradus::rules {
namespace {

const std::vector<std::string> rule_fields = {"from", "to",     "if",       "where", "says",
                                              "cite", "reject", "enlarges", "quiet"};
const std::vector<std::string> repeatable_fields = {"reject"};
const std::vector<std::pair<std::string, VarType>> type_names = {{"any", VarType::any},
                                                                 {"number", VarType::number},
                                                                 {"integer", VarType::integer},
                                                                 {"name", VarType::name},
                                                                 {"function", VarType::function}};
const std::vector<std::string> condition_calls = {"free", "integer", "number"};

// `f` for a call of f, f' or f'': the function variable itself.
std::string without_primes(const std::string& name) { return name.substr(0, name.find('\'')); }

class RuleReader {
 public:
  RuleReader(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Entry& entry)
      : arena_(arena), functions_(functions), file_(file), entry_(entry) {}

  Rule read(std::string group) {
    rule_.name = entry_name(file_, entry_);
    rule_.group = std::move(group);
    rule_.place = first_word(file_, entry_.head).first;
    check_fields(entry_, rule_fields, repeatable_fields);
    for (const char* word : {"enlarges", "quiet"}) {
      const Field* flag = find_field(entry_, word);
      if (flag != nullptr && flag->text.begin != flag->text.end) {
        throw Error(flag->text, fmt::format("`{}` is a flag, no text follows it", word));
      }
    }
    rule_.enlarges = find_field(entry_, "enlarges") != nullptr;
    rule_.quiet = find_field(entry_, "quiet") != nullptr;
    const Field& from = side("from");
    const Field& to = side("to");
    rule_.from = parse_part(arena_, functions_, file_, from.text, true);
    rule_.to = parse_part(arena_, functions_, file_, to.text, true);
    types();
    variables_of(from);
    for (const auto& [name, type] : declared_) {
      if (!rule_.variables.contains(name)) {
        throw Error(declared_places_[name], fmt::format("`{}` does not occur in `from`", name), suggest(name));
      }
    }
    bound(rule_.to, to, "to");
    if (rule_.from == rule_.to) throw Error(to.text, "`to` is the same as `from`");
    conditions();
    rule_.says = quoted(file_, need_field(entry_, "says", rule_.name));
    if (const Field* cite = find_field(entry_, "cite")) rule_.cite = plain_value(file_, *cite);
    rejects();
    return std::move(rule_);
  }

 private:
  const Field& side(const char* word) {
    const Field& field = need_field(entry_, word, rule_.name);
    if (field.text.begin == field.text.end) throw Error(field.place, fmt::format("`{}` needs an expression", word));
    return field;
  }

  std::string suggest(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& [variable, type] : rule_.variables) names.push_back(variable);
    return did_you_mean(name, names);
  }

  void types() {
    const Field* where = find_field(entry_, "where");
    if (where == nullptr) return;
    for (const Place& part : split(file_, where->text, ',')) {
      const auto [name_place, rest] = first_word(file_, part);
      const std::string name(plain_text(file_, name_place));
      const std::string_view colon = plain_text(file_, rest);
      if (name.empty() || colon.empty() || colon.front() != ':') {
        throw Error(part.begin == part.end ? where->place : part, "`NAME: TYPE` is expected here");
      }
      const auto [type_place, more] = first_word(file_, {file_.source, rest.begin + 1, rest.end});
      const std::string type(plain_text(file_, type_place));
      if (more.begin != more.end) throw Error(more, "a comma is expected after the type");
      const auto known =
          std::find_if(type_names.begin(), type_names.end(), [&](const auto& t) { return t.first == type; });
      if (known == type_names.end()) {
        std::vector<std::string> names;
        for (const auto& t : type_names) names.push_back(t.first);
        throw Error(type_place.begin == type_place.end ? part : type_place, fmt::format("there is no type `{}`", type),
                    did_you_mean(type, names));
      }
      if (!declared_.emplace(name, known->second).second)
        throw Error(part, fmt::format("`{}` has a type already", name));
      declared_places_[name] = name_place;
    }
  }

  void add_variable(const std::string& name, VarType type, const Field& field) {
    const auto [it, fresh] = rule_.variables.emplace(name, type);
    if (!fresh && it->second != type) {
      throw Error(field.text, fmt::format("`{}` is used for things of two kinds", name));
    }
  }

  void variables_of(const Field& from) {
    for (const Expr e : reachable(arena_, rule_.from)) {
      switch (arena_.op(e)) {
        case Op::Symbol: {
          const std::string& name = arena_.name(e);
          if (name == "_") break;
          const auto it = declared_.find(name);
          if (it != declared_.end() && it->second == VarType::function) {
            throw Error(declared_places_[name], fmt::format("`{}` is not used as a function in `from`", name));
          }
          add_variable(name, it == declared_.end() ? VarType::any : it->second, from);
          break;
        }
        case Op::Rest:
          if (declared_.contains(arena_.name(e))) {
            throw Error(declared_places_[arena_.name(e)],
                        fmt::format("`{}...` has no type of its own", arena_.name(e)));
          }
          add_variable(arena_.name(e), VarType::rest, from);
          break;
        case Op::Call:
          function_variable(e, from);
          break;
        default:
          break;
      }
    }
  }

  // A function that the table does not know stands for any function; but a long name is more likely a slip.
  void function_variable(Expr call, const Field& field) {
    const std::string name = without_primes(arena_.name(call));
    if (functions_.has_name(name)) {
      if (functions_.find(name, arena_.count(call)) == nullptr) {
        throw Error(field.text, fmt::format("`{}` does not take {} argument{}", name, arena_.count(call),
                                            arena_.count(call) == 1 ? "" : "s"));
      }
      return;
    }
    const auto it = declared_.find(name);
    if (it != declared_.end() && it->second != VarType::function) {
      throw Error(declared_places_[name], fmt::format("`{}` is used as a function in `from`", name));
    }
    if (it == declared_.end() && name.size() > 1) {
      throw Error(field.text,
                  fmt::format("there is no function `{}`; a variable for functions is declared by `where {}: function`",
                              name, name),
                  did_you_mean(name, functions_.names()));
    }
    add_variable(name, VarType::function, field);
  }

  // Every name of `e` must be a variable of `from`.
  void bound(Expr e, const Field& field, const char* side) {
    for (const Expr part : reachable(arena_, e)) {
      const Op op = arena_.op(part);
      if (op != Op::Symbol && op != Op::Rest && op != Op::Call) continue;
      const std::string name = op == Op::Call ? without_primes(arena_.name(part)) : arena_.name(part);
      if (op == Op::Symbol && name == "_") continue;
      if (op == Op::Call && functions_.has_name(name)) {
        function_variable(part, field);  // the number of arguments
        continue;
      }
      const auto it = rule_.variables.find(name);
      if (it == rule_.variables.end()) {
        std::string hint = suggest(name);
        if (op == Op::Call && hint.empty()) hint = did_you_mean(name, functions_.names());
        throw Error(field.text, fmt::format("`{}` in `{}` does not occur in `from`", name, side), std::move(hint));
      }
      const bool same = op == Op::Rest   ? it->second == VarType::rest
                        : op == Op::Call ? it->second == VarType::function
                                         : it->second != VarType::rest && it->second != VarType::function;
      if (!same) throw Error(field.text, fmt::format("`{}` is not used in `{}` as it is in `from`", name, side));
    }
  }

  // The three calls that are conditions; any other call of an unknown function was refused as unbound.
  void condition(Expr c, const Field& field) {
    const Op op = arena_.op(c);
    if (op == Op::Not || op == Op::And || op == Op::Or) {
      for (const Expr part : arena_.children_copy(c)) condition(part, field);
      return;
    }
    if (op == Op::Call) {
      const std::string name = arena_.name(c);
      if (std::find(condition_calls.begin(), condition_calls.end(), name) == condition_calls.end()) {
        throw Error(field.text, fmt::format("there is no condition `{}`", name), did_you_mean(name, condition_calls));
      }
      if (arena_.count(c) != 1) throw Error(field.text, fmt::format("the condition `{}` takes one argument", name));
      bound(arena_.child(c, 0), field, "if");
      return;
    }
    if (!is_condition(op)) throw Error(field.text, "`not`, `and` and `or` join conditions, and this is not one");
    for (const Expr part : arena_.children_copy(c)) bound(part, field, "if");
  }

  void conditions() {
    const Field* field = find_field(entry_, "if");
    if (field == nullptr) return;
    rule_.conditions = parse_conditions(arena_, functions_, file_, *field, true);
    for (const Expr c : rule_.conditions) condition(c, *field);
  }

  void rejects() {
    const bool typed = std::any_of(rule_.variables.begin(), rule_.variables.end(), [](const auto& v) {
      return v.second == VarType::number || v.second == VarType::integer;
    });
    for (const Field& field : entry_.fields) {
      if (field.word != "reject") continue;
      if (rule_.conditions.empty() && !typed)
        throw Error(field.place, "nothing can be rejected: the rule has no condition");
      std::map<std::string, Rational> point;
      for (const Place& part : split(file_, field.text, ',')) {
        const auto [name_place, rest] = first_word(file_, part);
        const std::string name(plain_text(file_, name_place));
        const std::string_view equals = plain_text(file_, rest);
        if (name.empty() || equals.empty() || equals.front() != '=') {
          throw Error(part.begin == part.end ? field.place : part, "`NAME = NUMBER` is expected here");
        }
        const auto variable = rule_.variables.find(name);
        if (variable == rule_.variables.end()) {
          throw Error(name_place, fmt::format("the rule has no variable `{}`", name), suggest(name));
        }
        if (variable->second == VarType::function) throw Error(name_place, fmt::format("`{}` is a function", name));
        const Place number = split(file_, {file_.source, rest.begin + 1, rest.end}, ';').front();
        const Expr value = parse_part(arena_, functions_, file_, number, false);
        if (!arena_.is_number(value)) throw Error(number, "a number is expected here");
        if (!point.emplace(name, arena_.value(value)).second) {
          throw Error(name_place, fmt::format("`{}` has two values", name));
        }
      }
      for (const auto& [name, type] : rule_.variables) {
        if (type == VarType::rest || type == VarType::function || point.contains(name)) continue;
        throw Error(field.place, fmt::format("the point gives no value to `{}`", name));
      }
      rule_.rejects.push_back(std::move(point));
    }
  }

  Arena& arena_;
  const FunctionTable& functions_;
  const LaidOut& file_;
  const Entry& entry_;
  Rule rule_;
  std::map<std::string, VarType> declared_;
  std::map<std::string, Place> declared_places_;
};

}  // namespace

Rule read_rule(Arena& arena, const FunctionTable& functions, const LaidOut& file, const Entry& entry,
               std::string group) {
  return RuleReader(arena, functions, file, entry).read(std::move(group));
}

}  // namespace gradus::rules
