// SPDX-License-Identifier: GPL-3.0-or-later
// v of BoA with --value-inputs attended: every key-value head is solved by itself, with the Hessian of the inputs as its attention sums
// them.
#pragma once

#include <span>
#include <vector>

#include "quant/quantizer.h"
#include "run/attended_inputs.h"
#include "run/deal.h"

namespace qs {

struct ValueHeads {
    AttendedInputs inputs;
    std::vector<AttendedSums> sums;  ///< H_g and D_g [in, in] of every head; none without GPTAQ: H_g is summed when its head is solved
};

/// Whether the settings take attended inputs for v, and v is among the linears.
bool attendsValues(const QuantSettings& settings, std::span<const LinearSpec> linears);

/// Rows of the heads `own`, one head after the other; all ranks call it together. `input` is the whole linear: its W, name and output
/// Hessians, and the factor of its plain inputs, whose order of columns all heads take under act-order. The losses of the report are those
/// of the attended inputs. Throws as factorize() and quantizeLinear().
SolveResult solveByHeads(const ValueHeads& heads, RowRange own, const SolveInput& input, const QuantSettings& settings, StepDetail detail,
                         JobContext& context, ThreadPool& pool, Device device);

/// Bytes that this takes beyond what other linears do.
std::size_t valueHeadBytes(const BlockSpec& block, int longest, DType dtype, DeviceKind device, int threads, bool cross);

}  // namespace qs
