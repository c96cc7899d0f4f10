// SPDX-License-Identifier: GPL-2.0-or-later
// What is known about characters: UTF-8, letters, and what people type that the notation writes otherwise.
#pragma once

#include <string>
#include <string_view>

namespace gradus::syntax {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// The character that begins at `text[at]`; the text must be valid UTF-8.
Character character_at(std::string_view text, std::size_t at);
// The first NUL byte or byte that does not fit into UTF-8, from `begin` on; the size of the text if there is none.
std::size_t find_bad_byte(std::string_view text, std::size_t begin);

// "the character `c`", or its number if it cannot be shown.
std::string shown_character(std::string_view text, std::size_t at);

bool is_greek_letter(char32_t code);

// How the notation writes what a character outside of it means, as a hint; empty if nothing is known.
std::string suggestion_for(char32_t code);

// An operator of other languages (`**`, `&&`) or of the tensor notation at `text[at]`; `bytes` is 0 if there is none.
struct Misspelling {
  std::size_t bytes = 0;
  std::string message;
  std::string hint;
};
// Whether the `:` here stands in the place of an index: `,` or `]` is behind it.
bool is_all_indices(std::string_view text, std::size_t at);

Misspelling misspelt_operator(std::string_view text, std::size_t at);

// A text for a message: on one line, at most 40 bytes, cut between characters.
std::string shorten(std::string_view text);

}  // namespace gradus::syntax
