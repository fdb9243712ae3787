// SPDX-License-Identifier: GPL-3.0-or-later
// Root-mean-square norm and the residual step around it.
//
//     norm(x, w)_j = x_j / sqrt(mean(x²) + epsilon) · w_j          Zhang and Sennrich 2019, arXiv:1910.07467
//
// Rows are contiguous, [rows, dim]. Sums of squares are float32, one partial sum a vector lane: 1e-7 relative.
#pragma once

#include <cstddef>

#include "base/number_types.h"
#include "kernels/isa.h"

namespace qs {

/// y = x[i] + bias; h += postNorm ? norm(y, postNorm) : y; if next: x = norm(h, next), of the h before it is rounded to T.
template <class T>
struct ResidualStep {
    float* y = nullptr;               ///< [rows, dim] output of a linear; destroyed
    const float* bias = nullptr;      ///< [dim] or null
    const float* postNorm = nullptr;  ///< [dim] or null
    T* h = nullptr;                   ///< [rows, dim] residual stream, updated
    const float* next = nullptr;      ///< [dim] weights of the norm that follows, or null
    T* x = nullptr;                   ///< [rows, dim] its output
    float epsilon = 0;
    std::size_t rows = 0, dim = 0;
};

}  // namespace qs

QS_ISA_DECLARE(void, rmsNormF32, (const float* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y))
QS_ISA_DECLARE(void, rmsNormBf16, (const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, BFloat16* y))
QS_ISA_DECLARE(void, rmsNormBf16ToF32, (const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y))
QS_ISA_DECLARE(void, residualStepF32, (const ResidualStep<float>& step))
QS_ISA_DECLARE(void, residualStepBf16, (const ResidualStep<BFloat16>& step))

namespace qs {

/// y[i] = norm(x[i], w) for every row i. x and y may be the same memory if their types are.
void rmsNorm(const float* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y);
void rmsNorm(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, BFloat16* y);
void rmsNorm(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y);

void residualStep(const ResidualStep<float>& step);
void residualStep(const ResidualStep<BFloat16>& step);

}  // namespace qs
