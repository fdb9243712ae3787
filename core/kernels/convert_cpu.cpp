// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/convert.h"
#include "kernels/lanes.h"

namespace qs::QS_ISA {

void narrowToBFloat16(const float* from, BFloat16* to, std::size_t n) {
    overLanes(n, [&](std::size_t i, auto part) { store(to + i, load(from + i, part), part); });
}

void widenBFloat16(const BFloat16* from, float* to, std::size_t n) {
    overLanes(n, [&](std::size_t i, auto part) { store(to + i, load(from + i, part), part); });
}

}  // namespace qs::QS_ISA
