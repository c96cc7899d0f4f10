// SPDX-License-Identifier: GPL-2.0-or-later
#include "random/models.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradus::random {

Rational Generator::number(bool positive) {
  const long numerator = static_cast<long>(positive ? 64 + below(192) : 1 + below(255));
  const Rational value = Rational(numerator) / Rational(128);
  return !positive && below(2) == 0 ? -value : value;
}

std::string Generator::call(const std::vector<std::string>& names, int depth) {
  const Function& f = pick(lab_.catalogue.functions.all());
  std::string arguments;
  for (std::size_t k = 0; k < f.parameters.size(); ++k) {
    std::string u = term(names, depth - 1);
    // Where not every number has a value, these come into many domains: above 0, above 1, between 0 and 1.
    if (!f.domain.empty()) {
      const std::size_t way = below(5);
      if (way == 1) u = fmt::format("({})^2 + {}/8", u, 1 + below(8));
      if (way == 2) u = fmt::format("1 + ({})^2/{}", u, 1 + below(4));
      if (way == 3) u = fmt::format("1/(1 + exp(-({})))", u);
      if (way == 4) u = fmt::format("exp({})", u);
    }
    arguments += (k == 0 ? "" : ", ") + u;
  }
  return fmt::format("{}({})", f.name, arguments);
}

std::string Generator::term(const std::vector<std::string>& names, int depth) {
  if (depth == 0) return below(5) == 0 ? fmt::format("{}/{}", 1 + below(9), 1 + below(5)) : pick(names);
  const auto part = [&] { return term(names, depth - 1); };
  switch (below(12)) {
    case 0:
      return fmt::format("({} + {})", part(), part());
    case 1:
      return fmt::format("({} - {})", part(), part());
    case 2:
      return fmt::format("{}*({})", part(), part());
    case 3:
      return fmt::format("({})/(1 + ({})^2)", part(), part());
    case 4:
      return fmt::format("({})/({})", part(), part());
    case 5:
      return fmt::format("({})^{}", part(), 2 + below(3));
    case 6:
      return fmt::format("(1 + ({})^2)^({})", part(), part());
    case 7: {
      static const std::vector<std::string> comparisons{"<", "<=", ">", ">="};
      return fmt::format("where({} {} {}, {}, {})", part(), pick(comparisons), part(), part(), part());
    }
    default:
      return call(names, depth);
  }
}

bool Generator::good(const Sample& sample) const {
  const EvalContext context{lab_.catalogue.functions, &sample.model};
  const Expr last = sample.model.definitions.back().symbol;
  return std::ranges::all_of(sample.points, [&](const Point& at) {
    const Enclosure value = enclose(lab_.arena, last, at, context, 256);
    return value.state == Enclosure::State::defined && value.lower > -50 && value.upper < 50;
  });
}

Sample Generator::next() {
  std::vector<std::string> names;
  Sample sample;
  sample.points.resize(2);
  std::string head, assumptions;
  const auto introduce = [&](const std::string& kind, std::size_t count) {
    for (std::size_t k = 1; k <= count; ++k) {
      const std::string name = fmt::format("{}{}", kind == "param" ? "w" : "x", k);
      head += fmt::format("{} {}\n", kind, name);
      const bool positive = below(3) == 0;
      if (positive) assumptions += fmt::format("assume {} > 0\n", name);
      for (Point& at : sample.points) at[lab_.arena.symbol(name)] = number(positive);
      names.push_back(name);
    }
  };
  introduce("input", 1 + below(2));
  introduce("param", 1 + below(4));
  sample.text = head + assumptions;

  const std::size_t count = 3 + below(13);
  for (std::size_t k = 1; k <= count;) {
    // Mostly what came last, so that the chain is long.
    std::vector<std::string> near = names;
    if (names.size() > 4) near.insert(near.end(), names.end() - 3, names.end());
    const std::string name = fmt::format("v{}", k);
    Sample longer{
        sample.text + fmt::format("{} = {}\n", name, term(near, 1 + static_cast<int>(below(2)))), {}, sample.points};
    longer.model = lab_.read(longer.text).models.at(0);
    if (!good(longer)) continue;
    sample = std::move(longer);
    names.push_back(name);
    ++k;
  }
  // The cost takes in every name that nothing else uses.
  std::string sum;
  for (const Definition& d : sample.model.definitions) {
    const bool used = std::ranges::any_of(sample.model.definitions, [&](const Definition& other) {
      return other.symbol != d.symbol && contains(lab_.arena, other.value, d.symbol);
    });
    if (!used) sum += (sum.empty() ? "" : " + ") + d.name;
  }
  sample.text += fmt::format("L = {}\n", sum);
  sample.model = lab_.read(sample.text).models.at(0);
  return sample;
}

}  // namespace gradus::random
