// SPDX-License-Identifier: GPL-2.0-or-later
#include "syntax/model_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "syntax/characters.h"

namespace gradus::syntax {

namespace {

// Whether all models of a file have such names in common.
bool is_shared(NameKind kind) { return kind == NameKind::input || kind == NameKind::param; }

}  // namespace

ModelParser::ModelParser(Arena& arena, const FunctionTable& functions, const SourcePtr& source,
                         const ModelOptions& options)
    : arena_(arena),
      functions_(functions),
      lexer_(source, 0, source->text.size(), true),
      scope_(source),
      p_(arena, functions, lexer_, false),
      options_(options) {
  file_.source = source;
  p_.set_scope(&scope_);
  p_.set_shapes(&shapes_.emplace(arena_, model_.shapes));
  p_.set_sizes(&model_.sizes);
  p_.set_layers(&layers_);
}

ModelFile ModelParser::run() {
  try {
    while (true) {
      while (p_.at(Tok::Newline)) p_.advance();
      if (p_.at(Tok::End)) break;
      statement();
      for (const Token& i : p_.take_index_names())
        indices_.try_emplace(std::string(p_.text(i)), p_.place(i.begin, i.end));
      if (!p_.at(Tok::Newline) && !p_.at(Tok::End)) p_.fail_behind("an operator or the end of the line");
    }
  } catch (const LimitError& limit) {
    p_.fail(p_.previous().begin, p_.previous().end, limit.what());
  }
  finish_layers();
  file_.models.push_back(std::move(model_));
  return std::move(file_);
}

void ModelParser::statement() {
  const Token first = p_.token();
  if (p_.at(Tok::Assign)) p_.fail_here("a line that begins with `=` continues the one before, and there is none");
  if (!p_.at(Tok::Name)) {
    if ((p_.at(Tok::Minus) || p_.at(Tok::Plus)) && p_.previous().end > 0) fail_line_goes_on(first.begin);
    if (p_.at(Tok::Number) || p_.at(Tok::LParen) || p_.at(Tok::Minus) || p_.at(Tok::Plus))
      fail_expression_alone(first.begin);
    if (p_.at(Tok::Star) || p_.at(Tok::Slash) || p_.at(Tok::Caret)) fail_line_goes_on(first.begin);
    p_.fail_here(fmt::format("a line begins with a word or a name, not {}", p_.shown()));
  }
  const std::string_view word = p_.text(first);
  if (!is_reserved(word)) return word_statement();
  if (word == "and" || word == "or" || word == "not" || word == "in" || word == "where")
    fail_expression_alone(first.begin);
  p_.advance();
  if (p_.at(Tok::Assign))
    p_.fail(first.begin, first.end, fmt::format("`{}` is a word of the notation and cannot be a name", word));
  if (word == "input") return declare(NameKind::input);
  if (word == "param") return declare(NameKind::param);
  if (word == "function") return declare_functions();
  if (word == "dim") return declare_dimensions();
  if (word == "convention") return convention();
  if (word == "model") return start_model();
  if (word == "assume") return assume();
  if (!options_.claims) {
    preamble_ = false;
    while (!p_.at(Tok::Newline) && !p_.at(Tok::End)) p_.advance();
    return;
  }
  claim();
}

void ModelParser::word_statement() {
  const Token name = p_.token();
  const std::string_view word = p_.text(name);
  p_.advance();
  if (p_.at(Tok::Assign)) return define(name);
  if (p_.at(Tok::LParen)) return define_function(name);
  if (at_layer_brackets("0") || (layers_.any() && at_layer_brackets(layers_.index()))) return define_layer(name);
  if (p_.at(Tok::LBracket)) return define_entries(name);
  if (word == "layer" && p_.at(Tok::Name)) return declare_layers();
  if (p_.at(Tok::Eq)) p_.fail_here("a definition is written with one `=`");
  if (p_.at(Tok::Name) || p_.at(Tok::Number)) {
    const std::string near = did_you_mean(word, statement_words());
    p_.fail(name.begin, name.end, fmt::format("unknown word `{}` at the beginning of a line", word),
            near.empty() ? "a definition is written `name = ...`" : near);
  }
  if (p_.at(Tok::Newline) || p_.at(Tok::End)) {
    const std::string near = did_you_mean(word, statement_words());
    p_.fail(name.begin, name.end, "a name alone is no statement",
            near.empty() ? "a definition is written `name = ...`" : near);
  }
  fail_expression_alone(name.begin);
}

void ModelParser::fail_line_goes_on(std::size_t begin) const {
  p_.fail(begin, begin + 1, fmt::format("a line does not begin with {}", p_.shown()),
          "a formula goes on behind a line break inside parentheses, or if the next line begins with `=`");
}

void ModelParser::fail_expression_alone(std::size_t begin) const {
  const std::string_view rest = lexer_.text().substr(begin);
  const std::string_view line = rest.substr(0, rest.find_first_of("\n#"));
  const std::size_t end = begin + line.find_last_not_of(" \t\r") + 1;
  const bool equation = line.find('=') != std::string_view::npos;
  const bool comparison =
      line.find_first_of("<>") != std::string_view::npos || line.find("==") != std::string_view::npos;
  p_.fail(begin, end,
          comparison ? "a condition alone is no statement"
          : equation ? "only a name or a function can be defined"
                     : "an expression alone is no statement",
          comparison ? "to state it as a fact, write `assume ...`"
          : equation ? "an equation to be checked begins with `claim`"
                     : "give it a name: `name = ...`");
}

void ModelParser::fail_delta(const Token& name) const {
  p_.fail(name.begin, name.end, "`delta(i, j)` is Kronecker's delta and cannot be defined", "choose another name");
}

Token ModelParser::expect_name(std::string_view expected) {
  const Token t = p_.token();
  if (!p_.at(Tok::Name)) p_.fail_here(fmt::format("{} is expected here, not {}", expected, p_.shown()));
  p_.advance();
  return t;
}

void ModelParser::check_new(const Token& t, NameKind kind) const {
  const std::string_view word = p_.text(t);
  if (is_reserved(word))
    p_.fail(t.begin, t.end, fmt::format("`{}` is a word of the notation and cannot be a name", word));
  if (word.back() == '\'') {
    p_.fail(t.begin, t.end, "a prime marks the derivative of a function and is no part of a name",
            fmt::format("write `{}`", word.substr(0, word.find('\''))));
  }
  if (word == "e" || word == "pi") {
    p_.fail(t.begin, t.end,
            fmt::format("`{}` is reserved for the constant {}", word, word == "e" ? "2.718..." : "3.141..."),
            "choose another name");
  }
  if (word == "_") p_.fail(t.begin, t.end, "`_` alone is not a name");
  if (kind == NameKind::function) {
    if (word == "d" || word == "diff")
      p_.fail(t.begin, t.end, fmt::format("`{}(...)` is the derivative and cannot be defined", word));
    if (functions_.has_name(functions_.canonical(word))) {
      p_.fail(t.begin, t.end, fmt::format("the function `{}` is built in and cannot be defined again", word),
              "choose another name");
    }
  }
  if (arena_.has_symbol(word) && adjoints_.contains(arena_.symbol(word)))
    p_.fail(t.begin, t.end, fmt::format("by the convention `{}` is a derivative", word), "choose another name");
  if (layers_.any() && word == layers_.index())
    p_.fail(t.begin, t.end,
            fmt::format("`{}` counts the layers since line {}", word, layers_.all().place.position().line),
            "choose another name");
  // Bound names are no names of the model: what is computed from what is read off the names in a definition.
  if (const auto index = indices_.find(std::string(word)); index != indices_.end()) {
    p_.fail(t.begin, t.end, fmt::format("`{}` is an index in line {}", word, index->second.position().line),
            "choose another name for one of them");
  }
  if (const GrowingScope::Entry* old = scope_.find(word)) {
    p_.fail(
        t.begin, t.end,
        fmt::format("`{}` is already {}, introduced in line {}", word, describe(old->kind), old->place.position().line),
        !model_.name.empty() && is_shared(kind) && is_shared(old->kind)
            ? "the models of a file have their inputs and parameters in common"
            : "");
  }
}

void ModelParser::introduce(const Token& t, NameKind kind, std::size_t arity, bool shared, const Shape& shape) {
  const std::string name(p_.text(t));
  const Place place = p_.place(t.begin, t.end);
  scope_.add(name, {kind, place, arity, shape});
  model_.introduced.emplace(name, place);
  if (shared) {
    shared_.introduced.emplace(name, place);
  } else {
    local_.push_back(name);
  }
}

void ModelParser::declare(NameKind kind) {
  const bool input = kind == NameKind::input;
  while (true) {
    const Token t = expect_name(input ? "the name of an input" : "the name of a parameter");
    check_new(t, kind);
    const bool layered = layers_.any() && at_layer_brackets(layers_.index());
    if (layered) {
      skip_layer_brackets();
      p_.set_layer_use(ExpressionParser::LayerUse::body);
    }
    Shape shape;
    if (p_.at(Tok::LBracket)) shape = declared_shape();
    p_.set_layer_use(ExpressionParser::LayerUse::outside);
    if (layered) {
      introduce_layered(t, kind, 1, shape);
    } else {
      introduce(t, kind, 0, true, shape);
      const Expr s = arena_.symbol(p_.text(t));
      if (!shape.empty()) {
        model_.shapes[arena_.name(s)] = shape;
        shared_.shapes[arena_.name(s)] = shape;
      }
      (input ? model_.inputs : model_.params).push_back(s);
      (input ? shared_.inputs : shared_.params).push_back(s);
    }
    if (p_.at(Tok::Assign)) {
      p_.fail_here(fmt::format("{} has no value in a model", describe(kind)),
                   fmt::format("to fix a value, write `{} = ...` alone", p_.text(t)));
    }
    if (p_.at(Tok::LParen))
      p_.fail_here(fmt::format("{} has no arguments", describe(kind)), "a function is declared with `function`");
    const bool compared = p_.token().kind >= Tok::Eq && p_.token().kind <= Tok::Ge;
    if (compared || (p_.at(Tok::Name) && p_.text(p_.token()) == "in")) {
      p_.fail_here("a condition has a line of its own",
                   fmt::format("write `assume {} {} ...` below", p_.text(t), p_.text(p_.token())));
    }
    if (p_.at(Tok::Name))
      p_.fail_here("names are separated by commas", fmt::format("write `{}, {}`", p_.text(t), p_.text(p_.token())));
    if (!p_.at(Tok::Comma)) break;
    p_.advance();
  }
  if (!p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_here(fmt::format("`,` or the end of the line is expected here, not {}", p_.shown()));
}

std::vector<Token> ModelParser::parameter_list(const Token& function) {
  p_.advance();
  if (p_.at(Tok::RParen)) p_.fail(function.begin, p_.token().end, "a function has one parameter at least");
  std::vector<Token> out;
  while (true) {
    const Token t = expect_name("the name of a parameter");
    const std::string_view word = p_.text(t);
    if (is_reserved(word) || word == "e" || word == "pi" || word == "_" || word.back() == '\'') {
      p_.fail(t.begin, t.end, fmt::format("`{}` cannot be the name of a parameter", word));
    }
    if (std::ranges::find(out, word, [&](const Token& o) { return p_.text(o); }) != out.end()) {
      p_.fail(t.begin, t.end, fmt::format("`{}` has two parameters `{}`", p_.text(function), word));
    }
    out.push_back(t);
    if (out.size() > 1000) p_.fail(t.begin, t.end, "a function has 1000 parameters at most");
    if (p_.at(Tok::RParen)) break;
    if (!p_.at(Tok::Comma))
      p_.fail_here(fmt::format("`,` or `)` is expected here, not {}", p_.shown()),
                   "the parameters of a function are names");
    p_.advance();
  }
  p_.advance();
  return out;
}

void ModelParser::declare_functions() {
  while (true) {
    const Token t = expect_name("the name of a function");
    check_new(t, NameKind::function);
    if (!p_.at(Tok::LParen))
      p_.fail_here(fmt::format("the parameters of `{}` are expected here, not {}", p_.text(t), p_.shown()),
                   fmt::format("write `function {}(t)`", p_.text(t)));
    ModelFunction f{std::string(p_.text(t)), {}, std::nullopt, {}};
    for (const Token& parameter : parameter_list(t)) f.parameters.push_back(arena_.symbol(p_.text(parameter)));
    if (f.name == "delta" && f.parameters.size() == 2) fail_delta(t);
    f.place = p_.place(t.begin, p_.previous().end);
    if (p_.at(Tok::Assign))
      p_.fail_here("`function` declares a function without saying what it is",
                   fmt::format("to define it, leave out the word `function`"));
    introduce(t, NameKind::function, f.parameters.size(), true);
    shared_.functions.push_back(f);
    model_.functions.push_back(std::move(f));
    if (!p_.at(Tok::Comma)) break;
    p_.advance();
  }
  if (!p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_here(fmt::format("`,` or the end of the line is expected here, not {}", p_.shown()));
}

void ModelParser::start_model() {
  const Token t = expect_name("the name of a model");
  const std::string name(p_.text(t));
  if (is_reserved(name) || name.back() == '\'')
    p_.fail(t.begin, t.end, fmt::format("`{}` cannot be the name of a model", name));
  const auto same = [&](const Model& m) { return m.name == name; };
  if (model_.name == name || std::any_of(file_.models.begin(), file_.models.end(), same)) {
    p_.fail(t.begin, t.end, fmt::format("there is already a model `{}`", name));
  }
  if (!preamble_ || !model_.name.empty()) {
    finish_layers();
    file_.models.push_back(std::move(model_));
    model_ = shared_;
    p_.set_shapes(&shapes_.emplace(arena_, model_.shapes));
    indices_.clear();
    adjoints_.clear();
    p_.set_adjoints(nullptr);
    for (const std::string& gone : local_) scope_.remove(gone, file_.models.back().name);
    local_.clear();
  }
  if (file_.models.size() >= max_models || file_.models.size() * shared_.introduced.size() > max_shared_names) {
    p_.fail(t.begin, t.end,
            fmt::format("a file has {} models at most, with {} names in all that they share", max_models,
                        max_shared_names));
  }
  model_.name = name;
  preamble_ = false;
  if (!p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_here(fmt::format("the end of the line is expected here, not {}", p_.shown()),
                 "the name of a model is one word");
}

void ModelParser::assume() {
  p_.set_assume(true);
  p_.set_layer_use(ExpressionParser::LayerUse::any);
  while (true) {
    if (p_.at(Tok::Newline) || p_.at(Tok::End))
      p_.fail_here(fmt::format("a condition is expected here, not {}", p_.shown()), "write `assume x > 0`");
    p_.set_left(ExpressionParser::Left::open);
    Operand c = p_.condition();
    c.expr = for_all_indices(c.expr, p_.take_indices("in this assumption"));
    check_shape(c);
    check_size(c);
    const Assumption a{c.expr, p_.place(c.begin, c.end)};
    if (preamble_) shared_.assumptions.push_back(a);
    model_.assumptions.push_back(a);
    if (!p_.at(Tok::Comma)) break;
    p_.advance();
  }
  p_.set_assume(false);
  p_.set_layer_use(ExpressionParser::LayerUse::outside);
}

void ModelParser::define_function(const Token& name) {
  const std::string word(p_.text(name));
  const bool known = functions_.has_name(functions_.canonical(word)) || scope_.kind(word) == NameKind::function ||
                     word == "d" || word == "diff";
  const std::string_view all = lexer_.text();
  const std::string_view line = all.substr(name.begin, all.find_first_of("\n#", name.begin) - name.begin);
  if (known && line.find(") =") == std::string_view::npos && line.find(")=") == std::string_view::npos)
    fail_expression_alone(name.begin);
  check_new(name, NameKind::function);
  ModelFunction f{word, {}, std::nullopt, {}};
  std::vector<std::string> names;
  for (const Token& t : parameter_list(name)) {
    const std::string parameter(p_.text(t));
    if (parameter == word) p_.fail(t.begin, t.end, fmt::format("`{}` is the function itself", word));
    if (scope_.is_value(parameter)) {
      p_.fail(t.begin, t.end,
              fmt::format("the parameter `{}` would hide {} of this name, introduced in line {}", parameter,
                          describe(scope_.kind(parameter)), scope_.find(parameter)->place.position().line),
              "choose another name for the parameter");
    }
    f.parameters.push_back(arena_.symbol(parameter));
    names.push_back(parameter);
  }
  if (word == "delta" && names.size() == 2) fail_delta(name);
  if (!p_.at(Tok::Assign))
    p_.fail_here(fmt::format("`=` and what `{}` is are expected here, not {}", word, p_.shown()));
  p_.advance();
  scope_.defining(word, name.begin);
  const BodyScope body(scope_, word, names);
  p_.set_scope(&body);
  const Operand right = p_.value();
  p_.set_scope(&scope_);
  if (p_.at(Tok::Assign))
    p_.fail_here("a definition has one `=`", "to state that more is equal, write `claim A = B = C`");
  f.body = right.expr;
  f.place = p_.place(right.begin, right.end);
  introduce(name, NameKind::function, f.parameters.size(), preamble_);
  if (preamble_) shared_.functions.push_back(f);
  model_.functions.push_back(std::move(f));
}

}  // namespace gradus::syntax
