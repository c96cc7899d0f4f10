// SPDX-License-Identifier: GPL-2.0-or-later
/// Source text, places in it, and the one error type that carries a place.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A text that was read: a file, or an option of the command line. Immutable and shared by all places in it.
struct Source {
  std::string name;  ///< as shown in messages: a path, `<expression>`, `<stdin>`
  std::string text;
};
using SourcePtr = std::shared_ptr<const Source>;

/// 1-based line and column; the column counts Unicode code points.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// A half-open range of bytes `[begin, end)` of a source. Without a source: "nowhere" (built by the program).
struct Place {
  SourcePtr source;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] Position position() const;      ///< of `begin`; {1,1} without a source
  [[nodiscard]] std::string_view text() const;  ///< the bytes of the place; empty without a source
};

/// What is wrong with an input, and where. `what()` is the message alone; `render` shows the place.
class Error : public std::exception {
 public:
  Error(Place place, std::string message, std::string hint = {});
  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }

  Place place;
  std::string message;
  std::string hint;  ///< e.g. "did you mean `sigmoid`?"; empty if there is none
};

/// `file:line:column: error: message`, the source line, a caret under the place, and the hint if there is one.
/// The only function that renders an error. Lines over 120 code points are shown around the caret.
std::string render(const Error& error);

/// The candidate that differs from `word` in capitals only; else the nearest one by edit distance if it is near enough
/// to suggest (at most a third of the letters changed, at least 1, and something of the word left); else an empty
/// string. Ties go to the first candidate.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean `x`?" for the nearest candidate, or an empty string.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace gradus
