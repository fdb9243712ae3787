// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/bank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <random>

#include "base/error.h"
#include "hessian/bank_device.h"
#include "kernels/blas.h"
#include "support/numbers.h"

namespace qs {
namespace {

using testing::numberOf;
using testing::typeOf;
using testing::valueOf;

using ::testing::HasSubstr;

/// Random sequences, the first token 50 times larger than the others, as sink tokens are.
template <class T>
struct Calibration {
    std::size_t dim;
    std::map<int, std::vector<std::vector<T>>> sequences;

    Calibration(std::size_t channels, const std::map<int, int>& counts) : dim(channels) {
        std::mt19937 generator(7);
        std::normal_distribution<double> normal;
        for (const auto& [length, count] : counts)
            for (int s = 0; s < count; ++s) {
                auto& x = sequences[length].emplace_back(static_cast<std::size_t>(length) * dim);
                for (std::size_t i = 0; i < x.size(); ++i) x[i] = valueOf<T>(normal(generator) * (i < dim ? 50 : 1));
            }
    }
    std::vector<SequenceInput> inputs(int length) const {
        std::vector<SequenceInput> inputs;
        for (const auto& x : sequences.at(length)) inputs.push_back({x.data(), inputs.size() % 3 == 1});
        return inputs;
    }
    HessianBank bank(ThreadPool& pool) const {
        HessianBank bank(static_cast<int>(dim), typeOf<T>(), Device{});
        for (auto entry = sequences.rbegin(); entry != sequences.rend(); ++entry) bank.add(entry->first, inputs(entry->first), pool);
        bank.finish(pool);
        return bank;
    }
    /// Σ over sequences of the length of factor(token) · x xᵀ.
    template <class Factor>
    void addTo(Matrix<double>& H, int length, Factor factor) const {
        for (const auto& x : sequences.at(length))
            for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t)
                for (std::size_t i = 0; i < dim; ++i)
                    for (std::size_t j = 0; j < dim; ++j) H(i, j) += factor(t) * numberOf(x[t * dim + i]) * numberOf(x[t * dim + j]);
    }
};

void expectNear(const Matrix<float>& A, const Matrix<double>& expected, double tolerance) {
    ASSERT_EQ(A.rows(), expected.rows());
    for (std::size_t i = 0; i < A.rows(); ++i)
        for (std::size_t j = 0; j < A.cols(); ++j)
            ASSERT_NEAR(static_cast<double>(A(i, j)), expected(i, j), tolerance * std::sqrt(expected(i, i) * expected(j, j)))
                << i << ", " << j;
}

void expectValues(const Matrix<float>& A, std::initializer_list<float> expected) {
    ASSERT_EQ(A.size(), expected.size());
    for (std::size_t i = 0; i < A.size(); ++i) EXPECT_FLOAT_EQ(A.data()[i], expected.begin()[i]) << i;
}

TEST(HessianBank, OneSequenceByHand) {
    // tokens (3, 1), (1, 2), (0, 1): rest = (1,2)(1,2)ᵀ + (0,1)(0,1)ᵀ, first = (3,1)(3,1)ᵀ
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const std::vector<float> x{3, 1, 1, 2, 0, 1};
    HessianBank bank(2, DType::F32, Device{});
    bank.add(3, std::vector<SequenceInput>{{x.data(), true}}, pool);
    bank.finish(pool);
    ASSERT_EQ(bank.buckets().size(), 1u);
    const LengthBucket& bucket = bank.buckets()[0];
    EXPECT_THAT(bucket.rest.values(), ::testing::ElementsAre(1, 2, 2, 5));
    EXPECT_THAT(bucket.firstTokens.values(), ::testing::ElementsAre(3, 1));
    expectValues(bank.sum(0, pool), {10, 5, 5, 6});
    EXPECT_THAT(bucket.diagonal, ::testing::ElementsAre(10, 6));
    EXPECT_THAT(bucket.halfDiagonal[0], ::testing::ElementsAre(0, 0));
    EXPECT_THAT(bucket.halfDiagonal[1], ::testing::ElementsAre(10, 6));
    EXPECT_EQ(bucket.halfSequences[1], 1);
    EXPECT_THAT(bucket.firstTokenDiagonal, ::testing::ElementsAre(9, 1));
    expectValues(bank.combine(Weighting::parse("length:3"), context, pool), {10 / 3.0f, 5 / 3.0f, 5 / 3.0f, 2});
    Weighting without;
    without.firstTokenWeight = 0;
    expectValues(bank.combine(without, context, pool), {2 / 3.0f, 4 / 3.0f, 4 / 3.0f, 10 / 3.0f});
}

template <class T>
void expectRecombinations(std::size_t dim, double tolerance) {
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const Calibration<T> calibration(dim, {{1, 3}, {5, 4}, {33, 2}, {700, 1}});
    const HessianBank bank = calibration.bank(pool);
    ASSERT_EQ(bank.counts().size(), 4u);
    const double tokens = 3 + 20 + 66 + 700, sequences = 10;
    const std::map<std::string, std::function<double(int)>> weightings{
        {"token", [&](int) { return 2 / tokens; }},
        {"maca", [&](int length) { return 1 / (sequences * length); }},
        {"length:33", [](int length) { return length == 33 ? 1.0 / 66 : 0; }},
        {"mix:5=3,700=0.25", [](int length) { return length == 5     ? 3.0 / 20
                                                     : length == 700 ? 0.25 / 700
                                                                     : 0; }}};
    for (const auto& [text, factor] : weightings)
        for (const double firstWeight : {1.0, 0.0, 2.5}) {
            Weighting weighting = Weighting::parse(text);
            weighting.firstTokenWeight = firstWeight;
            Matrix<double> expected(dim, dim);
            for (const auto& [length, ignored] : calibration.sequences)
                calibration.addTo(expected, length, [&, l = length](std::size_t t) { return factor(l) * (t == 0 ? firstWeight : 1); });
            expectNear(bank.combine(weighting, context, pool), expected, tolerance);
        }
}

TEST(HessianBank, EveryWeightingIsARecombination) {
    for (const std::size_t dim : {1, 17, 50}) {
        expectRecombinations<BFloat16>(dim, 3e-6);
        expectRecombinations<float>(dim, 3e-6);
        expectRecombinations<double>(dim, 6e-7);
    }
}

TEST(HessianBank, WithoutFirstTokenKeepsItsAccuracyBesideASinkToken) {
    // The first token's channel 0 is 2000 times the others: 4e6 in the sum beside about 20.
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    std::vector<float> x(20 * 2, 1);
    x[0] = 2000;
    HessianBank bank(2, DType::F32, Device{});
    bank.add(20, std::vector<SequenceInput>{{x.data(), false}}, pool);
    bank.finish(pool);
    Weighting without;
    without.kind = WeightingKind::Maca;
    without.firstTokenWeight = 0;
    EXPECT_FLOAT_EQ(bank.combine(without, context, pool)(0, 0), 19.0f / 20);
}

TEST(HessianBank, IndependentOfThreadsAndNearTheAtenReference) {
    for (const std::size_t dim : {17, 172, 576}) {
        const Calibration<BFloat16> calibration(dim, {{96, 30}, {300, 3}});
        ThreadPool one(1, beginSingleThreadedMath), three(3, beginSingleThreadedMath);
        JobContext context;
        const HessianBank a = calibration.bank(one), b = calibration.bank(three);
        for (std::size_t k = 0; k < 2; ++k) {
            const LengthBucket &first = a.buckets()[k], &second = b.buckets()[k];
            EXPECT_TRUE(first.rest == second.rest && first.firstTokens == second.firstTokens);
            EXPECT_EQ(first.diagonal, second.diagonal);
            EXPECT_EQ(first.halfDiagonal, second.halfDiagonal);
            Matrix<float> rest(dim, dim);
            const DeviceSums sums =
                sumOnDevice(Device{}, DType::BF16, static_cast<int>(dim), first.length, calibration.inputs(first.length), rest.data());
            Matrix<double> expected(dim, dim);
            for (std::size_t i = 0; i < rest.size(); ++i) expected.data()[i] = static_cast<double>(rest.data()[i]);
            expectNear(first.rest, expected, 4e-6);
            EXPECT_TRUE(first.firstTokens == sums.firstTokens);
            const MagnitudeSums magnitudes =
                magnitudesOnDevice(Device{}, DType::BF16, static_cast<int>(dim), first.length, calibration.inputs(first.length));
            for (std::size_t i = 0; i < dim; ++i) {
                double all = 0, firsts = 0;
                for (const auto& x : calibration.sequences.at(first.length)) {
                    firsts += std::abs(numberOf(x[i]));
                    for (std::size_t t = i; t < x.size(); t += dim) all += std::abs(numberOf(x[t]));
                }
                EXPECT_NEAR(magnitudes.all[i], all, 1e-12 * all);
                EXPECT_NEAR(magnitudes.first[i], firsts, 1e-12 * firsts);
            }
            for (std::size_t i = 0; i < dim; ++i)
                EXPECT_NEAR(first.firstTokenDiagonal[i], sums.firstTokenDiagonal[i], 1e-12 * sums.firstTokenDiagonal[i]);
            for (std::size_t half = 0; half < 2; ++half)
                for (std::size_t i = 0; i < dim; ++i)
                    EXPECT_NEAR(first.halfDiagonal[half][i], sums.halfDiagonal[half][i], 1e-12 * sums.halfDiagonal[half][i]);
        }
        EXPECT_TRUE(a.combine(Weighting::parse("maca"), context, one) == b.combine(Weighting::parse("maca"), context, three));
    }
}

TEST(HessianBank, AddsInSeveralCalls) {
    ThreadPool pool(2, beginSingleThreadedMath);
    const Calibration<double> calibration(23, {{40, 5}});
    const std::vector<SequenceInput> inputs = calibration.inputs(40);
    HessianBank bank(23, DType::F64, Device{});
    bank.add(40, std::span(inputs).first(2), pool);
    bank.add(40, {}, pool);
    bank.add(40, std::span(inputs).subspan(2), pool);
    bank.finish(pool);
    const HessianBank whole = calibration.bank(pool);
    EXPECT_TRUE(bank.buckets()[0].firstTokens == whole.buckets()[0].firstTokens);
    EXPECT_EQ(bank.buckets()[0].sequences, 5);
    EXPECT_EQ(bank.buckets()[0].halfSequences, (std::array<int, 2>{3, 2}));
    for (std::size_t i = 0; i < whole.buckets()[0].rest.size(); ++i)
        EXPECT_FLOAT_EQ(bank.buckets()[0].rest.data()[i], whole.buckets()[0].rest.data()[i]);
    EXPECT_THROW(bank.add(40, inputs, pool), Error);
}

TEST(HessianBank, FewerTokensThanChannels) {
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const Calibration<BFloat16> calibration(1536, {{20, 2}});
    const HessianBank bank = calibration.bank(pool);
    Matrix<double> expected(1536, 1536);
    calibration.addTo(expected, 20, [](std::size_t) { return 2.0 / 40; });
    expectNear(bank.combine(Weighting{}, context, pool), expected, 3e-6);
}

TEST(HessianBank, CombiningStopsWhenTheJobIsStopped) {
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const HessianBank bank = Calibration<float>(20, {{4, 1}}).bank(pool);
    context.stopNow();
    EXPECT_THROW(bank.combine(Weighting{}, context, pool), Cancelled);
}

TEST(HessianBank, RefusesWhatItCannotSum) {
    ThreadPool pool(1, beginSingleThreadedMath);
    EXPECT_THROW(HessianBank(4, DType::F16, Device{}), Error);
    EXPECT_THROW(HessianBank(0, DType::F32, Device{}), Error);
    HessianBank bank(2, DType::F32, Device{});
    EXPECT_THROW(bank.add(0, {}, pool), Error);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        const std::vector<float> x{1, 2, 3, bad};
        HessianBank fresh(2, DType::F32, Device{});
        try {
            fresh.add(2, std::vector<SequenceInput>{{x.data(), false}}, pool);
            FAIL();
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("sequences of 2 tokens hold a NaN or infinite value in channel 1"));
        }
    }
}

TEST(HessianBank, BytesAreForecast) { EXPECT_EQ(HessianBank::bytesFor(1000, 3), 3u * (4'000'000 + 32'000)); }

}  // namespace
}  // namespace qs
