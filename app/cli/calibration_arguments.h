// SPDX-License-Identifier: GPL-3.0-or-later
// What calibrate and quantize have in common on the command line.
#pragma once

#include <string>

#include "cli/arguments.h"
#include "run/options.h"

namespace qs::cli {

/// MODEL is a positional argument; text and ids exclude each other.
void describeCalibration(Arguments& arguments, CalibrationOptions& options);

/// Refuses, before any work, a request that cannot succeed: neither text nor ids, no --out, an output that is an input or cannot be
/// written, a device that does not parse. With `estimateOnly` no output is needed.
void checkCalibration(const CalibrationOptions& options, const MachineOptions& machine, const std::string& out, bool estimateOnly);

}  // namespace qs::cli
