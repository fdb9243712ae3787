// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/gram.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "base/array.h"
#include "kernels/blas.h"
#include "kernels/isa.h"
#include "support/numbers.h"

namespace qs {
namespace {

using testing::numberOf;
using testing::valueOf;

/// Token rows of unequal channel sizes, each row in memory of its own order.
template <class T>
struct Tokens {
    std::vector<T> values;
    std::vector<const T*> rows;
    Tokens(std::size_t count, std::size_t dim, unsigned seed) : values(count * dim), rows(count) {
        std::mt19937 generator(seed);
        std::normal_distribution<double> normal;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = valueOf<T>(normal(generator) * (1 + static_cast<double>(i % dim % 7)));
        for (std::size_t t = 0; t < count; ++t) rows[t] = values.data() + (count - 1 - t) * dim;
    }
};

template <class T>
Matrix<double> naiveCross(const std::vector<const T*>& a, const std::vector<const T*>& b, std::size_t dim, bool difference) {
    Matrix<double> sum(dim, dim);
    for (std::size_t t = 0; t < a.size(); ++t)
        for (std::size_t i = 0; i < dim; ++i) {
            const double left = numberOf(a[t][i]) - (difference ? numberOf(b[t][i]) : 0);
            for (std::size_t j = 0; j < dim; ++j) sum(i, j) += left * numberOf(b[t][j]);
        }
    return sum;
}

template <class T>
using SumOf = std::conditional_t<std::is_same_v<T, double>, double, float>;

template <class T>
Matrix<SumOf<T>> gramOf(const Tokens<T>& x, std::size_t dim, int threads, const std::function<void()>& tick = {}) {
    ThreadPool pool(threads, beginSingleThreadedMath);
    Matrix<SumOf<T>> S(dim, dim);
    addGram(std::span<const T* const>(x.rows), dim, S.data(), dim, pool, tick);
    mirrorUpper(S.data(), dim, dim, pool);
    return S;
}

template <class T>
void expectGram(std::size_t dim, std::size_t tokens, double tolerance) {
    const Tokens<T> x(tokens, dim, 1);
    const Matrix<SumOf<T>> S = gramOf(x, dim, 2);
    const Matrix<double> expected = naiveCross(x.rows, x.rows, dim, false);
    for (std::size_t i = 0; i < dim; ++i)
        for (std::size_t j = 0; j < dim; ++j)
            ASSERT_NEAR(static_cast<double>(S(i, j)), expected(i, j), tolerance * std::sqrt(expected(i, i) * expected(j, j)))
                << "dim " << dim << " at " << i << ", " << j;
}

TEST(Gram, TwoTokensByHand) {
    // x = (1, 2, 3), (4, 5, −6): S = Σ x xᵀ
    const std::vector<BFloat16> x{toBFloat16(1), toBFloat16(2), toBFloat16(3), toBFloat16(4), toBFloat16(5), toBFloat16(-6)};
    const std::vector<const BFloat16*> rows{x.data(), x.data() + 3};
    ThreadPool pool(1, beginSingleThreadedMath);
    Matrix<float> S(3, 3);
    S(0, 1) = 100;  // added to, not replaced
    addGram(std::span<const BFloat16* const>(rows), 3, S.data(), 3, pool);
    mirrorUpper(S.data(), 3, 3, pool);
    const float expected[3][3] = {{17, 122, -21}, {122, 29, -24}, {-21, -24, 45}};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) EXPECT_EQ(S(i, j), expected[i][j]);
    std::vector<double> squares(3, 1.0);
    addSquares(x.data() + 3, 3, squares.data());
    EXPECT_EQ(squares, (std::vector<double>{17, 26, 37}));
}

TEST(Gram, AnySizeAgainstDouble) {
    for (const std::size_t dim : {1, 7, 8, 16, 17, 48, 49, 172, 300})
        for (const std::size_t tokens : {1, 2, 37, 512, 513, 1100}) {
            expectGram<BFloat16>(dim, tokens, 3e-6);
            expectGram<float>(dim, tokens, 3e-6);
            expectGram<double>(dim, tokens, 1e-13);
        }
}

TEST(Gram, LargeSizes) {
    expectGram<BFloat16>(576, 600, 3e-6);
    expectGram<BFloat16>(1536, 96, 3e-6);
    expectGram<BFloat16>(2100, 40, 3e-6);  // the blocked order of large matrices, a part tile at the end
    expectGram<float>(2100, 40, 3e-6);
}

TEST(Gram, ManyTokensStayAccurate) {
    // 60 000 tokens: the error of chunked float32 sums does not grow like that of a running sum.
    constexpr std::size_t dim = 24, tokens = 60000;
    expectGram<BFloat16>(dim, tokens, 3e-6);
    expectGram<float>(dim, tokens, 3e-6);
}

template <class T>
void expectSameForAnyThreads(std::size_t dim, std::size_t tokens) {
    const Tokens<T> x(tokens, dim, 3);
    const auto one = gramOf(x, dim, 1);
    for (const int threads : {2, 3, 5, 8}) EXPECT_TRUE(gramOf(x, dim, threads) == one) << dim << " with " << threads << " threads";
    EXPECT_TRUE(gramOf(x, dim, 3, [] {}) == one) << "with ticks";
}

TEST(Gram, BitIdenticalForAnyNumberOfThreads) {
    for (const std::size_t dim : {5, 172, 576}) {
        expectSameForAnyThreads<BFloat16>(dim, 1300);
        expectSameForAnyThreads<float>(dim, 1300);
        expectSameForAnyThreads<double>(dim, 700);
    }
    expectSameForAnyThreads<BFloat16>(2064, 600);
}

TEST(Gram, TickIsCalledAndStops) {
    const Tokens<BFloat16> x(4096, 600, 5);
    int ticks = 0;
    gramOf(x, 600, 2, [&] { ++ticks; });
    EXPECT_GE(ticks, 1);
    EXPECT_THROW(gramOf(x, 600, 2, [] { throw std::runtime_error("stop"); }), std::runtime_error);
}

template <class T>
void expectCross(std::size_t dim, std::size_t tokens, double tolerance, CrossPart part = CrossPart::Whole) {
    const Tokens<T> a(tokens, dim, 1), b(tokens, dim, 2);
    ThreadPool pool(2, beginSingleThreadedMath);
    Matrix<SumOf<T>> D(dim, dim);
    addCrossGram(std::span<const T* const>(a.rows), std::span<const T* const>(b.rows), dim, D.data(), dim, pool, {}, part);
    const Matrix<double> expected = naiveCross(a.rows, b.rows, dim, true);
    for (std::size_t i = 0; i < dim; ++i)
        for (std::size_t j = part == CrossPart::Upper ? i : 0; j < dim; ++j)
            ASSERT_NEAR(static_cast<double>(D(i, j)), expected(i, j), tolerance * static_cast<double>(tokens) * 49) << i << ", " << j;
}

TEST(Gram, CrossTermOfTheDifference) {
    for (const std::size_t dim : {1, 17, 172}) {
        expectCross<BFloat16>(dim, 700, 4e-4);  // differences rounded to bfloat16: 5 standard deviations at the largest channels
        expectCross<float>(dim, 700, 3e-6);
        expectCross<double>(dim, 700, 1e-14);
        expectCross<BFloat16>(dim, 700, 4e-4, CrossPart::Upper);
        expectCross<float>(dim, 700, 3e-6, CrossPart::Upper);
    }
    expectCross<BFloat16>(2100, 40, 5e-3);  // the blocked order of large matrices, a part tile at the end
    expectCross<BFloat16>(2100, 40, 5e-3, CrossPart::Upper);
}

TEST(Gram, MirrorLeavesTheUpperTriangle) {
    constexpr std::size_t n = 71;
    ThreadPool pool(3, beginSingleThreadedMath);
    Matrix<float> A(n, n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) A(i, j) = static_cast<float>(i * n + j);
    mirrorUpper(A.data(), n, n, pool);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) ASSERT_EQ(A(i, j), static_cast<float>(std::min(i, j) * n + std::max(i, j)));
}

TEST(Gram, InnerProductAndDistanceByHand) {
    // S = [[1, 2], [2, 3]], G = [[4, 5], [5, −6]]: 4 + 2·10 − 18
    const float S[] = {1, 2, 2, 3}, G[] = {4, 5, 0, -6};  // only the upper triangle is read
    EXPECT_EQ(symmetricInnerProduct(S, 2, G, 2, 2, 0, 2), 6);
    EXPECT_EQ(symmetricInnerProduct(S, 2, G, 2, 2, 0, 1), 24);
    EXPECT_EQ(scaledSquaredDistance(S, 2, G, 1, 2), 4 + 1);
    std::vector<float> x(77), y(77);
    double dot = 0, distance = 0;
    for (std::size_t i = 0; i < 77; ++i) {
        x[i] = static_cast<float>(i) / 8;
        y[i] = static_cast<float>(40 - static_cast<int>(i));
        dot += static_cast<double>(x[i]) * static_cast<double>(y[i]) * (i == 0 ? 1 : 2);
        distance += std::pow(0.5 * static_cast<double>(x[i]) - static_cast<double>(y[i]), 2);
    }
    EXPECT_DOUBLE_EQ(symmetricInnerProduct(x.data(), 77, y.data(), 77, 77, 0, 1), dot);
    EXPECT_DOUBLE_EQ(scaledSquaredDistance(x.data(), 0.5, y.data(), 1, 77), distance);
}

/// The tests above once more in a process of each lesser instruction set: the choice is made once per process.
TEST(GramInstructionSets, TheFallbacksPassTheSameTests) {
    if (std::getenv("QUANTOSCOPE_ISA")) GTEST_SKIP() << "already inside a chosen instruction set";
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
        if (isa >= activeIsa()) continue;
        const std::string command = std::string("QUANTOSCOPE_ISA=") + nameOf(isa) + " /proc/" + std::to_string(getpid()) +
                                    "/exe --gtest_filter='Gram.*' --gtest_brief=1";
        EXPECT_EQ(std::system(command.c_str()), 0) << nameOf(isa);
    }
}

}  // namespace
}  // namespace qs
