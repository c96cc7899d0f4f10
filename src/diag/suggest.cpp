// SPDX-License-Identifier: GPL-2.0-or-later
// Which of the known words was meant.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "diag/cells.h"
#include "gradus/diag/source.h"

namespace gradus {
namespace {

constexpr std::size_t longest = 200;  // code points of a word that is compared

std::u32string letters(std::string_view text) {
  std::u32string out;
  for (std::size_t k = 0; k < text.size() && out.size() <= longest;) {
    const auto c = diag::code_point(text, k);
    out += c ? c->code : U'\xFFFD';
    k += c ? c->bytes : 1;
  }
  return out;
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Optimal string alignment: a swap of neighbours counts once.
std::size_t distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> older, row(b.size() + 1), next(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      next[j] = std::min({change, row[j] + 1, next[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) next[j] = std::min(next[j], older[j - 2] + 1);
    }
    older = row;
    std::swap(row, next);
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::u32string wanted = letters(word);
  if (wanted.size() > longest) return {};
  for (const std::string& candidate : candidates) {
    if (candidate != word && lower(candidate) == lower(word)) return candidate;
  }
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate == word) continue;
    const std::u32string other = letters(candidate);
    const std::size_t difference =
        other.size() > wanted.size() ? other.size() - wanted.size() : wanted.size() - other.size();
    if (difference >= best || other.size() > longest) continue;
    const std::size_t d = distance(wanted, other);
    // A word of which nothing is left is another word.
    if (d < best && d < std::max(wanted.size(), other.size())) {
      best = d;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::string found = nearest(word, candidates);
  return found.empty() ? std::string() : fmt::format("did you mean `{}`?", found);
}

}  // namespace gradus
