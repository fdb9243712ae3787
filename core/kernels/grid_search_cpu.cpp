// SPDX-License-Identifier: GPL-3.0-or-later
// See kernels/grid_search.h. The error of one candidate is summed for one vector of lanes at a time.
#include "kernels/grid_search.h"

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

/// log2 of x > 0 (normal): exponent plus 2/ln 2 · artanh((m − 1) / (m + 1)), m in [√½, √2]; absolute error below 2e-7 for |log2 x| < 4.
QS_INLINE FloatVector log2Of(FloatVector x) {
    IntVector bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    const IntVector exponent = (bits - 0x3f3504f3) >> 23;
    const IntVector mantissaBits = bits - (exponent << 23);
    FloatVector m;
    __builtin_memcpy(&m, &mantissaBits, sizeof m);
    const FloatVector t = (m - 1.0f) / (m + 1.0f), u = t * t;
    const FloatVector series = (((0.32059889f * u + 0.41219858f) * u + 0.57707802f) * u + 0.96179669f) * u + 2.88539008f;
    return __builtin_convertvector(exponent, FloatVector) + t * series;
}

/// 2^x for −126 ≤ x < 128; relative error below 2e-7.
QS_INLINE FloatVector exp2Of(FloatVector x) {
    const FloatVector whole = roundHalfEven(x), f = x - whole;
    FloatVector p = splat(1.5403530e-4f);
    p = p * f + 1.3333558e-3f;
    p = p * f + 9.6181291e-3f;
    p = p * f + 5.5504109e-2f;
    p = p * f + 2.4022651e-1f;
    p = p * f + 6.9314718e-1f;
    p = p * f + 1.0f;
    const IntVector bits = (__builtin_convertvector(whole, IntVector) + 127) << 23;
    FloatVector power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return p * power;
}

/// |x|^norm for |x| that matter: below 2^-40 the term is 0 beside those of half a code.
QS_INLINE FloatVector powerOf(FloatVector x, float norm) {
    const FloatVector a = x < 0 ? -x : x, tiny = splat(9.0949470e-13f);
    const FloatVector y = norm * log2Of(a > tiny ? a : tiny), least = splat(-126.0f);
    return a > tiny ? exp2Of(y > least ? y : least) : FloatVector{};
}

/// Σ_j |ŵ_j − x_j|^norm of every lane for one candidate; for other norms than 2 in units of `unit`^norm.
template <bool squared>
QS_INLINE void addErrors(const float* x, std::size_t count, std::size_t stride, FloatVector scale, FloatVector low, FloatVector high,
                         FloatVector inverseUnit, float norm, double* errors) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) errors[lane] = 0;
    for (std::size_t first = 0; first < count; first += 64) {
        const std::size_t last = first + 64 < count ? first + 64 : count;
        FloatVector sum{};
        for (std::size_t j = first; j < last; ++j) {
            const FloatVector value = load(x + j * stride), d = scale * centredCode(value, scale, low, high) - value;
            if constexpr (squared) sum += d * d;
            else sum += powerOf(d * inverseUnit, norm);
        }
        for (std::size_t lane = 0; lane < kLanes; ++lane) errors[lane] += static_cast<double>(sum[lane]);
    }
}

/// Replaces scales[lane] by the best candidate; zeros stay.
void shrink(const GridRule& rule, const float* x, std::size_t count, std::size_t stride, float* scales, const float* zeros) {
    const FloatVector base = load(scales), zero = load(zeros);
    const FloatVector low = -zero, high = static_cast<float>((1 << rule.bits) - 1) - zero, inverse = 1.0f / base;
    double least[kLanes], errors[kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) least[lane] = HUGE_VAL;
    for (int i = 0; i < rule.shrinkSteps; ++i) {
        const FloatVector scale = base * shrinkFactor<float>(i, rule.shrinkGrid);
        if (rule.norm == 2) addErrors<true>(x, count, stride, scale, low, high, inverse, 2, errors);
        else addErrors<false>(x, count, stride, scale, low, high, inverse, static_cast<float>(rule.norm), errors);
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            if (errors[lane] < least[lane]) {
                least[lane] = errors[lane];
                scales[lane] = scale[lane];
            }
    }
}

}  // namespace

void searchGrids(const GridRule& rule, const float* x, std::size_t count, std::size_t stride, std::size_t lanes, float* scales,
                 float* zeros) {
    for (std::size_t r = 0; r < lanes; r += kLanes) {
        FloatVector low = load(x + r), high = low;
        for (std::size_t j = 1; j < count; ++j) {
            const FloatVector value = load(x + j * stride + r);
            low = smallerOf(low, value);
            high = largerOf(high, value);
        }
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const Grid<float> grid = baseGrid<float>(rule.kind, rule.bits, low[lane], high[lane]);
            scales[r + lane] = grid.scale;
            zeros[r + lane] = roundHalfEven(grid.zero);
        }
        if (rule.shrinkSteps > 0) shrink(rule, x + r, count, stride, scales + r, zeros + r);
        for (std::size_t lane = 0; lane < kLanes; ++lane) scales[r + lane] = storedScale(scales[r + lane], rule.storage);
    }
}

}  // namespace qs::QS_ISA
