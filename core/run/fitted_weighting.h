// SPDX-License-Identifier: GPL-3.0-or-later
// --weighting fitted: for every input of a block the power p of the length, c_L ∝ L^p (hessian/weighting.h), whose weights lose least on
// held-out text:
//   p* = argmin_p  mean over linears l and held-out lengths L of  ‖ΔW_l,p X_L‖² / ‖W_l X_L‖²
// ΔW_l,p of the very solve that would follow. p = -1 is MaCa, p = 0 token weighting; both are always tried, so neither is better on the
// text that was fitted to. Whether that carries over has to be measured on a third text.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "hessian/bank.h"
#include "hessian/weighting.h"
#include "quant/quantizer.h"
#include "run/options.h"

namespace qs {

inline constexpr std::array kFittedPowers{-2.0, -1.0, -0.5, 0.0, 1.0};

/// Throws Error(Usage) with the reason unless the options can have a fitted weighting: held-out text, and a method whose columns depend on
/// H alone.
void requireFittable(const QuantizeOptions& options);

struct FittedLinear {
    MatrixView<const float> W;  ///< [out, in]
    QuantSettings settings;
    std::string name;
};

struct FittedWeighting {
    Weighting weighting;
    std::vector<double> errors;  ///< of every power of kFittedPowers
    /// "L^-0.5: relative held-out error 1.23 %, MaCa 1.25 %, token 1.31 %".
    std::string text() const;
};

/// Of the linears of one input. The first token of a sequence counts `firstTokenWeight` times in H and in the errors. Throws Error as
/// factorize() and the solver do.
FittedWeighting fitWeighting(const std::vector<FittedLinear>& linears, const HessianBank& calibration, const HessianBank& heldOut,
                             double firstTokenWeight, const std::string& subject, JobContext& context, ThreadPool& pool, Device device);

}  // namespace qs
