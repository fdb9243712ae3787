// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/dequantize.h"

namespace qs {

void dequantizeRun(const std::uint8_t* codes, std::size_t count, float scale, std::uint8_t zero, float* out) {
    QS_ISA_CALL(dequantizeRun)(codes, count, scale, zero, out);
}

}  // namespace qs
