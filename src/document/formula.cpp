// SPDX-License-Identifier: GPL-2.0-or-later
// The statements of a formula: rows, environments and separators.
#include "document/formula.h"

#include <algorithm>
#include <array>
#include <optional>

#include "document/formula_parser.h"
#include "document/reading.h"

namespace gradus::document {
namespace {

constexpr auto alignments = std::to_array<std::string_view>(
    {"aligned", "align", "alignedat", "alignat", "gather", "gathered", "split", "multline", "eqnarray", "equation",
     "flalign", "displaymath", "math", "multlined", "IEEEeqnarray", "subequations"});
constexpr auto delimiter_sizes =
    std::to_array<std::string_view>({"left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr",
                                     "biggl", "biggr", "Biggl", "Biggr", "middle", "bigm", "Bigm"});
constexpr auto ignored = std::to_array<std::string_view>({"nonumber", "notag", "space", "displaystyle", "textstyle",
                                                          "limits", "hline", "allowbreak", "noindent", "centering"});

bool is_alignment(std::string_view name) { return std::ranges::find(alignments, name) != alignments.end(); }

std::string without_blanks(std::string text) {
  std::erase_if(text, is_blank);
  return text;
}

// A word that may be a name, and no remark: "(mean)", "Linearity:".
bool is_name(const Token& t) {
  const auto part = [](char c) { return is_ascii_letter(c) || is_ascii_digit(c); };
  return t.kind == Kind::text && !t.text.empty() && part(t.text.front()) && part(t.text.back()) &&
         t.text.find(' ') == std::string::npos && !is_plain_word(t.text);
}

bool separates(const Token& t) {
  // "a = b and c = d": two equations.
  if (t.kind == Kind::text) return t.text.find("and") != std::string::npos && without_blanks(t.text) == "and";
  if (t.kind != Kind::command) return false;
  return t.text == "quad" || t.text == "implies" || t.text == "Rightarrow" || t.text == "iff" ||
         t.text == "Leftrightarrow" || t.text == "Longrightarrow" || t.text == "therefore" || t.text == "because" ||
         t.text == "impliedby" || t.text == "land" || t.text == "wedge";
}

// Sizes of delimiters and what else says nothing: braces around an environment among them.
Tokens without_sizes(const Tokens& given) {
  Tokens in = given;
  std::vector<std::size_t> dropped;
  for (std::size_t k = 0; k < in.size(); ++k) {
    if (in[k].kind != Kind::open) continue;
    std::size_t inner = k + 1;
    while (inner < in.size() && in[inner].kind == Kind::command &&
           std::ranges::find(ignored, in[inner].text) != ignored.end())
      ++inner;
    if (inner >= in.size() || in[inner].kind != Kind::begin || !is_alignment(in[inner].text)) continue;
    const std::size_t close = closing(in, k);
    if (close >= in.size()) continue;
    dropped.push_back(k);
    dropped.push_back(close);
  }
  std::ranges::sort(dropped, std::greater());
  for (const std::size_t k : dropped) in.erase(in.begin() + static_cast<std::ptrdiff_t>(k));
  Tokens out;
  std::optional<std::size_t> size;  // where the one before the delimiter begins
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (t.kind == Kind::command && std::ranges::find(ignored, t.text) != ignored.end() && t.text != "limits") continue;
    if (t.kind == Kind::command && std::ranges::find(delimiter_sizes, t.text) != delimiter_sizes.end()) {
      size = t.begin;
      if (k + 1 < in.size() && in[k + 1].is_other(".")) {
        ++k;
        size.reset();
      }
      continue;
    }
    out.push_back(t);
    if (size && *size < t.begin) out.back().begin = *size;
    size.reset();
    if (t.is_command("newline")) out.back().kind = Kind::row;
    // \frac12 and x^12: a digit is an argument, not the number.
    const bool two = t.kind == Kind::command && t.text.ends_with("frac");
    const bool one = t.kind == Kind::above || t.kind == Kind::below || t.is_command("sqrt");
    for (int digits = two ? 2 : one ? 1 : 0; digits > 0 && k + 1 < in.size(); --digits) {
      Token& number = in[k + 1];
      if (number.kind != Kind::number) {
        if (number.kind == Kind::open || number.kind == Kind::command || digits == 1) break;
        out.push_back(number);
        ++k;
        continue;
      }
      if (number.text.size() == 1) {
        out.push_back(number);
        ++k;
        continue;
      }
      Token digit = number;
      digit.text.resize(1);
      digit.end = digit.begin + 1;
      number.text.erase(0, 1);
      number.begin += 1;
      out.push_back(std::move(digit));
    }
  }
  return out;
}

struct Line {
  std::size_t begin, end;  // tokens
  bool aligned = false;    // begins with &
};

// An array is an alignment if relations stand at the top of it.
bool aligns(const Tokens& in, std::size_t begin) {
  if (is_alignment(in[begin].text)) return true;
  if (in[begin].text != "array") return false;
  if (begin > 0 && (in[begin - 1].is_other("(") || in[begin - 1].is_other("[") || in[begin - 1].is_command("{")))
    return false;
  int depth = 0;
  for (std::size_t k = begin + 1; k < in.size(); ++k) {
    if (in[k].kind == Kind::begin || in[k].kind == Kind::open) ++depth;
    if (in[k].kind == Kind::close) --depth;
    if (in[k].kind == Kind::end && depth-- == 0) return false;
    if (depth == 0 && in[k].is_other("=")) return true;
  }
  return false;
}

// "& \text{if } i = j": a case of the row.
bool leads_to_condition(const Tokens& in, std::size_t cell) {
  while (cell < in.size() && in[cell].kind == Kind::cell) ++cell;
  if (cell >= in.size() || in[cell].kind != Kind::text) return false;
  const std::size_t first = in[cell].text.find_first_not_of(' ');
  const std::string word =
      first == std::string::npos ? std::string() : in[cell].text.substr(first, in[cell].text.find(' ', first) - first);
  return word == "if" || word == "for" || word == "when" || word == "where" || word == "with";
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

bool begins_with_sign(const Token& t) {
  return t.is_other("+") || t.is_other("-") || t.is_command("cdot") || t.is_command("times") || t.is_other("*") ||
         t.is_other("/");
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
  const Tokens in = without_sizes(written);
  // Rows and what separates statements.
  std::vector<Tokens> lines;
  Tokens line;
  bool aligned = false, fresh = true;
  int depth = 0;
  std::vector<bool> open;  // environments: whether they are alignments
  const auto flush = [&] {
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
  };
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (t.kind == Kind::begin) {
      open.push_back(depth == 0 && (open.empty() || open.back()) && aligns(in, k));
      if (open.back()) {
        const bool takes_columns = t.text == "array" || t.text.starts_with("alignat") || t.text == "alignedat";
        if (takes_columns && k + 1 < in.size() && in[k + 1].kind == Kind::open)
          k = std::min(closing(in, k + 1), in.size() - 1);
        continue;
      }
    } else if (t.kind == Kind::end) {
      const bool alignment = !open.empty() && open.back();
      if (!open.empty()) open.pop_back();
      if (alignment) continue;
    }
    // What stands above or below a relation, in however many rows.
    const bool stacked = t.is_command("stackrel") || t.is_command("overset") || t.is_command("underset");
    if (stacked && k + 1 < in.size() && in[k + 1].kind == Kind::open && closing(in, k + 1) < in.size()) {
      const std::size_t close = closing(in, k + 1);
      line.insert(line.end(), in.begin() + static_cast<std::ptrdiff_t>(k),
                  in.begin() + static_cast<std::ptrdiff_t>(close + 1));
      k = close;
      continue;
    }
    const bool top = depth == 0 && (open.empty() || open.back());
    if (t.kind == Kind::open || t.is_other("(") || t.is_command("{")) ++depth;
    if ((t.kind == Kind::close || t.is_other(")") || t.is_command("}")) && depth > 0) --depth;
    // Rows end what is open, in formulas whose parentheses do not match.
    const bool row = t.kind == Kind::row && (open.empty() || open.back());
    if (row) {
      const bool unfinished = !line.empty() && (begins_with_sign(line.back()) || line.back().is_other("="));
      std::size_t next = k + 1;
      bool cell = false;
      while (next < in.size() && (in[next].kind == Kind::cell || in[next].kind == Kind::row)) {
        cell = cell || in[next].kind == Kind::cell;
        ++next;
      }
      const bool relation =
          next < in.size() &&
          (!relation_of(in[next]).empty() || in[next].is_command("stackrel") || in[next].is_command("overset") ||
           (in[next].is_other(":") && next + 1 < in.size() && in[next + 1].is_other("=")));
      const bool sign = next < in.size() && begins_with_sign(in[next]);
      const bool goes_on = unfinished || relation || (sign && (cell || !aligned)) || (depth > 0 && cell);
      if (!goes_on) {
        depth = 0;
        flush();
      }
      fresh = true;
      continue;
    }
    if (t.kind == Kind::cell && top && leads_to_condition(in, k)) {
      flush();
      continue;
    }
    if (t.kind == Kind::cell && top) {
      aligned = aligned || !fresh;
      continue;
    }
    fresh = false;
    const bool sentence = t.kind == Kind::text && t.text.find(' ') != std::string::npos && top && open.empty();
    if ((separates(t) && top) || sentence) {
      flush();
      continue;
    }
    if (t.is_command("quad")) continue;
    line.push_back(t);
  }
  flush();
  std::vector<Statement> out;
  for (Tokens& l : lines) {
    // A word by itself is a name.
    const bool name = l.size() == 1 && is_name(l[0]);
    // Words and punctuation at the ends.
    const auto words_behind = [&] {
      const bool script = l.size() > 1 && (l[l.size() - 2].kind == Kind::below || l[l.size() - 2].kind == Kind::above);
      return l.back().kind == Kind::text && !script;
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
