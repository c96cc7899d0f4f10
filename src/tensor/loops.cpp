// SPDX-License-Identifier: GPL-2.0-or-later
#include "tensor/loops.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "tensor/readable.h"

namespace gradus::tensor {
namespace {

using Bound = std::vector<std::pair<Expr, Expr>>;  // indices and their dimensions

class Loops {
 public:
  Loops(Arena& arena, Model& model, Entries& entries) : arena_(arena), model_(model), entries_(entries) {}

  void add(const Assigned& a) {
    TensorStatement s;
    s.name = a.name;
    s.shape = entries_.shape(a.name);
    s.indices = a.indices ? *a.indices : entries_.fresh(s.shape);
    say(s, a.indices ? entry(a.name, *a.indices) : a.name, a.meaning);
    Expr value = a.value;
    if (!a.indices) value = entries_.at(value, entries_.shape(value).empty() ? std::vector<Expr>{} : s.indices);
    value = without_deltas(value);
    Bound around;
    for (std::size_t k = 0; k < s.indices.size(); ++k) {
      if (arena_.is(s.indices[k], Op::Symbol)) around.emplace_back(s.indices[k], s.shape[k]);
    }
    reduce(s, value, around);
    statements_.push_back(std::move(s));
  }

  // What a sum alone reads, once for each step of its loops, is computed within them.
  void inline_terms(const std::vector<Expr>& results) {
    ExprMap<std::size_t> at;
    ExprMap<int> uses;
    for (const Expr r : results) ++uses[r];
    for (std::size_t k = 0; k < statements_.size(); ++k) {
      at[statements_[k].name] = k;
      for (const auto& [name, node] : read(statements_[k])) ++uses[name];
    }
    std::vector<bool> gone(statements_.size(), false);
    for (TensorStatement& s : statements_) {
      if (!s.body) continue;
      for (const auto& [name, node] : read(s)) {
        const auto found = at.find(name);
        if (found == at.end() || uses[name] != 1 || !contains(arena_, *s.body, node)) continue;
        const TensorStatement& term = statements_[found->second];
        if (term.reduce || !reads_all_indices(s, node)) continue;
        ExprMap<Expr> map;
        for (std::size_t i = 0; i < term.indices.size(); ++i) {
          if (arena_.is(term.indices[i], Op::Symbol)) map[term.indices[i]] = arena_.child(node, i + 1);
        }
        s.body = substitute(arena_, *s.body, {{node, substitute(arena_, term.finish, map)}});
        gone[found->second] = true;
      }
    }
    keep_others(gone);
  }

  // What is computed from a sum, entry by entry, where that is all the sum is for.
  void join(const std::vector<Expr>& results) {
    ExprMap<std::size_t> at;
    ExprMap<int> uses;
    for (const Expr r : results) ++uses[r];
    for (std::size_t k = 0; k < statements_.size(); ++k) {
      at[statements_[k].name] = k;
      for (const auto& [name, node] : read(statements_[k])) uses[name] += count(statements_[k], node);
    }
    std::vector<bool> gone(statements_.size(), false);
    for (std::size_t k = 0; k < statements_.size(); ++k) {
      TensorStatement& s = statements_[k];
      if (s.reduce) continue;
      for (const auto& [name, node] : read(s)) {
        const auto found = at.find(name);
        if (found == at.end() || uses[name] != 1) continue;
        const TensorStatement& from = statements_[found->second];
        // Between the two nothing is assigned that the sum reads: each name is assigned once.
        if (!from.reduce || from.shape != s.shape || node != entries_.at(name, s.indices)) continue;
        ExprMap<Expr> map;
        for (std::size_t i = 0; i < s.indices.size(); ++i) map[from.indices[i]] = s.indices[i];
        for (const Expr i : from.indices) {
          if (!arena_.is(i, Op::Symbol)) map.erase(i);
        }
        s.finish = substitute(arena_, s.finish, {{node, substitute(arena_, from.finish, map)}});
        s.reduce = from.reduce;
        s.bound = from.bound;
        s.body = substitute(arena_, *from.body, map);
        s.reduced = from.reduced;
        gone[found->second] = true;
        break;
      }
    }
    keep_others(gone);
  }

  std::vector<TensorStatement> take() { return std::move(statements_); }

 private:
  void keep_others(const std::vector<bool>& gone) {
    std::vector<TensorStatement> kept;
    for (std::size_t k = 0; k < statements_.size(); ++k) {
      if (!gone[k]) kept.push_back(std::move(statements_[k]));
    }
    statements_ = std::move(kept);
  }

  Expr entry(Expr name, const std::vector<Expr>& indices) {
    std::vector<Expr> parts{name};
    parts.insert(parts.end(), indices.begin(), indices.end());
    return indices.empty() ? name : arena_.make(Op::Entry, parts);
  }

  // What a statement computes, as people write it: entry by entry where it is given so, with letters for indices.
  void say(TensorStatement& s, Expr target, Expr meaning) {
    std::vector<Expr> indices;
    for (; arena_.is(meaning, Op::Table); meaning = arena_.child(meaning, 2))
      indices.push_back(arena_.child(meaning, 0));
    if (!indices.empty()) target = entry(target, indices);
    const std::vector<Expr> slices = written_as_slices(arena_, meaning);
    std::vector<Expr> names = symbols(arena_, target);
    for (const Expr e : symbols(arena_, meaning)) names.push_back(e);
    ExprMap<Expr> letters;
    std::size_t next = 0;
    for (const Expr e : names) {
      if (!is_fresh_index(arena_, e) || letters.contains(e) || std::ranges::find(slices, e) != slices.end()) continue;
      Expr letter{};
      do {
        letter = arena_.symbol(index_letter(next++));
      } while (model_.introduced.contains(arena_.name(letter)) || std::ranges::find(names, letter) != names.end());
      letters[e] = letter;
    }
    s.target = substitute(arena_, target, letters);
    s.meaning = substitute(arena_, meaning, letters);
  }

  // Whether the loops of a statement come to this entry once each.
  bool reads_all_indices(const TensorStatement& s, Expr entry) const {
    if (!arena_.is(entry, Op::Entry)) return false;
    const auto read = arena_.children(entry).subspan(1);
    const auto reads = [&](Expr i) { return std::ranges::find(read, i) != read.end(); };
    return std::ranges::all_of(s.indices, [&](Expr i) { return !arena_.is(i, Op::Symbol) || reads(i); }) &&
           std::ranges::all_of(s.bound, [&](const auto& b) { return reads(b.first); });
  }

  // Kronecker's delta compares; an index that is a name stands first.
  Expr without_deltas(Expr e) {
    return map_bottom_up(arena_, e, [](Arena& a, Expr node) {
      if (!is_delta(a, node)) return node;
      const Expr i = a.child(node, 0), j = a.child(node, 1);
      if (i == j) return a.number(1);
      if (a.is_number(i) && a.is_number(j)) return a.number(0);
      const Expr equal = a.is_number(i) ? a.make(Op::Eq, {j, i}) : a.make(Op::Eq, {i, j});
      return a.make(Op::Where, {equal, a.number(1), a.number(0)});
    });
  }

  // The outermost sums, and the greatest and the least, from left to right.
  std::vector<Expr> reductions(Expr e) const {
    std::vector<Expr> out, open{e};
    std::unordered_set<Expr, ExprHash> seen;
    while (!open.empty()) {
      const Expr node = open.back();
      open.pop_back();
      if (!seen.insert(node).second) continue;
      if (is_reduction(arena_.op(node))) {
        out.push_back(node);
        continue;
      }
      const auto children = arena_.children(node);
      open.insert(open.end(), children.rbegin(), children.rend());
    }
    return out;
  }

  void reduce(TensorStatement& s, Expr value, const Bound& around) {
    s.finish = value;
    const std::vector<Expr> all = reductions(value);
    if (all.empty()) return;
    if (all.size() > 1) {
      s.finish = with_names(value, all, around);
      return;
    }
    Expr body = all.front();
    s.reduce = arena_.op(body);
    for (; arena_.is(body, *s.reduce); body = arena_.child(body, 2))
      s.bound.emplace_back(arena_.child(body, 0), arena_.child(body, 1));
    Bound within = around;
    within.insert(within.end(), s.bound.begin(), s.bound.end());
    s.body = with_names(body, reductions(body), within);
    s.reduced = arena_.symbol(fmt::format("sum {}", ++sums_));
    s.finish = substitute(arena_, value, {{all.front(), *s.reduced}});
  }

  // Each of these sums has a statement of its own, over the indices that stand in it.
  Expr with_names(Expr e, const std::vector<Expr>& parts, const Bound& around) {
    ExprMap<Expr> map;
    for (const Expr part : parts) {
      TensorStatement s;
      Bound free;
      for (const auto& [index, dimension] : around) {
        if (!contains(arena_, part, index)) continue;
        free.emplace_back(index, dimension);
        s.indices.push_back(index);
        s.shape.push_back(dimension);
      }
      s.name = name();
      say(s, entry(s.name, s.indices), part);
      if (!s.shape.empty()) model_.shapes[arena_.name(s.name)] = s.shape;
      map[part] = entries_.at(s.name, s.indices);
      reduce(s, part, free);
      statements_.push_back(std::move(s));
    }
    return substitute(arena_, e, map);
  }

  Expr name() {
    for (;;) {
      const std::string text = fmt::format("s{}", ++names_);
      if (!model_.introduced.contains(text) && !model_.shapes.contains(text)) return arena_.symbol(text);
    }
  }

  // Names that a statement reads, with their entries.
  std::vector<std::pair<Expr, Expr>> read(const TensorStatement& s) const {
    std::vector<Expr> roots{s.finish};
    if (s.body) roots.push_back(*s.body);
    std::vector<std::pair<Expr, Expr>> out;
    std::unordered_set<Expr, ExprHash> inside;
    for (const Expr node : reachable(arena_, roots)) {
      if (arena_.is(node, Op::Entry)) {
        out.emplace_back(arena_.child(node, 0), node);
        for (const Expr c : arena_.children(node)) inside.insert(c);
      }
    }
    for (const Expr node : reachable(arena_, roots)) {
      if (arena_.is(node, Op::Symbol) && !inside.contains(node)) out.emplace_back(node, node);
    }
    return out;
  }

  // One in `finish`; a body is run often.
  int count(const TensorStatement& s, Expr node) const { return s.body && contains(arena_, *s.body, node) ? 2 : 1; }

  Arena& arena_;
  Model& model_;
  Entries& entries_;
  std::vector<TensorStatement> statements_;
  std::size_t sums_ = 0, names_ = 0;
};

}  // namespace

std::vector<TensorStatement> as_loops(Arena& arena, Model& model, Entries& entries,
                                      const std::vector<Assigned>& assignments, const std::vector<Expr>& results) {
  Loops loops(arena, model, entries);
  for (const Assigned& a : assignments) loops.add(a);
  loops.inline_terms(results);
  loops.join(results);
  return loops.take();
}

}  // namespace gradus::tensor
