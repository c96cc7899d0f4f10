// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace gradus::emit {
namespace {

constexpr std::size_t max_cost = 40;         // operations and operands in one expression
constexpr std::size_t max_name_length = 24;  // of a variable that is named after its value

class Scheduler {
 public:
  Scheduler(const Arena& arena, const Lowering& lowering, Speller& speller, NameScope& scope)
      : arena_(arena), lowering_(lowering), speller_(speller), scope_(scope) {}

  std::vector<Line> run(std::span<const Assignment> assignments) {
    plan(assignments);
    for (const Assignment& a : assignments) assign(a);
    return std::move(lines_);
  }

 private:
  bool is_simple_condition(Expr e) const {
    return is_comparison(arena_.op(e)) && is_trivial(arena_, arena_.child(e, 0)) &&
           is_trivial(arena_, arena_.child(e, 1));
  }

  // Counts how often each node is written, and measures what is written in one piece.
  void plan(std::span<const Assignment> assignments) {
    std::vector<Expr> roots;
    for (const Assignment& a : assignments) {
      roots.push_back(lowering_(a.value));
      ++uses_[roots.back()];
      if (a.name && !a.only_use) named_later_.try_emplace(roots.back(), &a);
    }
    const std::vector<Expr> nodes = reachable(arena_, roots);
    for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
      const auto found = uses_.find(*it);
      // What is only seen through by its parents is not written itself.
      if (found == uses_.end() || is_leaf(*it)) continue;
      const std::size_t weight = is_negation(arena_, *it) ? found->second : 1;
      bool first = true;
      for (const Operand& o : operands(arena_, *it)) {
        uses_[o.e] += weight;
        if (first && repeats_operand(arena_, *it)) named_.insert(o.e);
        first = false;
      }
    }
    ExprMap<std::size_t> cost;
    for (const Expr e : nodes) {
      if (is_leaf(e)) continue;
      std::size_t sum = 1;
      for (const Operand& o : operands(arena_, e)) {
        const auto c = cost.find(o.e);
        const bool written_out = c != cost.end() && !gets_name(o.e);
        sum += written_out ? c->second : 1;
        // a + b + c is one sum.
        const bool continued = arena_.is(e, Op::Add) || arena_.is(e, Op::Mul);
        if (written_out && continued && arena_.is(o.e, arena_.op(e)) && !o.turned) --sum;
      }
      cost.emplace(e, sum);
      if (sum > max_cost) named_.insert(e);
    }
  }

  bool is_leaf(Expr e) const { return arena_.count(e) == 0 || arena_.is(e, Op::Deriv); }

  bool gets_name(Expr e) const {
    if (is_leaf(e) || is_negation(arena_, e) || is_simple_condition(e)) return false;
    if (named_.contains(e)) return true;
    const auto it = uses_.find(e);
    return it != uses_.end() && it->second > 1;
  }

  // Computes the parts of `root` that get names and have none yet.
  void prepare(Expr root) {
    if (is_leaf(root) || speller_.name_of(root) != nullptr) return;
    struct Visit {
      Expr e;
      std::vector<Operand> parts;
      std::size_t next = 0;
    };
    std::vector<Visit> stack;
    stack.push_back({root, operands(arena_, root)});
    while (!stack.empty()) {
      Visit& v = stack.back();
      if (v.next < v.parts.size()) {
        const Expr part = v.parts[v.next++].e;
        if (!is_leaf(part) && speller_.name_of(part) == nullptr) stack.push_back({part, operands(arena_, part)});
        continue;
      }
      if (stack.size() > 1 && gets_name(v.e) && speller_.name_of(v.e) == nullptr) name_part(v.e);
      stack.pop_back();
    }
  }

  void name_part(Expr e) {
    if (const auto later = named_later_.find(e); later != named_later_.end()) {
      const Assignment& a = *later->second;
      return define(a, speller_.spell(e));
    }
    std::string name = scope_.claim(described(e));
    const char* type = is_condition(arena_.op(e)) ? "bool" : type_name(speller_.real());
    add(fmt::format("const {} {} = {};", type, name, speller_.spell(e)), lowering_.origin(e), {});
    speller_.set_name(e, std::move(name));
  }

  void assign(const Assignment& a) {
    const Expr value = lowering_(a.value);
    prepare(value);
    const std::string code = speller_.spell(value);
    const auto uses = uses_.find(value);
    const bool known = speller_.name_of(value) != nullptr && !is_leaf(value);
    const bool shared = gets_name(value) && uses->second > 1 && !known;
    if (a.only_use && (!shared || !a.name)) {
      if (!a.name && is_trivial(arena_, value)) return lines_.push_back({a.use + code + ";", {}, {}});
      return add(a.use + code + ";", a.value, a.name);
    }
    // What has a variable already needs no other one.
    if (known) {
      speller_.set_name(*a.name, code);
    } else {
      define(a, code);
    }
    if (!a.use.empty()) lines_.push_back({fmt::format("{}{};", a.use, *speller_.name_of(*a.name)), {}, {}});
  }

  void define(const Assignment& a, const std::string& code) {
    const Expr value = lowering_(a.value);
    add(fmt::format("const {} {} = {};", type_name(speller_.real()), a.local, code), a.value, a.name);
    if (!is_trivial(arena_, value) && speller_.name_of(value) == nullptr) speller_.set_name(value, a.local);
    speller_.set_name(*a.name, a.local);
  }

  void add(std::string code, Expr value, std::optional<Expr> name) { lines_.push_back({std::move(code), name, value}); }

  std::string described(Expr e) {
    const auto name = describe(e, max_name_length);
    // A name that would be a keyword cannot come from words joined by `_`, apart from those that `to_identifier` mends.
    if (name && name->size() > 1) return to_identifier(*name);
    for (;;) {
      std::string numbered = fmt::format("t{}", ++temporaries_);
      if (!scope_.taken(numbered)) return numbered;
    }
  }

  // A name of at most `room` characters, after what `e` is: `one_minus_a`, `exp_neg_z`.
  std::optional<std::string> describe(Expr e, std::size_t room) const {
    if (const std::string* name = speller_.name_of(e)) {
      const std::size_t dot = name->find('.');
      std::string plain = dot == std::string::npos ? *name : name->substr(dot + 1);
      while (!plain.empty() && plain.back() == '_') plain.pop_back();
      return fit(std::move(plain), room);
    }
    if (arena_.is_number(e)) return number_word(arena_.value(e), room);
    if (arena_.is(e, Op::Constant)) return fit(arena_.name(e), room);
    if (is_negation(arena_, e)) return prefixed("neg_", arena_.child(e, 1), room);
    switch (arena_.op(e)) {
      case Op::Add:
        return joined(e, "_plus_", "_minus_", room);
      case Op::Mul:
        if (is_cube(e)) return suffixed(arena_.child(e, 1), "_cubed", room);
        return joined(e, "_times_", "_over_", room);
      case Op::Pow: {
        const Expr base = arena_.child(e, 0), exponent = arena_.child(e, 1);
        if (arena_.is_number(exponent, -1)) return prefixed("one_over_", base, room);
        if (arena_.is_number(exponent, 2)) return suffixed(base, "_squared", room);
        return joined(e, "_to_the_", "", room);
      }
      case Op::Call: {
        std::string word = arena_.name(e);
        if (word.starts_with("std::")) word.erase(0, 5);
        word = to_identifier(word);
        std::string out = word;
        for (std::size_t k = 0; k < arena_.count(e); ++k) {
          if (out.size() + 1 >= room) return std::nullopt;
          const auto part = describe(arena_.child(e, k), room - out.size() - 1);
          if (!part) return std::nullopt;
          out += "_" + *part;
        }
        return fit(std::move(out), room);
      }
      default:
        return std::nullopt;
    }
  }

  // x^2*x.
  bool is_cube(Expr e) const {
    const Expr first = arena_.child(e, 0);
    return arena_.is(first, Op::Pow) && arena_.is_number(arena_.child(first, 1), 2) &&
           arena_.child(first, 0) == arena_.child(e, 1);
  }

  static std::optional<std::string> fit(std::string text, std::size_t room) {
    if (text.empty() || text.size() > room) return std::nullopt;
    return text;
  }

  static std::optional<std::string> number_word(const Rational& value, std::size_t room) {
    static const char* const words[] = {"zero", "one",   "two",   "three", "four", "five",
                                        "six",  "seven", "eight", "nine",  "ten"};
    for (long k = 0; k <= 10; ++k) {
      if (value == k) return fit(words[k], room);
    }
    if (value == Rational(1) / 2) return fit("half", room);
    return std::nullopt;
  }

  std::optional<std::string> prefixed(const std::string& prefix, Expr e, std::size_t room) const {
    if (prefix.size() >= room) return std::nullopt;
    const auto part = describe(e, room - prefix.size());
    return part ? std::optional(prefix + *part) : std::nullopt;
  }
  std::optional<std::string> suffixed(Expr e, const std::string& suffix, std::size_t room) const {
    if (suffix.size() >= room) return std::nullopt;
    const auto part = describe(e, room - suffix.size());
    return part ? std::optional(*part + suffix) : std::nullopt;
  }

  std::optional<std::string> joined(Expr e, std::string_view between, std::string_view turned, std::size_t room) const {
    if (arena_.count(e) > 3) return std::nullopt;
    std::string out;
    std::vector<Operand> parts = operands(arena_, e);
    if (parts.size() == 1) parts = {{arena_.child(e, 0), false}, {arena_.child(e, 1), false}};
    for (const Operand& o : parts) {
      if (!out.empty()) {
        out += o.turned ? turned : between;
      } else if (o.turned) {
        out += "neg_";
      }
      if (out.size() >= room) return std::nullopt;
      const auto part = describe(o.e, room - out.size());
      if (!part) return std::nullopt;
      out += *part;
    }
    return out;
  }

  const Arena& arena_;
  const Lowering& lowering_;
  Speller& speller_;
  NameScope& scope_;
  ExprMap<std::size_t> uses_;
  std::unordered_set<Expr, ExprHash> named_;  // written twice by their parent, or too large
  ExprMap<const Assignment*> named_later_;
  std::vector<Line> lines_;
  std::size_t temporaries_ = 0;
};

}  // namespace

std::vector<Line> schedule(const Arena& arena, const Lowering& lowering, Speller& speller, NameScope& scope,
                           std::span<const Assignment> assignments) {
  return Scheduler(arena, lowering, speller, scope).run(assignments);
}

}  // namespace gradus::emit
