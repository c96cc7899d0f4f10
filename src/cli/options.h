// SPDX-License-Identifier: GPL-2.0-or-later
// The command line, read: what is asked for, with every word checked that can be checked without a file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gradus/emit/header.h"
#include "gradus/report/options.h"

namespace gradus::cli {

enum class Format { text, latex, json };
enum class Job { help, derive, via, check, gen, rules_list, rules_show, rules_verify, functions_list, functions_show };

// What `--convention` says.
struct Convention {
  static constexpr const char* none = "none ";  // no name of a dimension
  std::string over;                             // the dimension; empty: the one that fits
};

// Throws Error (without a place).
Convention read_convention(const std::string& text);

struct Options {
  Job job = Job::help;
  std::string help;  // the text that `--help` and `--version` ask for

  std::vector<std::string> files;
  std::string expression;  // of `-e`
  bool has_expression = false;
  std::string of, model, output, rules, name_space;
  std::vector<std::string> wrt;
  std::string name;    // of `show`
  std::string method;  // empty: not asked for
  Format format = Format::text;
  ReportOptions report;
  bool only_refuted = false;
  std::optional<Convention> convention;
  std::string as;       // how `check` reads its files; empty: by their endings
  bool strict = false;  // undecided links fail
  double ulp = 4;
  bool accuracy_report = false;
  bool check = false;           // what `gen` writes, compiled
  std::size_t points = 10'000;  // of --check
  std::size_t sample = 400;
  Real real = Real::float64;
  int order = 1;
  bool hvp = false;
  bool stats = false;
  std::map<std::string, long> dims;  // sizes of dimensions that are fixed
  std::string command;               // the command line, for the header that `gen` writes
};

// Throws Error (without a place) for a wrong command line.
Options read_command_line(int argc, const char* const* argv);

}  // namespace gradus::cli
