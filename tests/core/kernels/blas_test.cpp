// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/blas.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/isa.h"
#include "support/random_matrix.h"
#include "support/single_threaded.h"

namespace qs {
namespace {

using testing::randomValues;

template <class T>
double naive(const std::vector<T>& A, bool at, std::size_t lda, const std::vector<T>& B, bool bt, std::size_t ldb, std::size_t i,
             std::size_t j, std::size_t k) {
    double sum = 0;
    for (std::size_t p = 0; p < k; ++p) {
        const T x = at ? A[p * lda + i] : A[i * lda + p], y = bt ? B[j * ldb + p] : B[p * ldb + j];
        if constexpr (std::is_same_v<T, BFloat16>) sum += static_cast<double>(toFloat(x)) * toFloat(y);
        else sum += static_cast<double>(x) * y;
    }
    return sum;
}

TEST(Blas, GemmOfEveryTransposition) {
    constexpr std::size_t m = 5, n = 7, k = 300;
    for (const bool at : {false, true})
        for (const bool bt : {false, true}) {
            const auto A = randomValues(m * k, 1), B = randomValues(k * n, 2);
            std::vector<BFloat16> A16(A.size()), B16(B.size());
            for (std::size_t i = 0; i < A.size(); ++i) A16[i] = toBFloat16(A[i]);
            for (std::size_t i = 0; i < B.size(); ++i) B16[i] = toBFloat16(B[i]);
            const std::vector<double> A64(A.begin(), A.end()), B64(B.begin(), B.end());
            std::vector<float> C(m * n, 1), C16(m * n, 1);
            std::vector<double> C64(m * n, 1);
            const auto ta = at ? Transpose::Yes : Transpose::No, tb = bt ? Transpose::Yes : Transpose::No;
            const std::size_t lda = at ? m : k, ldb = bt ? k : n;
            gemm(ta, tb, m, n, k, 2.0f, A.data(), lda, B.data(), ldb, 3.0f, C.data(), n);
            gemm(ta, tb, m, n, k, 2.0f, A16.data(), lda, B16.data(), ldb, 3.0f, C16.data(), n);
            gemm(ta, tb, m, n, k, 2.0, A64.data(), lda, B64.data(), ldb, 3.0, C64.data(), n);
            for (std::size_t i = 0; i < m; ++i)
                for (std::size_t j = 0; j < n; ++j) {
                    const double expected = 3 + 2 * naive(A64, at, lda, B64, bt, ldb, i, j, k);
                    EXPECT_NEAR(C[i * n + j], expected, 1e-3);
                    EXPECT_NEAR(C64[i * n + j], expected, 1e-10);
                    EXPECT_NEAR(C16[i * n + j], 3 + 2 * naive(A16, at, lda, B16, bt, ldb, i, j, k), 1e-3);
                }
        }
}

TEST(Blas, BFloat16GemmLargerThanItsPieces) {
    constexpr std::size_t m = 515, n = 520, k = 260;
    const auto A = randomValues(m * k, 1), B = randomValues(n * k, 2);
    std::vector<BFloat16> A16(A.size()), B16(B.size());
    for (std::size_t i = 0; i < A.size(); ++i) A16[i] = toBFloat16(A[i]);
    for (std::size_t i = 0; i < B.size(); ++i) B16[i] = toBFloat16(B[i]);
    for (const bool at : {false, true})
        for (const bool bt : {false, true}) {
            std::vector<float> C(m * n, 1);
            const std::size_t lda = at ? m : k, ldb = bt ? k : n;
            gemm(at ? Transpose::Yes : Transpose::No, bt ? Transpose::Yes : Transpose::No, m, n, k, 2.0f, A16.data(), lda, B16.data(), ldb,
                 3.0f, C.data(), n);
            for (std::size_t i = 0; i < m; i += 103)
                for (std::size_t j = 0; j < n; j += 13)
                    EXPECT_NEAR(C[i * n + j], 3 + 2 * naive(A16, at, lda, B16, bt, ldb, i, j, k), 1e-3) << i << ' ' << j;
        }
}

/// The tests above once more in a process of each lesser instruction set: the choice is made once per process.
TEST(BlasOfInstructionSets, TheFallbacksPassTheSameTests) {
    if (std::getenv("QUANTOSCOPE_ISA")) GTEST_SKIP() << "already inside a chosen instruction set";
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
        if (isa >= bestIsa()) continue;
        const std::string command = std::string("QUANTOSCOPE_ISA=") + nameOf(isa) + " /proc/" + std::to_string(getpid()) +
                                    "/exe --gtest_filter='Blas.*:Attention.*' --gtest_brief=1 --gtest_output= > /dev/null";
        EXPECT_EQ(std::system(command.c_str()), 0) << nameOf(isa);
    }
}

TEST(Blas, CholeskyAndTriangularSolve) {
    // A = L Lᵀ with L = [2 0; 1 3]
    std::vector<double> A{4, 2, 2, 10};
    ASSERT_EQ(choleskyLower(2, A.data(), 2), 0);
    EXPECT_EQ(A, (std::vector<double>{2, 2, 1, 3}));
    std::vector<double> B{4, 7};  // L y = b, y = (2, 5/3)
    solveTriangular(Side::Left, Triangle::Lower, Transpose::No, Diagonal::AsStored, 2, 1, A.data(), 2, B.data(), 1);
    EXPECT_DOUBLE_EQ(B[0], 2);
    EXPECT_DOUBLE_EQ(B[1], 5.0 / 3);
    std::vector<double> row{4, 7};  // y Lᵀ = b: the same numbers
    solveTriangular(Side::Right, Triangle::Lower, Transpose::Yes, Diagonal::AsStored, 1, 2, A.data(), 2, row.data(), 2);
    EXPECT_DOUBLE_EQ(row[1], 5.0 / 3);
    std::vector<float> U{4, 2, 2, 10};
    ASSERT_EQ(choleskyUpper(2, U.data(), 2), 0);
    EXPECT_EQ(U, (std::vector<float>{2, 1, 2, 3}));
    std::vector<float> indefinite{1, 2, 2, 1};
    EXPECT_EQ(choleskyLower(2, indefinite.data(), 2), 2);
}

TEST(Blas, Eigenvalues) {
    std::vector<double> A{2, 1, 1, 2}, w(2);
    ASSERT_TRUE(symmetricEigenvalues(2, A.data(), w.data()));
    EXPECT_NEAR(w[0], 1, 1e-14);
    EXPECT_NEAR(w[1], 3, 1e-14);
}

}  // namespace
}  // namespace qs
