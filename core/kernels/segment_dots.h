// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "kernels/isa.h"

namespace qs {

/// out[s] += Σ a[j] b[j] over the segment [starts[s], starts[s + 1]) for every s < segments. Sums of at most 16 terms a lane in float32,
/// everything beyond in double.
void segmentDots(const float* a, const float* b, const std::size_t* starts, std::size_t segments, double* out);

}  // namespace qs

QS_ISA_DECLARE(void, segmentDots, (const float* a, const float* b, const std::size_t* starts, std::size_t segments, double* out))
