// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/stage_one.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/hessian_search.h"
#include "quant/grid_rule.h"

namespace qs {
namespace {

constexpr std::size_t kSearchRowsPerItem = 32;

struct Scratch {
    HessianSearchScratch search;
    Matrix<float> w;
    std::vector<HessianGrid> found;
};

}  // namespace

StageOneGrids chooseStageOneGrids(const SolveInput& input, const std::vector<std::int32_t>& deadColumns, const QuantSettings& settings,
                                  JobContext& context, ThreadPool& pool) {
    const std::size_t rows = input.W.rows, in = input.W.cols, width = groupWidth(settings, in), groups = groupCount(settings, in);
    if (input.H.rows != in || input.H.cols != in)
        throw Error(input.name + ": --stage1 needs the Hessian of the " + std::to_string(in) + " inputs of the weight");
    const GridRule rule = gridRuleOf(settings);
    const std::size_t pieces = (rows + kSearchRowsPerItem - 1) / kSearchRowsPerItem;
    StageOneGrids grids{Matrix<float>(groups, rows), Matrix<float>(groups, rows), 0};
    std::vector<double> losses(groups * pieces);
    std::vector<Scratch> ofWorker(static_cast<std::size_t>(pool.size()));
    pool.run(groups * pieces, [&](std::size_t item, int worker) {  // group by group: its block of H stays in the cache
        context.check();
        const std::size_t g = item / pieces, row = item % pieces * kSearchRowsPerItem, count = std::min(kSearchRowsPerItem, rows - row),
                          first = g * width, last = std::min(in, first + width);
        auto& [search, w, found] = ofWorker[static_cast<std::size_t>(worker)];
        w = Matrix<float>(count, last - first);
        found.resize(count);
        for (std::size_t r = 0; r < count; ++r) std::copy(input.W.row(row + r) + first, input.W.row(row + r) + last, w.row(r));
        for (const std::int32_t d : deadColumns)
            if (const auto c = static_cast<std::size_t>(d); c >= first && c < last)
                for (std::size_t r = 0; r < count; ++r) w(r, c - first) = 0;
        searchHessianGrids(
            rule, w.view(), {&input.H(first, first), last - first, last - first, input.H.stride}, search, [&] { context.check(); },
            found.data());
        for (std::size_t r = 0; r < count; ++r) {
            grids.scales(g, row + r) = found[r].grid.scale;
            grids.zeros(g, row + r) = found[r].grid.zero;
            losses[item] += found[r].error;
        }
    });
    for (const double loss : losses) grids.groupwiseLoss += loss;
    return grids;
}

}  // namespace qs
