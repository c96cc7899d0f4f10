// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gradus/emit/header.h"

namespace gradus::emit {
namespace {

const std::unordered_set<std::string_view>& keywords() {
  static const std::unordered_set<std::string_view> words = {"alignas",
                                                             "alignof",
                                                             "and",
                                                             "and_eq",
                                                             "asm",
                                                             "auto",
                                                             "bitand",
                                                             "bitor",
                                                             "bool",
                                                             "break",
                                                             "case",
                                                             "catch",
                                                             "char",
                                                             "char8_t",
                                                             "char16_t",
                                                             "char32_t",
                                                             "class",
                                                             "compl",
                                                             "concept",
                                                             "const",
                                                             "consteval",
                                                             "constexpr",
                                                             "constinit",
                                                             "const_cast",
                                                             "continue",
                                                             "co_await",
                                                             "co_return",
                                                             "co_yield",
                                                             "decltype",
                                                             "default",
                                                             "delete",
                                                             "do",
                                                             "double",
                                                             "dynamic_cast",
                                                             "else",
                                                             "enum",
                                                             "explicit",
                                                             "export",
                                                             "extern",
                                                             "false",
                                                             "float",
                                                             "for",
                                                             "friend",
                                                             "goto",
                                                             "if",
                                                             "inline",
                                                             "int",
                                                             "long",
                                                             "mutable",
                                                             "namespace",
                                                             "new",
                                                             "noexcept",
                                                             "not",
                                                             "not_eq",
                                                             "nullptr",
                                                             "operator",
                                                             "or",
                                                             "or_eq",
                                                             "private",
                                                             "protected",
                                                             "public",
                                                             "register",
                                                             "reinterpret_cast",
                                                             "requires",
                                                             "return",
                                                             "short",
                                                             "signed",
                                                             "sizeof",
                                                             "static",
                                                             "static_assert",
                                                             "static_cast",
                                                             "struct",
                                                             "switch",
                                                             "template",
                                                             "this",
                                                             "thread_local",
                                                             "throw",
                                                             "true",
                                                             "try",
                                                             "typedef",
                                                             "typeid",
                                                             "typename",
                                                             "union",
                                                             "unsigned",
                                                             "using",
                                                             "virtual",
                                                             "void",
                                                             "volatile",
                                                             "wchar_t",
                                                             "while",
                                                             "xor",
                                                             "xor_eq",
                                                             "reflexpr",
                                                             "synchronized",
                                                             "atomic_cancel",
                                                             "atomic_commit",
                                                             "atomic_noexcept"};
  return words;
}

// Macros, types and variables that standard headers or compilers bring along under plain names.
const std::unordered_set<std::string_view>& library_names() {
  static const std::unordered_set<std::string_view> words = {"NAN",
                                                             "INFINITY",
                                                             "HUGE_VAL",
                                                             "HUGE_VALF",
                                                             "HUGE_VALL",
                                                             "MATH_ERRNO",
                                                             "MATH_ERREXCEPT",
                                                             "math_errhandling",
                                                             "DOMAIN",
                                                             "SING",
                                                             "OVERFLOW",
                                                             "UNDERFLOW",
                                                             "PLOSS",
                                                             "TLOSS",
                                                             "HUGE",
                                                             "MAXFLOAT",
                                                             "NULL",
                                                             "EOF",
                                                             "BUFSIZ",
                                                             "RAND_MAX",
                                                             "EXIT_SUCCESS",
                                                             "EXIT_FAILURE",
                                                             "EDOM",
                                                             "ERANGE",
                                                             "EILSEQ",
                                                             "CHAR_BIT",
                                                             "INT_MAX",
                                                             "INT_MIN",
                                                             "LONG_MAX",
                                                             "LONG_MIN",
                                                             "assert",
                                                             "errno",
                                                             "offsetof",
                                                             "setjmp",
                                                             "stdin",
                                                             "stdout",
                                                             "stderr",
                                                             "va_arg",
                                                             "va_start",
                                                             "va_end",
                                                             "va_copy",
                                                             "SIGABRT",
                                                             "SIGFPE",
                                                             "SIGILL",
                                                             "SIGINT",
                                                             "SIGSEGV",
                                                             "SIGTERM",
                                                             "CLOCKS_PER_SEC",
                                                             "TIME_UTC",
                                                             "linux",
                                                             "unix",
                                                             "i386",
                                                             "signgam",
                                                             "environ",
                                                             "timezone",
                                                             "daylight",
                                                             "tzname",
                                                             "optarg",
                                                             "optind",
                                                             "opterr",
                                                             "optopt",
                                                             "isnan",
                                                             "isinf",
                                                             "isfinite",
                                                             "isnormal",
                                                             "signbit",
                                                             "fpclassify",
                                                             "size_t",
                                                             "ssize_t",
                                                             "ptrdiff_t",
                                                             "double_t",
                                                             "float_t",
                                                             "div_t",
                                                             "ldiv_t",
                                                             "lldiv_t",
                                                             "time_t",
                                                             "clock_t",
                                                             "max_align_t",
                                                             "nullptr_t",
                                                             "va_list",
                                                             "FILE",
                                                             "BITSPERBYTE",
                                                             "DMAXEXP",
                                                             "complex",
                                                             "imaginary",
                                                             "major",
                                                             "minor",
                                                             "makedev",
                                                             "near",
                                                             "far",
                                                             "std",
                                                             "posix"};
  return words;
}

bool has_prefix(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return text.starts_with(p); });
}

bool all_upper(std::string_view text) {
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

// Families of macros: FP_NAN, M_PI, DBL_MAX, FE_INEXACT. None of them ends with an underscore.
bool is_library_name(std::string_view text) {
  return library_names().contains(text) || (text.size() > 2 && text.back() != '_' && all_upper(text) &&
                                            has_prefix(text, {"FP_", "M_", "DBL_", "FLT_", "LDBL_", "FE_"}));
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<std::string_view, 25> greek = {
    "alpha", "beta",    "gamma", "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",   "nu",
    "xi",    "omicron", "pi",    "rho",   "sigma",   "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};

// A letter that is no ASCII, spelt out. Marks that stand over a letter come after it: "x" and a hat are `x_hat`.
std::string spelt_out(char32_t c) {
  if (c >= 0x3B1 && c <= 0x3C9) return std::string(greek[c - 0x3B1]);
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) {
    std::string name(greek[c - 0x391]);
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
  }
  if (c >= 0x2080 && c <= 0x2089) return std::string(1, static_cast<char>('0' + (c - 0x2080)));
  switch (c) {
    case 0x3D1:
      return "theta";
    case 0x3D5:
      return "phi";
    case 0x3F5:
      return "epsilon";
    case 0x131:
      return "i";
    case 0x177:
      return "y_hat";
    case 0x302:
      return "_hat";
    case 0x303:
      return "_tilde";
    case 0x304:
    case 0x305:
      return "_bar";
    case 0x2032:
      return "_prime";
    default:
      return fmt::format("u{:04x}", static_cast<unsigned>(c));
  }
}

// The character at `at` and its length in bytes; length 0 if the bytes are no UTF-8.
std::pair<char32_t, std::size_t> decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t k) { return static_cast<char32_t>(static_cast<unsigned char>(text[k])); };
  const char32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || at + length > text.size()) return {0, 0};
  char32_t code = first & (length == 2 ? 0x1FU : length == 3 ? 0x0FU : 0x07U);
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(at + k) & 0xC0U) != 0x80U) return {0, 0};
    code = (code << 6U) | (byte(at + k) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {0, 0};
  return {code, length};
}

// ASCII letters, digits and single underscores that do not begin with a digit or an underscore and a capital.
std::string plain(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const auto [code, length] = decode(name, at);
    if (length == 0) {
      out += '_';
      ++at;
      continue;
    }
    const char c = name[at];
    if (code >= 0x80) {
      out += spelt_out(code);
    } else if (c == '\'') {
      out += "_prime";
    } else {
      out += letter(c) || digit(c) ? c : '_';
    }
    at += length;
  }
  std::string single;
  for (const char c : out) {
    if (c != '_' || single.empty() || single.back() != '_') single += c;
  }
  if (single.empty() || single == "_") single = "x_";
  if (digit(single[0])) single.insert(single.begin(), 'n');
  // A name that begins with an underscore is reserved for the library where it stands outside of a class.
  if (single[0] == '_') single = (digit(single[1]) ? "n" : "") + single.substr(1) + "_";
  return single;
}

}  // namespace

bool is_identifier(std::string_view text) {
  if (text.empty() || digit(text[0]) || text[0] == '_') return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return letter(c) || digit(c) || c == '_'; })) return false;
  return text.find("__") == std::string_view::npos && !keywords().contains(text) && !is_library_name(text);
}

std::string to_identifier(std::string_view name) {
  std::string out = plain(name.ends_with(']') ? name.substr(0, name.size() - 1) : name);  // `W[1]`: W_1
  if (keywords().contains(out) || is_library_name(out)) out += out.back() == '_' ? "2" : "_";
  return out;
}

bool clashes_as_namespace(std::string_view name) {
  static const std::unordered_set<std::string_view> math = {
      "acos",        "acosh",     "asin",   "asinh",  "atan",    "atan2",     "atanh",     "cbrt",       "ceil",
      "copysign",    "cos",       "cosh",   "erf",    "erfc",    "exp",       "exp2",      "expm1",      "exp10",
      "fabs",        "fdim",      "floor",  "fma",    "fmax",    "fmin",      "fmod",      "frexp",      "hypot",
      "ilogb",       "ldexp",     "lgamma", "llrint", "llround", "log",       "log10",     "log1p",      "log2",
      "logb",        "lrint",     "lround", "modf",   "nan",     "nearbyint", "nextafter", "nexttoward", "pow",
      "pow10",       "remainder", "remquo", "rint",   "round",   "scalb",     "scalbn",    "scalbln",    "sin",
      "sincos",      "sinh",      "sqrt",   "tan",    "tanh",    "tgamma",    "trunc",     "gamma",      "drem",
      "significand", "finite",    "j0",     "j1",     "jn",      "y0",        "y1",        "yn"};
  // Functions of <stdlib.h>, <string.h>, <time.h>, <unistd.h> and their like that a model may well be named after.
  static const std::unordered_set<std::string_view> other = {
      "abs",    "labs",       "llabs",  "div",      "ldiv",      "rand",     "random",   "srand",   "exit",    "abort",
      "system", "index",      "rindex", "time",     "clock",     "signal",   "raise",    "read",    "write",   "open",
      "close",  "link",       "select", "send",     "recv",      "accept",   "bind",     "listen",  "connect", "socket",
      "pipe",   "dup",        "access", "sleep",    "pause",     "alarm",    "sync",     "nice",    "fork",    "wait",
      "kill",   "getenv",     "printf", "puts",     "remove",    "rename",   "stat",     "swab",    "free",    "malloc",
      "calloc", "realloc",    "qsort",  "bsearch",  "step",      "advance",  "tolower",  "toupper", "environ", "main",
      "gradus", "__cxxabiv1", "abi",    "difftime", "mktime",    "perror",   "signgam",  "crypt",   "encrypt", "brk",
      "acct",   "daemon",     "execve", "ffs",      "initstate", "setstate", "truncate", "vfork"};
  if (name == "std" || name == "posix" || math.contains(name) || other.contains(name)) return true;
  return !name.empty() && (name.back() == 'f' || name.back() == 'l') && math.contains(name.substr(0, name.size() - 1));
}

NameScope::NameScope()
    : taken_{"Inputs",
             "Params",
             "Gradient",
             "Hessian",
             "value",
             "value_and_gradient",
             "value_gradient_and_hessian",
             "hessian_vector_product",
             "detail",
             "std"} {}

std::string NameScope::claim(const std::string& wanted) {
  if (taken_.insert(wanted).second) return wanted;
  const std::string base = wanted.back() == '_' ? wanted : wanted + "_";
  // A public name of the header gives way visibly, but without a number: `value_`.
  if (taken_.insert(base).second) return base;
  auto& next = next_[base];
  for (;;) {
    std::string numbered = fmt::format("{}{}", base, ++next + 1);
    if (taken_.insert(numbered).second) return numbered;
  }
}

std::string NameScope::claim_first(std::initializer_list<const char*> candidates) {
  std::string last;
  for (const char* c : candidates) {
    last = c;
    if (taken_.insert(last).second) return last;
  }
  return claim(last);
}

std::string comment_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = decode(text, at);
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool invisible = (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
                           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
    if (length == 0 || control || invisible) {
      out += '?';
      at += std::max<std::size_t>(length, 1);
      continue;
    }
    out += text.substr(at, length);
    at += length;
  }
  // A backslash at the end of a line would carry the comment on to the next.
  while (!out.empty() && (out.back() == '\\' || out.back() == ' ')) out.pop_back();
  return out;
}

}  // namespace gradus::emit

namespace gradus {

std::string namespace_from_stem(std::string_view stem) {
  if (const auto slash = stem.find_last_of("/\\"); slash != std::string_view::npos) stem.remove_prefix(slash + 1);
  if (const auto dot = stem.find_last_of('.'); dot != std::string_view::npos && dot > 0) stem = stem.substr(0, dot);
  if (stem.find_first_not_of('_') == std::string_view::npos) return "model";
  std::string name = emit::to_identifier(stem);
  // What was appended to a keyword gives way to a word.
  if (name.back() == '_' && stem.back() != '_') name.pop_back();
  if (!emit::is_identifier(name) || emit::clashes_as_namespace(name)) name += "_model";
  return name;
}

}  // namespace gradus
