// SPDX-License-Identifier: GPL-3.0-or-later
// BoA: columns and rows of an attention projection with a per-head output Hessian, in float64 or float32 (R). Formulas: boa.cpp.
#pragma once

#include <string>
#include <vector>

#include "base/array.h"
#include "quant/reference_solver.h"

namespace qs {

struct TwoSidedProblem {
    MatrixView<const double> W;                  ///< [heads · headDim, in]
    MatrixView<const double> Hin;                ///< [in, in] symmetric, undamped
    std::vector<MatrixView<const double>> Hout;  ///< heads × [headDim, headDim] symmetric, undamped
    MatrixView<const double> D;                  ///< [in, in] cross term of GPTAQ; empty: GPTQ inside the blocks
    double alpha = 1;                            ///< factor of D
    std::string name;
};

struct TwoSidedOrder {
    bool byDiagonal = false;  ///< rows of a head in descending order of diag H_out, stable; otherwise as they stand
    int rowsPerBlock = 16;
};

/// One head: its order of rows and U_out [headDim, headDim] in that order, Uᵀ U = H_out⁻¹, H_out damped by 0.01 · mean diag.
template <class R>
struct HeadFactor {
    std::vector<std::size_t> order;
    Matrix<R> U;
    bool failed = false;  ///< under --on-failure rtn
};

/// H [headDim, headDim] symmetric, undamped. Damping is retried as in factorize(); throws the same errors.
template <class R>
HeadFactor<R> headFactor(MatrixView<const double> H, const QuantSettings& settings, bool byDiagonal, const std::string& subject,
                         JobContext& context);

/// Σ_heads tr(H_out E H_in Eᵀ) − 2 tr(H_out W (α D) Eᵀ) with E = Ŵ − W [out, in], undamped.
double twoSidedLoss(const Matrix<double>& E, const TwoSidedProblem& problem);

/// Static groups in natural column order; report.loss is twoSidedLoss. Damping of each Hessian is retried as in factorize(); throws the
/// same errors. settings.actOrder is not looked at.
template <class R>
SolveResult referenceTwoSided(const TwoSidedProblem& problem, const QuantSettings& settings, const TwoSidedOrder& order,
                              JobContext& context, ThreadPool& pool);

/// H_out [headDim, headDim] = mean_t R_tᵀ C R_t, C = (1/T) Σ_s k_sᵀ k_s, over rotated keys K [T, headDim], headDim even; R_t rotates the
/// pair (i, i + headDim/2) by t · base^(−2i/headDim), t = 0 … T−1.
Matrix<double> outputHessianOfKeys(MatrixView<const double> K, double base);

/// mean_t R_tᵀ C R_t over t = 0 … length − 1 of C [2n, 2n]; R_t rotates the pair (i, i + n) by t · frequencies[i]. In closed form, n²
/// steps.
Matrix<double> rotatedMean(const Matrix<double>& C, const std::vector<double>& frequencies, std::size_t length);

}  // namespace qs
