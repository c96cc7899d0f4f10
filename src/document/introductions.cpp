// SPDX-License-Identifier: GPL-2.0-or-later
// What the words around formulas introduce.
#include "document/differentials.h"
#include "document/nodes.h"
#include "document/prose.h"
#include "document/reader.h"

namespace gradus::document {
namespace {

// What stands alone in a formula.
const Node* alone(const Formula& f) {
  return f.statements.size() == 1 && f.statements[0].relations.empty() ? &f.statements[0].sides[0] : nullptr;
}

Node differential(const Node& n) {
  Node d;
  d.text = "\\partial";
  d.begin = n.begin;
  d.end = n.end;
  return product_of({d, n});
}

}  // namespace

// The words behind a formula, up to the next one that is no number and no size, or to the end of the sentence.
std::string Reader::words_behind(std::size_t k, bool& ends) const {
  std::string out;
  for (ends = false; k + 1 < formulas_.size(); ++k) {
    const std::string& words = formulas_[k + 1].before;
    const std::size_t end = std::min(words.find_first_of(".;"), words.find("\n\n"));
    out += words.substr(0, end);
    ends = end != std::string::npos || k + 2 == formulas_.size();
    const Node* const next = ends || formulas_[k + 1].kind == Piece::Kind::display ? nullptr : alone(formulas_[k + 1]);
    const bool number = next != nullptr && next->is(Node::Kind::number) && next->bare();
    if (!number && (next == nullptr || !set_of_size(*next))) break;
    out += label(*next);
  }
  return out;
}

// What the words beside a formula of the text say of it, and nothing else.
Beside Reader::words_beside(std::size_t k) const {
  Beside out;
  if (formulas_[k].kind == Piece::Kind::display) return out;
  const std::string& before = formulas_[k].before;
  std::size_t begin = before.find_last_of(".;");
  begin = begin == std::string::npos ? 0 : begin + 1;
  const std::size_t heading = before.rfind("\n\n");
  const std::string clause = before.substr(begin);
  const std::string last_words = heading == std::string::npos ? clause : before.substr(std::max(begin, heading + 2));
  const bool joined =
      k > 0 && begin == 0 && heading == std::string::npos && formulas_[k - 1].kind == Piece::Kind::formula;
  out.lead = shared_out(last_words).of_second;
  out.clause = joined ? out.lead : without_contrast(clause);
  out.conditional = is_conditional(last_words);
  bool ends = false;
  std::string behind = words_behind(k, ends);
  // "A, B and C are": said of all of them.
  const auto joins_list = [](const std::string& words) {
    return words == " and " || words == ", " || words == ", and ";
  };
  std::size_t last = k;
  while (!ends && joins_list(behind)) behind = words_behind(++last, ends);
  if (last > k && !is_said_of_all(behind)) behind.clear();
  out.behind = ends ? behind : shared_out(behind).of_first;
  return out;
}

// What the words of its clause say of what a formula introduces.
Restriction Reader::restriction(std::size_t k) const {
  if (formulas_[k].kind == Piece::Kind::display) return Restriction::none;
  const Beside beside = words_beside(k);
  const Restriction out = restricts(beside);
  return is_fact(out) && beside.conditional ? Restriction::equation : out;
}

bool Reader::is_said_symmetric(std::size_t k) const {
  const Beside beside = words_beside(k);
  return !beside.conditional && (is_called_symmetric(beside.lead) || calls_symmetric(beside.behind));
}

// The words and formulas behind a formula, to the end of the sentence.
std::string Reader::sentence_behind(std::size_t k) const {
  std::string out;
  for (; k + 1 < formulas_.size(); ++k) {
    const std::string& words = formulas_[k + 1].before;
    const std::size_t end = std::min(words.find_first_of(".;"), words.find("\n\n"));
    out += words.substr(0, end);
    if (end != std::string::npos || formulas_[k + 1].kind == Piece::Kind::display) break;
    for (const Statement& s : formulas_[k + 1].statements) {
      for (std::size_t side = 0; side < s.sides.size(); ++side)
        out += (side == 0 ? "" : " " + s.relations[side - 1] + " ") + label(s.sides[side]);
    }
  }
  return out;
}

// "$y_k = 1$ for the right class and 0 otherwise", "$y_k$ is 1 if ...": one entry is 1, and all others are 0.
bool Reader::says_one_hot(std::size_t k) const {
  if (formulas_[k].kind != Piece::Kind::formula || formulas_[k].statements.size() != 1) return false;
  const Statement& s = formulas_[k].statements[0];
  const Node& name = s.sides[0];
  if (!name.is(Node::Kind::symbol) || name.word || name.below.empty() || components(name.below[0]).size() != 1)
    return false;
  const bool equation = s.relations.size() == 1 && s.relations[0] == "=" && label(s.sides[1]) == "1";
  return (equation || s.relations.empty()) && marks_one_class((equation ? " is 1" : "") + sentence_behind(k));
}

// What words call names of which no set is said, wherever they do.
void Reader::learn_kinds(std::size_t k) {
  if (says_one_hot(k)) meaning_.learn_kind(stem_of(formulas_[k].statements[0].sides[0]), Restriction::one_hot);
  const Node* const names = formulas_[k].kind == Piece::Kind::formula ? alone(formulas_[k]) : nullptr;
  if (names == nullptr) return;
  std::vector<Restriction> kinds;
  if (is_said_symmetric(k)) kinds.push_back(Restriction::symmetric);
  if (const Restriction one = restriction(k); is_fact(one)) kinds.push_back(one);
  for (const Node& n : names->is(Node::Kind::list) ? names->kids : std::vector<Node>{*names}) {
    for (const Restriction kind : kinds) {
      if (n.is(Node::Kind::symbol) && !n.word) meaning_.learn_kind(stem_of(n), kind);
    }
  }
}

void Reader::restrict(const Node& names, Restriction how) {
  const bool call = names.is(Node::Kind::product) && names.kids.size() == 2 && names.kids[1].is(Node::Kind::group);
  const Node& name = call ? names.kids[0] : names;
  if ((how == Restriction::equation || how == Restriction::negative) && name.is(Node::Kind::symbol) &&
      (call || !meaning_.is_known(name))) {
    meaning_.suspect(name, "a word that says what `" + plain(label(name)) + "` is was not read",
                     Meaning::Doubt::of_refutations);
  }
  meaning_.restrict(names, how);
}

// Whether a constant is a number, if nothing else says what it is: no capital or bold letter, and none that words call
// a matrix or a vector.
bool Reader::may_be_numbers(std::size_t k) const {
  const Node* const names = alone(formulas_[k]);
  if (names == nullptr || size_said(k)) return false;
  const Beside beside = words_beside(k);
  if (calls_matrix(beside.lead, beside.behind)) return false;
  const auto may_be = [](const Node& n) {
    return n.is(Node::Kind::dots) ||
           (n.is(Node::Kind::symbol) && !n.bold && (!is_capital_name(label(n)) || is_cost_letter(n.text)));
  };
  return names->is(Node::Kind::list) ? std::ranges::all_of(names->kids, may_be) : may_be(*names);
}

void Reader::prose(std::size_t k) {
  const Formula& f = formulas_[k];
  const std::string& text = f.before;
  const auto says = [&](std::string_view words) { return text.find(words) != std::string::npos; };
  if (f.statements.empty() || f.kind == Piece::Kind::display) return;
  const Statement& first = f.statements[0];
  if (k + 1 < formulas_.size() && first.relations.empty() && says_what_it_depends_on(formulas_[k + 1].before) &&
      may_be_numbers(k))
    meaning_.settle(first.sides[0]);
  std::size_t last = k;
  while (last + 1 < formulas_.size() && (formulas_[last + 1].before == " and " || formulas_[last + 1].before == ", "))
    ++last;
  if (first.relations.empty() && last + 1 < formulas_.size() && calls_numbers(formulas_[last + 1].before))
    meaning_.settle(first.sides[0]);
  if (!first.sides.empty() && calls_cost(text)) meaning_.learn_cost(first.sides[0]);
  if (first.relations.empty() && !first.sides.empty()) {
    if (text.ends_with("rows ") || text.ends_with("rows") || text.ends_with("row "))
      meaning_.name_rows(first.sides[0], false);
    if (text.ends_with("columns ") || text.ends_with("columns")) meaning_.name_rows(first.sides[0], true);
  }
  // "h_1, ..., h_c are differentiable functions of w"
  const std::string& said = f.before;
  if (k > 0 && says("function") && said.find_first_of(".;:") == std::string::npos &&
      said.substr(0, said.find_last_not_of(" \n") + 1).ends_with(" of") && formulas_[k - 1].statements.size() == 1) {
    const Statement& names = formulas_[k - 1].statements[0];
    if (names.relations.empty() || names.relations[0] == ">" || names.relations[0] == "in")
      functions_.emplace_back(names.sides[0], first.sides[0]);
  }
  // "A prime denotes the derivative with respect to x."
  if (says("with respect to") && says("rime") && says("derivative") && first.relations.empty())
    meaning_.set_prime(first.sides[0]);
  introduce_shape(k);
  introduce_derivative(k);
}

// "X (n \times d)", "X of size n \times d": a shape.
void Reader::introduce_shape(std::size_t k) {
  if (k < 1) return;
  const Node *name = alone(formulas_[k - 1]), *size = alone(formulas_[k]);
  if (name == nullptr || size == nullptr || !introduces_size(formulas_[k].before)) return;
  const auto set = set_of_size(*size);
  if (set && !meaning_.is_known(*name)) declared(*name, *set);
}

// m \times n: the set of matrices of this size.
std::optional<Node> Reader::set_of_size(const Node& size) {
  const auto plain_size = [](const Node& n) {
    return n.bare() && (n.is(Node::Kind::number) || (n.is(Node::Kind::symbol) && !n.word));
  };
  if (!size.is(Node::Kind::product) || size.kids.size() != 2 || size.ops[1] != "times" || !plain_size(size.kids[0]) ||
      !plain_size(size.kids[1]))
    return std::nullopt;
  Node set;
  set.text = "\\R";
  set.begin = size.begin;
  set.end = size.end;
  set.above = {size};
  return set;
}

bool Reader::introduce_matrix(std::size_t k) {
  const auto set = size_said(k);
  if (!set || meaning_.is_known(*alone(formulas_[k]))) return false;
  declared(*alone(formulas_[k]), *set);
  return true;
}

// "A and B be invertible n x n matrices", "an n x n matrix A": the set of what the name at `k` is.
std::optional<Node> Reader::size_said(std::size_t k) const {
  const Node* name = alone(formulas_[k]);
  if (name == nullptr || !name->is(Node::Kind::symbol) || name->word) return std::nullopt;
  const auto before = [&](std::size_t at) { return at < formulas_.size() ? formulas_[at].before : std::string(); };
  // Behind, perhaps with other names between.
  std::size_t at = k + 1;
  while (at + 1 < formulas_.size() && (before(at) == " and " || before(at) == ", ") && alone(formulas_[at]) != nullptr)
    ++at;
  const Node* size = at < formulas_.size() ? alone(formulas_[at]) : nullptr;
  const std::string behind = before(at + 1);
  const bool matrices = behind.starts_with(" matri") || behind.starts_with("-matri");
  if (size != nullptr && matrices && leads_to_size(before(at))) {
    if (auto set = set_of_size(*size)) return set;
  }
  // Before, perhaps with other names between.
  at = k;
  while (at > 1 && (before(at) == " and " || before(at) == ", ") && alone(formulas_[at - 1]) != nullptr) --at;
  if (at < 1 || (before(at) != " matrix " && before(at) != " matrices ")) return std::nullopt;
  const Node* first = alone(formulas_[at - 1]);
  return first != nullptr ? set_of_size(*first) : std::nullopt;
}

// "We write D for the derivative of L with respect to z." "The gradient of L with respect to W is called G." "The
// gradient of the loss with respect to W is called G."
void Reader::introduce_derivative(std::size_t k) {
  const auto says = [&](std::size_t at, std::string_view words) {
    return formulas_[at].before.find(words) != std::string::npos;
  };
  const auto derivative = [&](std::size_t at) { return says(at, "derivative of") || says(at, "gradient of"); };
  if (k < 1) return;
  const bool last = names_what_was_said(formulas_[k].before) && says(k - 1, "with respect to");
  const bool of_cost = last && derivative(k - 1);
  if (!of_cost && (k < 2 || !(last || says(k, "with respect to")) || !derivative(last ? k - 2 : k - 1))) return;
  const Node* name = alone(formulas_[last ? k : k - 2]);
  const Node* by = alone(formulas_[last ? k - 1 : k]);
  if (name == nullptr || by == nullptr || !meaning_.is_new(*name)) return;
  std::optional<Node> of;
  if (of_cost) {
    of = meaning_.cost_reached_by(*by);
  } else if (const Node* given = alone(formulas_[last ? k - 2 : k - 1])) {
    of = *given;
  }
  if (!of) return;
  define(*name, fraction_of(differential(*of), differential(*by)));
}

}  // namespace gradus::document
