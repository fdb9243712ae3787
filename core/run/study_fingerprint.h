// SPDX-License-Identifier: GPL-3.0-or-later
// By what a study recognises a cell: what was asked for and differs from the defaults. An option that a later version of the program adds
// changes nothing of it, as long as it keeps its default.
#pragma once

#include <string>

#include "run/calibration_set.h"
#include "run/options.h"

namespace qs {

/// Of everything that the results of a cell depend on: numeric version, model, sequences, and those options that differ from their default,
/// have a use beside the others (run/idle_options.h) and change a number that a study shows. Equal for cells whose results are the same.
/// Throws Error if the bit plan of the options cannot be read.
std::string cellFingerprint(const std::string& modelFingerprint, const CalibrationSet& set, const QuantizeOptions& options);

/// Of all options that differ from their default, names of texts included, but for those that say where and how it is computed. Equal only
/// for cells that were written alike.
std::string cellHash(const QuantizeOptions& options);

}  // namespace qs
