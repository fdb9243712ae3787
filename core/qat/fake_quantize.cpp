// SPDX-License-Identifier: GPL-3.0-or-later
// Q(x) = clip(rint(x / Δ), −m, m) · Δ,  m = 2^(b−1) − 1,  Δ = max|x| / m over the tensor (or over a range kept from before)
// rint is half to even. The straight-through estimator takes dQ/dx = 1 inside ±m Δ and 0 outside; a source that takes 1 everywhere needs
// no function.
// Source: dynamic sensitivity-aware quantization-aware training (DSA-QAT).
#include "qat/fake_quantize.h"

#include <algorithm>
#include <cmath>

#include "kernels/grid.h"

namespace qs {
namespace {

double largestCode(int bits) { return static_cast<double>((1 << (bits - 1)) - 1); }

}  // namespace

double stepOf(double maxAbs, int bits) { return maxAbs / largestCode(bits); }

template <class R>
R largestOf(std::span<const R> x) {
    R largest = 0;
    for (const R value : x) largest = std::max(largest, std::abs(value));
    return largest;
}

template <class R>
std::vector<R> fakeQuantize(std::span<const R> x, R step, int bits) {
    const R most = static_cast<R>(largestCode(bits));
    std::vector<R> quantized(x.size());
    if (step > 0)
        for (std::size_t i = 0; i < x.size(); ++i) quantized[i] = centredCode(x[i], step, -most, most) * step;
    return quantized;
}

template <class R>
std::vector<bool> insideRange(std::span<const R> x, R step, int bits) {
    const double edge = largestCode(bits) * static_cast<double>(step) * (sizeof(R) == 4 ? 1 + 1e-6 : 1 + 1e-12);
    std::vector<bool> inside(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) inside[i] = std::abs(static_cast<double>(x[i])) <= edge;
    return inside;
}

template <class R>
RoundingError roundingError(std::span<const R> x, std::span<const R> quantized) {
    RoundingError error;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double difference = static_cast<double>(x[i]) - static_cast<double>(quantized[i]);
        error.meanAbsolute += std::abs(difference);
        error.sumSquares += difference * difference;
    }
    error.meanAbsolute /= static_cast<double>(std::max<std::size_t>(1, x.size()));
    return error;
}

#define QS_INSTANTIATE(R)                                                  \
    template R largestOf<R>(std::span<const R>);                           \
    template std::vector<R> fakeQuantize<R>(std::span<const R>, R, int);   \
    template std::vector<bool> insideRange<R>(std::span<const R>, R, int); \
    template RoundingError roundingError<R>(std::span<const R>, std::span<const R>);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
