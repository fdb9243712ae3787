// SPDX-License-Identifier: GPL-3.0-or-later
// Scales of the inputs of linears, folded into what stands before them. With s [in] of an input x, W' = W diag(s) and x' = x / s, the block
// computes the same function:
//   attention-in, mlp-in   x = norm(h)                gain' = gain / s                        gain = offset + weight
//   attention-out          a = Σ_j p_j v_j            rows and bias of v divided by s, where every head has its own values (v.out = o.in)
//   mlp-down               m = act(gate(x)) · up(x)   rows and bias of up divided by s
// Source: Lin et al., AWQ, MLSys 2024.
#pragma once

#include <array>
#include <vector>

#include "model/model.h"
#include "model/spec.h"

namespace qs {

/// s [in] > 0 of every input of a block, by InputTag; empty: 1 throughout.
using BlockScales = std::array<std::vector<float>, kInputTags.size()>;

/// The linear whose rows take 1 / s of an input: v, up, or none where a norm takes it.
const LinearSpec* linearBefore(const BlockSpec& block, InputTag tag);
/// Whether something can take the scales of an input; not the attention output under grouped-query attention, where query heads share
/// values.
bool canFold(const BlockSpec& block, InputTag tag);

/// Folds the scales into the weights of a block. Throws Error if they do not fit it or cannot be folded.
void foldScales(const BlockScales& scales, const BlockSpec& block, BlockWeights& weights);
/// The stored weights of a norm that takes 1 / s.
std::vector<float> foldedNorm(const NormSpec& norm, const std::vector<float>& stored, const std::vector<float>& s);
/// The norm that takes the scales of an input; null where a linear does.
const NormSpec* normBefore(const BlockSpec& block, InputTag tag);

/// W [out, in] with its columns multiplied by s, or divided by it.
Matrix<float> multipliedColumns(MatrixView<const float> W, const std::vector<float>& s);
Matrix<float> dividedColumns(MatrixView<const float> W, const std::vector<float>& s);

}  // namespace qs
