// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "emit/special.h"

namespace gradus::emit {
namespace {

// A C++ template of the table, cut at its placeholders.
CallForm cut(const Arena& arena, const Function& f, Real real) {
  CallForm form;
  const std::string& text = f.cpp;
  std::string before;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text[at] == '{' ? text.find('}', at) : std::string::npos;
    if (close == std::string::npos) {
      before += text[at++];
      continue;
    }
    const std::string word = text.substr(at + 1, close - at - 1);
    at = close + 1;
    if (word == "real") {
      before += type_name(real);
      continue;
    }
    const auto it =
        std::find_if(f.parameters.begin(), f.parameters.end(), [&](Expr p) { return arena.name(p) == word; });
    if (it == f.parameters.end()) {
      throw Error(f.place,
                  fmt::format("cannot generate code: the C++ form of `{}` has no argument `{}`", f.name, word));
    }
    const std::size_t left = before.find_last_not_of(' '), right = text.find_first_not_of(' ', at);
    const bool opened = left != std::string::npos && (before[left] == '(' || before[left] == ',');
    const bool closed = right != std::string::npos && (text[right] == ')' || text[right] == ',');
    form.pieces.push_back({std::move(before), static_cast<std::size_t>(it - f.parameters.begin()), opened && closed});
    before.clear();
  }
  form.end = std::move(before);
  return form;
}

// The index behind the parenthesis that closes the one at `open`.
std::size_t behind(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t k = open; k < text.size(); ++k) {
    if (text[k] == '(') ++depth;
    if (text[k] == ')' && --depth == 0) return k + 1;
  }
  return std::string_view::npos;
}

// One call, `std::name<double>(...)`, of a fixed number of arguments, each used once.
bool is_plain_call(const Function& f, const CallForm& form) {
  const std::string& text = f.cpp;
  const std::size_t open = text.find('(');
  if (open == 0 || open == std::string::npos || behind(text, open) != text.size()) return false;
  if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(open), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view("_:<>{}").find(c) != std::string_view::npos;
      })) {
    return false;
  }
  std::vector<std::size_t> uses(f.parameters.size());
  for (const Piece& p : form.pieces) {
    if (!p.enclosed) return false;
    ++uses[p.parameter];
  }
  return std::all_of(uses.begin(), uses.end(), [](std::size_t n) { return n == 1; });
}

CallForm call_of(const std::string& name, std::size_t arguments) {
  CallForm form;
  for (std::size_t k = 0; k < arguments; ++k) form.pieces.push_back({k == 0 ? name + "(" : ", ", k, true});
  form.end = ")";
  return form;
}

}  // namespace

Functions::Functions(Engine& engine, const Model& model, const Lowering& lowering, Real real)
    : arena_(engine.arena),
      functions_(engine.catalogue.functions),
      lowering_(lowering),
      real_(real),
      above_(lowering.detail().size()) {
  for (const std::string& name : special_names()) scope_.claim(name);
  for (const ModelFunction& f : model.functions) model_names_.emplace(f.name, scope_.claim(to_identifier(f.name)));
  for (const Function& f : functions_.all()) {
    if (!table_names_.contains(f.name)) table_names_.emplace(f.name, scope_.claim(to_identifier(f.name)));
  }
}

const CallForm& Functions::form(Expr call) {
  const std::string& name = arena_.name(call);
  const Key key{name, arena_.count(call)};
  const auto known = forms_.find(key);
  if (known != forms_.end()) return known->second;
  if (name.starts_with("std::")) return forms_[key] = call_of(name, key.second);
  if (const DetailFunction* f = lowering_.body(call)) {
    needed_.insert(static_cast<std::size_t>(f - lowering_.detail().data()));
    return forms_[key] = call_of("detail::" + this->name(*f), key.second);
  }
  // The lowering has refused everything else.
  const Function& f = *functions_.find(functions_.canonical(name), key.second);
  CallForm form = cut(arena_, f, real_);
  const std::string primitive = lowering_.primitive(call);
  if (primitive.starts_with("detail::")) special_.insert(primitive.substr(8));
  if (!is_plain_call(f, form)) {
    detail_.insert({f.name, key.second});
    form = call_of("detail::" + table_names_.at(f.name), key.second);
  }
  return forms_[key] = std::move(form);
}

const DetailFunction* Functions::next_needed() {
  // A function calls only those before it, so that nothing is added above the one that was returned last.
  auto it = needed_.lower_bound(above_);
  if (it == needed_.begin()) return nullptr;
  above_ = *--it;
  return &lowering_.detail()[above_];
}

std::vector<std::string> Functions::definitions() const {
  std::vector<std::string> out;
  for (const std::string& name : special_) {
    out.push_back(special_definition(name));
    if (out.back().empty())
      throw Error({}, fmt::format("cannot generate code: there is no function `detail::{}`", name));
  }
  for (const Function& f : functions_.all()) {
    if (!detail_.contains({f.name, f.parameters.size()})) continue;
    const CallForm form = cut(arena_, f, real_);
    NameScope scope;
    std::vector<std::string> parameters;
    for (const Expr p : f.parameters) parameters.push_back(scope.claim(to_identifier(arena_.name(p))));
    std::string body, head;
    for (const Piece& p : form.pieces) body += p.before + parameters[p.parameter];
    body += form.end;
    if (body.front() == '(' && behind(body, 0) == body.size()) body = body.substr(1, body.size() - 2);
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const bool used =
          std::any_of(form.pieces.begin(), form.pieces.end(), [&](const Piece& p) { return p.parameter == k; });
      head +=
          fmt::format("{}{}{} {}", k > 0 ? ", " : "", used ? "" : "[[maybe_unused]] ", type_name(real_), parameters[k]);
    }
    const std::string& name = table_names_.at(f.name);
    const std::string start = fmt::format("inline {} {}({}) {{", type_name(real_), name, head);
    out.push_back(fmt::format("{} return {}; }}\n", start, body));
    if (out.back().size() > 110) out.back() = fmt::format("{}\n  return {};\n}}\n", start, body);
  }
  return out;
}

}  // namespace gradus::emit
