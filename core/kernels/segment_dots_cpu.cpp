// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/segment_dots.h"

#include "kernels/simd.h"

namespace qs::QS_ISA {

void segmentDots(const float* a, const float* b, const std::size_t* starts, std::size_t segments, double* out) {
    constexpr std::size_t kPiece = 16 * kLanes;
    for (std::size_t s = 0; s < segments; ++s) {
        DoubleVector sums{};
        std::size_t j = starts[s];
        const std::size_t last = starts[s + 1];
        while (j + kLanes <= last) {
            const std::size_t end = j + kPiece < last ? j + kPiece : last;
            FloatVector sum{};
            for (; j + kLanes <= end; j += kLanes) sum += load(a + j) * load(b + j);
            sums += __builtin_convertvector(sum, DoubleVector);
        }
        for (std::size_t half = kLanes / 2; half > 0; half /= 2)
            for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
        double total = sums[0];
        for (; j < last; ++j) total += static_cast<double>(a[j]) * static_cast<double>(b[j]);
        out[s] += total;
    }
}

}  // namespace qs::QS_ISA
