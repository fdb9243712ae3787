// SPDX-License-Identifier: GPL-3.0-or-later
// What the solvers need of a device, for one tile of rows with rows as lanes. The order of the operations (tile_solver.h) is the same
// on every device; the arithmetic of the kernels is shared (kernels/grid.h, kernels/gptq_columns.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "kernels/gptq_columns.h"
#include "kernels/grid.h"
#include "quant/asymmetric_factor.h"
#include "quant/hessian_factor.h"

namespace qs {

/// Everything about a solve that all its tiles share.
struct TilePlan {
    std::size_t in = 0;
    std::size_t groups = 0;
    std::size_t superBlock = 0;  ///< columns whose compensation is held at once
    std::size_t reach = 0;       ///< most columns of a look-ahead or of a group
    std::size_t maxRows = 0;     ///< of a tile
    GridRule rule;
    const HessianFactor* factor = nullptr;    ///< null: round to nearest
    const AsymmetricFactor* cross = nullptr;  ///< null: no correction
    std::vector<std::int32_t> groupOfSolve;   ///< [in] group of each solve position
    std::vector<std::int32_t> deadColumns;    ///< natural columns whose weights are zeroed
    std::function<void()> tick;               ///< called at least every 100 ms of work inside one operation; may throw to stop
};

/// Finished rows of a tile, in natural column order.
struct TileTarget {
    MatrixView<std::uint8_t> codes;  ///< [rows, in]
    MatrixView<double> scales;       ///< [rows, groups]
    MatrixView<std::uint8_t> zeros;  ///< [rows, groups]
};

/// Columns are solve positions unless said; `first` and `last` give a half-open range.
class TileDevice {
  public:
    virtual ~TileDevice() = default;

    /// Takes W [rows, in]. Returns false if an element is not finite.
    virtual bool load(MatrixView<const float> W) = 0;
    /// Grid of one group from its natural columns [first, last) of W.
    virtual void chooseGrid(std::size_t group, std::size_t first, std::size_t last) = 0;
    /// Grids found elsewhere: scales and zeros [rows] of one group.
    virtual void setGrid(std::size_t group, const float* scales, const float* zeros) = 0;
    /// Copies the grids of one group out: [rows] each.
    virtual void getGrid(std::size_t group, float* scales, float* zeros) = 0;
    /// Starts the super-block [first, last): compensation of all columns before it.
    virtual void beginSuperBlock(std::size_t first, std::size_t last) = 0;
    /// Adds the compensation of columns [from, first) to [first, last), all inside the super-block.
    virtual void compensate(std::size_t first, std::size_t last, std::size_t from) = 0;
    /// Makes the fully compensated weights of [first, last) as they are when column `first` is reached.
    virtual void lookAhead(std::size_t first, std::size_t last, std::size_t superFirst, std::size_t superLast) = 0;
    /// Grid of one group from columns [first, last) of the last lookAhead, which began at `origin`.
    virtual void chooseGridAhead(std::size_t group, std::size_t first, std::size_t last, std::size_t origin) = 0;
    /// Quantizes [first, last), inside the super-block that began at superFirst.
    virtual void solve(std::size_t first, std::size_t last, std::size_t superFirst) = 0;
    /// Columns [first, last), all solved, count for the columns behind them with their quantized values (asymmetric_factor.cpp). CPU only.
    virtual void settle(std::size_t first, std::size_t last) = 0;
    /// Copies the results out and returns Σ e² and Σ D² of the tile.
    virtual ColumnSums finish(const TileTarget& target) = 0;
};

std::unique_ptr<TileDevice> makeCpuTile(const TilePlan& plan);
/// Throws Error if the build has no CUDA.
std::unique_ptr<TileDevice> makeCudaTile(const TilePlan& plan, int deviceIndex);

}  // namespace qs
