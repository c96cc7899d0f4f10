// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/session.h"
namespace gradus::cli {
int run_rules_verify(const Options&) { throw Error({}, "verify is not merged yet"); }
}  // namespace gradus::cli
