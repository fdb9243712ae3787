// SPDX-License-Identifier: GPL-3.0-or-later
// RTN:  q = quant(w) on the grid of its group (kernels/grid.h).
// GPTQ: the column loop of reference_columns.cpp without a correction;
//       loss = Σ (ŵ−w) H (ŵ−w)ᵀ with the undamped H and the original W;  loss_inner = ½ Σ e²
// Source: Frantar et al., arXiv 2210.17323.
#include "quant/reference_solver.h"

#include <algorithm>

#include "kernels/grid.h"
#include "quant/grid_rule.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerItem = 32;

/// Runs body(first row, last row) over all rows; then checks the scales.
template <class Body>
void overRows(QuantizedLinear& q, const QuantSettings& settings, const std::string& name, ThreadPool& pool, const Body& body) {
    const std::size_t rows = q.codes.rows();
    pool.run((rows + kRowsPerItem - 1) / kRowsPerItem,
             [&](std::size_t item, int) { body(item * kRowsPerItem, std::min(rows, (item + 1) * kRowsPerItem)); });
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) requireScaleFits(q.scales(r, g), gridRuleOf(settings), r, name);
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
    const Matrix<R> W = convertedTo<R>(problem.W);
    const GridRule rule = gridRuleOf(settings);
    SolveResult result{problem.grids ? *problem.grids : emptyResult(W.rows(), W.cols(), settings), {}};
    QuantizedLinear& q = result.quantized;
    overRows(q, settings, problem.name, pool, [&](std::size_t first, std::size_t last) {
        if (!problem.grids) chooseStaticGrids(W, {}, settings, first, last, q, context);
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
SolveResult solveWithFactor(const ReferenceProblem& problem, const QuantSettings& settings, const ReferenceFactor<R>& factor,
                            const Matrix<R>& correction, CorrectionWeight weight, JobContext& context, ThreadPool& pool) {
    const std::size_t n = problem.W.cols;
    Matrix<R> W = convertedTo<R>(problem.W);
    clearColumns(W, factor.columns.deadColumns);
    const Matrix<R> H = convertedTo<R>(problem.H);
    const bool staticGrids = problem.grids || hasStaticGrids(settings, n);
    SolveResult result{problem.grids ? *problem.grids : emptyResult(W.rows(), n, settings), {}};
    QuantizedLinear& q = result.quantized;
    const ColumnLoop<R> loop{factor, settings, staticGrids, correction.empty() ? nullptr : &correction, weight};
    Matrix<R> solving = inSolveOrder(W, factor.columns.order);
    std::vector<double> squares((W.rows() + kRowsPerItem - 1) / kRowsPerItem);
    overRows(q, settings, problem.name, pool, [&](std::size_t first, std::size_t last) {
        if (staticGrids && !problem.grids) chooseStaticGrids(W, H.view(), settings, first, last, q, context);
        squares[first / kRowsPerItem] = solveColumns(solving, first, last, loop, q, context);
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

template <class R>
SolveResult referenceGptq(const ReferenceProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool) {
    requireFinite(problem.W, problem.name, "W");
    requireFinite(problem.H, problem.name, "H");
    const ReferenceFactor<R> factor = referenceFactor<R>(problem.H, settings, problem.name, context);
    if (factor.damping < 0) {
        SolveResult rounded = referenceRtn<R>(problem, settings, context, pool);
        rounded.report.loss = lossOf(rounded.quantized, problem.W, problem.H);
        rounded.report.failed = true;
        return rounded;
    }
    return solveWithFactor(problem, settings, factor, Matrix<R>(), CorrectionWeight::Before, context, pool);
}

#define QS_INSTANTIATE(R)                                                                                                               \
    template SolveResult referenceRtn<R>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);                      \
    template SolveResult referenceGptq<R>(const ReferenceProblem&, const QuantSettings&, JobContext&, ThreadPool&);                     \
    template SolveResult solveWithFactor<R>(const ReferenceProblem&, const QuantSettings&, const ReferenceFactor<R>&, const Matrix<R>&, \
                                            CorrectionWeight, JobContext&, ThreadPool&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
