// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/own_meaning.h"

#include <fmt/format.h>

#include <algorithm>

#include "document/introduced.h"
#include "document/named.h"
#include "document/nodes.h"
#include "document/outline.h"
#include "document/phrases.h"
#include "document/readings.h"

namespace gradus::document {
namespace {

constexpr std::size_t effort_of_a_part = 300'000;
constexpr std::size_t most_parts = 200;  // that are read

// What a part of a document is read as, and whether a claim in it is made of nothing but what this part introduces.
class Part {
 public:
  Part(const std::vector<Formula>& formulas, const Outline& outline, const Introductions& all, const Reader& whole,
       const Reader& own, std::size_t part)
      : formulas_(formulas), outline_(outline), all_(all), whole_(whole), own_(own), part_(part) {}

  // Whether a link is made of what this part introduces; `shown` gets the letters that stand elsewhere as well.
  bool introduces_all(const Reader::Claimed& link, std::set<std::string>& shown) {
    link_ = link.formula;
    derivative_ = false;
    letters_.clear();
    reach(link.left);
    reach(link.right);
    for (const auto& [key, n] : letters_) {
      // What a differential is of, and by which cost it is an adjoint, is a matter of the whole document.
      if (n.differential || !is_introduced(n)) return false;
      if (is_used_elsewhere(n.text) && !is_constant(n)) shown.insert(plain(n.text));
    }
    return true;
  }

 private:
  using How = Introduction::How;

  [[nodiscard]] bool here(std::size_t formula) const { return outline_.belongs(formula, part_); }
  [[nodiscard]] bool is_used_elsewhere(const std::string& letter) const {
    return std::ranges::any_of(all_.uses(letter), [&](std::size_t k) { return !here(k); });
  }
  // What has a meaning that no document needs to say: words, e, \pi, the identity, Kronecker's delta.
  [[nodiscard]] static bool is_constant(const Node& n) {
    static const std::set<std::string> usual{"e", "\\pi", "\\infty", "I", "\\dots", "\\R"};
    const bool kronecker = n.is_symbol("\\delta") && !n.below.empty() && components(n.below[0]).size() == 2;
    return n.word || kronecker || (usual.contains(n.text) && n.below.empty());
  }
  // The name itself, and those of which it may be an entry: x_i of a bold x, a_{ij} of A.
  static std::vector<std::string> keys_of(const Node& n) {
    const std::string own = key_of_letter(n);
    std::vector<std::string> out{own, own.starts_with("*") ? own.substr(1) : "*" + own};
    if (n.below.empty()) return out;
    std::string capital = n.text;
    if (capital.size() == 1 && capital[0] >= 'a' && capital[0] <= 'z')
      capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
    for (const std::string& whole : {n.text, capital}) {
      out.push_back(whole);
      out.push_back("*" + whole);
    }
    return out;
  }

  // The letters of a formula, and of what this part says that they are.
  void reach(const Node& n) {
    derivative_ = derivative_ || has_derivative(n);
    visit_letters(n, [&](const Node& letter) {
      derivative_ = derivative_ || letter.differential || letter.primes > 0 || letter.text.starts_with("\\dot{");
      if (!letters_.emplace(key_of_letter(letter), letter).second) return;
      for (const std::string& key : keys_of(letter)) {
        for (const Introduction& i : all_.of(key)) {
          if (i.how != How::equation || !here(i.formula)) continue;
          for (const Node* value : i.value) reach(*value);
        }
      }
    });
  }

  [[nodiscard]] bool is_introduced(const Node& n) const {
    if (n.text.ends_with(any_number)) return true;
    const std::string key = key_of_letter(n);
    if (own_.meaning().is_dimension(key)) return !derivative_ || !has_equation_elsewhere(key, n);
    if (is_index(n, key)) return true;
    // \sigma means something by itself, or what words elsewhere say.
    if (is_function_letter(n.text) && is_used_elsewhere(n.text) && !says_what_it_is(key)) return false;
    if (introduces(key, n)) return true;
    if (is_constant(n)) return !is_said_elsewhere(n);
    const std::vector<std::string> keys = keys_of(n);
    const bool entry = !own_.meaning().has_name(key) && std::ranges::none_of(all_.of(key), [&](const Introduction& i) {
      return !here(i.formula) && i.formula < link_ && (i.how == How::equation || i.how == How::set) && !i.number;
    });
    if (entry && std::any_of(keys.begin() + 1, keys.end(), [&](const std::string& k) { return introduces(k, n); }))
      return true;
    return !is_used_elsewhere(n.text) && !is_unread_elsewhere(n);
  }

  [[nodiscard]] bool says_what_it_is(const std::string& key) const {
    return std::ranges::any_of(all_.of(key), [&](const Introduction& i) {
      return here(i.formula) && i.formula <= link_ && (i.how == How::equation || i.how == How::set);
    });
  }

  // What stands for a number has a name in the reading of the part.
  [[nodiscard]] bool is_index(const Node& n, const std::string& key) const {
    static const std::set<std::string> usual{"i", "j", "k", "l", "m", "n", "p", "q", "r", "s", "t"};
    return n.below.empty() && (usual.contains(n.text) || own_.meaning().indexes(n.text)) &&
           !own_.meaning().has_name(key) && !own_.meaning().has_name("*" + key);
  }

  // Whether an equation, a set or words elsewhere say something of a letter, with any scripts, or may do so where they
  // are not read.
  [[nodiscard]] bool is_said_elsewhere(const Node& n) const {
    const auto elsewhere = [&](const Introduction& i) { return !here(i.formula) && i.how != How::parameter; };
    return all_.any_of_letter(n.text, elsewhere) || is_unread_elsewhere(n);
  }
  [[nodiscard]] bool is_unread_elsewhere(const Node& n) const {
    for (std::size_t k = 0; k < formulas_.size(); ++k) {
      if (!here(k) && says_of(formulas_[k].unread, n.text)) return true;
    }
    return false;
  }
  // An equation before the link, outside of this part: it says what the name is. A number is one of the values that it
  // may have; f(x) = f(0) + ... says nothing of what f is.
  [[nodiscard]] bool counts(const Introduction& i) const {
    return i.how == How::equation && i.formula < link_ && !here(i.formula) && !i.number &&
           (!i.circular || i.arguments.empty());
  }
  [[nodiscard]] bool has_equation_elsewhere(const std::string& key, const Node& n) const {
    return is_unread_elsewhere(n) ||
           std::ranges::any_of(all_.of(key), [&](const Introduction& i) { return counts(i); });
  }

  // Whether this part introduces a name before the link, or with it, and no other part did so in between.
  [[nodiscard]] bool introduces(const std::string& key, const Node& n) const {
    const std::vector<Introduction>& all = all_.of(key);
    const Introduction *last = nullptr, *equation = nullptr;
    bool only_parameter = true;
    for (const Introduction& i : all) {
      if (i.formula > link_ || (i.how == How::equation && i.circular)) continue;
      last = &i;
      if (!here(i.formula)) continue;
      only_parameter = only_parameter && i.how == How::parameter;
      if (i.how == How::equation && equation == nullptr) equation = &i;
    }
    if (last == nullptr || !here(last->formula)) return false;
    // f(x) does not say what x is: a column that was introduced before may be meant.
    if (only_parameter && has_kind_elsewhere(key)) return false;
    // What the whole document refutes defines nothing.
    if (equation != nullptr && verdict_at(equation->name->begin) == Verdict::refuted) return false;
    if (!has_equation_elsewhere(key, n)) return true;
    // A variable is any one, whatever it is elsewhere; a name that depends on others elsewhere is not cut from them.
    if (equation == nullptr) return last->how == How::parameter || !derivative_;
    return !is_unread_elsewhere(n) && is_another(*equation, all);
  }

  // Whether a set or words say before the link, outside of this part, what a name is.
  [[nodiscard]] bool has_kind_elsewhere(const std::string& key) const {
    for (const std::string& k : {key, key.starts_with("*") ? key.substr(1) : "*" + key}) {
      const bool said = std::ranges::any_of(all_.of(k), [&](const Introduction& i) {
        return i.formula < link_ && !here(i.formula) && (i.how == How::set || i.how == How::words);
      });
      if (said) return true;
    }
    return false;
  }

  // Whether an equation is none for what equations elsewhere are of: it is a function of other things, a word
  // introduces it, or the whole document takes it as a definition.
  [[nodiscard]] bool is_another(const Introduction& equation, const std::vector<Introduction>& all) const {
    const bool other_arguments = !equation.arguments.empty() && std::ranges::all_of(all, [&](const Introduction& i) {
      return !counts(i) || (!i.arguments.empty() && i.arguments != equation.arguments);
    });
    return other_arguments || equation.let || verdict_at(equation.name->begin) == Verdict::proved;
  }

  // What the whole document makes of an equation that begins here, if it is a definition or wrong.
  [[nodiscard]] std::optional<Verdict> verdict_at(std::size_t begin) const {
    for (std::size_t k = 0; k < whole_.links.size(); ++k) {
      const LinkVerdict& v = whole_.links[k];
      if (v.left_place.begin != begin) continue;
      if (v.verdict == Verdict::refuted || whole_.claimed(k) == nullptr) return v.verdict;
    }
    return std::nullopt;
  }

  const std::vector<Formula>& formulas_;
  const Outline& outline_;
  const Introductions& all_;
  const Reader &whole_, &own_;
  std::size_t part_, link_ = 0;
  bool derivative_ = false;  // whether something is differentiated in the link, or in what it is made of
  std::map<std::string, Node> letters_;
};

// The formulas with nothing in those of other parts.
std::vector<Formula> formulas_of(const std::vector<Formula>& all, const Outline& outline, std::size_t part) {
  std::vector<Formula> out = all;
  for (std::size_t k = 0; k < out.size(); ++k) {
    if (outline.belongs(k, part)) continue;
    out[k].statements.clear();
    out[k].unread.clear();
  }
  return out;
}

std::string listed(const std::set<std::string>& letters) {
  std::string out;
  for (const std::string& l : letters) out += (out.empty() ? "`" : ", `") + l + "`";
  return out;
}

class Parts {
 public:
  Parts(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas, const Conventions& conventions,
        KnownVerdicts& known, Reader& whole)
      : engine_(engine),
        source_(source),
        formulas_(formulas),
        outline_(formulas),
        introductions_(formulas),
        conventions_(conventions),
        known_(known),
        whole_(whole) {
    // What names are elsewhere does not matter here.
    conventions_.columns.clear();
    conventions_.matrices.clear();
    conventions_.dimensions.clear();
  }

  // The smaller ones first.
  std::vector<std::string> read_all() {
    std::vector<std::string> out;
    std::size_t count = 0;
    for (std::size_t part = outline_.parts(); part-- > 1 && count < most_parts;) {
      if (!is_open(part) || is_all(part) || is_foreign_here(part) || known_.effort == 0) continue;
      ++count;
      // A part is worth no more than a share of what is left.
      const std::size_t left = known_.effort, share = std::min(left, effort_of_a_part);
      known_.effort = share;
      const std::set<std::string> letters = read(part);
      known_.effort = left - (share - known_.effort);
      if (!letters.empty())
        out.push_back(
            fmt::format("the part from line {} on is read with its own meaning of {}", line_of(part), listed(letters)));
    }
    std::ranges::reverse(out);
    return out;
  }

 private:
  // A link that what other parts say may have kept from being decided.
  [[nodiscard]] bool is_open(std::size_t link, std::size_t part) const {
    const Reader::Claimed* claimed = whole_.claimed(link);
    return whole_.links[link].verdict == Verdict::undecided && whole_.links[link].relation == "=" &&
           claimed != nullptr && !claimed->doubted && outline_.within(outline_.part_of(claimed->formula), part);
  }
  [[nodiscard]] bool is_open(std::size_t part) const {
    for (std::size_t k = 0; k < whole_.links.size(); ++k) {
      if (is_open(k, part)) return true;
    }
    return false;
  }
  // Whether a part is the whole document, but for formulas in which nothing is said.
  [[nodiscard]] bool is_all(std::size_t part) const {
    for (std::size_t k = 0; k < formulas_.size(); ++k) {
      if (!outline_.belongs(k, part) && !(formulas_[k].statements.empty() && formulas_[k].unread.empty())) return false;
    }
    return true;
  }
  // Whether what is said in a part is in a language that is not read, whatever the document is in.
  [[nodiscard]] bool is_foreign_here(std::size_t part) const {
    std::string said;
    for (std::size_t k = 0; k < formulas_.size(); ++k) {
      if (outline_.within(outline_.part_of(k), part)) said += formulas_[k].before + " ";
    }
    return is_foreign(said);
  }
  [[nodiscard]] std::size_t line_of(std::size_t part) const {
    std::size_t at = 0;
    for (std::size_t k = 0; k < formulas_.size() && at == 0; ++k) {
      if (outline_.within(outline_.part_of(k), part) && !formulas_[k].statements.empty())
        at = formulas_[k].statements[0].begin;
    }
    return 1 + static_cast<std::size_t>(
                   std::count(source_->text.begin(), source_->text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }

  std::set<std::string> read(std::size_t part) {
    const std::vector<Formula> formulas = formulas_of(formulas_, outline_, part);
    auto own = read_formulas(engine_, source_, formulas, conventions_, known_);
    for (const Conventions& other : with_tensors(*own, conventions_)) {
      auto reader = read_formulas(engine_, source_, formulas, other, known_);
      if (proved(*reader) >= proved(*own) && score(*reader) > score(*own)) own = std::move(reader);
    }
    // How far something reaches may be meant in two ways there as well.
    if (own->reach_is_unclear()) return {};
    Part said(formulas_, outline_, introductions_, whole_, *own, part);
    std::set<std::string> letters;
    for (std::size_t k = 0; k < whole_.links.size(); ++k) {
      if (!is_open(k, part)) continue;
      const LinkVerdict* found = nullptr;
      std::set<std::string> shown;
      for (std::size_t j = 0; j < own->links.size(); ++j) {
        const LinkVerdict& w = own->links[j];
        const bool same = w.left_place.begin == whole_.links[k].left_place.begin &&
                          w.right_place.begin == whole_.links[k].right_place.begin;
        if (same && w.verdict == Verdict::proved && own->claimed(j) != nullptr) found = &w;
      }
      if (found == nullptr || !said.introduces_all(*whole_.claimed(k), shown)) continue;
      LinkVerdict& v = whole_.links[k];
      v.left = found->left;
      v.right = found->right;
      v.verdict = Verdict::proved;
      v.reason = found->reason;
      if (!shown.empty())
        v.reason += fmt::format("; with the meaning of {} in this part of the document", listed(shown));
      letters.merge(shown);
    }
    return letters;
  }

  Engine& engine_;
  const SourcePtr& source_;
  const std::vector<Formula>& formulas_;
  Outline outline_;
  Introductions introductions_;
  Conventions conventions_;
  KnownVerdicts& known_;
  Reader& whole_;
};

}  // namespace

std::vector<std::string> read_parts(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas,
                                    const Conventions& conventions, KnownVerdicts& known, Reader& whole) {
  return Parts(engine, source, formulas, conventions, known, whole).read_all();
}

}  // namespace gradus::document
