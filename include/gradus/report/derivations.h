// SPDX-License-Identifier: GPL-2.0-or-later
/// Derivations and connected links as text, LaTeX and JSON. The JSON is documented in the README.
#pragma once

#include <string>
#include <vector>

#include "gradus/derive/derivation.h"
#include "gradus/report/options.h"

namespace gradus {

/// Whether the two methods' results for one derivative were proved equal.
struct MethodsCompared {
  Expr of, wrt;
  enum class Outcome { proved, refuted, undecided } outcome = Outcome::undecided;
  std::string reason;
};

struct DerivationReport {
  std::vector<Derivation> derivations;
  std::vector<MethodsCompared> compared;
};

std::string derivations_text(const Arena& arena, const DerivationReport& report, const ReportOptions& options);
std::string derivations_latex(const Arena& arena, const FunctionTable& functions, const DerivationReport& report,
                              const ReportOptions& options);
std::string derivations_json(const Arena& arena, const DerivationReport& report, const ReportOptions& options);

/// The links of one model, and where its chains begin to count in its file.
struct FileLinks {
  std::string file;
  std::size_t chains_before = 0;  ///< chains of the models above it in the file
  std::vector<LinkDerivation> links;
};

std::string links_text(const Arena& arena, const std::vector<FileLinks>& files, const ReportOptions& options);
std::string links_latex(const Arena& arena, const FunctionTable& functions, const std::vector<FileLinks>& files,
                        const ReportOptions& options);
std::string links_json(const Arena& arena, const std::vector<FileLinks>& files, const ReportOptions& options);

}  // namespace gradus
