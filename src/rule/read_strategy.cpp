// SPDX-License-Identifier: GPL-2.0-or-later
// `strategy` and `cost` entries.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "rule/read_entries.h"

namespace gradus::rules {
namespace {

constexpr int max_depth = 100;               // strategies within one another in one text
constexpr std::size_t max_fuel = 1'000'000;  // rounds of a `repeat`
constexpr long max_weight = 1'000'000;       // of an operator in a cost

const std::vector<std::string> keywords = {"rule",   "group",   "seq",      "first",  "try",
                                           "repeat", "topdown", "bottomup", "best-by"};

struct Token {
  std::string text;  // a word, a number, one of `(),=`; empty at the end
  Place place;
};

class StrategyReader {
 public:
  StrategyReader(const LaidOut& file, const Place& text) : file_(file), text_(text), at_(text.begin) { next(); }

  std::pair<std::string, Strategy> read(const Entry& entry) {
    if (!is_word(token_)) throw Error(entry.place, "a name is expected after `strategy`");
    const Token name = token_;
    if (std::find(keywords.begin(), keywords.end(), name.text) != keywords.end()) {
      throw Error(name.place,
                  fmt::format("a strategy cannot be called `{}`: the word has a meaning of its own", name.text));
    }
    next();
    expect("=");
    Strategy s = item(0);
    if (!token_.text.empty()) throw unexpected("the end of the strategy");
    return {name.text, std::move(s)};
  }

 private:
  static bool is_word(const Token& t) { return !t.text.empty() && t.text.find_first_of("(),=") == std::string::npos; }

  void next() {
    const std::string& plain = file_.plain->text;
    while (at_ < text_.end && plain[at_] == ' ') ++at_;
    if (at_ >= text_.end) {
      token_ = {"", {file_.source, text_.end, text_.end}};
      return;
    }
    const auto [word, rest] = first_word(file_, {file_.source, at_, text_.end});
    const std::size_t end = word.begin == word.end ? at_ + 1 : word.end;
    token_ = {plain.substr(at_, end - at_), {file_.source, at_, end}};
    if (word.begin == word.end && std::string_view("(),=").find(token_.text) == std::string_view::npos) {
      throw Error(token_.place, fmt::format("`{}` has no meaning in a strategy", token_.text));
    }
    at_ = end;
  }

  Error unexpected(std::string_view wanted) const {
    return {token_.place, token_.text.empty() ? fmt::format("{} is expected, but the strategy ends here", wanted)
                                              : fmt::format("{} is expected here, not `{}`", wanted, token_.text)};
  }

  void expect(std::string_view text) {
    if (token_.text != text) throw unexpected(fmt::format("`{}`", text));
    next();
  }

  std::string name(std::string_view of) {
    if (!is_word(token_)) throw unexpected(fmt::format("the name of a {}", of));
    std::string text = token_.text;
    next();
    return text;
  }

  std::vector<Strategy> list(int depth) {
    expect("(");
    std::vector<Strategy> out{item(depth + 1)};
    while (token_.text == ",") {
      next();
      out.push_back(item(depth + 1));
    }
    if (token_.text != ")") throw unexpected("`,` or `)`");
    next();
    return out;
  }

  // One child; several are a sequence.
  std::vector<Strategy> single(int depth) {
    const Place place = token_.place;
    std::vector<Strategy> children = list(depth);
    if (children.size() == 1) return children;
    Strategy s;
    s.kind = Strategy::Kind::seq;
    s.children = std::move(children);
    s.place = place;
    return {std::move(s)};
  }

  Strategy item(int depth) {
    if (depth > max_depth) throw Error(token_.place, fmt::format("strategies are nested more than {} deep", max_depth));
    if (!is_word(token_)) throw unexpected("a strategy");
    Strategy s;
    s.place = token_.place;
    const std::string word = token_.text;
    next();
    if (word == "rule" || word == "group") {
      s.kind = word == "rule" ? Strategy::Kind::rule : Strategy::Kind::group;
      s.place = token_.place;
      s.name = name(word);
    } else if (word == "seq" || word == "first") {
      s.kind = word == "seq" ? Strategy::Kind::seq : Strategy::Kind::first;
      s.children = list(depth);
    } else if (word == "try" || word == "topdown" || word == "bottomup") {
      s.kind = word == "try"       ? Strategy::Kind::attempt
               : word == "topdown" ? Strategy::Kind::topdown
                                   : Strategy::Kind::bottomup;
      s.children = single(depth);
    } else if (word == "repeat") {
      s.kind = Strategy::Kind::repeat;
      const auto [end, code] = std::from_chars(token_.text.data(), token_.text.data() + token_.text.size(), s.fuel);
      if (code != std::errc{} || end != token_.text.data() + token_.text.size() || s.fuel == 0 || s.fuel > max_fuel) {
        throw unexpected(fmt::format("the greatest number of rounds (1 to {})", max_fuel));
      }
      next();
      s.children = single(depth);
    } else if (word == "best-by") {
      s.kind = Strategy::Kind::best_by;
      s.place = token_.place;
      s.name = name("cost");
      s.children = list(depth);
    } else {
      if (token_.text == "(") {
        throw Error(s.place, fmt::format("there is no way `{}` to combine strategies", word),
                    did_you_mean(word, keywords));
      }
      s.kind = Strategy::Kind::named;
      s.name = word;
    }
    return s;
  }

  const LaidOut& file_;
  Place text_;
  std::size_t at_;
  Token token_;
};

}  // namespace

std::pair<std::string, Strategy> read_strategy(const LaidOut& file, const Entry& entry) {
  return StrategyReader(file, entry.body).read(entry);
}

std::pair<std::string, std::map<std::string, long>> read_cost(const LaidOut& file, const Entry& entry,
                                                              const FunctionTable& functions) {
  const std::string name = entry_name(file, entry);
  std::vector<std::string> known = {"function", "minus", "quotient"};
#define OP(op, children, precedence, spelling) known.emplace_back(#op);
#include "gradus/expr/op.def"
#undef OP
  for (const std::string& f : functions.names()) known.push_back(f);
  std::map<std::string, long> weights;
  for (const Place& part : split(file, {file.source, entry.head.end, entry.body.end}, ',')) {
    if (part.begin == part.end) {  // a comma at the end
      if (part.begin == entry.body.end && !weights.empty()) continue;
      throw Error(entry.head, fmt::format("the cost `{}` has an empty place where `KEY WEIGHT` is expected", name));
    }
    const auto [key, number] = first_word(file, part);
    const std::string word(plain_text(file, key));
    const std::string_view digits = plain_text(file, number);
    long weight = -1;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
    if (word.empty() || code != std::errc{} || end != digits.data() + digits.size() || weight < 0 ||
        weight > max_weight) {
      throw Error(part, fmt::format("an operator or function and its weight (0 to {}) are expected here", max_weight));
    }
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      throw Error(key, fmt::format("there is no operator or function `{}`", word), did_you_mean(word, known));
    }
    if (!weights.emplace(word, weight).second) throw Error(key, fmt::format("`{}` has two weights", word));
  }
  return {name, std::move(weights)};
}

}  // namespace gradus::rules
