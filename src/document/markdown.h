// SPDX-License-Identifier: GPL-2.0-or-later
// The two steps in which Markdown is read: lines and blocks, then what stands in them.
#pragma once

#include "document/reading.h"

namespace gradus::document {

// Leaves out what leads the lines of quotes, code and front matter.
Flat flatten_markdown(const SourcePtr& source, const Text& text, Pieces& out);

class MarkdownScanner : public Scanner {
 public:
  MarkdownScanner(const SourcePtr& source, const Flat& in, Pieces& out);

 protected:
  bool special() override;
  bool accepts(std::size_t begin, std::size_t end) override;
  Text maths(std::size_t begin, std::size_t end) override;
  bool has_single_dollars();
  Piece::Kind kind(std::size_t begin, std::size_t end) override;
  bool doubles() override { return true; }

 private:
  void match_code();
  bool escaped_display();
  bool code();
  bool quoted();
  bool role(std::string_view mark);
  bool comment();
  bool tag();

  std::unordered_map<std::size_t, std::size_t> code_;  // the backticks that close those that stand there
  std::size_t line_begin_ = 1, line_end_ = 0;          // the line of which is known
  bool line_has_text_ = false;                         // whether it has more than mathematics
  std::optional<bool> single_dollars_;
};

}  // namespace gradus::document
