// SPDX-License-Identifier: GPL-2.0-or-later
// Derivations and connected links for a reader at a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "gradus/report/derivations.h"
#include "gradus/report/verdicts.h"
#include "report/layout.h"

namespace gradus {
namespace {

std::string shown(const Arena& arena, Expr e, std::size_t limit) {
  std::string text = print_within(arena, e, limit);
  return text.empty() ? fmt::format("(an expression of more than {} characters)", limit) : text;
}

std::string reason_of(const Step& step) {
  std::string out = step.why;
  if (!step.evidence.empty()) out += fmt::format("{}({})", out.empty() ? "" : " ", step.evidence);
  out += fmt::format("{}[{}]", out.empty() ? "" : " ", step.rule);
  return out;
}

// The reason for a line that stands for several steps: the sentence of its key step, or of the only step that is
// more than folding and reordering, and the names of the rules in between.
std::string reason_of(const std::vector<const Step*>& span) {
  std::vector<const Step*> telling;  // one for each rule
  for (const Step* step : span) {
    const auto same = [&](const Step* other) { return other->rule == step->rule; };
    if (!step->quiet && std::none_of(telling.begin(), telling.end(), same)) telling.push_back(step);
  }
  if (telling.empty()) return reason_of(*span.back());
  if (telling.size() == 1) return reason_of(*telling.front());
  std::string names;
  for (const Step* step : telling) names += (names.empty() ? "" : ", ") + step->rule;
  if (span.back()->key && !span.back()->quiet) {
    const Step& last = *span.back();
    return fmt::format("{}{} [{}]", last.why, last.evidence.empty() ? "" : " (" + last.evidence + ")", names);
  }
  return "[" + names + "]";
}

// The steps that are shown; the last one always is, because it is the answer.
std::vector<layout::Row> rows_of(const Arena& arena, const std::vector<Step>& steps, const ReportOptions& options) {
  std::vector<layout::Row> rows;
  std::vector<const Step*> span;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    span.push_back(&steps[k]);
    const bool last = k + 1 == steps.size();
    if (options.steps == StepDetail::key && !steps[k].key && !last) continue;
    rows.push_back({shown(arena, steps[k].line, options.max_line), reason_of(span)});
    span.clear();
  }
  return rows;
}

std::string method_words(const std::string& method) {
  if (method == "chain") return "by the chain rule";
  if (method == "direct") return "directly";
  return "by the method `" + method + "`";
}

std::string derivative_name(const Arena& arena, const Derivation& d) {
  // A convention may have a name of its own for it.
  const bool named = arena.is(d.start, Op::Symbol) && arena.name(d.start) == "d" + print(arena, d.wrt);
  if (named) return arena.name(d.start);
  if (!arena.is(d.of, Op::Symbol))
    return print(arena, arena.is(d.start, Op::Entry) ? arena.child(d.start, 0) : d.start);
  return fmt::format("d{}/d{}", print(arena, d.of), print(arena, d.wrt));
}

// What the result is equal to: the derivative, or its general entry.
std::string left_of_result(const Arena& arena, const Derivation& d) {
  return arena.is(d.start, Op::Entry) ? print(arena, d.start) : derivative_name(arena, d);
}

std::string outcome_words(MethodsCompared::Outcome outcome) {
  switch (outcome) {
    case MethodsCompared::Outcome::proved:
      return "proved equal";
    case MethodsCompared::Outcome::refuted:
      return "DIFFERENT";
    case MethodsCompared::Outcome::undecided:
      break;
  }
  return "not decided";
}

}  // namespace

std::string derivations_text(const Arena& arena, const DerivationReport& report, const ReportOptions& options) {
  const auto& all = report.derivations;
  const bool several_methods =
      std::any_of(all.begin(), all.end(), [&](const Derivation& d) { return d.method != all.front().method; });
  std::string out;
  if (options.steps != StepDetail::none) {
    for (const Derivation& d : all) {
      out += fmt::format("{} {}\n\n", derivative_name(arena, d), method_words(d.method));
      if (!d.declined.empty()) {
        layout::append_wrapped(out, "declined: " + d.declined, 2, options.width);
      } else if (d.steps.empty()) {
        layout::append_rows(out, derivative_name(arena, d), {{print(arena, d.result), {}}}, options.width);
      } else {
        layout::append_rows(out, shown(arena, d.start, options.max_line), rows_of(arena, d.steps, options),
                            options.width);
      }
      if (!d.note.empty()) layout::append_wrapped(out, "note: " + d.note, 2, options.width);
      out += '\n';
    }
    if (all.size() < 2 && report.compared.empty()) return out;
    out += "Results\n\n";
  }
  const std::string_view indent = options.steps == StepDetail::none ? "" : "  ";
  for (const Derivation& d : all) {
    const std::string method = several_methods ? fmt::format("   [{}]", d.method) : std::string();
    if (d.declined.empty()) {
      out += fmt::format("{}{} = {}{}\n", indent, left_of_result(arena, d), print(arena, d.result), method);
    } else {
      out += fmt::format("{}{}: declined: {}{}\n", indent, derivative_name(arena, d), d.declined, method);
    }
    if (!d.note.empty() && options.steps == StepDetail::none) out += fmt::format("{}  note: {}\n", indent, d.note);
  }
  for (const MethodsCompared& c : report.compared) {
    out += fmt::format("{}d{}/d{}: chain and direct {}", indent, print(arena, c.of), print(arena, c.wrt),
                       outcome_words(c.outcome));
    if (!c.reason.empty()) out += ": " + c.reason;
    out += '\n';
  }
  return out;
}

std::string links_text(const Arena& arena, const std::vector<FileLinks>& files, const ReportOptions& options) {
  std::string out;
  std::size_t connected = 0, total = 0;
  for (const FileLinks& file : files) {
    for (const LinkDerivation& link : file.links) {
      ++total;
      connected += link.connected ? 1 : 0;
      const Position at = link.right_place.position();
      out += fmt::format("{}:{}:{}: {}  {} = {}\n", file.file, at.line, at.column,
                         link.connected ? "connected" : "NOT CONNECTED", one_line(link.left_place),
                         one_line(link.right_place));
      if (!link.connected && !link.reason.empty()) layout::append_wrapped(out, link.reason, 4, options.width);
      if (options.steps != StepDetail::none && !link.steps.empty()) {
        out += '\n';
        layout::append_rows(out, shown(arena, link.left, options.max_line), rows_of(arena, link.steps, options),
                            options.width);
        out += '\n';
      }
    }
  }
  out += fmt::format("{} of {} links connected\n", connected, total);
  return out;
}

}  // namespace gradus
