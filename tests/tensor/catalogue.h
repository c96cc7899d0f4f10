// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace gradus {

/// The models of textbooks, in order; some of them stand beside the folder, for the README.
inline std::vector<std::filesystem::path> catalogue_files() {
  const std::filesystem::path examples = std::string(GRADUS_SOURCE_DIR) + "/examples";
  std::vector<std::filesystem::path> out{examples / "factorisation.gr", examples / "policy-gradient.gr",
                                         examples / "word2vec.gr"};
  for (const auto& entry : std::filesystem::directory_iterator(examples / "catalogue"))
    if (entry.path().extension() == ".gr") out.push_back(entry.path());
  std::ranges::sort(out, {}, [](const auto& path) { return path.stem().string(); });
  return out;
}

}  // namespace gradus
