// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/document/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "document/differentials.h"
#include "document/nodes.h"
#include "document/own_meaning.h"
#include "document/phrases.h"
#include "document/piecewise.h"
#include "document/prose.h"
#include "document/reader.h"
#include "document/readings.h"
#include "document/steps.h"

namespace gradus::document {
namespace {

// What a document consists of, and what its directives settle.
struct Content {
  std::vector<Formula> formulas;
  std::optional<Conventions> settled;
  Differentials differentials = Differentials::none;
  std::string said;  // the prose
  bool speaks_of_rows = false, speaks_of_entries = false, speaks_of_denominators = false, broadcasts = false;
};

// `layout numerator`, `layout denominator`, `entrywise`; any other directive is a formula that holds.
bool is_convention(const std::string& directive, std::optional<Conventions>& settled) {
  std::string text;
  for (const char c : directive) {
    if (c != ' ' && c != '\n') {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  while (text.ends_with(' ')) text.pop_back();
  const auto set = [&](bool Conventions::*member, bool value) {
    if (!settled) settled.emplace();
    (*settled).*member = value;
    return true;
  };
  if (text == "layout numerator") return set(&Conventions::numerator_layout, true);
  if (text == "layout denominator") return set(&Conventions::denominator_layout, true);
  if (text == "convention per-example") return set(&Conventions::per_example, true);
  if (text == "entrywise") return set(&Conventions::entrywise, true);
  return false;
}

Content content_of(const Pieces& pieces, const SourcePtr& source, DocumentVerdicts& out) {
  // Tokens first: commands and words may be introduced behind their use.
  Macros macros;
  std::set<std::string> words;
  std::vector<Tokens> tokens;
  for (const Piece& p : pieces.pieces) {
    tokens.emplace_back();
    if (p.kind == Piece::Kind::paragraph) continue;
    if (p.kind == Piece::Kind::prose && p.text.bytes.find('\\') == std::string::npos) continue;
    Text text = p.text;
    if (p.kind == Piece::Kind::directive) std::ranges::replace(text.bytes, '$', ' ');
    try {
      tokens.back() = macros.tokens(text);
    } catch (const LimitError& e) {
      out.unread.push_back({p.text.place(source, 0, p.text.bytes.size()), e.what()});
    }
    if (p.kind != Piece::Kind::prose) find_words(tokens.back(), words);
  }
  drop_products(tokens, words);
  Content content;
  std::string prose;
  for (std::size_t k = 0; k < pieces.pieces.size(); ++k) {
    const Piece& p = pieces.pieces[k];
    if (p.kind == Piece::Kind::prose) {
      prose += p.text.bytes;
      content.speaks_of_rows = content.speaks_of_rows || speaks_of_rows(p.text.bytes);
      content.speaks_of_denominators = content.speaks_of_denominators || speaks_of_denominators(p.text.bytes);
      content.said += p.text.bytes + '\n';
      content.broadcasts = content.broadcasts || speaks_of(Topic::broadcasting, p.text.bytes);
      content.speaks_of_entries = content.speaks_of_entries || speaks_of(Topic::entries, p.text.bytes);
      continue;
    }
    if (p.kind == Piece::Kind::paragraph) {
      prose += "\n\n";
      continue;
    }
    const bool directive = p.kind == Piece::Kind::directive;
    if (directive && is_convention(p.text.bytes, content.settled)) continue;
    out.displays += p.kind == Piece::Kind::display ? 1 : 0;
    out.formulas += directive ? 0 : 1;
    std::vector<NotRead> not_read;
    Formula f;
    f.kind = p.kind;
    f.statements = read_formula(tokens[k], words, not_read);
    f.before = directive ? "let " : std::exchange(prose, {});
    if (!not_read.empty()) f.unread = p.text.bytes;
    for (const NotRead& n : not_read) out.unread.push_back({{source, n.begin, n.end}, n.reason});
    content.formulas.push_back(std::move(f));
  }
  content.differentials = join_differentials(content.formulas);
  separate_steps(content.formulas);
  join_pieces(content.formulas);
  content.formulas.push_back({Piece::Kind::prose, {}, prose, {}});  // what stands behind the last one
  return content;
}

// Another reading of a document, and how much more must hold under it.
struct Other {
  Conventions conventions;
  long more;
};

// The readings that a document may need beside the usual one. What no word of the text speaks for takes several links
// more that hold, or one wrong link would be read as a right one.
std::vector<Other> other_readings(const Reader& usual, const Conventions& chosen, const Content& content) {
  std::vector<Other> out;
  const bool all_hold =
      std::ranges::all_of(usual.links, [](const LinkVerdict& v) { return v.verdict == Verdict::proved; });
  if (content.settled || all_hold) return out;
  const auto with = [&](bool Conventions::*member) {
    Conventions other = chosen;
    other.denominator_layout = false;
    other.*member = true;
    return other;
  };
  constexpr long several = 5;
  if (usual.has_gradients())
    out.push_back({with(&Conventions::numerator_layout), content.speaks_of_rows ? 1 : several});
  if (usual.has_square_jacobians() || content.speaks_of_entries)
    out.push_back({with(&Conventions::entrywise), content.speaks_of_entries ? 1 : several});
  for (const Conventions& other : with_tensors(usual, chosen)) out.push_back({other, 1});
  if (usual.has_adjoints_of_means()) out.push_back({with(&Conventions::per_example), 1});
  return out;
}

// What a reading says that another one does not.
std::string difference(const Conventions& chosen, const Conventions& other) {
  if (other.numerator_layout != chosen.numerator_layout)
    return other.numerator_layout ? "the derivative of a scalar by a column is a row"
                                  : "the derivative of a scalar by a column is a column";
  if (other.per_example != chosen.per_example)
    return other.per_example ? "adjoints of what has a column for each example are those of its own loss"
                             : "all adjoints are derivatives of the cost itself";
  if (other.columns != chosen.columns || other.matrices != chosen.matrices)
    return "what is not introduced is read in another way";
  return other.entrywise ? "derivatives of vectors by vectors are taken entry by entry"
                         : "derivatives of vectors by vectors are Jacobians";
}

// A refuted link that holds under another reading: that is its mend.
void name_reading(std::vector<LinkVerdict>& links, const Conventions& chosen, const Conventions& other,
                  const std::vector<LinkVerdict>& there) {
  for (std::size_t k = 0; k < std::min(links.size(), there.size()); ++k) {
    LinkVerdict& v = links[k];
    if (v.verdict != Verdict::refuted || there[k].verdict != Verdict::proved) continue;
    if (v.right_place.begin != there[k].right_place.begin) continue;
    const std::string reading = fmt::format("it holds if {}", difference(chosen, other));
    v.mend = v.mend.empty() ? reading : fmt::format("{}; {}", v.mend, reading);
  }
}

// Where it is not clear how far a minus or a d/dx reaches, a link is decided if both readings decide it alike; a
// document of which more holds when they reach far is read so.
std::unique_ptr<Reader> settle_reach(Engine& engine, const SourcePtr& source, const Content& content,
                                     Conventions& chosen, std::unique_ptr<Reader> best, KnownVerdicts& known) {
  if (content.settled || !best->reach_is_unclear()) return best;
  Conventions far = chosen;
  far.far_reaching = true;
  auto other = read_formulas(engine, source, content.formulas, far, known);
  constexpr long several = 5;
  if (score(*other) >= score(*best) + several) {
    chosen = far;
    return other;
  }
  for (LinkVerdict& v : best->links) {
    const auto same = std::ranges::find_if(other->links, [&](const LinkVerdict& w) {
      return w.left_place.begin == v.left_place.begin && w.right_place.begin == v.right_place.begin;
    });
    if (v.verdict == Verdict::undecided || (same != other->links.end() && same->verdict == v.verdict)) continue;
    best->doubt(static_cast<std::size_t>(&v - best->links.data()));
    v.verdict = Verdict::undecided;
    v.reason =
        "it is not clear how far a minus before a sum, a derivative before parentheses or a function before letters "
        "reaches";
    v.counterexample.reset();
  }
  best->mark_first_wrong();
  return best;
}

}  // namespace

DocumentVerdicts check_document(Engine& engine, const SourcePtr& source, Format format) {
  const Pieces pieces = read_pieces(source, format);
  DocumentVerdicts out;
  out.unread = pieces.unread;
  const Content content = content_of(pieces, source, out);
  Conventions chosen = content.settled.value_or(Conventions{.denominator_layout = content.speaks_of_denominators});
  chosen.broadcasts = content.broadcasts;
  chosen.differentials = content.differentials;
  chosen.axis = axis_said(content.said);
  KnownVerdicts known;
  std::unique_ptr<Reader> best = read_formulas(engine, source, content.formulas, chosen, known);
  std::vector<std::pair<Conventions, std::unique_ptr<Reader>>> rejected;
  for (const Other& other : other_readings(*best, chosen, content)) {
    auto reader = read_formulas(engine, source, content.formulas, other.conventions, known);
    // Names as columns where numbers do not fit.
    const bool fits = other.conventions.columns != chosen.columns && other.conventions.matrices == chosen.matrices &&
                      reader->misfits() == 0 && best->misfits() > 0 && score(*reader) >= score(*best);
    // One of which less holds is none, even if less fails under it.
    const bool less = proved(*reader) < proved(*best);
    if (less || (!fits && score(*reader) < score(*best) + other.more)) {
      rejected.emplace_back(other.conventions, std::move(reader));
      continue;
    }
    rejected.emplace_back(chosen, std::exchange(best, std::move(reader)));
    chosen = other.conventions;
  }
  best = settle_reach(engine, source, content, chosen, std::move(best), known);
  best->mend();
  const std::vector<std::string> own = read_parts(engine, source, content.formulas, chosen, known, *best);
  for (const auto& [conventions, reader] : rejected) name_reading(best->links, chosen, conventions, reader->links);
  if (chosen.numerator_layout) out.readings.emplace_back("read the derivative of a scalar by a column as a row");
  if (chosen.denominator_layout) out.readings.emplace_back("read derivatives in denominator layout");
  if (chosen.entrywise)
    out.readings.emplace_back(
        "read the derivative of a vector by a vector of its length, and products with a dot, entry by entry");
  if (chosen.far_reaching)
    out.readings.emplace_back(
        "read a minus before a sum as one of all that it reaches over, a derivative before parentheses as one of the "
        "whole product, and a function before letters as one of all of them");
  for (std::size_t k = 0; k < best->links.size(); ++k) {
    if (!best->asides.contains(k) || best->links[k].verdict == Verdict::refuted)
      out.links.push_back(std::move(best->links[k]));
  }
  for (Unread& u : best->unread) out.unread.push_back(std::move(u));
  for (const std::string& r : best->readings()) out.readings.push_back(r);
  out.readings.insert(out.readings.end(), own.begin(), own.end());
  std::ranges::stable_sort(out.unread, {}, [](const Unread& u) { return u.place.begin; });
  return out;
}

}  // namespace gradus::document
