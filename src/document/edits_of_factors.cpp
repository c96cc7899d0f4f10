// SPDX-License-Identifier: GPL-2.0-or-later
// Indices, powers, products, what is missing, names.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "document/meaning.h"
#include "document/nodes.h"
#include "document/side_edits.h"

namespace gradus::document {

std::set<std::string> Edits::indices() const {
  std::set<std::string> out;
  for (const Node* side : {&left_, &side_}) {
    walk(*side, [&](const Node& n) {
      if (n.is(Node::Kind::big)) return true;
      for (const auto* scripts : {&n.below, &n.above}) {
        for (const Node& s : *scripts) {
          if (scripts == &n.above && !(s.is(Node::Kind::group) && s.text == "(")) continue;
          for (const Node& c : components(s.is(Node::Kind::group) ? s.kids[0] : s)) {
            if (c.is(Node::Kind::symbol) && c.bare() && !c.word && c.text.size() == 1) out.insert(c.text);
          }
        }
      }
      return true;
    });
  }
  return out;
}

void Edits::scripts(const Node& n, const std::vector<std::size_t>& path) {
  const bool name = n.is(Node::Kind::symbol) && !is_operator(n);
  if (name) {
    const std::set<std::string> letters = indices();
    for (auto member : {&Node::below, &Node::above}) {
      if ((n.*member).empty()) continue;
      const Node& script = (n.*member)[0];
      if (member == &Node::above && !(script.is(Node::Kind::group) && script.text == "(")) continue;
      const bool grouped = script.is(Node::Kind::group) && script.bare();
      const std::vector<Node> parts = components(grouped ? script.kids[0] : script);
      for (std::size_t k = 0; k < parts.size(); ++k) {
        if (!(parts[k].is(Node::Kind::symbol) || parts[k].is(Node::Kind::number)) || !parts[k].bare()) continue;
        if (parts[k].word) continue;
        for (const std::string& letter : letters) {
          if (letter == parts[k].text) continue;
          Node changed = n;
          Node& to = (changed.*member)[0];
          Node& inside = grouped ? to.kids[0] : to;
          Node other = parts[k];
          other.kind = Node::Kind::symbol;
          other.text = letter;
          if (parts.size() == 1) {
            inside = other;
          } else if (k < inside.kids.size()) {
            inside.kids[k] = other;
          }
          put(path, changed, fmt::format("the index {} of {} should be {}", parts[k].text, quoted(n), letter),
              parts[k].begin, parts[k].end, letter);
        }
      }
    }
  }
  if (!name && !n.is(Node::Kind::group)) return;
  // Powers.
  if (n.above.empty() && n.primes == 0) {
    Node squared = n;
    squared.above = {number_at("2", n)};
    if (!is_operator(n)) put(path, squared, fmt::format("{} should be squared", quoted(n)), n.end, n.end, "^2");
  } else if (!n.above.empty() && n.above[0].is(Node::Kind::number)) {
    for (const std::string power : {"", "2", "3"}) {
      if (power == n.above[0].text) continue;
      Node other = n;
      other.above.clear();
      if (!power.empty()) other.above = {number_at(power, n.above[0])};
      put(path, other,
          power.empty() ? fmt::format("the power of {} is too much", quoted(n))
                        : fmt::format("the power of {} should be {}", quoted(n), power),
          n.above[0].begin, n.above[0].end, power.empty() ? "1" : power);
    }
  }
  const bool turned = !n.above.empty() && is_transpose(n.above[0]);
  if (turned || n.above.empty() || !n.above[0].is(Node::Kind::number)) {
    put(path, transposed(n),
        turned ? fmt::format("the transpose of {} is too much", quoted(n))
               : fmt::format("{} must be transposed", quoted(n)),
        turned ? n.above[0].begin : n.begin, turned ? n.above[0].end : n.end, turned ? "{}" : turned_text(n));
  }
}

bool Edits::is_call(const Node& product, std::size_t k) {
  return calls_at(product, k) && !product.kids[k + 1].kids[0].is(Node::Kind::sum);
}

void Edits::products(const Node& n, const std::vector<std::size_t>& path) {
  if (n.is(Node::Kind::fraction)) return without_parts(n, path);
  if (n.is(Node::Kind::big) && !n.kids.empty())
    put(path, n.kids[0].is(Node::Kind::sum) ? group_of(n.kids[0]) : n.kids[0], "the sum is too much", n.begin, n.end,
        source(n.kids[0]));
  if (!n.is(Node::Kind::product) || std::ranges::any_of(n.kids, is_d)) return;
  for (std::size_t k = 0; k + 1 < n.kids.size(); ++k) {
    const Node &a = n.kids[k], &b = n.kids[k + 1];
    if (is_operator(a) || is_operator(b) || n.ops[k + 1] == "/" || is_call(n, k) || (k > 0 && is_call(n, k - 1)) ||
        is_call(n, k + 1))
      continue;
    const std::string first = source(a), second = source(b);
    const auto swapped = [&](Node x, Node y, const std::string& written) {
      Node changed = n;
      changed.kids[k] = std::move(x);
      changed.kids[k + 1] = std::move(y);
      put(path, changed,
          written.empty() ? "the order of a product is wrong" : fmt::format("the product should be `{}`", written),
          a.begin, b.end, written);
    };
    const auto text = [&](const std::string& x, bool tx, const std::string& y, bool ty) {
      if (x.empty() || y.empty()) return std::string();
      return x + (tx ? "^T " : " ") + y + (ty ? "^T" : "");
    };
    swapped(b, a, text(second, false, first, false));
    if (a.above.empty() && b.above.empty()) {
      swapped(b, transposed(a), text(second, false, first, true));
      swapped(transposed(b), a, text(second, true, first, false));
      swapped(transposed(a), transposed(b), text(first, true, second, true));
    }
  }
  for (std::size_t k = 0; k < n.kids.size(); ++k) {
    if (is_operator(n.kids[k]) || (k > 0 && is_operator(n.kids[k - 1])) || n.ops[k] == "/") continue;
    if (k + 1 < n.kids.size() && n.ops[k + 1] == "/") continue;
    if (is_call(n, k) || (k > 0 && is_call(n, k - 1))) continue;
    Node without = n;
    without.kids.erase(without.kids.begin() + static_cast<std::ptrdiff_t>(k));
    without.ops.erase(without.ops.begin() + static_cast<std::ptrdiff_t>(k));
    without.ops[0].clear();
    if (without.kids.size() == 1) without = Node(without.kids[0]);
    put(path, without, fmt::format("the factor {} is too much", quoted(n.kids[k])), n.kids[k].begin, n.kids[k].end,
        " ");
  }
}

void Edits::without_parts(const Node& n, const std::vector<std::size_t>& path) {
  if (!n.bare()) return;
  const std::string top = source(n.kids[0]), bottom = source(n.kids[1]);
  put(path, n.kids[0].is(Node::Kind::sum) ? group_of(n.kids[0]) : n.kids[0],
      fmt::format("the denominator {} is too much", quoted(n.kids[1])), n.begin, n.end, top);
  Node turned = n;
  std::swap(turned.kids[0], turned.kids[1]);
  put(path, turned, "the fraction is upside down", n.begin, n.end, fmt::format("\\frac{{{}}}{{{}}}", bottom, top));
}

void Edits::missing() {
  struct Factor {
    Node node;
    std::string written;
  };
  std::vector<Factor> factors;
  const auto add = [&](Node n, std::string written) {
    if (!written.empty() && std::ranges::none_of(factors, [&](const Factor& f) { return f.written == written; }))
      factors.push_back({std::move(n), std::move(written)});
  };
  add(number_at("2", side_), "2");
  add(fraction_of(number_at("1", side_), number_at("2", side_)), "\\frac{1}{2}");
  for (const std::string& d : dimensions_) {
    Node size;
    size.text = d;
    add(size, d);
    add(fraction_of(number_at("1", side_), size), "\\frac{1}{" + d + "}");
  }
  for (const Node* side : {&side_, &left_}) {
    walk(*side, [&](const Node& n) {
      if (is_quotient(n)) {
        if (n.bare()) add(n, source(n));
        return false;
      }
      const bool name = n.is(Node::Kind::symbol) && !is_operator(n) && n.primes == 0;
      const bool sum = n.is(Node::Kind::group) && n.text == "(" && n.kids[0].is(Node::Kind::sum);
      if (name || sum) add(n, source(n));
      // 1 - a beside a
      if (name && (n.above.empty() || n.above[0].is(Node::Kind::group))) {
        Node rest;
        rest.kind = Node::Kind::sum;
        rest.kids = {number_at("1", n), n};
        rest.ops = {"+", "-"};
        if (!source(n).empty()) add(group_of(rest), "(1 - " + source(n) + ")");
      }
      return true;
    });
  }
  std::vector<std::pair<const Node*, std::vector<std::size_t>>> terms{{&side_, {}}};
  std::vector<std::size_t> path;
  const std::function<void(const Node&)> collect = [&](const Node& n) {
    if (is_quotient(n)) return;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      path.push_back(k);
      if (n.is(Node::Kind::sum) || n.is(Node::Kind::big)) terms.emplace_back(&n.kids[k], path);
      collect(n.kids[k]);
      path.pop_back();
    }
  };
  collect(side_);
  for (const Factor& f : factors) {
    for (const auto& [term, where] : terms) times(*term, where, f.node, f.written);
  }
}

void Edits::times(const Node& term, const std::vector<std::size_t>& path, const Node& factor,
                  const std::string& written) {
  const bool size = factor.is(Node::Kind::fraction) || factor.is(Node::Kind::number);
  if (term.is(Node::Kind::number) && !size) return;
  const Node base = term.is(Node::Kind::sum) ? group_of(term) : term;
  const std::string inner = term.is(Node::Kind::sum) ? "(" + source(term) + ")" : source(term);
  for (const bool before : {true, false}) {
    if (size && !before) continue;
    Node all = base;
    if (base.is(Node::Kind::product) && base.bare()) {
      all.kids.insert(before ? all.kids.begin() : all.kids.end(), factor);
      all.ops.insert(before ? all.ops.begin() : all.ops.end(), "");
    } else {
      all = product_of(before ? std::vector<Node>{factor, base} : std::vector<Node>{base, factor});
    }
    put(path, all, fmt::format("a factor `{}` is missing", written), term.begin, term.end,
        inner.empty() ? ""
        : before      ? written + " " + inner
                      : inner + " " + written);
  }
}

void Edits::names(const Node& n, const std::vector<std::size_t>& path) {
  if (!n.is(Node::Kind::symbol) || is_operator(n)) return;
  std::vector<const Node*> others;
  for (const Node* side : {&left_, &side_}) {
    walk(*side, [&](const Node& other) {
      if (other.is(Node::Kind::symbol) && !is_operator(other) && label(other) != label(n)) others.push_back(&other);
      return true;
    });
  }
  std::set<std::string> done;
  for (const Node* other : others) {
    const std::string written = source(*other);
    if (!done.insert(label(*other)).second) continue;
    const std::size_t end = n.step && n.end < text_.size() && text_[n.end] == '}' ? n.end + 1 : n.end;
    put(path, *other,
        written.empty() ? "a name is wrong" : fmt::format("`{}` should be `{}`", source(n.begin, end), written),
        n.begin, end, written);
  }
}

}  // namespace gradus::document
