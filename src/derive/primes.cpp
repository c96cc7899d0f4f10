// SPDX-License-Identifier: GPL-2.0-or-later
// The derivatives of functions that the model defines, by the rules.
#include <map>

#include "derive/session.h"

namespace gradus {
namespace {

class Primes {
 public:
  explicit Primes(Session& session) : s_(session), arena_(session.arena) {}

  Expr replaced(Expr e) {
    return map_bottom_up(arena_, e, [&](Arena&, Expr node) {
      if (!arena_.is(node, Op::Call) || arena_.count(node) != 1) return node;
      const std::string name = arena_.name(node);
      const std::size_t prime = name.find('\'');
      if (prime == std::string::npos) return node;
      const ModelFunction* f = s_.model.function(name.substr(0, prime));
      if (f == nullptr || !f->body || f->parameters.size() != 1) return node;
      return substitute(arena_, body(name, *f), {{f->parameters[0], arena_.child(node, 0)}});
    });
  }

 private:
  // What `name`, f with primes or without, is of the parameter of f.
  Expr body(const std::string& name, const ModelFunction& f) {
    if (name == f.name) return *f.body;
    if (const auto known = bodies_.find(name); known != bodies_.end()) return known->second;
    Trace t(s_, arena_.make(Op::Deriv, {body(name.substr(0, name.size() - 1), f), f.parameters[0]}));
    t.differentiate();
    t.simplify();
    // A function calls only those before it.
    return bodies_[name] = replaced(t.line);
  }

  Session& s_;
  Arena& arena_;
  std::map<std::string, Expr> bodies_;
};

}  // namespace

Expr without_primes(Session& session, Expr e) { return Primes(session).replaced(e); }

}  // namespace gradus
