// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/tile_layout.h"

namespace qs {

bool rowsToLanes(const TileLayout& layout, const float* W, float* tile) { return QS_ISA_CALL(rowsToLanes)(layout, W, tile); }
void lanesToRows(const TileLayout& layout, const std::uint8_t* tile, std::uint8_t* codes) { QS_ISA_CALL(lanesToRows)(layout, tile, codes); }

}  // namespace qs
