// SPDX-License-Identifier: GPL-3.0-or-later
// The dense operations of a tile of rows on the current CUDA device (rows as lanes, all pointers on the device). On the CPU these are calls
// of kernels/blas.h and kernels/tile_layout.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qs {

/// out [m][lanes] = beta · out + L [m, k] D [k][lanes]; row stride ldl of L.
void tileProductOnCuda(std::size_t m, std::size_t lanes, std::size_t k, const float* L, std::size_t ldl, const float* D, float beta,
                       float* out);
/// x [m][lanes] = L⁻¹ x + w with L [m, m] unit lower triangular: the look-ahead of dynamic groups.
void tileLookAheadOnCuda(std::size_t m, std::size_t lanes, const float* L, std::size_t ldl, const float* w, float* x);
/// tile[position[c]][r] = W[r][c], 0 in padding lanes; position may be null.
void rowsToLanesOnCuda(const float* W, std::size_t rows, std::size_t cols, std::size_t lanes, const std::int32_t* position, float* tile);
/// codes[r][c] = tile[position[c]][r].
void lanesToRowsOnCuda(const std::uint8_t* tile, std::size_t rows, std::size_t cols, std::size_t lanes, const std::int32_t* position,
                       std::uint8_t* codes);

}  // namespace qs
