// SPDX-License-Identifier: GPL-3.0-or-later
// Quantization grids: the one home of the arithmetic of scale, zero point and code, shared by the CPU kernels (R = a vector of
// float), the CUDA kernels (R = float) and the references (R = double or float).
//
//   maxq = 2^bits − 1;  code = clamp(rint(x / s) + z, 0, maxq), rint half to even;  ŵ = s · (code − z)
//   Symmetric   s = 2 A / maxq,            z = 2^(bits−1),  A = max|x|, 1 if all x are 0
//   Narrow      s = A / (2^(bits−1) − 1),  z = 2^(bits−1),  all 2^bits codes allowed
//   Asymmetric  s = (hi − lo) / maxq,      z = rint(−lo / s), lo = min(0, min x), hi = max(0, max x); −1 and 1 if all x are 0;
//               hi = −lo exactly makes −lo / s the tie maxq / 2, so z = 2^(bits−1)
//   search: candidates p s with p = 1 − i / grid, i < steps, the same z; the first least Σ |ŵ − x|^norm wins
//
// Since z is an integer, rint(x / s) + z clamped to [0, maxq] is rint(clamp(x / s, −z, maxq − z)) + z: "centred code" below.
// Source: Frantar et al., arXiv 2210.17323 (absmax and the search); definitions in tests/data/solvers.
#pragma once

#include <math.h>

#include <cstddef>

// Never emitted as a function of its own: a copy compiled for AVX-512 must not be the one that an older machine calls.
#ifdef __CUDACC__
#define QS_INLINE __host__ __device__ __forceinline__
#else
#define QS_INLINE __attribute__((always_inline)) inline
#endif

namespace qs {

enum class GridKind : int { Symmetric, Narrow, Asymmetric };
enum class ScaleStorage : int { Full, Float16, BFloat16 };

/// What a grid is made from. `shrinkSteps` 0 = no search.
struct GridRule {
    GridKind kind = GridKind::Symmetric;
    int bits = 4;
    int shrinkGrid = 100;
    int shrinkSteps = 0;
    double norm = 2;
    ScaleStorage storage = ScaleStorage::Full;
};

template <class R>
struct Grid {
    R scale;
    R zero;  ///< an integer
};

/// Element type of R; vectors of the CPU kernels specialise it (kernels/simd.h).
template <class R>
struct ElementOf {
    using Type = R;
};

template <class R>
QS_INLINE R smallerOf(R a, R b) {
    return a < b ? a : b;
}
template <class R>
QS_INLINE R largerOf(R a, R b) {
    return a > b ? a : b;
}

/// rint(x), half to even, for |x| < 2^22 (float) or 2^51 (double): adding 1.5 · 2^23 leaves no fraction bits. Needs the default rounding
/// mode.
template <class R>
QS_INLINE R roundHalfEven(R x) {
    using Element = typename ElementOf<R>::Type;
    constexpr Element shift = sizeof(Element) == 4 ? Element(12582912.0) : Element(6755399441055744.0);
    return (x + shift) - shift;
}

/// code − z of x on the grid (scale, z) with low = −z, high = maxq − z.
template <class R>
QS_INLINE R centredCode(R x, R scale, R low, R high) {
    return roundHalfEven(smallerOf(largerOf(x / scale, low), high));
}

/// centredCode of one number on a grid.
template <class R>
QS_INLINE R centredCode(R x, const Grid<R>& grid, int bits) {
    return centredCode(x, grid.scale, -grid.zero, R((1 << bits) - 1) - grid.zero);
}

/// ŵ of a stored code.
template <class R>
QS_INLINE R dequantized(int code, int zero, R scale) {
    return scale * static_cast<R>(code - zero);
}

/// `s` rounded to the nearest number of the storage type, half to even; at least the smallest positive one, so that no division by zero can
/// follow. Beyond the range of the type the result is too large for it (see scaleFits).
template <class R>
QS_INLINE R storedScale(R s, ScaleStorage storage) {
    if (storage == ScaleStorage::Full) return s > 0 ? s : R(1.17549435e-38);
    const int fractionBits = storage == ScaleStorage::Float16 ? 10 : 7, least = storage == ScaleStorage::Float16 ? -14 : -126;
    int exponent = 0;
    ::frexp(static_cast<double>(s), &exponent);
    --exponent;  // s = f · 2^exponent, 1 ≤ f < 2
    const double unit = ::ldexp(1.0, (exponent < least ? least : exponent) - fractionBits);
    const double rounded = roundHalfEven(static_cast<double>(s) / unit) * unit;
    return static_cast<R>(rounded > 0 ? rounded : unit);
}

/// Whether a scale that storedScale returned is a finite positive number of the storage type.
QS_INLINE bool scaleFits(double s, ScaleStorage storage) {
    return s > 0 && s <= (storage == ScaleStorage::Float16    ? 65504.0
                          : storage == ScaleStorage::BFloat16 ? 3.3895313892515355e38
                                                              : 3.4028234663852886e38);
}

/// Scale and unrounded zero point of the unshrunk grid of numbers with minimum `low` and maximum `high`.
template <class R>
QS_INLINE Grid<R> baseGrid(GridKind kind, int bits, R low, R high) {
    const R maxq = R((1 << bits) - 1);
    if (kind != GridKind::Asymmetric) {
        R largest = largerOf(-low, high);
        if (largest == 0) largest = 1;
        return {kind == GridKind::Symmetric ? largest / (maxq / 2) : largest / R((1 << (bits - 1)) - 1), R(1 << (bits - 1))};
    }
    low = smallerOf(low, R(0));
    high = largerOf(high, R(0));
    if (low == 0 && high == 0) {
        low = -1;
        high = 1;
    }
    const R scale = (high - low) / maxq;
    return {scale, high == -low ? maxq / 2 : -low / scale};
}

/// p of the i-th candidate of a search.
template <class R>
QS_INLINE R shrinkFactor(int i, int grid) {
    return static_cast<R>(1.0 - static_cast<double>(i) / grid);
}

template <class R>
QS_INLINE R absolutePower(R x, double norm) {
    return norm == 2 ? x * x : static_cast<R>(::pow(static_cast<double>(x < 0 ? -x : x), norm));
}

/// The grid of `count` numbers x[0], x[stride], … by absmax or by search; the scale as it will be stored.
/// The plain form: reference and CUDA kernels. The CPU kernel does the same for many rows at once.
template <class R>
QS_INLINE Grid<R> chooseGrid(const R* x, std::size_t stride, std::size_t count, const GridRule& rule) {
    R low = x[0], high = x[0];
    for (std::size_t i = 1; i < count; ++i) {
        low = smallerOf(low, x[i * stride]);
        high = largerOf(high, x[i * stride]);
    }
    const Grid<R> base = baseGrid(rule.kind, rule.bits, low, high);
    Grid<R> best{base.scale, roundHalfEven(base.zero)};
    double least = HUGE_VAL;
    for (int i = 0; i < rule.shrinkSteps; ++i) {
        const Grid<R> candidate{base.scale * shrinkFactor<R>(i, rule.shrinkGrid), best.zero};
        double error = 0;
        for (std::size_t j = 0; j < count; ++j) {
            const R value = x[j * stride];
            error += static_cast<double>(absolutePower(candidate.scale * centredCode(value, candidate, rule.bits) - value, rule.norm));
        }
        if (error < least) {
            least = error;
            best.scale = candidate.scale;
        }
    }
    best.scale = storedScale(best.scale, rule.storage);
    return best;
}

}  // namespace qs
