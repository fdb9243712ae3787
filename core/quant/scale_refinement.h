// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 2 of the two-stage method on whole linears: better group scales for codes that are found (formulas: quant/scale_system.h).
#pragma once

#include <string>
#include <vector>

#include "quant/quantizer.h"

namespace qs {

/// Scales after one step of a refinement.
struct RefinementStep {
    std::string name;       ///< "sweep 1", …, "joint"
    double lossChange = 0;  ///< Σ over rows, against the codes with their first scales
    Matrix<float> scales;   ///< [out, groups]; empty unless asked for
};

struct Refinement {
    std::vector<RefinementStep> steps;  ///< the last one is what q got: scales rounded to their storage type
    std::vector<double> rowLossChange;  ///< [out] of the last step, never above 0
};

/// Replaces q.scales by better ones, as settings.refine says: settings.sweeps sweeps, or the joint solution, for any grouping of columns
/// (also act-order with dynamic groups). The loss is (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ with the undamped input.H and input.D (= −R of the
/// paper) if it is not empty. Scales are rounded to settings.scaleType at the end; a row whose loss would not fall keeps its scales. Scales
/// that are kept are counted in the event "scales-kept". Does not depend on the number of threads. Always on the CPU.
///
/// Per tile of rows and group g the products z = c_g H_g: are made block by block in registers (kernels/block_dots.h) and go straight into
/// A_gh = z_h·c_h and r_g = z·(w − ŵ), summed in double. Starting from the residual w − ŵ keeps r small, so nothing cancels.
/// 2 · rows · in² flops, twice that with D.
Refinement refineScales(QuantizedLinear& q, const SolveInput& input, const QuantSettings& settings, bool keepScales, JobContext& context,
                        ThreadPool& pool);

/// Bytes that one worker of refineScales holds.
std::size_t refinementBytes(std::size_t rows, std::size_t in, std::size_t groups);

}  // namespace qs
