// SPDX-License-Identifier: GPL-3.0-or-later
// Dots of many rows with their products with one block of a matrix, without storing the products. Rows are lanes: element j of row r lies
// at [j · lanes + r].
//
//   z = x M  for each row, M [depth, columns];   Σ_j z_j a_j  and  Σ_j z_j b_j
//
// z is a float32 sum of `depth` terms, dots are float32 sums of eight terms that are added up in double.
#pragma once

#include <cstddef>

#include "base/array.h"
#include "kernels/isa.h"

namespace qs {

inline constexpr std::size_t kBlockDotLanes = 32;   // lanes are a multiple of this
inline constexpr std::size_t kBlockDotColumns = 8;  // of a packed panel

struct BlockDots {
    const float* block;  ///< M as packBlock leaves it
    std::size_t depth, columns, lanes;
    const float* x;  ///< [depth, lanes]
    const float* a;  ///< [columns rounded up to whole panels, lanes]; finite numbers behind the end
    double* sumA;    ///< [lanes], added to
    const float* b;  ///< as a; null: only a
    double* sumB;
};

/// Floats of a packed block.
inline std::size_t packedBlockSize(std::size_t depth, std::size_t columns) {
    return (columns + kBlockDotColumns - 1) / kBlockDotColumns * kBlockDotColumns * depth;
}

/// M by panels of eight columns, [panel][depth][8], zeros behind the end.
void packBlock(MatrixView<const float> M, float* packed);

void addBlockDots(const BlockDots& dots);

}  // namespace qs

QS_ISA_DECLARE(void, addBlockDots, (const ::qs::BlockDots& dots))
