// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary position embedding: frequencies and their scalings.
//   f_i = theta^(-2i / headDim), i = 0 … headDim/2 - 1           RoFormer, arXiv 2104.09864
//   linear: f_i / factor                                          arXiv 2306.15595
//   llama3: by wavelength 2π/f_i: short ones kept, long ones divided by factor, a linear blend between (Llama 3.1 report, arXiv 2407.21783)
//   yarn:   a blend of f_i and f_i / factor by the index i, cos and sin scaled by 0.1 ln(factor) + 1   arXiv 2309.00071
//   longrope: f_i / factor_i from a list                          arXiv 2402.13753; here only if the lists for short and long texts are the
//   same
// Frequencies are rounded to float32 where transformers rounds them: models were trained with these, and an angle is off by position times
// the rounding otherwise.
#pragma once

#include <string>
#include <vector>

#include "model/config.h"
#include "model/spec.h"

namespace qs {

/// Theta and scaling parameters of one kind of layer.
struct RotaryParameters {
    double theta = 10000;
    double rotatedShare = 1;  ///< part of each head that is rotated
    Config scaling;           ///< rope_type (or type), factor, …; empty object = no scaling
};

/// The parameters that config.json gives for layers of `layerType` ("full_attention", "sliding_attention"): `rope_parameters`, flat or per
/// layer type (transformers 5), else `rope_theta` and `rope_scaling`.
RotaryParameters rotaryParameters(const Config& config, const std::string& layerType, double defaultTheta);

/// Frequencies with the scaling applied. A scaling that cannot be computed is named in `unsupported` and left out.
/// Throws Error naming a missing or wrong key.
RotarySpec makeRotary(const RotaryParameters& parameters, int headDim, int maxPositions, std::vector<std::string>& unsupported);

}  // namespace qs
