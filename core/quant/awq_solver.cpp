// SPDX-License-Identifier: GPL-3.0-or-later
// Scale search: for r = i / 20, i < 20: s = max(a^r, 1e-4), s ← s / √(max s · min s); loss(r) = Σ_rows ΔW H ΔWᵀ, ΔW = Q(W ∘ s) / s − W;
// the first least loss wins. H is the weighted mean of x xᵀ over tokens (times a constant), so this is the mean squared change of the
// outputs, and weights of sequences (MaCa) enter a and H alike.
// Clip search, not for q and k: A = max|w| of a row and group, m = A (1 − i / 20), i < 10: w' = clamp(w, −m, m), ŵ' = Q(w'),
// error = (ŵ' − w) H_gg (ŵ' − w)ᵀ; the first least error wins, and w' is rounded in place of w.
// Source: Lin et al., AWQ, MLSys 2024. Differs from it: H over all tokens, not 512 of them, for the clip search; grids are those of
// kernels/grid.h, where 0 lies in every asymmetric range.
#include "quant/awq_solver.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "kernels/quadratic_form.h"
#include "quant/grid_rule.h"
#include "quant/tile_solver.h"

namespace qs {
namespace {

constexpr std::size_t kAwqTileRows = 128;
constexpr double kLeastScale = 1e-4;
constexpr int kClipGrid = 20, kClipSteps = 10;

/// Least and greatest of `count` numbers, in lanes that the compiler makes vectors of.
void rangeOf(const float* x, std::size_t count, float& low, float& high) {
    constexpr std::size_t lanes = 16;
    float lows[lanes], highs[lanes];
    std::fill_n(lows, lanes, x[0]);
    std::fill_n(highs, lanes, x[0]);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::size_t k = 0; k < lanes; ++k) {
            lows[k] = smallerOf(lows[k], x[i + k]);
            highs[k] = largerOf(highs[k], x[i + k]);
        }
    for (; i < count; ++i) {
        lows[0] = smallerOf(lows[0], x[i]);
        highs[0] = largerOf(highs[0], x[i]);
    }
    low = *std::min_element(lows, lows + lanes);
    high = *std::max_element(highs, highs + lanes);
}

Grid<float> gridOfRange(const GridRule& rule, float low, float high) {
    const Grid<float> base = baseGrid(rule.kind, rule.bits, low, high);
    return {storedScale(base.scale, rule.storage), roundHalfEven(base.zero)};
}

GridRule withoutSearch(const QuantSettings& settings) {
    GridRule rule = gridRuleOf(settings);
    rule.shrinkSteps = 0;
    return rule;
}

/// Q(w ∘ s) / s − w of one row; `scaled` is workspace [in].
void roundingChange(const float* w, const std::vector<float>& s, std::size_t width, const GridRule& rule, float* scaled, float* change) {
    const std::size_t in = s.size();
    for (std::size_t c = 0; c < in; ++c) scaled[c] = w[c] * s[c];
    for (std::size_t first = 0; first < in; first += width) {
        const std::size_t last = std::min(in, first + width);
        float low, high;
        rangeOf(scaled + first, last - first, low, high);
        const Grid<float> grid = gridOfRange(rule, low, high);
        const float least = -grid.zero, most = static_cast<float>((1 << rule.bits) - 1) - grid.zero;
        for (std::size_t c = first; c < last; ++c) change[c] = grid.scale * centredCode(scaled[c], grid.scale, least, most) / s[c] - w[c];
    }
}

float clamped(float w, float bound) { return smallerOf(largerOf(w, -bound), bound); }

/// Rows [first, first + count) of one of the linears.
struct Tile {
    std::size_t linear, first, count;
};

std::vector<Tile> tilesOf(const std::vector<MatrixView<const float>>& weights) {
    std::vector<Tile> tiles;
    for (std::size_t l = 0; l < weights.size(); ++l)
        for (std::size_t first = 0; first < weights[l].rows; first += kAwqTileRows)
            tiles.push_back({l, first, std::min(kAwqTileRows, weights[l].rows - first)});
    return tiles;
}

/// What the clip search keeps of each row of a tile and group.
struct ClipRow {
    float low = 0, high = 0, largest = 0;
    float bound = 0;
    double least = HUGE_VAL;
};

struct ClipScratch {
    std::vector<float> change, product;
    std::vector<ClipRow> rows;
};

void searchBounds(MatrixView<const float> w, MatrixView<const float> H, const GridRule& rule, ClipScratch& scratch) {
    const std::size_t rows = w.rows, n = w.cols;
    auto& [change, product, found] = scratch;
    change.resize(rows * n);
    product.resize(rows * n);
    found.assign(rows, {});
    for (std::size_t r = 0; r < rows; ++r) {
        rangeOf(w.row(r), n, found[r].low, found[r].high);
        found[r].largest = std::max(-found[r].low, found[r].high);
    }
    for (int i = 0; i < kClipSteps; ++i) {
        for (std::size_t r = 0; r < rows; ++r) {
            const float bound = found[r].largest * shrinkFactor<float>(i, kClipGrid);
            const Grid<float> grid = gridOfRange(rule, std::clamp(found[r].low, -bound, bound), std::clamp(found[r].high, -bound, bound));
            const float least = -grid.zero, most = static_cast<float>((1 << rule.bits) - 1) - grid.zero;
            for (std::size_t c = 0; c < n; ++c)
                change[r * n + c] = grid.scale * centredCode(clamped(w(r, c), bound), grid.scale, least, most) - w(r, c);
        }
        gemm(Transpose::No, Transpose::No, rows, n, n, 1.0f, change.data(), n, H.data, H.stride, 0.0f, product.data(), n);
        for (std::size_t r = 0; r < rows; ++r) {
            double error = 0;
            for (std::size_t c = 0; c < n; ++c) error += static_cast<double>(product[r * n + c]) * static_cast<double>(change[r * n + c]);
            if (error >= found[r].least) continue;
            found[r].least = error;
            found[r].bound = found[r].largest * shrinkFactor<float>(i, kClipGrid);
        }
    }
}

}  // namespace

std::vector<float> inputScalesOf(const InputScaleProblem& problem, int i) {
    const double ratio = static_cast<double>(i) / kScaleRatios;
    std::vector<double> s(problem.magnitude.size());
    std::transform(problem.magnitude.begin(), problem.magnitude.end(), s.begin(),
                   [&](double a) { return std::max(std::pow(a, ratio), kLeastScale); });
    const auto [low, high] = std::minmax_element(s.begin(), s.end());
    const double unit = std::sqrt(*low * *high);
    std::vector<float> scales(s.size());
    std::transform(s.begin(), s.end(), scales.begin(), [&](double value) {
        return static_cast<float>(problem.powersOfTwo ? std::exp2(std::round(std::log2(value / unit))) : value / unit);
    });
    return scales;
}

std::vector<double> scaleLosses(const InputScaleProblem& problem, const QuantSettings& settings, JobContext& context, ThreadPool& pool) {
    const std::size_t in = problem.H.rows, width = groupWidth(settings, in);
    const GridRule rule = withoutSearch(settings);
    const std::vector<Tile> tiles = tilesOf(problem.weights);
    std::vector<std::vector<float>> scales;
    for (int i = 0; i < kScaleRatios; ++i) scales.push_back(inputScalesOf(problem, i));
    struct Scratch {
        Matrix<float> change;
        std::vector<float> scaled, workspace;
    };
    std::vector<Scratch> ofWorker(static_cast<std::size_t>(pool.size()));
    std::vector<double> sums(tiles.size() * kScaleRatios);
    pool.run(sums.size(), [&](std::size_t item, int worker) {
        context.check();
        const Tile& tile = tiles[item / kScaleRatios];
        const MatrixView<const float>& W = problem.weights[tile.linear];
        auto& [change, scaled, workspace] = ofWorker[static_cast<std::size_t>(worker)];
        if (change.empty()) change = Matrix<float>(kAwqTileRows, in);
        scaled.resize(in);
        for (std::size_t r = 0; r < tile.count; ++r)
            roundingChange(W.row(tile.first + r), scales[item % kScaleRatios], width, rule, scaled.data(), change.row(r));
        sums[item] = quadraticForm({change.data(), tile.count, in, in}, problem.H, workspace);
    });
    std::vector<double> losses(kScaleRatios);
    for (std::size_t item = 0; item < sums.size(); ++item) losses[item % kScaleRatios] += sums[item];
    return losses;
}

Matrix<float> clippedWeights(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool) {
    const std::size_t rows = input.W.rows, in = input.W.cols, width = groupWidth(settings, in), groups = groupCount(settings, in);
    const GridRule rule = withoutSearch(settings);
    const std::size_t pieces = (rows + kAwqTileRows - 1) / kAwqTileRows;
    Matrix<float> clipped(rows, in);
    std::vector<ClipScratch> ofWorker(static_cast<std::size_t>(pool.size()));
    pool.run(groups * pieces, [&](std::size_t item, int worker) {
        context.check();
        const std::size_t g = item / pieces, row = item % pieces * kAwqTileRows, count = std::min(kAwqTileRows, rows - row),
                          first = g * width, n = std::min(in, first + width) - first;
        ClipScratch& scratch = ofWorker[static_cast<std::size_t>(worker)];
        searchBounds({input.W.row(row) + first, count, n, input.W.stride}, {&input.H(first, first), n, n, input.H.stride}, rule, scratch);
        for (std::size_t r = 0; r < count; ++r)
            for (std::size_t c = first; c < first + n; ++c) clipped(row + r, c) = clamped(input.W(row + r, c), scratch.rows[r].bound);
    });
    return clipped;
}

SolveResult solveAwq(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    if (input.H.rows != input.W.cols || input.H.cols != input.W.cols)
        throw Error(input.name + ": the Hessian is " + std::to_string(input.H.rows) + " x " + std::to_string(input.H.cols) +
                    ", but the weight has " + std::to_string(input.W.cols) + " columns");
    Matrix<float> clipped;
    SolveInput rounding = input;
    if (input.clip && settings.clip && settings.search == SearchKind::AbsMax) {
        clipped = clippedWeights(input, settings, context, pool);
        rounding.W = clipped.view();
    }
    SolveResult result = solveByTiles(rounding, nullptr, settings, context, pool, device);
    result.report.loss = hessianLoss(result.quantized, input.W, input.H, context, pool);
    if (input.energy) result.report.energy = hessianEnergy(input.W, input.H, context, pool);
    return result;
}

std::size_t awqScratchBytes(std::size_t in) { return 2 * kAwqTileRows * in * sizeof(float); }

}  // namespace qs
