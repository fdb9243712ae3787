// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/int8_codes.h"

#include "kernels/lanes.h"

namespace qs::QS_ISA {
namespace {

using Bytes = std::int8_t __attribute__((vector_size(kWidth)));

/// Adding 1.5 · 2^23 leaves no bits behind the point: rounding half to even for |v| < 2^22, on every instruction set.
constexpr float kRounding = 12582912.0f;

Bytes codesOf(Floats x, Floats step, Floats most) {
    const Floats v = minimum(maximum(x / step, -most), most);
    const Floats rounded = (v + kRounding) - kRounding;
    return __builtin_convertvector(__builtin_convertvector(rounded, Ints), Bytes);
}

Floats wide(const std::int32_t* sums, All) {
    Ints v;
    __builtin_memcpy(&v, sums, sizeof v);
    return __builtin_convertvector(v, Floats);
}
Floats wide(const std::int32_t* sums, First first) {
    alignas(64) std::int32_t part[kWidth] = {};
    for (std::size_t i = 0; i < first.count; ++i) part[i] = sums[i];
    return wide(part, All{});
}

}  // namespace

void int8CodesF32(const float* x, std::size_t n, float step, float most, std::int8_t* codes) {
    const Floats steps = splat(step), limits = splat(most);
    std::size_t i = 0;
    for (; i + kWidth <= n; i += kWidth) {
        const Bytes code = codesOf(load(x + i, All{}), steps, limits);
        __builtin_memcpy(codes + i, &code, sizeof code);
    }
    if (i == n) return;
    const Bytes code = codesOf(load(x + i, First{n - i}), steps, limits);
    for (std::size_t k = 0; k < n - i; ++k) codes[i + k] = code[k];
}

void scaledSumsF32(const std::int32_t* sums, std::size_t rows, std::size_t cols, const float* rowSteps, const float* columnSteps,
                   const float* bias, float* y) {
    for (std::size_t r = 0; r < rows; ++r) {
        const Floats step = splat(rowSteps[r]);
        overLanes(cols, [&](std::size_t j, auto part) {
            const Floats value = wide(sums + r * cols + j, part) * (step * load(columnSteps + j, part));
            store(y + r * cols + j, bias ? value + load(bias + j, part) : value, part);
        });
    }
}

}  // namespace qs::QS_ISA
