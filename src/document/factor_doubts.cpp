// SPDX-License-Identifier: GPL-2.0-or-later
// What the factor of a link with \propto may depend on without the text saying so.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "document/reader.h"

namespace gradus::document {
namespace {

// Behind what stands below and above an integral.
std::size_t behind_bounds(const std::string& text) {
  std::size_t at = 0;
  while (at + 1 < text.size() && (text[at] == '_' || text[at] == '^')) {
    ++at;
    if (text[at] == '{') {
      int depth = 0;
      do {
        depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        ++at;
      } while (at < text.size() && depth > 0);
    } else if (text[at] == '\\') {
      at = std::min(text.find_first_of("_^{}()+- ", at + 1), text.size());
    } else {
      ++at;
    }
  }
  return at;
}

std::string without_spaces(const std::string& text) {
  std::string out;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const bool command =
        text[k] == '\\' && k + 1 < text.size() && std::string_view(",;:! ").find(text[k + 1]) != std::string_view::npos;
    if (command) ++k;
    if (!command && text[k] != ' ' && text[k] != '\n') out += text[k];
  }
  return out;
}

// Z = \int e^{-x^2} dx, which is not read: whether no x is left in it.
bool integrates_out(const std::string& text, const std::string& name, const std::string& variable) {
  constexpr std::string_view integral = "\\int";
  const std::size_t at = text.find(integral);
  if (at == std::string::npos || without_spaces(text.substr(0, at)) != name + "=") return false;
  std::string rest = text.substr(at + integral.size());
  const std::string bounds = rest.substr(0, behind_bounds(rest));
  rest = without_spaces(rest.substr(0, rest.find('=')));
  while (rest.ends_with('.') || rest.ends_with(',')) rest.pop_back();
  const bool ends = rest.ends_with("d" + variable) || rest.ends_with("\\mathrm{d}" + variable);
  return ends && rest.find('&') == std::string::npos && bounds.find(variable) == std::string::npos;
}

// x^k beside x, Z_x: names that may be made of another one.
bool shares_letter(const std::string& name, const std::string& of) {
  const std::string stem = lowered(of.substr(0, of.find_first_of("_^'(")));
  const std::size_t script = std::min(name.find_first_of("_^'("), name.size());
  return lowered(name.substr(0, script)) == stem || name.find(stem, script) != std::string::npos;
}

}  // namespace

// Whether something that was not read may say that a name of the sides depends on what the factor must not.
std::optional<std::string> Reader::doubt_of_factor(const Meaning::Sides& sides, const Proportion& found) {
  std::set<std::string> names = meaning_.everything_in(sides.left);
  names.merge(meaning_.everything_in(sides.right));
  for (const Expr input : meaning_.model().inputs) {
    const std::string& name = engine_.arena.name(input);
    const auto& varied = found.strictest.variables;
    if (!names.contains(name) || std::ranges::find(varied, input) != varied.end()) continue;
    const auto says = [&](const Formula& f) {
      return says_of(f.unread, plain(name)) &&
             !(varied.size() == 1 && integrates_out(f.unread, plain(name), plain(engine_.arena.name(varied[0]))));
    };
    if (std::ranges::any_of(formulas_, says) || poisoned_.contains(plain(name)))
      return fmt::format("something that is said of `{}` was not read", plain(name));
    if (!meaning_.is_guess(input)) continue;
    for (const Expr v : varied) {
      if (shares_letter(plain(name), plain(engine_.arena.name(v))))
        return fmt::format("it is not said whether `{}` depends on {}", plain(name), found.shown);
    }
    meaning_.report(fmt::format("read `{}` as a number that does not depend on {}", plain(name), found.shown));
  }
  return std::nullopt;
}

}  // namespace gradus::document
