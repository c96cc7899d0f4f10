// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/document/pieces.h"

#include <algorithm>

#include "document/reading.h"

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

Pieces read_pieces(const SourcePtr& source, Format format) {
  const std::size_t nul = source->text.find('\0');
  if (nul != std::string::npos) throw Error({source, nul, nul + 1}, "this is no text: it has a byte that is zero");
  Pieces out;
  switch (format) {
    case Format::markdown:
      read_markdown(source, text_of(*source), out);
      break;
    case Format::latex:
      read_latex(source, text_of(*source), out);
      break;
    case Format::notebook:
      read_notebook(source, out);
      break;
    case Format::rst:
      read_rst(source, text_of(*source), out);
      break;
  }
  std::ranges::stable_sort(out.unread, {}, [](const Unread& u) { return u.place.begin; });
  return out;
}

}  // namespace gradus::document
