// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/block_tensors.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>

namespace qs {

at::Tensor BlockTensors::linear(const LinearSpec& spec, const at::Tensor& x) const {
    const auto role = static_cast<std::size_t>(spec.role);
    return at::linear(x, weights[role], biases[role]);
}

at::Tensor tensorOf(std::span<const float> values, const at::TensorOptions& options) {
    return at::from_blob(const_cast<float*>(values.data()), {static_cast<std::int64_t>(values.size())},
                         at::TensorOptions().dtype(at::kFloat))
        .to(options, /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor tensorOf(MatrixView<const float> W, const at::TensorOptions& options) {
    return at::from_blob(const_cast<float*>(W.data), {static_cast<std::int64_t>(W.rows), static_cast<std::int64_t>(W.cols)},
                         {static_cast<std::int64_t>(W.stride), 1}, at::TensorOptions().dtype(at::kFloat))
        .to(options, /*non_blocking=*/false, /*copy=*/true)
        .contiguous();
}

BlockTensors tensorsOf(const BlockSpec& spec, const BlockWeights& weights, const at::TensorOptions& options) {
    BlockTensors tensors;
    for (const LinearSpec& linear : spec.linears) {
        const auto role = static_cast<std::size_t>(linear.role);
        tensors.weights[role] = tensorOf(weights[linear.role].W.view(), options);
        if (linear.bias) tensors.biases[role] = tensorOf(weights[linear.role].bias, options);
    }
    const auto gain = [&](const NormSpec& norm, const std::vector<float>& weight) {
        return norm.present() ? tensorOf(weight, options).add(norm.offset) : at::Tensor();
    };
    tensors.norms = {gain(spec.inputNorm, weights.inputNorm),
                     gain(spec.preMlpNorm, weights.preMlpNorm),
                     gain(spec.postAttentionNorm, weights.postAttentionNorm),
                     gain(spec.postMlpNorm, weights.postMlpNorm),
                     gain(spec.qNorm, weights.qNorm),
                     gain(spec.kNorm, weights.kNorm)};
    return tensors;
}

}  // namespace qs
