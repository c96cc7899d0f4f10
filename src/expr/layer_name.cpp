// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/expr/layer_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gradus {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<LayerName> layer_name(std::string_view name) {
  if (!name.ends_with(']')) return std::nullopt;
  const std::size_t open = name.find('[');
  if (open == std::string_view::npos || open == 0 || name.find('[', open + 1) != std::string_view::npos)
    return std::nullopt;
  const std::string_view inside = name.substr(open + 1, name.size() - open - 2);
  LayerName out{std::string(name.substr(0, open)), {}, 0};
  std::size_t number = 0;
  if (!inside.empty() && !is_digit(inside[0])) {
    number = std::min(inside.find_first_of("+-"), inside.size());
    out.anchor = inside.substr(0, number);
    if (out.anchor.empty()) return std::nullopt;
    if (number == inside.size()) return out;
  }
  const bool plus = inside.substr(number).starts_with('+');
  const char *begin = inside.data() + number + (plus ? 1 : 0), *end = inside.data() + inside.size();
  const auto read = std::from_chars(begin, end, out.offset);
  if (begin == end || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return out;
}

std::string print(const LayerName& name) {
  if (name.anchor.empty()) return fmt::format("{}[{}]", name.base, name.offset);
  if (name.offset == 0) return fmt::format("{}[{}]", name.base, name.anchor);
  return fmt::format("{}[{}{:+}]", name.base, name.anchor, name.offset);
}

Expr at_layer(Arena& arena, Expr e, std::string anchor, const LayerName& to) {
  return map_bottom_up(arena, e, [&, anchor = std::move(anchor)](Arena& a, Expr node) {
    if (!a.is(node, Op::Symbol)) return node;
    if (to.anchor.empty() && a.name(node) == anchor) return a.number(to.offset);
    const auto name = layer_name(a.name(node));
    if (!name || name->anchor != anchor) return node;
    return a.symbol(print(LayerName{name->base, to.anchor, to.offset + name->offset}));
  });
}

bool is_over_layers(const Arena& arena, Expr sum) {
  const std::string& index = arena.name(arena.child(sum, 0));
  const std::vector<Expr> names = symbols(arena, arena.child(sum, 2));
  return std::ranges::any_of(names, [&](Expr s) {
    const auto name = layer_name(arena.name(s));
    return name && name->anchor == index;
  });
}

}  // namespace gradus
