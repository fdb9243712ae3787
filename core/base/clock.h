// SPDX-License-Identifier: GPL-3.0-or-later
// The clock that jobs measure their own duration with.
#pragma once

#include <chrono>

namespace qs {

using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace qs
