// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/norm.h"

namespace qs {

void rmsNorm(const float* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y) {
    QS_ISA_CALL(rmsNormF32)(x, w, epsilon, rows, dim, y);
}
void rmsNorm(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, BFloat16* y) {
    QS_ISA_CALL(rmsNormBf16)(x, w, epsilon, rows, dim, y);
}
void rmsNorm(const BFloat16* x, const float* w, float epsilon, std::size_t rows, std::size_t dim, float* y) {
    QS_ISA_CALL(rmsNormBf16ToF32)(x, w, epsilon, rows, dim, y);
}

void residualStep(const ResidualStep<float>& step) { QS_ISA_CALL(residualStepF32)(step); }
void residualStep(const ResidualStep<BFloat16>& step) { QS_ISA_CALL(residualStepBf16)(step); }

}  // namespace qs
