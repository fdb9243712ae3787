// SPDX-License-Identifier: GPL-3.0-or-later
// Stage 1: per row and group the grid with the least (ŵ−w)_g H_gg (ŵ−w)_gᵀ (reference_columns.cpp).
// Stage 2: codes frozen, c_g = q_g − z_g [group], ŵ = (s_1 c_1, s_2 c_2, …); from group to group
//     s_g += [c_g H_g: (w − ŵ)ᵀ + w D_:g c_gᵀ] / (c_g H_gg c_gᵀ)
//   which lowers (ŵ−w) H (ŵ−w)ᵀ − 2 w D (ŵ−w)ᵀ; with R = −D the second term is −w R_g c_gᵀ. Undamped H. Both a sweep and the joint
//   solution are steps on the system of scale_system.h. The plain form of scale_refinement.cpp, in float64.
// Source: "two-stage optimisation for group scales", arXiv 2602.02126 (one sweep there). Beyond it: more sweeps and the joint solution.
// Groups whose pivot vanishes (no codes, or a direction that H does not see) keep their scale.
#include "quant/group_scales.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/blas.h"
#include "quant/grid_rule.h"
#include "quant/grouped_columns.h"
#include "quant/reference_columns.h"
#include "quant/reference_solver.h"
#include "quant/scale_system.h"

namespace qs {
namespace {

constexpr std::size_t kRowsPerTile = 32;

/// The systems of one tile of rows.
struct RowSystems {
    std::vector<Matrix<double>> A;  ///< one [groups, groups] a row
    Matrix<double> r;               ///< [rows, groups]
};

/// H with rows and columns in the given order.
Matrix<double> reordered(MatrixView<const double> H, const GroupedColumns& columns) {
    Matrix<double> to(H.rows, H.cols);
    for (std::size_t i = 0; i < H.rows; ++i)
        for (std::size_t j = 0; j < H.cols; ++j) to(i, j) = H(columns.natural(i), columns.natural(j));
    return to;
}

double dot(const double* a, const double* b, std::size_t count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += a[i] * b[i];
    return sum;
}

/// Rows [first, last): c [rows, in], and −½ of the gradient of the loss by ŵ, (w − ŵ) H + w D [rows, in], both in grouped order.
struct TileTerms {
    Matrix<double> c, slope;
};

TileTerms tileTerms(const QuantizedLinear& q, const ScaleProblem& problem, const GroupedColumns& columns, const Matrix<double>& H,
                    const Matrix<double>& D, std::size_t first, std::size_t last) {
    const std::size_t rows = last - first, n = q.codes.cols();
    TileTerms tile{Matrix<double>(rows, n), Matrix<double>(rows, n)};
    Matrix<double> residual(rows, n), W(rows, n);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const std::size_t r = first + i, c = columns.natural(j), g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            const int code = q.codes(r, c) - q.zeros(r, g);
            tile.c(i, j) = code;
            W(i, j) = problem.W(r, c);
            residual(i, j) = problem.W(r, c) - q.scales(r, g) * code;
        }
    gemm(Transpose::No, Transpose::No, rows, n, n, 1.0, residual.data(), n, H.data(), n, 0.0, tile.slope.data(), n);
    if (!D.empty()) gemm(Transpose::No, Transpose::No, rows, n, n, 1.0, W.data(), n, D.data(), n, 1.0, tile.slope.data(), n);
    return tile;
}

RowSystems rowSystems(const TileTerms& tile, const GroupedColumns& columns, const Matrix<double>& H, JobContext& context) {
    const std::size_t rows = tile.c.rows(), n = tile.c.cols(), groups = columns.groups();
    RowSystems systems{std::vector<Matrix<double>>(rows, Matrix<double>(groups, groups)), Matrix<double>(rows, groups)};
    Matrix<double> v(rows, n);  // c_g H_g:
    for (std::size_t g = 0; g < groups; ++g) {
        context.check();
        const std::size_t start = columns.starts[g], width = columns.starts[g + 1] - start, rest = n - start;
        if (width == 0) continue;
        gemm(Transpose::No, Transpose::No, rows, rest, width, 1.0, tile.c.data() + start, n, H.row(start) + start, n, 0.0, v.data() + start,
             n);
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

void addRow(Matrix<double>& to, std::size_t row, const Matrix<double>& from, const std::vector<double>& delta) {
    for (std::size_t g = 0; g < delta.size(); ++g) to(row, g) = from(row, g) + delta[g];
}

RefinedScales emptyScales(const QuantizedLinear& q, int sweeps) {
    const std::size_t rows = q.codes.rows(), groups = q.scales.cols(), count = static_cast<std::size_t>(sweeps);
    return {std::vector<Matrix<double>>(count, Matrix<double>(rows, groups)), Matrix<double>(rows, groups), std::vector<double>(rows),
            Matrix<double>(count, rows), std::vector<double>(rows)};
}

/// Signs are free. Groups whose codes say nothing are fixed.
ScaleSystem systemOf(RowSystems& systems, std::size_t row) {
    const double* r = systems.r.row(row);
    const std::size_t k = systems.r.cols();
    ScaleSystem system{systems.A[row].view(), {r, r + k}, {}, std::vector<unsigned char>(k)};
    for (std::size_t g = 0; g < k; ++g) system.fixed[g] = !(system.A(g, g) > 0);
    return system;
}

void refineRow(std::size_t r, const QuantizedLinear& q, const ScaleSystem& system, double noise, RefinedScales& refined) {
    ScaleChange change = unchangedScales(system);
    std::vector<double> residual = system.r;
    for (std::size_t s = 0; s < refined.sweeps.size(); ++s) {
        sweepScales(system, change, residual);
        addRow(refined.sweeps[s], r, q.scales, change.delta);
        refined.lossSweeps(s, r) = refined.lossBefore[r] + lossChange(system, change.delta);
    }
    Matrix<double> workspace(system.r.size(), system.r.size());
    const ScaleChange joint = solveScales(system, noise, workspace);
    addRow(refined.joint, r, q.scales, joint.delta);
    refined.lossJoint[r] = refined.lossBefore[r] + lossChange(system, joint.delta);
}

}  // namespace

QuantizedLinear stageOneGrids(MatrixView<const double> W, MatrixView<const double> H, const QuantSettings& settings,
                              const std::string& name, JobContext& context, ThreadPool& pool) {
    const Matrix<double> weights = convertedTo<double>(W), hessian = convertedTo<double>(H);
    QuantizedLinear grids = emptyResult(W.rows, W.cols, settings);
    pool.run(W.rows, [&](std::size_t r, int) { chooseStaticGrids(weights, hessian.view(), settings, r, r + 1, grids, context); });
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t g = 0; g < grids.scales.cols(); ++g) requireScaleFits(grids.scales(r, g), gridRuleOf(settings), r, name);
    return referenceRtn<double>({W, {}, name, &grids}, settings, context, pool).quantized;
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

RefinedScales refineGroupScales(const QuantizedLinear& q, const ScaleProblem& problem, int sweeps, JobContext& context, ThreadPool& pool) {
    const GroupedColumns columns(q);
    const std::size_t rows = q.codes.rows(), groups = columns.groups();
    const Matrix<double> H = reordered(problem.H, columns), D = reordered(problem.D, columns);
    const double noise = 8 * static_cast<double>(groups) * std::numeric_limits<double>::epsilon();
    RefinedScales refined = emptyScales(q, sweeps);
    refined.lossBefore = rowLosses(quantizationError(q, problem.W), problem.W, problem.H, problem.D);
    pool.run((rows + kRowsPerTile - 1) / kRowsPerTile, [&](std::size_t item, int) {
        const std::size_t first = item * kRowsPerTile, last = std::min(rows, first + kRowsPerTile);
        RowSystems systems = rowSystems(tileTerms(q, problem, columns, H, D, first, last), columns, H, context);
        for (std::size_t r = first; r < last; ++r) refineRow(r, q, systemOf(systems, r - first), noise, refined);
    });
    return refined;
}

}  // namespace qs
