// SPDX-License-Identifier: GPL-2.0-or-later
// The search for a point of the domain where the two sides of a link differ, or where one has no value.
#pragma once

#include <optional>
#include <vector>

#include "check/lines.h"
#include "check/points.h"
#include "check/sides.h"
#include "gradus/check/verdict.h"

namespace gradus {

class Refuter {
 public:
  Refuter(Engine& engine, Forms& forms, Domain& domain, PointSource& points, const EvalContext& context,
          const Side& left, const Side& right);

  /// A few points, and both sides of what chooses branches.
  bool screen();
  /// Many points; those where the conditions of `region` hold first.
  bool search(const std::vector<Expr>& region);
  /// Points where `conditions` (that a side needs to be defined) do not hold.
  bool violate(const std::vector<Expr>& conditions);

  [[nodiscard]] const std::optional<Counterexample>& counterexample() const { return found_; }
  /// Points where both sides were compared and could not be told apart.
  [[nodiscard]] std::size_t agreed() const { return agreed_; }

 private:
  /// `closely`: by enclosures even if the values look equal.
  bool try_point(const Point& point, bool closely = false);
  bool on_a_joint(NumericValues& numbers);
  /// A side at a point: whether it has no value there nor around, and its value by the branch that holds around.
  struct Local {
    bool missing = false;
    Enclosure value;
  };
  Local around(const Side& side, const Enclosure& here, const Point& point);
  /// By the enclosure of the difference, where those of the sides overlap.
  bool try_difference(const Point& point, const Enclosure& left, const Enclosure& right);
  bool try_switches();
  bool try_region(const std::vector<Expr>& region);
  bool in_domain(const Point& point) { return domain_.looks_inside(point) && domain_.contains(point); }
  bool record(const Point& point, std::string left, std::string right);

  Engine& engine_;
  Forms& forms_;
  Domain& domain_;
  PointSource& points_;
  Lines lines_;
  const EvalContext& context_;
  const Side &left_, &right_;
  std::vector<Expr> names_;     ///< inputs and parameters that the sides depend on, in the model's order
  std::vector<Expr> switches_;  ///< of names that vary continuously
  std::size_t next_ = 0, agreed_ = 0, closer_looks_ = 0;
  std::optional<Counterexample> found_;
};

}  // namespace gradus
