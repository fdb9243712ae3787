// SPDX-License-Identifier: GPL-3.0-or-later
// See kernels/block_dots.h. Two vectors of lanes by eight columns (four where there are 16 registers) stay in registers over the depth.
#include "kernels/block_dots.h"

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kColumns = kLanes == 16 ? 8 : 4;
constexpr std::size_t kHalf = kLanes / 2;
typedef float FloatHalf __attribute__((vector_size(QS_LANES * 2)));
typedef double DoubleHalf __attribute__((vector_size(QS_LANES * 4), aligned(8), may_alias));

/// Lanes of a dot of two vectors.
struct Sums {
    DoubleHalf half[4] = {};

    QS_INLINE void add(const FloatVector (&values)[2]) {
        for (std::size_t v = 0; v < 2; ++v) {
            FloatHalf parts[2];
            __builtin_memcpy(parts, &values[v], sizeof parts);
            for (std::size_t k = 0; k < 2; ++k) half[2 * v + k] += __builtin_convertvector(parts[k], DoubleHalf);
        }
    }
    QS_INLINE void addTo(double* to) const {
        for (std::size_t k = 0; k < 4; ++k) *reinterpret_cast<DoubleHalf*>(to + k * kHalf) += half[k];
    }
};

QS_INLINE void addDots(const FloatVector (&z)[kColumns][2], const float* with, std::size_t lanes, Sums& sums) {
    FloatVector values[2] = {};
    for (std::size_t c = 0; c < kColumns; ++c)
        for (std::size_t v = 0; v < 2; ++v) values[v] += z[c][v] * load(with + c * lanes + v * kLanes);
    sums.add(values);
}

template <bool both>
QS_INLINE void addLanes(const BlockDots& dots, std::size_t lane) {
    Sums a, b;
    for (std::size_t first = 0; first < dots.columns; first += kColumns) {
        const float *m = dots.block + first / kBlockDotColumns * kBlockDotColumns * dots.depth + first % kBlockDotColumns,
                    *x = dots.x + lane;
        FloatVector z[kColumns][2] = {};
        for (std::size_t k = 0; k < dots.depth; ++k, m += kBlockDotColumns, x += dots.lanes) {
            const FloatVector left = load(x), right = load(x + kLanes);
            for (std::size_t c = 0; c < kColumns; ++c) {
                z[c][0] += left * m[c];
                z[c][1] += right * m[c];
            }
        }
        addDots(z, dots.a + first * dots.lanes + lane, dots.lanes, a);
        if (both) addDots(z, dots.b + first * dots.lanes + lane, dots.lanes, b);
    }
    a.addTo(dots.sumA + lane);
    if (both) b.addTo(dots.sumB + lane);
}

}  // namespace

void addBlockDots(const BlockDots& dots) {
    for (std::size_t lane = 0; lane < dots.lanes; lane += 2 * kLanes)
        if (dots.b) addLanes<true>(dots, lane);
        else addLanes<false>(dots, lane);
}

}  // namespace qs::QS_ISA
