// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/document/pieces.h"

#include <algorithm>

namespace gradus::document {

Place Text::place(const SourcePtr& source, std::size_t begin, std::size_t end) const {
  return {source, at[begin], end > begin ? at[end - 1] + 1 : at[begin]};
}

std::optional<Format> format_of(std::string_view path) {
  if (path.ends_with(".md") || path.ends_with(".markdown")) return Format::markdown;
  if (path.ends_with(".tex")) return Format::latex;
  if (path.ends_with(".ipynb")) return Format::notebook;
  if (path.ends_with(".rst")) return Format::rst;
  return std::nullopt;
}

Pieces read_pieces(const SourcePtr& source, Format) {
  Pieces out;
  const std::string& t = source->text;
  const auto add = [&](Piece::Kind kind, std::size_t b, std::size_t e) {
    Text x;
    x.bytes = t.substr(b, e - b);
    for (std::size_t k = b; k <= e; ++k) x.at.push_back(k);
    out.pieces.push_back({kind, x});
  };
  std::size_t prose = 0, k = 0;
  const auto flush = [&](std::size_t to) {
    if (to > prose) add(Piece::Kind::prose, prose, to);
  };
  while (k < t.size()) {
    std::string close;
    std::size_t open = 0;
    Piece::Kind kind = Piece::Kind::display;
    if (t.compare(k, 2, "$$") == 0) {
      close = "$$";
      open = 2;
    } else if (t[k] == '$') {
      close = "$";
      open = 1;
      kind = Piece::Kind::formula;
    } else if (t.compare(k, 4, "<!--") == 0) {
      const std::size_t e = t.find("-->", k);
      flush(k);
      const std::size_t g = t.find("gradus:", k);
      if (e != std::string::npos && g < e) add(Piece::Kind::directive, g + 7, e);
      k = e == std::string::npos ? t.size() : e + 3;
      prose = k;
      continue;
    }
    if (open == 0) {
      ++k;
      continue;
    }
    const std::size_t e = t.find(close, k + open);
    if (e == std::string::npos) {
      ++k;
      continue;
    }
    flush(k);
    add(kind, k + open, e);
    k = e + close.size();
    prose = k;
  }
  flush(t.size());
  return out;
}

}  // namespace gradus::document
