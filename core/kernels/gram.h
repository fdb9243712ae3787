// SPDX-License-Identifier: GPL-3.0-or-later
// Gram matrices of token rows:  S[d, d] += Σ_r x_r x_rᵀ  (upper triangle only), the sums behind every Hessian.
//
// Tokens are taken in chunks of kGramChunk whose products are summed before S is touched. That is why float32 is enough: over
// 262 144 tokens the error relative to √(S_ii S_jj) is 1.7e-6 at most and 1.2e-7 rms, where a running sum token by token has 5.6e-4.
// bfloat16 products are exact in float32. S itself is never rounded to less.
//
// Work is split over fixed tiles of S, never over tokens: the result is bit-identical for any number of workers.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "base/number_types.h"
#include "base/parallel.h"

namespace qs {

inline constexpr std::size_t kGramChunk = 512;  ///< tokens summed before they are added to S

/// Upper triangle of S[dim, dim] (row stride lds) += Σ_r x_r x_rᵀ over `rows`, pointers to [dim] values each. Some elements below the
/// diagonal are written too: call mirrorUpper() at the end. `tick` is called on the calling thread about every 100 ms at most and may
/// throw, which leaves S half-updated. bfloat16 uses AVX512-BF16 where the processor has it, else it is widened piece by piece.
void addGram(std::span<const BFloat16* const> rows, std::size_t dim, float* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick = {});
void addGram(std::span<const float* const> rows, std::size_t dim, float* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick = {});
void addGram(std::span<const double* const> rows, std::size_t dim, double* S, std::size_t lds, ThreadPool& pool,
             const std::function<void()>& tick = {});

/// What of a cross term is wanted.
enum class CrossPart {
    Upper,  ///< elements on and above the diagonal: half the work; some below are written too
    Whole
};

/// D[dim, dim] += Σ_r (a_r − b_r) b_rᵀ: the cross term of asymmetric calibration (row = difference, column = b). Chunks and determinism as
/// addGram. The difference is taken in float32 (double) before anything is rounded, because a and b are close. With AVX512-BF16 it is then
/// rounded to bfloat16 once, an error of 2⁻⁸ |a − b| at most and without bias; that is enough, because a and b are themselves values
/// rounded to bfloat16, whose errors of 2⁻⁸ |a| are larger the closer they are. In sums over T tokens it is below 2⁻⁸ / √(3 T) of
/// √(Σ (a−b)_i² Σ b_j²) rms.
void addCrossGram(std::span<const BFloat16* const> a, std::span<const BFloat16* const> b, std::size_t dim, float* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick = {}, CrossPart part = CrossPart::Whole);
void addCrossGram(std::span<const float* const> a, std::span<const float* const> b, std::size_t dim, float* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick = {}, CrossPart part = CrossPart::Whole);
void addCrossGram(std::span<const double* const> a, std::span<const double* const> b, std::size_t dim, double* D, std::size_t ldd,
                  ThreadPool& pool, const std::function<void()>& tick = {}, CrossPart part = CrossPart::Whole);

/// Copies the upper triangle of A[n, n] to the lower one.
void mirrorUpper(float* A, std::size_t n, std::size_t lda, ThreadPool& pool);
void mirrorUpper(double* A, std::size_t n, std::size_t lda, ThreadPool& pool);

/// sums[n] += x[n]², in double.
void addSquares(const BFloat16* x, std::size_t n, double* sums);
void addSquares(const float* x, std::size_t n, double* sums);
void addSquares(const double* x, std::size_t n, double* sums);

/// ⟨S, G⟩ = Σ_ij S_ij G_ij of two symmetric matrices [dim, dim], restricted to what rows [first, last) of their upper triangles stand for:
/// Σ_i S_ii G_ii + 2 Σ_{j>i} S_ij G_ij. Products and sums in double.
double symmetricInnerProduct(const float* S, std::size_t lds, const float* G, std::size_t ldg, std::size_t dim, std::size_t first,
                             std::size_t last);

/// Σ_i (xScale · x_i − yScale · y_i)², i < n, in double.
double scaledSquaredDistance(const float* x, double xScale, const float* y, double yScale, std::size_t n);

}  // namespace qs
