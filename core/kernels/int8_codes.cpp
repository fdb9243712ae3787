// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/int8_codes.h"

namespace qs {

void int8Codes(const float* x, std::size_t n, float step, float most, std::int8_t* codes) {
    QS_ISA_CALL(int8CodesF32)(x, n, step, most, codes);
}

void scaledSums(const std::int32_t* sums, std::size_t rows, std::size_t cols, const float* rowSteps, const float* columnSteps,
                const float* bias, float* y) {
    QS_ISA_CALL(scaledSumsF32)(sums, rows, cols, rowSteps, columnSteps, bias, y);
}

}  // namespace qs
