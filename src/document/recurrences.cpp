// SPDX-License-Identifier: GPL-2.0-or-later
// Names that reach others in ways which were not read: h_t by h_{t-1} beside sums over t, sums that could not be read.
#include <fmt/format.h>

#include <algorithm>

#include "document/meaning.h"
#include "document/nodes.h"

namespace gradus::document {
namespace {

std::string not_used(const std::string& stem) {
  return fmt::format("what each `{}` is to the next one was not used", plain(stem));
}

// The stems of names in `value` whose index is one of `name` and something: h of h_{t-1}.
std::set<std::string> shifted_stems(const Node& name, const Node& value) {
  std::set<std::string> letters, out;
  for (const Node& b : name.below) letters.merge(names_in(b));
  walk(value, [&](const Node& n) {
    if (!n.is(Node::Kind::symbol) || n.below.empty()) return true;
    for (const Node& c : components(n.below[0])) {
      const std::set<std::string> own = names_in(c);
      if (c.is(Node::Kind::sum) && std::ranges::any_of(own, [&](const std::string& l) { return letters.contains(l); }))
        out.insert(n.text);
    }
    return true;
  });
  return out;
}

}  // namespace

void Meaning::learn_unread(const Node& name, const Node& value) {
  std::string why;
  walk(value, [&](const Node& n) {
    if (n.is(Node::Kind::big)) {
      for (const Node& b : n.below) {
        const std::set<std::string> letters = names_in(b);
        if (std::ranges::any_of(letters, [&](const std::string& l) { return layers_.contains(l); }))
          why = fmt::format("what `{}` sums was not read", plain(label(name)));
      }
    }
    return why.empty();
  });
  // What it reaches at later steps is not known of these.
  const std::set<std::string> stems = shifted_stems(name, value);
  for (const std::string& stem : stems) {
    why = not_used(stem);
    for (const std::string& key : {stem, "*" + stem, stem + "_"}) unread_.emplace(key, why);
  }
  if (why.empty()) return;
  for (const std::string& key : {label(name), "*" + label(name), name.text, "*" + name.text, name.text + "_"})
    unread_.emplace(key, why);
}

// h_t = ... h_{t-1} ..., where t is an index: each h_t reaches the later ones, of which the equation says nothing.
void Meaning::learn_shifted(const Node& name, Expr symbol, const Node& value) {
  while (arena_.is(symbol, Op::Entry) || arena_.is(symbol, Op::Table))
    symbol = arena_.child(symbol, arena_.is(symbol, Op::Entry) ? 0 : 2);
  if (!arena_.is(symbol, Op::Symbol)) return;
  shifted_stems_[arena_.name(symbol)].merge(shifted_stems(name, value));
}

// Whether a sum runs over what depends on it, in the sides or in what their names stand for.
bool Meaning::is_summed(const std::string& name, Expr left, Expr right, const std::set<std::string>& names) {
  std::vector<Expr> sides{left, right};
  for (const std::string& n : names) {
    if (const Definition* d = model_.definition(n)) sides.push_back(d->value);
  }
  return std::ranges::any_of(reachable(arena_, sides), [&](Expr n) {
    return arena_.is(n, Op::Sum) && everything_in(arena_.child(n, 2)).contains(name);
  });
}

// Why a derivative may not be all of it.
std::optional<std::string> Meaning::doubt_of_derivatives(Expr left, Expr right, const std::set<std::string>& names) {
  if (unread_.empty() && shifted_stems_.empty()) return std::nullopt;
  const std::vector<Expr> sides{left, right};
  const auto nodes = reachable(arena_, sides);
  // That of a family is a direct one of each member as often as not.
  const auto is_of_all = [&](Expr n) { return arena_.is(n, Op::Deriv) && shape(arena_.child(n, 0)).empty(); };
  if (std::ranges::none_of(nodes, is_of_all)) return std::nullopt;
  if (auto why = suspected(unread_, names)) return why;
  const auto has_equation = [&](const std::string& stem) {
    return std::ranges::any_of(names_, [&](const auto& entry) {
      std::string key = entry.first.starts_with('*') ? entry.first.substr(1) : entry.first;
      key.resize(std::min(key.size(), key.find_first_of("_^")));
      return key == stem && model_.definition(arena_.name(entry.second.symbol)) != nullptr;
    });
  };
  for (const auto& [name, stems] : shifted_stems_) {
    if (!names.contains(name) || !is_summed(name, left, right, names)) continue;
    for (const std::string& stem : stems) {
      if (has_equation(stem)) return not_used(stem);
    }
  }
  return std::nullopt;
}

// L_1 beside L_t = ...: whether it is one of these.
std::optional<std::string> Meaning::maybe_member(const std::set<std::string>& names) {
  for (const std::string& name : names) {
    const std::size_t below = name.find('_');
    if (below == std::string::npos || below + 1 == name.size() || !is_free(arena_.symbol(name)) ||
        name.find_first_not_of("0123456789", below + 1) != std::string::npos)
      continue;
    const std::string stem = name.substr(0, below);
    for (const auto& [key, known] : names_) {
      if (known.slots > 0 && key.starts_with(stem) && (key.size() == stem.size() || key[stem.size()] == '_') &&
          model_.definition(arena_.name(known.symbol)) != nullptr)
        return fmt::format("it is not said whether `{}` is one of all `{}`", plain(name), plain(stem));
    }
  }
  return std::nullopt;
}

}  // namespace gradus::document
