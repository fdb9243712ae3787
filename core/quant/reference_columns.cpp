// SPDX-License-Identifier: GPL-3.0-or-later
// W[:, dead] = 0; H_dd = m for dead d; H += λ I (quant/damping.h); U upper with Uᵀ U = H⁻¹; for column j in solve order
//   q_j = quant(w_j),  e = (w_j − ŵ_j) / U_jj,  W[:, k > j] −= e U_jk − w_j P_jk      (P: quant/reference_gptaq.cpp; 0 in GPTQ)
// Scales: static, from W in natural groups; else at the first column of each group of consecutive columns in solve order, from the
// current W or (stale) from W at the start of the block of blockSize columns.
// Sources: Frantar et al., arXiv 2210.17323; the term with P: Li et al., GPTAQ, ICML 2025; the Hessian search: arXiv 2602.02126.
#include "quant/reference_columns.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/grid_rule.h"
#include "quant/super_blocks.h"

namespace qs {
namespace {

/// (ŵ − w) H (ŵ − w)ᵀ of one group on a grid; `d` is workspace.
template <class R>
double hessianError(const R* w, std::size_t count, MatrixView<const R> H, std::size_t first, const Grid<R>& grid, int bits,
                    std::vector<R>& d) {
    for (std::size_t j = 0; j < count; ++j) d[j] = grid.scale * centredCode(w[j], grid, bits) - w[j];
    double error = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < count; ++j) sum += static_cast<double>(H(first + i, first + j)) * static_cast<double>(d[j]);
        error += sum * static_cast<double>(d[i]);
    }
    return error;
}

/// The grid with the least Hessian error among p s; asymmetric ones try floor and ceil of the unrounded zero point.
template <class R>
Grid<R> chooseHessianGrid(const R* w, std::size_t count, MatrixView<const R> H, std::size_t first, const GridRule& rule) {
    const auto [low, high] = std::minmax_element(w, w + count);
    const Grid<R> base = baseGrid(rule.kind, rule.bits, *low, *high);
    Grid<R> best = base;
    std::vector<R> d(count);
    double least = HUGE_VAL;
    const int zeros = std::floor(base.zero) == base.zero ? 1 : 2;
    for (int i = 0; i < rule.shrinkSteps; ++i)
        for (int z = 0; z < zeros; ++z) {
            const Grid<R> candidate{base.scale * shrinkFactor<R>(i, rule.shrinkGrid), std::floor(base.zero) + static_cast<R>(z)};
            const double error = hessianError(w, count, H, first, candidate, rule.bits, d);
            if (error < least) {
                least = error;
                best = candidate;
            }
        }
    best.scale = storedScale(best.scale, rule.storage);
    return best;
}

template <class R>
void keepGrid(QuantizedLinear& q, std::size_t row, std::size_t group, const Grid<R>& grid) {
    q.scales(row, group) = static_cast<double>(grid.scale);
    q.zeros(row, group) = static_cast<std::uint8_t>(grid.zero);
}

/// Rows [first, last) of W.
template <class R>
Matrix<R> rowsOf(const Matrix<R>& W, std::size_t first, std::size_t last) {
    Matrix<R> rows(last - first, W.cols());
    std::copy(W.row(first), W.row(first) + (last - first) * W.cols(), rows.data());
    return rows;
}

/// W[k > j] of one row after column j became `quantized`: −e U_jk + w P_jk.
template <class R>
void compensate(const ColumnLoop<R>& loop, std::size_t j, R w, R quantized, R e, R* row) {
    const std::size_t n = loop.factor.U.cols(), block = static_cast<std::size_t>(loop.settings.blockSize);
    const R* u = loop.factor.U.row(j);
    for (std::size_t k = j + 1; k < n; ++k) row[k] -= e * u[k];
    if (!loop.correction) return;
    const R* p = loop.correction->row(j);
    const std::size_t end = loop.weight == CorrectionWeight::Published ? std::min(n, (j / block + 1) * block) : n;
    for (std::size_t k = j + 1; k < end; ++k) row[k] += w * p[k];
    for (std::size_t k = end; k < n; ++k) row[k] += quantized * p[k];
}

}  // namespace

void requireFinite(MatrixView<const double> A, const std::string& name, const char* tensor) {
    for (std::size_t i = 0; i < A.rows; ++i)
        for (std::size_t j = 0; j < A.cols; ++j)
            if (!std::isfinite(A(i, j)))
                throw Error(name + ": " + tensor + " is not finite at [" + std::to_string(i) + ", " + std::to_string(j) + "]");
}

template <class R>
int upperOfInverse(Matrix<R>& A, Matrix<R>& U) {
    const std::size_t n = A.rows();
    if (const int info = choleskyLower(n, A.data(), n)) return info;
    Matrix<R> inverse(n, n);  // of L
    for (std::size_t i = 0; i < n; ++i) inverse(i, i) = 1;
    solveTriangular(Side::Left, Triangle::Lower, Transpose::No, Diagonal::AsStored, n, n, A.data(), n, inverse.data(), n);
    gemm(Transpose::Yes, Transpose::No, n, n, n, R(1), inverse.data(), n, inverse.data(), n, R(0), U.data(), n);
    const int info = choleskyUpper(n, U.data(), n);
    for (std::size_t i = 1; i < n; ++i) std::fill_n(U.row(i), i, R(0));
    return info;
}

template <class R>
ReferenceFactor<R> referenceFactor(MatrixView<const double> H, const QuantSettings& settings, const std::string& name,
                                   JobContext& context) {
    const std::size_t n = H.rows;
    ReferenceFactor<R> factor;
    std::vector<double> diagonal(n);
    for (std::size_t i = 0; i < n; ++i) diagonal[i] = H(i, i);
    factor.columns = examineColumns(diagonal, settings, name, context);
    Matrix<R> damped(n, n);
    factor.U = Matrix<R>(n, n);
    factor.damping = factorWithRetries(factor.columns, settings, name, context, [&](double lambda) {
        factor.damping = lambda;
        const Matrix<R> unordered = dampedHessian(H, factor);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) damped(i, j) = unordered(factor.natural(i), factor.natural(j));
        const int info = upperOfInverse(damped, factor.U);
        return info ? static_cast<int>(factor.natural(static_cast<std::size_t>(info - 1))) + 1 : 0;
    });
    return factor;
}

template <class R>
Matrix<R> dampedHessian(MatrixView<const double> H, const ReferenceFactor<R>& factor) {
    Matrix<R> damped = convertedTo<R>(H);
    for (std::size_t i = 0; i < H.rows; ++i) {
        if (damped(i, i) == 0) damped(i, i) = static_cast<R>(factor.columns.liveMean);
        damped(i, i) += static_cast<R>(factor.damping);
    }
    return damped;
}

template <class R>
void clearColumns(Matrix<R>& W, const std::vector<std::int32_t>& columns) {
    for (const std::int32_t c : columns)
        for (std::size_t r = 0; r < W.rows(); ++r) W(r, static_cast<std::size_t>(c)) = 0;
}

QuantizedLinear emptyResult(std::size_t rows, std::size_t in, const QuantSettings& settings) {
    QuantizedLinear q;
    q.bits = settings.bits;
    q.groupSize = settings.groupSize;
    q.codes = Matrix<std::uint8_t>(rows, in);
    q.scales = Matrix<double>(rows, groupCount(settings, in));
    q.zeros = Matrix<std::uint8_t>(rows, groupCount(settings, in));
    return q;
}

template <class R>
void chooseStaticGrids(const Matrix<R>& W, MatrixView<const R> H, const QuantSettings& settings, std::size_t first, std::size_t last,
                       QuantizedLinear& q, JobContext& context) {
    const std::size_t n = W.cols(), width = groupWidth(settings, n);
    const GridRule rule = gridRuleOf(settings);
    const SuperBlockRule superBlocks = superBlockRule(settings, n);
    for (std::size_t r = first; r < last; ++r) {
        for (std::size_t g = 0; g < q.scales.cols(); ++g) {
            context.check();
            const R* w = W.row(r) + g * width;
            const std::size_t count = std::min(width, n - g * width);
            keepGrid(
                q, r, g,
                settings.search == SearchKind::Hessian ? chooseHessianGrid(w, count, H, g * width, rule) : chooseGrid(w, 1, count, rule));
        }
        snapToSuperBlocks(superBlocks, {q.scales.row(r), q.scales.cols()});
    }
}

template <class R>
double solveColumns(Matrix<R>& W, std::size_t first, std::size_t last, const ColumnLoop<R>& loop, QuantizedLinear& q, JobContext& context) {
    const QuantSettings& settings = loop.settings;
    const std::size_t n = W.cols(), width = groupWidth(settings, n), block = static_cast<std::size_t>(settings.blockSize);
    const GridRule rule = gridRuleOf(settings);
    const bool stale = settings.scaleTime == ScaleTime::Stale && !loop.staticGrids;
    Matrix<R> atBlock;  // W at the start of the block
    double squares = 0;
    for (std::size_t j = 0; j < n; ++j) {
        if (j % 16 == 0) context.check();
        const std::size_t column = loop.factor.natural(j), group = (loop.staticGrids ? column : j) / width;
        if (stale && j % block == 0) atBlock = rowsOf(W, first, last);
        for (std::size_t r = first; r < last; ++r) {
            if (!loop.staticGrids && j % width == 0)
                keepGrid(q, r, group, chooseGrid((stale ? atBlock.row(r - first) : W.row(r)) + j, 1, std::min(width, n - j), rule));
            const Grid<R> grid{static_cast<R>(q.scales(r, group)), static_cast<R>(q.zeros(r, group))};
            const R w = W(r, j), code = centredCode(w, grid, rule.bits), quantized = grid.scale * code;
            const R e = (w - quantized) / loop.factor.U(j, j);
            q.codes(r, column) = static_cast<std::uint8_t>(code + grid.zero);
            squares += static_cast<double>(e) * static_cast<double>(e);
            compensate(loop, j, w, quantized, e, W.row(r));
        }
    }
    return squares;
}

Matrix<double> quantizationError(const QuantizedLinear& q, MatrixView<const double> W) {
    Matrix<double> E(W.rows, W.cols);
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t c = 0; c < W.cols; ++c) {
            const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            E(r, c) = dequantized(q.codes(r, c), q.zeros(r, g), q.scales(r, g)) - W(r, c);
        }
    return E;
}

std::vector<double> rowLosses(const Matrix<double>& E, MatrixView<const double> W, MatrixView<const double> H, MatrixView<const double> D) {
    const std::size_t rows = E.rows(), n = E.cols();
    Matrix<double> gradient(H.empty() ? 0 : rows, n);  // E H − 2 W D
    if (!H.empty()) gemm(Transpose::No, Transpose::No, rows, n, n, 1.0, E.data(), n, H.data, H.stride, 0.0, gradient.data(), n);
    if (!D.empty()) gemm(Transpose::No, Transpose::No, rows, n, n, -2.0, W.data, W.stride, D.data, D.stride, 1.0, gradient.data(), n);
    std::vector<double> losses(rows);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < n; ++c) losses[r] += E(r, c) * (H.empty() ? E : gradient)(r, c);
    return losses;
}

double lossOf(const QuantizedLinear& q, MatrixView<const double> W, MatrixView<const double> H, MatrixView<const double> D) {
    double loss = 0;
    for (const double row : rowLosses(quantizationError(q, W), W, H, D)) loss += row;
    return loss;
}

#define QS_INSTANTIATE(R)                                                                                                            \
    template int upperOfInverse<R>(Matrix<R>&, Matrix<R>&);                                                                          \
    template ReferenceFactor<R> referenceFactor<R>(MatrixView<const double>, const QuantSettings&, const std::string&, JobContext&); \
    template Matrix<R> dampedHessian<R>(MatrixView<const double>, const ReferenceFactor<R>&);                                        \
    template void clearColumns<R>(Matrix<R>&, const std::vector<std::int32_t>&);                                                     \
    template void chooseStaticGrids<R>(const Matrix<R>&, MatrixView<const R>, const QuantSettings&, std::size_t, std::size_t,        \
                                       QuantizedLinear&, JobContext&);                                                               \
    template double solveColumns<R>(Matrix<R>&, std::size_t, std::size_t, const ColumnLoop<R>&, QuantizedLinear&, JobContext&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
