// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/dequantize.h"

#include "kernels/grid.h"

namespace qs::QS_ISA {

void dequantizeRun(const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = dequantized(codes[i], zero, scale);
}

}  // namespace qs::QS_ISA
