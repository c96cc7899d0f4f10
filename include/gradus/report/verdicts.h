// SPDX-License-Identifier: GPL-2.0-or-later
/// Verdicts as text and JSON. The JSON is documented in the README.
#pragma once

#include <string>
#include <vector>

#include "gradus/check/verdict.h"
#include "gradus/document/pieces.h"
#include "gradus/report/options.h"

namespace gradus {

/// The verdicts on one file, its models one after another; chains are counted through the file.
struct FileVerdicts {
  std::string file;
  std::vector<LinkVerdict> links;
  std::vector<document::Unread> unread = {};  ///< of a document: formulas that were not read
  std::vector<std::string> readings = {};     ///< of a document: what was inferred
  bool document = false;
};

struct VerdictCounts {
  std::size_t proved = 0, refuted = 0, undecided = 0, unread = 0;
};
VerdictCounts count_verdicts(const std::vector<FileVerdicts>& files);

/// `only_refuted` leaves out the other links; the summary still counts them.
std::string verdicts_text(const std::vector<FileVerdicts>& files, const ReportOptions& options, bool only_refuted);
std::string verdicts_json(const std::vector<FileVerdicts>& files, bool only_refuted);

/// "7 proved, 1 refuted, 0 undecided"
std::string counts_text(const VerdictCounts& counts);

/// An exact number as it is shown: `1/2`, `-3`.
std::string rational_text(const Rational& value);

}  // namespace gradus
