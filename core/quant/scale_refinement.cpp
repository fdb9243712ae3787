// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/scale_refinement.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "kernels/block_dots.h"
#include "quant/grid_rule.h"
#include "quant/grouped_columns.h"
#include "quant/scale_system.h"
#include "quant/super_blocks.h"

namespace qs {
namespace {

constexpr std::size_t kMostRows = 128, kLeastRows = 32;
constexpr std::size_t kSystemsBytes = std::size_t{32} << 20;   // of the systems of a tile
constexpr std::size_t kBlockDepth = 256, kBlockColumns = 256;  // of H at a time: what is packed stays in the cache
constexpr std::size_t kSystemRows = 8;                         // whose systems are gathered at once, a cache line of doubles

std::size_t roundedUp(std::size_t count, std::size_t unit) { return (count + unit - 1) / unit * unit; }

/// Rows of a tile: nearly equal tiles of whole vectors, few enough rows for their systems. Must not depend on the number of threads.
std::size_t refinementTileRows(std::size_t rows, std::size_t groups) {
    const std::size_t most = std::clamp(kSystemsBytes / (8 * groups * groups), kLeastRows, kMostRows);
    const std::size_t tiles = std::max<std::size_t>((rows + most - 1) / most, rows > 2 * kLeastRows ? 2 : 1);
    return roundedUp((rows + tiles - 1) / tiles, kBlockDotLanes);
}

/// A square matrix with rows and columns in grouped order: a view of the original where that is natural.
struct GroupedMatrix {
    Matrix<float> copy;
    MatrixView<const float> view;

    GroupedMatrix(MatrixView<const float> from, const GroupedColumns& columns, ThreadPool& pool) : view(from) {
        if (columns.order.empty() || from.empty()) return;
        copy = Matrix<float>(from.rows, from.cols);
        pool.run(from.rows, [&](std::size_t i, int) {
            const float* row = from.row(columns.order[i]);
            for (std::size_t j = 0; j < from.cols; ++j) copy(i, j) = row[columns.order[j]];
        });
        view = copy.view();
    }
};

/// How many scales a step was not applied to, and why.
struct KeptScales {
    std::size_t silent = 0, nonPositive = 0, unfitting = 0, rows = 0;
};

class Refiner {
  public:
    Refiner(QuantizedLinear& q, const SolveInput& input, const QuantSettings& settings, bool keepScales, ThreadPool& pool)
        : m_q(q),
          m_input(input),
          m_settings(settings),
          m_rule(gridRuleOf(settings)),
          m_superBlocks(superBlockRule(settings, q.codes.cols())),
          m_columns(q),
          m_H(input.H, m_columns, pool),
          m_D(input.D, m_columns, pool),
          m_tileRows(refinementTileRows(q.codes.rows(), m_columns.groups())),
          m_tiles((q.codes.rows() + m_tileRows - 1) / m_tileRows),
          m_kept(m_tiles) {
        const std::size_t steps = settings.refine == Refine::Joint ? 1 : static_cast<std::size_t>(settings.sweeps);
        m_changes = Matrix<double>(steps, m_tiles);
        m_result.steps.resize(steps);
        m_result.rowLossChange.resize(q.codes.rows());
        for (std::size_t s = 0; s < steps; ++s) {
            m_result.steps[s].name = settings.refine == Refine::Joint ? "joint" : "sweep " + std::to_string(s + 1);
            if (keepScales) m_result.steps[s].scales = Matrix<float>(q.scales.rows(), q.scales.cols());
        }
    }

    Refinement run(JobContext& context, ThreadPool& pool) {
        std::vector<Tile> ofWorker(static_cast<std::size_t>(pool.size()));
        pool.run(m_tiles, [&](std::size_t tile, int worker) { refine(tile, ofWorker[static_cast<std::size_t>(worker)], context); });
        for (std::size_t s = 0; s < m_result.steps.size(); ++s)
            for (std::size_t tile = 0; tile < m_tiles; ++tile) m_result.steps[s].lossChange += m_changes(s, tile);
        report(context);
        return std::move(m_result);
    }

  private:
    /// Rows [first, first + rows), everything in grouped order, rows as lanes.
    struct Tile {
        std::size_t first = 0, rows = 0, lanes = 0;
        AlignedVector<float> c, d, w;       // [in, lanes], and finite numbers behind: code − z, w − ŵ, w
        AlignedVector<float> block;         // of H or D, packed
        Matrix<double> A, r, scale;         // [k · k, lanes], [k, lanes]; Σ c_j² H_jj [k, lanes], the size of A_gg without correlations
        Matrix<double> systems, workspace;  // [kSystemRows, k · k], [k, k]
    };

    void refine(std::size_t index, Tile& tile, JobContext& context);
    void load(std::size_t index, Tile& tile) const;
    void loadGroup(Tile& tile, std::size_t g) const;
    void addProducts(Tile& tile, JobContext& context) const;
    void addCrossTerm(Tile& tile, JobContext& context) const;
    void gatherSystems(Tile& tile, std::size_t first, std::size_t last) const;
    void refineRow(std::size_t index, Tile& tile, std::size_t row);
    void take(std::size_t index, const ScaleSystem& system, std::size_t row, const ScaleChange& change);
    void keepStep(std::size_t step, const ScaleSystem& system, std::size_t row, const std::vector<double>& delta);
    void report(JobContext& context) const;

    std::size_t groups() const { return m_columns.groups(); }
    QuantizedLinear& m_q;
    const SolveInput& m_input;
    const QuantSettings& m_settings;
    const GridRule m_rule;
    const SuperBlockRule m_superBlocks;
    const GroupedColumns m_columns;
    const GroupedMatrix m_H, m_D;
    const std::size_t m_tileRows, m_tiles;
    std::vector<KeptScales> m_kept;  // of each tile
    Matrix<double> m_changes;        // [steps, tiles]
    Refinement m_result;
};

void Refiner::load(std::size_t index, Tile& tile) const {
    const std::size_t n = m_q.codes.cols(), k = groups();
    tile.first = index * m_tileRows;
    tile.rows = std::min(m_tileRows, m_q.codes.rows() - tile.first);
    if (const std::size_t lanes = roundedUp(tile.rows, kBlockDotLanes); lanes != tile.lanes) {
        tile.lanes = lanes;
        const std::size_t size = (n + kBlockDotColumns) * lanes;
        tile.c.assign(size, 0);
        tile.d.assign(size, 0);
        if (!m_D.view.empty()) tile.w.assign(size, 0);
        tile.block.resize(packedBlockSize(kBlockDepth, kBlockColumns));
        tile.A = Matrix<double>(k * k, lanes);
        tile.r = Matrix<double>(k, lanes);
        tile.scale = Matrix<double>(k, lanes);
        tile.systems = Matrix<double>(kSystemRows, k * k);
        tile.workspace = Matrix<double>(k, k);
    }
    for (Matrix<double>* sums : {&tile.A, &tile.r, &tile.scale}) std::fill(sums->values().begin(), sums->values().end(), 0.0);
    for (std::size_t g = 0; g < k; ++g) loadGroup(tile, g);
}

void Refiner::loadGroup(Tile& tile, std::size_t g) const {
    float scales[kMostRows];
    int zeros[kMostRows];
    for (std::size_t i = 0; i < tile.rows; ++i) {
        scales[i] = static_cast<float>(m_q.scales(tile.first + i, g));
        zeros[i] = m_q.zeros(tile.first + i, g);
    }
    for (std::size_t j = m_columns.starts[g]; j < m_columns.starts[g + 1]; ++j) {
        const std::size_t column = m_columns.natural(j);
        const float own = m_H.view(j, j);
        float *c = tile.c.data() + j * tile.lanes, *d = tile.d.data() + j * tile.lanes;
        for (std::size_t i = 0; i < tile.rows; ++i) {
            const float w = m_input.W(tile.first + i, column);
            c[i] = static_cast<float>(m_q.codes(tile.first + i, column) - zeros[i]);
            d[i] = w - scales[i] * c[i];
            if (!tile.w.empty()) tile.w[j * tile.lanes + i] = w;
            tile.scale(g, i) += static_cast<double>(c[i] * c[i] * own);
        }
    }
}

/// body(first, last) for pieces of at most `most` of [from, to).
template <class Body>
void inPieces(std::size_t from, std::size_t to, std::size_t most, const Body& body) {
    for (; from < to; from += most) body(from, std::min(to, from + most));
}

/// A_gh for h ≤ g, and r_g without the cross term.
void Refiner::addProducts(Tile& tile, JobContext& context) const {
    const std::size_t n = m_q.codes.cols(), k = groups();
    const auto& starts = m_columns.starts;
    const auto at = [&](const AlignedVector<float>& values, std::size_t column) { return values.data() + column * tile.lanes; };
    for (std::size_t g = 0; g < k; ++g)
        inPieces(starts[g], starts[g + 1], kBlockDepth, [&](std::size_t top, std::size_t bottom) {
            context.check();
            const auto add = [&](std::size_t left, std::size_t right, double* ofA) {
                packBlock({m_H.view.row(top) + left, bottom - top, right - left, m_H.view.stride}, tile.block.data());
                BlockDots dots{tile.block.data(), bottom - top,  right - left, tile.lanes, at(tile.c, top),
                               at(tile.d, left),  tile.r.row(g), nullptr,      nullptr};
                if (ofA) {
                    dots.b = at(tile.c, left);
                    dots.sumB = ofA;
                }
                addBlockDots(dots);
            };
            for (std::size_t h = 0; h <= g; ++h)
                inPieces(starts[h], starts[h + 1], kBlockColumns,
                         [&](std::size_t left, std::size_t right) { add(left, right, tile.A.row(g * k + h)); });
            inPieces(starts[g + 1], n, kBlockColumns, [&](std::size_t left, std::size_t right) { add(left, right, nullptr); });
        });
}

/// r_g += w D_:g c_gᵀ.
void Refiner::addCrossTerm(Tile& tile, JobContext& context) const {
    const std::size_t n = m_q.codes.cols();
    for (std::size_t g = 0; g < groups(); ++g)
        inPieces(m_columns.starts[g], m_columns.starts[g + 1], kBlockColumns, [&](std::size_t left, std::size_t right) {
            context.check();
            inPieces(0, n, kBlockDepth, [&](std::size_t top, std::size_t bottom) {
                packBlock({m_D.view.row(top) + left, bottom - top, right - left, m_D.view.stride}, tile.block.data());
                addBlockDots({tile.block.data(), bottom - top, right - left, tile.lanes, tile.w.data() + top * tile.lanes,
                              tile.c.data() + left * tile.lanes, tile.r.row(g), nullptr, nullptr});
            });
        });
}

/// The matrices A of rows [first, last) of the tile.
void Refiner::gatherSystems(Tile& tile, std::size_t first, std::size_t last) const {
    const std::size_t k = groups();
    for (std::size_t g = 0; g < k; ++g)
        for (std::size_t h = 0; h <= g; ++h) {
            const double* A = tile.A.row(g * k + h);
            for (std::size_t i = first; i < last; ++i) tile.systems(i - first, g * k + h) = tile.systems(i - first, h * k + g) = A[i];
        }
}

void Refiner::keepStep(std::size_t step, const ScaleSystem& system, std::size_t row, const std::vector<double>& delta) {
    Matrix<float>& scales = m_result.steps[step].scales;
    if (scales.empty()) return;
    for (std::size_t g = 0; g < delta.size(); ++g) scales(row, g) = static_cast<float>(system.start[g] + delta[g]);
}

/// The last step of a row: its scales as they will be stored.
void Refiner::take(std::size_t index, const ScaleSystem& system, std::size_t row, const ScaleChange& change) {
    const std::size_t k = groups();
    KeptScales& kept = m_kept[index];
    std::vector<double> stored(k), delta(k);
    for (std::size_t g = 0; g < k; ++g) {
        stored[g] = static_cast<double>(storedScale(static_cast<float>(system.start[g] + change.delta[g]), m_rule.storage));
        if (!scaleFits(stored[g], m_rule.storage)) {
            stored[g] = system.start[g];
            ++kept.unfitting;
        }
        if (change.delta[g] == 0) stored[g] = system.start[g];
        kept.silent += system.fixed[g];
        kept.nonPositive += change.nonPositive[g];
    }
    snapToSuperBlocks(m_superBlocks, stored);
    for (std::size_t g = 0; g < k; ++g) delta[g] = stored[g] - system.start[g];
    double loss = lossChange(system, delta);
    if (!(loss <= 0)) {
        loss = 0;
        std::fill(delta.begin(), delta.end(), 0.0);
        ++kept.rows;
    }
    for (std::size_t g = 0; g < k; ++g) m_q.scales(row, g) = delta[g] == 0 ? system.start[g] : stored[g];
    m_changes(m_changes.rows() - 1, index) += loss;
    m_result.rowLossChange[row] = loss;
    keepStep(m_changes.rows() - 1, system, row, delta);
}

void Refiner::refineRow(std::size_t index, Tile& tile, std::size_t i) {
    constexpr double kFloat = std::numeric_limits<float>::epsilon();
    const std::size_t k = groups(), row = tile.first + i;
    ScaleSystem system{{tile.systems.row(i % kSystemRows), k, k, k}, std::vector<double>(k), {}, std::vector<unsigned char>(k)};
    for (std::size_t g = 0; g < k; ++g) {
        system.r[g] = tile.r(g, i);
        system.start.push_back(m_q.scales(row, g));
        system.fixed[g] = !(system.A(g, g) > 16 * kFloat * tile.scale(g, i));
    }
    if (m_settings.refine == Refine::Joint)
        return take(index, system, row, solveScales(system, 8 * static_cast<double>(k) * kFloat, tile.workspace));
    ScaleChange change = unchangedScales(system);
    std::vector<double> residual = system.r;
    for (std::size_t s = 0; s + 1 < m_changes.rows(); ++s) {
        sweepScales(system, change, residual);
        m_changes(s, index) += lossChange(system, change.delta);
        keepStep(s, system, row, change.delta);
    }
    sweepScales(system, change, residual);
    take(index, system, row, change);
}

void Refiner::refine(std::size_t index, Tile& tile, JobContext& context) {
    load(index, tile);
    addProducts(tile, context);
    if (!m_D.view.empty()) addCrossTerm(tile, context);
    for (std::size_t i = 0; i < tile.rows; ++i) {
        if (i % kSystemRows == 0) {
            context.check();
            gatherSystems(tile, i, std::min(tile.rows, i + kSystemRows));
        }
        refineRow(index, tile, i);
    }
}

void Refiner::report(JobContext& context) const {
    KeptScales kept;
    for (const KeptScales& k : m_kept) {
        kept.silent += k.silent;
        kept.nonPositive += k.nonPositive;
        kept.unfitting += k.unfitting;
        kept.rows += k.rows;
    }
    std::string reasons;
    const auto add = [&](std::size_t count, const char* what) {
        if (count > 0) reasons += (reasons.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    };
    add(kept.silent, "whose codes the Hessian does not see");
    add(kept.nonPositive, "that would not be positive");
    add(kept.unfitting, "that would leave their storage type");
    add(kept.rows * groups(), "in rows that rounding to the storage type would not improve");
    if (!reasons.empty())
        context.event({Severity::Info, "scales-kept", m_input.name,
                       "of " + std::to_string(m_q.scales.size()) + " group scales the refinement kept " + reasons});
}

}  // namespace

Refinement refineScales(QuantizedLinear& q, const SolveInput& input, const QuantSettings& settings, bool keepScales, JobContext& context,
                        ThreadPool& pool) {
    const std::size_t in = q.codes.cols();
    if (input.H.rows != in || input.H.cols != in || (!input.D.empty() && (input.D.rows != in || input.D.cols != in)))
        throw Error(input.name + ": --refine needs the Hessian of the " + std::to_string(in) + " inputs of the weight");
    return Refiner(q, input, settings, keepScales, pool).run(context, pool);
}

std::size_t refinementBytes(std::size_t rows, std::size_t in, std::size_t groups) {
    const std::size_t tile = refinementTileRows(rows, groups);
    return tile * (8 * in + 8 * groups * groups) + 4 * packedBlockSize(kBlockDepth, kBlockColumns) +
           (kSystemRows + 1) * 8 * groups * groups;
}

}  // namespace qs
