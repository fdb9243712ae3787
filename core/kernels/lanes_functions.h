// SPDX-License-Identifier: GPL-3.0-or-later
// exp, tanh and erf of vectors of float32 (kernels/lanes.h), by polynomials. Include from _cpu files only.
#pragma once

#include "kernels/lanes.h"

namespace qs::QS_ISA {
namespace {  // as in lanes.h

/// Relative accuracy of 2^f on |f| <= 1/2: Fine 1e-7, Coarse 7e-6, enough for a result that is rounded to bfloat16.
enum class Accuracy { Coarse, Fine };

/// 2^f for |f| <= 1/2 by the polynomial of degree 6 or 4 that interpolates it at Chebyshev nodes.
template <Accuracy accuracy>
inline Floats exp2OfFraction(Floats f) {
    Floats p;
    if constexpr (accuracy == Accuracy::Fine) {
        p = splat(1.5453163e-4f);
        p = fma(p, f, splat(1.33908633e-3f));
        p = fma(p, f, splat(9.61808302e-3f));
        p = fma(p, f, splat(5.55035695e-2f));
        p = fma(p, f, splat(2.40226507e-1f));
        p = fma(p, f, splat(6.93147182e-1f));
    } else {
        p = splat(9.65671055e-3f);
        p = fma(p, f, splat(5.58382832e-2f));
        p = fma(p, f, splat(2.40225300e-1f));
        p = fma(p, f, splat(6.93136752e-1f));
    }
    return fma(p, f, splat(1.0f));
}

/// 2^x for x <= 127; below 2^-126 it falls towards 0 or stays there. NaN stays NaN. x = n + f, |f| <= 1/2.
template <Accuracy accuracy = Accuracy::Fine>
inline Floats exp2Of(Floats x) {
#if defined(__AVX512F__)
    // The forms with a mask: g++ 12 warns of an uninitialised value in the others (GCC bug 105593).
    const __m512 n = _mm512_maskz_roundscale_ps(0xffff, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 p = reinterpret_cast<__m512>(exp2OfFraction<accuracy>(x - reinterpret_cast<Floats>(n)));
    return reinterpret_cast<Floats>(_mm512_maskz_scalef_ps(0xffff, p, n));
#else
    x = minimum(splat(127), maximum(splat(-126), x));
    const Floats magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer, held in the low bits
    const Floats shifted = x + magic;
    const Bits power = (reinterpret_cast<Bits>(shifted) - 0x4b400000u + 127u) << 23;
    return exp2OfFraction<accuracy>(x - (shifted - magic)) * reinterpret_cast<Floats>(power);
#endif
}

constexpr float kLog2E = 1.44269504f;
/// e^x for x <= 88.
inline Floats expOf(Floats x) { return exp2Of(x * kLog2E); }

/// tanh x: odd polynomial for |x| < 0.625, else 1 − 2 / (e^2x + 1) with the sign of x. Error 1e-7.
inline Floats tanhOf(Floats x) {
    const Floats a = magnitude(x), z = x * x;
    Floats p = splat(-6.09671418e-3f);
    p = fma(p, z, splat(2.09971797e-2f));
    p = fma(p, z, splat(-5.38509078e-2f));
    p = fma(p, z, splat(1.33327693e-1f));
    p = fma(p, z, splat(-3.33333284e-1f));
    const Floats nearZero = fma(x * z, p, x), beyond = 1.0f - 2.0f / (exp2Of(minimum(splat(64), a * (2 * kLog2E))) + 1.0f);
    return a < splat(0.625f) ? nearZero : (x < splat(0) ? -beyond : beyond);
}

/// erf x, absolute error 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
inline Floats erfOf(Floats x) {
    const Floats a = magnitude(x), t = 1.0f / fma(a, splat(0.3275911f), splat(1.0f));
    Floats p = splat(1.061405429f);
    p = fma(p, t, splat(-1.453152027f));
    p = fma(p, t, splat(1.421413741f));
    p = fma(p, t, splat(-0.284496736f));
    p = fma(p, t, splat(0.254829592f));
    const Floats y = 1.0f - p * t * expOf(-a * a);
    return x < splat(0) ? -y : y;
}

}  // namespace
}  // namespace qs::QS_ISA
