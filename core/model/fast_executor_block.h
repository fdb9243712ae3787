// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of one block as the fast executor keeps them: T = BFloat16 or float, linears that share an input and are used at once
// stacked, norm offsets applied.
#pragma once

#include <vector>

#include "base/array.h"
#include "base/number_types.h"
#include "model/model.h"
#include "model/spec.h"

namespace qs {

template <class T>
struct FastBlock {
    BlockSpec spec;
    AlignedVector<T> qkv;   ///< [heads·headDim + 2 keyValueHeads·headDim, hidden]: rows of q, k, v
    AlignedVector<T> o;     ///< [hidden, heads·headDim]
    AlignedVector<T> gate;  ///< [intermediate, hidden]
    AlignedVector<T> up;    ///< [intermediate, hidden]
    AlignedVector<T> down;  ///< [hidden, intermediate]
    std::vector<float> qkvBias, oBias, gateBias, upBias, downBias;                           ///< empty = none
    std::vector<float> inputNorm, preMlpNorm, postAttentionNorm, postMlpNorm, qNorm, kNorm;  ///< offset + weight; empty = none

    std::size_t hidden() const { return static_cast<std::size_t>(spec.hidden); }
    std::size_t intermediate() const { return static_cast<std::size_t>(spec.intermediate); }
    std::size_t headDim() const { return static_cast<std::size_t>(spec.headDim); }
    std::size_t queryWidth() const { return static_cast<std::size_t>(spec.heads) * headDim(); }
    std::size_t keyWidth() const { return static_cast<std::size_t>(spec.keyValueHeads) * headDim(); }
    std::size_t qkvWidth() const { return queryWidth() + 2 * keyWidth(); }

    /// Writes W [out, in] into the rows of `role`. Throws Error if the shape is not the block's.
    void setLinear(LinearRole role, MatrixView<const float> W);
};

/// Converts a block. Throws Error naming the linear or norm whose shape does not fit `spec`.
template <class T>
FastBlock<T> makeFastBlock(const BlockSpec& spec, const BlockWeights& weights);

}  // namespace qs
