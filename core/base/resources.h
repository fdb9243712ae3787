// SPDX-License-Identifier: GPL-3.0-or-later
// What a process uses and what the machine has, from /proc.
#pragma once

#include <cstddef>
#include <string>

namespace qs {

/// Lets peakMemoryBytes() start anew from what is resident now. Where the kernel does not allow it, the peak of the process stays.
void resetPeakMemory();
/// Largest resident set since the last reset (VmHWM).
std::size_t peakMemoryBytes();
/// Resident now (VmRSS).
std::size_t residentMemoryBytes();
/// Memory that can be had without swapping (MemAvailable), bounded by the control group's limit where one is set.
std::size_t availableMemoryBytes();
struct ThreadTimes {
    double running = 0, waiting = 0;  ///< milliseconds of computing; of being ready while others had the processor (0 where not counted)
};
/// Of the calling thread, since it began.
ThreadTimes threadTimes();
/// "AMD EPYC …", empty if unknown.
std::string processorName();

}  // namespace qs
