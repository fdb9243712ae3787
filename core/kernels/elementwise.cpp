// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/elementwise.h"

namespace qs {

void gatedProduct(const GatedProduct<float>& product) { QS_ISA_CALL(gatedProductF32)(product); }
void gatedProduct(const GatedProduct<BFloat16>& product) { QS_ISA_CALL(gatedProductBf16)(product); }
void softcap(float* x, std::size_t n, float cap) { QS_ISA_CALL(softcapF32)(x, n, cap); }
void addExponentials(const float* x, std::size_t n, float* maximum, double* sum) { QS_ISA_CALL(addExponentialsF32)(x, n, maximum, sum); }

}  // namespace qs
