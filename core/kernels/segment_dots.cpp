// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/segment_dots.h"

namespace qs {

void segmentDots(const float* a, const float* b, const std::size_t* starts, std::size_t segments, double* out) {
    QS_ISA_CALL(segmentDots)(a, b, starts, segments, out);
}

}  // namespace qs
