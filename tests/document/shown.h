// SPDX-License-Identifier: GPL-2.0-or-later
// Documents taken apart, as lines: `1:5 formula x + y`.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "gradus/document/pieces.h"

namespace gradus::document {

inline SourcePtr document_of(std::string text) {
  return std::make_shared<const Source>(Source{"document", std::move(text)});
}

inline std::string at(const Place& place) {
  const Position p = place.position();
  return std::to_string(p.line) + ":" + std::to_string(p.column);
}

// What is no prose, or all, and then what could not be read.
inline std::vector<std::string> shown(const std::string& text, Format format, bool prose = false) {
  static const std::vector<std::string> kinds{"prose", "formula", "display", "directive", "paragraph"};
  const SourcePtr source = document_of(text);
  const Pieces pieces = read_pieces(source, format);
  std::vector<std::string> out;
  for (const Piece& p : pieces.pieces) {
    BOOST_TEST(p.text.at.size() == p.text.bytes.size() + 1);
    const bool words = p.kind == Piece::Kind::prose || p.kind == Piece::Kind::paragraph;
    if (words && !prose) continue;
    std::string line = at(p.text.place(source, 0, p.text.bytes.size())) + " " + kinds[static_cast<std::size_t>(p.kind)];
    out.push_back(p.text.bytes.empty() ? line : line + " " + p.text.bytes);
  }
  for (const Unread& u : pieces.unread) out.push_back(at(u.place) + " unread " + u.reason);
  return out;
}

using Lines = std::vector<std::string>;

inline void expect(Format format, const std::string& text, const Lines& lines, bool prose = false) {
  BOOST_TEST_CONTEXT(text) { BOOST_TEST(shown(text, format, prose) == lines, boost::test_tools::per_element()); }
}

}  // namespace gradus::document
