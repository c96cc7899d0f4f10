// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "emit/detail.h"
#include "emit/layout.h"
#include "tensor/entries.h"

namespace gradus::emit {
namespace {

constexpr const char* function_indent = "  ";

}  // namespace

std::string size_text(const Size& size, const std::function<std::string(Expr)>& name) {
  std::string out;
  const auto add = [&](long n, const std::string& text) {
    if (out.empty())
      out = n < 0 ? "-" : "";
    else
      out += n < 0 ? " - " : " + ";
    const long count = std::abs(n);
    out += text.empty() ? std::to_string(count) : (count == 1 ? "" : std::to_string(count) + "*") + text;
  };
  // What is taken away stands last: no difference is below 0 on the way.
  std::map<std::string, long> multiples;
  for (const auto& [symbol, n] : size.multiples) multiples[name(symbol)] += n;
  for (const bool less : {false, true}) {
    for (const auto& [text, n] : multiples) {
      if ((n < 0) == less) add(n, text);
    }
    if (size.number != 0 && (size.number < 0) == less) add(size.number, "");
  }
  return out.empty() ? "0" : out;
}

LoopWriter::LoopWriter(Arena& arena, const TensorProgram& program, Lowering& lowering, Functions& functions,
                       Identifiers& identifiers, const ExprMap<std::string>& places, const ExprMap<std::string>& dims)
    : arena_(arena),
      program_(program),
      lowering_(lowering),
      functions_(functions),
      identifiers_(identifiers),
      places_(places),
      dims_(dims) {
  std::size_t most = 1;
  for (const TensorStatement& s : program.statements) most = std::max(most, s.indices.size() + s.bound.size());
  for (std::size_t k = 0; letters_.size() < most; ++k) {
    const std::string name = tensor::index_letter(k);
    if (!identifiers.scope.taken(name)) letters_.push_back(identifiers.scope.claim(name));
  }
  sum_ = identifiers.scope.claim_first({"sum", "total", "sum_"});
  most_ = identifiers.scope.claim_first({"most", "greatest", "most_"});
  least_ = identifiers.scope.claim_first({"least", "smallest", "least_"});
}

std::string LoopWriter::dimension(Expr d) const { return arena_.is_number(d) ? print(arena_, d) : dims_.at(d); }

std::string LoopWriter::size(const Shape& shape) const {
  std::string out;
  for (const Expr d : shape) {
    if (!arena_.is_number(d, 1)) out += (out.empty() ? "" : "*") + dimension(d);
  }
  return out.empty() ? "1" : out;
}

LoopWriter::Letters LoopWriter::letters(const TensorStatement& s) const {
  Letters out;
  std::size_t next = 0;
  for (std::size_t k = 0; k < s.indices.size(); ++k) {
    if (!arena_.is(s.indices[k], Op::Symbol)) continue;
    out.own.emplace_back(s.indices[k], s.shape[k]);
    out.of[s.indices[k]] = letters_[next++];
  }
  out.bound = s.bound;
  for (const auto& [index, dimension] : s.bound) out.of[index] = letters_[next++];
  return out;
}

// From 0: what is read as an index counts from 1.
std::string LoopWriter::index(Expr e, const Letters& letters) const {
  if (arena_.is(e, Op::Symbol)) return letters.of.at(e);
  // A letter counts from 0 already, so that what is added to one stays as it is.
  Size size = *size_of(arena_, {}, e);
  const bool of_letter =
      std::ranges::any_of(size.multiples, [&](const auto& m) { return letters.of.contains(m.first); });
  if (!of_letter) --size.number;
  return size_text(size, [&](Expr name) {
    const auto letter = letters.of.find(name);
    return letter == letters.of.end() ? dimension(name) : letter->second;
  });
}

// Row by row. Numbers count from 1.
std::string LoopWriter::offset(const Shape& shape, const std::vector<Expr>& indices, const Letters& letters) const {
  std::string out;
  bool sum = false;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (arena_.is_number(shape[k], 1)) continue;
    if (!out.empty()) out = (sum ? "(" + out + ")" : out) + "*" + dimension(shape[k]);
    const std::string index = this->index(indices[k], letters);
    if (index == "0" && out.empty()) continue;
    sum = (!out.empty() && index != "0") || index.find(' ') != std::string::npos;
    if (index != "0") out += (out.empty() ? "" : " + ") + index;
  }
  return out.empty() ? "0" : out;
}

std::string LoopWriter::text_of(Expr name, const std::vector<Expr>& indices, const Letters& letters) const {
  const auto place = places_.find(name);
  if (place == places_.end()) return identifiers_.at(name);
  if (indices.empty()) return place->second;
  return fmt::format("{}[{}]", place->second, offset(program_.shapes.at(arena_.name(name)), indices, letters));
}

// Whether it is made of letters, dimensions and whole numbers.
bool LoopWriter::is_place(Expr e, const Letters& letters) const {
  const auto size = size_of(arena_, {}, e);
  return size && std::ranges::all_of(size->multiples, [&](const auto& m) {
           return letters.of.contains(m.first) || dims_.contains(m.first);
         });
}

// Entries as names, which are those of their tensors as long as one entry of each is there.
LoopWriter::Placed LoopWriter::with_places(Expr e, const Letters& letters) {
  Placed out;
  ExprMap<Expr> map;
  const auto put = [&](Expr node, const std::string& name, const std::string& text) {
    Expr symbol = arena_.symbol(name);
    const auto known = out.texts.find(symbol);
    if (known != out.texts.end() && known->second != text) symbol = arena_.symbol(text);
    out.texts[symbol] = text;
    map[node] = symbol;
  };
  std::vector<Expr> open{e};
  std::unordered_set<Expr, ExprHash> seen;
  while (!open.empty()) {
    const Expr node = open.back();
    open.pop_back();
    if (!seen.insert(node).second) continue;
    const auto children = arena_.children(node);
    if (arena_.is(node, Op::Entry)) {
      const std::vector<Expr> indices(children.begin() + 1, children.end());
      put(node, arena_.name(children[0]), text_of(children[0], indices, letters));
    } else if (const auto dim = dims_.find(node); dim != dims_.end()) {
      put(node, arena_.name(node), fmt::format("static_cast<{}>({})", type_name(functions_.real()), dim->second));
    } else if (const auto letter = letters.of.find(node); letter != letters.of.end()) {
      // What is compared with a number counts from 1.
      const std::string text = fmt::format("static_cast<{}>({} + 1)", type_name(functions_.real()), letter->second);
      put(node, text, text);
    } else if (arena_.is(node, Op::Symbol)) {
      if (places_.contains(node) || identifiers_.knows(node)) put(node, arena_.name(node), text_of(node, {}, letters));
    } else if ((arena_.is(node, Op::Eq) || arena_.is(node, Op::Ge) || arena_.is(node, Op::Le)) &&
               letters.of.contains(children[0]) && is_place(children[1], letters)) {
      // k <= n is written k < n where both count from 0: no n is too small for that.
      const bool most = arena_.is(node, Op::Le);
      const std::string bound = most
                                    ? size_text(*size_of(arena_, {}, children[1]), [&](Expr d) { return dimension(d); })
                                    : index(children[1], letters);
      const std::string text = fmt::format("({} {} {})", letters.of.at(arena_.child(node, 0)),
                                           most                      ? "<"
                                           : arena_.is(node, Op::Eq) ? "=="
                                                                     : ">=",
                                           bound);
      put(node, text, text);
    } else {
      open.insert(open.end(), children.begin(), children.end());
    }
  }
  out.value = substitute(arena_, e, map);
  return out;
}

// The lines that compute `value` and do with it what `use` says.
std::string LoopWriter::assignment(const Letters& letters, Expr value, const std::string& use,
                                   const std::string& reduced, const TensorStatement& s, const std::string& indent) {
  Speller names(arena_, functions_);
  NameScope of_loop = scope_;  // gone at the end of the loop
  NameScope& scope = indent == function_indent ? scope_ : of_loop;
  const Placed placed = with_places(value, letters);
  lowering_.lower(std::vector<Expr>{placed.value});
  for (const auto& [symbol, text] : placed.texts) names.set_name(symbol, text);
  if (s.reduced) names.set_name(*s.reduced, reduced);
  std::string out;
  for (const Line& l :
       schedule(arena_, lowering_, names, scope, std::vector<Assignment>{{{}, placed.value, {}, use, true}}))
    out += statement(indent, l.code, "");
  return out;
}

// `inner` gets its indentation; braces stand where there is more than one line within.
std::string LoopWriter::nest(const std::vector<Loop>& loops, const std::string& indent, const auto& inner) {
  std::string lead = indent;
  for (std::size_t k = 0; k < loops.size(); ++k) lead += "  ";
  std::string text = inner(lead);
  for (std::size_t k = loops.size(); k-- > 0;) {
    lead.resize(lead.size() - 2);
    const std::string head =
        fmt::format("{0}for (std::size_t {1} = 0; {1} < {2}; ++{1})", lead, loops[k].index, loops[k].size);
    const bool one_line = std::ranges::count(text, '\n') == 1 && !text.starts_with(lead + "  for");
    if (one_line && head.size() + text.size() - lead.size() - 2 <= max_columns) {
      text = head + " " + text.substr(lead.size() + 2);
    } else {
      text = head + " {\n" + text + lead + "}\n";
    }
  }
  return text;
}

// In how many entries the index is not the last one, so that the next step is far away.
std::size_t LoopWriter::strides(Expr body, Expr index) const {
  std::size_t out = 0;
  for (const Expr node : reachable(arena_, body)) {
    if (!arena_.is(node, Op::Entry)) continue;
    const Shape& shape = program_.shapes.at(arena_.name(arena_.child(node, 0)));
    std::size_t last = shape.size();
    while (last > 0 && arena_.is_number(shape[last - 1], 1)) --last;
    for (std::size_t k = 0; k + 1 < last; ++k) {
      if (arena_.child(node, k + 1) == index) ++out;
    }
  }
  return out;
}

// Whether the sum is gathered in the entries of a row, with the row as the innermost loop.
bool LoopWriter::innermost_is_free(const TensorStatement& s, const Letters& letters) const {
  if (letters.own.empty()) return false;
  const Expr row = letters.own.back().first;
  std::size_t last = s.shape.size();
  while (last > 0 && arena_.is_number(s.shape[last - 1], 1)) --last;
  if (s.indices[last - 1] != row) return false;
  const std::size_t free = strides(*s.body, row), bound = strides(*s.body, letters.bound.back().first);
  return free <= bound && contains(arena_, *s.body, row);
}

std::string LoopWriter::write(const TensorStatement& s) {
  const Letters letters = this->letters(s);
  const auto loop = [&](const std::pair<Expr, Expr>& of) {
    return Loop{letters.of.at(of.first), dimension(of.second)};
  };
  std::vector<Loop> own, bound;
  for (const auto& i : letters.own) own.push_back(loop(i));
  for (const auto& i : letters.bound) bound.push_back(loop(i));
  const std::string shown = comment_text(print(arena_, s.target) + " = " + formula(arena_, s.meaning));
  std::string out = comment_lines(function_indent, "//", shown);
  const std::string type = type_name(functions_.real()), target = text_of(s.name, s.indices, letters);
  const bool variable = !places_.contains(s.name);
  const std::string declared = variable ? type + " " + target : target;
  if (!s.reduce) {
    return out + nest(own, function_indent, [&](const std::string& indent) {
             return assignment(letters, s.finish, (variable ? "const " : "") + declared + " = ", "", s, indent);
           });
  }
  const bool sums = *s.reduce == Op::Sum, finished = s.finish == *s.reduced;
  const std::string start =
      sums ? literal(0, functions_.real()).text
           : fmt::format("{}std::numeric_limits<{}>::infinity()", *s.reduce == Op::Max ? "-" : "", type);
  const auto gather = [&](const std::string& in, const std::vector<Loop>& loops, const std::string& indent) {
    return nest(loops, indent, [&](const std::string& inner) {
      if (sums) return assignment(letters, *s.body, in + " += ", in, s, inner);
      const Expr most = arena_.call(spelling(*s.reduce), {*s.reduced, *s.body});
      return assignment(letters, most, in + " = ", in, s, inner);
    });
  };
  const auto finish = [&](const std::string& from, const std::string& use, const std::string& indent) {
    return assignment(letters, s.finish, use + " = ", from, s, indent);
  };
  if (own.empty()) {
    out += fmt::format("  {} = {};\n", declared, start) + gather(target, bound, function_indent);
    return finished ? out : out + finish(target, target, function_indent);
  }
  if (!innermost_is_free(s, letters)) {
    const std::string& gathered = sums ? sum_ : *s.reduce == Op::Max ? most_ : least_;
    return out + nest(own, function_indent, [&](const std::string& indent) {
             return fmt::format("{}{} {} = {};\n", indent, type, gathered, start) + gather(gathered, bound, indent) +
                    finish(gathered, target, indent);
           });
  }
  const std::vector<Loop> row{own.back()};
  own.pop_back();
  bound.push_back(row.front());
  return out + nest(own, function_indent, [&](const std::string& indent) {
           std::string text = nest(row, indent, [&](const std::string& inner) {
             return fmt::format("{}{} = {};\n", inner, target, start);
           });
           text += gather(target, bound, indent);
           if (!finished)
             text += nest(row, indent, [&](const std::string& inner) { return finish(target, target, inner); });
           return text;
         });
}

}  // namespace gradus::emit
