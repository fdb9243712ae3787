// SPDX-License-Identifier: GPL-3.0-or-later
// The two-stage method around any quantizer: stage 1 (--stage1) fixes the grids before it, stage 2 (--refine) improves the scales after it.
// Source: "two-stage optimisation for group scales", arXiv 2602.02126.
#include <algorithm>

#include "base/clock.h"
#include "kernels/blas.h"
#include "quant/boa_solver.h"
#include "quant/grid_rule.h"
#include "quant/quantizer.h"
#include "quant/scale_refinement.h"
#include "quant/tile_solver.h"

namespace qs {
namespace {

constexpr std::size_t kScaleRowsPerItem = 64;

/// Codes rounded to nearest of weights that share a grid.
void roundRun(const float* w, std::size_t count, const Grid<float>& grid, int bits, std::uint8_t* codes) {
    for (std::size_t c = 0; c < count; ++c)
        codes[c] = static_cast<std::uint8_t>(static_cast<int>(centredCode(w[c], grid, bits) + grid.zero));
}

/// Codes rounded to nearest on the static grids of q.
QuantizedLinear roundedOn(const QuantizedLinear& q, MatrixView<const float> W, ThreadPool& pool) {
    QuantizedLinear rounded = q;
    const std::size_t in = W.cols, width = !q.groupIndex.empty() ? 1 : q.groupSize > 0 ? static_cast<std::size_t>(q.groupSize) : in;
    pool.run((W.rows + kScaleRowsPerItem - 1) / kScaleRowsPerItem, [&](std::size_t item, int) {
        for (std::size_t r = item * kScaleRowsPerItem; r < std::min(W.rows, (item + 1) * kScaleRowsPerItem); ++r)
            for (std::size_t c = 0; c < in; c += width) {
                const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
                const Grid<float> grid{static_cast<float>(q.scales(r, g)), static_cast<float>(q.zeros(r, g))};
                roundRun(W.row(r) + c, std::min(width, in - c), grid, q.bits, rounded.codes.row(r) + c);
            }
    });
    return rounded;
}

/// −2 Σ w D (ŵ − w)ᵀ.
double crossLoss(const QuantizedLinear& q, MatrixView<const float> W, MatrixView<const float> D, ThreadPool& pool) {
    const std::size_t items = (W.rows + kScaleRowsPerItem - 1) / kScaleRowsPerItem;
    std::vector<double> sums(items);
    pool.run(items, [&](std::size_t item, int) {
        const std::size_t first = item * kScaleRowsPerItem, rows = std::min(kScaleRowsPerItem, W.rows - first);
        Matrix<float> product(rows, W.cols), quantized(1, W.cols);
        gemm(Transpose::No, Transpose::No, rows, W.cols, W.cols, 1.0f, W.row(first), W.stride, D.data, D.stride, 0.0f, product.data(),
             W.cols);
        for (std::size_t r = 0; r < rows; ++r) {
            dequantizeRow(q, first + r, quantized.data());
            for (std::size_t c = 0; c < W.cols; ++c)
                sums[item] -= 2 * static_cast<double>(product(r, c)) * static_cast<double>(quantized(0, c) - W(first + r, c));
        }
    });
    double total = 0;
    for (const double sum : sums) total += sum;
    return total;
}

/// What refineScales lowers.
double objectiveOf(const QuantizedLinear& q, const SolveInput& input, JobContext& context, ThreadPool& pool) {
    const double loss = hessianLoss(q, input.W, input.H, context, pool);
    return input.D.empty() ? loss : loss + crossLoss(q, input.W, input.D, pool);
}

Matrix<float> inFloat(const Matrix<double>& scales) {
    Matrix<float> narrow(scales.rows(), scales.cols());
    std::transform(scales.values().begin(), scales.values().end(), narrow.data(), [](double s) { return static_cast<float>(s); });
    return narrow;
}

/// Appends the rows of a matrix.
template <class T>
void append(Matrix<T>& whole, const Matrix<T>& rows) {
    if (rows.empty()) return;
    Matrix<T> both(whole.rows() + rows.rows(), rows.cols());
    std::copy(whole.values().begin(), whole.values().end(), both.data());
    std::copy(rows.values().begin(), rows.values().end(), both.row(whole.rows()));
    whole = std::move(both);
}

}  // namespace

void appendRows(SolveResult& whole, const SolveResult& part) {
    append(whole.quantized.codes, part.quantized.codes);
    append(whole.quantized.scales, part.quantized.scales);
    append(whole.quantized.zeros, part.quantized.zeros);
    whole.report.loss += part.report.loss;
    whole.report.energy += part.report.energy;
    whole.report.lossInner += part.report.lossInner;
    whole.report.failed |= part.report.failed;
    if (whole.steps.empty()) whole.steps.resize(part.steps.size());
    for (std::size_t s = 0; s < part.steps.size(); ++s) {
        whole.steps.at(s).name = part.steps[s].name;
        whole.steps[s].loss += part.steps[s].loss;
        append(whole.steps[s].scales, part.steps[s].scales);
    }
}

bool needsCross(const QuantSettings& settings) { return quantizerOf(columnSettings(settings).method).needsCross; }

bool needsHessian(const QuantSettings& settings) {
    const QuantizerEntry& method = quantizerOf(settings.method);
    return method.needsHessian || method.scalesInputs || settings.search == SearchKind::Hessian || settings.refine != Refine::None;
}

SolveResult quantizeLinear(const SolveInput& input, const QuantSettings& settings, StepDetail detail, JobContext& context, ThreadPool& pool,
                           Device device) {
    const auto start = Clock::now();
    SolveResult result = input.outputHessians.empty() ? quantizerOf(settings.method).solve(input, settings, context, pool, device)
                                                      : solveTwoSided(input, settings, detail, context, pool, device);
    SolveReport& report = result.report;
    SolveSeconds& seconds = report.seconds;
    if (!input.outputHessians.empty()) seconds = {};
    seconds.columns = secondsSince(start) - seconds.stageOne;
    if (!input.outputHessians.empty()) return result;
    const bool stageOne = settings.search == SearchKind::Hessian, refine = settings.refine != Refine::None;
    const bool steps = detail != StepDetail::None && (stageOne || refine), scales = detail == StepDetail::Scales && steps;
    double objective = report.loss;
    const auto stations = Clock::now();
    if (steps) {
        if (!input.D.empty()) objective = objectiveOf(result.quantized, input, context, pool);
        Matrix<float> found = scales ? inFloat(result.quantized.scales) : Matrix<float>();
        if (stageOne)
            result.steps.push_back({"stage 1", objectiveOf(roundedOn(result.quantized, input.W, pool), input, context, pool), found});
        result.steps.push_back({"codes", objective, std::move(found)});
        seconds.losses = secondsSince(stations);
    }
    if (!refine) return result;
    const auto refining = Clock::now();
    Refinement refinement = refineScales(result.quantized, input, settings, scales, context, pool);
    seconds.stageTwo = secondsSince(refining);
    if (input.D.empty()) report.loss += refinement.steps.back().lossChange;
    else if (input.energy) report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
    if (!steps) return result;
    for (RefinementStep& step : refinement.steps)
        result.steps.push_back({std::move(step.name), objective + step.lossChange, std::move(step.scales)});
    return result;
}

}  // namespace qs
