// SPDX-License-Identifier: GPL-2.0-or-later
// What the words around formulas say. A few words that every author uses; nothing of any one document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::document {

// In small letters.
std::string lowered(std::string text);

// Whether the words before a formula say that it holds: "with", "let", "such that".
bool asserts(const std::string& before);
// Whether a formula stands beside what it explains: "centred, x_1 + ... + x_n = 0".
bool in_apposition(const std::string& before);
// Whether they say under which condition what stands before holds: "for", "if".
bool opens_case(const std::string& before);
// Whether what follows is a case: "if", "for".
bool states_case(const std::string& before);
// Whether the words before an equation introduce what it defines: "where", "let".
bool defines(const std::string& before);
// Whether they open a case: "if", "when".
bool supposes(const std::string& before);
// The word before a formula, in small letters.
std::string last_word(const std::string& before);
// "Case", "1." at the beginning of a paragraph: the head of a case.
bool heads_case(const std::string& before);
// Whether they begin with "and", "while": what follows stands beside what was said.
bool joins(const std::string& words);
// "In general", "for negative x": what was assumed before does not hold here.
bool speaks_of_all(const std::string& words);
// Whether they speak of symmetric matrices, or of such as are.
bool speaks_of_symmetry(const std::string& words);
// Whether they speak of an example, a special case, a beginning: what is said then is not so throughout.
bool speaks_of_example(const std::string& words);
bool ends_sentence(const std::string& words);
// Whether a sentence ties an equation in it to what stands before: "where", "recall".
bool ties(const std::string& sentence);
// Whether it says what something is for one choice, or what solves an equation: "the minimiser is", "equality iff".
bool solves(const std::string& sentence);
// Whether the clause around an equation or a condition takes it back, asks for it or restricts it: "fails", "we want".
bool hedges(const std::string& before, const std::string& behind);
// What is usual, or what is found: "most papers take", "the optimum satisfies".
bool speaks_of_practice(const std::string& sentence);
// "let", "set": whether words give a name a value.
bool gives_value(const std::string& before);
// Whether a clause goes on behind a formula: "we recover the usual one".
bool goes_on(const std::string& behind);
// Whether a sentence begins in them, or goes on behind a display with a capital letter.
bool begins_sentence(const std::string& words);
// "otherwise", "for negative inputs": there are other cases.
bool says_for_some(const std::string& words);
// Whether a sentence says that what follows holds up to something, or in some case.
// `formula_mark` stands for each formula.
inline constexpr char formula_mark = '\x01';
bool says_loosely(const std::string& words);
// Whether the word before a formula says that it is about a point: "at", "minimum".
bool is_at_point(const std::string& before);
// "needs": whether the words before a condition say for what it is one.
bool needs(const std::string& before);
// "we have": whether the words behind a case say at once what holds in it.
bool concludes_case(const std::string& behind);
// "not", "for the moment", "drop": what is said does not hold, or not for long.
bool takes_back(const std::string& words);
// Whether the words around a name call it a matrix.
bool calls_matrix(const std::string& before, const std::string& behind);
// Whether they say that two indices differ from here on: "let", "with".
bool keeps_apart(const std::string& before);
// Whether the words behind a formula go on to say that it is symmetric.
bool calls_symmetric(const std::string& behind);
// Whether the words before a formula say that it is: "the symmetric matrix".
bool is_called_symmetric(const std::string& before);
// Whether the words behind a formula say that it, and what stands before it in a list, are numbers.
bool calls_numbers(const std::string& behind);
// Whether the words behind a formula say that it is some differentiable function.
bool calls_function(const std::string& behind);
// "(", "of size": whether they lead to the size of what stands before.
bool introduces_size(const std::string& before);
// "is an invertible", "be real": whether they lead from a name to the size of the matrix that it is.
bool leads_to_size(const std::string& words);
// Whether they draw a conclusion: "hence", "we get".
bool concludes(const std::string& before);
// Whether they introduce what follows as some differentiable function.
bool introduces_function(const std::string& before);
// The words between two formulas of one sentence: those that go on about the first, and those that lead to the second.
struct Between {
  std::string of_first, of_second;
};
Between shared_out(const std::string& words);
// "is 1 for the right class and 0 otherwise": whether the words behind an entry say that of all entries one is 1.
bool marks_one_class(const std::string& behind);
// "Unlike one-hot vectors, an embedding": without what is set against it.
std::string without_contrast(const std::string& clause);
// Whether a clause says what holds in some case.
bool is_conditional(const std::string& clause);
// Whether what is said behind the last one of a list is said of all: "are orthogonal".
bool is_said_of_all(const std::string& behind);
// What the words beside a formula say of it: those that lead to it, all of its clause before it, and those behind it
// that go on about it.
struct Beside {
  std::string lead, clause, behind;
  bool conditional = false;  // it is said of some case
};
// How they restrict what it introduces. A probability vector and a one-hot one are facts; by what only equations say
// ("orthogonal"), or by a sign, is not read.
enum class Restriction { none, sign, equation, simplex, total, one_hot, unit, definite, symmetric, negative };
// Whether it is one that is used as a fact.
inline bool is_fact(Restriction r) {
  return r != Restriction::none && r != Restriction::sign && r != Restriction::equation && r != Restriction::negative;
}
Restriction restricts(const Beside& beside);
// "depends on a and b only", "are constant": all that matters of names that nothing else is said of.
bool says_what_it_depends_on(const std::string& behind);
// Whether they call it what is to be minimised: "the loss".
bool calls_cost(const std::string& before);
// "is called": what follows is a name of what stands before.
bool names_what_was_said(const std::string& before);
// Whether a heading stands in a text.
bool opens_section(const std::string& text);
// Whether texts have words for an unusual convention.
bool speaks_of_rows(const std::string& text);
// Along which axis functions of matrices run: 1 for each row, 0 for each column; nothing if not one of these is said.
std::optional<int> axis_said(const std::string& text);
bool speaks_of_denominators(const std::string& text);

}  // namespace gradus::document
