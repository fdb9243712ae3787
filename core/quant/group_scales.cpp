// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1: per row and group the grid with the least (ŵ−w)_g H_gg (ŵ−w)_gᵀ (reference_columns.cpp).
// Stage 2: codes frozen, c_g = q_g − z_g [group], ŵ = (s_1 c_1, s_2 c_2, …); from group to group
//     s_g += [c_g H_g: (w − ŵ)ᵀ + w D_:g c_gᵀ] / (c_g H_gg c_gᵀ)
//   which lowers (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ; with R = −D the second term is −w R_g c_gᵀ. Undamped H.
// Per row this is a k × k system in δ = s − s⁰, k groups, with ŵ⁰ of the scales s⁰ that it starts from:
//     A_gh = c_g H_gh c_hᵀ,   r_g = c_g H_g: (w − ŵ⁰)ᵀ + w D_:g c_gᵀ,   loss(δ) = loss(0) − 2 rᵀδ + δᵀ A δ
//   A sweep is a Gauss-Seidel step on A δ = r; the joint solution solves it. Starting from s⁰ keeps r small, so nothing cancels.
// Products with H run in R, sums beyond them in double.
// Source: "two-stage optimisation for group scales", arXiv 2602.02126 (one sweep there). Beyond it: more sweeps and the joint solution.
// Groups whose pivot vanishes (no codes, or a direction that H does not see) keep their scale.
#include "quant/group_scales.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/blas.h"
#include "quant/grid_rule.h"
#include "quant/reference_columns.h"
#include "quant/reference_solver.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerTile = 32;

/// Columns so ordered that those of a group stand together; group g is [starts[g], starts[g + 1]).
struct GroupedColumns {
    std::vector<std::size_t> order, starts;
};

GroupedColumns groupColumns(const QuantizedLinear& q) {
    const std::size_t n = q.codes.cols(), groups = q.scales.cols();
    GroupedColumns columns;
    const auto groupOf = [&](std::size_t c) { return static_cast<std::size_t>(q.groupOf(static_cast<int>(c))); };
    columns.order.resize(n);
    std::iota(columns.order.begin(), columns.order.end(), std::size_t{0});
    std::stable_sort(columns.order.begin(), columns.order.end(), [&](std::size_t a, std::size_t b) { return groupOf(a) < groupOf(b); });
    columns.starts.assign(groups + 1, 0);
    for (std::size_t c = 0; c < n; ++c) ++columns.starts[groupOf(c) + 1];
    std::partial_sum(columns.starts.begin(), columns.starts.end(), columns.starts.begin());
    return columns;
}

/// The systems of one tile of rows.
struct RowSystems {
    std::vector<Matrix<double>> A;  ///< one [groups, groups] a row
    Matrix<double> r;               ///< [rows, groups]
};

/// H with rows and columns in the given order, in R.
template <class R>
Matrix<R> reordered(MatrixView<const double> H, const std::vector<std::size_t>& order) {
    Matrix<R> to(H.rows, H.cols);
    for (std::size_t i = 0; i < H.rows; ++i)
        for (std::size_t j = 0; j < H.cols; ++j) to(i, j) = static_cast<R>(H(order[i], order[j]));
    return to;
}

template <class R>
double dot(const R* a, const R* b, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

/// Rows [first, last): c [rows, in], and −½ of the gradient of the loss by ŵ, (w − ŵ) H + w D [rows, in], both in grouped order.
template <class R>
struct TileTerms {
    Matrix<R> c, slope;
};

template <class R>
TileTerms<R> tileTerms(const QuantizedLinear& q, const ScaleProblem& problem, const GroupedColumns& columns, const Matrix<R>& H,
                       const Matrix<R>& D, std::size_t first, std::size_t last) {
    const std::size_t rows = last - first, n = q.codes.cols();
    TileTerms<R> tile{Matrix<R>(rows, n), Matrix<R>(rows, n)};
    Matrix<R> residual(rows, n), W(rows, n);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const std::size_t r = first + i, c = columns.order[j], g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            const int code = q.codes(r, c) - q.zeros(r, g);
            tile.c(i, j) = static_cast<R>(code);
            W(i, j) = static_cast<R>(problem.W(r, c));
            residual(i, j) = static_cast<R>(problem.W(r, c) - q.scales(r, g) * code);
        }
    gemm(Transpose::No, Transpose::No, rows, n, n, R(1), residual.data(), n, H.data(), n, R(0), tile.slope.data(), n);
    if (!D.empty()) gemm(Transpose::No, Transpose::No, rows, n, n, R(1), W.data(), n, D.data(), n, R(1), tile.slope.data(), n);
    return tile;
}

template <class R>
RowSystems rowSystems(const TileTerms<R>& tile, const GroupedColumns& columns, const Matrix<R>& H, JobContext& context) {
    const std::size_t rows = tile.c.rows(), n = tile.c.cols(), groups = columns.starts.size() - 1;
    RowSystems systems{std::vector<Matrix<double>>(rows, Matrix<double>(groups, groups)), Matrix<double>(rows, groups)};
    Matrix<R> v(rows, n);  // c_g H_g:
    for (std::size_t g = 0; g < groups; ++g) {
        context.check();
        const std::size_t start = columns.starts[g], width = columns.starts[g + 1] - start, rest = n - start;
        if (width == 0) continue;
        gemm(Transpose::No, Transpose::No, rows, rest, width, R(1), tile.c.data() + start, n, H.row(start) + start, n, R(0),
             v.data() + start, n);
        for (std::size_t i = 0; i < rows; ++i) {
            systems.r(i, g) = dot(tile.c.row(i) + start, tile.slope.row(i) + start, width);
            for (std::size_t h = g; h < groups; ++h) {
                const std::size_t from = columns.starts[h], count = columns.starts[h + 1] - from;
                systems.A[i](g, h) = systems.A[i](h, g) = dot(v.row(i) + from, tile.c.row(i) + from, count);
            }
        }
    }
    return systems;
}

/// −2 rᵀδ + δᵀ A δ.
double lossChange(const Matrix<double>& A, const double* r, const std::vector<double>& delta) {
    double change = 0;
    for (std::size_t g = 0; g < delta.size(); ++g) change += delta[g] * (dot(A.row(g), delta.data(), delta.size()) - 2 * r[g]);
    return change;
}

void sweepOnce(const Matrix<double>& A, const double* r, std::vector<double>& delta) {
    for (std::size_t g = 0; g < delta.size(); ++g)
        if (A(g, g) > 0) delta[g] += (r[g] - dot(A.row(g), delta.data(), delta.size())) / A(g, g);
}

/// δ with A δ = r by Cholesky, A positive semidefinite. A group whose pivot is lost in rounding (`noise` relative) keeps δ = 0.
std::vector<double> solveJointly(const Matrix<double>& A, const double* r, double noise) {
    const std::size_t k = A.rows();
    Matrix<double> L(k, k);
    std::vector<double> delta(k);
    std::vector<bool> used(k);
    for (std::size_t g = 0; g < k; ++g) {
        for (std::size_t h = 0; h < g; ++h)
            if (used[h]) L(g, h) = (A(g, h) - dot(L.row(g), L.row(h), h)) / L(h, h);
        const double pivot = A(g, g) - dot(L.row(g), L.row(g), g);
        used[g] = pivot > noise * A(g, g);
        if (!used[g]) continue;
        L(g, g) = std::sqrt(pivot);
        delta[g] = (r[g] - dot(L.row(g), delta.data(), g)) / L(g, g);
    }
    for (std::size_t g = k; g-- > 0;) {
        if (!used[g]) continue;
        for (std::size_t h = g + 1; h < k; ++h)
            if (used[h]) delta[g] -= L(h, g) * delta[h];
        delta[g] /= L(g, g);
    }
    return delta;
}

void addRow(Matrix<double>& to, std::size_t row, const Matrix<double>& from, const std::vector<double>& delta) {
    for (std::size_t g = 0; g < delta.size(); ++g) to(row, g) = from(row, g) + delta[g];
}

RefinedScales emptyScales(const QuantizedLinear& q, int sweeps) {
    const std::size_t rows = q.codes.rows(), groups = q.scales.cols(), count = static_cast<std::size_t>(sweeps);
    return {std::vector<Matrix<double>>(count, Matrix<double>(rows, groups)), Matrix<double>(rows, groups), std::vector<double>(rows),
            Matrix<double>(count, rows), std::vector<double>(rows)};
}

}  // namespace

template <class R>
QuantizedLinear stageOneGrids(MatrixView<const double> W, MatrixView<const double> H, const QuantSettings& settings,
                              const std::string& name, JobContext& context, ThreadPool& pool) {
    const Matrix<R> weights = convertedTo<R>(W), hessian = convertedTo<R>(H);
    QuantizedLinear grids = emptyResult(W.rows, W.cols, settings);
    pool.run(W.rows, [&](std::size_t r, int) { chooseStaticGrids(weights, hessian.view(), settings, r, r + 1, grids, context); });
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t g = 0; g < grids.scales.cols(); ++g) requireScaleFits(grids.scales(r, g), gridRuleOf(settings), r, name);
    return referenceRtn<R>({W, {}, name, &grids}, settings, context, pool).quantized;
}

double groupwiseLoss(const QuantizedLinear& q, MatrixView<const double> W, MatrixView<const double> H, const QuantSettings& settings) {
    double loss = 0;
    const std::size_t n = W.cols, width = groupWidth(settings, n);
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) {
            const Grid<double> grid{q.scales(r, g), static_cast<double>(q.zeros(r, g))};
            std::vector<double> d;
            for (std::size_t c = g * width; c < std::min(n, (g + 1) * width); ++c)
                d.push_back(grid.scale * centredCode(W(r, c), grid, q.bits) - W(r, c));
            for (std::size_t i = 0; i < d.size(); ++i) loss += d[i] * dot(H.row(g * width + i) + g * width, d.data(), d.size());
        }
    return loss;
}

template <class R>
RefinedScales refineGroupScales(const QuantizedLinear& q, const ScaleProblem& problem, int sweeps, JobContext& context, ThreadPool& pool) {
    const GroupedColumns columns = groupColumns(q);
    const std::size_t rows = q.codes.rows(), groups = q.scales.cols();
    const Matrix<R> H = reordered<R>(problem.H, columns.order), D = reordered<R>(problem.D, columns.order);
    const double noise = 8 * static_cast<double>(groups) * static_cast<double>(std::numeric_limits<R>::epsilon());
    RefinedScales refined = emptyScales(q, sweeps);
    refined.lossBefore = rowLosses(quantizationError(q, problem.W), problem.W, problem.H, problem.D);
    pool.run((rows + kRowsPerTile - 1) / kRowsPerTile, [&](std::size_t item, int) {
        const std::size_t first = item * kRowsPerTile, last = std::min(rows, first + kRowsPerTile);
        const RowSystems systems = rowSystems(tileTerms(q, problem, columns, H, D, first, last), columns, H, context);
        for (std::size_t r = first; r < last; ++r) {
            const Matrix<double>& A = systems.A[r - first];
            const double* slope = systems.r.row(r - first);
            std::vector<double> delta(groups);
            for (std::size_t s = 0; s < refined.sweeps.size(); ++s) {
                sweepOnce(A, slope, delta);
                addRow(refined.sweeps[s], r, q.scales, delta);
                refined.lossSweeps(s, r) = refined.lossBefore[r] + lossChange(A, slope, delta);
            }
            const std::vector<double> joint = solveJointly(A, slope, noise);
            addRow(refined.joint, r, q.scales, joint);
            refined.lossJoint[r] = refined.lossBefore[r] + lossChange(A, slope, joint);
        }
    });
    return refined;
}

#define QS_INSTANTIATE(R)                                                                                               \
    template QuantizedLinear stageOneGrids<R>(MatrixView<const double>, MatrixView<const double>, const QuantSettings&, \
                                              const std::string&, JobContext&, ThreadPool&);                            \
    template RefinedScales refineGroupScales<R>(const QuantizedLinear&, const ScaleProblem&, int, JobContext&, ThreadPool&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
