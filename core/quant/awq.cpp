// SPDX-License-Identifier: GPL-3.0-or-later
// Grid of a row and group w: maxq = 2^bits − 1; s = max(max w − min w, 1e-5) / maxq; z = clamp(−rint(min w / s), 0, maxq); a range that is
// symmetric to the last bit has z = 2^(bits−1). Unlike the asymmetric grid of kernels/grid.h, 0 need not lie in the range.
//
// Scale search, a [in] = mean |x|: for r = i / ratios: s = max(a^r, least), s ← s / √(max s · min s),
//   loss(r) = mean over outputs and (weighted) tokens of (x Wᵀ − x (Q(W ∘ s) / s)ᵀ)² = 1/out Σ_rows ΔW G ΔWᵀ,  G = Σ_t weight_t x_tᵀ x_t
// Clip search, A = max |w| of a row and group: for i: m = A (1 − i / grid), w' = Q(clamp(w, −m, m)),
//   error = (w' − w) G_gg (w' − w)ᵀ, G_gg the mean of xᵀ x over the tokens 0, step, 2 step, …
// Both keep the first minimum. Source: Lin et al., AWQ, MLSys 2024. Token weights other than 1 / tokens (MaCa) are a reading of ours.
#include "quant/awq.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "kernels/blas.h"
#include "kernels/grid.h"
#include "quant/reference_columns.h"

namespace qs {
namespace {

/// The grid of numbers between low and high; `factor` other than 1 disturbs its scale.
template <class R>
Grid<R> rangeGrid(R low, R high, int bits, R factor = 1) {
    const R maxq = R((1 << bits) - 1);
    const R scale = std::max(high - low, R(1e-5)) / maxq * factor;
    const R zero = -roundHalfEven(high == -low ? -maxq / 2 : low / scale);
    return {scale, std::clamp(zero, R(0), maxq)};
}

template <class R>
Grid<R> rangeGridOf(const R* w, std::size_t count, int bits, R factor = 1) {
    const auto [low, high] = std::minmax_element(w, w + count);
    return rangeGrid(*low, *high, bits, factor);
}

std::size_t widthOf(int groupSize, std::size_t in) { return groupSize > 0 ? std::min(static_cast<std::size_t>(groupSize), in) : in; }

/// Σ_t weight_t x_tᵀ x_t over columns [first, first + count) and every step-th token.
template <class R>
Matrix<R> weightedGram(MatrixView<const double> X, std::size_t first, std::size_t count, std::size_t step,
                       const std::function<double(std::size_t)>& weightOf) {
    const std::size_t tokens = (X.rows + step - 1) / step;
    Matrix<R> scaled(tokens, count), gram(count, count);
    for (std::size_t t = 0; t < tokens; ++t) {
        const double root = std::sqrt(weightOf(t * step));
        for (std::size_t c = 0; c < count; ++c) scaled(t, c) = static_cast<R>(root * X(t * step, first + c));
    }
    gemm(Transpose::Yes, Transpose::No, count, count, tokens, R(1), scaled.data(), count, scaled.data(), count, R(0), gram.data(), count);
    return gram;
}

/// s of ratio r.
template <class R>
std::vector<R> scalesOfRatio(const std::vector<double>& a, double ratio, double least) {
    std::vector<R> s(a.size());
    for (std::size_t c = 0; c < s.size(); ++c)
        s[c] = std::max(std::pow(static_cast<R>(a[c]), static_cast<R>(ratio)), static_cast<R>(least));
    const auto [low, high] = std::minmax_element(s.begin(), s.end());
    const R unit = std::sqrt(*high * *low);
    for (R& value : s) value /= unit;
    return s;
}

template <class R>
Matrix<R> scaledColumns(const Matrix<R>& W, const std::vector<R>& s) {
    Matrix<R> scaled = W;
    for (std::size_t r = 0; r < W.rows(); ++r)
        for (std::size_t c = 0; c < W.cols(); ++c) scaled(r, c) *= s[c];
    return scaled;
}

/// 1/out Σ_rows ΔW G ΔWᵀ, ΔW = Q(W ∘ s) / s − W.
template <class R>
double scaledLoss(const Matrix<R>& W, const std::vector<R>& s, const Matrix<R>& G, const ScaleSearch& search) {
    const std::size_t rows = W.rows(), n = W.cols();
    const QuantizedLinear q = quantizeOnRanges(scaledColumns(W, s), search.bits, search.groupSize);
    Matrix<R> change(rows, n), product(rows, n);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < n; ++c) {
            const auto g = static_cast<std::size_t>(q.groupOf(static_cast<int>(c)));
            change(r, c) = dequantized(q.codes(r, c), q.zeros(r, g), static_cast<R>(q.scales(r, g))) / s[c] - W(r, c);
        }
    gemm(Transpose::No, Transpose::No, rows, n, n, R(1), change.data(), n, G.data(), n, R(0), product.data(), n);
    double loss = 0;
    for (std::size_t i = 0; i < change.size(); ++i) loss += static_cast<double>(change.data()[i]) * static_cast<double>(product.data()[i]);
    return loss / static_cast<double>(rows);
}

/// Error of the group w clamped to ±bound, on a grid with its scale times `factor`; `clamped` and `d` are workspace.
template <class R>
double clippedError(const R* w, const Matrix<R>& G, R bound, int bits, R factor, std::vector<R>& clamped, std::vector<R>& d) {
    const std::size_t count = G.rows();
    for (std::size_t c = 0; c < count; ++c) clamped[c] = std::clamp(w[c], -bound, bound);
    const Grid<R> grid = rangeGridOf(clamped.data(), count, bits, factor);
    for (std::size_t c = 0; c < count; ++c) d[c] = grid.scale * centredCode(clamped[c], grid, bits) - w[c];
    double error = 0;
    for (std::size_t i = 0; i < count; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < count; ++j) sum += static_cast<double>(G(i, j)) * static_cast<double>(d[j]);
        error += sum * static_cast<double>(d[i]);
    }
    return error;
}

/// Errors of the candidates of one group, with the interval that disturbed grids span.
struct Candidates {
    std::vector<double> bound, error, low, high;

    std::size_t best() const { return static_cast<std::size_t>(std::min_element(error.begin(), error.end()) - error.begin()); }

    double gap() const {
        constexpr double margin = 1e-5;
        const auto [least, most] = std::minmax_element(error.begin(), error.end());
        if (*least == *most) return HUGE_VAL;
        const std::size_t chosen = best();
        double next = HUGE_VAL, nextLow = HUGE_VAL;
        for (std::size_t i = 0; i < error.size(); ++i)
            if (i != chosen) {
                next = std::min(next, error[i]);
                nextLow = std::min(nextLow, low[i]);
            }
        if (nextLow < high[chosen] * (1 + margin)) return 0;
        return error[chosen] > 0 ? (next - error[chosen]) / error[chosen] : HUGE_VAL;
    }

    bool tied() const { return high[best()] - low[best()] > 1e-4 * error[best()]; }
};

template <class R>
Candidates clipCandidates(const R* w, const Matrix<R>& G, const ClipSearch& search, std::vector<R>& clamped, std::vector<R>& d) {
    R largest = 0;
    for (std::size_t c = 0; c < G.rows(); ++c) largest = std::max(largest, std::abs(w[c]));
    Candidates candidates;
    for (int i = 0; i < static_cast<int>(search.maxShrink * search.grid); ++i) {
        const R bound = largest * shrinkFactor<R>(i, search.grid);
        const auto errorOf = [&](double factor) { return clippedError(w, G, bound, search.bits, static_cast<R>(factor), clamped, d); };
        const double error = errorOf(1), narrower = errorOf(1 - 1e-6), wider = errorOf(1 + 1e-6);
        candidates.bound.push_back(static_cast<double>(bound));
        candidates.error.push_back(error);
        candidates.low.push_back(std::min({error, narrower, wider}));
        candidates.high.push_back(std::max({error, narrower, wider}));
    }
    return candidates;
}

}  // namespace

template <class R>
QuantizedLinear quantizeOnRanges(const Matrix<R>& W, int bits, int groupSize) {
    QuantSettings settings;
    settings.bits = bits;
    settings.groupSize = groupSize;
    QuantizedLinear q = emptyResult(W.rows(), W.cols(), settings);
    const std::size_t n = W.cols(), width = widthOf(groupSize, n);
    for (std::size_t r = 0; r < W.rows(); ++r)
        for (std::size_t g = 0; g < q.scales.cols(); ++g) {
            const std::size_t first = g * width, last = std::min(n, first + width);
            const Grid<R> grid = rangeGridOf(W.row(r) + first, last - first, bits);
            q.scales(r, g) = static_cast<double>(grid.scale);
            q.zeros(r, g) = static_cast<std::uint8_t>(grid.zero);
            for (std::size_t c = first; c < last; ++c)
                q.codes(r, c) = static_cast<std::uint8_t>(centredCode(W(r, c), grid, bits) + grid.zero);
        }
    return q;
}

std::vector<double> activationScale(MatrixView<const double> X, const std::vector<double>& tokenWeights) {
    std::vector<double> a(X.cols);
    for (std::size_t t = 0; t < X.rows; ++t)
        for (std::size_t c = 0; c < X.cols; ++c) a[c] += tokenWeights[t] * std::abs(X(t, c));
    return a;
}

template <class R>
ScaleSearchResult searchInputScales(MatrixView<const double> W, MatrixView<const double> X, const std::vector<double>& tokenWeights,
                                    const std::vector<double>& a, const ScaleSearch& search, JobContext& context, ThreadPool& pool) {
    const Matrix<R> weights = convertedTo<R>(W);
    const Matrix<R> G = weightedGram<R>(X, 0, X.cols, 1, [&](std::size_t t) { return tokenWeights[t]; });
    ScaleSearchResult result;
    result.history.resize(static_cast<std::size_t>(search.ratios));
    const auto scalesAt = [&](std::size_t i) {
        return scalesOfRatio<R>(a, static_cast<double>(i) / static_cast<double>(search.ratios), search.least);
    };
    pool.run(result.history.size(), [&](std::size_t i, int) {
        context.check();
        result.history[i] = scaledLoss(weights, scalesAt(i), G, search);
    });
    result.best = static_cast<std::size_t>(std::min_element(result.history.begin(), result.history.end()) - result.history.begin());
    const std::vector<R> s = scalesAt(result.best);
    result.s.assign(s.begin(), s.end());
    result.quantized = quantizeOnRanges(scaledColumns(weights, s), search.bits, search.groupSize);
    return result;
}

template <class R>
ClipSearchResult searchClipping(MatrixView<const double> W, MatrixView<const double> X, const ClipSearch& search, JobContext& context,
                                ThreadPool& pool) {
    const std::size_t rows = W.rows, n = W.cols, width = widthOf(search.groupSize, n), groups = (n + width - 1) / width;
    const std::size_t step = static_cast<std::size_t>(search.tokenStep), tokens = (X.rows + step - 1) / step;
    Matrix<R> weights = convertedTo<R>(W);
    ClipSearchResult result{Matrix<double>(rows, groups), Matrix<std::int32_t>(rows, groups), Matrix<double>(rows, groups),
                            Matrix<double>(rows, groups), Matrix<std::uint8_t>(rows, groups), {}};
    pool.run(groups, [&](std::size_t g, int) {
        const std::size_t first = g * width, count = std::min(width, n - first);
        const Matrix<R> G = weightedGram<R>(X, first, count, step, [&](std::size_t) { return 1.0 / static_cast<double>(tokens); });
        std::vector<R> clamped(count), d(count);
        for (std::size_t r = 0; r < rows; ++r) {
            context.check();
            R* w = weights.row(r) + first;
            const Candidates candidates = clipCandidates(w, G, search, clamped, d);
            const std::size_t best = candidates.best();
            result.maxVal(r, g) = candidates.bound[best];
            result.index(r, g) = static_cast<std::int32_t>(best);
            result.error(r, g) = candidates.error[best];
            result.gap(r, g) = candidates.gap();
            result.tie(r, g) = candidates.tied();
            const R bound = static_cast<R>(candidates.bound[best]);
            for (std::size_t c = 0; c < count; ++c) w[c] = std::clamp(w[c], -bound, bound);
        }
    });
    result.quantized = quantizeOnRanges(weights, search.bits, search.groupSize);
    return result;
}

#define QS_INSTANTIATE(R)                                                                                                           \
    template QuantizedLinear quantizeOnRanges<R>(const Matrix<R>&, int, int);                                                       \
    template ScaleSearchResult searchInputScales<R>(MatrixView<const double>, MatrixView<const double>, const std::vector<double>&, \
                                                    const std::vector<double>&, const ScaleSearch&, JobContext&, ThreadPool&);      \
    template ClipSearchResult searchClipping<R>(MatrixView<const double>, MatrixView<const double>, const ClipSearch&, JobContext&, \
                                                ThreadPool&);
QS_INSTANTIATE(double)
QS_INSTANTIATE(float)
#undef QS_INSTANTIATE

}  // namespace qs
