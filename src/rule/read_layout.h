// SPDX-License-Identifier: GPL-2.0-or-later
/// The layout of `*.rules` files: entries at the left margin, their fields indented, texts that go on over lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/diag/source.h"

namespace gradus::rules {

/// `word text` of an entry. `text` is without comments at its ends; in its middle they are blanks in `LaidOut::plain`.
struct Field {
  std::string word;
  Place place;  ///< of the word
  Place text;   ///< of the text, in the file as it was written; empty if there is none
};

/// One entry: `rule ln-of-quotient`, or `strategy simplify = ...` with all its lines.
struct Entry {
  std::string word;
  Place place;  ///< of the word
  Place head;   ///< the rest of the entry's first line
  Place body;   ///< from the head to the last line of the entry (for entries without fields)
  std::vector<Field> fields;
};

struct LaidOut {
  SourcePtr source;  ///< as it was written; every place is in it
  SourcePtr plain;   ///< the same bytes, but comments and line breaks are blanks: what the parser of expressions reads
  std::vector<Entry> entries;
};

/// Throws Error: text in the indentation's place, tabs in it, a field without an entry, a quote that does not end.
LaidOut read_layout(SourcePtr source);

/// The parts between separators that are not within parentheses, braces or quotes, each trimmed (perhaps empty).
std::vector<Place> split(const LaidOut& file, const Place& text, char separator);
/// The bytes of a place in the plain source.
std::string_view plain_text(const LaidOut& file, const Place& place);
/// The first word of a place (letters, digits, `_`, `-`, `'`, `+`), and what follows it, trimmed.
std::pair<Place, Place> first_word(const LaidOut& file, const Place& place);
/// The sentence in `"..."` that fills `text`; runs of blanks become one. Error if it is anything else.
std::string quoted(const LaidOut& file, const Field& field);
/// The text of a field as it stands, blanks at line breaks folded. Error if there is none.
std::string plain_value(const LaidOut& file, const Field& field);

}  // namespace gradus::rules
