// SPDX-License-Identifier: GPL-3.0-or-later
// Element-by-element steps of a forward pass: the gate of the MLP, the soft cap, and −log softmax in slices.
#pragma once

#include <cstddef>

#include "base/number_types.h"
#include "kernels/isa.h"

namespace qs {

/// silu g = g / (1 + e^−g);  gelu tanh g = g / (1 + e^(−2 u)), u = sqrt(2 / π) (g + 0.044715 g³);  gelu erf g = g (1 + erf(g / √2)) / 2
enum class GateFunction { Silu, GeluTanh, GeluErf };

/// m = act(gate + gateBias) · (up + upBias), [rows, cols]; gate and up contiguous, m with a row stride.
template <class T>
struct GatedProduct {
    GateFunction function{};
    const float *gate = nullptr, *up = nullptr;
    const float *gateBias = nullptr, *upBias = nullptr;  ///< [cols] or null
    std::size_t rows = 0, cols = 0;
    T* m = nullptr;
    std::size_t stride = 0;
};

}  // namespace qs

QS_ISA_DECLARE(void, gatedProductF32, (const GatedProduct<float>& product))
QS_ISA_DECLARE(void, gatedProductBf16, (const GatedProduct<BFloat16>& product))
QS_ISA_DECLARE(void, softcapF32, (float* x, std::size_t n, float cap))
QS_ISA_DECLARE(void, addExponentialsF32, (const float* x, std::size_t n, float* maximum, double* sum))

namespace qs {

void gatedProduct(const GatedProduct<float>& product);
void gatedProduct(const GatedProduct<BFloat16>& product);

/// x = cap · tanh(x / cap), n values. cap > 0.
void softcap(float* x, std::size_t n, float cap);

/// One slice of log Σ e^x = maximum + log sum: start with maximum = −infinity, sum = 0. Within a slice the sum is float32, one partial
/// sum a vector lane; across slices double.
void addExponentials(const float* x, std::size_t n, float* maximum, double* sum);

}  // namespace qs
