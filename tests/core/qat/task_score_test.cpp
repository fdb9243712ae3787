// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/task_score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "core/qat/training_support.h"
#include "qat/byte_tokenizer.h"
#include "qat/robustness.h"
#include "support/data.h"
#include "support/single_threaded.h"

namespace qs {
namespace {

using testing::smallSettings;
using testing::smallShape;
using testing::Training;

/// Texts like those that the small classification is trained on.
std::vector<TokenizedText> majorityTexts(int count) {
    Random random(77);
    std::vector<TokenizedText> texts;
    for (int i = 0; i < count; ++i) {
        TokenizedText text;
        int high = 0;
        const std::size_t length = i % 2 == 0 ? 7 : 11;
        for (std::size_t t = 0; t < length; ++t) {
            text.ids.push_back(static_cast<TokenId>(random.below(16)));
            high += text.ids.back() >= 8;
        }
        text.label = 2 * high > static_cast<int>(length) ? 1 : 0;
        texts.push_back(text);
    }
    return texts;
}

class Scores : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        s_training = std::make_unique<Training>(smallSettings(QatMethod::Dsa), true);
        s_training->run(120);
    }
    static void TearDownTestSuite() { s_training.reset(); }
    Variant variant() const { return quantizedVariant(s_training->model, s_training->trainer.grids(true), true); }

    static std::unique_ptr<Training> s_training;
    const std::vector<std::string> classes{"low", "high"};
};
std::unique_ptr<Training> Scores::s_training;

TEST_F(Scores, EvaluationBatchesHoldEveryTextOnce) {
    const std::vector<TokenizedText> texts = majorityTexts(50);
    std::vector<int> seen(texts.size());
    for (const EvaluationBatch& batch : evaluationBatches(texts, 9, 8)) {
        EXPECT_LE(batch.rows, 8);
        EXPECT_TRUE(batch.length == 7 || batch.length == 9);
        EXPECT_EQ(batch.ids.size(), static_cast<std::size_t>(batch.rows) * static_cast<std::size_t>(batch.length));
        for (const std::size_t text : batch.texts) ++seen[text];
    }
    EXPECT_EQ(seen, std::vector<int>(texts.size(), 1));
}

TEST_F(Scores, ATrainedClassifierIsRight) {
    const ClassifierScore score = scoreClassifier(s_training->model, variant(), majorityTexts(300), classes, 16, 0, s_training->pool);
    EXPECT_GT(score.report.accuracy, 0.93);
    EXPECT_NEAR(score.errors.accuracy, std::sqrt(score.report.accuracy * (1 - score.report.accuracy) / 300), 0.004);
    EXPECT_EQ(score.predictions.size(), 300u);
    EXPECT_THROW(scoreClassifier(s_training->model, variant(), {}, classes, 16, 0, s_training->pool), Error);
}

TEST_F(Scores, NoiseCostsAccuracy) {
    const std::vector<LayerGrid> grids = s_training->trainer.grids(true);
    const LinearsOf linears = [&](const std::vector<at::Tensor>& values) {
        return quantizedLinears(s_training->model, values, grids, true);
    };
    NoiseSettings settings;
    settings.levels = {0, 0.05, 2};
    settings.seeds = 4;
    settings.texts = 150;
    const std::vector<TokenizedText> texts = majorityTexts(300);
    const auto measure = [&] {
        return accuracyUnderNoise(s_training->model, variant().values, linears, texts, 16, settings, s_training->pool);
    };
    const std::vector<NoiseAccuracy> accuracy = measure();
    ASSERT_EQ(accuracy.size(), 3u);
    const std::span<const TokenizedText> first(texts.data(), 150);
    EXPECT_NEAR(accuracy[0].mean, scoreClassifier(s_training->model, variant(), first, classes, 16, 0, s_training->pool).report.accuracy,
                1e-12);
    EXPECT_NEAR(accuracy[0].deviation, 0, 1e-12);
    EXPECT_GT(accuracy[1].mean, accuracy[2].mean + 0.1);
    EXPECT_EQ(accuracy[2].accuracies.size(), 4u);
    EXPECT_GT(accuracy[2].deviation, 0);
    EXPECT_EQ(measure()[2].accuracies, accuracy[2].accuracies);
}

/// Trained to add 3: continuations are known.
TEST(LanguageModelScores, PerplexityAndContinuations) {
    Training training(smallSettings(QatMethod::Full), false);
    training.run(120);
    const Variant variant = fullPrecisionVariant(training.model, training.model.copyOfValues());
    std::vector<TokenId> stream(150);
    for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = static_cast<TokenId>(3 * i % 16);
    const PerplexityResult perplexity = taskPerplexity(training.model, variant, stream, 11, 0, training.pool);
    EXPECT_LT(perplexity.value, 1.3);
    EXPECT_EQ(perplexity.windowLosses.size(), 13u);
    EXPECT_EQ(perplexity.tokens, 143);
    EXPECT_EQ(perplexity.droppedTokens, 7);
    EXPECT_EQ(taskPerplexity(training.model, variant, stream, 11, 4, training.pool).windowLosses.size(), 4u);
    EXPECT_THROW(taskPerplexity(training.model, variant, stream, 151, 0, training.pool), Error);
    const testing::TemporaryFolder folder;
    writeText(folder / "tokenizer.json", byteTokenizerJson());
    const auto tokenizer = loadTokenizer(folder / "tokenizer.json");
    const Continuations written = continuationBleu(training.model, variant, *tokenizer, stream, {5, 6, 5}, 0, training.pool);
    ASSERT_EQ(written.texts.size(), 5u);
    EXPECT_EQ(written.texts[0], std::string("\x02\x05\x08\x0b\x0e", 5));
    EXPECT_EQ(written.texts, written.references);
    EXPECT_THROW(continuationBleu(training.model, variant, *tokenizer, stream, {5, 100, 60}, 0, training.pool), Error);
}

}  // namespace
}  // namespace qs
