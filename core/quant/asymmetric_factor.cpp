// SPDX-License-Identifier: GPL-3.0-or-later
// The correction of GPTAQ without an inverse. H + λ I = R Rᵀ, R upper, D permuted to solve order, L_ji = R_ij / R_jj (hessian_factor.h):
//
//   M = striu(D R⁻ᵀ);  v_j = w_j + (1 / R_jj) [Σ_{i<j} (w_i − ŵ_i) R_ij + α Σ_{i<j} v_i M_ij]
//
// the numbers of Li et al. (GPTAQ, ICML 2025) with U = R⁻¹ and P = α striu(D Uᵀ) U = α M U, since (W − Ŵ) R = E − α V M. P and its product
// are not formed. Row i of D R⁻ᵀ right of i needs D[i, > i] only: for the columns B = [b, b + width) of C = (α M_ij / R_jj)_ji
//   Lᵀ[b:, b:] Y = Dᵀ[b:, B],   C[b:, B] = α diag(R_jj)⁻² Y
//
// Published weight: columns beyond the block of i take ŵ_i P_ik instead of v_i P_ik. Inside a block P = α T with T R_BB = M_BB, so that
//   Σ_i v_i M_ij  becomes  Σ_i ŵ_i M_ij + Σ_k (Σ_{i<k} (v_i − ŵ_i) T_ik) R_kj   for j beyond the block:
// once a block is done, v becomes ŵ and D_k = w_k − ŵ_k becomes D_k + Σ_i S_ki (v_i − ŵ_i), S = α Tᵀ = L_BB⁻¹ C_BB; the rest is as before.
#include "quant/asymmetric_factor.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/hessian_factor.h"

namespace qs {
namespace {

constexpr std::size_t kTile = 64;

/// C[j][i] = D[order[i]][order[j]] for j ≥ i, 0 at dead columns j of D. Elements right of the diagonal become 0.
void transposeUpper(MatrixView<const float> D, const HessianFactor& factor, const std::string& subject, Matrix<float>& C,
                    JobContext& context, ThreadPool& pool) {
    const std::size_t n = D.rows;
    const auto natural = [&](std::size_t j) { return factor.order.empty() ? j : static_cast<std::size_t>(factor.order[j]); };
    std::vector<char> dead(n);
    for (const std::int32_t d : factor.deadColumns) dead[static_cast<std::size_t>(d)] = 1;
    pool.run((n + kTile - 1) / kTile, [&](std::size_t tile, int) {
        context.check();
        const std::size_t j0 = tile * kTile, j1 = std::min(n, j0 + kTile);
        for (std::size_t i0 = 0; i0 < j1; i0 += kTile)
            for (std::size_t i = i0; i < std::min(j1, i0 + kTile); ++i) {
                const float* d = D.row(natural(i));
                for (std::size_t j = std::max(i, j0); j < j1; ++j) {
                    const std::size_t column = natural(j);
                    const float value = dead[column] ? 0 : d[column];
                    if (!std::isfinite(value))
                        throw Error(subject + ": the cross term of the two chains is not finite at [" + std::to_string(natural(i)) + ", " +
                                    std::to_string(column) + "]; check the calibration text and the model");
                    C(j, i) = value;
                }
            }
    });
}

/// Columns [first, last) of C: the triangular solve, then the scaling of its rows.
void solveColumnsOf(Matrix<float>& C, std::size_t first, std::size_t last, const HessianFactor& factor, double alpha) {
    const std::size_t n = C.rows();
    solveTriangular(Side::Left, Triangle::Lower, Transpose::Yes, Diagonal::Unit, n - first, last - first,
                    factor.unitLower.row(first) + first, n, C.row(first) + first, n);
    for (std::size_t j = first; j < n; ++j) {
        const double r = static_cast<double>(factor.diagonal[j]);
        const auto scale = static_cast<float>(alpha / (r * r));
        for (std::size_t i = first; i < last; ++i) C(j, i) *= scale;
    }
}

/// S of the block that begins at `first`.
void solveWithinBlock(const Matrix<float>& C, const HessianFactor& factor, std::size_t first, Matrix<float>& S) {
    const std::size_t n = C.rows(), count = std::min(S.cols(), n - first);
    for (std::size_t j = 0; j < count; ++j) std::copy_n(C.row(first + j) + first, j, S.row(first + j));
    solveTriangular(Side::Left, Triangle::Lower, Transpose::No, Diagonal::Unit, count, count, factor.unitLower.row(first) + first, n,
                    S.row(first), S.cols());
}

}  // namespace

std::shared_ptr<const AsymmetricFactor> factorizeCross(MatrixView<const float> D, const HessianFactor& factor,
                                                       const QuantSettings& settings, const std::string& subject, JobContext& context,
                                                       ThreadPool& pool) {
    const std::size_t n = factor.size();
    if (D.rows != n || D.cols != n)
        throw Error(subject + ": the cross term is " + std::to_string(D.rows) + " x " + std::to_string(D.cols) + ", the Hessian has " +
                    std::to_string(n) + " columns");
    auto result = std::make_shared<AsymmetricFactor>();
    Matrix<float>& C = result->correction;
    C = Matrix<float>(n, n);
    transposeUpper(D, factor, subject, C, context, pool);
    // Some 50 ms between two checks, and enough columns for a product.
    const std::size_t width = std::clamp<std::size_t>((std::size_t{1} << 33) / (n * n) / 32 * 32, 32, 256);
    pool.run((n + width - 1) / width, [&](std::size_t item, int) {
        context.check();
        solveColumnsOf(C, item * width, std::min(n, (item + 1) * width), factor, settings.alpha);
    });
    result->block = static_cast<std::size_t>(settings.blockSize);
    if (settings.correctionWeight == CorrectionWeight::Published && result->block < n) {
        result->withinBlock = Matrix<float>(n, result->block);
        pool.run((n + result->block - 1) / result->block, [&](std::size_t item, int) {
            context.check();
            solveWithinBlock(C, factor, item * result->block, result->withinBlock);
        });
    }
    return result;
}

}  // namespace qs
