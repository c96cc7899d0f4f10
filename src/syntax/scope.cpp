// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/scope.h"

#include <fmt/format.h>

#include <algorithm>

#include "syntax/lexer.h"

namespace gradus::syntax {
namespace {

// The line on which `name` is introduced after `from`, in the same model: a definition, an input, a parameter, a
// function. 0 if there is none. Only looked for when an error is certain.
std::size_t introduced_later(std::string_view text, std::size_t from, std::string_view name) {
  const auto skip_blanks = [&](std::size_t at) {
    const std::size_t found = text.find_first_not_of(" \t", at);
    return found == std::string_view::npos ? text.size() : found;
  };
  std::size_t at = text.find('\n', from);
  while (at != std::string_view::npos && at < text.size()) {
    const std::size_t line = skip_blanks(at + 1);
    const std::size_t line_end = std::min(text.find('\n', line), text.size());
    const std::size_t word_end = identifier_end(text, line);
    const std::string_view word = text.substr(line, word_end - line);
    const auto here = [&] { return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, line), '\n')); };
    if (word == "model") return 0;
    if (word == name) {
      const std::size_t next = skip_blanks(word_end);
      if (next < line_end && (text[next] == '=' || text[next] == '(')) return here();
    } else if (word == "input" || word == "param" || word == "function" || word == "dim") {
      for (std::size_t k = word_end; k < line_end && text[k] != '#';) {
        const std::size_t end = identifier_end(text, k);
        if (end > k && text.substr(k, end - k) == name) return here();
        k = std::max(end, k + 1);
      }
    }
    at = text.find('\n', std::max(line, at + 1));
  }
  return 0;
}

}  // namespace

std::string_view describe(NameKind kind) {
  switch (kind) {
    case NameKind::input:
      return "an input";
    case NameKind::param:
      return "a parameter";
    case NameKind::definition:
      return "a definition";
    case NameKind::function:
      return "a function";
    case NameKind::dimension:
      return "a dimension";
    default:
      return "unknown";
  }
}

Shape ModelScope::shape(std::string_view name) const {
  const auto at = model_.shapes.find(std::string(name));
  return at == model_.shapes.end() ? Shape{} : at->second;
}

NameKind ModelScope::kind(std::string_view name) const {
  const std::string key(name);
  if (model_.definition(key) != nullptr) return NameKind::definition;
  if (model_.layers && model_.layers->names.contains(key)) {
    switch (model_.layers->names.at(key).kind) {
      case Layers::Kind::dimension:
        return NameKind::dimension;
      case Layers::Kind::definition:
        return NameKind::definition;
      default:
        return NameKind::input;
    }
  }
  if (!model_.introduced.contains(key)) return NameKind::unknown;
  const auto same = [&](Expr d) { return arena_.name(d) == name; };
  if (std::ranges::any_of(model_.dims, same)) return NameKind::dimension;
  return model_.function(key) != nullptr ? NameKind::function : NameKind::input;
}

std::optional<std::size_t> ModelScope::arity(std::string_view function) const {
  const std::string key(function);
  const ModelFunction* f = model_.introduced.contains(key) ? model_.function(key) : nullptr;
  return f == nullptr ? std::nullopt : std::optional(f->parameters.size());
}

std::vector<std::string> ModelScope::candidates(bool functions) const {
  std::vector<std::string> out;
  for (const auto& [name, place] : model_.introduced) {
    if (out.size() == max_candidates) break;
    if ((model_.function(name) != nullptr) == functions) out.push_back(name);
  }
  return out;
}

void GrowingScope::add(const std::string& name, Entry entry) {
  order_.push_back(name);
  entries_.insert_or_assign(name, std::move(entry));
}

void GrowingScope::remove(const std::string& name, const std::string& model) {
  entries_.erase(name);
  removed_.insert_or_assign(name, model);
}

const GrowingScope::Entry* GrowingScope::find(std::string_view name) const {
  const auto it = entries_.find(std::string(name));
  return it == entries_.end() ? nullptr : &it->second;
}

void GrowingScope::defining(std::string name, std::size_t begin) {
  defining_ = std::move(name);
  line_begin_ = begin;
}

Shape GrowingScope::shape(std::string_view name) const {
  const Entry* e = find(name);
  return e == nullptr ? Shape{} : e->shape;
}

NameKind GrowingScope::kind(std::string_view name) const {
  const Entry* e = find(name);
  return e == nullptr ? NameKind::unknown : e->kind;
}

std::optional<std::size_t> GrowingScope::arity(std::string_view function) const {
  const Entry* e = find(function);
  return e != nullptr && e->kind == NameKind::function ? std::optional(e->arity) : std::nullopt;
}

std::vector<std::string> GrowingScope::candidates(bool functions) const {
  std::vector<std::string> out;
  for (std::size_t k = order_.size(); k-- > 0 && out.size() < max_candidates;) {
    const Entry* e = find(order_[k]);
    if (e != nullptr && (e->kind == NameKind::function) == functions) out.push_back(order_[k]);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Scope::Why GrowingScope::why_unknown(std::string_view name) const {
  if (name == defining_) return {fmt::format("`{}` is used in its own definition", name), {}};
  if (const std::size_t line = introduced_later(source_->text, line_begin_, name); line != 0) {
    return {fmt::format("`{}` is used before line {}, which introduces it", name, line),
            "definitions come before their use"};
  }
  if (const auto it = removed_.find(std::string(name)); it != removed_.end()) {
    return {it->second.empty() ? fmt::format("`{}` stands before `model` and belongs to the model without a name", name)
                               : fmt::format("`{}` belongs to the model `{}`", name, it->second),
            "models share inputs, parameters, and the functions and assumptions at the top of the file"};
  }
  return {};
}

NameKind BodyScope::kind(std::string_view name) const {
  if (std::find(parameters_.begin(), parameters_.end(), name) != parameters_.end()) return NameKind::input;
  return outside_.kind(name) == NameKind::function ? NameKind::function : NameKind::unknown;
}

std::optional<std::size_t> BodyScope::arity(std::string_view function) const { return outside_.arity(function); }

std::vector<std::string> BodyScope::candidates(bool functions) const {
  return functions ? outside_.candidates(true) : parameters_;
}

Scope::Why BodyScope::why_unknown(std::string_view name) const {
  if (name == function_) return {fmt::format("`{}` is used in its own definition", name), {}};
  if (!outside_.is_value(name)) return {};
  std::vector<std::string> more = parameters_;
  more.emplace_back(name);
  return {fmt::format("`{}` is not a parameter of `{}`: a function uses only its own parameters", name, function_),
          fmt::format("give it as an argument: `{}({}) = ...`", function_, fmt::join(more, ", "))};
}

}  // namespace gradus::syntax
