// SPDX-License-Identifier: GPL-2.0-or-later
// JSON as all commands print it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace gradus {

// Indented by two, with a line break at the end; bytes that are no UTF-8 are replaced.
inline std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace gradus
