// SPDX-License-Identifier: GPL-3.0-or-later
// How much the model's prediction depends on the output of every linear. With ℓ = −Σ_t log p(label_t), labels drawn from the model's own
// prediction p, and y_t [out] the output of a linear at token t,
//
//   s = mean over tokens of ‖∂ℓ/∂y_t‖² / out
//
// so that an error Δy_t that has no preferred direction raises the divergence of the prediction by about ½ Σ_t s ‖Δy_t‖²: the expectation
// of ∂ℓ ∂ℓᵀ over such labels is the Fisher information, the curvature of KL(p ‖ p + Δ) at 0. The first token of a sequence is apart, since
// every later one may attend to it. Gradients go backward block by block: only the inputs of the blocks are kept, as in checkpointing.
// Source: the diagonal Fisher approximation of Amari 1998, per linear instead of per weight.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/device.h"
#include "base/parallel.h"
#include "model/model.h"

namespace qs {

struct OutputSensitivity {
    double first = 0, rest = 0;  ///< of the first token, and mean of the others
};

/// By block and LinearRole, from these token ids (every sequence at least two). `tick` is called between blocks with the share done and
/// may throw. The same ids and seed give the same result with any number of workers. Throws Error as the model does.
std::vector<std::array<OutputSensitivity, kLinearRoles>> outputSensitivities(const Model& model,
                                                                             std::span<const std::vector<std::int32_t>> sequences,
                                                                             std::uint64_t seed, Device device, ThreadPool& pool,
                                                                             const std::function<void(double)>& tick);

}  // namespace qs
