// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/report/verdicts.h"

#include <cln/integer_io.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/json_text.h"
#include "report/layout.h"
#include "report/point.h"

namespace gradus {
namespace {

using Json = nlohmann::ordered_json;

struct Mark {
  std::string_view word, color;
};

Mark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return {"proved", "\x1b[32m"};
    case Verdict::refuted:
      return {"REFUTED", "\x1b[1;31m"};
    case Verdict::undecided:
      break;
  }
  return {"undecided", "\x1b[33m"};
}

std::string verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

void append_link(std::string& out, const FileVerdicts& file, const LinkVerdict& link, const ReportOptions& options) {
  const Mark mark = mark_of(link.verdict);
  const Position at = link.right_place.position();
  const std::string word = options.color ? fmt::format("{}{}\x1b[0m", mark.color, mark.word) : std::string(mark.word);
  out += fmt::format("{}:{}:{}: {}{}  {} {} {}\n", file.file, at.line, at.column, word,
                     std::string(9 - mark.word.size(), ' '), one_line(link.left_place), link.relation,
                     one_line(link.right_place));
  if (!link.reason.empty()) layout::append_wrapped(out, link.reason, 4, options.width);
  if (link.first_wrong) layout::append_wrapped(out, "This is the first wrong link of its chain.", 4, options.width);
  if (link.counterexample) {
    const Counterexample& c = *link.counterexample;
    for (const std::string& line : point_lines(c, options.width > 4 ? options.width - 4 : 1))
      out += fmt::format("    {}\n", line);
    out += fmt::format("      left  {}\n      right {}\n", c.left, c.right);
  }
  if (!link.mend.empty()) {
    layout::append_wrapped(out, "mend: " + link.mend, 4, options.width);
    if (!link.mended.empty()) layout::append_wrapped(out, link.relation + " " + link.mended, 6, options.width);
  }
}

void append_unread(std::string& out, const FileVerdicts& file, const ReportOptions& options) {
  for (const document::Unread& u : file.unread) {
    const Position at = u.place.position();
    out += fmt::format("{}:{}:{}: not read   {}\n", file.file, at.line, at.column, one_line(u.place));
    layout::append_wrapped(out, u.reason, 4, options.width);
  }
  for (const std::string& reading : file.readings)
    layout::append_wrapped(out, fmt::format("{}: {}", file.file, reading), 0, options.width);
}

Json unread_json(const document::Unread& u) {
  const Position at = u.place.position();
  return Json{{"line", at.line}, {"column", at.column}, {"text", one_line(u.place)}, {"reason", u.reason}};
}

Json link_json(const LinkVerdict& link) {
  Json one;
  const Position at = link.right_place.position();
  one["line"] = at.line;
  one["column"] = at.column;
  one["chain"] = link.chain;
  one["link"] = link.link;
  one["left"] = one_line(link.left_place);
  one["right"] = one_line(link.right_place);
  if (link.relation != "=") one["relation"] = link.relation;
  one["verdict"] = verdict_word(link.verdict);
  one["reason"] = link.reason;
  one["counterexample"] = nullptr;
  if (link.counterexample) {
    Json point = Json::object();
    for (const auto& [name, value] : link.counterexample->point) point[name] = rational_text(value);
    one["counterexample"] =
        Json{{"point", std::move(point)}, {"left", link.counterexample->left}, {"right", link.counterexample->right}};
  }
  one["mend"] = nullptr;
  if (!link.mend.empty()) one["mend"] = Json{{"says", link.mend}, {"side", link.mended}};
  return one;
}

VerdictCounts count(const FileVerdicts& file) {
  VerdictCounts counts;
  for (const LinkVerdict& link : file.links) {
    ++(link.verdict == Verdict::proved    ? counts.proved
       : link.verdict == Verdict::refuted ? counts.refuted
                                          : counts.undecided);
  }
  counts.unread = file.unread.size();
  return counts;
}

}  // namespace

std::string rational_text(const Rational& value) {
  std::ostringstream out;
  cln::print_integer(out, 10, cln::numerator(value));
  if (cln::denominator(value) != 1) {
    out << '/';
    cln::print_integer(out, 10, cln::denominator(value));
  }
  return out.str();
}

std::string counts_text(const VerdictCounts& counts) {
  std::string out = fmt::format("{} proved, {} refuted, {} undecided", counts.proved, counts.refuted, counts.undecided);
  if (counts.unread > 0) out += fmt::format(", {} formula{} not read", counts.unread, counts.unread == 1 ? "" : "s");
  return out;
}

VerdictCounts count_verdicts(const std::vector<FileVerdicts>& files) {
  VerdictCounts total;
  for (const FileVerdicts& file : files) {
    const VerdictCounts c = count(file);
    total.proved += c.proved;
    total.refuted += c.refuted;
    total.undecided += c.undecided;
    total.unread += c.unread;
  }
  return total;
}

std::string verdicts_text(const std::vector<FileVerdicts>& files, const ReportOptions& options, bool only_refuted) {
  std::string out;
  for (const FileVerdicts& file : files) {
    for (const LinkVerdict& link : file.links) {
      if (only_refuted && link.verdict != Verdict::refuted) continue;
      append_link(out, file, link, options);
    }
    if (!only_refuted) append_unread(out, file, options);
  }
  for (const FileVerdicts& file : files) {
    if (file.links.empty() && file.unread.empty()) {
      out += file.file + ": no claims\n";
    } else {
      out += fmt::format("{}: {} links: {}\n", file.file, file.links.size(), counts_text(count(file)));
    }
  }
  if (files.size() > 1) out += fmt::format("all files: {}\n", counts_text(count_verdicts(files)));
  return out;
}

std::string verdicts_json(const std::vector<FileVerdicts>& files, bool only_refuted) {
  Json list = Json::array();
  for (const FileVerdicts& file : files) {
    Json links = Json::array();
    for (const LinkVerdict& link : file.links) {
      if (only_refuted && link.verdict != Verdict::refuted) continue;
      links.push_back(link_json(link));
    }
    Json unread = Json::array();
    for (const document::Unread& u : file.unread) unread.push_back(unread_json(u));
    Json one{{"file", file.file}, {"links", std::move(links)}, {"unread", std::move(unread)}};
    one["readings"] = file.readings;
    list.push_back(std::move(one));
  }
  Json out;
  out["files"] = std::move(list);
  return json_text(out);
}

}  // namespace gradus
