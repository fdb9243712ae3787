// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <time.h>

namespace qs::testing {

/// CPU seconds of this process: the work is done on worker threads while the one that measures sleeps.
inline double cpuSeconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

}  // namespace qs::testing
