// SPDX-License-Identifier: GPL-2.0-or-later
// What models of tensors have besides: dimensions, shapes, the convention of examples.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/diag/source.h"
#include "syntax/model_parser.h"

namespace gradus::syntax {
namespace {

constexpr std::size_t most_origins = 6;  // names of an error about shapes

}  // namespace

// = 2*h + 1, behind the name of a dimension
Expr ModelParser::made_of(const Token& t) {
  p_.advance();
  const Operand value = p_.value();
  if (!p_.at(Tok::Comma) && !p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_behind("an operator, `,` or the end of the line");
  const auto size = size_of(arena_, model_.sizes, value.expr);
  if (size && size->multiples.empty()) {
    p_.fail(value.begin, value.end, "a dimension has no value in a model",
            fmt::format("where the size is known, write it in the shape: `X[{}, {}]`", size->number, p_.text(t)));
  }
  const bool of_dimensions =
      size && size->is_never_negative() && std::ranges::all_of(size->multiples, [&](const auto& m) {
        return scope_.kind(arena_.name(m.first)) == NameKind::dimension;
      });
  if (!of_dimensions || layers_.any()) {
    p_.fail(value.begin, value.end,
            layers_.any() ? "in a model with layers no dimension can be made of others yet"
                          : "a dimension is made of others as a sum of whole multiples of them, and a whole number",
            layers_.any() ? "" : "as in `dim n = 2*h + 1`; for `k = n - 1` write `dim n = k + 1`");
  }
  const Expr made = expression(arena_, *size);
  // Of two dimensions that are the same, one would not fit where the other one stands.
  const auto [same, is_new] =
      sizes_.emplace(print(arena_, made), arena_.is(made, Op::Symbol) ? print(arena_, made) : std::string(p_.text(t)));
  if (!is_new || arena_.is(made, Op::Symbol))
    p_.fail(value.begin, value.end, fmt::format("`{}` has this size already", same->second));
  return made;
}

// Of a size a least value may be assumed; what else is said of it would be taken for nothing.
void ModelParser::check_size(const Operand& condition) const {
  const std::vector<Expr> names = symbols(arena_, condition.expr);
  const auto is_size = [&](Expr name) { return std::ranges::find(model_.dims, name) != model_.dims.end(); };
  if (names.empty() || !std::ranges::all_of(names, is_size)) return;
  const Op op = arena_.op(condition.expr);
  const bool least = (op == Op::Ge || op == Op::Gt) && is_size(arena_.child(condition.expr, 0)) &&
                     arena_.is_integer(arena_.child(condition.expr, 1)) &&
                     !model_.sizes.contains(arena_.child(condition.expr, 0));
  if (!least) {
    p_.fail(condition.begin, condition.end,
            "of sizes it can be assumed only that they are not too small, as in `n >= 2`",
            "what a dimension is made of is said so: `dim n = h + k`; a known size stands in shapes: `X[4, m]`");
  }
}

// dim n, m
void ModelParser::declare_dimensions() {
  while (true) {
    const Token t = expect_name("the name of a dimension");
    check_new(t, NameKind::dimension);
    if (layers_.any() && at_layer_brackets(layers_.index())) {
      skip_layer_brackets();
      introduce_layered(t, NameKind::dimension, 0, {});
    } else {
      const Expr s = arena_.symbol(p_.text(t));
      if (p_.at(Tok::Assign)) {
        const Expr made = made_of(t);  // while the name is not known yet
        model_.sizes[s] = made;
        shared_.sizes[s] = made;
      }
      introduce(t, NameKind::dimension, 0, true);
      model_.dims.push_back(s);
      shared_.dims.push_back(s);
    }
    if (p_.at(Tok::Assign)) p_.fail_here("a dimension of each layer is not made of others");
    if (!p_.at(Tok::Comma)) break;
    p_.advance();
  }
  if (!p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_here(fmt::format("`,` or the end of the line is expected here, not {}", p_.shown()));
}

// [n, 1] behind a name
Shape ModelParser::declared_shape() {
  Shape out;
  const std::size_t open = p_.token().begin;
  do {
    p_.advance();
    out.push_back(p_.dimension());
  } while (p_.at(Tok::Comma));
  if (!p_.at(Tok::RBracket)) {
    p_.fail_here(fmt::format("`,` or `]` is expected here, not {}", p_.shown()),
                 p_.at(Tok::LBracket) && layers_.any()
                     ? fmt::format("a dimension of each layer is declared so: `dim {}[{}]`", p_.text(p_.previous()),
                                   layers_.index())
                     : "");
  }
  if (out.size() > max_rank) p_.fail(open, p_.token().end, fmt::format("a tensor has {} dimensions at most", max_rank));
  p_.advance();
  return out;
}

// convention per-example over m
void ModelParser::convention() {
  const Token begin = p_.previous();
  const auto word = [&](std::string_view expected) {
    if (!p_.at_word(expected))
      p_.fail_here(fmt::format("`{}` is expected here, not {}", expected, p_.shown()),
                   "write `convention per-example over m`");
    p_.advance();
  };
  word("per");
  if (!p_.at(Tok::Minus))
    p_.fail_here(fmt::format("`per-example` is expected here, not {}", p_.shown()),
                 "write `convention per-example over m`");
  p_.advance();
  word("example");
  word("over");
  const Token t = expect_name("the dimension of the examples");
  const std::string_view name = p_.text(t);
  if (scope_.kind(name) != NameKind::dimension)
    p_.fail(t.begin, t.end, fmt::format("`{}` is no dimension", name), "examples are counted by a dimension: `dim m`");
  if (model_.per_example) p_.fail(begin.begin, t.end, "the convention stands once in a model");
  if (model_.definitions.empty())
    p_.fail(begin.begin, t.end, "the convention stands behind the definition of the cost");
  const Place place = p_.place(begin.begin, t.end);
  const ConventionRequest* const other = request();
  if (options_.no_conventions) {
    // It is read, and that is all.
  } else if (other == nullptr) {
    apply_convention(arena_.symbol(name), model_.definitions.back().symbol, place);
  } else if (other->over) {
    apply_convention(arena_.symbol(*other->over),
                     other->cost.empty() ? model_.definitions.back().symbol : arena_.symbol(other->cost), place);
  }
  if (!p_.at(Tok::Newline) && !p_.at(Tok::End))
    p_.fail_here(fmt::format("the end of the line is expected here, not {}", p_.shown()));
}

const ConventionRequest* ModelParser::request() const {
  const auto at = options_.conventions.find(model_.name);
  return at == options_.conventions.end() ? nullptr : &at->second;
}

// The convention that was asked for, where it has no line of its own.
void ModelParser::apply_request() {
  const ConventionRequest* const asked = request();
  if (asked == nullptr || !asked->over || model_.per_example || model_.definitions.size() != asked->definitions) return;
  const Definition& cost = asked->cost.empty() ? model_.definitions.back() : *model_.definition(asked->cost);
  apply_convention(arena_.symbol(*asked->over), cost.symbol, cost.place);
}

void ModelParser::apply_convention(Expr over, Expr cost, const Place& place) {
  model_.per_example = PerExample{over, cost, place};
  const auto require_free = [&](const std::string& name_of) {
    if (scope_.kind(name_of) != NameKind::unknown) {
      p_.fail(place.begin, place.end,
              fmt::format("by the convention `{}` is a derivative, but it is {} already, introduced in line {}",
                          name_of, describe(scope_.kind(name_of)), scope_.find(name_of)->place.position().line),
              "choose another name there");
    }
  };
  const auto add = [&](Expr of) {
    const auto shape = model_.shapes.find(arena_.name(of));
    const bool of_examples =
        shape != model_.shapes.end() && std::ranges::find(shape->second, over) != shape->second.end();
    const std::string name_of = "d" + arena_.name(of);
    require_free(name_of);
    const Expr derivative = arena_.make(Op::Deriv, {cost, of});
    adjoints_[arena_.symbol(name_of)] = of_examples ? arena_.mul(over, derivative) : derivative;
  };
  for (const Expr e : model_.inputs) add(e);
  for (const Expr e : model_.params) add(e);
  for (const Definition& d : model_.definitions) {
    if (d.symbol == cost) break;
    add(d.symbol);
  }
  if (layers_.any()) {
    for (const std::string& base : layers_.all().order) require_free("d" + base);
  }
  p_.set_adjoints(&adjoints_);
}

void ModelParser::check_shape(const Operand& a) {
  try {
    shapes_->of(a.expr);
  } catch (const ShapeError& e) {
    // Where the shapes came from.
    std::string from;
    std::vector<Expr> seen;
    for (const Expr operand : e.operands) {
      for (const Expr s : symbols(arena_, operand)) {
        const auto place = model_.introduced.find(arena_.name(s));
        const auto shape = model_.shapes.find(arena_.name(s));
        if (place == model_.introduced.end() || shape == model_.shapes.end()) continue;
        if (std::ranges::find(seen, s) != seen.end() || seen.size() == most_origins) continue;
        seen.push_back(s);
        from += fmt::format("{}`{}` {} is from line {}", from.empty() ? "" : ", ", arena_.name(s),
                            print_shape(arena_, shape->second), place->second.position().line);
      }
    }
    std::string hint = from + (from.empty() || e.hint.empty() ? "" : "; ") + e.hint;
    p_.fail(a.begin, a.end, e.what(), std::move(hint));
  }
}

}  // namespace gradus::syntax
