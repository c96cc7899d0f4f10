// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/syntax/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "syntax/expression.h"
#include "syntax/model_parser.h"

namespace gradus {

ModelFile parse_model(Arena& arena, const FunctionTable& functions, SourcePtr source, const ModelOptions& options) {
  return syntax::ModelParser(arena, functions, source, options).run();
}

Expr parse_expression(Arena& arena, const FunctionTable& functions, SourcePtr source, std::size_t begin,
                      std::size_t end, const ExpressionOptions& options) {
  end = std::min(end, source->text.size());
  syntax::Lexer lexer(std::move(source), std::min(begin, end), end, false);
  syntax::ExpressionParser parser(arena, functions, lexer, options.pattern);
  std::optional<syntax::ModelScope> scope;
  std::optional<Shapes> shapes;
  std::optional<Model> with_layers;  // it gets the shapes of the names that are used
  std::optional<syntax::LayerNames> layers;
  if (options.model != nullptr) {
    parser.set_scope(&scope.emplace(arena, *options.model));
    parser.set_sizes(&options.model->sizes);
    parser.set_shapes(&shapes.emplace(arena, options.model->shapes));
    if (options.model->layers) {
      parser.set_shapes(&shapes.emplace(arena, with_layers.emplace(*options.model).shapes));
      parser.set_layers(&layers.emplace(arena, *with_layers));
      parser.set_layer_use(syntax::ExpressionParser::LayerUse::any);
    }
  }
  try {
    const Expr e = parser.either().expr;
    if (parser.at(syntax::Tok::Assign))
      parser.fail_here("one expression is expected, not an equation", "write `==` for a comparison");
    if (!parser.at(syntax::Tok::End)) parser.fail_behind("an operator or the end");
    return e;
  } catch (const LimitError& limit) {
    parser.fail(parser.previous().begin, parser.previous().end, limit.what());
  }
}

Expr parse_expression(Arena& arena, const FunctionTable& functions, SourcePtr source,
                      const ExpressionOptions& options) {
  const std::size_t size = source->text.size();
  return parse_expression(arena, functions, std::move(source), 0, size, options);
}

Model model_of_expression(Arena& arena, Expr e, const std::vector<std::string>& wrt) {
  Model model;
  for (const Expr s : symbols(arena, e)) {
    const std::string& name = arena.name(s);
    (std::ranges::find(wrt, name) != wrt.end() ? model.params : model.inputs).push_back(s);
    model.introduced.emplace(name, Place{});
  }
  std::string name = "result";
  for (int k = 1; model.introduced.contains(name); ++k) name = fmt::format("result_{}", k);
  model.introduced.emplace(name, Place{});
  model.definition_index.emplace(name, 0);
  model.definitions.push_back({name, arena.symbol(name), e, {}});
  return model;
}

}  // namespace gradus
