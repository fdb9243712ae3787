// SPDX-License-Identifier: GPL-3.0-or-later
// From the float32 output of the q, k, v linears to heads that attention can use: bias, norm over the head (if any), rotary position
// embedding in the half-split layout, rounding.
//
//     t = z + bias;  t = norm(t, w);  y_i = t_i cos_i − t_{i+n} sin_i,  y_{i+n} = t_{i+n} cos_i + t_i sin_i   (i < n = headDim / 2)
//     cos_i, sin_i = factor · cos, sin(position · inverseFrequency_i)                                   Su et al. 2021, arXiv:2104.09864
#pragma once

#include <cstddef>
#include <span>

#include "base/array.h"
#include "base/number_types.h"
#include "kernels/isa.h"

namespace qs {

template <class T>
struct HeadRotation {
    const float* in = nullptr;  ///< [tokens, headDim], row stride inStride
    std::size_t inStride = 0;
    const float* bias = nullptr;  ///< [headDim] or null
    const float* norm = nullptr;  ///< [headDim] or null: no norm
    float epsilon = 0;
    const float* cos = nullptr;  ///< [tokens, headDim / 2] or null: no rotation (values)
    const float* sin = nullptr;
    std::size_t tokens = 0, headDim = 0;
    T* out = nullptr;  ///< [tokens, headDim], contiguous
};

}  // namespace qs

QS_ISA_DECLARE(void, rotateHeadF32, (const HeadRotation<float>& head))
QS_ISA_DECLARE(void, rotateHeadBf16, (const HeadRotation<BFloat16>& head))

namespace qs {

void rotateHead(const HeadRotation<float>& head);
void rotateHead(const HeadRotation<BFloat16>& head);

/// cos and sin [length, n] for positions 0 … length − 1. The angle is rounded to float32, as the frameworks round it in which models were
/// trained (at position 2000 that moves it by up to 1e-4); its cosine and sine are computed in double.
struct CosSinTable {
    Matrix<float> cos, sin;
};
CosSinTable makeCosSinTable(std::span<const double> inverseFrequency, double attentionFactor, std::size_t length);

}  // namespace qs
