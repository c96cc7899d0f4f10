// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/introduced.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "document/named.h"
#include "document/nodes.h"
#include "document/prose.h"

namespace gradus::document {
namespace {

// "a column vector", "some fixed matrix", "let": the last words before a name that is a new one.
bool words_introduce(const std::string& before) {
  static const std::set<std::string> articles{"a", "an", "some", "any"};
  static const std::set<std::string> others{"the", "this", "that", "of",   "in", "to",  "with", "for",
                                            "by",  "at",   "on",   "from", "is", "are", "as",   "and",
                                            "or",  "our",  "its",  "we",   "it", "i",   "same", "add"};
  constexpr std::size_t most = 5;
  if (last_word(before) == "let") return true;
  std::istringstream in(before.substr(before.find_last_of(".,;:()") + 1));
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(lowered(word));
  for (std::size_t k = words.size(), count = 0; k-- > 0 && count < most; ++count) {
    if (articles.contains(words[k])) return count > 0;
    if (others.contains(words[k])) return false;
  }
  return false;
}

// "is an n x r matrix", "be a number": the first words behind it.
bool words_behind_introduce(const std::string& behind) {
  static constexpr auto all = std::to_array<std::string_view>({" is a ", " is an ", " is some ", " be "});
  return std::ranges::any_of(all, [&](std::string_view w) { return behind.starts_with(w); });
}

// "Let", "consider": the beginning of a sentence that introduces what stands in it.
bool lets(const std::string& words) {
  static constexpr auto all = std::to_array<std::string_view>({"Let ", "let ", "onsider ", "uppose ", "efine "});
  return std::ranges::any_of(all, [&](std::string_view w) { return words.find(w) != std::string::npos; });
}

bool is_call_of(const Node& n) {
  return n.is(Node::Kind::product) && n.kids.size() == 2 && n.ops[1].empty() && n.kids[0].is(Node::Kind::symbol) &&
         n.kids[1].is(Node::Kind::group) && n.kids[1].text == "(" && n.kids[1].bare();
}

bool is_script_of_value(const Node& script) {
  return !is_transpose(script) && !script.is(Node::Kind::group) && !script.word;
}

}  // namespace

std::string key_of_letter(const Node& symbol) {
  std::string stem = stem_of(symbol);
  const bool script =
      symbol.above.size() == 1 && (is_transpose(symbol.above[0]) || is_script_of_value(symbol.above[0]));
  if (script) {  // a power is no name
    Node base = symbol;
    base.above.clear();
    stem = stem_of(base);
  }
  const bool indexed = !symbol.below.empty() && stem.find('_') == std::string::npos;
  return (symbol.bold ? "*" : "") + stem + (indexed ? "_" : "");
}

void visit_letters(const Node& n, const std::function<void(const Node&)>& visit) {
  const auto scripts = [&](const Node& of) {
    for (const Node& a : of.above) {
      if (is_script_of_value(a)) visit_letters(a, visit);
    }
  };
  if (n.is(Node::Kind::symbol)) {
    scripts(n);
    if (n.text == "\\partial" || n.text == "\\nabla") {
      for (const Node& b : n.below) visit_letters(b, visit);
    } else {
      visit(n);
    }
    return;
  }
  for (const Node& c : n.kids) {
    const bool differential = n.is(Node::Kind::fraction) && c.is(Node::Kind::product) && is_d(c.kids[0]);
    if (n.is(Node::Kind::fraction) && c.is(Node::Kind::symbol) && is_d(c)) continue;
    if (!differential) {
      visit_letters(c, visit);
      continue;
    }
    for (const Node& part : c.kids) {
      if (!is_d(part)) visit_letters(part, visit);
    }
  }
  if (!n.is(Node::Kind::big)) scripts(n);
}

Introductions::Introductions(const std::vector<Formula>& formulas) {
  bool before_it = false, let = false;  // whether words introduced the formula before, or open its sentence
  for (std::size_t k = 0; k < formulas.size(); ++k) {
    const Formula& f = formulas[k];
    const bool in_text = f.kind == Piece::Kind::formula;
    const bool joined = f.before == " and " || f.before == ", " || f.before == ", and ";
    const std::string behind = k + 1 < formulas.size() ? formulas[k + 1].before : std::string();
    before_it = in_text && (words_introduce(f.before) || words_behind_introduce(behind) || (joined && before_it));
    const std::size_t end = std::min(f.before.rfind(". "), f.before.rfind(".\n"));
    const bool begins = end != std::string::npos || f.before.find("\n\n") != std::string::npos;
    if (begins || k == 0 || formulas[k - 1].kind == Piece::Kind::display) let = false;
    let = in_text && (let || lets(f.before.substr(end == std::string::npos ? 0 : end)));
    for (const Statement& s : f.statements) {
      statement(k, s, before_it, let);
      for (const Node& side : s.sides) {
        walk(side, [&](const Node& n) {
          if (n.is(Node::Kind::symbol)) uses_[n.text].insert(k);
          return true;
        });
      }
    }
  }
}

void Introductions::add(const Node& name, Introduction introduction) {
  introduction.name = &name;
  of_[key_of_letter(name)].push_back(std::move(introduction));
}

void Introductions::statement(std::size_t formula, const Statement& s, bool by_words, bool let) {
  using How = Introduction::How;
  const auto each = [&](const Node& names, How how) {
    if (names.is(Node::Kind::symbol)) add(names, {how, formula, &names});
    if (!names.is(Node::Kind::list)) return;
    for (const Node& item : names.kids) {
      if (item.is(Node::Kind::symbol)) add(item, {how, formula, &item});
    }
  };
  if (s.relations.empty()) {
    if (by_words) each(s.sides[0], How::words);
    return;
  }
  if (s.relations.back() == "in" || (s.relations.size() == 2 && s.relations[0] == ":" && s.relations[1] == "to"))
    each(s.sides[0], How::set);
  if (s.continues) return;
  for (std::size_t k = 0; k + 1 < s.sides.size() && says_equal(s.relations[k]); ++k) {
    const Node& side = s.sides[k];
    const Node& name = called(side);
    if (!name.is(Node::Kind::symbol) || (&name != &side && !is_call_of(side) && !is_log(side.kids[0]))) break;
    Introduction e{How::equation, formula, &name};
    for (const Node& other : s.sides) {
      if (&other != &side) e.value.push_back(&other);
    }
    e.let = let;
    e.number = names_in(s.sides[k + 1]).empty();
    e.circular = names_in(s.sides[k + 1]).contains(name.text);
    if (is_call_of(side)) {
      const Node& inside = side.kids[1].kids[0];
      for (const Node& a : inside.is(Node::Kind::list) ? inside.kids : std::vector<Node>{inside})
        e.arguments += (a.bold ? "*" : "") + label(a) + ",";
      each(inside, How::parameter);
    }
    add(name, std::move(e));
  }
}

const std::vector<Introduction>& Introductions::of(const std::string& key) const {
  static const std::vector<Introduction> none;
  const auto at = of_.find(key);
  return at == of_.end() ? none : at->second;
}

const std::set<std::size_t>& Introductions::uses(const std::string& letter) const {
  static const std::set<std::size_t> none;
  const auto at = uses_.find(letter);
  return at == uses_.end() ? none : at->second;
}

}  // namespace gradus::document
