// SPDX-License-Identifier: GPL-3.0-or-later
// The version of the program; CMakeLists.txt reads it from here.
#pragma once

namespace qs {

inline constexpr const char* kVersion = "0.1.0";

}  // namespace qs
