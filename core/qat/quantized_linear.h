// SPDX-License-Identifier: GPL-3.0-or-later
// Linears with fake-quantized operands outside of training: what a trained (or a rounded) model computes.
#pragma once

#include <vector>

#include "qat/straight_through.h"
#include "qat/trainable_model.h"

namespace qs {

/// Whether attention multiplies what a linear of this role makes.
inline bool makesAttentionOperand(LinearRole role) { return role == LinearRole::Q || role == LinearRole::K || role == LinearRole::V; }

/// How one layer is quantized, weights and activations with codes −m … m, m = 2^(bits−1) − 1.
struct LayerGrid {
    int bits = 8;                       ///< 0: full precision
    double weightStep = 0;              ///< Δ of the weights; 0: max|W| / m
    double activationStep = 0;          ///< Δ of the input; 0: max|A| / m of each call
    bool channels = false;              ///< weights: Δ_i = max_j |W_ij| / m for every output channel i, weightStep is not used
    bool tokens = false;                ///< input: Δ_t = f max_j |A_tj| / m for every token t, activationStep is not used
    std::vector<float> channelSteps{};  ///< with `channels`: these Δ_i [out] instead; empty: those
    double tokenFactor = 1;             ///< f; what lies beyond f max_j |A_tj| is clipped
};

/// The input of a linear on its grid, and what it makes where attention multiplies it (over its own range). No gradient.
at::Tensor roundedInput(const at::Tensor& x, const LayerGrid& grid);
at::Tensor roundedOperand(const at::Tensor& y, const LayerGrid& grid);

/// The weights of all layers on their grids, other values as they are. No gradient.
std::vector<at::Tensor> quantizedValues(const TrainableModel& model, const std::vector<LayerGrid>& grids);

/// The LinearFn for those values. `attentionOperands`: outputs of q, k and v are quantized too, over their own range (each token's under
/// LayerGrid::tokens). No gradient.
LinearFn quantizedLinears(const TrainableModel& model, std::vector<at::Tensor> quantized, std::vector<LayerGrid> grids,
                          bool attentionOperands);

}  // namespace qs
