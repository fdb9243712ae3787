// SPDX-License-Identifier: GPL-3.0-or-later
// The bank against tests/data/solvers/hessians.safetensors (SOLVERS.md, section 1), in float32 and in double.
#include <gtest/gtest.h>

#include <cmath>

#include "hessian/bank.h"
#include "kernels/blas.h"
#include "kernels/gram.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {

class HessianOracle : public ::testing::Test {
  protected:
    HessianOracle() : m_file(testing::testData("solvers/hessians.safetensors")), m_pool(2, beginSingleThreadedMath) {
        for (const double length : toDoubles(m_file.tensor("lengths"))) m_lengths.push_back(static_cast<int>(length));
        for (std::size_t m = 0; m < m_lengths.size(); ++m) {
            m_x.push_back(toFloats(m_file.tensor("x." + std::to_string(m))));
            m_x64.emplace_back(m_x.back().begin(), m_x.back().end());
            m_untouched.push_back(toFloats(m_file.tensor("x_fp." + std::to_string(m))));
        }
        m_dim = static_cast<std::size_t>(m_file.tensor("x.0").shape.at(1));
    }

    Matrix<double> expected(const std::string& name) const {
        const std::vector<double> values = toDoubles(m_file.tensor(name));
        Matrix<double> A(m_dim, m_dim);
        std::copy(values.begin(), values.end(), A.data());
        return A;
    }
    /// The bank of sequences 0 … count − 1.
    HessianBank bank(DType type, std::size_t count) {
        HessianBank bank(static_cast<int>(m_dim), type, Device{});
        for (std::size_t m = 0; m < count; ++m) {
            const void* x = type == DType::F64 ? static_cast<const void*>(m_x64[m].data()) : m_x[m].data();
            bank.add(m_lengths[m], std::vector<SequenceInput>{{x, m % 2 == 1}}, m_pool);
        }
        bank.finish(m_pool);
        return bank;
    }
    template <class Value>
    static void expectNear(const Matrix<Value>& A, const Matrix<double>& expected, const Matrix<double>& scale, double tolerance) {
        for (std::size_t i = 0; i < A.rows(); ++i)
            for (std::size_t j = 0; j < A.cols(); ++j)
                ASSERT_NEAR(static_cast<double>(A(i, j)), expected(i, j), tolerance * std::sqrt(scale(i, i) * scale(j, j)))
                    << i << ", " << j;
    }

    SafetensorsFile m_file;
    ThreadPool m_pool;
    JobContext m_context;
    std::size_t m_dim = 0;
    std::vector<int> m_lengths;
    std::vector<std::vector<float>> m_x, m_untouched;
    std::vector<std::vector<double>> m_x64;
};

TEST_F(HessianOracle, WeightingsAndSumsByLength) {
    for (const DType type : {DType::F32, DType::F64}) {
        const HessianBank whole = bank(type, m_lengths.size());
        for (const char* name : {"token", "maca"}) {
            const Matrix<double> H = expected(std::string("H_") + name);
            expectNear(whole.combine(Weighting::parse(name), m_context, m_pool), H, H, type == DType::F64 ? 2e-7 : 2e-6);
        }
        const std::vector<double> distinct = toDoubles(m_file.tensor("distinct_lengths"));
        ASSERT_EQ(whole.buckets().size(), distinct.size());
        for (std::size_t b = 0; b < distinct.size(); ++b) {
            ASSERT_EQ(whole.buckets()[b].length, static_cast<int>(distinct[b]));
            const Matrix<double> S = expected("sum_by_length." + std::to_string(whole.buckets()[b].length));
            expectNear(whole.sum(b, m_pool), S, S, 2e-6);
            for (std::size_t i = 0; i < m_dim; ++i) EXPECT_NEAR(whole.buckets()[b].diagonal[i], S(i, i), 1e-12 * S(i, i));
        }
    }
}

TEST_F(HessianOracle, RunningMeanOfTheMacaRecurrence) {
    // diag H after every sequence of H ← (m − 1)/m H + 1/m · 1/L_m · X_mᵀX_m
    const std::vector<double> after = toDoubles(m_file.tensor("maca_diag_after"));
    for (std::size_t m = 1; m <= m_lengths.size(); ++m) {
        const Matrix<float> H = bank(DType::F32, m).combine(Weighting::parse("maca"), m_context, m_pool);
        for (std::size_t i = 0; i < m_dim; ++i) {
            const double expected = after[(m - 1) * m_dim + i];
            ASSERT_NEAR(static_cast<double>(H(i, i)), expected, 2e-6 * expected) << m;
        }
    }
}

TEST_F(HessianOracle, RunningMeanOfTheTokenRecurrence) {
    // GPTQ's own form: H ← n/(n + L) H + 2/(n + L) · XᵀX, n = tokens so far; the last H is the token-weighted one.
    Matrix<double> H(m_dim, m_dim);
    double n = 0;
    for (std::size_t m = 0; m < m_lengths.size(); ++m) {
        const double length = m_lengths[m];
        for (std::size_t i = 0; i < m_dim; ++i)
            for (std::size_t j = 0; j < m_dim; ++j) {
                double product = 0;
                for (std::size_t t = 0; t < static_cast<std::size_t>(m_lengths[m]); ++t)
                    product += m_x64[m][t * m_dim + i] * m_x64[m][t * m_dim + j];
                H(i, j) = H(i, j) * (n / (n + length)) + product * (2 / (n + length));
            }
        n += length;
    }
    expectNear(bank(DType::F32, m_lengths.size()).combine(Weighting{}, m_context, m_pool), H, H, 2e-6);
    expectNear(H, expected("H_token"), expected("H_token"), 1e-12);
}

TEST_F(HessianOracle, CrossTerm) {
    double tokens = 0;
    Matrix<float> D(m_dim, m_dim);
    for (std::size_t m = 0; m < m_lengths.size(); ++m) {
        const auto length = static_cast<std::size_t>(m_lengths[m]);
        std::vector<const float*> untouched(length), x(length);
        for (std::size_t t = 0; t < length; ++t) {
            untouched[t] = m_untouched[m].data() + t * m_dim;
            x[t] = m_x[m].data() + t * m_dim;
        }
        addCrossGram(std::span<const float* const>(untouched), std::span<const float* const>(x), m_dim, D.data(), m_dim, m_pool);
        tokens += static_cast<double>(length);
    }
    for (float& value : D.values()) value = static_cast<float>(static_cast<double>(value) * 2 / tokens);
    expectNear(D, expected("D_token"), expected("H_token"), 2e-6);
}

}  // namespace
}  // namespace qs
