// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/errors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "hessian/spectrum.h"
#include "kernels/blas.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomBFloat16Matrix;
using testing::randomMatrix;

/// Rounded to steps of 1/4.
Matrix<float> quantizedOf(const Matrix<float>& W) {
    Matrix<float> Q = W;
    for (float& value : Q.values()) value = std::nearbyint(value * 4) / 4;
    return Q;
}

/// A bank of lengths 4 and 30; the first token is large.
HessianBank bankOf(std::size_t dim, unsigned seed, ThreadPool& pool, std::vector<Matrix<float>>& sequences) {
    HessianBank bank(static_cast<int>(dim), DType::F32, Device{});
    for (const int length : {4, 4, 4, 30, 30}) {
        sequences.push_back(randomMatrix(static_cast<std::size_t>(length), dim, seed++));
        for (std::size_t i = 0; i < dim; ++i) sequences.back()(0, i) *= 100;
        bank.add(length, std::vector<SequenceInput>{{sequences.back().data(), false}}, pool);
    }
    bank.finish(pool);
    return bank;
}

/// Σ ‖M x‖² over the tokens from `first` on of all sequences of `length`.
double formOf(const Matrix<float>& M, const std::vector<Matrix<float>>& sequences, std::size_t length, std::size_t first) {
    double sum = 0;
    for (const Matrix<float>& x : sequences) {
        if (x.rows() != length) continue;
        for (std::size_t t = first; t < length; ++t)
            for (std::size_t r = 0; r < M.rows(); ++r) {
                double y = 0;
                for (std::size_t i = 0; i < M.cols(); ++i) y += static_cast<double>(M(r, i)) * static_cast<double>(x(t, i));
                sum += y * y;
            }
    }
    return sum;
}

TEST(LengthErrors, ByHand) {
    // one sequence (2, 0), (1, 1); W = (1, 2), Ŵ = (1, 1): ΔW x = 0 and −1; W x = 2 and 3
    ThreadPool pool(1, beginSingleThreadedMath);
    const std::vector<float> x{2, 0, 1, 1};
    HessianBank bank(2, DType::F32, Device{});
    bank.add(2, std::vector<SequenceInput>{{x.data(), false}}, pool);
    bank.finish(pool);
    Matrix<float> W(1, 2), Q(1, 2);
    W(0, 0) = Q(0, 0) = Q(0, 1) = 1;
    W(0, 1) = 2;
    const std::vector<BucketError> errors = lengthErrors(bank, W.view(), Q.view(), pool);
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].length, 2);
    EXPECT_EQ(errors[0].sequences, 1);
    EXPECT_DOUBLE_EQ(errors[0].error, 1);
    EXPECT_DOUBLE_EQ(errors[0].energy, 13);
    EXPECT_DOUBLE_EQ(errors[0].errorWithoutFirst, 1);
    EXPECT_DOUBLE_EQ(errors[0].energyWithoutFirst, 9);
    EXPECT_DOUBLE_EQ(errors[0].relative(), 1.0 / 13);
    EXPECT_DOUBLE_EQ(errors[0].relativeWithoutFirst(), 1.0 / 9);
}

TEST(LengthErrors, EqualTheErrorsOfTheOutputs) {
    ThreadPool pool(2, beginSingleThreadedMath);
    for (const bool bfloat16 : {false, true})
        for (const std::size_t dim : {3, 65, 200}) {
            std::vector<Matrix<float>> calibration, heldOut;
            const HessianBank banks[] = {bankOf(dim, 10, pool, calibration), bankOf(dim, 20, pool, heldOut)};
            const HessianBank* const pointers[] = {&banks[0], &banks[1]};
            const Matrix<float> W = bfloat16 ? randomBFloat16Matrix(70, dim, 1) : randomMatrix(70, dim, 1), Q = quantizedOf(W);
            Matrix<float> difference(70, dim);
            for (std::size_t i = 0; i < W.size(); ++i) difference.data()[i] = Q.data()[i] - W.data()[i];
            const auto errors = lengthErrors(pointers, W.view(), Q.view(), pool);
            ASSERT_EQ(errors.size(), 2u);
            for (std::size_t k = 0; k < 2; ++k)
                for (const BucketError& e : errors[k]) {
                    const auto& sequences = k == 0 ? calibration : heldOut;
                    const auto length = static_cast<std::size_t>(e.length);
                    const auto expect = [](double value, double expected) { EXPECT_NEAR(value, expected, 2e-6 * expected); };
                    expect(e.error, formOf(difference, sequences, length, 0));
                    expect(e.errorWithoutFirst, formOf(difference, sequences, length, 1));
                    expect(e.energy, formOf(W, sequences, length, 0));
                    expect(e.energyWithoutFirst, formOf(W, sequences, length, 1));
                }
            const auto again = lengthErrors(pointers, W.view(), Q.view(), quadraticForms(pointers, W.view(), pool), pool);
            EXPECT_EQ(again[1][0].energy, errors[1][0].energy);
        }
}

TEST(LengthErrors, EqualWeightsHaveNoErrorAndZeroWeightsNoEnergy) {
    ThreadPool pool(2, beginSingleThreadedMath);
    std::vector<Matrix<float>> sequences;
    const HessianBank bank = bankOf(20, 1, pool, sequences);
    const Matrix<float> W = randomMatrix(8, 20, 1), zero(8, 20);
    for (const BucketError& e : lengthErrors(bank, W.view(), W.view(), pool)) EXPECT_EQ(e.relative(), 0);
    for (const BucketError& e : lengthErrors(bank, zero.view(), zero.view(), pool)) EXPECT_EQ(e.relativeWithoutFirst(), 0);
    EXPECT_THROW(lengthErrors(bank, W.view(), Matrix<float>(7, 20).view(), pool), Error);
    EXPECT_THROW(lengthErrors(bank, Matrix<float>(8, 19).view(), Matrix<float>(8, 19).view(), pool), Error);
}

}  // namespace
}  // namespace qs
