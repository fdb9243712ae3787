// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/kernels/forward_support.h"

namespace qs {
namespace {

using testing::alignedValues;
using testing::widened;

/// The formula of attention.h in double, for one query.
template <class T>
std::vector<double> plainRow(const AttentionProblem<T>& s, std::size_t head, std::size_t i) {
    const std::size_t d = s.headDim, shared = head * s.keyValueHeads / s.heads;
    const std::size_t first = s.window != 0 && i + 1 > s.window ? i + 1 - s.window : 0;
    std::vector<double> weights, out(d);
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::size_t j = first; j <= i; ++j) {
        double score = 0;
        for (std::size_t c = 0; c < d; ++c)
            score += static_cast<double>(widened(s.q[(head * s.length + i) * d + c])) * widened(s.k[(shared * s.length + j) * d + c]);
        score *= s.scale;
        if (s.softcap > 0) score = s.softcap * std::tanh(score / s.softcap);
        weights.push_back(score);
        most = std::max(most, score);
    }
    for (double& w : weights) sum += w = std::exp(w - most);
    for (std::size_t j = first; j <= i; ++j)
        for (std::size_t c = 0; c < d; ++c) out[c] += weights[j - first] / sum * widened(s.v[(shared * s.length + j) * d + c]);
    return out;
}

template <class T>
void check(std::size_t length, std::size_t heads, std::size_t shared, std::size_t d, std::size_t window, float softcap, double tolerance) {
    const auto q = alignedValues<T>(heads * length * d, 1, 2), k = alignedValues<T>(shared * length * d, 2, 2),
               v = alignedValues<T>(shared * length * d, 3);
    AlignedVector<T> out(length * heads * d);
    const AttentionProblem<T> problem{q.data(), k.data(), v.data(),  length, heads, shared, d, 1 / std::sqrt(static_cast<float>(d)),
                                      softcap,  window,   out.data()};
    AttentionScratch<T> scratch;
    attention(problem, scratch);
    double worst = 0;
    for (std::size_t h = 0; h < heads; ++h)
        for (std::size_t i = 0; i<length; i += length> 200 ? 13 : 1) {
            const auto expected = plainRow(problem, h, i);
            for (std::size_t c = 0; c < d; ++c) worst = std::max(worst, std::abs(widened(out[(i * heads + h) * d + c]) - expected[c]));
        }
    EXPECT_LT(worst, tolerance) << "length " << length << " heads " << heads << '/' << shared << " window " << window << " cap " << softcap;
}

TEST(Attention, FirstTokenSeesItselfOnly) {
    const std::vector<float> q{1, 2, 3, 4}, k{1, 0, 0, 1}, v{5, 6, 7, 8};
    std::vector<float> out(4);
    AttentionScratch<float> scratch;
    attention(AttentionProblem<float>{q.data(), k.data(), v.data(), 2, 1, 1, 2, 1, 0, 0, out.data()}, scratch);
    EXPECT_FLOAT_EQ(out[0], 5);
    EXPECT_FLOAT_EQ(out[1], 6);
    // Second token: scores 3 and 4, weights 1 / (1 + e) and e / (1 + e).
    const double w = std::exp(1.0) / (1 + std::exp(1.0));
    EXPECT_NEAR(out[2], 5 * (1 - w) + 7 * w, 1e-6);
    EXPECT_NEAR(out[3], 6 * (1 - w) + 8 * w, 1e-6);
}

TEST(Attention, AgreesWithTheFormulaInFloat) {
    for (const std::size_t length : {1, 2, 17, 127, 128, 129, 300, 1100})
        for (const float softcap : {0.0f, 5.0f}) {
            check<float>(length, 4, 2, 32, 0, softcap, 4e-6);
            check<float>(length, 3, 1, 24, 20, softcap, 4e-6);
        }
    check<float>(1500, 1, 1, 16, 700, 0, 4e-6);  // a window across tiles: some rows do not see the first tile
    check<float>(700, 2, 2, 64, 1, 0, 4e-6);     // a token sees itself only
}

/// Values wider than the heads, in two calls for parts of the queries: columns are those of values as wide as the heads.
TEST(Attention, ValuesMayHaveAnyWidth) {
    constexpr std::size_t length = 300, heads = 2, d = 16, wide = 40, cut = 130;
    const auto q = alignedValues<float>(heads * length * d, 1, 2), k = alignedValues<float>(length * d, 2, 2),
               v = alignedValues<float>(length * wide, 3);
    AlignedVector<float> out(length * heads * wide);
    AttentionScratch<float> scratch;
    AttentionProblem<float> problem{q.data(), k.data(), v.data(), cut, heads, 1, d, 0.25f, 0, 0, out.data(), 0, length, length, wide};
    attention(problem, scratch);
    problem.q += cut * d;
    problem.out += cut * heads * wide;
    problem.length = length;
    problem.queryStart = cut;
    attention(problem, scratch);
    for (std::size_t first = 0; first < wide; first += 8) {
        AlignedVector<float> part(length * d), expected(length * heads * d);
        for (std::size_t t = 0; t < length; ++t) std::copy_n(v.data() + t * wide + first, 8, part.data() + t * d);
        attention(AttentionProblem<float>{q.data(), k.data(), part.data(), length, heads, 1, d, 0.25f, 0, 0, expected.data()}, scratch);
        double worst = 0;
        for (std::size_t r = 0; r < length * heads; ++r)
            for (std::size_t c = 0; c < 8; ++c)
                worst = std::max(worst, std::abs(static_cast<double>(out[r * wide + first + c] - expected[r * d + c])));
        EXPECT_LT(worst, 1e-6) << first;
    }
}

TEST(Attention, AgreesWithTheFormulaInBFloat16) {
    for (const std::size_t length : {1, 17, 129, 1100})
        for (const float softcap : {0.0f, 5.0f}) {
            check<BFloat16>(length, 4, 2, 64, 0, softcap, 0.03);
            check<BFloat16>(length, 3, 1, 24, 20, softcap, 0.03);
        }
}

/// The softmax of one tile on every instruction set, with keys before and behind the window, and after a tile with smaller scores.
template <class T, class Forms>
void checkTile(const Forms& forms, double tolerance) {
    constexpr std::size_t rows = 5, keys = 37, stride = 48, window = 20, d = 3;
    const auto scores = alignedValues(rows * stride, 1, 3);
    for (const auto& [isa, softmax] : forms) {
        auto work = scores;
        AlignedVector<T> p(rows * stride, testing::rounded<T>(9));
        std::vector<float> maximum(rows, -2), sum(rows, 3), out(rows * d, 8);
        softmax(
            SoftmaxTile<T>{work.data(), p.data(), stride, rows, keys, 33, 0, window, 0.5f, 0, maximum.data(), sum.data(), out.data(), d});
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t query = 33 + i;
            double most = -2;  // units of log 2
            for (std::size_t j = query - window + 1; j <= std::min(query, keys - 1); ++j)
                most = std::max(most, 0.5 * scores[i * stride + j] / std::log(2.0));
            double expectedSum = 3 * std::exp2(-2 - most);
            for (std::size_t j = 0; j < keys; ++j) {
                const bool seen = j <= query && j + window > query;
                const double e = seen ? std::exp2(0.5 * scores[i * stride + j] / std::log(2.0) - most) : 0;
                expectedSum += e;
                EXPECT_NEAR(widened(p[i * stride + j]), e, tolerance) << isa << ' ' << i << ' ' << j;
            }
            EXPECT_NEAR(sum[i], expectedSum, 2e-5 * expectedSum) << isa;
            EXPECT_NEAR(maximum[i], most, 1e-6) << isa;
            EXPECT_NEAR(out[i * d], 8 * std::exp2(-2 - most), 1e-5) << isa;
        }
    }
}

TEST(Attention, SoftmaxTileOnEveryInstructionSet) {
    checkTile<float>(QS_ALL_ISAS(softmaxTileF32), 1e-6);
    checkTile<BFloat16>(QS_ALL_ISAS(softmaxTileBf16), 0.003);
}

TEST(Attention, DivideRowsOnEveryInstructionSet) {
    const std::vector<float> x{2, 4, 6, 1, 2, 3}, divisor{2, 4};
    for (const auto& [isa, divide] : QS_ALL_ISAS(divideRowsF32)) {
        std::vector<float> y(8, -1);
        divide(x.data(), divisor.data(), 2, 3, y.data(), 4);
        EXPECT_EQ(y, (std::vector<float>{1, 2, 3, -1, 0.25f, 0.5f, 0.75f, -1})) << isa;
    }
    for (const auto& [isa, divide] : QS_ALL_ISAS(divideRowsBf16)) {
        std::vector<BFloat16> y(8);
        divide(x.data(), divisor.data(), 2, 3, y.data(), 4);
        EXPECT_EQ(toFloat(y[6]), 0.75f) << isa;
    }
}

}  // namespace
}  // namespace qs
