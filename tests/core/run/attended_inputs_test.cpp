// SPDX-License-Identifier: GPL-3.0-or-later
// Hessians of the attended inputs of v against the formula in double.
#include "run/attended_inputs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/attention_block.h"

namespace qs {
namespace {

using namespace testing;

const std::vector<LengthCount> kCounts{{5, 2}, {9, 1}, {12, 1}};

/// A_h X of sequence s, plainly.
Matrix<double> attended(const AttentionBlock& block, std::size_t s, std::size_t head) {
    const Matrix<double> x = block.input(s), q = block.rotated(LinearRole::Q, s, head),
                         k = block.rotated(LinearRole::K, s, head / 2);  // two heads share keys
    Matrix<double> result(x.rows(), x.cols());
    for (std::size_t t = 0; t < x.rows(); ++t) {
        const std::size_t window = static_cast<std::size_t>(block.spec.window), first = window > 0 && t + 1 > window ? t + 1 - window : 0;
        std::vector<double> p(t + 1);
        double sum = 0;
        for (std::size_t j = first; j <= t; ++j) {
            double score = 0;
            for (std::size_t c = 0; c < q.cols(); ++c) score += q(t, c) * k(j, c);
            score *= static_cast<double>(block.spec.attentionScale);
            const double cap = static_cast<double>(block.spec.attentionSoftcap);
            if (cap > 0) score = cap * std::tanh(score / cap);
            sum += p[j] = std::exp(score);
        }
        for (std::size_t j = first; j <= t; ++j)
            for (std::size_t c = 0; c < x.cols(); ++c) result(t, c) += p[j] / sum * x(j, c);
    }
    return result;
}

/// Σ over heads 2 g, 2 g + 1 and sequences of weight · (A X)ᵀ (A X), first rows `firstWeight` times; with `original` the cross term.
Matrix<double> expected(const AttentionBlock& block, std::size_t group, const std::vector<double>& weights, double firstWeight,
                        const AttentionBlock* original = nullptr) {
    const auto hidden = static_cast<std::size_t>(block.spec.hidden);
    Matrix<double> H(hidden, hidden);
    for (std::size_t s = 0; s < block.sequences.size(); ++s)
        for (const std::size_t head : {2 * group, 2 * group + 1}) {
            const Matrix<double> a = attended(block, s, head);
            Matrix<double> left = a;
            if (original) {
                left = attended(*original, s, head);
                for (std::size_t e = 0; e < left.size(); ++e) left.data()[e] -= a.data()[e];
            }
            for (std::size_t t = 0; t < a.rows(); ++t)
                for (std::size_t i = 0; i < hidden; ++i)
                    for (std::size_t j = 0; j < hidden; ++j) H(i, j) += weights[s] * (t == 0 ? firstWeight : 1) * left(t, i) * a(t, j);
        }
    return H;
}

void expectNear(const Matrix<float>& actual, const Matrix<double>& expected, double tolerance) {
    ASSERT_EQ(actual.size(), expected.size());
    double largest = 0, worst = 0;
    for (std::size_t e = 0; e < expected.size(); ++e) {
        largest = std::max(largest, std::abs(expected.data()[e]));
        worst = std::max(worst, std::abs(static_cast<double>(actual.data()[e]) - expected.data()[e]));
    }
    EXPECT_LT(worst, tolerance * largest);
}

TEST(AttendedInputs, OfOneTokenAreTheInputs) {
    AttentionBlock block({1, 1});
    const BlockState state = block.state();
    const Matrix<float> H = AttendedInputs(state, Weighting::parse("maca"), {{1, 2}}).hessian(0);
    const Matrix<double> x = block.input(0), y = block.input(1);
    // two heads, each of two sequences with weight 1/2: A = 1
    EXPECT_NEAR(H(3, 5), x(0, 3) * x(0, 5) + y(0, 3) * y(0, 5), 1e-5 * std::abs(H(3, 3)));
    EXPECT_EQ(H(3, 5), H(5, 3));
}

TEST(AttendedInputs, EqualScoresTakeMeans) {
    AttentionBlock block({3});
    std::fill(block.weights.qNorm.begin(), block.weights.qNorm.end(), 0.0f);  // all scores are 0
    const BlockState state = block.state();
    const Matrix<float> H = AttendedInputs(state, Weighting::parse("length:3"), {{3, 1}}).hessian(1);
    const Matrix<double> x = block.input(0);
    const auto product = [&](std::size_t i, std::size_t j) {  // rows x0, (x0 + x1) / 2, (x0 + x1 + x2) / 3, two heads, 1 / 3 a token
        const double one = x(0, i) * x(0, j), two = (x(0, i) + x(1, i)) * (x(0, j) + x(1, j)) / 4,
                     three = (x(0, i) + x(1, i) + x(2, i)) * (x(0, j) + x(1, j) + x(2, j)) / 9;
        return 2 * (one + two + three) / 3;
    };
    EXPECT_NEAR(H(0, 0), product(0, 0), 1e-5 * product(0, 0));
    EXPECT_NEAR(H(7, 2), product(7, 2), 1e-5 * product(7, 7));
}

TEST(AttendedInputs, AreThoseOfTheSoftmax) {
    AttentionBlock block;
    const BlockState state = block.state();
    // maca: every sequence 1/4 / L; token: 2 / 31 a token.
    for (const auto& [name, weights] : {std::pair<const char*, std::vector<double>>{"maca", {0.25 / 5, 0.25 / 9, 0.25 / 5, 0.25 / 12}},
                                        {"token", std::vector<double>(4, 2.0 / 31)}}) {
        SCOPED_TRACE(name);
        Weighting weighting = Weighting::parse(name);
        expectNear(AttendedInputs(state, weighting, kCounts).hessian(1), expected(block, 1, weights, 1), 1e-5);
        weighting.firstTokenWeight = 0.3;
        expectNear(AttendedInputs(state, weighting, kCounts).hessian(0), expected(block, 0, weights, 0.3), 1e-5);
    }
}

TEST(AttendedInputs, KnowWindowsAndCaps) {
    AttentionBlock block;
    block.spec.window = 3;
    block.spec.attentionSoftcap = 1.5f;
    const BlockState state = block.state();
    expectNear(AttendedInputs(state, {}, kCounts).hessian(0), expected(block, 0, std::vector<double>(4, 2.0 / 31), 1), 1e-5);
}

TEST(AttendedInputs, InBFloat16AreNear) {
    AttentionBlock block({5, 9, 5, 12}, {.threads = 2, .compute = Compute::BFloat16});
    const BlockState state = block.state();
    expectNear(AttendedInputs(state, {}, kCounts).hessian(1), expected(block, 1, std::vector<double>(4, 2.0 / 31), 1), 0.01);
}

TEST(AttendedInputs, CrossTermToTheOriginalChain) {
    AttentionBlock block, original;
    for (std::size_t i = 0; i < block.weights.inputNorm.size(); ++i) original.weights.inputNorm[i] *= 1 + 0.1f * static_cast<float>(i % 7);
    original.session.executor->setBlock(original.spec, original.weights);
    original.stream->run(Stage::AttentionIn, original.context);
    Weighting weighting = Weighting::parse("maca");
    weighting.firstTokenWeight = 0.5;
    const BlockState state = block.state();
    const AttendedInputs inputs(state, weighting, kCounts);
    const AttendedSums sums = inputs.withCross(1, *original.stream);
    EXPECT_TRUE(std::ranges::equal(sums.H.values(), inputs.hessian(1).values()));
    expectNear(sums.D, expected(block, 1, {0.25 / 5, 0.25 / 9, 0.25 / 5, 0.25 / 12}, 0.5, &original), 1e-5);
}

TEST(AttendedInputs, DoNotDependOnThreads) {
    for (const Compute compute : {Compute::BFloat16, Compute::Float32}) {
        std::vector<Matrix<float>> results;
        for (const int threads : {1, 2, 3}) {  // several batches and tiles of rows
            AttentionBlock block({700, 700, 700, 5000}, {.threads = threads, .compute = compute});
            const BlockState state = block.state();
            results.push_back(AttendedInputs(state, Weighting::parse("maca"), {{700, 3}, {5000, 1}}).hessian(0));
        }
        EXPECT_EQ(results[0], results[1]);
        EXPECT_EQ(results[0], results[2]);
    }
}

}  // namespace
}  // namespace qs
