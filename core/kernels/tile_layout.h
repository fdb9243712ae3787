// SPDX-License-Identifier: GPL-3.0-or-later
// Rows as lanes: a tile of rows of W, transposed, so that every operation on a column is one on a contiguous vector.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

namespace qs {

/// Rows of a tile are padded to a multiple of this many lanes.
inline constexpr std::size_t kLaneMultiple = 32;

/// `rows` rows of a row-major matrix [rows, cols] against columns of lanes [cols][laneStride]: matrix column c is lane row
/// position[c] (c itself if position is null).
struct TileLayout {
    std::size_t rows = 0, cols = 0, rowStride = 0;
    std::size_t lanes = 0;  ///< rows rounded up; also the distance between lane rows
    const std::int32_t* position = nullptr;
};

/// tile[position[c]][r] = W[r][c]; padding lanes are 0. Returns false if an element is NaN or infinite.
bool rowsToLanes(const TileLayout& layout, const float* W, float* tile);
/// codes[r][c] = tile[position[c]][r].
void lanesToRows(const TileLayout& layout, const std::uint8_t* tile, std::uint8_t* codes);

}  // namespace qs

QS_ISA_DECLARE(bool, rowsToLanes, (const ::qs::TileLayout& layout, const float* W, float* tile))
QS_ISA_DECLARE(void, lanesToRows, (const ::qs::TileLayout& layout, const std::uint8_t* tile, std::uint8_t* codes))
