// SPDX-License-Identifier: GPL-3.0-or-later
// Passes over long float32 arrays that quantization-aware training makes at every step. Formulas of the grid: qat/fake_quantize.cpp.
#pragma once

#include <cstddef>

#include "kernels/isa.h"

namespace qs {

/// q = clip(rint(x / step), −most, most) · step, and how far it is from x. step > 0, or NaN, which makes everything NaN.
struct GridRounding {
    const float* x = nullptr;
    std::size_t n = 0;
    float step = 1, most = 1;
    float* q = nullptr;                  ///< may be x
    float probeStep = 0, probeMost = 0;  ///< a second grid that only probeAbsolute is measured on; step 0: none
    double sumSquares = 0;               ///< out: Σ (x − q)²
    double probeAbsolute = 0;            ///< out: Σ |x − Q(x)| on the second grid
};

/// The same for every row of x [rows, cols], each over its own range: step_r = max_j |x_rj| / most.
struct RowRounding {
    const float* x = nullptr;
    std::size_t rows = 0, cols = 0;
    float most = 1;
    float* q = nullptr;        ///< may be x
    float probeMost = 0;       ///< of a second grid, step_r = max_j |x_rj| / probeMost; 0: none
    double largest = 0;        ///< out: max |x|; NaN if an element is NaN or infinite
    double sumSquares = 0;     ///< out, as above
    double probeAbsolute = 0;  ///< out, as above
};

}  // namespace qs

QS_ISA_DECLARE(float, largestMagnitudeF32, (const float* x, std::size_t n))
QS_ISA_DECLARE(void, roundToGridF32, (GridRounding & rounding))
QS_ISA_DECLARE(void, roundRowsToGridF32, (RowRounding & rounding))
QS_ISA_DECLARE(void, addDifferenceF32, (const float* g, const float* x, const float* q, float factor, std::size_t n, float* out))
QS_ISA_DECLARE(double, stepGradientF32, (const float* g, const float* x, float step, float most, std::size_t n))
QS_ISA_DECLARE(void, momentSumsF32, (const float* x, std::size_t n, double* sum, double* squares))

namespace qs {

/// max |x|; NaN if an element is NaN or infinite.
float largestMagnitude(const float* x, std::size_t n);

void roundToGrid(GridRounding& rounding);
void roundRowsToGrid(RowRounding& rounding);

/// out = g + factor (x − q). out may be g.
void addDifference(const float* g, const float* x, const float* q, float factor, std::size_t n, float* out);

/// Σ g dQ(x)/dstep with Q(x) = clip(rint(x / step), −most, most) · step: rint(v) − v for v = x / step inside of ±most, ±most outside.
double stepGradient(const float* g, const float* x, float step, float most, std::size_t n);

/// Σ x and Σ x².
void momentSums(const float* x, std::size_t n, double* sum, double* squares);

}  // namespace qs
