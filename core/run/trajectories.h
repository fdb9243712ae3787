// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantization keeps of the steps of its group scales (schema.h: scale_steps, scale_trajectory).
#pragma once

#include <vector>

#include "model/spec.h"
#include "quant/quantizer.h"
#include "run/options.h"

namespace qs {

/// Bytes of all scales of all steps of one linear: 4 · steps · out · groups; 0 where neither stage runs.
double trajectoryBytes(const QuantSettings& settings, const LinearSpec& linear);

/// What to keep for the linears of a run, by block. `auto` keeps the scales while those of the whole run take at most 256 MiB, the losses
/// always; without --refine all steps have the stored scales, so there is nothing but losses to keep.
StepDetail stepDetailOf(const QuantizeOptions& options, const std::vector<std::vector<LinearSpec>>& chosen);

}  // namespace qs
