// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the formulas of a document in their order: what defines, what is given, what is claimed.
#pragma once

#include "document/judge.h"
#include "document/meaning.h"
#include "document/proportion.h"
#include "gradus/document/check.h"

namespace gradus::document {

class Outline;

// A formula of the document, taken apart.
struct Formula {
  Piece::Kind kind;
  std::vector<Statement> statements;
  std::string before;  // the prose that stands before it, back to the last formula
  std::string unread;  // what stands in it, if something in it could not be read
};

// Whether a derivative is written in it.
bool has_derivative(const Node& n);
// Whether a quotient of differentials is written in it, and no function with a prime.
bool has_quotient(const Node& n);
// Numbers alone, with a decimal point or in a matrix: those of an example.
bool is_example(const Node& n);
// A text with the names of indices as people write them.
std::string readable(std::string text);

// Whether a text has `name = ...` or `name \in ...`.
bool says_of(const std::string& text, const std::string& name);

// E[X] = mu, P(A) = p: the value at one argument, which says nothing of others.
bool is_moment(const Node& left, const Node& right);

class Reader {
 public:
  Reader(Engine& engine, const SourcePtr& source, const std::vector<Formula>& formulas, const Conventions& conventions,
         KnownVerdicts& known)
      : engine_(engine), source_(source), formulas_(formulas), meaning_(engine, conventions), known_(known) {}

  // Reads and judges. Throws Unify, but for the last time.
  void run(bool last);

  // Looks for what would make the refuted links true (mends.cpp).
  void mend();
  void mark_first_wrong();

  // Links of the text that are no claims by its words: they matter where they are wrong.
  std::set<std::size_t> asides;
  std::vector<LinkVerdict> links;
  std::vector<Unread> unread;
  [[nodiscard]] std::vector<std::string> readings() const {
    std::vector<std::string> out = meaning_.readings();
    out.insert(out.end(), anew_.begin(), anew_.end());
    return out;
  }
  [[nodiscard]] bool has_square_jacobians() const { return meaning_.has_square_jacobians(); }
  [[nodiscard]] const std::set<std::string>& maybe_columns() const { return meaning_.maybe_columns(); }
  // How many links have shapes that do not fit, for the sake of a name of which nothing is said.
  [[nodiscard]] std::size_t misfits() const { return misfits_; }
  [[nodiscard]] std::set<std::string> maybe_tensors() const { return meaning_.maybe_tensors(); }
  [[nodiscard]] bool reach_is_unclear() const { return meaning_.reach_is_unclear(); }
  [[nodiscard]] bool has_gradients() const { return meaning_.has_gradients(); }
  [[nodiscard]] bool has_adjoints_of_means() const { return meaning_.has_adjoints_of_means(); }
  [[nodiscard]] const Meaning& meaning() const { return meaning_; }

  struct Claimed {
    Node left, right;
    std::size_t free = 0;  // indices
    std::vector<IndexCase> cases = {};
    std::optional<Proportion> proportion = {};  // of a link with \propto
    std::size_t formula = 0;                    // where it stands
    bool doubted = false;                       // something speaks against any proof
  };
  // What a link claims; nothing if it defines.
  [[nodiscard]] const Claimed* claimed(std::size_t link) const {
    const auto at = claimed_.find(link);
    return at == claimed_.end() ? nullptr : &at->second;
  }
  // No reading proves this link.
  void doubt(std::size_t link) {
    if (const auto at = claimed_.find(link); at != claimed_.end()) at->second.doubted = true;
  }

 private:
  // What the text says of some formulas alone.
  struct Passing {
    Statement said;
    std::vector<Expr> conditions;
    std::size_t formula = 0;  // where it is said
  };
  struct Pending {
    std::size_t link;   // which verdict
    std::size_t claim;  // of the model
    bool doubtful;      // not to be refuted
    std::string why;
    std::string unproved = {};  // why it is not to be proved
    std::size_t formula = 0;    // where it stands
  };

  [[nodiscard]] Place place(std::size_t begin, std::size_t end) const { return {source_, begin, end}; }
  void not_read(const NotRead& e) { unread.push_back({place(e.begin, std::max(e.end, e.begin)), e.reason}); }
  [[nodiscard]] std::size_t line_of(std::size_t at) const;

  // survey.cpp: before anything is read
  void learn_letters();
  void learn_notation();
  [[nodiscard]] std::optional<std::string> names_function(const Statement& s) const;
  void learn_said(const Node& n, const std::string& before, const std::string& behind);
  void learn_examples();
  [[nodiscard]] bool replaces(std::size_t k, const Node& name) const;

  // remarks.cpp
  void learn_uses();
  [[nodiscard]] bool is_late(std::size_t k, const Node& name) const;
  [[nodiscard]] bool is_attached(std::size_t k) const;
  [[nodiscard]] bool is_value(std::size_t k, const Statement& s) const;
  [[nodiscard]] bool is_remark(std::size_t k, const Statement& s) const;
  [[nodiscard]] bool is_hedged(std::size_t k) const;
  void hedged(const Statement& s);
  [[nodiscard]] bool is_of_one_case(std::size_t k) const;
  [[nodiscard]] bool has_case_behind(std::size_t k, const Statement& s) const;
  std::optional<std::string> doubt_of_values(const Pending& p);
  [[nodiscard]] bool is_implicit(const Statement& s, const Node& name) const;
  [[nodiscard]] bool is_circular(std::size_t k, const Node& name, const Node& value) const;
  std::optional<std::string> doubt_of_solution(const Node& name);

  // introductions.cpp
  void prose(std::size_t k);
  void introduce_derivative(std::size_t k);
  void introduce_shape(std::size_t k);
  static std::optional<Node> set_of_size(const Node& size);
  [[nodiscard]] std::optional<Node> size_said(std::size_t k) const;
  bool introduce_matrix(std::size_t k);
  [[nodiscard]] std::string words_behind(std::size_t k, bool& ends) const;
  [[nodiscard]] Beside words_beside(std::size_t k) const;
  [[nodiscard]] Restriction restriction(std::size_t k) const;
  [[nodiscard]] bool is_said_symmetric(std::size_t k) const;
  void learn_kinds(std::size_t k);
  [[nodiscard]] bool says_one_hot(std::size_t k) const;
  [[nodiscard]] std::string sentence_behind(std::size_t k) const;
  [[nodiscard]] bool may_be_numbers(std::size_t k) const;
  void restrict(const Node& names, Restriction how);

  // index_cases.cpp
  [[nodiscard]] std::optional<IndexCase> case_of(const Statement& s) const;
  [[nodiscard]] std::optional<IndexCase> case_in_words(std::size_t k) const;
  [[nodiscard]] std::optional<IndexCase> case_in_text(std::size_t k) const;
  [[nodiscard]] bool belongs_to_formula_before(std::size_t k) const;
  [[nodiscard]] std::vector<IndexCase> cases_of(std::size_t k, std::size_t row) const;

  // reader.cpp
  bool define(const Node& name, const Node& value);
  void learn_functions();
  void poison(const Statement& s);
  void unread_equation(const Node& written, const Node& value);
  [[nodiscard]] bool stands_in_unread(const Node& name) const;
  [[nodiscard]] bool is_defined_in_unread(const std::string& letter) const;
  // Whether an equation for a name defines nothing: something was differentiated by it before, and no word introduces
  // it now.
  [[nodiscard]] bool is_condition(const Node& name, const std::string& before) const {
    const auto at = differentiated_by_.find(label(name));
    return at != differentiated_by_.end() && at->second < name.begin && !defines(before);
  }
  void statement(const Statement& s, bool inline_formula, const std::string& before);
  void declared(const Node& names, const Node& set);
  bool defined_anew(const Node& name, const Node& value);
  [[nodiscard]] bool is_of_certain_layer(const Node& name, const Node& value) const;
  Verdict by_what_is_known(const Node& name, const Node& value);

  // optima.cpp
  void learn_variables(const std::vector<Node>& sides);
  [[nodiscard]] bool is_first_order_condition(const Node& left, const Node& right) const;
  [[nodiscard]] bool is_at_optimum(const Node& left, const Node& right) const;

  // equalities.cpp
  void equalities(const Statement& s, const Statement& written, bool inline_formula, const std::string& before);
  void defining_link(const Statement& s, const std::optional<std::string>& doubt);
  bool restricts_matrix(const Statement& s);
  [[nodiscard]] bool stands_bare(const Node& name) const;
  void fact(const Statement& s);
  void read_anew(const Statement& s);

  // said.cpp
  void unused(const Statement& s);
  void suspect_set(const Statement& s);
  void suspect_names(const Statement& s);
  [[nodiscard]] bool leads_to_display() const;
  [[nodiscard]] bool has_cases() const;
  [[nodiscard]] bool is_for_some_only() const;
  [[nodiscard]] bool is_taken_back() const;
  [[nodiscard]] bool is_loosely_said(std::size_t k) const;
  [[nodiscard]] bool assumes_too_much(const Node& left, const Node& right) const;
  [[nodiscard]] bool is_in_example(std::size_t k) const;
  std::optional<std::string> doubt_of_counts(const Claim& claim);
  std::optional<std::string> doubt_of_totals(const Claim& claim);
  void note_matrices(std::size_t k);
  [[nodiscard]] std::string sentence_before(std::size_t k) const;
  void describe(const Node& names, std::set<std::string>& described) const;
  [[nodiscard]] bool is_described(const Node& name) const;
  [[nodiscard]] bool is_said_otherwise(const Node& name) const;
  void note_changes(std::size_t k);
  void is_called_function(const Node& name, const std::string& function);
  void drop_passing(std::size_t k);
  void drop(const std::vector<Passing>& said);
  void drop_of_other_parts(const Outline& outline, std::size_t k);
  [[nodiscard]] bool is_of_one_sentence() const;
  [[nodiscard]] bool is_partial(const Node& name) const;
  [[nodiscard]] std::optional<std::string> point_of(const Node& left, const Node& right);
  bool may_be_redefinition(const std::vector<Node>& sides, const std::string& before);
  [[nodiscard]] bool may_be_derivative(const Node& name);

  // propto.cpp
  void proportional_link(std::size_t k, const std::vector<Node>& sides);
  std::optional<Proportion> proportion(const Node& right, const Meaning::Sides& sides, std::string& why);
  void claim_proportion(const Node& right, const Meaning::Sides& sides, Pending& p);
  [[nodiscard]] std::vector<Node> variables_said(bool of_derivatives) const;
  Proportion varying(const std::vector<Node>& names, const Meaning::Sides& sides);
  std::optional<Proportion> in_arguments(const Node& side, const Meaning::Sides& sides);
  std::vector<Expr> differentiated_by(const Node& side);
  bool is_logarithm(Expr e);
  [[nodiscard]] bool has_equation_behind(const Node& name) const;
  LinkVerdict verdict_on(Model model, const Claim& claim, const std::optional<Proportion>& proportion);

  // factor_doubts.cpp
  std::optional<std::string> doubt_of_factor(const Meaning::Sides& sides, const Proportion& found);

  // dummies.cpp
  bool can_be_read(const Node& left, const Node& right);
  std::optional<std::pair<Node, Node>> of_any_number(const Node& left, const Node& right);

  // claims.cpp
  void claim(const Node& left, const Node& right);
  void mismatch(LinkVerdict& v, const Node& left, const Node& right, const std::string& reason);
  LinkVerdict judged_aside(Model& model, Mends mends);
  void judge();

  // mends.cpp
  bool holds(const Node& left, const Node& right, const std::optional<Proportion>& proportion);
  void mend(LinkVerdict& v, const Claimed& claimed, std::size_t& most);

  Engine& engine_;
  const SourcePtr& source_;
  const std::vector<Formula>& formulas_;
  Meaning meaning_;
  KnownVerdicts& known_;
  std::optional<Node> last_side_;
  std::size_t chain_ = 0, link_ = 0, misfits_ = 0;
  std::vector<Node> chain_sides_;  // of the chain that is read, up to the link
  std::set<std::string> poisoned_;
  std::set<std::string> vague_;  // what unread statements are about
  // Names of which words may say what they are, alone or with their sets.
  std::set<std::string> described_, described_with_set_;
  std::string last_alone_, last_alone_before_;  // the one in the formula just before
  std::vector<Pending> pending_;
  std::map<std::size_t, Claimed> claimed_;       // by link
  std::vector<std::string> anew_;                // readings of names that mean something else later
  std::map<std::string, std::size_t> sections_;  // in which each name was defined
  std::size_t section_ = 0;
  std::size_t current_ = 0;  // the formula that is read
  struct Value {
    Node name;
    std::size_t formula;
  };
  std::vector<Value> values_;  // what is said of names that are used before, or elsewhere
  struct Said {
    std::size_t formula;
    Node value;
  };
  std::map<std::string, std::size_t> first_use_;  // of each name: the formula
  std::map<std::string, Said> first_equation_;
  std::vector<std::size_t> section_of_;                   // each formula
  std::set<std::pair<std::size_t, std::string>> solved_;  // formulas with an equation, and the names that solve it
  std::vector<Passing> passing_;                          // what the text says of the next display alone
  std::vector<Passing> of_parts_;                         // what it says under one heading
  std::set<std::string> redefined_;                       // why nothing is decided of names with two equations
  std::set<std::string> assumed_;                         // names of conditions and values of the text
  std::map<std::string, std::size_t> differentiated_by_;  // names, and where first
  std::set<std::string> variables_;                       // their letters
  std::optional<std::size_t> optimum_in_;                 // the section in which a derivative was last set to zero
  std::string unread_text_;                               // what could not be read so far
  bool speaks_of_hessian_ = false, directive_ = false;
  bool foreign_ = false;                          // the text is in a language that is not read
  std::vector<std::pair<Node, Node>> functions_;  // names, and what they are functions of
};

}  // namespace gradus::document
