// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz/properties.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "check/lab.h"
#include "gradus/accuracy/accurate.h"
#include "gradus/check/verdict.h"
#include "gradus/derive/derivation.h"
#include "gradus/document/pieces.h"
#include "gradus/emit/header.h"
#include "gradus/rule/rule.h"
#include "gradus/syntax/parse.h"
#include "gradus/tensor/derive.h"

namespace gradus::fuzz {
namespace {

constexpr std::size_t longest_job = 2'000;
constexpr std::size_t few_points = 10;  // at which forms are measured

SourcePtr source(std::string_view text, std::string name) {
  return std::make_shared<const Source>(Source{std::move(name), std::string(text)});
}

[[noreturn]] void broken(const std::string& what) { throw std::logic_error(what); }

// An error about a text lies in it, is one line, and shows nothing that steers a terminal.
void expect_place(const Error& error, const SourcePtr& of) {
  const std::string text = render(error);
  if (error.message.empty() || error.message.find('\n') != std::string::npos) broken("no message of one line: " + text);
  if (error.place.source != of) broken("an error without its place: " + text);
  if (error.place.begin > error.place.end || error.place.end > of->text.size()) broken("a place outside: " + text);
  if (std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7F; })) {
    broken("a control character in a message");
  }
}

const FunctionTable& built_in() {
  static Arena arena;
  static const FunctionTable table = load_catalogue(arena, embedded_rules()).functions;
  return table;
}

bool indices_fit(Arena& arena, const Model& model, Expr e) {
  Shapes shapes(arena, model.shapes);
  try {
    check_indices(arena, shapes, e);
  } catch (const ShapeError&) {
    return false;
  }
  return true;
}

// Reads in a model of its own what was printed of another.
void expect_same(Arena& arena, const Model& model, Expr e) {
  const std::string text = print(arena, e);
  ExpressionOptions options;
  options.model = &model;
  try {
    if (parse_expression(arena, built_in(), source(text, "printed"), options) == e) return;
  } catch (const Error& error) {
    if (!indices_fit(arena, model, e)) return;                // of a claim, which the verdict is to refuse
    if (error.message.starts_with("more than 500 ")) return;  // `--x` prints as `-(-x)`: deeper, at the limit
    broken("what was printed is refused: " + render(error));
  }
  broken("what was printed reads otherwise: " + text);
}

// Whether finite differences are worth something, and all functions have values.
bool can_be_compared(const Arena& arena, const Model& model) {
  if (!std::ranges::all_of(model.functions, [](const ModelFunction& f) { return f.body.has_value(); })) return false;
  std::vector<Expr> all;
  for (const Definition& d : model.definitions) all.push_back(d.value);
  for (const Claim& claim : model.claims) all.insert(all.end(), claim.sides.begin(), claim.sides.end());
  const auto comparable = [&](Expr e) {
    if (arena.is(e, Op::Call)) return arena.name(e).back() != '\'';
    return !arena.is_number(e) || cln::abs(arena.value(e)) <= 100;
  };
  return std::ranges::all_of(all, [&](Expr e) { return std::ranges::all_of(reachable(arena, e), comparable); });
}

void expect_places(const document::Pieces& pieces, const SourcePtr& of) {
  std::size_t last = 0;
  for (const document::Piece& p : pieces.pieces) {
    const std::vector<std::size_t>& at = p.text.at;
    if (at.size() != p.text.bytes.size() + 1) broken("bytes without places: " + p.text.bytes);
    if (!std::ranges::is_sorted(at)) broken("places out of order: " + p.text.bytes);
    if (at.back() > of->text.size()) broken("a place outside: " + p.text.bytes);
    if (at.front() < last) broken("a piece out of order: " + p.text.bytes);
    last = at.front();
    if (p.text.bytes.empty() != (p.kind == document::Piece::Kind::paragraph)) broken("an empty piece");
  }
  for (const document::Unread& u : pieces.unread) expect_place(Error(u.place, u.reason), of);
}

}  // namespace

void models(std::string_view text) {
  Arena arena;
  const SourcePtr of = source(text, "fuzz.gr");
  ModelFile file;
  try {
    file = parse_model(arena, built_in(), of);
  } catch (const Error& error) {
    expect_place(error, of);
    return;
  }
  for (const Model& model : file.models) {
    for (const Definition& d : model.definitions) expect_same(arena, model, d.value);
    if (model.layers) {
      for (const Definition& d : model.layers->definitions) expect_same(arena, model, d.value);
    }
    for (const Claim& claim : model.claims) {
      for (const Expr side : claim.sides) expect_same(arena, model, side);
    }
  }
}

void rules(std::string_view text) {
  Arena arena;
  const SourcePtr of = source(text, "fuzz.rules");
  std::vector<SourcePtr> files;
  for (const SourcePtr& file : embedded_rules()) {
    if (file->name.ends_with("functions.rules")) files.push_back(file);
  }
  if (files.size() != 1) broken("the file of the functions is not found");
  files.push_back(of);
  try {
    load_catalogue(arena, files);
  } catch (const Error& error) {
    expect_place(error, of);
  }
}

void jobs(std::string_view text) {
  if (text.size() > longest_job) return;
  lab::Lab lab;
  ModelFile file;
  try {
    file = parse_model(lab.arena, lab.catalogue.functions, source(text, "fuzz.gr"));
  } catch (const Error&) {
    return;
  }
  const auto attempt = [](const auto& job) {
    try {
      job();
    } catch (const Error& error) {
      if (error.message.empty()) broken("an error without a message");
    } catch (const LimitError&) {
    } catch (const lab::UnknownFunction&) {
    }
  };
  for (const Model& model : file.models) {
    const lab::Reference reference(lab.arena, model);
    const bool comparable = !model.has_tensors() && can_be_compared(lab.arena, model);
    if (model.has_tensors()) {
      attempt([&] { derive_tensors(lab.engine, model, {}); });
    } else {
      attempt([&] { derive(lab.engine, model, {}); });
      attempt([&] { derive_via(lab.engine, model); });
    }
    attempt([&] {
      for (const LinkVerdict& v : check(lab.engine, model)) {
        if (v.verdict != Verdict::proved || !comparable) continue;
        if (reference.compare(v.left, v.right, 1) == lab::Reference::Answer::unequal) {
          broken("proved, and wrong: " + lab::show(lab.arena, v));
        }
      }
    });
    attempt([&] {
      if (model.definitions.empty() || model.has_tensors()) return;
      std::vector<std::string> wrt;
      for (const Expr p : model.params) wrt.push_back(lab.arena.name(p));
      const std::string& of = model.definitions.back().name;
      const GradientProgram program =
          accurate_program(lab.engine, model, gradient_program(lab.engine, model, of, wrt), {.points = few_points});
      emit_header(lab.engine, model, program, {"fuzz", "fuzz.gr", ""});
    });
  }
}

void documents(std::string_view text) {
  using document::Format;
  const SourcePtr of = source(text, "fuzz.md");
  for (const Format format : {Format::markdown, Format::latex, Format::notebook, Format::rst}) {
    try {
      expect_places(document::read_pieces(of, format), of);
    } catch (const Error& error) {
      expect_place(error, of);
    }
  }
}

}  // namespace gradus::fuzz
