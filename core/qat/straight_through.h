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

/// A learned step size s = u e^θ: θ is what is learned, so that s stays positive and changes in proportion to itself.
struct LearnedStep {
    at::Tensor logarithm;  ///< θ: [], or [rows, 1] for a step of every row
    at::Tensor unit;       ///< u > 0 of every row [..., 1], held fixed, while θ is []; undefined: 1
};
/// Q(x) on the grid of that step. dQ/dx = 1 inside ±m s and 0 (or 1: Literal) outside; dQ/dθ = s (rint(x/s) − x/s) inside and ±m s outside,
/// times `gradientScale`. A leaf θ must be given to one call only before the backward pass.
at::Tensor learnedStepQuantized(const at::Tensor& x, const LearnedStep& step, int bits, double gradientScale,
                                StraightThrough rule = StraightThrough::Clipped);
/// 1 / sqrt(elements · m) for the elements that share a step: keeps its gradient in proportion to those of the weights.
double learnedStepScale(std::int64_t elements, int bits);
/// The step to begin with, > 0: of 20/20, 19/20 … 6/20 of max|x| / m the one whose Σ (x − Q(x))² is least. [], or [..., 1] with `rows`.
at::Tensor firstLearnedStep(const at::Tensor& x, int bits, bool rows);

/// max_j |x_tj| / m of every token (row) t [..., 1]; 1 where all are 0. No gradient.
at::Tensor tokenUnits(const at::Tensor& x, int bits);
/// Q(x) on grids of these steps, [] or [..., 1]. No gradient.
at::Tensor roundedBySteps(const at::Tensor& x, const at::Tensor& steps, int bits);

}  // namespace qs
