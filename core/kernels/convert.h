// SPDX-License-Identifier: GPL-3.0-or-later
// Conversion of arrays between storage types: round to nearest, ties to even.
#pragma once

#include <cstddef>

#include "base/number_types.h"
#include "kernels/isa.h"

QS_ISA_DECLARE(void, narrowToBFloat16, (const float* from, BFloat16* to, std::size_t n))
QS_ISA_DECLARE(void, widenBFloat16, (const BFloat16* from, float* to, std::size_t n))

namespace qs {

/// to[i] = from[i], i < n. Subnormal results may become zero (AVX512-BF16 instructions do that).
void convert(const float* from, BFloat16* to, std::size_t n);
void convert(const BFloat16* from, float* to, std::size_t n);
void convert(const float* from, float* to, std::size_t n);

}  // namespace qs
