// SPDX-License-Identifier: GPL-2.0-or-later
// Names of layers in expressions: `W[l]`, `A[l-1]`, `Z[depth]`, and sums over layers.
#include <fmt/format.h>

#include "syntax/expression.h"

namespace gradus::syntax {

// Whether a name stands once for each layer: its layer comes next.
bool ExpressionParser::is_layered(std::string_view base) const {
  return layers_ != nullptr && layers_->find(base) != nullptr;
}

// `[l+1]` at `at`, behind a name that begins at `begin`; `at` gets its end.
LayerName ExpressionParser::read_layer(std::string_view base, std::size_t begin, std::size_t& at) const {
  const std::string_view all = lexer_.text();
  const auto skip = [&](std::size_t from) { return std::min(all.find_first_not_of(" \t", from), all.size()); };
  const std::size_t open = skip(at);
  if (open >= all.size() || all[open] != '[') {
    fail(begin, at, fmt::format("`{}` stands once for each layer", base),
         fmt::format("write `{0}[{1}]`, `{0}[{2}]`", base, layers_->index(), layers_->depth()));
  }
  const std::size_t close = std::min(all.find_first_of("],\n", open), all.size());
  std::string inside;
  for (const char c : all.substr(open + 1, close - open - 1)) {
    if (c != ' ' && c != '\t') inside += c;
  }
  const auto name = layer_name(fmt::format("{}[{}]", base, inside));
  const bool known =
      name && (name->anchor.empty() || name->anchor == layers_->index() || name->anchor == layers_->depth());
  if (close >= all.size() || all[close] != ']' || !known) {
    fail(begin, std::min(close + 1, all.size()), fmt::format("the layer of `{}` is expected in these brackets", base),
         fmt::format(
             "write `{0}[{1}]`, `{0}[{1}-1]`, `{0}[{2}]`; its entries stand in brackets behind that: `{0}[{1}][i, j]`",
             base, layers_->index(), layers_->depth()));
  }
  at = close + 1;
  check_layer(*name, begin, at);
  return *name;
}

// Whether there is this layer, as far as that is known, and whether it may be named here.
void ExpressionParser::check_layer(const LayerName& name, std::size_t begin, std::size_t end) const {
  const bool adjoint = !is_layered(name.base);  // `dZ[l]`
  const std::string base = adjoint ? name.base.substr(1) : name.base;
  const Layers::Name& known = *layers_->find(base);
  const std::string l = layers_->index(), depth = layers_->depth();
  const std::string shown = print(name);
  const bool general = name.anchor == l;
  if (general && layer_use_ == LayerUse::outside) {
    fail(begin, end, fmt::format("`{}` is not bound here", l),
         fmt::format("write `{0}[{1}]` for the last layer, or a sum over all layers, `sum[{2}](...)`", name.base, depth,
                     l));
  }
  if (!general && layer_use_ == LayerUse::body)
    fail(begin, end, fmt::format("the definition of a layer uses that layer and the one before, not `{}`", shown),
         fmt::format("write `{0}[{1}]` or `{0}[{1}-1]`", name.base, l));
  const long most = layer_use_ == LayerUse::any ? 1 : 0;
  if (general && (name.offset < -1 || name.offset > most)) {
    fail(begin, end, fmt::format("`{}` is too far from layer `{}`", shown, l),
         most == 1 ? "layers that are next to each other can be compared"
                   : fmt::format("a layer uses itself and the one before: `{0}[{1}]`, `{0}[{1}-1]`", name.base, l));
  }
  if (general && name.offset == -1 && known.first > 0 && layer_use_ != LayerUse::any) {
    fail(begin, end, fmt::format("`{}` has no layer 0, which `{}` is for {} = 1", base, shown, l),
         known.kind == Layers::Kind::definition ? fmt::format("write `{}[0] = ...` first: what it begins with", base)
                                                : "");
  }
  if (name.anchor.empty() && (name.offset < known.first || name.offset > 1)) {
    fail(begin, end, fmt::format("`{}`: the layers of `{}` go from {} to `{}`", shown, base, known.first, depth),
         fmt::format("`{}` is at least 1; no more is known", depth));
  }
  if (name.anchor == depth && (name.offset > 0 || name.offset < known.first - 1)) {
    fail(begin, end, fmt::format("`{}`: the layers of `{}` go from {} to `{}`", shown, base, known.first, depth),
         fmt::format("`{}` is at least 1; no more is known", depth));
  }
  const bool earlier = general && name.offset == -1;
  if (!adjoint && !layers_->is_defined(base) && !(name.anchor.empty() && name.offset == 0) && !earlier) {
    fail(begin, end, fmt::format("`{}[{}]` is used before it is defined", base, l),
         "definitions come before their use");
  }
}

// At a name of layers, or what stands for its derivative.
std::optional<Operand> ExpressionParser::of_layer() {
  if (layers_ == nullptr || !layers_->any()) return std::nullopt;
  const Token t = token_;
  const std::string_view base = text(t);
  const bool adjoint = !is_layered(base) && layers_->is_adjoint(base) && (scope_ == nullptr || !scope_->is_value(base));
  if (!is_layered(base) && !adjoint) return std::nullopt;
  std::size_t end = t.end;
  const LayerName name = read_layer(base, t.begin, end);
  token_.end = end;
  lexer_.seek(end);
  advance();
  return Operand{adjoint ? layers_->adjoint(name) : layers_->symbol(name), t.begin, end};
}

// The name that a derivative is of, or by: `base` begins at `begin`; `end` is moved behind its layer.
Expr ExpressionParser::differentiated(std::string_view base, std::size_t begin, std::size_t& end) const {
  if (!is_layered(base)) return is_constant_name(base) ? arena_.constant(base) : arena_.symbol(base);
  return layers_->symbol(read_layer(base, begin, end));
}

// `sum[l](E)`, at `l`: over all layers.
bool ExpressionParser::layers_are_summed() const {
  return layers_ != nullptr && layers_->any() && at(Tok::Name) && text(token_) == layers_->index();
}

Operand ExpressionParser::sum_over_layers(const Token& t) {
  const std::string word(text(t));
  if (layer_use_ == LayerUse::body) fail(t.begin, token_.end, "the definition of a layer has no sums over layers");
  if (summed_layers_) fail(t.begin, token_.end, "this sum over layers stands in another one");
  advance();
  if (!at(Tok::RBracket)) fail_here(fmt::format("`]` is expected here, not {}", shown()));
  advance();
  if (!at(Tok::LParen)) fail_here(fmt::format("the {} over the layers stands in parentheses", word));
  const LayerUse before = std::exchange(layer_use_, LayerUse::summed);
  summed_layers_ = true;
  const Operand body = parentheses();
  summed_layers_ = false;
  layer_use_ = before;
  need_value(body);
  const Expr depth = layers_->all().depth, index = layers_->all().index;
  return {arena_.make(Op::Sum, {index, depth, body.expr}), t.begin, previous_.end};
}

}  // namespace gradus::syntax
