// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of one block as ATen tensors.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>

#include "model/model.h"
#include "model/reference_forward.h"

namespace qs {

struct BlockTensors {
    std::array<at::Tensor, kLinearRoles> weights, biases;  ///< by LinearRole; biases may be undefined
    BlockNorms norms;

    /// x Wᵀ + b.
    at::Tensor linear(const LinearSpec& spec, const at::Tensor& x) const;
};

/// Values of a vector [n] as a tensor of its own.
at::Tensor tensorOf(std::span<const float> values, const at::TensorOptions& options);
/// W [out, in], likewise.
at::Tensor tensorOf(MatrixView<const float> W, const at::TensorOptions& options);
/// Weights converted, gains of the norms with their offset.
BlockTensors tensorsOf(const BlockSpec& spec, const BlockWeights& weights, const at::TensorOptions& options);

}  // namespace qs
