// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/tile_solver.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "base/error.h"
#include "kernels/cuda_device.h"
#include "kernels/quadratic_form.h"
#include "kernels/tile_layout.h"
#include "quant/grid_rule.h"
#include "quant/stage_one.h"
#include "quant/super_blocks.h"
#include "quant/tile_device.h"
#include "quant/tile_schedule.h"

namespace qs {
namespace {

// Larger tiles pack the factor less often (4 % at 4096 rows), smaller ones occupy more workers where rows are few.
constexpr std::size_t kTileRows = 256, kTileRowsOfTall = 512, kTall = 4096;
constexpr std::size_t kCudaTileRows = 16384;
constexpr std::size_t kFlopsPerCheck = std::size_t{1} << 33;  // some 50 ms

/// Rows of a tile: at most `most`, tiles of nearly equal size. Must not depend on the number of threads.
std::size_t tileRows(std::size_t rows, std::size_t most) {
    const std::size_t tiles = (rows + most - 1) / most, even = (rows + tiles - 1) / tiles;
    return std::min(rows, (even + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple);
}

[[noreturn]] void refuseWeights(MatrixView<const float> W, const std::string& name) {
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t c = 0; c < W.cols; ++c)
            if (!std::isfinite(W(r, c)))
                throw Error(name + ": the weight is not finite at [" + std::to_string(r) + ", " + std::to_string(c) +
                            "]; check the model file");
    throw Error(name + ": the weight is not finite");
}

struct Solve {
    const SolveInput& input;
    const QuantSettings& settings;
    TilePlan plan;
    TileSchedule schedule;
    JobContext& context;
    SolveResult result;
    std::vector<ColumnSums> sums;  // of each tile
    StageOneGrids stageOne;        // empty unless asked for
    SuperBlockRule superBlocks;

    void run(TileDevice& device, std::size_t tile);
    void shareScales(TileDevice& device, std::size_t rows) const;
};

TilePlan makePlan(const SolveInput& input, const HessianFactor* factor, const QuantSettings& settings, const TileSchedule& schedule,
                  std::size_t most) {
    const std::size_t in = input.W.cols, width = groupWidth(settings, in);
    TilePlan plan;
    plan.in = in;
    plan.groups = groupCount(settings, in);
    plan.superBlock = schedule.superBlock;
    plan.reach = std::max(schedule.reach, factor && !factor->order.empty() ? width : 0);
    plan.maxRows = tileRows(input.W.rows, most);
    plan.rule = gridRuleOf(settings);
    plan.factor = factor;
    plan.cross = factor ? input.cross : nullptr;
    plan.groupOfSolve.resize(in);
    const bool natural = factor && !factor->order.empty() && hasStaticGrids(settings, in);
    for (std::size_t j = 0; j < in; ++j)
        plan.groupOfSolve[j] = static_cast<std::int32_t>((natural ? static_cast<std::size_t>(factor->order[j]) : j) / width);
    if (factor) plan.deadColumns = factor->deadColumns;
    return plan;
}

/// Moves the static grids of all rows to what their storage holds.
void Solve::shareScales(TileDevice& device, std::size_t rows) const {
    Matrix<float> scales(plan.groups, rows), zeros(plan.groups, rows);
    for (std::size_t g = 0; g < plan.groups; ++g) device.getGrid(g, scales.row(g), zeros.row(g));
    std::vector<double> row(plan.groups);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t g = 0; g < plan.groups; ++g) row[g] = static_cast<double>(scales(g, r));
        snapToSuperBlocks(superBlocks, row);
        for (std::size_t g = 0; g < plan.groups; ++g) scales(g, r) = static_cast<float>(row[g]);
    }
    for (std::size_t g = 0; g < plan.groups; ++g) device.setGrid(g, scales.row(g), zeros.row(g));
}

void Solve::run(TileDevice& device, std::size_t tile) {
    const std::size_t first = tile * plan.maxRows, rows = std::min(plan.maxRows, input.W.rows - first);
    const MatrixView<const float> W{input.W.row(first), rows, input.W.cols, input.W.stride};
    if (!device.load(W)) refuseWeights(W, input.name);
    const std::size_t width = groupWidth(settings, plan.in);
    if (!stageOne.scales.empty())
        for (std::size_t g = 0; g < plan.groups; ++g) device.setGrid(g, stageOne.scales.row(g) + first, stageOne.zeros.row(g) + first);
    else if (hasStaticGrids(settings, plan.in) || !plan.factor)
        for (std::size_t g = 0; g < plan.groups; ++g) {
            context.check();
            device.chooseGrid(g, g * width, std::min(plan.in, (g + 1) * width));
        }
    if (superBlocks.groups > 0) shareScales(device, rows);
    for (const ColumnStep& step : schedule.steps) {
        context.check();
        const auto& [block, super, ahead, firstGroup, lastGroup, settled] = step;
        if (plan.factor) {
            if (block.first == super.first) device.beginSuperBlock(super.first, super.last);
            if (ahead.first < ahead.last) device.lookAhead(ahead.first, ahead.last, super.first, super.last);
            for (std::size_t g = firstGroup; g < lastGroup; ++g)
                device.chooseGridAhead(g, g * width, std::min(plan.in, (g + 1) * width), ahead.first);
            device.compensate(block.first, block.last, super.first);
        }
        device.solve(block.first, block.last, super.first);
        if (plan.cross && settled.first < settled.last) device.settle(settled.first, settled.last);
    }
    QuantizedLinear& q = result.quantized;
    sums[tile] = device.finish({{q.codes.row(first), rows, plan.in, plan.in},
                                {q.scales.row(first), rows, plan.groups, plan.groups},
                                {q.zeros.row(first), rows, plan.groups, plan.groups}});
    for (std::size_t r = first; r < first + rows; ++r)
        for (std::size_t g = 0; g < plan.groups; ++g) requireScaleFits(q.scales(r, g), plan.rule, r, input.name);
}

/// Order and group index, the latter only if it is not column / groupSize.
void describeOrder(const HessianFactor& factor, const QuantSettings& settings, QuantizedLinear& q) {
    q.order = factor.order;
    const std::size_t in = factor.size(), width = groupWidth(settings, in);
    if (factor.order.empty() || hasStaticGrids(settings, in)) return;
    bool trivial = true;
    q.groupIndex.resize(in);
    for (std::size_t c = 0; c < in; ++c) {
        q.groupIndex[c] = static_cast<std::int32_t>(static_cast<std::size_t>(factor.position[c]) / width);
        trivial = trivial && static_cast<std::size_t>(q.groupIndex[c]) == c / width;
    }
    if (trivial) q.groupIndex.clear();
}

void fillReport(Solve& solve) {
    ColumnSums total;
    for (const ColumnSums& s : solve.sums) {
        total.squaredErrors += s.squaredErrors;
        total.squaredDifferences += s.squaredDifferences;
    }
    SolveReport& report = solve.result.report;
    if (const HessianFactor* factor = solve.plan.factor) {
        report.dampingUsed = factor->damping;
        report.deadColumns = factor->deadColumns;
        report.lossInner = total.squaredErrors / 2;
        report.loss = total.squaredErrors - factor->damping * total.squaredDifferences;
    } else {
        report.loss = total.squaredDifferences;
    }
}

/// Σ over tiles of rows of quadraticForm(rows(first, count)).
template <class Rows>
double sumOverTiles(std::size_t rowCount, MatrixView<const float> H, JobContext& context, ThreadPool& pool, const Rows& rows) {
    const std::size_t most = std::max<std::size_t>(32, std::min<std::size_t>(256, kFlopsPerCheck / (H.rows * H.rows)));
    std::vector<double> sums((rowCount + most - 1) / most);
    std::vector<std::vector<float>> workspaces(static_cast<std::size_t>(pool.size()));
    pool.run(sums.size(), [&](std::size_t tile, int worker) {
        context.check();
        const std::size_t first = tile * most, count = std::min(most, rowCount - first);
        sums[tile] = rows(first, count, workspaces[static_cast<std::size_t>(worker)]);
    });
    double total = 0;
    for (const double s : sums) total += s;
    return total;
}

}  // namespace

double hessianLoss(const QuantizedLinear& q, MatrixView<const float> W, MatrixView<const float> H, JobContext& context, ThreadPool& pool) {
    return sumOverTiles(W.rows, H, context, pool, [&](std::size_t first, std::size_t count, std::vector<float>& workspace) {
        Matrix<float> D(count, W.cols);
        for (std::size_t r = 0; r < count; ++r) {
            dequantizeRow(q, first + r, D.row(r));
            for (std::size_t c = 0; c < W.cols; ++c) D(r, c) -= W(first + r, c);
        }
        return quadraticForm(D.view(), H, workspace);
    });
}

double hessianEnergy(MatrixView<const float> W, MatrixView<const float> H, JobContext& context, ThreadPool& pool) {
    return sumOverTiles(W.rows, H, context, pool, [&](std::size_t first, std::size_t count, std::vector<float>& workspace) {
        return quadraticForm({W.row(first), count, W.cols, W.stride}, H, workspace);
    });
}

SolveResult solveByTiles(const SolveInput& input, const HessianFactor* factor, const QuantSettings& settings, JobContext& context,
                         ThreadPool& pool, Device wanted) {
    const std::size_t rows = input.W.rows, in = input.W.cols;
    if (factor && factor->size() != in)
        throw Error(input.name + ": the Hessian has " + std::to_string(factor->size()) + " columns, the weight " + std::to_string(in));
    const Device device = usableDevice(wanted, input.name, context);
    TileSchedule schedule = makeSchedule(settings, in);
    TilePlan plan = makePlan(input, factor, settings, schedule,
                             device.kind == DeviceKind::Cuda ? kCudaTileRows
                             : rows >= kTall                 ? kTileRowsOfTall
                                                             : kTileRows);
    plan.tick = [&context] { context.check(); };
    const std::size_t tiles = (rows + plan.maxRows - 1) / plan.maxRows, groups = plan.groups;
    Solve solve{input,
                settings,
                std::move(plan),
                std::move(schedule),
                context,
                {},
                std::vector<ColumnSums>(tiles),
                {},
                superBlockRule(settings, in)};
    if (settings.search == SearchKind::Hessian) {
        const auto start = Clock::now();
        solve.stageOne = chooseStageOneGrids(input, solve.plan.deadColumns, settings, context, pool);
        solve.result.report.seconds.stageOne = secondsSince(start);
    }
    QuantizedLinear& q = solve.result.quantized;
    q.bits = settings.bits;
    q.groupSize = settings.groupSize;
    q.codes = Matrix<std::uint8_t>(rows, in);
    q.scales = Matrix<double>(rows, groups);
    q.zeros = Matrix<std::uint8_t>(rows, groups);
    if (device.kind == DeviceKind::Cuda) {
        const auto tileDevice = makeCudaTile(solve.plan, device.index);
        for (std::size_t tile = 0; tile < tiles; ++tile) solve.run(*tileDevice, tile);
    } else {
        std::vector<std::unique_ptr<TileDevice>> ofWorker(static_cast<std::size_t>(pool.size()));
        pool.run(tiles, [&](std::size_t tile, int worker) {
            auto& tileDevice = ofWorker[static_cast<std::size_t>(worker)];
            if (!tileDevice) tileDevice = makeCpuTile(solve.plan);
            solve.run(*tileDevice, tile);
        });
    }
    if (factor) describeOrder(*factor, settings, q);
    fillReport(solve);
    return std::move(solve.result);
}

}  // namespace qs
