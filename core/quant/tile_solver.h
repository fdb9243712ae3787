// SPDX-License-Identifier: GPL-3.0-or-later
// The order of the operations of a solve, the same for every method with a column loop and every device.
#pragma once

#include "quant/quantizer.h"

namespace qs {

/// Rounds W with compensation through `factor`, or plainly if that is null: tiles of rows over the pool, or one after another on a CUDA
/// device. The report has lossInner, damping and dead columns; `loss` is Σ e² − λ ‖D‖² (= Σ (ŵ−w) H (ŵ−w)ᵀ) with a factor, ‖D‖² without.
/// Does not depend on the number of threads. Throws Error if W is not finite or a scale does not fit its type.
SolveResult solveByTiles(const SolveInput& input, const HessianFactor* factor, const QuantSettings& settings, JobContext& context,
                         ThreadPool& pool, Device device);

/// Σ (ŵ−w) H (ŵ−w)ᵀ of a result, directly: rows · in² flops.
double hessianLoss(const QuantizedLinear& q, MatrixView<const float> W, MatrixView<const float> H, JobContext& context, ThreadPool& pool);
/// Σ w H wᵀ.
double hessianEnergy(MatrixView<const float> W, MatrixView<const float> H, JobContext& context, ThreadPool& pool);

}  // namespace qs
