// SPDX-License-Identifier: GPL-3.0-or-later
// The version of the program; CMakeLists.txt reads it from here.
#pragma once

namespace qs {

inline constexpr const char* kVersion = "0.1.0";

/// The version since which a quantization or evaluation with the same options gives the same numbers; set to the current one when a change
/// of arithmetic or of a default moves them. Studies make results of before anew.
inline constexpr const char* kNumericVersion = "0.1.0";

}  // namespace qs
