// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "kernels/blas.h"
#include "kernels/grid_search.h"
#include "kernels/tile_layout.h"
#include "quant/tile_device.h"

namespace qs {
namespace {

class CpuTile : public TileDevice {
  public:
    explicit CpuTile(const TilePlan& plan) : m_plan(plan) {
        const std::size_t most = (plan.maxRows + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple;
        m_weights.resize(plan.in * most);
        m_codes.resize(plan.in * most);
        m_scales.resize(plan.groups * most);
        m_zeros.resize(plan.groups * most);
        if (!plan.factor) return;
        m_compensation.resize(plan.superBlock * most);
        m_ahead.resize(plan.reach * most);
        if (plan.cross) m_values.resize(plan.in * most);
    }

    bool load(MatrixView<const float> W) override {
        m_rows = W.rows;
        m_lanes = (m_rows + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple;
        m_sums = {};
        const bool finite = rowsToLanes(layout(W.stride), W.data, m_weights.data());
        for (const std::int32_t d : m_plan.deadColumns) std::fill_n(weights(positionOf(d)), m_lanes, 0.0f);
        return finite;
    }

    void chooseGrid(std::size_t group, std::size_t first, std::size_t last) override {
        const float* x = weights(first);
        if (position()) {  // natural neighbours lie apart in solve order
            for (std::size_t c = first; c < last; ++c)
                std::copy_n(weights(positionOf(static_cast<std::int32_t>(c))), m_lanes, m_ahead.data() + (c - first) * m_lanes);
            x = m_ahead.data();
        }
        search(group, x, last - first);
    }

    void setGrid(std::size_t group, const float* scales, const float* zeros) override {
        float *s = m_scales.data() + group * m_lanes, *z = m_zeros.data() + group * m_lanes;
        std::fill(std::copy_n(scales, m_rows, s), s + m_lanes, 1.0f);
        std::fill(std::copy_n(zeros, m_rows, z), z + m_lanes, 0.0f);
    }

    void getGrid(std::size_t group, float* scales, float* zeros) override {
        std::copy_n(m_scales.data() + group * m_lanes, m_rows, scales);
        std::copy_n(m_zeros.data() + group * m_lanes, m_rows, zeros);
    }

    void beginSuperBlock(std::size_t first, std::size_t last) override { product(first, last, 0, first, 0, m_compensation.data()); }

    void compensate(std::size_t first, std::size_t last, std::size_t from) override {
        if (from < first) product(first, last, from, first, 1, m_compensation.data() + (first - from) * m_lanes);
    }

    void lookAhead(std::size_t first, std::size_t last, std::size_t superFirst, std::size_t superLast) override {
        float* x = m_ahead.data();
        if (last <= superLast) {
            std::copy_n(m_compensation.data() + (first - superFirst) * m_lanes, (last - first) * m_lanes, x);
            product(first, last, superFirst, first, 1, x);
        } else {
            product(first, last, 0, first, 0, x);
        }
        const Matrix<float>& L = m_plan.factor->unitLower;
        solveTriangular(Side::Left, Triangle::Lower, Transpose::No, Diagonal::Unit, last - first, m_lanes, L.row(first) + first, L.cols(),
                        x, m_lanes);
        const float* w = weights(first);
        for (std::size_t i = 0; i < (last - first) * m_lanes; ++i) x[i] += w[i];
    }

    void chooseGridAhead(std::size_t group, std::size_t first, std::size_t last, std::size_t origin) override {
        search(group, m_ahead.data() + (first - origin) * m_lanes, last - first);
    }

    void solve(std::size_t first, std::size_t last, std::size_t superFirst) override {
        ColumnBlock block;
        block.count = last - first;
        block.lanes = m_lanes;
        block.weights = weights(first);
        if (const HessianFactor* factor = m_plan.factor) {
            block.compensation = m_compensation.data() + (first - superFirst) * m_lanes;
            block.unitLower = factor->unitLower.row(first) + first;
            block.unitLowerStride = factor->unitLower.cols();
            block.diagonal = factor->diagonal.data() + first;
        }
        if (m_plan.cross) {
            block.correction = m_plan.cross->correction.row(first) + first;
            block.values = m_values.data() + first * m_lanes;
        }
        block.scales = m_scales.data();
        block.zeros = m_zeros.data();
        block.groups = m_plan.groupOfSolve.data() + first;
        block.bits = m_plan.rule.bits;
        block.codes = m_codes.data() + first * m_lanes;
        const ColumnSums sums = solveColumns(block);
        m_sums.squaredErrors += sums.squaredErrors;
        m_sums.squaredDifferences += sums.squaredDifferences;
    }

    void settle(std::size_t first, std::size_t last) override {
        const std::size_t count = last - first;
        m_changes.resize(count * m_lanes);
        for (std::size_t j = 0; j < count; ++j) {
            const auto group = static_cast<std::size_t>(m_plan.groupOfSolve[first + j]) * m_lanes;
            float *v = m_values.data() + (first + j) * m_lanes, *change = m_changes.data() + j * m_lanes;
            const std::uint8_t* code = m_codes.data() + (first + j) * m_lanes;
            for (std::size_t r = 0; r < m_lanes; ++r) {
                const float quantized = m_scales[group + r] * (static_cast<float>(code[r]) - m_zeros[group + r]);
                change[r] = v[r] - quantized;
                v[r] = quantized;
            }
        }
        const Matrix<float>& S = m_plan.cross->withinBlock;
        gemm(Transpose::No, Transpose::No, count, m_lanes, count, 1.0f, S.row(first), S.cols(), m_changes.data(), m_lanes, 1.0f,
             weights(first), m_lanes);
    }

    ColumnSums finish(const TileTarget& target) override {
        lanesToRows(layout(target.codes.stride), m_codes.data(), target.codes.data);
        for (std::size_t g = 0; g < m_plan.groups; ++g)
            for (std::size_t r = 0; r < m_rows; ++r) {
                target.scales(r, g) = static_cast<double>(m_scales[g * m_lanes + r]);
                target.zeros(r, g) = static_cast<std::uint8_t>(m_zeros[g * m_lanes + r]);
            }
        return m_sums;
    }

  private:
    float* weights(std::size_t column) { return m_weights.data() + column * m_lanes; }
    const std::int32_t* position() const {
        return m_plan.factor && !m_plan.factor->position.empty() ? m_plan.factor->position.data() : nullptr;
    }
    std::size_t positionOf(std::int32_t natural) const {
        const std::int32_t* positions = position();
        return static_cast<std::size_t>(positions ? positions[natural] : natural);
    }
    TileLayout layout(std::size_t rowStride) const { return {m_rows, m_plan.in, rowStride, m_lanes, position()}; }

    /// In pieces of lanes, since a search over a long row takes its time.
    void search(std::size_t group, const float* x, std::size_t count) {
        float *scales = m_scales.data() + group * m_lanes, *zeros = m_zeros.data() + group * m_lanes;
        const std::size_t piece = m_plan.rule.shrinkSteps > 0 ? kLaneMultiple : m_lanes;
        for (std::size_t r = 0; r < m_lanes; r += piece) {
            m_plan.tick();
            searchGrids(m_plan.rule, x + r, count, m_lanes, piece, scales + r, zeros + r);
        }
    }

    /// out [last − first][lanes] = beta · out + unitLower[first:last, k0:k1] D[k0:k1] + correction[first:last, k0:k1] v[k0:k1]
    void product(std::size_t first, std::size_t last, std::size_t k0, std::size_t k1, float beta, float* out) {
        const Matrix<float>& L = m_plan.factor->unitLower;
        gemm(Transpose::No, Transpose::No, last - first, m_lanes, k1 - k0, 1.0f, L.row(first) + k0, L.cols(), weights(k0), m_lanes, beta,
             out, m_lanes);
        if (!m_plan.cross) return;
        const Matrix<float>& C = m_plan.cross->correction;
        gemm(Transpose::No, Transpose::No, last - first, m_lanes, k1 - k0, 1.0f, C.row(first) + k0, C.cols(),
             m_values.data() + k0 * m_lanes, m_lanes, 1.0f, out, m_lanes);
    }

    const TilePlan& m_plan;
    std::size_t m_rows = 0, m_lanes = 0;
    ColumnSums m_sums;
    AlignedVector<float> m_weights;          // [in][lanes] w, then D
    AlignedVector<float> m_values;           // [in][lanes] v
    AlignedVector<float> m_changes;          // [block][lanes] v − ŵ
    AlignedVector<float> m_compensation;     // [superBlock][lanes]
    AlignedVector<float> m_ahead;            // [reach][lanes]
    AlignedVector<float> m_scales, m_zeros;  // [groups][lanes]
    AlignedVector<std::uint8_t> m_codes;     // [in][lanes]
};

}  // namespace

std::unique_ptr<TileDevice> makeCpuTile(const TilePlan& plan) { return std::make_unique<CpuTile>(plan); }

}  // namespace qs
