// SPDX-License-Identifier: GPL-2.0-or-later
#include "gradus/syntax/model.h"

#include <algorithm>

namespace gradus {

const Definition* Model::definition(const std::string& wanted) const {
  const auto it = definition_index.find(wanted);
  return it == definition_index.end() ? nullptr : &definitions[it->second];
}

const ModelFunction* Model::function(const std::string& wanted) const {
  const auto it =
      std::find_if(functions.begin(), functions.end(), [&](const ModelFunction& f) { return f.name == wanted; });
  return it == functions.end() ? nullptr : &*it;
}

const Model* ModelFile::find(const std::string& wanted) const {
  if (wanted.empty()) return models.empty() ? nullptr : models.data();
  const auto it = std::find_if(models.begin(), models.end(), [&](const Model& m) { return m.name == wanted; });
  return it == models.end() ? nullptr : &*it;
}

}  // namespace gradus
