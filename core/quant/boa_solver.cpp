// SPDX-License-Identifier: GPL-3.0-or-later
// Per head, W [headDim, in] with its rows in order, H [in, in] and H_out [headDim, headDim] damped:
//   for blocks of rows (settings.rowBlock): Ŵ_blk by GPTQ or GPTAQ from W_blk as it is now, all heads at once;
//   W_rest += H_out,RR⁻¹ H_out,RB [(W − Ŵ)_blk + α W_blk D H⁻¹] = − F ᵀ [...],  F = U_blk,blk⁻¹ U_blk,rest, Uᵀ U = H_out⁻¹
// α W_blk D H⁻¹ without an inverse: H + λ I = R Rᵀ, R = Lᵀ diag(r) in solve order (hessian_factor.h), so Y H⁻¹ = ((Y L⁻¹) diag(r)⁻²) L⁻ᵀ.
// Sources: BoA, arXiv 2406.13474; TurboBoA, arXiv 2602.04929.
#include "quant/boa_solver.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/asymmetric_factor.h"
#include "quant/boa.h"
#include "quant/hessian_factor.h"
#include "quant/rtn.h"
#include "quant/tile_solver.h"

namespace qs {
namespace {

/// Rows [first, last) of every head, in the heads' order of rows, one head after the other.
struct RowBlock {
    std::size_t first, last;
    std::size_t size() const { return last - first; }
};

class TwoSidedSolve {
  public:
    TwoSidedSolve(const SolveInput& input, const QuantSettings& settings, StepDetail detail, JobContext& context, ThreadPool& pool,
                  Device device)
        : m_input(input),
          m_settings(settings),
          m_columns(columnSettings(settings)),
          m_detail(detail),
          m_context(context),
          m_pool(pool),
          m_device(device),
          m_heads(input.outputHessians.size()),
          m_dim(input.outputHessians[0].rows()) {
        if (m_heads * m_dim != input.W.rows)
            throw Error(input.name + ": " + std::to_string(m_heads) + " output Hessians of " + std::to_string(m_dim) + " rows do not fit " +
                        std::to_string(input.W.rows) + " rows of weights");
        if (!input.factor) throw Error(input.name + ": BoA needs a factored Hessian; call factorize() first");
        if (needsCross(settings) && (!input.cross || input.D.empty()))
            throw Error(input.name + ": BoA with GPTAQ needs the cross term; call factorizeCross() first");
    }

    /// Factors of the output Hessians; false if one fails and the settings ask for RTN then.
    bool factorHeads() {
        for (std::size_t h = 0; h < m_heads; ++h) {
            m_factors.push_back(headFactor<double>(m_input.outputHessians[h].view(), m_settings, m_settings.rowOrder,
                                                   m_input.name + ", output Hessian of head " + std::to_string(h), m_context));
            if (m_factors.back().failed) return false;
        }
        return true;
    }

    SolveResult run() {
        takeWeights();
        SolveResult& result = m_result;
        const auto block = static_cast<std::size_t>(m_settings.rowBlock);
        for (std::size_t first = 0; first < m_dim; first += block) {
            const RowBlock rows{first, std::min(m_dim, first + block)};
            const Matrix<float> W = gathered(rows);
            SolveResult part = solveColumns(W);
            if (rows.last < m_dim) compensate(rows, W, part.quantized);
            place(rows, std::move(part));
        }
        result.report.dampingUsed = m_input.factor->damping;
        result.report.deadColumns = m_input.factor->deadColumns;
        result.report.loss = hessianLoss(result.quantized, m_input.W, m_input.H, m_context, m_pool);
        if (m_input.energy) result.report.energy = hessianEnergy(m_input.W, m_input.H, m_context, m_pool);
        return std::move(result);
    }

  private:
    std::size_t naturalRow(std::size_t head, std::size_t i) const { return head * m_dim + m_factors[head].order[i]; }

    void takeWeights() {
        const std::size_t in = m_input.W.cols;
        m_W = Matrix<float>(m_input.W.rows, in);
        for (std::size_t h = 0; h < m_heads; ++h)
            for (std::size_t i = 0; i < m_dim; ++i) std::copy_n(m_input.W.row(naturalRow(h, i)), in, m_W.row(h * m_dim + i));
        for (const std::int32_t dead : m_input.factor->deadColumns)
            for (std::size_t r = 0; r < m_W.rows(); ++r) m_W(r, static_cast<std::size_t>(dead)) = 0;
    }

    Matrix<float> gathered(RowBlock rows) const {
        Matrix<float> W(m_heads * rows.size(), m_W.cols());
        for (std::size_t h = 0; h < m_heads; ++h)
            std::copy_n(m_W.row(h * m_dim + rows.first), rows.size() * m_W.cols(), W.row(h * rows.size()));
        return W;
    }

    SolveResult solveColumns(const Matrix<float>& W) const {
        SolveInput block;
        block.W = W.view();
        block.H = m_input.H;
        block.factor = m_input.factor;
        block.cross = m_input.cross;
        block.name = m_input.name;
        block.energy = false;
        if (m_settings.refine != Refine::None) block.D = m_input.D;
        return quantizeLinear(block, m_columns, m_detail, m_context, m_pool, m_device);
    }

    /// Z = α W D (H + λ I)⁻¹ of the rows W of a block, added to `residual`.
    void addCross(const Matrix<float>& W, Matrix<float>& residual) const {
        const HessianFactor& factor = *m_input.factor;
        const std::size_t rows = W.rows(), n = W.cols();
        const auto natural = [&](std::size_t j) { return factor.order.empty() ? j : static_cast<std::size_t>(factor.order[j]); };
        Matrix<float> Y(rows, n), Z(rows, n);
        gemm(Transpose::No, Transpose::No, rows, n, n, static_cast<float>(m_settings.alpha), W.data(), n, m_input.D.data, m_input.D.stride,
             0.0f, Y.data(), n);
        for (const std::int32_t dead : factor.deadColumns)
            for (std::size_t r = 0; r < rows; ++r) Y(r, static_cast<std::size_t>(dead)) = 0;
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t j = 0; j < n; ++j) Z(r, j) = Y(r, natural(j));
        const float* L = factor.unitLower.data();
        solveTriangular(Side::Right, Triangle::Lower, Transpose::No, Diagonal::Unit, rows, n, L, n, Z.data(), n);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t j = 0; j < n; ++j) Z(r, j) /= factor.diagonal[j] * factor.diagonal[j];
        solveTriangular(Side::Right, Triangle::Lower, Transpose::Yes, Diagonal::Unit, rows, n, L, n, Z.data(), n);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t j = 0; j < n; ++j) residual(r, natural(j)) += Z(r, j);
    }

    void compensate(RowBlock rows, const Matrix<float>& W, const QuantizedLinear& q) {
        const std::size_t n = W.cols(), count = rows.size(), rest = m_dim - rows.last;
        Matrix<float> residual = dequantize(q);
        for (std::size_t i = 0; i < residual.size(); ++i) residual.data()[i] = W.data()[i] - residual.data()[i];
        m_pool.run(m_heads, [&](std::size_t h, int) {
            m_context.check();
            Matrix<float> own(count, n), factor(count, rest);
            std::copy_n(residual.row(h * count), own.size(), own.data());
            if (m_input.cross) {
                Matrix<float> weights(count, n);
                std::copy_n(W.row(h * count), weights.size(), weights.data());
                addCross(weights, own);
            }
            const Matrix<double>& U = m_factors[h].U;
            Matrix<double> F(count, rest);
            for (std::size_t i = 0; i < count; ++i) std::copy_n(U.row(rows.first + i) + rows.last, rest, F.row(i));
            solveTriangular(Side::Left, Triangle::Upper, Transpose::No, Diagonal::AsStored, count, rest, U.row(rows.first) + rows.first,
                            m_dim, F.data(), rest);
            std::transform(F.values().begin(), F.values().end(), factor.data(), [](double f) { return static_cast<float>(f); });
            gemm(Transpose::Yes, Transpose::No, rest, n, count, -1.0f, factor.data(), rest, own.data(), n, 1.0f,
                 m_W.row(h * m_dim + rows.last), n);
        });
    }

    /// Row r of a block's matrix to its place in one of the whole.
    template <class T>
    void placeRows(RowBlock rows, const Matrix<T>& part, Matrix<T>& whole) const {
        if (part.empty()) return;
        if (whole.empty()) whole = Matrix<T>(m_input.W.rows, part.cols());
        for (std::size_t h = 0; h < m_heads; ++h)
            for (std::size_t i = 0; i < rows.size(); ++i)
                std::copy_n(part.row(h * rows.size() + i), part.cols(), whole.row(naturalRow(h, rows.first + i)));
    }

    void place(RowBlock rows, SolveResult part) {
        QuantizedLinear& whole = m_result.quantized;
        whole.bits = part.quantized.bits;
        whole.groupSize = part.quantized.groupSize;
        whole.order = part.quantized.order;
        whole.groupIndex = part.quantized.groupIndex;
        placeRows(rows, part.quantized.codes, whole.codes);
        placeRows(rows, part.quantized.scales, whole.scales);
        placeRows(rows, part.quantized.zeros, whole.zeros);
        m_result.report.lossInner += part.report.lossInner;
        m_result.steps.resize(part.steps.size());
        for (std::size_t s = 0; s < part.steps.size(); ++s) {
            m_result.steps[s].name = part.steps[s].name;
            m_result.steps[s].loss += part.steps[s].loss;
            placeRows(rows, part.steps[s].scales, m_result.steps[s].scales);
        }
    }

    const SolveInput& m_input;
    const QuantSettings& m_settings;
    const QuantSettings m_columns;  ///< of GPTQ or GPTAQ
    StepDetail m_detail;
    JobContext& m_context;
    ThreadPool& m_pool;
    Device m_device;
    std::size_t m_heads, m_dim;
    std::vector<HeadFactor<double>> m_factors;
    Matrix<float> m_W;  ///< [heads · headDim, in] as it is now, rows in the heads' order
    SolveResult m_result;
};

}  // namespace

SolveResult solveByColumns(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device) {
    const QuantSettings columns = columnSettings(settings);
    return quantizerOf(columns.method).solve(input, columns, context, pool, device);
}

SolveResult solveTwoSided(const SolveInput& input, const QuantSettings& settings, StepDetail detail, JobContext& context, ThreadPool& pool,
                          Device device) {
    const bool mayRound = settings.onFailure == OnFailure::Rtn;
    if (!input.factor && mayRound) return roundAfterFailure(input, columnSettings(settings), context, pool, device);
    TwoSidedSolve solve(input, settings, detail, context, pool, device);
    if (!solve.factorHeads()) return roundAfterFailure(input, columnSettings(settings), context, pool, device);
    return solve.run();
}

}  // namespace qs
