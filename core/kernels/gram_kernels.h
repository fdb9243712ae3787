// SPDX-License-Identifier: GPL-3.0-or-later
// What gram.cpp calls of gram_cpu.cpp. Pointers only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

// clang-format off
QS_ISA_DECLARE(void, gramSquaresBf16, (const std::uint16_t* x, std::size_t n, double* sums))
QS_ISA_DECLARE(void, gramSquaresF32, (const float* x, std::size_t n, double* sums))
QS_ISA_DECLARE(double, gramDot, (const float* x, const float* y, std::size_t n))
QS_ISA_DECLARE(double, gramDistance, (const float* x, double xScale, const float* y, double yScale, std::size_t n))
// clang-format on

#if defined(__x86_64__)
namespace qs::isa_avx512bf16 {

inline constexpr std::size_t kPanel = 16;    ///< columns of a packed panel: one register of token pairs
inline constexpr std::size_t kTileRows = 8;  ///< micro-tile: 8 × 48 sums in 24 registers
inline constexpr std::size_t kTileColumns = 48;

/// Packs rows [rows][columns first … last) (multiples of 16; beyond `dim` zeros) of up to 2·pairs tokens into panels
/// P[column / 16][pairs][16] of (x_2k, x_2k+1); missing tokens are zero.
void gramPack(const std::uint16_t* const* rows, std::size_t rowCount, std::size_t dim, std::size_t first, std::size_t last,
              std::size_t pairs, std::uint32_t* P);
/// The same of bfloat16(a − b), the difference taken in float32 and rounded once.
void gramPackDifference(const std::uint16_t* const* a, const std::uint16_t* const* b, std::size_t rowCount, std::size_t dim,
                        std::size_t first, std::size_t last, std::size_t pairs, std::uint32_t* P);
/// S[firstRow … lastRow), [column … column + 48) += the products of one packed chunk A (rows) and B (columns), firstRow a multiple of 8;
/// with `upperOnly` tiles wholly below the diagonal are left out.
void gramTiles(const std::uint32_t* A, const std::uint32_t* B, std::size_t pairs, std::size_t dim, std::size_t firstRow,
               std::size_t lastRow, std::size_t column, bool upperOnly, float* S, std::size_t lds);

}  // namespace qs::isa_avx512bf16
#endif
