// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention of one sequence, tile by tile: 128 queries against pieces of the keys, softmax with a running maximum.
//
//     a_i = Σ_j p_ij v_j,  p_ij = e^(s_ij − m_i) / Σ_j e^(s_ij − m_i),  s_ij = scale q_i·k_j  (or cap tanh(scale q_i·k_j / cap)),
//     j <= i, and j > i − window if there is a window
//
// Scores and sums are float32; with T = BFloat16 the p_ij are rounded before they meet v. Memory: one tile of scores, whatever the
// length. Rabe and Staats 2021, arXiv:2112.05682; Dao et al. 2022, arXiv:2205.14135.
#pragma once

#include <cstddef>

#include "base/array.h"
#include "base/number_types.h"
#include "kernels/isa.h"

namespace qs {

template <class T>
struct AttentionProblem {
    const T* q = nullptr;  ///< [heads, length, headDim]
    const T* k = nullptr;  ///< [keyValueHeads, length, headDim]; query head h reads k, v of head h · keyValueHeads / heads
    const T* v = nullptr;
    std::size_t length = 0, heads = 0, keyValueHeads = 0, headDim = 0;  ///< length: of the keys, at positions 0 … length − 1
    float scale = 1;
    float softcap = 0;       ///< 0 = none
    std::size_t window = 0;  ///< 0 = none; a token sees itself and window − 1 before it
    T* out = nullptr;        ///< [length, heads · headDim]
    /// The queries stand at positions queryStart … length − 1, and q and out hold only their rows: the keys before come from a cache.
    std::size_t queryStart = 0;
    std::size_t queryStride = 0, keyStride = 0;  ///< rows from one head to the next in q, and in k and v; 0 = one after the other
    std::size_t valueDim = 0;                    ///< columns of v, and of out by head; 0 = headDim
};

/// One tile of the softmax: `rows` queries, the first at position queryStart, against `keys` keys, the first at position keyStart.
template <class T>
struct SoftmaxTile {
    float* scores = nullptr;  ///< [rows, keys] q·k; destroyed
    T* p = nullptr;           ///< [rows, keys] e^(s − maximum); zero where a query does not see a key
    std::size_t stride = 0;   ///< of scores and p: a multiple of 16 elements, at least keys rounded up to one
    std::size_t rows = 0, keys = 0, queryStart = 0, keyStart = 0, window = 0;
    float scale = 1, softcap = 0;
    float* maximum = nullptr;  ///< [rows] so far, in units of log 2; −infinity at first
    float* sum = nullptr;      ///< [rows] so far; 0 at first
    float* out = nullptr;      ///< [rows, valueDim] Σ p v so far, brought to the new maximum; untouched while sum = 0
    std::size_t valueDim = 0;
};

}  // namespace qs

QS_ISA_DECLARE(void, softmaxTileF32, (const SoftmaxTile<float>& tile))
QS_ISA_DECLARE(void, softmaxTileBf16, (const SoftmaxTile<BFloat16>& tile))
QS_ISA_DECLARE(void, divideRowsF32, (const float* x, const float* divisor, std::size_t rows, std::size_t dim, float* y, std::size_t stride))
QS_ISA_DECLARE(void, divideRowsBf16,
               (const float* x, const float* divisor, std::size_t rows, std::size_t dim, BFloat16* y, std::size_t stride))

namespace qs {

void softmaxTile(const SoftmaxTile<float>& tile);
void softmaxTile(const SoftmaxTile<BFloat16>& tile);

/// y[i] = x[i] / divisor[i]; x [rows, dim] contiguous, y with a row stride.
void divideRows(const float* x, const float* divisor, std::size_t rows, std::size_t dim, float* y, std::size_t stride);
void divideRows(const float* x, const float* divisor, std::size_t rows, std::size_t dim, BFloat16* y, std::size_t stride);

/// Scratch memory of attention(), one a thread; grows to what is needed and is kept.
template <class T>
struct AttentionScratch {
    AlignedVector<float> scores, out, maximum, sum;
    AlignedVector<T> p;
};

void attention(const AttentionProblem<float>& problem, AttentionScratch<float>& scratch);
void attention(const AttentionProblem<BFloat16>& problem, AttentionScratch<BFloat16>& scratch);

}  // namespace qs
