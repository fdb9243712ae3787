// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ on whole linears in float32: scales of the inputs, bounds for the weights. Formulas: awq_solver.cpp; the plain form is awq.h.
#pragma once

#include <span>
#include <vector>

#include "quant/quantizer.h"

namespace qs {

inline constexpr int kScaleRatios = 20;  ///< r = i / 20

/// Linears with one input whose scales are searched together.
struct InputScaleProblem {
    std::vector<MatrixView<const float>> weights;  ///< [out, in] each; all rows or a share of them
    MatrixView<const float> H;                     ///< [in, in] symmetric
    std::span<const double> magnitude;             ///< a [in] ≥ 0: weighted mean |x| of each channel
    bool powersOfTwo = false;                      ///< only such scales
};

/// s [in] of ratio r = i / 20.
std::vector<float> inputScalesOf(const InputScaleProblem& problem, int i);
/// Σ over the rows of all linears of (Q(w ∘ s) / s − w) H (Q(w ∘ s) / s − w)ᵀ for every ratio, Q rounding to nearest on absmax grids of the
/// settings. Shares of rows add up. Does not depend on the number of threads. 20 · rows · in² flops, always on the CPU.
std::vector<double> scaleLosses(const InputScaleProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool);

/// clamp(w, −m, m) [out, in] with the bound m of ten of each row and group that has the least error under H_gg.
Matrix<float> clippedWeights(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool);

/// AWQ of one linear whose input scales are found: W and H of the input are already scaled. Clipping (input.clip, settings.clip; the
/// searches of --search take its place), then rounding to nearest.
SolveResult solveAwq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);

/// Bytes that one worker of these functions holds.
std::size_t awqScratchBytes(std::size_t in);

}  // namespace qs
