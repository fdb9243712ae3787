// SPDX-License-Identifier: GPL-3.0-or-later
// Fake quantization that gradients pass. Formulas: straight_through.cpp; the grid: fake_quantize.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "qat/settings.h"

namespace qs {

/// Figures of one quantized tensor, as its forward pass found them.
struct QuantizedFigures {
    double maxAbs = 0;         ///< max |x|
    double sumSquares = 0;     ///< Σ (x − Q(x))²
    double probeAbsolute = 0;  ///< Σ |x − Q(x)| at the probing width over the range of x (or of its rows); 0 if none was asked for
    at::Tensor unread;         ///< not on the CPU: the three as [3] float64 on the device, until readFigures
};
/// Reads what is unread, all in one transfer: a GPU is waited for once instead of at every tensor.
void readFigures(const std::vector<QuantizedFigures*>& figures);

struct FakeQuantization {
    int bits = 8;
    double maxAbs = 0;  ///< range that is kept from before; 0: the range of the tensor itself
    bool rows = false;  ///< every row x[…, :] over a range of its own; maxAbs is not used
    int probeBits = 0;  ///< width for QuantizedFigures::probeAbsolute; 0: not measured
    double pull = 0;    ///< adds pull · Σ (x − Q(x))² to what is differentiated, Q(x) held fixed
    StraightThrough straightThrough = StraightThrough::Clipped;
};

/// max |x|; NaN if an element is NaN or (on the CPU) infinite.
double largestMagnitude(const at::Tensor& x);
/// The same as figures, unread where x is not on the CPU.
QuantizedFigures magnitudeFigures(const at::Tensor& x);

/// Q(x), float32 or float64, any device. dQ/dx = 1 inside the range and 0 (or 1: Literal) outside.
at::Tensor fakeQuantized(const at::Tensor& x, const FakeQuantization& how, QuantizedFigures* figures = nullptr);

/// Learned step size: Q(x) on the grid of the scalar tensor `step` > 0. dQ/dx = 1 inside ±m step and 0 (or 1: Literal) outside;
/// dQ/dstep = rint(x/step) − x/step inside and ±m outside, times `gradientScale`.
/// A leaf `step` must be given to one call only before the backward pass.
at::Tensor learnedStepQuantized(const at::Tensor& x, const at::Tensor& step, int bits, double gradientScale,
                                StraightThrough rule = StraightThrough::Clipped);
/// 1 / sqrt(elements · m): keeps the step's updates in proportion to those of the weights.
double learnedStepScale(std::int64_t elements, int bits);
/// 2 mean|x| / sqrt(m), the step to begin with.
double firstLearnedStep(const at::Tensor& x, int bits);

}  // namespace qs
