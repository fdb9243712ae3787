// SPDX-License-Identifier: GPL-3.0-or-later
// Around an int8 × int8 product: real inputs to codes, sums of products of codes to real outputs.
//
//     code = rint(min(max(x / step, −most), most))          half to even; as centredCode of kernels/grid.h, |code| ≤ 127
//     y_ij = sum_ij · r_i · c_j + bias_j                      r steps of the inputs' rows, c of the weights' rows
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/isa.h"

QS_ISA_DECLARE(void, int8CodesF32, (const float* x, std::size_t n, float step, float most, std::int8_t* codes))
QS_ISA_DECLARE(void, scaledSumsF32,
               (const std::int32_t* sums, std::size_t rows, std::size_t cols, const float* rowSteps, const float* columnSteps,
                const float* bias, float* y))

namespace qs {

/// Codes of n numbers. step > 0, most = 1 … 127. A number that is NaN gets the code −most.
void int8Codes(const float* x, std::size_t n, float step, float most, std::int8_t* codes);

/// y [rows, cols] from sums [rows, cols], both contiguous; rowSteps [rows], columnSteps [cols], bias [cols] or null. y may lie where the
/// sums do.
void scaledSums(const std::int32_t* sums, std::size_t rows, std::size_t cols, const float* rowSteps, const float* columnSteps,
                const float* bias, float* y);

}  // namespace qs
