// SPDX-License-Identifier: GPL-3.0-or-later
// Sums run in float32 lanes over kSpan vectors, then in double, so that long arrays lose nothing.
#include "kernels/rounding.h"

#include "kernels/simd.h"

namespace qs::QS_ISA {
namespace {

constexpr std::size_t kSpan = 64;  // vectors whose sums stay in float32

QS_INLINE FloatVector magnitudeOf(FloatVector v) { return v < 0 ? -v : v; }

/// The last n mod kLanes elements, zeros behind them.
QS_INLINE FloatVector loadRest(const float* p, std::size_t count) {
    FloatVector v{};
    for (std::size_t i = 0; i < count; ++i) v[i] = p[i];
    return v;
}
QS_INLINE void storeRest(float* p, FloatVector v, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) p[i] = v[i];
}

template <bool probes>
QS_INLINE void roundAll(GridRounding& r) {
    const FloatVector step = splat(r.step), most = splat(r.most), probeStep = splat(r.probeStep), probeMost = splat(r.probeMost);
    FloatVector squares{}, absolute{};
    const auto roundVector = [&](FloatVector x) {
        const FloatVector q = centredCode(x, step, -most, most) * step, difference = x - q;
        squares += difference * difference;
        if constexpr (probes) absolute += magnitudeOf(x - centredCode(x, probeStep, -probeMost, probeMost) * probeStep);
        return q;
    };
    const auto flush = [&]() {
        r.sumSquares += sumOf(squares);
        squares = FloatVector{};
        if constexpr (probes) r.probeAbsolute += sumOf(absolute);
        absolute = FloatVector{};
    };
    std::size_t i = 0;
    while (i + kLanes <= r.n) {
        for (std::size_t k = 0; k < kSpan && i + kLanes <= r.n; ++k, i += kLanes) store(r.q + i, roundVector(load(r.x + i)));
        flush();
    }
    if (i < r.n) storeRest(r.q + i, roundVector(loadRest(r.x + i, r.n - i)), r.n - i);
    flush();
}

}  // namespace

float largestMagnitudeF32(const float* x, std::size_t n) {
    FloatVector most{}, nothing{};  // x − x is 0, or NaN for NaN and infinity
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        const FloatVector v = load(x + i), m = magnitudeOf(v);
        most = m > most ? m : most;
        nothing += v - v;
    }
    const FloatVector v = loadRest(x + i, n - i), m = magnitudeOf(v);
    most = m > most ? m : most;
    nothing += v - v;
    float largest = 0, sum = 0;
    for (std::size_t k = 0; k < kLanes; ++k) {
        largest = most[k] > largest ? most[k] : largest;
        sum += nothing[k];
    }
    return sum == 0 ? largest : sum;
}

void roundToGridF32(GridRounding& r) {
    r.sumSquares = r.probeAbsolute = 0;
    if (r.probeStep > 0) roundAll<true>(r);
    else roundAll<false>(r);
}

void roundRowsToGridF32(RowRounding& r) {
    r.largest = r.sumSquares = r.probeAbsolute = 0;
    for (std::size_t i = 0; i < r.rows; ++i) {
        const float largest = largestMagnitudeF32(r.x + i * r.cols, r.cols);
        GridRounding row{r.x + i * r.cols, r.cols, largest == 0 ? 1 : largest / r.most, r.most, r.q + i * r.cols};  // all 0: any step does
        if (r.probeMost > 0) {
            row.probeStep = largest == 0 ? 1 : largest / r.probeMost;
            row.probeMost = r.probeMost;
        }
        roundToGridF32(row);
        if (largest > r.largest || largest != largest) r.largest = largest;  // a NaN stays
        r.sumSquares += row.sumSquares;
        r.probeAbsolute += row.probeAbsolute;
    }
}

void addDifferenceF32(const float* g, const float* x, const float* q, float factor, std::size_t n, float* out) {
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) store(out + i, load(g + i) + factor * (load(x + i) - load(q + i)));
    for (; i < n; ++i) out[i] = g[i] + factor * (x[i] - q[i]);
}

double stepGradientF32(const float* g, const float* x, float stepSize, float most, std::size_t n) {
    const FloatVector step = splat(stepSize), high = splat(most), low = -high;
    const auto part = [&](FloatVector gradient, FloatVector value) {
        const FloatVector v = value / step, clipped = smallerOf(largerOf(v, low), high), code = roundHalfEven(clipped);
        return gradient * (code - (clipped == v ? v : FloatVector{}));
    };
    double sum = 0;
    std::size_t i = 0;
    while (i + kLanes <= n) {
        FloatVector total{};
        for (std::size_t k = 0; k < kSpan && i + kLanes <= n; ++k, i += kLanes) total += part(load(g + i), load(x + i));
        sum += sumOf(total);
    }
    return sum + sumOf(part(loadRest(g + i, n - i), loadRest(x + i, n - i)));
}

void momentSumsF32(const float* x, std::size_t n, double* sum, double* squares) {
    *sum = *squares = 0;
    std::size_t i = 0;
    while (i + kLanes <= n) {
        FloatVector total{}, square{};
        for (std::size_t k = 0; k < kSpan && i + kLanes <= n; ++k, i += kLanes) {
            const FloatVector v = load(x + i);
            total += v;
            square += v * v;
        }
        *sum += sumOf(total);
        *squares += sumOf(square);
    }
    for (; i < n; ++i) {
        *sum += static_cast<double>(x[i]);
        *squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
}

}  // namespace qs::QS_ISA
