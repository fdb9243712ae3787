// SPDX-License-Identifier: GPL-3.0-or-later
// Fake quantization: values on a grid, still stored as reals. Formulas: fake_quantize.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace qs {

/// Δ = maxAbs / (2^(bits−1) − 1), bits 2 … 16.
double stepOf(double maxAbs, int bits);

template <class R>
R largestOf(std::span<const R> x);  ///< max |x|

/// Q(x) of each element. Δ = 0 (all elements 0) gives 0.
template <class R>
std::vector<R> fakeQuantize(std::span<const R> x, R step, int bits);

/// Whether each |x| ≤ (2^(bits−1) − 1) Δ, up to the rounding of the product: there the straight-through gradient is 1, elsewhere 0.
template <class R>
std::vector<bool> insideRange(std::span<const R> x, R step, int bits);

/// Distances between x and Q(x), both of one shape.
struct RoundingError {
    double meanAbsolute = 0;  ///< mean |x − Q(x)|
    double sumSquares = 0;    ///< Σ (x − Q(x))²
};
template <class R>
RoundingError roundingError(std::span<const R> x, std::span<const R> quantized);

}  // namespace qs
