// SPDX-License-Identifier: GPL-2.0-or-later
#include "algebra/unfold.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "algebra/poly.h"

namespace gradus::algebra {
namespace {
constexpr int most_depth_of_calls = 200;  // of functions whose bodies call functions
}

bool native_function(std::string_view name) {
  for (const std::string_view n :
       {"exp", "ln", "sin", "cos", "atan", "abs", "sign", "erf", "lgamma", "digamma", "polygamma"}) {
    if (n == name) return true;
  }
  return false;
}

Expr Unfolder::operator()(Expr e) { return run(e, image_); }

Expr Unfolder::run(Expr root, ExprMap<Expr>& image) {
  std::vector<Frame> frames{{root}};
  std::unordered_set<Expr, ExprHash> open;
  std::vector<Expr> children;
  while (!frames.empty()) {
    Frame& frame = frames.back();
    const Expr e = frame.e;
    if (image.contains(e)) {
      frames.pop_back();
      continue;
    }
    Expr next = e;
    if (arena_.is(e, Op::Symbol)) {
      const Definition* d = model_ == nullptr ? nullptr : model_->definition(arena_.name(e));
      if (d != nullptr && !image.contains(d->value)) {
        if (!open.insert(e).second) throw GaveUp("a name is defined in terms of itself");
        frames.push_back({d->value});
        continue;
      }
      if (d != nullptr) next = image.at(d->value);
    } else {
      bool waiting = false;
      while (frame.next < arena_.count(e)) {
        const Expr c = arena_.child(e, frame.next);
        ++frame.next;
        if (!image.contains(c)) {
          frames.push_back({c});
          waiting = true;
          break;
        }
      }
      if (waiting) continue;
      const std::size_t cost = 1 + arena_.count(e);
      if (left_ < cost) throw GaveUp("unfolding the names and functions takes too many nodes");
      left_ -= cost;
      children.clear();
      for (const Expr c : arena_.children(e)) children.push_back(image.at(c));
      next = arena_.rebuild(e, children);
      if (arena_.is(next, Op::Call)) next = call(next);
    }
    image[e] = next;
    frames.pop_back();
  }
  return image.at(root);
}

Expr Unfolder::call(Expr node) {
  const std::string name = functions_.canonical(arena_.name(node));
  const std::size_t n = arena_.count(node);
  const std::size_t primes = name.size() - std::min(name.size(), name.find('\''));
  const std::string base = name.substr(0, name.size() - primes);
  const ModelFunction* defined = model_ == nullptr ? nullptr : model_->function(base);
  if (defined != nullptr) {
    if (defined->parameters.size() != n || !defined->body) return node;
    if (primes > 0) throw GaveUp(fmt::format("the derivative {} of a function that has a definition", name));
    return apply(*defined->body, defined->parameters, node);
  }
  if (primes == 0 && native_function(base)) return node;
  const Function* known = functions_.find(base, n);
  if (known == nullptr) {
    if (base == "sqrt" && primes == 0 && n == 1) return arena_.pow(arena_.child(node, 0), arena_.fraction(1, 2));
    return node;
  }
  if (primes == 1 && n == 1 && known->derivative.size() == 1)
    return apply(known->derivative[0], known->parameters, node);
  if (primes == 0 && known->definition) return apply(*known->definition, known->parameters, node);
  throw GaveUp(fmt::format("the function {} has no definition", name));
}

Expr Unfolder::apply(Expr body, const std::vector<Expr>& parameters, Expr node) {
  const std::pair<std::string, std::size_t> key{arena_.name(node), arena_.count(node)};
  // Inside a body the parameters have names that nobody can write: a name of the model may look the same.
  std::vector<Expr> inner;
  for (std::size_t k = 0; k < parameters.size(); ++k) inner.push_back(arena_.symbol(fmt::format("#{}", k)));
  if (!bodies_.contains(key)) {
    if (++depth_ > most_depth_of_calls) throw GaveUp("functions are defined by functions too deeply");
    ExprMap<Expr> rename, image;
    for (std::size_t k = 0; k < parameters.size(); ++k) rename[parameters[k]] = inner[k];
    const Expr unfolded = run(substitute(arena_, body, rename), image);
    --depth_;
    bodies_[key] = unfolded;
  }
  const Expr unfolded = bodies_.at(key);
  const std::size_t cost = reachable(arena_, unfolded).size();
  if (left_ < cost) throw GaveUp("unfolding the names and functions takes too many nodes");
  left_ -= cost;
  ExprMap<Expr> arguments;
  for (std::size_t k = 0; k < parameters.size(); ++k) arguments[inner[k]] = arena_.child(node, k);
  return substitute(arena_, unfolded, arguments);
}

}  // namespace gradus::algebra
