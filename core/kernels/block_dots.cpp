// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/block_dots.h"

#include <algorithm>
#include <cstring>

namespace qs {

void packBlock(MatrixView<const float> M, float* packed) {
    for (std::size_t k = 0; k < M.rows; ++k) {
        const float* row = M.row(k);
        float* to = packed + k * kBlockDotColumns;
        std::size_t j = 0;
        for (; j + kBlockDotColumns <= M.cols; j += kBlockDotColumns, to += M.rows * kBlockDotColumns)
            std::memcpy(to, row + j, kBlockDotColumns * sizeof(float));  // std::copy_n calls a function for these 32 bytes
        if (j < M.cols) std::fill(std::copy(row + j, row + M.cols, to), to + kBlockDotColumns, 0.0f);
    }
}

void addBlockDots(const BlockDots& dots) { QS_ISA_CALL(addBlockDots)(dots); }

}  // namespace qs
