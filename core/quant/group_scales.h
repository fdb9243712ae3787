// SPDX-License-Identifier: GPL-3.0-or-later
// Both stages of the two-stage method for group scales, plainly, in float64. Formulas: group_scales.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/array.h"
#include "base/job.h"
#include "base/parallel.h"
#include "quant/quantizer.h"

namespace qs {

/// Stage 1: scales and zeros of every natural group of the original W [out, in] by the search of the settings (Hessian: undamped H_gg);
/// codes are those of rounding to nearest on these grids.
QuantizedLinear stageOneGrids(MatrixView<const double> W, MatrixView<const double> H, const QuantSettings& settings,
                              const std::string& name, JobContext& context, ThreadPool& pool);

/// Σ over rows and groups of (ŵ−w)_g H_gg (ŵ−w)_gᵀ with codes rounded to nearest on the grids of q: what stage 1 minimises.
double groupwiseLoss(const QuantizedLinear& q, MatrixView<const double> W, MatrixView<const double> H, const QuantSettings& settings);

/// What stage 2 works on.
struct ScaleProblem {
    MatrixView<const double> W;  ///< [out, in] original weights
    MatrixView<const double> H;  ///< [in, in] symmetric, undamped
    MatrixView<const double> D;  ///< [in, in] cross term, −R of the paper; may be empty
};

struct RefinedScales {
    std::vector<Matrix<double>> sweeps;  ///< scales [out, groups] after each sweep
    Matrix<double> joint;                ///< [out, groups] minimiser of the loss
    std::vector<double> lossBefore;      ///< [out] rows with the scales of q
    Matrix<double> lossSweeps;           ///< [sweeps, out]
    std::vector<double> lossJoint;       ///< [out]
};

/// Stage 2: better scales for the codes, zeros and groups of q, `sweeps` times from group to group and all groups of a row at once. Losses
/// are (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ per row, without the constant of ‖ŵX − wX̃‖²; they never rise from sweep to sweep. A group whose
/// codes say nothing (c_g H_gg c_gᵀ = 0) keeps its scale. Signs are free.
RefinedScales refineGroupScales(const QuantizedLinear& q, const ScaleProblem& problem, int sweeps, JobContext& context, ThreadPool& pool);

}  // namespace qs
