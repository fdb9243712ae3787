// SPDX-License-Identifier: GPL-3.0-or-later
// q or k of a block: the linear and what stands between it and the scores.
#pragma once

#include <vector>

#include "kernels/rotary.h"
#include "run/block_loop.h"

namespace qs {

struct AttentionProjection {
    const LinearWeights& weights;
    std::vector<float> gain;  ///< of the norm over a head [headDim]; empty = none
    std::size_t heads, headDim;
    float epsilon;

    /// Head h of outputs y [tokens, heads · headDim] (float32, without bias) at positions `first` … of `rotary`: bias, norm, rotation, to
    /// out [tokens, headDim].
    template <class T>
    HeadRotation<T> rotation(const float* y, std::size_t stride, std::size_t h, const CosSinTable& rotary, std::size_t first,
                             std::size_t tokens, T* out) const {
        return {y,
                stride,
                weights.bias.empty() ? nullptr : weights.bias.data() + h * headDim,
                gain.empty() ? nullptr : gain.data(),
                epsilon,
                rotary.cos.row(first),
                rotary.sin.row(first),
                tokens,
                headDim,
                out};
    }
};

/// Of role Q or K; `weights` must outlive it.
inline AttentionProjection projectionOf(const BlockSpec& spec, const BlockWeights& weights, LinearRole role) {
    const bool query = role == LinearRole::Q;
    const NormSpec& norm = query ? spec.qNorm : spec.kNorm;
    std::vector<float> gain;
    if (norm.present()) gain = query ? weights.qNorm : weights.kNorm;
    for (float& g : gain) g += norm.offset;
    return {weights[role], std::move(gain), static_cast<std::size_t>(query ? spec.heads : spec.keyValueHeads),
            static_cast<std::size_t>(spec.headDim), spec.normEpsilon};
}

}  // namespace qs
