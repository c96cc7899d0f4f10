// SPDX-License-Identifier: GPL-2.0-or-later
// What a formula is written with that says nothing.
#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>

#include "document/formula_lines.h"
#include "document/formula_parser.h"

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
constexpr auto phantoms = std::to_array<std::string_view>({"phantom", "hphantom", "vphantom"});
// Boxes and styles: around a whole equation they say nothing of it.
constexpr auto wrappers = std::to_array<std::string_view>(
    {"boxed",   "Aboxed", "bbox",    "mathbf",     "boldsymbol", "bm",        "bold",       "pmb",       "bf",
     "mathrm",  "mathit", "mathsf",  "mathtt",     "mathnormal", "underline", "underbrace", "overbrace", "mathrel",
     "mathbin", "mathop", "mathord", "ensuremath", "smash",      "enclose",   "class",      "cssId",     "style"});

bool opens_at(const Tokens& in, std::size_t k) { return k < in.size() && in[k].kind == Kind::open; }

// The brace that a wrapper at `k` opens, or that stands there itself; nothing if there is none.
std::optional<std::size_t> brace_of_wrapper(const Tokens& in, std::size_t k) {
  if (in[k].kind == Kind::open) return k;
  if (in[k].kind != Kind::command || !among(wrappers, in[k].text)) return std::nullopt;
  std::size_t at = k + 1;
  if (in[k].text == "bbox" && at < in.size() && in[at].is_other("[")) {
    while (at < in.size() && !in[at].is_other("]")) ++at;
    ++at;
  }
  const bool two = in[k].text == "enclose" || in[k].text == "class" || in[k].text == "cssId" || in[k].text == "style";
  if (two && opens_at(in, at)) at = closing(in, at) + 1;
  if (!opens_at(in, at)) return std::nullopt;
  return at;
}

// Whether statements stand between braces: relations that are within nothing else, or an alignment.
bool holds_relation(const Tokens& in, std::size_t open, std::size_t close) {
  for (std::size_t k = open + 1; k < close; ++k) {
    if (in[k].kind == Kind::begin) return is_alignment(in[k].text);
    if (!relation_of(in[k]).empty()) return true;
    if (in[k].is_other("(") || in[k].is_other("[")) {
      int depth = 0;
      for (; k < close; ++k) {
        if (in[k].is_other("(") || in[k].is_other("[")) ++depth;
        if ((in[k].is_other(")") || in[k].is_other("]")) && --depth == 0) break;
      }
      continue;
    }
    const auto brace = brace_of_wrapper(in, k);
    if (!brace) continue;
    const std::size_t end = closing(in, *brace);
    const bool argument = in[k].kind == Kind::open && k > open + 1 &&
                          (in[k - 1].kind == Kind::command || in[k - 1].kind == Kind::above ||
                           in[k - 1].kind == Kind::below || in[k - 1].kind == Kind::close);
    if (!argument && end < close && holds_relation(in, *brace, end)) return true;
    if (end < close) k = end;
  }
  return false;
}

// Equations without what is around all of them: \boxed{a = b}, {\color{red} a = b}, {\begin{aligned} ... }.
Tokens without_wrappers(const Tokens& in) {
  std::set<std::size_t> dropped;
  int depth = 0;
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (dropped.contains(k)) continue;
    const bool script = k > 0 && (in[k - 1].kind == Kind::above || in[k - 1].kind == Kind::below);
    const bool argument =
        k > 0 && (in[k - 1].kind == Kind::command || in[k - 1].kind == Kind::close || in[k - 1].kind == Kind::begin);
    const bool alignment = t.kind == Kind::open && k + 1 < in.size() && in[k + 1].kind == Kind::begin;
    const auto brace = depth == 0 && !script && (t.kind != Kind::open || !argument || alignment)
                           ? brace_of_wrapper(in, k)
                           : std::nullopt;
    const std::size_t close = brace ? closing(in, *brace) : in.size();
    if (close < in.size() && holds_relation(in, *brace, close)) {
      std::size_t behind = close + 1;
      // What is said of a brace stands in its script; another one is one of all of it.
      const bool scripted = behind < in.size() && (in[behind].kind == Kind::above || in[behind].kind == Kind::below);
      if (!scripted || t.text.ends_with("brace")) {
        if (scripted) behind = opens_at(in, behind + 1) ? closing(in, behind + 1) + 1 : behind + 2;
        for (std::size_t j = k; j <= *brace; ++j) dropped.insert(j);
        for (std::size_t j = close; j < std::min(behind, in.size()); ++j) dropped.insert(j);
        k = *brace;
        continue;
      }
    }
    const bool matrix = t.kind == Kind::begin && !is_alignment(t.text);
    const bool matrix_ends = t.kind == Kind::end && !is_alignment(t.text);
    if (t.kind == Kind::open || t.is_other("(") || matrix) ++depth;
    if ((t.kind == Kind::close || t.is_other(")") || matrix_ends) && depth > 0) --depth;
    if (t.kind == Kind::row && k + 1 < in.size() && in[k + 1].kind == Kind::cell) depth = 0;
  }
  Tokens out;
  for (std::size_t k = 0; k < in.size(); ++k) {
    if (!dropped.contains(k)) out.push_back(in[k]);
  }
  return out;
}

bool is_bar(const Token& t) { return t.is_other("|") || t.is_command("Vert"); }

// Whether two bars stand side by side, of the same kind.
bool double_bar(const Tokens& in, std::size_t k) {
  return k + 1 < in.size() && is_bar(in[k]) && in[k + 1].kind == in[k].kind && in[k + 1].text == in[k].text &&
         !in[k + 1].spaced;
}

// ||w|| is the norm \|w\|, but in |a||b|: no other bar stands between its bars, within nothing else.
Tokens with_norms(const Tokens& in) {
  Tokens out;
  std::vector<int> open{0};  // bars that are open, in each bracket
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (t.kind == Kind::open || t.is_other("(") || t.is_other("[") || t.kind == Kind::begin) open.push_back(0);
    if ((t.kind == Kind::close || t.is_other(")") || t.is_other("]") || t.kind == Kind::end) && open.size() > 1)
      open.pop_back();
    if (t.kind == Kind::row || t.kind == Kind::cell) open.back() = 0;
    const bool both = double_bar(in, k);
    bool norm = both && open.back() == 2;
    if (both && open.back() == 0) {
      int depth = 0;
      std::size_t next = k + 2;
      for (; next < in.size() && depth >= 0; ++next) {
        const Token& n = in[next];
        if (n.kind == Kind::open || n.is_other("(") || n.is_other("[")) ++depth;
        if (n.kind == Kind::close || n.is_other(")") || n.is_other("]")) --depth;
        if (depth == 0 && is_bar(n)) break;
      }
      norm = depth == 0 && next > k + 2 && double_bar(in, next);
    }
    if (norm) {
      Token bar = t;
      bar.kind = Kind::command;
      bar.text = "Vert";
      bar.end = in[k + 1].end;
      out.push_back(std::move(bar));
      open.back() = open.back() == 2 ? 0 : 2;
      ++k;
      continue;
    }
    if (is_bar(t) && open.back() < 2) open.back() = 1 - open.back();
    out.push_back(t);
  }
  return out;
}

}  // namespace

bool is_alignment(std::string_view environment) { return among(alignments, environment); }

Tokens tidied(const Tokens& written) {
  Tokens in;
  for (std::size_t k = 0; k < written.size(); ++k) {
    const Token& t = written[k];
    if (t.kind == Kind::command && among(ignored, t.text) && t.text != "limits") continue;
    // \phantom{=}: a space
    if (t.kind == Kind::command && among(phantoms, t.text) && opens_at(written, k + 1)) {
      k = std::min(closing(written, k + 1), written.size() - 1);
      continue;
    }
    in.push_back(t);
  }
  in = without_wrappers(in);
  Tokens out;
  std::optional<std::size_t> size;  // where the one before the delimiter begins
  for (std::size_t k = 0; k < in.size(); ++k) {
    const Token& t = in[k];
    if (t.kind == Kind::command && among(delimiter_sizes, t.text)) {
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
  return with_norms(out);
}

}  // namespace gradus::document
