// SPDX-License-Identifier: GPL-3.0-or-later
// The cross term of the two chains: by hand, then against double and against ATen.
#include "hessian/cross_sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "base/error.h"
#include "hessian/cross_sum_device.h"
#include "kernels/blas.h"
#include "support/numbers.h"

namespace qs {
namespace {

using testing::numberOf;
using testing::typeOf;
using testing::valueOf;

TEST(CrossSum, ByHand) {
    // One sequence: x̃ = (1, 2), (3, 5) and x = (1, 1), (2, 7): differences (0, 1), (1, −2). First token ½, all of it times 3.
    const std::vector<float> untouched{1, 2, 3, 5}, quantized{1, 1, 2, 7};
    ThreadPool pool(1, beginSingleThreadedMath);
    CrossSum sum(2, DType::F32, {}, CrossPart::Whole);
    sum.add(2, std::vector<SequenceInput>{{untouched.data(), false}}, std::vector<SequenceInput>{{quantized.data(), false}}, 3, 0.5, pool);
    const Matrix<float> D = sum.take();
    EXPECT_EQ(D(0, 0), 3 * 2);
    EXPECT_EQ(D(0, 1), 3 * 7);
    EXPECT_EQ(D(1, 0), 3 * (0.5f * 1 - 4));
    EXPECT_EQ(D(1, 1), 3 * (0.5f * 1 - 14));
}

/// Two chains whose inputs are close, rounded to T, the first token much larger than the others.
template <class T>
struct Chains {
    std::size_t dim;
    std::map<int, std::vector<std::vector<T>>> untouched, quantized;

    Chains(std::size_t channels, const std::map<int, int>& counts, double distance) : dim(channels) {
        std::mt19937 generator(3);
        std::normal_distribution<double> normal;
        for (const auto& [length, count] : counts)
            for (int s = 0; s < count; ++s) {
                auto& a = untouched[length].emplace_back(static_cast<std::size_t>(length) * dim);
                auto& b = quantized[length].emplace_back(a.size());
                for (std::size_t i = 0; i < a.size(); ++i) {
                    const double value = normal(generator) * (i < dim ? 50 : 1 + static_cast<double>(i % dim % 5));
                    a[i] = valueOf<T>(value);
                    b[i] = valueOf<T>(value * (1 + distance * normal(generator)));
                }
            }
    }
    static std::vector<SequenceInput> inputs(const std::vector<std::vector<T>>& sequences) {
        std::vector<SequenceInput> list;
        for (const auto& x : sequences) list.push_back({x.data(), false});
        return list;
    }
    Matrix<float> sum(CrossPart part, int threads, double firstWeight) const {
        ThreadPool pool(threads, beginSingleThreadedMath);
        CrossSum cross(static_cast<int>(dim), typeOf<T>(), {}, part);
        for (const auto& [length, sequences] : quantized)
            cross.add(length, inputs(untouched.at(length)), inputs(sequences), 1.0 / length, firstWeight, pool);
        return cross.take();
    }
    /// D, and the Gram matrices' diagonals C_ii of the differences and H_jj of x, all in double.
    void expected(double firstWeight, Matrix<double>& D, std::vector<double>& C, std::vector<double>& H) const {
        D = Matrix<double>(dim, dim);
        C.assign(dim, 0);
        H.assign(dim, 0);
        for (const auto& [length, sequences] : quantized)
            for (std::size_t s = 0; s < sequences.size(); ++s)
                for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t) {
                    const T *a = untouched.at(length)[s].data() + t * dim, *b = sequences[s].data() + t * dim;
                    const double weight = (t == 0 ? firstWeight : 1) / length;
                    for (std::size_t i = 0; i < dim; ++i) {
                        const double difference = numberOf(a[i]) - numberOf(b[i]);
                        C[i] += weight * difference * difference;
                        H[i] += weight * numberOf(b[i]) * numberOf(b[i]);
                        for (std::size_t j = 0; j < dim; ++j) D(i, j) += weight * difference * numberOf(b[j]);
                    }
                }
    }
};

/// Worst error of D relative to √(C_ii H_jj).
template <class T>
double worstError(std::size_t dim, double distance, CrossPart part) {
    const Chains<T> chains(dim, {{33, 9}, {200, 6}}, distance);
    const Matrix<float> D = chains.sum(part, 2, 0.25);
    Matrix<double> expected;
    std::vector<double> C, H;
    chains.expected(0.25, expected, C, H);
    double worst = 0;
    for (std::size_t i = 0; i < dim; ++i)
        for (std::size_t j = part == CrossPart::Upper ? i : 0; j < dim; ++j)
            worst = std::max(worst, std::abs(static_cast<double>(D(i, j)) - expected(i, j)) / std::sqrt(C[i] * H[j]));
    return worst;
}

// The scale of the error is that of the *differences*, which are a hundredth of the inputs: rounding the inputs' products would not do.
// bfloat16 differences are rounded once: 2⁻⁸ / √(3 · 1500 tokens) = 6e-5 rms at most, the worst of 30 000 elements four times that.
TEST(CrossSum, KeepsTheDigitsOfSmallDifferences) {
    for (const std::size_t dim : {5, 100, 172})
        for (const CrossPart part : {CrossPart::Whole, CrossPart::Upper})
            for (const double distance : {0.3, 0.01}) {
                SCOPED_TRACE(std::to_string(dim) + " at " + std::to_string(distance));
                EXPECT_LT(worstError<BFloat16>(dim, distance, part), 3e-4);
                EXPECT_LT(worstError<float>(dim, distance, part), 5e-6);
                EXPECT_LT(worstError<double>(dim, distance, part), 3e-7);
            }
}

TEST(CrossSum, EqualChainsGiveExactlyZero) {
    const Chains<BFloat16> chains(60, {{20, 3}}, 0);
    const Matrix<float> D = chains.sum(CrossPart::Whole, 2, 1);
    for (const float value : D.values()) ASSERT_EQ(value, 0);
}

TEST(CrossSum, BitIdenticalForAnyNumberOfThreads) {
    for (const CrossPart part : {CrossPart::Whole, CrossPart::Upper}) {
        const Chains<BFloat16> narrow(172, {{33, 9}, {200, 6}}, 0.01);
        EXPECT_TRUE(narrow.sum(part, 1, 1) == narrow.sum(part, 3, 1));
        const Chains<float> wide(172, {{33, 9}, {200, 6}}, 0.01);
        EXPECT_TRUE(wide.sum(part, 1, 1) == wide.sum(part, 5, 1));
    }
}

TEST(CrossSum, EqualsTheOneOfATen) {
    const Chains<BFloat16> chains(100, {{50, 8}}, 0.1);
    const auto untouched = chains.inputs(chains.untouched.at(50)), quantized = chains.inputs(chains.quantized.at(50));
    const CrossParts parts = crossOnDevice({}, DType::BF16, 100, 50, untouched, quantized, CrossWith::Input);
    ThreadPool pool(2, beginSingleThreadedMath);
    CrossSum without(100, DType::BF16, {}, CrossPart::Whole), with(100, DType::BF16, {}, CrossPart::Whole);
    without.add(50, untouched, quantized, 1, 0, pool);
    with.add(50, untouched, quantized, 1, 1, pool);
    const Matrix<float> rest = without.take(), all = with.take();
    std::vector<double> C, H;
    Matrix<double> unused;
    chains.expected(1, unused, C, H);
    for (std::size_t i = 0; i < 100; ++i)
        for (std::size_t j = 0; j < 100; ++j) {
            const double scale = 50 * std::sqrt(C[i] * H[j]);
            double first = 0;
            for (std::size_t s = 0; s < 8; ++s)
                first += static_cast<double>(parts.firstDifferences(s, i)) * static_cast<double>(parts.firstTokens(s, j));
            ASSERT_NEAR(rest(i, j), parts.rest(i, j), 5e-4 * scale);
            ASSERT_NEAR(all(i, j), static_cast<double>(parts.rest(i, j)) + first, 5e-4 * scale);
        }
}

TEST(CrossSum, RefusesDifferentSequences) {
    const std::vector<float> x{1, 2};
    ThreadPool pool(1, beginSingleThreadedMath);
    CrossSum sum(1, DType::F32, {}, CrossPart::Whole);
    const std::vector<SequenceInput> one{{x.data(), false}}, two{{x.data(), false}, {x.data(), true}};
    EXPECT_THROW(sum.add(2, one, two, 1, 1, pool), Error);
}

}  // namespace
}  // namespace qs
