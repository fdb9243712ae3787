// SPDX-License-Identifier: GPL-3.0-or-later
// GPTAQ minimises ‖Ŵ X − W X̃‖², X̃ the input in the untouched model, by the column loop of GPTQ (reference_columns.cpp) and
//   D[:, dead] = 0, D permuted on both sides;  P = α striu(D Uᵀ) U;  W[:, k > j] −= e U_jk − w_j P_jk
// with striu the part above the diagonal and w_j the value just before quantization.
// Source: Li et al., GPTAQ, ICML 2025. Differs from its published code, which has α = 0.25 and beyond the block of a column multiplies P
// by the quantized value; CorrectionWeight::Published repeats that.
#include "quant/reference_gptaq.h"

#include <algorithm>

#include "kernels/blas.h"

namespace qs {

template <class R>
Matrix<R> correctionMatrix(MatrixView<const double> D, double alpha, const ReferenceFactor<R>& factor) {
    const std::size_t n = D.rows;
    Matrix<R> cross = convertedTo<R>(D), permuted(n, n), product(n, n);
    clearColumns(cross, factor.columns.deadColumns);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) permuted(i, j) = cross(factor.natural(i), factor.natural(j));
    gemm(Transpose::No, Transpose::Yes, n, n, n, R(1), permuted.data(), n, factor.U.data(), n, R(0), product.data(), n);
    for (std::size_t i = 0; i < n; ++i) std::fill_n(product.row(i), i + 1, R(0));
    gemm(Transpose::No, Transpose::No, n, n, n, static_cast<R>(alpha), product.data(), n, factor.U.data(), n, R(0), permuted.data(), n);
    return permuted;
}

template <class R>
SolveResult referenceGptaq(const ReferenceProblem& problem, const CrossTerm& cross, const QuantSettings& settings, JobContext& context,
                           ThreadPool& pool) {
    requireFinite(problem.W, problem.name, "W");
    requireFinite(problem.H, problem.name, "H");
    requireFinite(cross.D, problem.name, "D");
    const ReferenceFactor<R> factor = referenceFactor<R>(problem.H, settings, problem.name, context);
    SolveResult result;
    if (factor.damping < 0) {
        result = referenceRtn<R>(problem, settings, context, pool);
        result.report.failed = true;
    } else {
        result = solveWithFactor(problem, settings, factor, correctionMatrix(cross.D, cross.alpha, factor), cross.weight, context, pool);
    }
    result.report.loss = lossOf(result.quantized, problem.W, problem.H, cross.D);
    return result;
}

#define QS_INSTANTIATE(R)                                                                                \
    template Matrix<R> correctionMatrix<R>(MatrixView<const double>, double, const ReferenceFactor<R>&); \
    template SolveResult referenceGptaq<R>(const ReferenceProblem&, const CrossTerm&, const QuantSettings&, JobContext&, ThreadPool&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
