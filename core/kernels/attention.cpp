// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/attention.h"

#include <algorithm>
#include <limits>

#include "kernels/blas.h"

namespace qs {
namespace {

constexpr std::size_t kQueries = 128;  // rows of a tile: the unseen half of a diagonal tile costs kQueries / 2 keys a query
constexpr std::size_t kKeys = 512;     // columns: scores and p of a tile stay in a 1 MiB cache

template <class T>
void grow(AlignedVector<T>& vector, std::size_t size) {
    if (vector.size() < size) vector.resize(size);
}

template <class T>
std::size_t valueDimOf(const AttentionProblem<T>& s) {
    return s.valueDim ? s.valueDim : s.headDim;
}

/// Queries at positions [q0, q1) of one head; q begins with that of q0, k [length, headDim], v [length, valueDim], out with row stride.
template <class T>
void attendTile(const AttentionProblem<T>& s, const T* q, const T* k, const T* v, std::size_t q0, std::size_t q1, T* out,
                std::size_t outStride, AttentionScratch<T>& scratch) {
    const std::size_t rows = q1 - q0, d = s.headDim, wide = valueDimOf(s);
    std::fill_n(scratch.maximum.begin(), rows, -std::numeric_limits<float>::infinity());
    std::fill_n(scratch.sum.begin(), rows, 0.0f);
    const std::size_t firstKey = s.window != 0 && q0 + 1 > s.window ? q0 + 1 - s.window : 0;
    for (std::size_t k0 = firstKey; k0 < q1; k0 += kKeys) {
        const std::size_t keys = std::min(kKeys, q1 - k0);
        gemm(Transpose::No, Transpose::Yes, rows, keys, d, 1.0f, q, d, k + k0 * d, d, 0.0f, scratch.scores.data(), kKeys);
        softmaxTile(SoftmaxTile<T>{scratch.scores.data(), scratch.p.data(), kKeys, rows, keys, q0, k0, s.window, s.scale, s.softcap,
                                   scratch.maximum.data(), scratch.sum.data(), scratch.out.data(), wide});
        gemm(Transpose::No, Transpose::No, rows, wide, keys, 1.0f, scratch.p.data(), kKeys, v + k0 * wide, wide,
             k0 == firstKey ? 0.0f : 1.0f, scratch.out.data(), wide);
    }
    divideRows(scratch.out.data(), scratch.sum.data(), rows, wide, out, outStride);
}

template <class T>
void attend(const AttentionProblem<T>& s, AttentionScratch<T>& scratch) {
    grow(scratch.scores, kQueries * kKeys);
    grow(scratch.p, kQueries * kKeys);
    const std::size_t wide = valueDimOf(s);
    grow(scratch.out, kQueries * wide);
    grow(scratch.maximum, kQueries);
    grow(scratch.sum, kQueries);
    const std::size_t queries = s.length - s.queryStart, width = s.heads * wide;
    const std::size_t queryHead = (s.queryStride ? s.queryStride : queries) * s.headDim;
    const std::size_t keyRows = s.keyStride ? s.keyStride : s.length;
    for (std::size_t h = 0; h < s.heads; ++h) {
        const std::size_t shared = h * s.keyValueHeads / s.heads;
        for (std::size_t row = 0; row < queries; row += kQueries) {
            const std::size_t q0 = s.queryStart + row;
            attendTile(s, s.q + h * queryHead + row * s.headDim, s.k + shared * keyRows * s.headDim, s.v + shared * keyRows * wide, q0,
                       std::min(s.length, q0 + kQueries), s.out + row * width + h * wide, width, scratch);
        }
    }
}

}  // namespace

void softmaxTile(const SoftmaxTile<float>& tile) { QS_ISA_CALL(softmaxTileF32)(tile); }
void softmaxTile(const SoftmaxTile<BFloat16>& tile) { QS_ISA_CALL(softmaxTileBf16)(tile); }
void divideRows(const float* x, const float* divisor, std::size_t rows, std::size_t dim, float* y, std::size_t stride) {
    QS_ISA_CALL(divideRowsF32)(x, divisor, rows, dim, y, stride);
}
void divideRows(const float* x, const float* divisor, std::size_t rows, std::size_t dim, BFloat16* y, std::size_t stride) {
    QS_ISA_CALL(divideRowsBf16)(x, divisor, rows, dim, y, stride);
}

void attention(const AttentionProblem<float>& problem, AttentionScratch<float>& scratch) { attend(problem, scratch); }
void attention(const AttentionProblem<BFloat16>& problem, AttentionScratch<BFloat16>& scratch) { attend(problem, scratch); }

}  // namespace qs
