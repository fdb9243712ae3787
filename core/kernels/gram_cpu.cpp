// SPDX-License-Identifier: GPL-3.0-or-later
// Inner loops of gram.cpp, see gram.h and gram_kernels.h. The bfloat16 micro-kernel needs AVX512-BF16; the other instruction sets widen
// to float32 and multiply with gemm.
#include "kernels/gram_kernels.h"

#if defined(QS_ISA_avx512bf16)
#include <immintrin.h>
#endif

namespace qs::QS_ISA {

void gramSquaresBf16(const std::uint16_t* x, std::size_t n, double* sums) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t bits = static_cast<std::uint32_t>(x[i]) << 16;
        float value;
        __builtin_memcpy(&value, &bits, sizeof bits);
        sums[i] += static_cast<double>(value) * static_cast<double>(value);
    }
}

void gramSquaresF32(const float* x, std::size_t n, double* sums) {
    for (std::size_t i = 0; i < n; ++i) sums[i] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
}

double gramDot(const float* x, const float* y, std::size_t n) {
    constexpr std::size_t lanes = 32;  // independent sums: four registers of eight doubles
    double sums[lanes] = {};
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l) sums[l] += static_cast<double>(x[i + l]) * static_cast<double>(y[i + l]);
    for (; i < n; ++i) sums[0] += static_cast<double>(x[i]) * static_cast<double>(y[i]);
    double total = 0;
    for (std::size_t l = 0; l < lanes; ++l) total += sums[l];
    return total;
}

double gramDistance(const float* x, double xScale, const float* y, double yScale, std::size_t n) {
    constexpr std::size_t lanes = 32;
    double sums[lanes] = {};
    const auto square = [&](std::size_t i) {
        const double difference = xScale * static_cast<double>(x[i]) - yScale * static_cast<double>(y[i]);
        return difference * difference;
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t l = 0; l < lanes; ++l) sums[l] += square(i + l);
    for (; i < n; ++i) sums[0] += square(i);
    double total = 0;
    for (std::size_t l = 0; l < lanes; ++l) total += sums[l];
    return total;
}

#if defined(QS_ISA_avx512bf16)
namespace {

/// 16 bfloat16 of a row as 32-bit lanes; columns from `dim` on are zero.
/// (The maskz forms: the plain intrinsics of g++ 12 trip -Wuninitialized.)
__m512i lanes(const std::uint16_t* row, std::size_t column, std::size_t dim) {
    if (column + kPanel <= dim)
        return _mm512_maskz_cvtepu16_epi32(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + column)));
    const auto mask = static_cast<__mmask16>(column < dim ? (1u << (dim - column)) - 1 : 0);
    return _mm512_maskz_cvtepu16_epi32(0xffff, _mm256_maskz_loadu_epi16(mask, row + column));
}

/// Lanes of a − b as bfloat16, rounded to nearest even, columns from `dim` on zero.
__m512i differenceLanes(const std::uint16_t* a, const std::uint16_t* b, std::size_t column, std::size_t dim) {
    const __m512 x = _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, lanes(a, column, dim), 16));
    const __m512 y = _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, lanes(b, column, dim), 16));
    return _mm512_maskz_cvtepu16_epi32(0xffff, (__m256i)_mm512_maskz_cvtneps_pbh(0xffff, _mm512_sub_ps(x, y)));
}

/// P from lanesOf(row, column) in the layout of gramPack.
template <class LanesOf>
void pack(std::size_t rowCount, std::size_t first, std::size_t last, std::size_t pairs, std::uint32_t* P, const LanesOf& lanesOf) {
    constexpr std::size_t blockPairs = 16;  // 32 rows stay in L1 while the panels go by
    for (std::size_t k0 = 0; k0 < pairs; k0 += blockPairs) {
        const std::size_t k1 = k0 + blockPairs < pairs ? k0 + blockPairs : pairs;
        for (std::size_t c = first; c < last; c += kPanel) {
            std::uint32_t* panel = P + c * pairs;
            for (std::size_t k = k0; k < k1; ++k) {
                const __m512i even = 2 * k < rowCount ? lanesOf(2 * k, c) : _mm512_setzero_si512();
                const __m512i odd = 2 * k + 1 < rowCount ? lanesOf(2 * k + 1, c) : _mm512_setzero_si512();
                _mm512_store_si512(panel + k * kPanel, _mm512_or_si512(even, _mm512_maskz_slli_epi32(0xffff, odd, 16)));
            }
        }
    }
}

}  // namespace

void gramPack(const std::uint16_t* const* rows, std::size_t rowCount, std::size_t dim, std::size_t first, std::size_t last,
              std::size_t pairs, std::uint32_t* P) {
    pack(rowCount, first, last, pairs, P, [&](std::size_t row, std::size_t column) { return lanes(rows[row], column, dim); });
}

void gramPackDifference(const std::uint16_t* const* a, const std::uint16_t* const* b, std::size_t rowCount, std::size_t dim,
                        std::size_t first, std::size_t last, std::size_t pairs, std::uint32_t* P) {
    pack(rowCount, first, last, pairs, P,
         [&](std::size_t row, std::size_t column) { return differenceLanes(a[row], b[row], column, dim); });
}

namespace {

/// One 8 × 48 tile: all pairs in registers, then S once.
void tile(const std::uint32_t* A, const std::uint32_t* B, std::size_t pairs, std::size_t rows, std::size_t columns, float* S,
          std::size_t lds) {
    const std::size_t panelSize = pairs * kPanel;
    __m512 sums[kTileRows][3];
    for (auto& row : sums)
        for (__m512& s : row) s = _mm512_setzero_ps();
    for (std::size_t k = 0; k < pairs; ++k) {
        const __m512bh b0 = (__m512bh)_mm512_load_si512(B + k * kPanel);
        const __m512bh b1 = (__m512bh)_mm512_load_si512(B + panelSize + k * kPanel);
        const __m512bh b2 = (__m512bh)_mm512_load_si512(B + 2 * panelSize + k * kPanel);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kTileRows; ++r) {
            const __m512bh a = (__m512bh)_mm512_set1_epi32(static_cast<int>(A[k * kPanel + r]));
            sums[r][0] = _mm512_dpbf16_ps(sums[r][0], a, b0);
            sums[r][1] = _mm512_dpbf16_ps(sums[r][1], a, b1);
            sums[r][2] = _mm512_dpbf16_ps(sums[r][2], a, b2);
        }
    }
    __mmask16 masks[3];
    for (std::size_t p = 0; p < 3; ++p) {
        const std::size_t left = columns > p * kPanel ? columns - p * kPanel : 0;
        masks[p] = static_cast<__mmask16>(left >= kPanel ? 0xffffu : (1u << left) - 1);
    }
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kTileRows; ++r) {
        if (r >= rows) break;
        for (std::size_t p = 0; p < 3; ++p) {
            float* at = S + r * lds + p * kPanel;
            _mm512_mask_storeu_ps(at, masks[p], _mm512_add_ps(_mm512_maskz_loadu_ps(masks[p], at), sums[r][p]));
        }
    }
}

}  // namespace

void gramTiles(const std::uint32_t* A, const std::uint32_t* B, std::size_t pairs, std::size_t dim, std::size_t firstRow,
               std::size_t lastRow, std::size_t column, bool upperOnly, float* S, std::size_t lds) {
    const std::size_t columns = dim - column < kTileColumns ? dim - column : kTileColumns;
    const std::size_t end = upperOnly && column + columns < lastRow ? column + columns : lastRow;
    B += column * pairs;
    for (std::size_t i = firstRow; i < end; i += kTileRows) {
        const std::size_t rows = dim - i < kTileRows ? dim - i : kTileRows;
        tile(A + (i / kPanel) * kPanel * pairs + i % kPanel, B, pairs, rows, columns, S + i * lds + column, lds);
    }
}
#endif

}  // namespace qs::QS_ISA
