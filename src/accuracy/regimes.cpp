// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/regimes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "accuracy/real.h"
#include "emit/number.h"

namespace gradus::accuracy {

Rational between(double low, double high) {
  if (low <= 0 && high > 0) return 0;
  if (low == high) return exact(low);
  const bool negative = high <= 0;
  const double a = negative ? -high : low, b = negative ? -low : high;  // 0 <= a < b
  const auto signed_value = [&](const Rational& r) { return negative ? Rational(-r) : r; };
  if (a < 1 && (negative ? b >= 1 : b > 1)) return signed_value(1);
  // Powers of ten for the first digit, then more digits.
  const double scale = std::max(a > 0 ? a : b / 4, std::numeric_limits<double>::denorm_min());
  const int first = static_cast<int>(std::floor(std::log10(scale)));
  for (int exponent = first + 1; exponent >= first - 17; --exponent) {
    const Rational unit = cln::expt(Rational(10), exponent);
    const Rational next = (cln::floor1(exact(a) / unit) + 1) * unit;
    if (unit < exact(std::numeric_limits<double>::min())) break;
    if (next > exact(a) && next < exact(b)) return signed_value(next);
  }
  return exact(low);  // it belongs to what is below
}

namespace {

constexpr std::size_t most_regimes = 3;
constexpr std::size_t most_splits = 24;

// As a reader would type it: 0.5, 1e-40.
std::string decimal(const Rational& value) {
  return emit::literal(cln::abs(value), Real::float64).text.insert(0, value < 0 ? "-" : "");
}

struct Region {
  std::size_t form;
  std::size_t end;         // behind the last point
  Rational threshold = 0;  // the region ends with it
};

class Splitter {
 public:
  Splitter(Arena& arena, Search& search) : arena_(arena), search_(search), forms_(search.forms()) {
    const std::size_t points = search.sample().points.size();
    // A point at which nothing is accurate asks for the best that there is.
    allowed_.assign(points, search.bound());
    for (std::size_t k = 0; k < points; ++k) {
      double least = std::numeric_limits<double>::infinity();
      for (const Form& f : forms_) least = std::min(least, f.errors[k]);
      if (least > search.bound()) allowed_[k] = 2 * least;
    }
  }

  std::optional<Expr> run() {
    for (const Expr by : splits()) try_split(by);
    return best_;
  }

 private:
  bool fine(std::size_t form, std::size_t point) const { return forms_[form].errors[point] <= allowed_[point]; }

  // Variables, and what stands inside of functions.
  std::vector<Expr> splits() {
    std::vector<Expr> out = search_.sample().variables;
    std::vector<Expr> more;
    for (const Expr v : out) more.push_back(arena_.call("abs", {v}));
    for (const Form& f : forms_) {
      for (const Expr e : reachable(arena_, f.e)) {
        if (!arena_.is(e, Op::Call) || arena_.count(e) != 1) continue;
        const Expr u = arena_.child(e, 0);
        if (arena_.is(u, Op::Call) || symbols(arena_, u).empty()) continue;
        if (std::find(out.begin(), out.end(), u) == out.end() && std::find(more.begin(), more.end(), u) == more.end())
          more.push_back(u);
      }
      if (out.size() + more.size() > most_splits) break;
    }
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }

  void try_split(Expr by) {
    std::vector<double> at;
    try {
      at = search_.values(by);
    } catch (const Error&) {
      return;
    }
    // A threshold is a finite number.
    constexpr double most = std::numeric_limits<double>::max();
    for (double& v : at) v = std::isnan(v) ? v : std::clamp(v, -most, most);
    std::vector<std::size_t> order(at.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t k) { return std::isnan(at[k]); });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
    if (order.empty() || order.size() < at.size()) return;

    // As far as possible with each form; equal values cannot be told apart.
    std::vector<Region> regions;
    std::size_t begin = 0;
    while (begin < order.size()) {
      if (regions.size() == most_regimes) return;
      Region longest{0, begin, 0};
      long cost = 0;
      for (std::size_t f = 0; f < forms_.size(); ++f) {
        std::size_t end = begin;
        while (end < order.size() && fine(f, order[end])) ++end;
        while (end < order.size() && end > begin && at[order[end]] == at[order[end - 1]]) --end;
        const bool to_the_end = end == order.size() && longest.end == end;
        if (end > longest.end || (to_the_end && forms_[f].cost < cost)) {
          longest = {f, end, 0};
          cost = forms_[f].cost;
        }
      }
      if (longest.end == begin) return;
      regions.push_back(longest);
      begin = longest.end;
    }
    cheapen(regions, order, at);
    join(by, regions);
  }

  // Where regions may overlap, each is taken by the cheapest form that serves it, and thresholds move to where there is
  // room.
  void cheapen(std::vector<Region>& regions, const std::vector<std::size_t>& order, const std::vector<double>& at) {
    for (std::size_t r = regions.size(); r-- > 0;) {
      const std::size_t begin = r == 0 ? 0 : regions[r - 1].end;
      for (std::size_t f = 0; f < forms_.size(); ++f) {
        bool all = forms_[f].cost < forms_[regions[r].form].cost;
        for (std::size_t k = begin; all && k < regions[r].end; ++k) all = fine(f, order[k]);
        if (all) regions[r].form = f;
      }
      if (r == 0) continue;
      regions[r - 1].threshold = between(at[order[begin - 1]], at[order[begin]]);
      // The boundary lies anywhere between the first point that this form serves and the last that the one before does.
      std::size_t first = begin;
      while (first > 0 && fine(regions[r].form, order[first - 1])) --first;
      const std::size_t least = r >= 2 ? regions[r - 2].end + 1 : 1;
      first = std::max(first, least);
      move_boundary(regions[r - 1], first, order, at);
    }
  }

  // To the simplest number around the middle of where the boundary may lie; 0 is what a reader understands best.
  void move_boundary(Region& before, std::size_t first, const std::vector<std::size_t>& order,
                     const std::vector<double>& at) {
    const std::size_t last = before.end, margin = (last - first) / 4;
    const bool zero = at[order[first - 1]] < 0 && at[order[last]] > 0;
    const std::size_t from = zero ? first : first + margin, to = zero ? last : last - margin;
    const double low = at[order[from - 1]], high = at[order[to]];
    if (!(low < high)) return;
    before.threshold = between(low, high);
    before.end = from;
    while (before.end < to && exact(at[order[before.end]]) <= before.threshold) ++before.end;
  }

  void join(Expr by, const std::vector<Region>& regions) {
    if (regions.size() < 2) return;
    Expr form = forms_[regions.back().form].e;
    long cost = forms_[regions.back().form].cost;
    for (std::size_t r = regions.size() - 1; r-- > 0;) {
      const Expr threshold = arena_.number(regions[r].threshold);
      if (!arena_.is_integer(threshold)) arena_.set_spelling(threshold, decimal(regions[r].threshold));
      const Expr below = arena_.make(Op::Le, {by, threshold});
      form = arena_.make(Op::Where, {below, forms_[regions[r].form].e, form});
      cost = std::max(cost, forms_[regions[r].form].cost) + 3;
    }
    if (!arena_.is(by, Op::Symbol)) cost += 1;
    if (best_ && (regions.size() > regimes_ || (regions.size() == regimes_ && cost >= cost_))) return;
    best_ = form;
    regimes_ = regions.size();
    cost_ = cost;
  }

  Arena& arena_;
  Search& search_;
  const std::vector<Form>& forms_;
  std::vector<double> allowed_;
  std::optional<Expr> best_;
  std::size_t regimes_ = 0;
  long cost_ = 0;
};

}  // namespace

std::optional<Expr> join_regimes(Arena& arena, Search& search) {
  if (search.forms().empty() || search.sample().points.empty()) return std::nullopt;
  return Splitter(arena, search).run();
}

}  // namespace gradus::accuracy
