// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/spectrum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "kernels/blas.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomMatrix;

Matrix<float> matrixOf(std::size_t n, std::initializer_list<float> values) {
    Matrix<float> A(values.size() / n, n);
    std::copy(values.begin(), values.end(), A.data());
    return A;
}

TEST(Spectrum, TwoByTwoByHand) {
    const Spectrum spectrum = spectrumOf(matrixOf(2, {2, 1, 1, 2}).view());  // eigenvalues 3 and 1
    ASSERT_EQ(spectrum.eigenvalues.size(), 2u);
    EXPECT_FLOAT_EQ(spectrum.eigenvalues[0], 3);
    EXPECT_FLOAT_EQ(spectrum.eigenvalues[1], 1);
    EXPECT_NEAR(spectrum.trace, 4, 1e-6);
    EXPECT_NEAR(spectrum.conditionNumber, 3, 1e-5);
    EXPECT_NEAR(spectrum.topShare, 0.75, 1e-6);
    EXPECT_NEAR(spectrum.effectiveRank, std::exp(-0.75 * std::log(0.75) - 0.25 * std::log(0.25)), 1e-5);
    EXPECT_EQ(spectrum.rank, 2);
}

TEST(Spectrum, IdentityHasFullEffectiveRank) {
    Matrix<float> I(5, 5);
    for (std::size_t i = 0; i < 5; ++i) I(i, i) = 4;
    const Spectrum spectrum = spectrumOf(I.view());
    EXPECT_NEAR(spectrum.effectiveRank, 5, 1e-5);
    EXPECT_NEAR(spectrum.conditionNumber, 1, 1e-6);
    EXPECT_NEAR(spectrum.topShare, 0.2, 1e-6);
}

TEST(Spectrum, RankDeficientMatrixIgnoresRoundingNoise) {
    const Matrix<float> X = randomMatrix(3, 40, 1);  // XᵀX has rank 3
    Matrix<float> H(40, 40);
    gemm(Transpose::Yes, Transpose::No, 40, 40, 3, 1.0f, X.data(), 40, X.data(), 40, 0.0f, H.data(), 40);
    const Spectrum spectrum = spectrumOf(H.view());
    EXPECT_EQ(spectrum.rank, 3);
    EXPECT_LT(spectrum.conditionNumber, 100);
    EXPECT_LT(spectrum.effectiveRank, 3.01);
    for (const float value : spectrum.eigenvalues) EXPECT_GE(value, 0);
}

TEST(Spectrum, ZeroMatrix) {
    const Spectrum spectrum = spectrumOf(Matrix<float>(3, 3).view());
    EXPECT_EQ(spectrum.rank, 0);
    EXPECT_EQ(spectrum.conditionNumber, 0);
    EXPECT_EQ(spectrum.effectiveRank, 0);
}

TEST(Spectrum, RefusesNaNAndOtherShapes) {
    Matrix<float> H(2, 2);
    H(1, 0) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THROW(spectrumOf(H.view()), Error);
    EXPECT_THROW(spectrumOf(Matrix<float>(2, 3).view()), Error);
}

TEST(Drift, ScaledToEqualTrace) {
    const Matrix<float> A = matrixOf(2, {1, 0, 0, 1}), B = matrixOf(2, {6, 0, 0, 2});
    // A/2 = diag(½, ½), B/8 = diag(¾, ¼): difference √(1/16 + 1/16), norm √(9/16 + 1/16)
    EXPECT_NEAR(driftBetween(A.view(), B.view()), std::sqrt(2.0 / 10.0), 1e-12);
    EXPECT_EQ(driftBetween(B.view(), B.view()), 0);
    EXPECT_THROW(driftBetween(A.view(), Matrix<float>(2, 2).view()), Error);
    EXPECT_THROW(driftBetween(A.view(), Matrix<float>(3, 3).view()), Error);
}

}  // namespace
}  // namespace qs
