// SPDX-License-Identifier: GPL-2.0-or-later
// Statements of models with layers: `layer l in 1..depth`, `dim n[l]`, `A[0] = X`, `Z[l] = ...`.
#include <fmt/format.h>

#include "syntax/model_parser.h"

namespace gradus::syntax {
namespace {

Layers::Kind layer_kind(NameKind kind) {
  switch (kind) {
    case NameKind::dimension:
      return Layers::Kind::dimension;
    case NameKind::input:
      return Layers::Kind::input;
    case NameKind::param:
      return Layers::Kind::param;
    default:
      return Layers::Kind::definition;
  }
}

}  // namespace

// layer l in 1..depth
void ModelParser::declare_layers() {
  constexpr std::string_view form = "write `layer l in 1..depth`";
  const Token begin = p_.previous();
  if (layers_.any())
    p_.fail(begin.begin, begin.end,
            fmt::format("a model has one kind of layers, and `{}` counts them already", layers_.index()));
  const Token index = expect_name("the index of the layers");
  check_new(index, NameKind::dimension);
  const auto require = [&](bool here, std::string_view what) {
    if (!here) p_.fail_here(fmt::format("`{}` is expected here, not {}", what, p_.shown()), std::string(form));
    p_.advance();
  };
  require(p_.at_word("in"), "in");
  require(p_.at(Tok::Number) && p_.text(p_.token()) == "1", "1");
  require(p_.at(Tok::Range), "..");
  if (!model_.sizes.empty())
    p_.fail(begin.begin, p_.previous().end, "in a model with layers no dimension can be made of others yet");
  if (p_.at(Tok::Number)) {
    p_.fail_here("the number of layers is a name",
                 "write `layer l in 1..depth`; `gradus gen --dim depth=3` writes the code for three of them");
  }
  const Token depth = expect_name("the name of the number of layers");
  if (p_.text(depth) == p_.text(index))
    p_.fail(depth.begin, depth.end, fmt::format("`{}` is the index itself", p_.text(depth)), std::string(form));
  const Expr number = arena_.symbol(p_.text(depth));
  if (scope_.kind(p_.text(depth)) != NameKind::dimension) {
    check_new(depth, NameKind::dimension);
    introduce(depth, NameKind::dimension, 0, true);
    model_.dims.push_back(number);
    shared_.dims.push_back(number);
  }
  const Layers layers{arena_.symbol(p_.text(index)), number, p_.place(begin.begin, depth.end), {}, {}, {}, {}};
  model_.layers = layers;
  shared_.layers = layers;
}

// Whether `[inside]` stands here.
bool ModelParser::at_layer_brackets(std::string_view inside) const {
  if (!layers_.any() || !p_.at(Tok::LBracket)) return false;
  const std::string_view all = lexer_.text();
  const std::size_t from = all.find_first_not_of(" \t", p_.token().end);
  if (from == std::string_view::npos || all.substr(from, inside.size()) != inside) return false;
  const std::size_t close = all.find_first_not_of(" \t", from + inside.size());
  return close != std::string_view::npos && all[close] == ']';
}

// `[l]`, `[0]`
void ModelParser::skip_layer_brackets() {
  for (int k = 0; k < 3; ++k) p_.advance();
}

void ModelParser::introduce_layered(const Token& t, NameKind kind, long first, const Shape& shape) {
  const std::string base(p_.text(t)), name = fmt::format("{}[{}]", base, layers_.index());
  const Place place = p_.place(t.begin, t.end);
  const auto add = [&](Model& model) {
    model.layers->names.emplace(base, Layers::Name{layer_kind(kind), first, place});
    model.layers->order.push_back(base);
    model.introduced.emplace(name, place);
    if (!shape.empty()) model.shapes[name] = shape;
  };
  scope_.add(base, {kind, place, 0, {}});
  add(model_);
  if (kind == NameKind::definition) {
    local_.push_back(base);
  } else {
    add(shared_);
  }
}

// A[0] = ..., Z[l] = ..., Z[l][i, j] = ...
void ModelParser::define_layer(const Token& name) {
  preamble_ = false;
  const std::string base(p_.text(name));
  const bool first = at_layer_brackets("0");
  const Layers::Name* const known = layers_.find(base);
  const bool goes_on =
      known != nullptr && known->kind == Layers::Kind::definition && !first && !layers_.is_defined(base);
  if (!goes_on) check_new(name, NameKind::definition);
  scope_.defining(base, name.begin);
  skip_layer_brackets();
  const LayerName layer{base, first ? std::string() : std::string(layers_.index()), 0};
  p_.set_layer_use(first ? ExpressionParser::LayerUse::outside : ExpressionParser::LayerUse::body);
  Right right;
  if (p_.at(Tok::LBracket)) {
    right = right_side_of_entries(name);
  } else {
    if (!p_.at(Tok::Assign))
      p_.fail_here(fmt::format("`=` and what `{}` is are expected here, not {}", print(layer), p_.shown()));
    p_.advance();
    right.side = right_side();
    right.value = right.side.expr;
  }
  p_.set_layer_use(ExpressionParser::LayerUse::outside);
  Shape shape = shapes_->of(right.value);
  if (first) shape = layers_.at(shape, "", {base, std::string(layers_.index()), 0});
  if (goes_on && shape != layers_.shape(base)) {
    const Shape begun = layers_.at(layers_.shape(base), layers_.index(), {base, {}, 0});
    p_.fail(right.side.begin, right.side.end,
            fmt::format("`{}` is {}, but `{}[0]` is {}", print(layer), print_shape(arena_, shape), base,
                        print_shape(arena_, begun)),
            fmt::format(
                "what goes from layer to layer keeps its shape, but for dimensions of layers: [n[0], m], [n[{}], m]",
                layers_.index()));
  }
  if (!goes_on) introduce_layered(name, NameKind::definition, first ? 0 : 1, shape);
  (first ? model_.layers->first : model_.layers->definitions)
      .push_back({print(layer), layers_.symbol(layer), right.value, p_.place(right.side.begin, right.side.end)});
}

// What begins goes on.
void ModelParser::finish_layers() const {
  if (!layers_.any()) return;
  for (const Definition& d : layers_.all().first) {
    const std::string base = layer_name(d.name)->base;
    if (layers_.is_defined(base)) continue;
    const Place& place = layers_.find(base)->place;
    p_.fail(place.begin, place.end, fmt::format("`{0}[0]` is defined, but not `{0}[{1}]`", base, layers_.index()),
            fmt::format("what goes from layer to layer is defined for each of them: `{}[{}] = ...`", base,
                        layers_.index()));
  }
}

}  // namespace gradus::syntax
