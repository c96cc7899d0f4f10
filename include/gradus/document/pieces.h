// SPDX-License-Identifier: GPL-2.0-or-later
/// Documents as people write them, taken apart into prose and mathematics. What the mathematics means is not looked at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/diag/source.h"

namespace gradus::document {

enum class Format { markdown, latex, notebook, rst };

/// By the ending of a path: `.md`, `.markdown`, `.tex`, `.ipynb`, `.rst`. Nothing for others.
std::optional<Format> format_of(std::string_view path);

/// Text that was taken out of a source; escapes, line prefixes and the like are left out or undone.
struct Text {
  std::string bytes;
  std::vector<std::size_t> at;  ///< the offset in the source of every byte, and of the end: bytes.size() + 1 of them

  /// Where the bytes [begin, end) stand in the source.
  [[nodiscard]] Place place(const SourcePtr& source, std::size_t begin, std::size_t end) const;
};

/// In reading order. All of a document is in one of its pieces, but for code, comments without directives, and what
/// marks up the text.
struct Piece {
  enum class Kind {
    prose,      ///< plain text of a paragraph, between its formulas; markup of emphasis and links may be left in it
    formula,    ///< mathematics within a line, without its delimiters
    display,    ///< mathematics that stands alone, without its delimiters; environments with their `\begin` and `\end`
    directive,  ///< what follows `gradus:` in a comment
    paragraph,  ///< the end of a paragraph; empty
  };
  Kind kind = Kind::prose;
  Text text;
};

/// What could not be read, and why: "`$$` is never closed".
struct Unread {
  Place place;
  std::string reason;
};

struct Pieces {
  std::vector<Piece> pieces;
  std::vector<Unread> unread;
};

/// Takes a document apart. Throws Error for what is no document at all (binary data, a notebook that is no JSON).
Pieces read_pieces(const SourcePtr& source, Format format);

}  // namespace gradus::document
