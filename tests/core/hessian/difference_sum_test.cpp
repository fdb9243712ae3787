// SPDX-License-Identifier: GPL-3.0-or-later
// The differences of two chains and the loss of asymmetric calibration: by hand, then against outputs computed one by one in double.
#include "hessian/difference_sum.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "hessian/cross_sum.h"
#include "hessian/cross_sum_device.h"
#include "kernels/blas.h"
#include "support/numbers.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::numberOf;
using testing::typeOf;
using testing::valueOf;

TEST(DifferenceSum, ByHand) {
    // x̃ = (1, 2), (3, 5) and x = (1, 1), (2, 7): differences (0, 1), (1, −2). First token ½, all of it times 3.
    const std::vector<float> untouched{1, 2, 3, 5}, quantized{1, 1, 2, 7};
    ThreadPool pool(1, beginSingleThreadedMath);
    DifferenceSum sum(2, DType::F32, {});
    sum.add(2, std::vector<SequenceInput>{{untouched.data(), false}}, std::vector<SequenceInput>{{quantized.data(), false}}, 3, 0.5, pool);
    const Matrix<float> C = sum.take(pool);
    EXPECT_EQ(C(0, 0), 3 * 1);
    EXPECT_EQ(C(0, 1), 3 * -2);
    EXPECT_EQ(C(1, 0), 3 * -2);
    EXPECT_EQ(C(1, 1), 3 * (0.5f * 1 + 4));
}

TEST(AsymmetricError, ByHand) {
    // One token, H = x² = 4, x̃ = 3: D = (3 − 2) 2 = 2, C = 1. W = 5, Ŵ = 6: (15 − 12)² = 9 and 15² = 225.
    const auto number = [](float value) {
        Matrix<float> matrix(1, 1);
        matrix(0, 0) = value;
        return matrix;
    };
    const Matrix<float> H = number(4), D = number(2), C = number(1), W = number(5), quantized = number(6);
    ThreadPool pool(1, beginSingleThreadedMath);
    const AsymmetricError error = asymmetricError(H.view(), D.view(), C.view(), W.view(), quantized.view(), pool);
    EXPECT_EQ(error.loss, 9);
    EXPECT_EQ(error.energy, 225);
}

/// Sequences of both chains, close to each other, the first token larger.
template <class T>
struct TwoChains {
    static constexpr std::size_t kDim = 60;
    static constexpr int kLength = 150, kCount = 20;
    std::vector<std::vector<T>> untouched, quantized;

    explicit TwoChains(double distance) {
        std::mt19937 generator(5);
        std::normal_distribution<double> normal;
        for (int s = 0; s < kCount; ++s) {
            auto& a = untouched.emplace_back(kLength * kDim);
            auto& b = quantized.emplace_back(kLength * kDim);
            for (std::size_t i = 0; i < a.size(); ++i) {
                const double value = normal(generator) * (i < kDim ? 20 : 1);
                a[i] = valueOf<T>(value);
                b[i] = valueOf<T>(value + distance * normal(generator));
            }
        }
    }
    static std::vector<SequenceInput> inputs(const std::vector<std::vector<T>>& sequences) {
        std::vector<SequenceInput> list;
        for (const auto& x : sequences) list.push_back({x.data(), false});
        return list;
    }
    Matrix<float> differences(int threads) const {
        ThreadPool pool(threads, beginSingleThreadedMath);
        DifferenceSum sum(kDim, typeOf<T>(), {});
        sum.add(kLength, inputs(untouched), inputs(quantized), 0.5, 0.25, pool);
        return sum.take(pool);
    }
};

template <class T>
void expectSumOfOutputs(double tolerance) {
    const TwoChains<T> chains(0.05);
    constexpr std::size_t n = TwoChains<T>::kDim, rows = 12;
    ThreadPool pool(2, beginSingleThreadedMath);
    const auto untouched = chains.inputs(chains.untouched), quantized = chains.inputs(chains.quantized);
    CrossSum cross(n, typeOf<T>(), {}, CrossPart::Whole);
    cross.add(TwoChains<T>::kLength, untouched, quantized, 0.5, 0.25, pool);
    const Matrix<float> D = cross.take(), C = chains.differences(2), W = testing::randomMatrix(rows, n, 1);
    Matrix<float> near = W, H(n, n);
    const Matrix<float> noise = testing::randomMatrix(rows, n, 2);
    for (std::size_t i = 0; i < near.size(); ++i) near.data()[i] += 0.1f * noise.data()[i];
    Matrix<double> exact(n, n);
    double loss = 0, energy = 0;
    for (std::size_t s = 0; s < chains.quantized.size(); ++s)
        for (std::size_t t = 0; t < TwoChains<T>::kLength; ++t) {
            const double weight = t == 0 ? 0.5 * 0.25 : 0.5;
            const T *a = chains.untouched[s].data() + t * n, *b = chains.quantized[s].data() + t * n;
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < n; ++j) exact(i, j) += weight * numberOf(b[i]) * numberOf(b[j]);
            for (std::size_t r = 0; r < rows; ++r) {
                double target = 0, output = 0;
                for (std::size_t i = 0; i < n; ++i) {
                    target += static_cast<double>(W(r, i)) * numberOf(a[i]);
                    output += static_cast<double>(near(r, i)) * numberOf(b[i]);
                }
                loss += weight * (target - output) * (target - output);
                energy += weight * target * target;
            }
        }
    for (std::size_t i = 0; i < exact.size(); ++i) H.data()[i] = static_cast<float>(exact.data()[i]);
    const AsymmetricError error = asymmetricError(H.view(), D.view(), C.view(), W.view(), near.view(), pool);
    EXPECT_NEAR(error.loss, loss, tolerance * loss);
    EXPECT_NEAR(error.energy, energy, 1e-5 * energy);
}

TEST(AsymmetricError, IsThatOfTheOutputs) {
    expectSumOfOutputs<float>(1e-5);
    expectSumOfOutputs<double>(1e-5);
    expectSumOfOutputs<BFloat16>(1e-3);
}

TEST(DifferenceSum, BitIdenticalForAnyNumberOfThreads) {
    EXPECT_TRUE(TwoChains<BFloat16>(0.1).differences(1) == TwoChains<BFloat16>(0.1).differences(3));
    EXPECT_TRUE(TwoChains<float>(0.1).differences(1) == TwoChains<float>(0.1).differences(4));
}

TEST(DifferenceSum, EqualChainsGiveExactlyZero) {
    const Matrix<float> C = TwoChains<BFloat16>(0).differences(2);
    for (const float value : C.values()) ASSERT_EQ(value, 0);
}

TEST(DifferenceSum, EqualsTheOneOfATen) {
    const TwoChains<float> chains(0.1);
    const auto untouched = chains.inputs(chains.untouched), quantized = chains.inputs(chains.quantized);
    const CrossParts parts =
        crossOnDevice({}, DType::F32, TwoChains<float>::kDim, TwoChains<float>::kLength, untouched, quantized, CrossWith::Difference);
    ThreadPool pool(2, beginSingleThreadedMath);
    DifferenceSum sum(TwoChains<float>::kDim, DType::F32, {});
    sum.add(TwoChains<float>::kLength, untouched, quantized, 1, 0, pool);
    const Matrix<float> C = sum.take(pool);
    for (std::size_t i = 0; i < C.rows(); ++i)
        for (std::size_t j = 0; j < C.cols(); ++j) ASSERT_NEAR(C(i, j), parts.rest(i, j), 1e-5f * parts.rest(0, 0));
}

TEST(DifferenceSum, RefusesDifferentSequences) {
    const std::vector<float> x{1, 2};
    ThreadPool pool(1, beginSingleThreadedMath);
    DifferenceSum sum(1, DType::F32, {});
    const std::vector<SequenceInput> one{{x.data(), false}}, two{{x.data(), false}, {x.data(), true}};
    EXPECT_THROW(sum.add(2, one, two, 1, 1, pool), Error);
}

}  // namespace
}  // namespace qs
