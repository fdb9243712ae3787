// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/rounding.h"

namespace qs {

float largestMagnitude(const float* x, std::size_t n) { return QS_ISA_CALL(largestMagnitudeF32)(x, n); }
void roundToGrid(GridRounding& rounding) { QS_ISA_CALL(roundToGridF32)(rounding); }
void roundRowsToGrid(RowRounding& rounding) { QS_ISA_CALL(roundRowsToGridF32)(rounding); }
void addDifference(const float* g, const float* x, const float* q, float factor, std::size_t n, float* out) {
    QS_ISA_CALL(addDifferenceF32)(g, x, q, factor, n, out);
}
double stepGradient(const float* g, const float* x, float step, float most, std::size_t n) {
    return QS_ISA_CALL(stepGradientF32)(g, x, step, most, n);
}
void momentSums(const float* x, std::size_t n, double* sum, double* squares) { QS_ISA_CALL(momentSumsF32)(x, n, sum, squares); }

}  // namespace qs
