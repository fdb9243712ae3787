// SPDX-License-Identifier: GPL-3.0-or-later
// See searchHessianGrid in kernels/grid_search.h.
#include "kernels/grid_search.h"
#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

/// Whether a comparison holds in any lane (each is 0 or −1).
QS_INLINE bool any(IntVector comparison) {
    typedef long long Words __attribute__((vector_size(sizeof(IntVector))));
    Words words;
    __builtin_memcpy(&words, &comparison, sizeof words);
    long long all = 0;
    for (std::size_t i = 0; i < sizeof words / sizeof words[0]; ++i) all |= words[i];
    return all != 0;
}

/// The running quadratic form of one walk over the candidates.
struct Walk {
    const float* w;
    std::size_t count;
    const float* H;
    std::size_t stride;
    const double* Hw;
    double* v;     // H cᵀ
    float* codes;  // c = code − z
    double A = 0, B = 0;

    void change(std::size_t i, float to) {
        const double delta = static_cast<double>(to) - static_cast<double>(codes[i]);
        const float* row = H + i * stride;
        A += delta * (2 * v[i] + delta * static_cast<double>(row[i]));
        B += delta * Hw[i];
        for (std::size_t j = 0; j < count; ++j) v[j] += delta * static_cast<double>(row[j]);
        codes[i] = to;
    }

    /// Brings the codes to those of the grid (scale, low, high): looks at a vector of them at a time, and few change.
    void moveTo(float scale, float low, float high) {
        const FloatVector scales = splat(scale), lows = splat(low), highs = splat(high);
        std::size_t j = 0;
        for (; j + kLanes <= count; j += kLanes) {
            const FloatVector next = centredCode(load(w + j), scales, lows, highs);
            const IntVector changed = next != load(codes + j);
            if (!any(changed)) continue;
            for (std::size_t lane = 0; lane < kLanes; ++lane)
                if (changed[lane]) change(j + lane, next[lane]);
        }
        for (; j < count; ++j) {
            const float next = centredCode(w[j], scale, low, high);
            if (next != codes[j]) change(j, next);
        }
    }
};

}  // namespace

Grid<float> searchHessianGrid(const GridRule& rule, const float* w, std::size_t count, const float* H, std::size_t stride,
                              double* workspace) {
    float smallest = w[0], largest = w[0];
    for (std::size_t j = 1; j < count; ++j) {
        smallest = smallerOf(smallest, w[j]);
        largest = largerOf(largest, w[j]);
    }
    const Grid<float> base = baseGrid<float>(rule.kind, rule.bits, smallest, largest);
    double* Hw = workspace;
    for (std::size_t j = 0; j < count; ++j) Hw[j] = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = static_cast<double>(w[i]);
        for (std::size_t j = 0; j < count; ++j) Hw[j] += value * static_cast<double>(H[i * stride + j]);
    }
    double C = 0;
    for (std::size_t j = 0; j < count; ++j) C += Hw[j] * static_cast<double>(w[j]);
    // The zero points to try: both neighbours of the unrounded one, in this order for every candidate.
    const float below = ::floorf(base.zero), above = ::ceilf(base.zero);
    Grid<float> best{base.scale, below};
    double leastError = HUGE_VAL;
    int leastStep = 0;
    for (int side = 0; side < (above != below ? 2 : 1); ++side) {
        const float zero = side == 0 ? below : above, low = -zero, high = static_cast<float>((1 << rule.bits) - 1) - zero;
        Walk walk{w, count, H, stride, Hw, workspace + count, reinterpret_cast<float*>(workspace + 2 * count)};
        for (std::size_t j = 0; j < count; ++j) walk.v[j] = walk.codes[j] = 0;
        for (int i = 0; i < rule.shrinkSteps; ++i) {
            const float scale = base.scale * shrinkFactor<float>(i, rule.shrinkGrid);
            walk.moveTo(scale, low, high);
            const double s = static_cast<double>(scale), error = s * s * walk.A - 2 * s * walk.B + C;
            if (error < leastError || (error == leastError && i < leastStep)) {
                leastError = error;
                leastStep = i;
                best = {scale, zero};
            }
        }
    }
    best.scale = storedScale(best.scale, rule.storage);
    return best;
}

}  // namespace qs::QS_ISA
