// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "document/meaning.h"

namespace gradus::document {
namespace {

bool is_operator(const Node& n) {
  return is_d(n) || n.is_symbol("\\nabla") || (n.is(Node::Kind::symbol) && n.word) || n.is(Node::Kind::dots);
}

// d/dx and dy/dx are left as they are.
bool is_derivative(const Node& n) {
  if (!n.is(Node::Kind::fraction)) return false;
  const Node* below = &n.kids[1];
  while (below->is(Node::Kind::group) && below->text == "{}" && below->bare()) below = &below->kids[0];
  return below->is(Node::Kind::product) && is_d(below->kids[0]);
}

Node number(std::string digits, const Node& at) {
  Node out;
  out.kind = Node::Kind::number;
  out.text = std::move(digits);
  out.begin = at.begin;
  out.end = at.end;
  return out;
}

Node product_of(std::vector<Node> factors) {
  Node out;
  out.kind = Node::Kind::product;
  out.begin = factors.front().begin;
  out.end = factors.back().end;
  out.ops.assign(factors.size(), "");
  out.kids = std::move(factors);
  return out;
}

Node group_of(Node inside) {
  Node out;
  out.kind = Node::Kind::group;
  out.text = "(";
  out.begin = inside.begin;
  out.end = inside.end;
  out.kids = {std::move(inside)};
  return out;
}

Node transposed(Node n) {
  Node t;
  t.text = "T";
  t.begin = n.begin;
  t.end = n.end;
  if (!n.above.empty() && is_transpose(n.above[0])) {
    n.above.clear();
    return n;
  }
  if (n.above.empty() && n.primes == 0) {
    n.above = {t};
    return n;
  }
  Node out = group_of(n);
  out.text = "{}";
  out.above = {t};
  return out;
}

class Edits {
 public:
  Edits(const Node& left, const Node& side, const std::string& text, const std::vector<std::string>& dimensions,
        std::size_t most)
      : left_(left), side_(side), text_(text), dimensions_(dimensions), most_(most) {}

  std::vector<Edit> run() {
    std::vector<std::size_t> path;
    whole();
    visit(side_, path, &Edits::terms);
    visit(side_, path, &Edits::scripts);
    visit(side_, path, &Edits::products);
    visit(side_, path, &Edits::parentheses);
    missing();
    visit(side_, path, &Edits::names);
    put({}, transposed(group_of(side_)), "the whole must be transposed, as in the other layout", side_.begin, side_.end,
        "\\left(" + source(side_) + "\\right)^T");
    if (out_.size() > most_) out_.resize(most_);
    return std::move(out_);
  }

 private:
  using Step = void (Edits::*)(const Node&, const std::vector<std::size_t>&);

  // Every node but those of derivatives and those in scripts, from the outside in.
  void visit(const Node& n, std::vector<std::size_t>& path, Step step) {
    if (is_derivative(n)) {
      if (step == &Edits::scripts && n.bare())
        put(path, transposed(n), fmt::format("{} must be transposed", quoted(n)), n.begin, n.end, turned_text(n));
      return;
    }
    (this->*step)(n, path);
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      path.push_back(k);
      visit(n.kids[k], path, step);
      path.pop_back();
    }
  }

  static Node* at(Node& root, const std::vector<std::size_t>& path) {
    Node* n = &root;
    for (const std::size_t k : path) n = &n->kids[k];
    return n;
  }

  std::string source(const Node& n) const { return source(n.begin, n.end); }
  std::string source(std::size_t begin, std::size_t end) const {
    if (begin >= end || end > text_.size()) return {};
    return text_.substr(begin, end - begin);
  }
  // With a transpose behind it.
  std::string turned_text(const Node& n) const {
    const std::string s = source(n);
    if (s.empty()) return s;
    if (n.is(Node::Kind::fraction) || n.is(Node::Kind::sum) || n.is(Node::Kind::product))
      return "\\left(" + s + "\\right)^T";
    return n.above.empty() ? s + "^T" : "{" + s + "}^T";
  }
  // What an author sees of a part; nothing where macros stand between.
  std::string quoted(const Node& n) const {
    std::string s = source(n);
    for (char& c : s) c = c == '\n' ? ' ' : c;
    return s.empty() || s.size() > 80 ? std::string() : "`" + s + "`";
  }

  // A change of one node, and of what is written at its place.
  void put(const std::vector<std::size_t>& path, Node by, std::string says, std::size_t begin, std::size_t end,
           const std::string& written) {
    if (out_.size() >= most_) return;
    Edit e{side_, std::move(says), {}};
    *at(e.side, path) = std::move(by);
    const bool within = begin >= side_.begin && begin <= end && end <= side_.end && side_.end <= text_.size();
    if (within && !written.empty()) e.written = source(side_.begin, begin) + written + source(end, side_.end);
    if (seen_.insert(label(e.side)).second) out_.push_back(std::move(e));
  }

  void whole() {
    seen_.insert(label(side_));
    Node negative;
    negative.kind = Node::Kind::sum;
    negative.begin = side_.begin;
    negative.end = side_.end;
    const bool sum = side_.is(Node::Kind::sum);
    if (sum && side_.kids.size() == 1 && side_.ops[0] == "-") {
      put({}, side_.kids[0], "the sign is wrong", side_.begin, side_.kids[0].begin, " ");
      return;
    }
    negative.kids = {sum ? group_of(side_) : side_};
    negative.ops = {"-"};
    put({}, negative, "the sign is wrong", side_.begin, side_.end,
        sum ? "-\\left(" + source(side_) + "\\right)" : "-" + source(side_));
  }

  // Where the sign of a term stands, if it can be seen.
  std::size_t sign_of(const Node& sum, std::size_t k) const {
    std::size_t at = std::min(sum.kids[k].begin, text_.size());
    const std::size_t from = k == 0 ? sum.begin : sum.kids[k - 1].end;
    while (at > from) {
      --at;
      if (text_[at] == '+' || text_[at] == '-') return at;
    }
    return std::string::npos;
  }

  void terms(const Node& n, const std::vector<std::size_t>& path) {
    if (!n.is(Node::Kind::sum)) return;
    for (std::size_t k = 0; k < n.kids.size(); ++k) {
      Node flipped = n;
      const bool minus = n.ops[k] == "-";
      flipped.ops[k] = minus ? "+" : "-";
      const std::size_t sign = sign_of(n, k);
      const std::string term = quoted(n.kids[k]);
      const std::string says =
          term.empty() ? "a sign is wrong" : fmt::format("the sign of {} should be {}", term, minus ? "+" : "-");
      if (sign != std::string::npos) {
        put(path, flipped, says, sign, sign + 1, minus ? (k == 0 ? " " : "+") : "-");
      } else {
        put(path, flipped, says, n.kids[k].begin, n.kids[k].begin, k == 0 && !minus ? "-" : "");
      }
    }
    for (std::size_t k = 0; k < n.kids.size() && n.kids.size() > 1; ++k) {
      Node without = n;
      without.kids.erase(without.kids.begin() + static_cast<std::ptrdiff_t>(k));
      without.ops.erase(without.ops.begin() + static_cast<std::ptrdiff_t>(k));
      const std::size_t sign = sign_of(n, k), next = k + 1 < n.kids.size() ? sign_of(n, k + 1) : std::string::npos;
      const std::string term = quoted(n.kids[k]);
      const std::string says = term.empty() ? "a term is too much" : fmt::format("the term {} is too much", term);
      if (sign != std::string::npos) {
        put(path, without, says, sign, n.kids[k].end, " ");
      } else if (next != std::string::npos) {
        put(path, without, says, n.kids[k].begin, without.ops[0] == "+" ? next + 1 : next, " ");
      } else {
        put(path, without, says, 0, 0, {});
      }
    }
  }

  // Letters that stand in scripts on either side.
  std::set<std::string> indices() const {
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

  // Indices, powers, transposes.
  void scripts(const Node& n, const std::vector<std::size_t>& path) {
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
      squared.above = {number("2", n)};
      if (!is_operator(n)) put(path, squared, fmt::format("{} should be squared", quoted(n)), n.end, n.end, "^2");
    } else if (!n.above.empty() && n.above[0].is(Node::Kind::number)) {
      for (const std::string power : {"", "2", "3"}) {
        if (power == n.above[0].text) continue;
        Node other = n;
        other.above.clear();
        if (!power.empty()) other.above = {number(power, n.above[0])};
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

  // f(x), or a factor and parentheses: one thing.
  static bool is_call(const Node& product, std::size_t k) {
    return k + 1 < product.kids.size() && product.kids[k].is(Node::Kind::symbol) && product.ops[k + 1].empty() &&
           product.kids[k + 1].is(Node::Kind::group) && product.kids[k + 1].text == "(" &&
           !product.kids[k + 1].kids[0].is(Node::Kind::sum);
  }

  void products(const Node& n, const std::vector<std::size_t>& path) {
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

  // A numerator or a denominator that is too much.
  void without_parts(const Node& n, const std::vector<std::size_t>& path) {
    if (!n.bare()) return;
    const std::string top = source(n.kids[0]), bottom = source(n.kids[1]);
    put(path, n.kids[0].is(Node::Kind::sum) ? group_of(n.kids[0]) : n.kids[0],
        fmt::format("the denominator {} is too much", quoted(n.kids[1])), n.begin, n.end, top);
    Node turned = n;
    std::swap(turned.kids[0], turned.kids[1]);
    put(path, turned, "the fraction is upside down", n.begin, n.end, fmt::format("\\frac{{{}}}{{{}}}", bottom, top));
  }

  // What stands behind a factor, or behind a sum, belongs to it: a (b - c).
  void parentheses(const Node& n, const std::vector<std::size_t>& path) {
    if (!n.is(Node::Kind::sum)) return;
    for (std::size_t k = 0; k + 1 < n.kids.size(); ++k) {
      Node term = n.kids[k];
      Node* last = &term;
      std::vector<Node*> chain{last};
      while (last->is(Node::Kind::product) || (last->is(Node::Kind::big) && !last->kids.empty())) {
        last = last->is(Node::Kind::product) ? &last->kids.back() : &last->kids[0];
        chain.push_back(last);
      }
      for (std::size_t j = 1; j < chain.size(); ++j) {
        Node with = n, copy = n.kids[k];
        Node* place = &copy;
        for (std::size_t i = 0; i < j; ++i)
          place = place->is(Node::Kind::product) ? &place->kids.back() : &place->kids[0];
        Node inside;
        inside.kind = Node::Kind::sum;
        inside.begin = place->begin;
        inside.end = n.kids[k + 1].end;
        inside.kids = {*place, n.kids[k + 1]};
        inside.ops = {"+", n.ops[k + 1]};
        const std::size_t begin = place->begin, end = n.kids[k + 1].end;
        *place = group_of(inside);
        with.kids[k] = copy;
        with.kids.erase(with.kids.begin() + static_cast<std::ptrdiff_t>(k + 1));
        with.ops.erase(with.ops.begin() + static_cast<std::ptrdiff_t>(k + 1));
        const std::string written = source(begin, end).empty() ? "" : "(" + source(begin, end) + ")";
        put(path, with,
            written.empty() ? "parentheses are missing" : fmt::format("parentheses are missing: `{}`", written), begin,
            end, written);
      }
    }
  }

  // Factors that stand elsewhere, numbers, and divisions by sizes.
  void missing() {
    struct Factor {
      Node node;
      std::string written;
    };
    std::vector<Factor> factors;
    const auto add = [&](Node n, std::string written) {
      if (!written.empty() && std::ranges::none_of(factors, [&](const Factor& f) { return f.written == written; }))
        factors.push_back({std::move(n), std::move(written)});
    };
    for (const std::string& digits : {"2"}) {
      add(number(digits, side_), digits);
      Node half;
      half.kind = Node::Kind::fraction;
      half.kids = {number("1", side_), number(digits, side_)};
      add(half, "\\frac{1}{" + digits + "}");
    }
    for (const std::string& d : dimensions_) {
      Node size;
      size.text = d;
      Node over;
      over.kind = Node::Kind::fraction;
      over.kids = {number("1", side_), size};
      add(size, d);
      add(over, "\\frac{1}{" + d + "}");
    }
    for (const Node* side : {&side_, &left_}) {
      walk(*side, [&](const Node& n) {
        if (is_derivative(n)) {
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
          rest.kids = {number("1", n), n};
          rest.ops = {"+", "-"};
          if (!source(n).empty()) add(group_of(rest), "(1 - " + source(n) + ")");
        }
        return true;
      });
    }
    std::vector<std::pair<const Node*, std::vector<std::size_t>>> terms{{&side_, {}}};
    std::vector<std::size_t> path;
    const std::function<void(const Node&)> collect = [&](const Node& n) {
      if (is_derivative(n)) return;
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

  void times(const Node& term, const std::vector<std::size_t>& path, const Node& factor, const std::string& written) {
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

  // A name that was mistaken for another one.
  void names(const Node& n, const std::vector<std::size_t>& path) {
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

  const Node &left_, &side_;
  const std::string& text_;
  const std::vector<std::string>& dimensions_;
  std::size_t most_;
  std::set<std::string> seen_;
  std::vector<Edit> out_;
};

}  // namespace

std::vector<Edit> edits(const Node& left, const Node& side, const std::string& text,
                        const std::vector<std::string>& dimensions, std::size_t most) {
  return Edits(left, side, text, dimensions, most).run();
}

}  // namespace gradus::document
