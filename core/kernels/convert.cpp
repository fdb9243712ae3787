// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/convert.h"

#include <algorithm>

namespace qs {

void convert(const float* from, BFloat16* to, std::size_t n) { QS_ISA_CALL(narrowToBFloat16)(from, to, n); }
void convert(const BFloat16* from, float* to, std::size_t n) { QS_ISA_CALL(widenBFloat16)(from, to, n); }
void convert(const float* from, float* to, std::size_t n) { std::copy_n(from, n, to); }

}  // namespace qs
