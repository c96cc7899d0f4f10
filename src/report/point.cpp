// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/point.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "gradus/report/verdicts.h"
#include "report/layout.h"

namespace gradus {
namespace {

using Values = std::map<std::string, std::string>;

// The entries whose indices begin with these, in brackets; an inner pair of them begins behind `separator`.
std::string block(const Values& values, const std::string& name, const std::vector<long>& sizes,
                  std::vector<long> indices, const std::string& separator) {
  if (indices.size() == sizes.size()) {
    const auto value = values.find(fmt::format("{}[{}]", name, fmt::join(indices, ", ")));
    return value == values.end() ? "_" : value->second;
  }
  std::vector<std::string> parts;
  const bool innermost = indices.size() + 1 == sizes.size();
  for (long k = 1; k <= sizes[indices.size()]; ++k) {
    indices.push_back(k);
    parts.push_back(block(values, name, sizes, indices, separator));
    indices.pop_back();
  }
  return fmt::format("[{}]", fmt::join(parts, innermost ? ", " : separator));
}

// The tensor that a name is an entry of, or null.
const std::pair<std::string, std::vector<long>>* tensor_of(const Counterexample& c, const std::string& name) {
  for (const auto& tensor : c.tensors) {
    if (name.size() > tensor.first.size() && name.starts_with(tensor.first) && name[tensor.first.size()] == '[' &&
        name.find('[', tensor.first.size() + 1) == std::string::npos)
      return &tensor;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> point_lines(const Counterexample& c, std::size_t width) {
  if (c.point.empty()) return {"everywhere:"};
  Values values;
  for (const auto& [name, value] : c.point) values.emplace(name, rational_text(value));
  std::vector<std::string> lines{"at"};
  bool begun = false;
  // Behind what stands in the line if there is room, and else in the next one; what is too long for one is broken.
  const auto put = [&](const std::string& text) {
    const std::size_t before = layout::columns(lines.back());
    if (before + 1 + layout::columns(text) <= width || !begun) {
      const auto pieces = layout::wrap(text, width > before + 1 ? width - before - 1 : 1);
      lines.back() += " " + pieces.front();
      lines.insert(lines.end(), pieces.begin() + 1, pieces.end());
    } else {
      const auto pieces = layout::wrap(text, width);
      lines.insert(lines.end(), pieces.begin(), pieces.end());
    }
    begun = true;
  };
  std::string_view last;
  for (std::size_t k = 0; k < c.point.size(); ++k) {
    const auto& name = c.point[k].first;
    const auto* tensor = tensor_of(c, name);
    if (tensor != nullptr && tensor->first == last) continue;
    last = tensor == nullptr ? std::string_view() : tensor->first;
    if (k > 0) lines.back() += ",";
    if (tensor == nullptr) {
      put(fmt::format("{} = {}", name, values.at(name)));
      continue;
    }
    const std::string begin = tensor->first + " = ";
    const std::string whole = begin + block(values, tensor->first, tensor->second, {}, ", ");
    const std::string at = begun ? "" : "at ";
    if (layout::columns(at + whole) < width) {
      put(whole);
      continue;
    }
    // A line for each row, one below the other.
    const std::string rows = block(values, tensor->first, tensor->second, {}, ",\n");
    const std::size_t indent = layout::columns(at + begin);
    if (begun) lines.emplace_back();
    lines.back() = at + begin;
    for (std::size_t from = 0; from < rows.size();) {
      const std::size_t end = std::min(rows.find('\n', from), rows.size());
      if (from > 0) lines.push_back(std::string(indent + 1, ' '));
      lines.back() += rows.substr(from, end - from);
      from = end + 1;
    }
    begun = true;
  }
  lines.back() += ":";
  return lines;
}

}  // namespace gradus
