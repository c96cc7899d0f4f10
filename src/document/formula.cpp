// SPDX-License-Identifier: GPL-2.0-or-later
// The statements of a formula.
#include "document/formula.h"

#include <algorithm>
#include <array>
#include <optional>

#include "document/formula_lines.h"
#include "document/formula_parser.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

// A word that may be a name, and no remark: "(mean)", "Linearity:".
bool is_name(const Token& t) {
  const auto part = [](char c) { return is_ascii_letter(c) || is_ascii_digit(c); };
  return t.kind == Kind::text && !t.text.empty() && part(t.text.front()) && part(t.text.back()) &&
         t.text.find(' ') == std::string::npos && !is_plain_word(t.text);
}

// (i = j) by itself: what it says, without the parentheses.
void open_condition(Statement& s) {
  if (!s.relations.empty() || s.sides.size() != 1) return;
  const Node& side = s.sides[0];
  const bool condition = side.is(Node::Kind::group) && side.text == "(" && side.bare() && side.kids.size() == 1 &&
                         side.kids[0].is(Node::Kind::relation) && side.kids[0].kids.size() == 2;
  if (!condition) return;
  const Node relation = side.kids[0];
  s.sides = relation.kids;
  s.relations = {relation.ops[0]};
}

}  // namespace

bool says_equal(std::string_view relation) { return relation == "=" || relation == ":="; }

void walk(const Node& node, const std::function<bool(const Node&)>& visit) {
  if (!visit(node)) return;
  for (const auto* part : {&node.kids, &node.below, &node.above}) {
    for (const Node& c : *part) walk(c, visit);
  }
}

void find_words(const Tokens& tokens, std::set<std::string>& words) {
  bool first = true;
  for (std::size_t k = 0; k < tokens.size(); ++k) {
    const Token& t = tokens[k];
    if (first && t.kind == Kind::letter) {
      std::string run = t.text;
      while (k + 1 < tokens.size() && tokens[k + 1].kind == Kind::letter && !tokens[k + 1].spaced)
        run += tokens[++k].text;
      const Token* next = k + 1 < tokens.size() ? &tokens[k + 1] : nullptr;
      const bool capitals = run.size() == 2 && std::ranges::all_of(run, [](char c) { return c >= 'A' && c <= 'Z'; });
      if ((run.size() >= 3 || capitals) && next != nullptr &&
          (next->is_other("(") || next->is_other("=") || next->is_other(">") || next->is_other("<") ||
           next->is_command("in") || next->kind == Kind::below || next->kind == Kind::above ||
           next->kind == Kind::cell))
        words.insert(run);
    }
    first = t.kind == Kind::row || t.kind == Kind::begin || separates(t) || t.is_other(",");
  }
}

namespace {

// KAre^{-rt}: before a power of e stand letters that stand alone, or in pairs, elsewhere.
bool is_product_with_exponential(const std::vector<Tokens>& all, const std::string& word) {
  if (word.size() < 3 || word.back() != 'e') return false;
  std::set<std::string> alone;
  bool power = true;
  for (const Tokens& tokens : all) {
    for (std::size_t k = 0; k < tokens.size(); ++k) {
      if (tokens[k].kind != Kind::letter) continue;
      std::string run = tokens[k].text;
      while (k + 1 < tokens.size() && tokens[k + 1].kind == Kind::letter && !tokens[k + 1].spaced)
        run += tokens[++k].text;
      for (std::size_t c = 0; c < run.size() && run.size() <= 2; ++c) alone.insert(run.substr(c, 1));
      if (run == word) power = power && k + 1 < tokens.size() && tokens[k + 1].kind == Kind::above;
    }
  }
  return power && std::ranges::all_of(word.substr(0, word.size() - 1),
                                      [&](char c) { return alone.contains(std::string(1, c)); });
}

}  // namespace

void drop_products(const std::vector<Tokens>& all, std::set<std::string>& words) {
  std::erase_if(words, [&](const std::string& word) {
    if (is_product_with_exponential(all, word)) return true;
    if (word.size() != 2) return false;
    return std::ranges::any_of(all, [&](const Tokens& tokens) {
      for (std::size_t k = 0; k < tokens.size(); ++k) {
        if (tokens[k].kind != Kind::letter) continue;
        const bool pair = k + 1 < tokens.size() && tokens[k + 1].kind == Kind::letter && !tokens[k + 1].spaced;
        if (pair && tokens[k].text + tokens[k + 1].text == word) {
          ++k;
        } else if (word.find(tokens[k].text) != std::string::npos) {
          return true;
        }
      }
      return false;
    });
  });
}

namespace {

// \operatorname{sech} x = ...: parentheses that nobody writes.
void write_parentheses(Statement& s) {
  for (std::size_t k = 0; k + 1 < s.sides.size(); ++k) {
    if (!says_equal(s.relations[s.continues ? k + 1 : k])) continue;
    Node& side = s.sides[k];
    const bool call = side.is(Node::Kind::product) && side.bare() && side.kids.size() == 2 && side.ops[1].empty() &&
                      side.kids[0].is(Node::Kind::symbol) && side.kids[0].word && side.kids[0].bare() &&
                      !is_function_name(side.kids[0].text) && side.kids[1].is(Node::Kind::symbol) &&
                      !side.kids[1].word && side.kids[1].bare();
    if (!call) continue;
    Node group;
    group.kind = Node::Kind::group;
    group.text = "(";
    group.begin = side.kids[1].begin;
    group.end = side.kids[1].end;
    group.kids = {side.kids[1]};
    side.kids[1] = std::move(group);
  }
}

}  // namespace

std::vector<Statement> read_formula(const Tokens& written, const std::set<std::string>& words,
                                    std::vector<NotRead>& not_read) {
  std::vector<Statement> out;
  for (Tokens& l : lines_of(tidied(written))) {
    // A word by itself is a name.
    const bool name = l.size() == 1 && is_name(l[0]);
    // Words and punctuation at the ends.
    const auto words_behind = [&] {
      const bool script = l.size() > 1 && (l[l.size() - 2].kind == Kind::below || l[l.size() - 2].kind == Kind::above);
      const bool constant = l.size() > 1 && l[l.size() - 2].is_other("+") && l.back().text.starts_with("const");
      return l.back().kind == Kind::text && !script && !constant;
    };
    while (!name && !l.empty() &&
           (words_behind() || l.back().is_other(",") || l.back().is_other(".") || l.back().is_other(";") ||
            l.back().is_other(":")))
      l.pop_back();
    std::size_t begin = 0;
    while (!name && begin < l.size() &&
           (l[begin].is_other(",") || l[begin].is_other(".") ||
            (l[begin].kind == Kind::text && (l[begin].text.find(' ') != std::string::npos || begin + 1 == l.size() ||
                                             l[begin + 1].kind == Kind::command))))
      ++begin;
    // (Mean) \mu = ...: what is said of it
    if (begin + 3 < l.size() && l[begin].is_other("(") && l[begin + 1].kind == Kind::letter) {
      std::size_t stop = begin + 1;
      while (stop < l.size() && l[stop].kind == Kind::letter) ++stop;
      if (stop < l.size() && l[stop].is_other(")") && stop - begin > 3 && stop + 1 < l.size() &&
          (l[stop + 1].kind == Kind::command || l[stop + 1].kind == Kind::letter))
        begin = stop + 1;
    }
    while (begin < l.size() && (l[begin].is_command("space") || l[begin].is_other("~"))) ++begin;
    if (begin >= l.size()) continue;
    try {
      FormulaParser p(l, begin, l.size(), words);
      std::vector<Node> waiting;  // items of a list whose relation comes later
      while (!p.done()) {
        Statement s = p.chain();
        open_condition(s);
        const bool alone = s.relations.empty();
        if (alone && (p.done() ? !out.empty() && !waiting.empty() : true)) {
          waiting.push_back(std::move(s.sides[0]));
        } else if (alone) {
          waiting.push_back(std::move(s.sides[0]));
        } else {
          if (!waiting.empty()) {
            Node list;
            list.kind = Node::Kind::list;
            list.begin = waiting.front().begin;
            list.kids = std::move(waiting);
            waiting.clear();
            s.begin = list.begin;
            list.kids.push_back(std::move(s.sides[0]));
            list.end = list.kids.back().end;
            s.sides[0] = std::move(list);
          }
          out.push_back(std::move(s));
        }
        if (!p.separator()) break;
      }
      if (waiting.empty()) continue;
      // Items behind the last relation: k = 1, ..., n
      const bool after = !out.empty() && out.back().begin >= l[begin].begin &&
                         out.back().end <= waiting.front().begin && !out.back().relations.empty() &&
                         out.back().end >= l[begin].begin;
      if (after) {
        Node& last = out.back().sides.back();
        Node list;
        list.kind = Node::Kind::list;
        list.begin = last.begin;
        list.kids.push_back(std::move(last));
        for (Node& w : waiting) list.kids.push_back(std::move(w));
        list.end = list.kids.back().end;
        last = std::move(list);
        out.back().end = last.end;
      } else {
        Statement s;
        s.begin = waiting.front().begin;
        s.end = waiting.back().end;
        if (waiting.size() == 1) {
          s.sides.push_back(std::move(waiting[0]));
        } else {
          Node list;
          list.kind = Node::Kind::list;
          list.begin = s.begin;
          list.end = s.end;
          list.kids = std::move(waiting);
          s.sides.push_back(std::move(list));
        }
        out.push_back(std::move(s));
      }
    } catch (NotRead& e) {
      not_read.push_back({l[begin].begin, l.back().end, std::move(e.reason)});
    }
  }
  for (Statement& one : out) write_parentheses(one);
  return out;
}

}  // namespace gradus::document
