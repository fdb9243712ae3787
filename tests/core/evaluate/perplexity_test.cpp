// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/perplexity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "kernels/blas.h"
#include "support/data.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

std::vector<TokenId> randomIds(std::size_t count, int vocabulary) {
    std::mt19937 generator(3);
    std::vector<TokenId> ids(count);
    for (TokenId& id : ids) id = static_cast<TokenId>(generator() % static_cast<unsigned>(vocabulary));
    return ids;
}

class Perplexity : public ::testing::Test {
  protected:
    Perplexity()
        : m_pool(2, beginSingleThreadedMath),
          m_model(openModel(testing::testData("models/qwen3-tied-f16"))),
          m_executor(makeReferenceExecutor(*m_model, Device{}, DType::F64)),
          m_ids(randomIds(100, m_model->spec().vocabulary)) {}

    PerplexityResult measure(int window, std::size_t budget = 0, const BlockSource& blocks = {}) {
        JobContext context;
        return perplexity(*m_model, blocks, *m_executor, m_ids, window, budget, context, m_pool);
    }
    std::string messageOf(std::span<const TokenId> ids, int window) {
        JobContext context;
        try {
            perplexity(*m_model, {}, *m_executor, ids, window, 0, context, m_pool);
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    }
    /// −log softmax of the logits, averaged over the inner predictions of one window.
    double lossFromLogits(std::span<const TokenId> ids) {
        const int length = static_cast<int>(ids.size());
        ActivationStore store(*m_executor, m_model->spec(), std::span(&length, 1), 0, {});
        SequenceBuffers& buffers = store.sequences()[0];
        m_executor->embed(ids, buffers);
        for (std::size_t b = 0; b < m_model->spec().blocks.size(); ++b) {
            m_executor->setBlock(m_model->spec().blocks[b], m_model->block(static_cast<int>(b)));
            for (const Stage stage : kStages) m_executor->run(stage, buffers, 0);
        }
        const Matrix<float> logits = m_executor->logits(buffers);
        double sum = 0;
        for (std::size_t t = 0; t + 1 < ids.size(); ++t) {
            double total = 0;
            for (std::size_t v = 0; v < logits.cols(); ++v) total += std::exp(static_cast<double>(logits(t, v)));
            sum += std::log(total) - static_cast<double>(logits(t, static_cast<std::size_t>(ids[t + 1])));
        }
        return sum / static_cast<double>(ids.size() - 1);
    }

    ThreadPool m_pool;
    std::unique_ptr<Model> m_model;
    std::unique_ptr<Executor> m_executor;
    std::vector<TokenId> m_ids;
};

TEST_F(Perplexity, IsTheExponentialOfTheMeanOfWindowMeans) {
    const PerplexityResult result = measure(32);
    ASSERT_EQ(result.windowLosses.size(), 3u);
    EXPECT_EQ(result.tokens, 100);
    EXPECT_EQ(result.droppedTokens, 4);
    double mean = 0;
    for (std::size_t w = 0; w < 3; ++w) {
        EXPECT_NEAR(result.windowLosses[w], lossFromLogits(std::span(m_ids).subspan(w * 32, 32)), 1e-5);
        mean += result.windowLosses[w] / 3;
    }
    EXPECT_NEAR(result.value, std::exp(mean), 1e-9);
    ASSERT_EQ(result.lossAtPosition.size(), 31u);
    EXPECT_NEAR(std::accumulate(result.lossAtPosition.begin(), result.lossAtPosition.end(), 0.0) / 31, mean, 1e-6);
    double squares = 0;
    for (const double loss : result.windowLosses) squares += (loss - mean) * (loss - mean);
    EXPECT_NEAR(result.standardError, std::exp(mean) * std::sqrt(squares / 2 / 3), 1e-9);
    EXPECT_EQ(measure(100).standardError, 0);
    EXPECT_EQ(measure(100).droppedTokens, 0);
}

TEST_F(Perplexity, DoesNotDependOnTheBudget) {
    const PerplexityResult whole = measure(16);
    for (const std::size_t budget : {std::size_t{1}, 3 * ActivationStore::bytesFor(m_model->spec(), std::vector<int>{16}, DType::F64)})
        EXPECT_EQ(measure(16, budget).windowLosses, whole.windowLosses) << budget;
}

TEST_F(Perplexity, SeveralInOnePassAreThoseOneByOne) {
    const std::vector<TokenId> other = randomIds(40, m_model->spec().vocabulary);
    const std::vector<PerplexityTask> tasks{{m_ids, 16}, {m_ids, 48}, {other, 16}, {m_ids, 24}};
    std::vector<int> asked(m_model->spec().blocks.size());
    JobContext context;
    const auto results = perplexities(
        *m_model,
        [&](int b) {
            ++asked[static_cast<std::size_t>(b)];
            return m_model->block(b);
        },
        *m_executor, tasks, 0, context, m_pool);
    EXPECT_EQ(asked, std::vector<int>(asked.size(), 1));
    ASSERT_EQ(results.size(), tasks.size());
    for (std::size_t t = 0; t < tasks.size(); ++t) {
        const PerplexityResult alone = perplexity(*m_model, {}, *m_executor, tasks[t].stream, tasks[t].window, 0, context, m_pool);
        ASSERT_EQ(results[t].windowLosses.size(), alone.windowLosses.size());
        for (std::size_t w = 0; w < alone.windowLosses.size(); ++w) EXPECT_NEAR(results[t].windowLosses[w], alone.windowLosses[w], 1e-6);
        EXPECT_EQ(results[t].droppedTokens, alone.droppedTokens);
        EXPECT_EQ(results[t].tokens, alone.tokens);
    }
}

TEST_F(Perplexity, ReadsTheWeightsOncePerBlockAndBatch) {
    std::vector<int> asked;
    const BlockSource counted = [&](int b) {
        asked.push_back(b);
        return m_model->block(b);
    };
    const std::size_t twoWindows = 2 * ActivationStore::bytesFor(m_model->spec(), std::vector<int>{32}, DType::F64);
    measure(32, twoWindows, counted);
    const int blocks = static_cast<int>(m_model->spec().blocks.size());
    ASSERT_EQ(asked.size(), static_cast<std::size_t>(2 * blocks));
    for (int b = 0; b < 2 * blocks; ++b) EXPECT_EQ(asked[static_cast<std::size_t>(b)], b % blocks);
}

TEST_F(Perplexity, UsesTheGivenWeights) {
    // A block whose outputs are zero passes the residual stream on; the losses change, and are those of every block being the identity.
    const BlockSource silent = [&](int b) {
        BlockWeights weights = m_model->block(b);
        for (float& w : weights[LinearRole::O].W.values()) w = 0;
        for (float& w : weights[LinearRole::Down].W.values()) w = 0;
        return weights;
    };
    const PerplexityResult changed = measure(32, 0, silent);
    EXPECT_GT(std::abs(changed.value - measure(32).value), 1e-6);
    const int length = 32;
    ActivationStore store(*m_executor, m_model->spec(), std::span(&length, 1), 0, {});
    const std::span<const TokenId> ids = std::span<const TokenId>(m_ids).first(32);
    m_executor->embed(ids, store.sequences()[0]);
    const std::vector<float> losses = m_executor->tokenLosses(store.sequences()[0], ids, 0);
    double mean = 0;
    for (const float loss : losses) mean += static_cast<double>(loss) / 31;
    EXPECT_NEAR(changed.windowLosses[0], mean, 1e-6);
}

TEST_F(Perplexity, FastExecutorsAgree) {
    const double expected = measure(32).value;
    for (const auto& [type, tolerance] : {std::pair{DType::F32, 1e-5}, std::pair{DType::BF16, 0.03}}) {
        const auto fast = makeFastExecutor(*m_model, type, m_pool.size());
        JobContext context;
        const PerplexityResult result = perplexity(*m_model, {}, *fast, m_ids, 32, 0, context, m_pool);
        EXPECT_NEAR(result.value, expected, tolerance * expected) << nameOf(type);
        ThreadPool one(1, beginSingleThreadedMath);
        EXPECT_EQ(perplexity(*m_model, {}, *fast, m_ids, 32, 0, context, one).windowLosses, result.windowLosses);
    }
}

TEST_F(Perplexity, RefusesWhatHasNoPerplexity) {
    const int positions = m_model->spec().maxPositions;
    EXPECT_THAT(messageOf(m_ids, 1), HasSubstr("at least 2 tokens, got 1"));
    EXPECT_THAT(messageOf(std::span(m_ids).first(31), 32), HasSubstr("has 31 tokens, fewer than one window of 32"));
    EXPECT_THAT(messageOf(m_ids, positions + 1),
                HasSubstr(std::to_string(positions + 1) + " tokens exceeds the " + std::to_string(positions)));
    std::vector<TokenId> wrong = m_ids;
    wrong[57] = m_model->spec().vocabulary;
    EXPECT_THAT(messageOf(wrong, 32), HasSubstr("token 57 of the text has id " + std::to_string(m_model->spec().vocabulary)));
    const BlockSource broken = [&](int b) {
        BlockWeights weights = m_model->block(b);
        weights[LinearRole::O].W(0, 0) = std::numeric_limits<float>::infinity();
        return weights;
    };
    JobContext context;
    EXPECT_THROW(perplexity(*m_model, broken, *m_executor, m_ids, 32, 0, context, m_pool), Error);
}

class Recorder : public JobObserver {
  public:
    void progressed(const Progress& progress) override { m_last = progress; }
    Progress m_last;
};

TEST_F(Perplexity, ReportsAndStops) {
    Recorder recorder;
    JobContext context(&recorder);
    perplexity(*m_model, {}, *m_executor, m_ids, 32, 1, context, m_pool);
    EXPECT_EQ(recorder.m_last.fraction, 1);
    const BlockSource stopping = [&](int b) {
        if (b == 1) context.stopNow();
        return m_model->block(b);
    };
    EXPECT_THROW(perplexity(*m_model, stopping, *m_executor, m_ids, 32, 0, context, m_pool), Cancelled);
}

}  // namespace
}  // namespace qs
