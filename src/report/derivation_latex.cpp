// SPDX-License-Identifier: GPL-2.0-or-later
// Derivations and connected links for an appendix: amsmath's align*, nothing else.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "gradus/report/derivations.h"
#include "gradus/report/latex.h"

namespace gradus {
namespace {

constexpr std::size_t long_line = 200;  // bytes of LaTeX, about what fits on a line of a page

// A long line continued on the next ones, broken before a sign that stands outside of all brackets.
std::string broken(const std::string& text) {
  if (text.size() <= long_line) return text;
  std::string out;
  long depth = 0;
  std::size_t begun = 0;  // where the present line begins in `out`
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    if (c == '\\') {
      const auto begins = [&](std::string_view word) {  // and is no longer word
        const std::size_t end = k + word.size();
        return text.compare(k, word.size(), word) == 0 &&
               (end >= text.size() || std::isalpha(static_cast<unsigned char>(text[end])) == 0);
      };
      if (begins("\\left") || begins("\\begin")) ++depth;
      if (begins("\\right") || begins("\\end")) --depth;
      out += c;
      if (k + 1 < text.size()) out += text[++k];  // an escaped brace is no brace
      continue;
    }
    if (c == '{') ++depth;
    if (c == '}') --depth;
    const bool sign = depth == 0 && c == ' ' && k + 2 < text.size() && (text[k + 1] == '+' || text[k + 1] == '-') &&
                      text[k + 2] == ' ';
    if (sign && out.size() - begun > long_line / 2) {
      begun = out.size();
      out += " \\\\\n  &\\quad {}";
    }
    out += c;
  }
  return out;
}

class Writer {
 public:
  Writer(const Arena& arena, const FunctionTable& functions, const ReportOptions& options)
      : arena_(arena), functions_(functions), options_(options) {}

  void comment(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    out_ += "% " + text + "\n";
  }
  void begin() { out_ += "\\begin{align*}\n"; }
  void end() { out_ += "\n\\end{align*}\n\n"; }

  // `left` and the lines that follow from it; the last line is always shown.
  void block(Expr left, const std::vector<Step>& steps, Expr result) {
    begin();
    out_ += within(left);
    bool first = true;
    const auto line = [&](Expr e) {
      out_ += fmt::format("{}&= {}", first ? " " : " \\\\\n  ", broken(within(e)));
      first = false;
    };
    for (std::size_t k = 0; k < steps.size(); ++k) {
      const bool last = k + 1 == steps.size();
      if (!last && (options_.steps == StepDetail::none || (options_.steps == StepDetail::key && !steps[k].key)))
        continue;
      line(steps[k].line);
      if (options_.steps != StepDetail::none) {
        std::string name = steps[k].rule;
        std::replace(name.begin(), name.end(), '-', ' ');
        out_ += " && \\text{" + latex_text(name) + "}";
      }
    }
    if (steps.empty()) line(result);
    end();
  }

  std::string within(Expr e) const {
    try {
      return latex(arena_, functions_, e, 4 * options_.max_line);
    } catch (const LimitError&) {
      return fmt::format("\\text{{(more than {} characters)}}", 4 * options_.max_line);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  const Arena& arena_;
  const FunctionTable& functions_;
  const ReportOptions& options_;
  std::string out_;
};

}  // namespace

std::string derivations_latex(const Arena& arena, const FunctionTable& functions, const DerivationReport& report,
                              const ReportOptions& options) {
  Writer writer(arena, functions, options);
  writer.comment("Needs \\usepackage{amsmath}; \\allowdisplaybreaks lets long derivations break across pages.");
  for (const Derivation& d : report.derivations) {
    const std::string name = arena.is(d.of, Op::Symbol)
                                 ? fmt::format("d{}/d{}", print(arena, d.of), print(arena, d.wrt))
                             : arena.is(d.start, Op::Entry) ? print(arena, arena.child(d.start, 0))
                                                            : print(arena, d.start);
    writer.comment(fmt::format("{}, method: {}", name, d.method));
    if (!d.declined.empty()) {
      writer.comment("declined: " + d.declined);
      continue;
    }
    if (!d.note.empty()) writer.comment("note: " + d.note);
    writer.block(d.start, d.steps, d.result);
  }
  for (const MethodsCompared& c : report.compared) {
    const std::string_view outcome = c.outcome == MethodsCompared::Outcome::proved    ? "proved equal"
                                     : c.outcome == MethodsCompared::Outcome::refuted ? "DIFFERENT"
                                                                                      : "not decided";
    writer.comment(fmt::format("d{}/d{}: chain and direct {}", print(arena, c.of), print(arena, c.wrt), outcome));
  }
  return writer.take();
}

std::string links_latex(const Arena& arena, const FunctionTable& functions, const std::vector<FileLinks>& files,
                        const ReportOptions& options) {
  Writer writer(arena, functions, options);
  writer.comment("Needs \\usepackage{amsmath}; \\allowdisplaybreaks lets long derivations break across pages.");
  for (const FileLinks& file : files) {
    for (const LinkDerivation& link : file.links) {
      writer.comment(fmt::format("{}:{}: {} = {}{}", file.file, link.right_place.position().line,
                                 one_line(link.left_place), one_line(link.right_place),
                                 link.connected ? "" : ", NOT CONNECTED: " + link.reason));
      if (link.connected) writer.block(link.left, link.steps, link.right);
    }
  }
  return writer.take();
}

}  // namespace gradus
