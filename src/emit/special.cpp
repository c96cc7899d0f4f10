// SPDX-License-Identifier: GPL-2.0-or-later
#include "emit/special.h"

#include <filesystem>

namespace gradus::emit {
namespace {

std::string name_of(const Source& file) { return std::filesystem::path(file.name).stem().string(); }

}  // namespace

const std::vector<std::string>& special_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const SourcePtr& file : embedded_special()) out.push_back(name_of(*file));
    return out;
  }();
  return names;
}

std::string special_definition(std::string_view name) {
  for (const SourcePtr& file : embedded_special()) {
    // The licence of the file stands above the first blank line.
    if (name_of(*file) == name) return file->text.substr(file->text.find("\n\n") + 2);
  }
  return {};
}

}  // namespace gradus::emit
