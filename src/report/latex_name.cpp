// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "gradus/expr/layer_name.h"
#include "gradus/report/latex.h"

namespace gradus {
namespace {

constexpr std::array<std::string_view, 38> greek = {
    "alpha",  "beta",  "gamma",      "delta",    "epsilon", "zeta",   "eta",      "theta",   "iota",    "kappa",
    "lambda", "mu",    "nu",         "xi",       "rho",     "sigma",  "tau",      "upsilon", "phi",     "chi",
    "psi",    "omega", "Gamma",      "Delta",    "Theta",   "Lambda", "Xi",       "Sigma",   "Upsilon", "Phi",
    "Psi",    "Omega", "varepsilon", "vartheta", "varphi",  "varrho", "varsigma", "ell"};

bool is_greek(std::string_view s) { return std::find(greek.begin(), greek.end(), s) != greek.end(); }
bool digit(char c) { return c >= '0' && c <= '9'; }

std::string escaped(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '_' || c == '#' || c == '$' || c == '%' || c == '&' || c == '{' || c == '}') out += '\\';
    if (c == '\\' || c == '^' || c == '~') {
      out += c == '\\' ? "\\textbackslash{}" : c == '^' ? "\\textasciicircum{}" : "\\textasciitilde{}";
    } else {
      out += c;
    }
  }
  return out;
}

// A word without digits at its end and without underscores.
std::string word(std::string_view s) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> accents = {
      {{"hat", "hat"}, {"tilde", "tilde"}, {"bar", "bar"}, {"dot", "dot"}}};
  if (is_greek(s)) return "\\" + std::string(s);
  if (s.size() == 1) return std::string(s);
  for (const auto& [suffix, accent] : accents) {
    if (s.size() <= suffix.size() || !s.ends_with(suffix)) continue;
    const std::string_view stem = s.substr(0, s.size() - suffix.size());
    if (stem.size() == 1 || is_greek(stem)) return "\\" + std::string(accent) + "{" + word(stem) + "}";
  }
  return "\\mathrm{" + escaped(s) + "}";
}

}  // namespace

std::string latex_name(std::string_view name) {
  if (const auto layer = layer_name(name)) {
    // In braces: an exponent may follow.
    const std::string number = layer->anchor.empty() ? std::to_string(layer->offset)
                               : layer->offset == 0  ? latex_name(layer->anchor)
                                                     : fmt::format("{}{:+}", latex_name(layer->anchor), layer->offset);
    return fmt::format("{{{}^{{[{}]}}}}", latex_name(layer->base), number);
  }
  std::size_t primes = 0;
  while (!name.empty() && name.back() == '\'') {
    ++primes;
    name.remove_suffix(1);
  }
  // Pieces between underscores; digits at the end of the first one are a subscript as well.
  std::vector<std::string_view> pieces;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t to = std::min(name.find('_', from), name.size());
    if (to > from) pieces.push_back(name.substr(from, to - from));
    from = to + 1;
  }
  const std::string tail(primes, '\'');
  if (pieces.empty()) return "\\mathrm{" + escaped(name) + "}" + tail;
  std::string_view stem = pieces[0];
  std::size_t letters = stem.size();
  while (letters > 0 && digit(stem[letters - 1])) --letters;
  if (letters == 0) letters = stem.size();
  std::string out = word(stem.substr(0, letters));
  std::string below(stem.substr(letters));
  for (std::size_t k = 1; k < pieces.size(); ++k) {
    const std::string_view p = pieces[k];
    if (pieces.size() == 2 && below.empty() && out.front() != '\\' && (p == "hat" || p == "tilde" || p == "bar")) {
      return fmt::format("\\{}{{{}}}{}", p, out, tail);
    }
    if (!below.empty()) below += ",";
    below += std::all_of(p.begin(), p.end(), digit) ? std::string(p) : word(p);
  }
  if (!below.empty()) out += "_{" + below + "}";
  return out + tail;
}

std::string latex_text(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '`') {
      out += quoted ? "'" : "`";
      quoted = !quoted;
    } else if (c == '<' || c == '>') {
      out += c == '<' ? "$<$" : "$>$";
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else {
      out += escaped(std::string_view(&c, 1));
    }
  }
  return out;
}

}  // namespace gradus
