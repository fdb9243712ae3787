// SPDX-License-Identifier: GPL-3.0-or-later
// A tile of rows on a CUDA device. Mirrors cpu_tile.cpp operation by operation.
#include "base/error.h"
#include "quant/tile_device.h"

#ifdef QS_CUDA
#include <algorithm>
#include <cmath>

#include "kernels/cuda_memory.h"
#include "kernels/grid_search.h"
#include "kernels/tile_layout.h"
#include "kernels/tile_product_cuda.h"
#endif

namespace qs {

#ifndef QS_CUDA

std::unique_ptr<TileDevice> makeCudaTile(const TilePlan&, int) {
    throw Error("this build has no CUDA kernels; configure with -DQS_CUDA=ON");
}

#else

namespace {

std::size_t lanesOf(std::size_t rows) { return (rows + kLaneMultiple - 1) / kLaneMultiple * kLaneMultiple; }

/// A device array of the values of a host array; empty for an empty one.
template <class T>
struct Uploaded {
    explicit Uploaded(const std::vector<T>& values) : Uploaded(values.data(), values.size()) {}
    Uploaded(const T* values, std::size_t size) : array(std::max<std::size_t>(size, 1)), present(size > 0) {
        if (present) copyToCuda(array.data(), values, size * sizeof(T));
    }
    const T* data() const { return present ? array.data() : nullptr; }
    CudaArray<T> array;
    bool present;
};

/// Made first, so that every array of the tile lies on the device.
struct CurrentDevice {
    explicit CurrentDevice(int index) { useCudaDevice(index); }
};

class CudaTile : public TileDevice {
  public:
    CudaTile(const TilePlan& plan, int device)
        : m_device(device),
          m_plan(plan),
          m_most(lanesOf(plan.maxRows)),
          m_unitLower(plan.factor ? plan.factor->unitLower.data() : nullptr, plan.factor ? plan.factor->unitLower.size() : 0),
          m_correction(plan.cross ? plan.cross->correction.data() : nullptr, plan.cross ? plan.cross->correction.size() : 0),
          m_diagonal(plan.factor ? plan.factor->diagonal : std::vector<float>{}),
          m_position(plan.factor ? plan.factor->position : std::vector<std::int32_t>{}),
          m_groups(plan.groupOfSolve),
          m_source(plan.in * plan.maxRows),
          m_weights(plan.in * m_most),
          m_values(plan.cross ? plan.in * m_most : 1),
          m_compensation(std::max<std::size_t>(1, plan.superBlock) * m_most),
          m_ahead(std::max<std::size_t>(1, plan.reach) * m_most),
          m_scales(plan.groups * m_most),
          m_zeros(plan.groups * m_most),
          m_codes(plan.in * m_most),
          m_rowCodes(plan.in * plan.maxRows),
          m_sums(2) {}

    bool load(MatrixView<const float> W) override {
        m_rows = W.rows;
        m_lanes = lanesOf(m_rows);
        for (std::size_t r = 0; r < m_rows; ++r)
            if (!std::all_of(W.row(r), W.row(r) + W.cols, [](float x) { return std::isfinite(x); })) return false;
        copyRowsToCuda(m_source.data(), W.data, W.stride * sizeof(float), W.cols * sizeof(float), m_rows);
        rowsToLanesOnCuda(m_source.data(), m_rows, W.cols, m_lanes, m_position.data(), m_weights.data());
        for (const std::int32_t d : m_plan.deadColumns) zeroOnCuda(weights(positionOf(d)), m_lanes * sizeof(float));
        zeroOnCuda(m_sums.data(), 2 * sizeof(double));
        return true;
    }

    void chooseGrid(std::size_t group, std::size_t first, std::size_t last) override {
        const float* x = weights(first);
        if (m_position.present) {
            for (std::size_t c = first; c < last; ++c)
                copyOnCuda(m_ahead.data() + (c - first) * m_lanes, weights(positionOf(static_cast<std::int32_t>(c))),
                           m_lanes * sizeof(float));
            x = m_ahead.data();
        }
        search(group, x, last - first);
    }

    void setGrid(std::size_t group, const float* scales, const float* zeros) override {
        std::vector<float> padded(m_lanes, 1);
        std::copy_n(scales, m_rows, padded.begin());
        copyToCuda(m_scales.data() + group * m_lanes, padded.data(), m_lanes * sizeof(float));
        std::fill(std::copy_n(zeros, m_rows, padded.begin()), padded.end(), 0.0f);
        copyToCuda(m_zeros.data() + group * m_lanes, padded.data(), m_lanes * sizeof(float));
    }

    void getGrid(std::size_t group, float* scales, float* zeros) override {
        copyFromCuda(scales, m_scales.data() + group * m_lanes, m_rows * sizeof(float));
        copyFromCuda(zeros, m_zeros.data() + group * m_lanes, m_rows * sizeof(float));
    }

    void beginSuperBlock(std::size_t first, std::size_t last) override { product(first, last, 0, first, 0, m_compensation.data()); }

    void compensate(std::size_t first, std::size_t last, std::size_t from) override {
        if (from < first) product(first, last, from, first, 1, m_compensation.data() + (first - from) * m_lanes);
    }

    void lookAhead(std::size_t first, std::size_t last, std::size_t superFirst, std::size_t superLast) override {
        float* x = m_ahead.data();
        if (last <= superLast) {
            copyOnCuda(x, m_compensation.data() + (first - superFirst) * m_lanes, (last - first) * m_lanes * sizeof(float));
            product(first, last, superFirst, first, 1, x);
        } else {
            product(first, last, 0, first, 0, x);
        }
        tileLookAheadOnCuda(last - first, m_lanes, m_unitLower.data() + first * m_plan.in + first, m_plan.in, weights(first), x);
    }

    void chooseGridAhead(std::size_t group, std::size_t first, std::size_t last, std::size_t origin) override {
        search(group, m_ahead.data() + (first - origin) * m_lanes, last - first);
    }

    void solve(std::size_t first, std::size_t last, std::size_t superFirst) override {
        ColumnBlock block;
        block.count = last - first;
        block.lanes = m_lanes;
        block.weights = weights(first);
        if (m_plan.factor) {
            block.compensation = m_compensation.data() + (first - superFirst) * m_lanes;
            block.unitLower = m_unitLower.data() + first * m_plan.in + first;
            block.unitLowerStride = m_plan.in;
            block.diagonal = m_diagonal.data() + first;
        }
        if (m_plan.cross) {
            block.correction = m_correction.data() + first * m_plan.in + first;
            block.values = m_values.data() + first * m_lanes;
        }
        block.scales = m_scales.data();
        block.zeros = m_zeros.data();
        block.groups = m_groups.data() + first;
        block.bits = m_plan.rule.bits;
        block.codes = m_codes.data() + first * m_lanes;
        solveColumnsOnCuda(block, m_sums.data());
    }

    void settle(std::size_t, std::size_t) override { throw Error("--wp official has no CUDA kernel; solve on the CPU"); }

    ColumnSums finish(const TileTarget& target) override {
        lanesToRowsOnCuda(m_codes.data(), m_rows, m_plan.in, m_lanes, m_position.data(), m_rowCodes.data());
        copyRowsFromCuda(target.codes.data, target.codes.stride, m_rowCodes.data(), m_plan.in, m_rows);
        std::vector<float> scales(m_plan.groups * m_lanes), zeros(m_plan.groups * m_lanes);
        copyFromCuda(scales.data(), m_scales.data(), scales.size() * sizeof(float));
        copyFromCuda(zeros.data(), m_zeros.data(), zeros.size() * sizeof(float));
        for (std::size_t g = 0; g < m_plan.groups; ++g)
            for (std::size_t r = 0; r < m_rows; ++r) {
                target.scales(r, g) = static_cast<double>(scales[g * m_lanes + r]);
                target.zeros(r, g) = static_cast<std::uint8_t>(zeros[g * m_lanes + r]);
            }
        ColumnSums sums;
        double values[2];
        copyFromCuda(values, m_sums.data(), sizeof values);
        sums.squaredErrors = values[0];
        sums.squaredDifferences = values[1];
        return sums;
    }

  private:
    float* weights(std::size_t column) { return m_weights.data() + column * m_lanes; }
    std::size_t positionOf(std::int32_t natural) const {
        return static_cast<std::size_t>(m_position.present ? m_plan.factor->position[static_cast<std::size_t>(natural)] : natural);
    }

    void search(std::size_t group, const float* x, std::size_t count) {
        searchGridsOnCuda(m_plan.rule, x, count, m_lanes, m_scales.data() + group * m_lanes, m_zeros.data() + group * m_lanes);
    }

    void product(std::size_t first, std::size_t last, std::size_t k0, std::size_t k1, float beta, float* out) {
        tileProductOnCuda(last - first, m_lanes, k1 - k0, m_unitLower.data() + first * m_plan.in + k0, m_plan.in, weights(k0), beta, out);
        if (m_plan.cross)
            tileProductOnCuda(last - first, m_lanes, k1 - k0, m_correction.data() + first * m_plan.in + k0, m_plan.in,
                              m_values.data() + k0 * m_lanes, 1, out);
    }

    CurrentDevice m_device;
    const TilePlan& m_plan;
    std::size_t m_most, m_rows = 0, m_lanes = 0;
    Uploaded<float> m_unitLower, m_correction, m_diagonal;
    Uploaded<std::int32_t> m_position, m_groups;
    CudaArray<float> m_source, m_weights, m_values, m_compensation, m_ahead, m_scales, m_zeros;
    CudaArray<std::uint8_t> m_codes, m_rowCodes;
    CudaArray<double> m_sums;
};

}  // namespace

std::unique_ptr<TileDevice> makeCudaTile(const TilePlan& plan, int deviceIndex) { return std::make_unique<CudaTile>(plan, deviceIndex); }

#endif

}  // namespace qs
