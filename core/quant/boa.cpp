// SPDX-License-Identifier: GPL-3.0-or-later
// Per head, W [headDim, in], minimise tr(H_out ΔW H_in ΔWᵀ) − 2 tr(H_out W D ΔWᵀ):
//   H_in damped as in GPTQ, H_out by 0.01 · mean diag; U_in, U_out upper with Uᵀ U = H⁻¹
//   for blocks of rows (in natural order or by descending diag H_out):
//     grids from the current weights of the block (Hessian search with the damped H_in); columns by GPTQ or GPTAQ
//     W_rest −= U_out[blk, rest]ᵀ U_out[blk, blk]⁻ᵀ [(W − Ŵ)_blk + W_blk D H_in⁻¹], that is W_rest += H_RR⁻¹ H_RB [...]
// Symbols: H_in [in, in], H_out [headDim, headDim], D [in, in] times α; W_blk before its columns were solved.
// Sources: BoA, arXiv 2406.13474; TurboBoA, arXiv 2602.04929.
#include "quant/boa.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "kernels/blas.h"
#include "quant/grid_rule.h"
#include "quant/reference_gptaq.h"

namespace qs {
namespace {

constexpr double kOutputDamping = 0.01;

}  // namespace

template <class R>
HeadFactor<R> headFactor(MatrixView<const double> H, const QuantSettings& settings, bool byDiagonal, const std::string& subject,
                         JobContext& context) {
    const std::size_t n = H.rows;
    HeadFactor<R> head;
    head.order.resize(n);
    std::iota(head.order.begin(), head.order.end(), std::size_t{0});
    if (byDiagonal) std::stable_sort(head.order.begin(), head.order.end(), [&](std::size_t a, std::size_t b) { return H(a, a) > H(b, b); });
    HessianColumns columns;
    columns.liveMean = 0;
    for (std::size_t i = 0; i < n; ++i) columns.liveMean += H(i, i) / static_cast<double>(n);
    if (columns.liveMean <= 0) columns.liveMean = 1;  // nothing depends on these rows
    QuantSettings damping = settings;
    damping.damping = kOutputDamping;
    Matrix<R> damped(n, n);
    head.U = Matrix<R>(n, n);
    head.failed = factorWithRetries(columns, damping, subject, context, [&](double lambda) {
                      for (std::size_t i = 0; i < n; ++i) {
                          for (std::size_t j = 0; j < n; ++j) damped(i, j) = static_cast<R>(H(head.order[i], head.order[j]));
                          damped(i, i) += static_cast<R>(lambda);
                      }
                      const int info = upperOfInverse(damped, head.U);
                      return info ? static_cast<int>(head.order[static_cast<std::size_t>(info - 1)]) + 1 : 0;
                  }) < 0;
    return head;
}

/// What all heads share.
template <class R>
struct TwoSidedInput {
    ReferenceFactor<R> factor;
    Matrix<R> damped, correction, crossInverse;  ///< H_in + λ I, P and D H_in⁻¹ (empty without D), all [in, in]
};

namespace {

template <class R>
TwoSidedInput<R> inputSide(const TwoSidedProblem& problem, const QuantSettings& settings, JobContext& context) {
    TwoSidedInput<R> side{referenceFactor<R>(problem.Hin, settings, problem.name, context), {}, {}, {}};
    if (side.factor.damping < 0) return side;
    side.damped = dampedHessian(problem.Hin, side.factor);
    if (problem.D.empty()) return side;
    const std::size_t n = problem.D.rows;
    side.correction = correctionMatrix(problem.D, problem.alpha, side.factor);
    Matrix<R> cross = convertedTo<R>(problem.D), product(n, n);
    clearColumns(cross, side.factor.columns.deadColumns);
    side.crossInverse = Matrix<R>(n, n);
    const R* U = side.factor.U.data();
    gemm(Transpose::No, Transpose::Yes, n, n, n, static_cast<R>(problem.alpha), cross.data(), n, U, n, R(0), product.data(), n);
    gemm(Transpose::No, Transpose::No, n, n, n, R(1), product.data(), n, U, n, R(0), side.crossInverse.data(), n);
    return side;
}

/// W[last:] after rows [first, last), which were `before`, became Ŵ = `after`.
template <class R>
void compensateRows(Matrix<R>& W, std::size_t first, std::size_t last, const Matrix<R>& after, const Matrix<R>& crossInverse,
                    const Matrix<R>& U) {
    const std::size_t n = W.cols(), dim = W.rows(), block = last - first, rest = dim - last;
    if (rest == 0) return;
    Matrix<R> residual(block, n), factor(block, rest);
    for (std::size_t i = 0; i < block; ++i)
        for (std::size_t c = 0; c < n; ++c) residual(i, c) = W(first + i, c) - after(i, c);
    if (!crossInverse.empty())
        gemm(Transpose::No, Transpose::No, block, n, n, R(1), W.row(first), n, crossInverse.data(), n, R(1), residual.data(), n);
    for (std::size_t i = 0; i < block; ++i) std::copy_n(U.row(first + i) + last, rest, factor.row(i));
    solveTriangular(Side::Left, Triangle::Upper, Transpose::No, Diagonal::AsStored, block, rest, U.row(first) + first, dim, factor.data(),
                    rest);
    gemm(Transpose::Yes, Transpose::No, rest, n, block, R(-1), factor.data(), rest, residual.data(), n, R(1), W.row(last), n);
}

/// Solves one head, whose rows W are in row order. Codes and grids come back in that order; Σ e² is added to `squares`.
template <class R>
QuantizedLinear solveHead(Matrix<R> W, const TwoSidedInput<R>& side, const Matrix<R>& U, const QuantSettings& settings, int rowsPerBlock,
                          double& squares, JobContext& context) {
    QuantizedLinear q = emptyResult(W.rows(), W.cols(), settings);
    const ColumnLoop<R> loop{side.factor, settings, true, side.correction.empty() ? nullptr : &side.correction};
    const std::size_t block = static_cast<std::size_t>(rowsPerBlock);
    for (std::size_t first = 0; first < W.rows(); first += block) {
        const std::size_t last = std::min(W.rows(), first + block);
        chooseStaticGrids(W, side.damped.view(), settings, first, last, q, context);
        Matrix<R> used = W, after(last - first, W.cols());
        squares += solveColumns(used, first, last, loop, q, context);
        for (std::size_t i = 0; i < after.rows(); ++i)
            for (std::size_t c = 0; c < W.cols(); ++c) {
                const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
                after(i, c) = dequantized(q.codes(first + i, c), q.zeros(first + i, g), static_cast<R>(q.scales(first + i, g)));
            }
        compensateRows(W, first, last, after, side.crossInverse, U);
    }
    return q;
}

/// Rows of `part`, in row order, to their places in `whole`.
void placeHead(const QuantizedLinear& part, const std::vector<std::size_t>& order, std::size_t firstRow, QuantizedLinear& whole) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::size_t row = firstRow + order[i];
        std::copy_n(part.codes.row(i), part.codes.cols(), whole.codes.row(row));
        std::copy_n(part.scales.row(i), part.scales.cols(), whole.scales.row(row));
        std::copy_n(part.zeros.row(i), part.zeros.cols(), whole.zeros.row(row));
    }
}

}  // namespace

double twoSidedLoss(const Matrix<double>& E, const TwoSidedProblem& problem) {
    const std::size_t n = E.cols(), dim = problem.Hout.at(0).rows;
    Matrix<double> slope(dim, n), product(dim, dim);
    double loss = 0;
    for (std::size_t h = 0; h < problem.Hout.size(); ++h) {
        const double* e = E.row(h * dim);
        gemm(Transpose::No, Transpose::No, dim, n, n, 1.0, e, n, problem.Hin.data, problem.Hin.stride, 0.0, slope.data(), n);
        if (!problem.D.empty())
            gemm(Transpose::No, Transpose::No, dim, n, n, -2 * problem.alpha, problem.W.row(h * dim), problem.W.stride, problem.D.data,
                 problem.D.stride, 1.0, slope.data(), n);
        gemm(Transpose::No, Transpose::Yes, dim, dim, n, 1.0, slope.data(), n, e, n, 0.0, product.data(), dim);
        for (std::size_t i = 0; i < dim; ++i)
            for (std::size_t j = 0; j < dim; ++j) loss += problem.Hout[h](i, j) * product(i, j);
    }
    return loss;
}

template <class R>
SolveResult referenceTwoSided(const TwoSidedProblem& problem, const QuantSettings& settings, const TwoSidedOrder& order,
                              JobContext& context, ThreadPool& pool) {
    const std::size_t heads = problem.Hout.size(), dim = problem.Hout.at(0).rows;
    const TwoSidedInput<R> side = inputSide<R>(problem, settings, context);
    SolveResult result;
    result.report.failed = side.factor.damping < 0;
    std::vector<HeadFactor<R>> factors;
    for (std::size_t h = 0; h < heads; ++h) {
        const std::string subject = problem.name + ", output Hessian of head " + std::to_string(h);
        factors.push_back(headFactor<R>(problem.Hout[h], settings, order.byDiagonal, subject, context));
        result.report.failed = result.report.failed || factors.back().failed;
    }
    if (result.report.failed) {
        result.quantized = referenceRtn<R>({problem.W, {}, problem.name}, settings, context, pool).quantized;
    } else {
        Matrix<R> W = convertedTo<R>(problem.W);
        clearColumns(W, side.factor.columns.deadColumns);
        result.quantized = emptyResult(W.rows(), W.cols(), settings);
        std::vector<double> squares(heads);
        pool.run(heads, [&](std::size_t h, int) {
            Matrix<R> rows(dim, W.cols());
            for (std::size_t i = 0; i < dim; ++i) std::copy_n(W.row(h * dim + factors[h].order[i]), W.cols(), rows.row(i));
            const QuantizedLinear part = solveHead(std::move(rows), side, factors[h].U, settings, order.rowsPerBlock, squares[h], context);
            placeHead(part, factors[h].order, h * dim, result.quantized);
        });
        result.report.lossInner = std::accumulate(squares.begin(), squares.end(), 0.0) / 2;
    }
    for (std::size_t r = 0; r < result.quantized.scales.rows(); ++r)
        for (std::size_t g = 0; g < result.quantized.scales.cols(); ++g)
            requireScaleFits(result.quantized.scales(r, g), gridRuleOf(settings), r, problem.name);
    result.report.dampingUsed = side.factor.damping;
    result.report.deadColumns = side.factor.columns.deadColumns;
    result.report.loss = twoSidedLoss(quantizationError(result.quantized, problem.W), problem);
    return result;
}

Matrix<double> rotatedMean(const Matrix<double>& C, const std::vector<double>& frequencies, std::size_t length) {
    const std::size_t half = frequencies.size();
    using Complex = std::complex<double>;
    const auto meanTurn = [&](double angle) {  // mean_t exp(−i angle t)
        const double sine = std::sin(angle / 2), count = static_cast<double>(length);
        const double size =
            std::abs(sine) < 1e-12 ? std::cos(angle * count / 2) / std::cos(angle / 2) : std::sin(angle * count / 2) / (count * sine);
        return std::polar(1.0, -angle * (count - 1) / 2) * size;
    };
    Matrix<double> mean(2 * half, 2 * half);
    for (std::size_t i = 0; i < half; ++i)
        for (std::size_t j = 0; j < half; ++j) {
            const double p = C(i, j), q = C(i + half, j + half), s = C(i, j + half), t = C(i + half, j);
            const Complex a = Complex(p + q, t - s) * meanTurn(frequencies[i] - frequencies[j]),  // E[z_i z̄_j], z_i = k_i + i k_{i+half}
                b = Complex(p - q, t + s) * meanTurn(frequencies[i] + frequencies[j]);            // E[z_i z_j]
            mean(i, j) = (a.real() + b.real()) / 2;
            mean(i + half, j + half) = (a.real() - b.real()) / 2;
            mean(i + half, j) = (b.imag() + a.imag()) / 2;
            mean(i, j + half) = (b.imag() - a.imag()) / 2;
        }
    return mean;
}

Matrix<double> outputHessianOfKeys(MatrixView<const double> K, double base) {
    const std::size_t dim = K.cols, half = dim / 2, length = K.rows;
    Matrix<double> C(dim, dim), mean(dim, dim), right(dim, dim);
    gemm(Transpose::Yes, Transpose::No, dim, dim, length, 1.0 / static_cast<double>(length), K.data, K.stride, K.data, K.stride, 0.0,
         C.data(), dim);
    std::vector<double> cosine(half), sine(half);
    for (std::size_t t = 0; t < length; ++t) {
        for (std::size_t i = 0; i < half; ++i) {
            const double angle = static_cast<double>(t) * std::pow(base, -2.0 * static_cast<double>(i) / static_cast<double>(dim));
            cosine[i] = std::cos(angle);
            sine[i] = std::sin(angle);
        }
        for (std::size_t r = 0; r < dim; ++r)  // C R_t
            for (std::size_t i = 0; i < half; ++i) {
                right(r, i) = cosine[i] * C(r, i) + sine[i] * C(r, i + half);
                right(r, i + half) = cosine[i] * C(r, i + half) - sine[i] * C(r, i);
            }
        for (std::size_t i = 0; i < half; ++i)  // R_tᵀ (C R_t)
            for (std::size_t c = 0; c < dim; ++c) {
                mean(i, c) += (cosine[i] * right(i, c) + sine[i] * right(i + half, c)) / static_cast<double>(length);
                mean(i + half, c) += (cosine[i] * right(i + half, c) - sine[i] * right(i, c)) / static_cast<double>(length);
            }
    }
    return mean;
}

#define QS_INSTANTIATE(R)                                                                                                        \
    template HeadFactor<R> headFactor<R>(MatrixView<const double>, const QuantSettings&, bool, const std::string&, JobContext&); \
    template SolveResult referenceTwoSided<R>(const TwoSidedProblem&, const QuantSettings&, const TwoSidedOrder&, JobContext&, ThreadPool&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
