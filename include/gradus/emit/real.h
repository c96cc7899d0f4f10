// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace gradus {

/// The type that generated code computes in: IEEE 754 binary64 (`double`) or binary32 (`float`).
enum class Real { float64, float32 };

}  // namespace gradus
