// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/document/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "document/judge.h"
#include "document/meaning.h"

namespace gradus::document {
namespace {

// A formula of the document, taken apart.
struct Formula {
  Piece::Kind kind;
  std::vector<Statement> statements;
  std::string before;  // the prose that stands before it, back to the last formula
  bool starts_paragraph = false;
};

bool has_derivative(const Node& n) {
  bool found = false;
  walk(n, [&](const Node& part) {
    found = found || part.is_symbol("\\partial") || part.is_symbol("\\nabla") || part.primes > 0;
    if (part.is(Node::Kind::fraction) && part.kids[1].is(Node::Kind::product) && part.kids[1].kids[0].is_symbol("d"))
      found = true;
    return !found;
  });
  return found;
}

class Reader {
 public:
  Reader(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas, const Conventions& conventions)
      : engine_(engine), source_(source), formulas_(formulas), meaning_(engine, conventions) {}

  // Throws Unify, but for the last time.
  void run(bool last) {
    learn_letters();
    learn_examples();
    for (std::size_t k = 0; k < formulas_.size(); ++k) {
      prose(k);
      if (opens_section(formulas_[k].before)) ++section_;
      for (const Statement& s : formulas_[k].statements) {
        try {
          if (formulas_[k].kind == Piece::Kind::display) {
            for (const auto& [names, variables] : std::exchange(functions_, {}))
              meaning_.learn_function(names, variables);
          }
          statement(s, formulas_[k].kind != Piece::Kind::display, formulas_[k].before);
        } catch (const NotRead& e) {
          not_read(e);
          poison(s);
        } catch (const Mismatch& e) {
          not_read({s.begin, s.end, e.reason});
          poison(s);
        } catch (const ShapeError& e) {
          not_read({s.begin, s.end, e.what()});
          poison(s);
        } catch (const LimitError& e) {
          not_read({s.begin, s.end, e.what()});
          poison(s);
        } catch (const Unify& e) {
          if (!last) throw;
          not_read({s.begin, s.end, fmt::format("whether {} and {} are the same", e.inferred, e.other)});
          poison(s);
        }
      }
    }
    judge();
  }

  std::vector<LinkVerdict> links;
  std::vector<Unread> unread;
  [[nodiscard]] const std::vector<std::string>& readings() const { return meaning_.readings(); }
  [[nodiscard]] bool has_square_jacobians() const { return meaning_.has_square_jacobians(); }
  [[nodiscard]] bool has_gradients() const { return meaning_.has_gradients(); }

 private:
  struct Pending {
    std::size_t link;   // which verdict
    std::size_t claim;  // of the model
    bool doubtful;      // not to be refuted
    std::string why;
  };

  [[nodiscard]] Place place(std::size_t begin, std::size_t end) const { return {source_, begin, end}; }
  void not_read(const NotRead& e) { unread.push_back({place(e.begin, std::max(e.end, e.begin)), e.reason}); }

  // Letters that are indices somewhere, and names of dimensions.
  void learn_letters() {
    for (const Formula& f : formulas_) {
      for (const Statement& s : f.statements) {
        for (const Node& side : s.sides) {
          walk(side, [&](const Node& n) {
            if (n.is(Node::Kind::big) && !n.below.empty()) {
              std::vector<Node> items =
                  n.below[0].is(Node::Kind::list) ? n.below[0].kids : std::vector<Node>{n.below[0]};
              for (const Node& i : items) {
                const Node& letter = i.is(Node::Kind::relation) ? i.kids[0] : i;
                if (letter.is(Node::Kind::symbol) && !letter.word) meaning_.learn_index(letter.text);
              }
              if (!n.above.empty() && n.above[0].is(Node::Kind::symbol)) meaning_.learn_dimension(n.above[0]);
            }
            if (n.is_symbol("\\R") && !n.above.empty()) {
              const Node& sizes = n.above[0];
              for (const Node& d : sizes.is(Node::Kind::product) ? sizes.kids : std::vector<Node>{sizes}) {
                if (d.is(Node::Kind::symbol)) meaning_.learn_dimension(d);
              }
            }
            return true;
          });
        }
        if (s.sides.size() == 2 && s.relations[0] == "in" && f.kind != Piece::Kind::display)
          meaning_.learn_set(s.sides[0], s.sides[1]);
        for (std::size_t k = 0; k + 1 < s.sides.size() && !s.continues; ++k) {
          if (!says_equal(s.relations[k])) break;
          meaning_.learn_equation(s.sides[k], s.sides[k + 1], place(s.sides[k + 1].begin, s.sides[k + 1].end));
        }
        if (s.sides.size() == 2 && s.relations[0] == "=" && s.sides[1].is(Node::Kind::list)) {
          try {
            meaning_.declare_range(s.sides[0], s.sides[1]);
          } catch (const NotRead&) {
          }
        }
      }
    }
  }

  // Sums over what is no index: "sum over x" of the training inputs x. What stands in them, and what that depends on,
  // has a value for each example, but for what derivatives are taken by: the parameters.
  void learn_examples() {
    std::set<std::string> summed, indices, parameters, inside;
    std::map<std::string, std::set<std::string>> uses;
    const auto stems = [](const Node& n, std::set<std::string>& out) {
      walk(n, [&](const Node& part) {
        if (part.is(Node::Kind::symbol)) out.insert((part.bold ? "*" : "") + part.text);
        return true;
      });
    };
    std::vector<const Node*> bodies;
    const auto look = [&](const Node& side) {
      walk(side, [&](const Node& n) {
        if (n.is(Node::Kind::big)) {
          if (!n.below.empty() && n.below[0].is(Node::Kind::symbol) && n.below[0].bare() && n.above.empty()) {
            summed.insert(n.below[0].text);
            if (!n.kids.empty()) bodies.push_back(&n);
          }
          for (const Node& c : n.kids) {
            walk(c, [&](const Node& part) {
              for (const Node& b : part.is(Node::Kind::big) ? std::vector<Node>{} : part.below) stems(b, indices);
              return true;
            });
          }
        } else {
          for (const Node& b : n.below) stems(b, indices);
        }
        if (n.is(Node::Kind::fraction) && n.kids[1].is(Node::Kind::product) && is_d(n.kids[1].kids[0]))
          stems(n.kids[1], parameters);
        if (n.is_symbol("\\nabla")) {
          for (const Node& b : n.below) stems(b, parameters);
        }
        return true;
      });
    };
    std::set<std::string> named;
    for (const Formula& f : formulas_) {
      for (const Statement& s : f.statements) {
        for (const Node& side : s.sides) look(side);
        for (std::size_t k = 0; k + 1 < s.sides.size() && !s.continues && says_equal(s.relations[k]); ++k) {
          const Node& left = s.sides[k];
          const Node& name = left.is(Node::Kind::product) ? left.kids[0] : left;
          if (name.is(Node::Kind::symbol)) stems(s.sides[k + 1], uses[(name.bold ? "*" : "") + name.text]);
        }
        if (!s.relations.empty()) {
          for (const Node& side : s.sides) stems(side, named);
        }
      }
    }
    std::string letter;
    for (const std::string& x : summed) {
      const bool is_index = indices.contains(x) || !(named.contains(x) || uses.contains(x));
      if (!is_index) letter = x;
    }
    if (letter.empty()) return;
    std::vector<std::string> open;
    const auto reach = [&](const std::string& name) {
      if (inside.insert(name).second) open.push_back(name);
    };
    for (const Node* body : bodies) {
      if (body->below[0].text != letter) continue;
      std::set<std::string> names;
      stems(body->kids[0], names);
      for (const std::string& n : names) reach(n);
    }
    while (!open.empty()) {
      const std::string name = open.back();
      open.pop_back();
      for (const std::string& n : uses[name]) reach(n);
    }
    for (const std::string& p : parameters) {
      if (p != letter) inside.erase(p);
    }
    inside.insert(letter);
    meaning_.learn_examples(letter, inside);
  }

  static bool opens_section(const std::string& text) {
    return text.starts_with("#") || text.find("\n#") != std::string::npos || text.find("section{") != std::string::npos;
  }

  // What the words before a formula say of it.
  void prose(std::size_t k) {
    const Formula& f = formulas_[k];
    const std::string& text = f.before;
    const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
    if (f.statements.empty() || f.kind == Piece::Kind::display) return;
    const Statement& first = f.statements[0];
    if (first.relations.empty() && !first.sides.empty()) {
      if (text.ends_with("rows ") || text.ends_with("rows") || text.ends_with("row "))
        meaning_.name_rows(first.sides[0], false);
      if (text.ends_with("columns ") || text.ends_with("columns")) meaning_.name_rows(first.sides[0], true);
    }
    // "h_1, ..., h_c are differentiable functions of w"
    const std::string& said = f.before;
    if (k > 0 && says("function") && said.substr(0, said.find_last_not_of(" \n") + 1).ends_with(" of") &&
        formulas_[k - 1].statements.size() == 1) {
      const Statement& names = formulas_[k - 1].statements[0];
      if (names.relations.empty() || names.relations[0] == ">" || names.relations[0] == "in")
        functions_.emplace_back(names.sides[0], first.sides[0]);
    }
    // "A prime denotes the derivative with respect to x."
    if (says("with respect to") && says("rime") && says("derivative") && first.relations.empty())
      meaning_.set_prime(first.sides[0]);
    // "We write D for the derivative of L with respect to z."
    if (k >= 2 && says("with respect to") && first.relations.empty()) {
      const Formula &of = formulas_[k - 1], &name = formulas_[k - 2];
      const bool derivative =
          of.before.find("derivative of") != std::string::npos || of.before.find("gradient of") != std::string::npos;
      if (derivative && of.statements.size() == 1 && name.statements.size() == 1 &&
          of.statements[0].relations.empty() && name.statements[0].relations.empty() &&
          meaning_.is_new(name.statements[0].sides[0])) {
        Node quotient;
        quotient.kind = Node::Kind::fraction;
        quotient.begin = first.begin;
        quotient.end = first.end;
        const auto differential = [&](const Node& n) {
          Node d;
          d.text = "\\partial";
          Node out;
          out.kind = Node::Kind::product;
          out.begin = n.begin;
          out.end = n.end;
          out.kids = {d, n};
          out.ops = {"", ""};
          return out;
        };
        quotient.kids = {differential(of.statements[0].sides[0]), differential(first.sides[0])};
        define(name.statements[0].sides[0], quotient);
      }
    }
  }

  bool define(const Node& name, const Node& value) {
    try {
      meaning_.define(name, value, place(value.begin, value.end));
      for (const std::string& p : names_in(value)) {
        if (poisoned_.contains(p)) poisoned_.merge(std::set<std::string>(names_in(name)));
      }
      return true;
    } catch (const NotRead& e) {
      not_read(e);
    } catch (const Mismatch& e) {
      not_read({value.begin, value.end, e.reason});
      return false;
    } catch (const ShapeError& e) {
      not_read({value.begin, value.end, e.what()});
      return false;
    } catch (const LimitError& e) {
      not_read({value.begin, value.end, e.what()});
    }
    poisoned_.merge(names_in(name));
    return false;
  }

  static std::set<std::string> names_in(const Node& n) {
    std::set<std::string> out;
    walk(n, [&](const Node& part) {
      if (part.is(Node::Kind::symbol)) out.insert(part.text);
      return true;
    });
    return out;
  }
  // What is said of an index is not said of names.
  void poison(const Statement& s) {
    for (const Node& side : s.sides) {
      for (const std::string& name : names_in(side)) {
        if (!meaning_.indexes(name)) poisoned_.insert(name);
      }
    }
  }

  void statement(const Statement& s, bool inline_formula, const std::string& before) {
    Statement whole = s;
    if (s.continues) {
      if (!last_side_ || !says_equal(s.relations[0])) {
        if (inline_formula) return;
        throw NotRead{s.begin, s.end, "a formula that begins with a relation, and none stands before it"};
      }
      whole.sides.insert(whole.sides.begin(), *last_side_);
    }
    if (whole.relations.empty()) return;
    // Sets at the end: x = (x_1, ..., x_n) \in \mathbb{R}^n
    while (whole.relations.size() > 1 && whole.relations.back() == "in") {
      const Node set = whole.sides.back();
      whole.sides.pop_back();
      whole.relations.pop_back();
      if (meaning_.is_new(whole.sides[0])) declared(whole.sides[0], set);
      if (whole.relations.size() == 1 && whole.sides[1].is(Node::Kind::group) && inline_formula) return;
    }
    const std::string& first = whole.relations[0];
    if (first == "in") return declared(whole.sides[0], whole.sides[1]);
    if (first == ":" && whole.relations.size() == 2 && whole.relations[1] == "to") {
      if (!meaning_.declare_function(whole.sides[0], whole.sides[1], whole.sides[2]))
        throw NotRead{s.begin, s.end, "this function"};
      return;
    }
    if (first == "<" || first == ">" || first == "<=" || first == ">=" || first == "!=") {
      if (std::ranges::any_of(whole.sides, has_derivative) || supposes(before)) return;
      for (std::size_t k = 0; k < whole.relations.size(); ++k) {
        if (!meaning_.assume(whole.sides[k], whole.relations[k], whole.sides[k + 1]))
          throw NotRead{s.begin, s.end, "this condition"};
      }
      return;
    }
    if (first == "sim" || first == "approx" || first == "to" || first == ":" || first == "propto" ||
        first == "subset" || first == "ll" || first == "gg" || first == "notin")
      throw NotRead{s.begin, s.end, fmt::format("the relation `{}`", first)};
    equalities(whole, s, inline_formula, before);
  }

  // The word before a formula, in small letters.
  static std::string last_word(const std::string& before) {
    std::string last;
    for (const char c : before) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter) {
        last += c >= 'a' ? c : static_cast<char>(c - 'A' + 'a');
      } else if (c == ' ' || c == '\n') {
        if (!last.empty()) last += ' ';
      } else {
        last.clear();
      }
    }
    while (last.ends_with(' ')) last.pop_back();
    return last.substr(last.rfind(' ') == std::string::npos ? 0 : last.rfind(' ') + 1);
  }

  // Whether it opens a case.
  static bool supposes(const std::string& before) {
    const std::string last = last_word(before);
    return last == "if" || last == "when" || last == "whenever" || last == "unless" || last == "case" || last == "until";
  }

  // Whether a name of an earlier section gets another meaning: its equation is false by the old one.
  bool defined_anew(const Node& name, const Node& value) {
    const auto at = sections_.find(label(name));
    if (at == sections_.end() || at->second == section_) return false;
    try {
      Model model = meaning_.model();
      const Meaning::Sides sides = meaning_.equation(name, value);
      model.claims = {{{sides.left, sides.right}, {Place{}, Place{}}, Place{}}};
      return judge_claims(engine_, model)[0].verdict == Verdict::refuted;
    } catch (const NotRead&) {
    } catch (const Mismatch&) {
      return true;
    } catch (const ShapeError&) {
      return true;
    } catch (const LimitError&) {
    }
    return false;
  }

  // Whether the words before a formula say that it holds.
  static bool asserts(const std::string& before) {
    const std::string last = last_word(before);
    static constexpr auto words = std::to_array<std::string_view>(
        {"satisfy", "satisfies", "given", "such", "holds", "with", "let", "where", "and",   "assume",  "assuming", "suppose", "set",    "setting", "that",
         "here", "fix", "have",  "since", "because", "as",       "take",    "choose", "so",      "then"});
    return std::ranges::find(words, last) != words.end();
  }

  void declared(const Node& names, const Node& set) {
    if (meaning_.defined_early(names)) return;
    if (!meaning_.declare(names, set)) throw NotRead{names.begin, set.end, "this set"};
  }

  void equalities(const Statement& s, const Statement& written, bool inline_formula, const std::string& before) {
    const auto& sides = s.sides;
    if (sides.size() == 2 && sides[1].is(Node::Kind::list)) {
      if (meaning_.declare_range(sides[0], sides[1])) return;
      throw NotRead{s.begin, s.end, "this range"};
    }
    // Names that say nothing yet are defined from the right.
    std::size_t fresh = 0;
    const auto definable = [&](const Node& side) { return meaning_.is_new(side) || meaning_.defined_early(side); };
    // Of what only a set or a shape is said: in the text, or by a derivative.
    const auto open = [&](std::size_t k) {
      return (inline_formula || has_derivative(sides[k + 1])) && meaning_.is_open(sides[k]);
    };
    // "1 if k = i": a condition on indices.
    const auto index = [&](const Node& n) { return n.is(Node::Kind::symbol) && n.bare() && meaning_.indexes(n.text); };
    const auto letter = [&](const Node& n) {
      return n.is(Node::Kind::number) ||
             (n.is(Node::Kind::symbol) && n.bare() && !n.bold && !n.word && meaning_.is_new(n));
    };
    if (inline_formula && sides.size() == 2 && index(sides[0]) && (index(sides[1]) || letter(sides[1]))) return;
    while (fresh + 1 < sides.size() && says_equal(s.relations[fresh]) && (definable(sides[fresh]) || open(fresh)))
      ++fresh;
    if (inline_formula && fresh > 0 && meaning_.is_open(sides[0]) && names_in(sides[1]).empty()) fresh = 0;
    if (inline_formula && fresh == 0 && std::ranges::none_of(sides, has_derivative)) {
      // "the probability of y = 1", "if i = j": a case that is spoken of, and nothing that is so.
      if (!asserts(before)) return;
      return fact(s);
    }
    std::vector<bool> defined(sides.size(), false);
    for (std::size_t k = fresh; k-- > 0;) {
      // A name that was defined meanwhile, by what stands to the right, is claimed to be the same.
      defined[k] =
          meaning_.defined_early(sides[k]) || ((definable(sides[k]) || open(k)) && define(sides[k], sides[k + 1]));
    }
    if (fresh == 0 && !inline_formula && says_equal(s.relations[0]) && !written.continues && defined_anew(sides[0], sides[1])) {
      meaning_.forget(sides[0]);
      if (define(sides[0], sides[1])) defined[0] = true;
    }
    for (std::size_t k = 0; k < sides.size(); ++k) {
      if (defined[k]) sections_[label(sides[k])] = section_;
    }
    // A name of which only a set is said, and then an equation: most likely its definition.
    const bool late = !inline_formula && fresh == 0 && says_equal(s.relations[0]) && !written.continues &&
                      meaning_.is_open(sides[0]) && define(sides[0], sides[1]);
    last_side_ = sides.back();
    const bool only_definitions = inline_formula && fresh + 1 == sides.size();
    if (only_definitions) return;
    const std::size_t from = written.continues ? 0 : 0;
    if (!written.continues) {
      ++chain_;
      link_ = 0;
    }
    for (std::size_t k = from; k + 1 < sides.size(); ++k) {
      const std::string& relation = s.relations[k];
      if (!says_equal(relation)) {
        if (relation == "==" || relation == "approx" || relation == "propto" || relation == "to")
          not_read({sides[k].begin, sides[k + 1].end, fmt::format("the relation `{}`", relation)});
        if (relation == "<" || relation == "<=" || relation == ">" || relation == ">=")
          not_read({sides[k].begin, sides[k + 1].end, "an inequality"});
        continue;
      }
      LinkVerdict v;
      v.chain = chain_;
      v.link = ++link_;
      v.left_place = place(sides[k].begin, sides[k].end);
      v.right_place = place(sides[k + 1].begin, sides[k + 1].end);
      if (defined[k]) {
        v.verdict = Verdict::proved;
        v.reason = fmt::format("it defines `{}`", one_name(sides[k]));
        links.push_back(std::move(v));
        continue;
      }
      if (k == 0 && late) {
        v.reason = fmt::format("this is taken as what `{}` is: nothing but a set is said of it before", one_name(sides[0]));
        v.verdict = Verdict::undecided;
        links.push_back(std::move(v));
        continue;
      }
      links.push_back(std::move(v));
      claim(sides[k], sides[k + 1]);
    }
  }

  static std::string one_name(const Node& n) { return plain(label(n)); }

  // An equation in the text that claims nothing of derivatives: what is known.
  void fact(const Statement& s) {
    for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
      if (!says_equal(s.relations[k])) continue;
      if (!meaning_.assume(s.sides[k], "=", s.sides[k + 1])) throw NotRead{s.begin, s.end, "this fact"};
    }
  }

  void claim(const Node& left, const Node& right) {
    LinkVerdict& v = links.back();
    v.verdict = Verdict::undecided;
    try {
      const Meaning::Sides sides = meaning_.equation(left, right);
      v.left = sides.left;
      v.right = sides.right;
      if (sides.independent) {
        v.reason = *sides.independent;
        return;
      }
      Pending p{links.size() - 1, meaning_.model().claims.size(), false, {}};
      if (!sides.guessed.empty()) {
        p.doubtful = true;
        p.why = fmt::format("it is not said what `{}` is", sides.guessed[0]);
      }
      if (sides.doubtful) {
        p.doubtful = true;
        p.why = *sides.doubtful;
      }
      if (const auto why = decimal(left, right)) {
        p.doubtful = true;
        p.why = *why;
      }
      for (const Node* side : {&left, &right}) {
        for (const std::string& n : names_in(*side)) {
          if (!poisoned_.contains(n)) continue;
          p.doubtful = true;
          p.why = fmt::format("something that is said of `{}` was not read", n);
        }
      }
      meaning_.model().claims.push_back({{sides.left, sides.right}, {v.left_place, v.right_place}, v.left_place});
      pending_.push_back(std::move(p));
    } catch (const NotRead& e) {
      v.reason = fmt::format("not read: {}", e.reason);
      not_read(e);
    } catch (const Mismatch& e) {
      mismatch(v, left, right, e.reason);
    } catch (const ShapeError& e) {
      mismatch(v, left, right, e.what());
    } catch (const LimitError& e) {
      v.reason = fmt::format("a limit was passed: {}", e.what());
    }
  }

  // "L = -\ln 0.9 = 0.105": numbers of an example, and rounded ones.
  static std::optional<std::string> decimal(const Node& left, const Node& right) {
    for (const Node* side : {&left, &right}) {
      bool point = false, name = false;
      walk(*side, [&](const Node& n) {
        point = point || (n.is(Node::Kind::number) && n.text.find('.') != std::string::npos);
        name = name || (n.is(Node::Kind::symbol) && !n.word);
        return true;
      });
      if (point && !name) return "the numbers of an example, or rounded ones";
    }
    return std::nullopt;
  }

  // Shapes that do not fit refute what is written, if all that is said of the names was read.
  void mismatch(LinkVerdict& v, const Node& left, const Node& right, const std::string& reason) {
    v.reason = reason;
    v.verdict = Verdict::refuted;
    for (const Node* side : {&left, &right}) {
      for (const std::string& n : names_in(*side)) {
        if (poisoned_.contains(n) || meaning_.is_guessed(n)) v.verdict = Verdict::undecided;
      }
    }
  }

  // Names of indices as people write them.
  static std::string readable(std::string text) {
    std::string out;
    for (std::size_t k = 0; k < text.size();) {
      if (text.compare(k, 9, "index of ") == 0) {
        std::size_t stop = k + 9;
        while (stop < text.size() && text[stop] >= '0' && text[stop] <= '9') ++stop;
        out += tensor::index_letter(std::stoul(text.substr(k + 9, stop - k - 9)) % 18);
        k = stop;
      } else if (text.compare(k, 6, "index ") == 0) {
        k += 6;
      } else {
        out += text[k++];
      }
    }
    return out;
  }

  void judge() {
    {
      const std::vector<LinkVerdict> found = judge_claims(engine_, meaning_.model());
      for (Pending& p : pending_) {
        LinkVerdict& v = links[p.link];
        const LinkVerdict& w = found[p.claim];
        v.verdict = w.verdict;
        if (v.verdict == Verdict::refuted && !p.doubtful) {
          const Claim& c = meaning_.model().claims[p.claim];
          if (const auto why = meaning_.doubt(c.sides[0], c.sides[1])) {
            p.doubtful = true;
            p.why = *why;
          }
        }
        v.reason = readable(w.reason);
        v.counterexample = w.counterexample;
        v.mend = readable(w.mend);
        v.mended = readable(w.mended);
        if (v.verdict == Verdict::refuted && w.reason.starts_with("a side has no value") && !p.doubtful) {
          p.doubtful = true;
          p.why = "a side has no value for some numbers, and it is not said whether these are meant";
        }
        if (v.verdict == Verdict::refuted && p.doubtful) {
          v.verdict = Verdict::undecided;
          v.reason = p.why;
          v.counterexample.reset();
          v.mend.clear();
          v.mended.clear();
        }
      }
    }
    std::size_t wrong_chain = 0;
    for (LinkVerdict& v : links) {
      v.first_wrong = v.verdict == Verdict::refuted && wrong_chain != v.chain;
      if (v.verdict == Verdict::refuted) wrong_chain = v.chain;
    }
  }

  Engine& engine_;
  const SourcePtr& source_;
  const std::vector<Formula>& formulas_;
  Meaning meaning_;
  std::optional<Node> last_side_;
  std::size_t chain_ = 0, link_ = 0;
  std::set<std::string> poisoned_;
  std::vector<Pending> pending_;
  std::map<std::string, std::size_t> sections_;   // in which each name was defined
  std::size_t section_ = 0;
  std::vector<std::pair<Node, Node>> functions_;  // names, and what they are functions of
};

// Whether the text has words for a convention.
bool speaks_of(const std::vector<Formula>& formulas, const Conventions& conventions) {
  static constexpr auto rows =
      std::to_array<std::string_view>({"row vector", "numerator layout", "as rows", "as a row"});
  static constexpr auto entries =
      std::to_array<std::string_view>({"elementwise", "element-wise", "entrywise", "entry-wise", "componentwise",
                                       "pointwise", "entry by entry", "element by element", "Hadamard"});
  const auto says = [&](const auto& words) {
    return std::ranges::any_of(formulas, [&](const Formula& f) {
      return std::ranges::any_of(words, [&](std::string_view w) { return f.before.find(w) != std::string::npos; });
    });
  };
  return conventions.numerator_layout ? says(rows) : says(entries);
}

constexpr int most_readings = 40;

// Reads and judges; from the beginning again when a dimension that was inferred turns out to be another one.
std::unique_ptr<Reader> read(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas,
                             Conventions conventions) {
  for (int k = 0;; ++k) {
    auto out = std::make_unique<Reader>(engine, source, formulas, conventions);
    try {
      out->run(k == most_readings);
      return out;
    } catch (const Unify& e) {
      conventions.dimensions[e.inferred] = e.other;
    }
  }
}

}  // namespace

DocumentVerdicts check_document(Engine& engine, const SourcePtr& source, Format format) {
  const Pieces pieces = read_pieces(source, format);
  DocumentVerdicts out;
  out.unread = pieces.unread;
  // Tokens first: commands and words may be introduced behind their use.
  Macros macros;
  std::set<std::string> words;
  std::vector<Tokens> tokens;
  for (const Piece& p : pieces.pieces) {
    tokens.emplace_back();
    if (p.kind == Piece::Kind::paragraph) continue;
    if (p.kind == Piece::Kind::prose && p.text.bytes.find('\\') == std::string::npos) continue;
    try {
      tokens.back() = macros.tokens(p.text);
    } catch (const LimitError& e) {
      out.unread.push_back({p.text.place(source, 0, p.text.bytes.size()), e.what()});
    }
    if (p.kind == Piece::Kind::prose) continue;
    find_words(tokens.back(), words);
  }
  std::vector<Formula> formulas;
  std::string prose;
  bool starts = true;
  for (std::size_t k = 0; k < pieces.pieces.size(); ++k) {
    const Piece& p = pieces.pieces[k];
    switch (p.kind) {
      case Piece::Kind::prose:
        prose += p.text.bytes;
        continue;
      case Piece::Kind::paragraph:
        prose += "\n\n";
        starts = true;
        continue;
      case Piece::Kind::display:
        ++out.displays;
        break;
      default:
        break;
    }
    ++out.formulas;
    std::vector<NotRead> not_read;
    Formula f;
    f.kind = p.kind;
    f.statements = read_formula(tokens[k], words, not_read);
    f.before = std::exchange(prose, {});
    f.starts_paragraph = std::exchange(starts, false);
    for (const NotRead& n : not_read) out.unread.push_back({{source, n.begin, n.end}, n.reason});
    formulas.push_back(std::move(f));
  }
  std::unique_ptr<Reader> best;
  long best_score = 0;
  std::size_t chosen = 0;
  std::map<std::string, std::string> dimensions;
  // The readings under which a document may be written; the first one, unless more of its links hold under another.
  std::vector<Conventions> conventions{{}};
  for (std::size_t k = 0; k < conventions.size(); ++k) {
    conventions[k].dimensions = dimensions;
    auto reader = read(engine, source, formulas, conventions[k]);
    long score = 0;
    for (const LinkVerdict& v : reader->links)
      score += v.verdict == Verdict::proved ? 2 : v.verdict == Verdict::refuted ? -1 : 0;
    if (k == 0) {
      const bool fails =
          std::ranges::any_of(reader->links, [](const LinkVerdict& v) { return v.verdict != Verdict::proved; });
      if (fails && reader->has_gradients()) conventions.push_back({.numerator_layout = true});
      const Conventions entries{.entrywise = true};
      if (fails && (reader->has_square_jacobians() || speaks_of(formulas, entries))) conventions.push_back({.entrywise = true});
    }
    // What no word of the text speaks for takes several links, or one wrong link would be read as a right one.
    const bool spoken_of = k == 0 || speaks_of(formulas, conventions[k]);
    if (best && score < best_score + (spoken_of ? 1 : 5)) continue;
    best = std::move(reader);
    best_score = score;
    chosen = k;
  }
  if (conventions[chosen].numerator_layout)
    out.readings.emplace_back("read the derivative of a scalar by a column as a row");
  if (conventions[chosen].entrywise)
    out.readings.emplace_back(
        "read the derivative of a vector by a vector of its length, and products with a dot, entry by entry");
  out.links = std::move(best->links);
  for (Unread& u : best->unread) out.unread.push_back(std::move(u));
  for (const std::string& r : best->readings()) out.readings.push_back(r);
  std::ranges::stable_sort(out.unread, {}, [](const Unread& u) { return u.place.begin; });
  return out;
}

}  // namespace gradus::document
