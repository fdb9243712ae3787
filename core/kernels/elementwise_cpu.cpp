// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/elementwise.h"

#include "kernels/lanes_functions.h"

namespace qs::QS_ISA {
namespace {

/// x / (1 + e^−u); e^−u is kept finite, so that the limit for large −u is a tiny number of the right sign.
Floats timesLogistic(Floats x, Floats u) { return x / (1.0f + exp2Of(minimum(splat(126), u * -kLog2E))); }

template <GateFunction function>
Floats activated(Floats g) {
    if constexpr (function == GateFunction::Silu) return timesLogistic(g, g);
    if constexpr (function == GateFunction::GeluTanh) return timesLogistic(g, 1.59576912f * fma(g * g * 0.044715f, g, g));
    return 0.5f * g * (1.0f + erfOf(g * 0.707106781f));
}

template <GateFunction function, class T>
void productRows(const GatedProduct<T>& s) {
    for (std::size_t i = 0; i < s.rows; ++i) {
        const float *gate = s.gate + i * s.cols, *up = s.up + i * s.cols;
        T* m = s.m + i * s.stride;
        overLanes(s.cols, [&](std::size_t j, auto part) {
            Floats g = load(gate + j, part), u = load(up + j, part);
            if (s.gateBias) g += load(s.gateBias + j, part);
            if (s.upBias) u += load(s.upBias + j, part);
            store(m + j, activated<function>(g) * u, part);
        });
    }
}

template <class T>
void product(const GatedProduct<T>& s) {
    switch (s.function) {
        case GateFunction::Silu: return productRows<GateFunction::Silu>(s);
        case GateFunction::GeluTanh: return productRows<GateFunction::GeluTanh>(s);
        case GateFunction::GeluErf: return productRows<GateFunction::GeluErf>(s);
    }
}

}  // namespace

void gatedProductF32(const GatedProduct<float>& s) { product(s); }
void gatedProductBf16(const GatedProduct<BFloat16>& s) { product(s); }

void softcapF32(float* x, std::size_t n, float cap) {
    const float inverse = 1.0f / cap;
    overLanes(n, [&](std::size_t i, auto part) { store(x + i, cap * tanhOf(load(x + i, part) * inverse), part); });
}

void addExponentialsF32(const float* x, std::size_t n, float* maximumSoFar, double* sum) {
    if (n == 0) return;
    Floats most = splat(x[0]);
    std::size_t i = 0;
    for (; i + kWidth <= n; i += kWidth) most = maximum(most, load(x + i, All{}));
    float m = maximumOf(most);
    for (; i < n; ++i) m = x[i] > m ? x[i] : m;
    if (m > *maximumSoFar) {
        *sum *= static_cast<double>(exp2Of(splat((*maximumSoFar - m) * kLog2E))[0]);
        *maximumSoFar = m;
    }
    const Floats shift = splat(*maximumSoFar);
    Floats total{};
    for (i = 0; i + kWidth <= n; i += kWidth) total += expOf(load(x + i, All{}) - shift);
    double rest = 0;
    if (i < n) {
        const Floats last = expOf(load(x + i, First{n - i}) - shift);
        for (std::size_t k = 0; k < n - i; ++k) rest += static_cast<double>(last[k]);
    }
    *sum += static_cast<double>(sumOf(total)) + rest;
}

}  // namespace qs::QS_ISA
