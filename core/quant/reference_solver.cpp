// SPDX-License-Identifier: GPL-3.0-or-later
// RTN:  q = quant(w) on the grid of its group (kernels/grid.h).
// GPTQ: W[:, dead] = 0; H_dd = m for dead d; H += λ I (quant/damping.h); U upper with Uᵀ U = H⁻¹; for column j in solve order
//         q_j = quant(w_j),  e = (w_j − ŵ_j) / U_jj,  W[:, k > j] −= e U_jk
//       loss = Σ (ŵ−w) H (ŵ−w)ᵀ with the undamped H and the original W;  loss_inner = ½ Σ e²
// Scales: static, from the original W in natural groups; else at the first column of each group of consecutive columns in solve
// order, from the current W or (stale) from W at the start of the block of blockSize columns.
// Source: Frantar et al., arXiv 2210.17323.
#include "quant/reference_solver.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/damping.h"
#include "quant/grid_rule.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerItem = 32;

template <class R>
Matrix<R> converted(MatrixView<const double> from) {
    Matrix<R> to(from.rows, from.cols);
    for (std::size_t i = 0; i < from.rows; ++i)
        for (std::size_t j = 0; j < from.cols; ++j) to(i, j) = static_cast<R>(from(i, j));
    return to;
}

void requireFinite(MatrixView<const double> A, const std::string& name, const char* tensor) {
    for (std::size_t i = 0; i < A.rows; ++i)
        for (std::size_t j = 0; j < A.cols; ++j)
            if (!std::isfinite(A(i, j)))
                throw Error(name + ": " + tensor + " is not finite at [" + std::to_string(i) + ", " + std::to_string(j) + "]");
}

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
    for (int i = 0; i < rule.shrinkSteps; ++i)
        for (const R zero : {std::floor(base.zero), std::ceil(base.zero)}) {
            const Grid<R> candidate{base.scale * shrinkFactor<R>(i, rule.shrinkGrid), zero};
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

QuantizedLinear emptyResult(std::size_t rows, std::size_t in, const QuantSettings& settings) {
    QuantizedLinear q;
    q.bits = settings.bits;
    q.groupSize = settings.groupSize;
    q.codes = Matrix<std::uint8_t>(rows, in);
    q.scales = Matrix<double>(rows, groupCount(settings, in));
    q.zeros = Matrix<std::uint8_t>(rows, groupCount(settings, in));
    return q;
}

/// Runs body(first row, last row) over all rows; then checks the scales.
template <class Body>
void overRows(QuantizedLinear& q, const QuantSettings& settings, const std::string& name, ThreadPool& pool, const Body& body) {
    const std::size_t rows = q.codes.rows();
    pool.run((rows + kRowsPerItem - 1) / kRowsPerItem,
             [&](std::size_t item, int) { body(item * kRowsPerItem, std::min(rows, (item + 1) * kRowsPerItem)); });
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) requireScaleFits(q.scales(r, g), gridRuleOf(settings), r, name);
}

/// Σ (ŵ − w) H (ŵ − w)ᵀ in float64, or ‖ŵ − w‖² without H.
double lossOf(const QuantizedLinear& q, MatrixView<const double> W, MatrixView<const double> H) {
    Matrix<double> D(W.rows, W.cols), product(H.empty() ? 0 : W.rows, W.cols);
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t c = 0; c < W.cols; ++c) {
            const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            D(r, c) = dequantized(q.codes(r, c), q.zeros(r, g), q.scales(r, g)) - W(r, c);
        }
    if (!H.empty())
        gemm(Transpose::No, Transpose::No, W.rows, W.cols, W.cols, 1.0, D.data(), W.cols, H.data, H.stride, 0.0, product.data(), W.cols);
    double loss = 0;
    for (std::size_t i = 0; i < D.size(); ++i) loss += D.data()[i] * (H.empty() ? D : product).data()[i];
    return loss;
}

template <class R>
struct Factor {
    HessianColumns columns;
    double damping = 0;
    Matrix<R> U;  // [in, in] in solve order
};

/// Uᵀ U = (H + λ I)⁻¹ by way of the inverse. Returns 0 or the 1-based solve position at which H is not positive definite.
template <class R>
int upperOfInverse(Matrix<R>& damped, Matrix<R>& U) {
    const std::size_t n = damped.rows();
    if (const int info = choleskyLower(n, damped.data(), n)) return info;
    Matrix<R> inverse(n, n);  // of L
    for (std::size_t i = 0; i < n; ++i) inverse(i, i) = 1;
    solveTriangular(Side::Left, Triangle::Lower, Transpose::No, Diagonal::AsStored, n, n, damped.data(), n, inverse.data(), n);
    gemm(Transpose::Yes, Transpose::No, n, n, n, R(1), inverse.data(), n, inverse.data(), n, R(0), U.data(), n);
    return choleskyUpper(n, U.data(), n);
}

template <class R>
Factor<R> factorOf(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context) {
    const std::size_t n = problem.H.rows;
    Factor<R> factor;
    std::vector<double> diagonal(n);
    for (std::size_t i = 0; i < n; ++i) diagonal[i] = problem.H(i, i);
    factor.columns = examineColumns(diagonal, settings, problem.name, context);
    const std::vector<std::int32_t>& order = factor.columns.order;
    const auto natural = [&](std::size_t j) { return order.empty() ? j : static_cast<std::size_t>(order[j]); };
    Matrix<R> damped(n, n);
    factor.U = Matrix<R>(n, n);
    factor.damping = factorWithRetries(factor.columns, settings, problem.name, context, [&](double lambda) {
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) damped(i, j) = static_cast<R>(problem.H(natural(i), natural(j)));
        for (std::size_t i = 0; i < n; ++i) {
            if (damped(i, i) == 0) damped(i, i) = static_cast<R>(factor.columns.liveMean);
            damped(i, i) += static_cast<R>(lambda);
        }
        const int info = upperOfInverse(damped, factor.U);
        return info ? static_cast<int>(natural(static_cast<std::size_t>(info - 1))) + 1 : 0;
    });
    return factor;
}

/// The column loop over rows [first, last) of W, which are in solve order. `groups`: group of each solve position where grids are
/// static, empty otherwise. Returns Σ e².
template <class R>
double solveColumnsPlainly(Matrix<R>& W, std::size_t firstRow, std::size_t lastRow, const Factor<R>& factor, const QuantSettings& settings,
                           bool staticGrids, QuantizedLinear& q, JobContext& context) {
    const std::size_t n = W.cols(), width = groupWidth(settings, n), block = static_cast<std::size_t>(settings.blockSize);
    const GridRule rule = gridRuleOf(settings);
    const bool stale = settings.scaleTime == ScaleTime::Stale;
    Matrix<R> atBlock;  // W at the start of the block
    double squares = 0;
    for (std::size_t j = 0; j < n; ++j) {
        if (j % 16 == 0) context.check();
        const std::size_t column = factor.columns.order.empty() ? j : static_cast<std::size_t>(factor.columns.order[j]);
        const std::size_t group = (staticGrids ? column : j) / width, count = std::min(width, n - j);
        if (!staticGrids && stale && j % block == 0) {
            atBlock = Matrix<R>(lastRow - firstRow, n);
            for (std::size_t r = firstRow; r < lastRow; ++r) std::copy_n(W.row(r), n, atBlock.row(r - firstRow));
        }
        for (std::size_t r = firstRow; r < lastRow; ++r) {
            if (!staticGrids && j % width == 0)
                keepGrid(q, r, group, chooseGrid((stale ? atBlock.row(r - firstRow) : W.row(r)) + j, 1, count, rule));
            const Grid<R> grid{static_cast<R>(q.scales(r, group)), static_cast<R>(q.zeros(r, group))};
            const R w = W(r, j), code = centredCode(w, grid, rule.bits), e = (w - grid.scale * code) / factor.U(j, j);
            q.codes(r, column) = static_cast<std::uint8_t>(code + grid.zero);
            squares += static_cast<double>(e) * static_cast<double>(e);
            const R* u = factor.U.row(j);
            R* later = W.row(r);
            for (std::size_t k = j + 1; k < n; ++k) later[k] -= e * u[k];
        }
    }
    return squares;
}

template <class R>
void chooseStaticGrids(const Matrix<R>& W, MatrixView<const R> H, const QuantSettings& settings, std::size_t firstRow, std::size_t lastRow,
                       QuantizedLinear& q, JobContext& context) {
    const std::size_t n = W.cols(), width = groupWidth(settings, n);
    const GridRule rule = gridRuleOf(settings);
    for (std::size_t r = firstRow; r < lastRow; ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) {
            context.check();
            const R* w = W.row(r) + g * width;
            const std::size_t count = std::min(width, n - g * width);
            keepGrid(
                q, r, g,
                settings.search == SearchKind::Hessian ? chooseHessianGrid(w, count, H, g * width, rule) : chooseGrid(w, 1, count, rule));
        }
}

/// W with its columns in solve order.
template <class R>
Matrix<R> inSolveOrder(Matrix<R> W, const std::vector<std::int32_t>& order) {
    if (order.empty()) return W;
    Matrix<R> permuted(W.rows(), W.cols());
    for (std::size_t r = 0; r < W.rows(); ++r)
        for (std::size_t j = 0; j < W.cols(); ++j) permuted(r, j) = W(r, static_cast<std::size_t>(order[j]));
    return permuted;
}

/// Group of each natural column under dynamic groups, if it is not column / width.
std::vector<std::int32_t> dynamicGroups(const std::vector<std::int32_t>& order, std::size_t width) {
    std::vector<std::int32_t> groups(order.size());
    bool trivial = true;
    for (std::size_t j = 0; j < order.size(); ++j) {
        const auto column = static_cast<std::size_t>(order[j]);
        groups[column] = static_cast<std::int32_t>(j / width);
        trivial = trivial && j / width == column / width;
    }
    return trivial ? std::vector<std::int32_t>{} : groups;
}

}  // namespace

template <class R>
SolveResult referenceRtn(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool) {
    requireFinite(problem.W, problem.name, "W");
    const Matrix<R> W = converted<R>(problem.W);
    const GridRule rule = gridRuleOf(settings);
    SolveResult result{emptyResult(W.rows(), W.cols(), settings), {}};
    QuantizedLinear& q = result.quantized;
    overRows(q, settings, problem.name, pool, [&](std::size_t first, std::size_t last) {
        chooseStaticGrids(W, {}, settings, first, last, q, context);
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < W.cols(); ++c) {
                const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
                const Grid<R> grid{static_cast<R>(q.scales(r, g)), static_cast<R>(q.zeros(r, g))};
                q.codes(r, c) = static_cast<std::uint8_t>(centredCode(W(r, c), grid, rule.bits) + grid.zero);
            }
    });
    result.report.loss = lossOf(q, problem.W, {});
    return result;
}

template <class R>
SolveResult referenceGptq(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool) {
    requireFinite(problem.W, problem.name, "W");
    requireFinite(problem.H, problem.name, "H");
    const std::size_t n = problem.W.cols;
    const Factor<R> factor = factorOf<R>(problem, settings, context);
    if (factor.damping < 0) {
        SolveResult rounded = referenceRtn<R>(problem, settings, context, pool);
        rounded.report.loss = lossOf(rounded.quantized, problem.W, problem.H);
        rounded.report.failed = true;
        return rounded;
    }
    Matrix<R> W = converted<R>(problem.W);
    for (const std::int32_t d : factor.columns.deadColumns)
        for (std::size_t r = 0; r < W.rows(); ++r) W(r, static_cast<std::size_t>(d)) = 0;
    const Matrix<R> H = converted<R>(problem.H);
    const bool staticGrids = hasStaticGrids(settings, n);
    SolveResult result{emptyResult(W.rows(), n, settings), {}};
    QuantizedLinear& q = result.quantized;
    Matrix<R> solving = inSolveOrder(W, factor.columns.order);
    std::vector<double> squares((W.rows() + kRowsPerItem - 1) / kRowsPerItem);
    overRows(q, settings, problem.name, pool, [&](std::size_t first, std::size_t last) {
        if (staticGrids) chooseStaticGrids(W, H.view(), settings, first, last, q, context);
        squares[first / kRowsPerItem] = solveColumnsPlainly(solving, first, last, factor, settings, staticGrids, q, context);
    });
    q.order = factor.columns.order;
    if (!staticGrids) q.groupIndex = dynamicGroups(factor.columns.order, groupWidth(settings, n));
    SolveReport& report = result.report;
    report.dampingUsed = factor.damping;
    report.deadColumns = factor.columns.deadColumns;
    for (const double s : squares) report.lossInner += s / 2;
    report.loss = lossOf(q, problem.W, problem.H);
    return result;
}

template SolveResult referenceRtn<double>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);
template SolveResult referenceRtn<float>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);
template SolveResult referenceGptq<double>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);
template SolveResult referenceGptq<float>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);

}  // namespace qs
