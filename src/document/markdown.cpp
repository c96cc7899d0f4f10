// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/markdown.h"

#include <algorithm>
#include <array>

namespace gradus::document {
namespace {

struct MarkdownLine {
  std::size_t begin = 0, end = 0;  // without its line break
  std::size_t quotes = 0;          // marks of quotes that lead it
};

struct Fence {
  char mark = '\0';
  std::size_t length = 0;
  bool mathematics = false;
  bool prose = false;  // a block of text that stands apart: a note, an example
  bool bare = false;   // nothing stands behind the marks
};

// What MyST calls blocks of text; others hold code, or what is drawn.
constexpr auto text_blocks = std::to_array<std::string_view>(
    {"admonition", "attention", "caution",  "danger",    "dropdown", "epigraph", "error",
     "example",    "exercise",  "hint",     "important", "margin",   "note",     "proof",
     "seealso",    "sidebar",   "solution", "tip",       "topic",    "warning"});

// {note}, {prf:theorem}
bool opens_text(std::string_view info) {
  if (info.size() < 3 || info.front() != '{' || info.back() != '}') return false;
  info = info.substr(1, info.size() - 2);
  return info.starts_with("prf:") || std::ranges::find(text_blocks, info) != text_blocks.end();
}

class MarkdownBlocks {
 public:
  MarkdownBlocks(const SourcePtr& source, const Text& in, Pieces& out)
      : source_(source), in_(in), text_(in.bytes), out_(out), finder_(in.bytes) {
    for (std::size_t k = 0; k < text_.size();) {
      const std::size_t end = std::min(text_.find('\n', k), text_.size());
      MarkdownLine line{k, end, 0};
      strip(line, std::string::npos, &line.quotes);
      lines_.push_back(line);
      k = end + 1;
    }
  }

  Flat run() {
    std::size_t k = front_matter();
    while (k < lines_.size()) k = line(k);
    end_at(flat_.text, in_.at.back());
    return std::move(flat_);
  }

 private:
  // Where the line begins behind at most so many marks of quotes.
  std::size_t strip(const MarkdownLine& l, std::size_t most, std::size_t* count = nullptr) const {
    std::size_t at = l.begin;
    for (std::size_t n = 0; n < most; ++n) {
      std::size_t k = at;
      while (k < l.end && (text_[k] == ' ' || text_[k] == '\t')) ++k;
      if (k >= l.end || text_[k] != '>') break;
      at = k + 1;
      if (at < l.end && text_[at] == ' ') ++at;
      if (count != nullptr) ++*count;
    }
    return at;
  }

  std::string_view view(std::size_t begin, std::size_t end) const { return {text_.data() + begin, end - begin}; }

  std::string_view trimmed(std::size_t begin, std::size_t end) const {
    while (begin < end && is_blank(text_[begin])) ++begin;
    while (end > begin && is_blank(text_[end - 1])) --end;
    return view(begin, end);
  }

  static std::size_t indent(std::string_view line) {
    std::size_t n = 0;
    for (const char c : line) {
      if (c != ' ' && c != '\t') break;
      n += c == ' ' ? 1 : 4;
    }
    return n;
  }

  // The data that leads some files, between lines of three dashes.
  std::size_t front_matter() const {
    if (lines_.empty()) return 0;
    const std::string_view mark = trimmed(lines_[0].begin, lines_[0].end);
    if (mark != "---" && mark != "+++") return 0;
    for (std::size_t k = 1; k < lines_.size(); ++k) {
      const std::string_view t = trimmed(lines_[k].begin, lines_[k].end);
      if (t == mark || (mark == "---" && t == "...")) return k + 1;
    }
    return 0;
  }

  // Reads a line, or the lines of a block. Returns the next.
  std::size_t line(std::size_t k) {
    const MarkdownLine& l = lines_[k];
    const std::size_t quotes = in_display() ? std::min(l.quotes, display_quotes_) : l.quotes;
    const std::size_t begin = strip(l, quotes);
    const std::string_view t = trimmed(begin, l.end);
    if (in_comment_) {
      in_comment_ = t.find("-->") == std::string_view::npos;
      return put(k, begin);
    }
    if (t.empty()) {
      flat_.paragraph(in_.at[lines_[k].begin]);
      dollars_ = brackets_ = false;
      environments_ = 0;
      after_blank_ = true;
      return put(k, begin);
    }
    const bool after_blank = std::exchange(after_blank_, false);
    if (!in_display()) {
      if (Fence f; is_fence(t, f)) {
        if (f.prose || (f.bare && !text_fences_.empty() && closes(k, text_fences_.back(), l.quotes))) {
          f.prose ? text_fences_.push_back(f) : text_fences_.pop_back();
          flat_.paragraph(in_.at[lines_[k].begin]);
          return k + 1;
        }
        return fence(k, f, l.quotes, begin);
      }
      if (t.starts_with("<!--") && finder_.find("-->", begin) != std::string::npos) {
        in_comment_ = t.find("-->") == std::string_view::npos;
        return put(k, begin);
      }
      const bool item = is_item(t), heading = is_heading(t);
      const std::size_t indented = indent(view(begin, l.end));
      if (item) in_list_ = true;
      if (after_blank && !item && indented == 0) in_list_ = false;
      if (after_blank && !in_list_ && indented >= 4 && !odd_dollars_) {
        if (const std::size_t next = code(k, quotes); next > k) return next;
      }
      if (item || heading || l.quotes > quotes_before_) flat_.paragraph(in_.at[lines_[k].begin]);
      quotes_before_ = l.quotes;
      follow(t, l.quotes);
      const std::size_t next = put(k, begin);
      if (heading) flat_.paragraph(in_.at[std::min(l.end + 1, text_.size())]);
      return next;
    }
    follow(t, l.quotes);
    return put(k, begin);
  }

  std::size_t put(std::size_t k, std::size_t begin) {
    append(flat_.text, in_, begin, std::min(lines_[k].end + 1, text_.size()));
    return k + 1;
  }

  [[nodiscard]] bool in_display() const { return dollars_ || brackets_ || environments_ > 0; }

  // Within displays, lines begin with signs that are no marks of lists and quotes.
  void follow(std::string_view t, std::size_t quotes) {
    const bool before = in_display();
    for (std::size_t k = 0; k + 1 < t.size(); ++k) {
      if (t[k] == '$' && t[k + 1] == '$') {
        dollars_ = !dollars_;
        odd_dollars_ = !odd_dollars_;
        ++k;
      } else if (t[k] == '\\') {
        if (t[k + 1] == '[') brackets_ = true;
        if (t[k + 1] == ']') brackets_ = false;
        if (t.substr(k).starts_with("\\begin{")) ++environments_;
        if (environments_ > 0 && t.substr(k).starts_with("\\end{")) --environments_;
        ++k;
      }
    }
    if (!before && in_display()) display_quotes_ = quotes;
  }

  static bool is_item(std::string_view t) {
    std::size_t k = 0;
    if (std::string_view("-*+").find(t[0]) != std::string_view::npos) {
      k = 1;
    } else {
      while (k < t.size() && k < 9 && is_ascii_digit(t[k])) ++k;
      if (k == 0 || k >= t.size() || (t[k] != '.' && t[k] != ')')) return false;
      ++k;
    }
    return k < t.size() && (t[k] == ' ' || t[k] == '\t');
  }

  static bool is_heading(std::string_view t) {
    const std::size_t n = t.find_first_not_of('#');
    return n != std::string_view::npos && n >= 1 && n <= 6 && (t[n] == ' ' || t[n] == '\t');
  }

  static bool is_fence(std::string_view t, Fence& f) {
    if (t[0] != '`' && t[0] != '~') return false;
    f.mark = t[0];
    f.length = std::min(t.find_first_not_of(f.mark), t.size());
    std::string_view info = t.substr(f.length);
    if (f.length < 3 || (f.mark == '`' && info.find('`') != std::string_view::npos)) return false;
    while (!info.empty() && is_blank(info[0])) info.remove_prefix(1);
    info = info.substr(0, info.find_first_of(" \t"));
    f.mathematics = info == "math" || info == "{math}";
    f.prose = opens_text(info);
    f.bare = info.empty();
    return true;
  }

  bool closes(std::size_t k, const Fence& f, std::size_t quotes) const {
    const std::string_view t = trimmed(strip(lines_[k], quotes), lines_[k].end);
    return t.size() >= f.length && t.find_first_not_of(f.mark) == std::string_view::npos;
  }

  std::size_t fence(std::size_t k, const Fence& f, std::size_t quotes, std::size_t begin) {
    flat_.paragraph(in_.at[lines_[k].begin]);
    std::size_t& never = f.mark == '`' ? never_backticks_ : never_tildes_;
    std::size_t last = k + 1;
    // Known searches are not repeated: each would go to the end.
    const bool known = quotes == 0 && f.length >= never;
    while (!known && last < lines_.size() && lines_[last].quotes >= quotes && !closes(last, f, quotes)) ++last;
    const bool open = known || (last == lines_.size() && quotes == 0);
    if (open && f.mathematics) {
      never = std::min(never, f.length);
      const std::size_t at = text_.find(f.mark, begin);
      out_.unread.push_back({in_.place(source_, at, at + f.length), "the block of mathematics is never closed"});
      return k + 1;
    }
    if (open) return lines_.size();
    if (f.mathematics) {
      Text display;
      for (std::size_t j = k + 1; j < last; ++j) {
        const std::size_t from = strip(lines_[j], quotes);
        const std::string_view t = trimmed(from, lines_[j].end);
        const bool option = t.size() > 1 && t[0] == ':' && is_ascii_letter(t[1]) && display.bytes.empty();
        if (!option) append(display, in_, from, std::min(lines_[j].end + 1, text_.size()));
      }
      if (!display.at.empty())
        flat_.asides.push_back(
            {flat_.text.bytes.size(), {Piece::Kind::display, cut(display, 0, display.bytes.size())}});
    }
    const bool closed = last < lines_.size() && lines_[last].quotes >= quotes;
    return closed ? last + 1 : last;
  }

  // Code that is told by its indentation. Authors indent mathematics too, which has signs that code seldom has.
  std::size_t code(std::size_t k, std::size_t quotes) {
    if (k < no_code_until_) return k;
    std::size_t last = k;
    for (std::size_t j = k; j < lines_.size(); ++j) {
      const std::string_view t = view(strip(lines_[j], quotes), lines_[j].end);
      if (t.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (indent(t) < 4) break;
      if (t.find('$') != std::string_view::npos || t.find("\\[") != std::string_view::npos ||
          t.find("\\(") != std::string_view::npos || t.find("\\begin{") != std::string_view::npos) {
        no_code_until_ = j;
        return k;
      }
      last = j + 1;
    }
    return last;
  }

  const SourcePtr& source_;
  const Text& in_;
  const std::string& text_;
  Pieces& out_;
  Finder finder_;
  std::vector<MarkdownLine> lines_;
  std::vector<Fence> text_fences_;  // blocks of text that are open
  Flat flat_;
  bool in_comment_ = false, in_list_ = false, after_blank_ = true;
  bool dollars_ = false, brackets_ = false, odd_dollars_ = false;
  std::size_t environments_ = 0, display_quotes_ = 0, quotes_before_ = 0;
  std::size_t no_code_until_ = 0;  // a line that shows that those before it are no code
  std::size_t never_backticks_ = std::string::npos, never_tildes_ = std::string::npos;  // lengths never closed
};

}  // namespace

Flat flatten_markdown(const SourcePtr& source, const Text& text, Pieces& out) {
  return MarkdownBlocks(source, text, out).run();
}

void read_markdown(const SourcePtr& source, const Text& text, Pieces& out) {
  const Flat flat = flatten_markdown(source, text, out);
  MarkdownScanner(source, flat, out).run();
}

}  // namespace gradus::document
