// SPDX-License-Identifier: GPL-2.0-or-later
/// Derivations as people publish them: read, and judged link by link.
#pragma once

#include <string>
#include <string_view>

#include "gradus/check/verdict.h"
#include "gradus/document/pieces.h"

namespace gradus::document {

struct DocumentVerdicts {
  std::vector<LinkVerdict> links;     ///< in reading order; places are those of the document
  std::vector<Unread> unread;         ///< formulas that were not read, and why
  std::vector<std::string> readings;  ///< what was inferred: "read `\sigma` as the logistic sigmoid"
  std::size_t displays = 0, formulas = 0;
};

/// Reads a document and judges every link of the chains in its displays, and of equations about derivatives in its
/// text. Equations for new names define them; sets, ranges and facts that stand in the text are used. Throws Error for
/// what is no document.
DocumentVerdicts check_document(Engine& engine, const SourcePtr& source, Format format);

/// A name of the model of a document as its author writes it, in LaTeX.
std::string written(std::string_view name);

}  // namespace gradus::document
