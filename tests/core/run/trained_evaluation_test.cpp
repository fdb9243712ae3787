// SPDX-License-Identifier: GPL-3.0-or-later
// What `evaluate` makes of runs that were trained, against what their records say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "qat/task_batches.h"
#include "run/evaluation.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "support/messages.h"
#include "support/train_jobs.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::messageOf;
using testing::metricOf;
using testing::smallFineTuning;
using testing::smallTraining;
using testing::TemporaryFolder;
using testing::train;
namespace fs = std::filesystem;

TEST(TrainedEvaluation, AFineTunedModelIsEvaluatedLikeAnyRun) {
    const TemporaryFolder folder;
    const TrainOptions options = smallFineTuning(folder);
    train(options);
    const auto run = RunFile::open(options.out);
    EXPECT_GT(metricOf(*run->training(), "dsa-qat", "perplexity"), 1);
    EXPECT_GE(metricOf(*run->training(), "dsa-qat", "bleu"), 0);
    for (const LinearRecord& linear : run->linears())
        EXPECT_TRUE(linear.activationBits > 0 && linear.activationMax == 0);  // each token's own
    ASSERT_EQ(run->training()->thresholds.size(), 2u);
    EXPECT_TRUE(fs::exists(folder / "run.model" / "tokenizer.json"));
    EvaluationOptions evaluation;
    evaluation.task = "perplexity";
    evaluation.measure.subject = options.out;
    evaluation.measure.text = options.text;
    evaluation.measure.window = 64;
    evaluation.measure.maxTokens = 1024;
    JobContext context;
    EXPECT_GT(runEvaluation(evaluation, context).record.metrics.at("perplexity").first, 1);
    EXPECT_EQ(RunFile::open(options.out)->evaluations().size(), 1u);
    EXPECT_TRUE(RunFile::open(options.out)->training()) << "kept beside the evaluation";
}

/// The perplexity of the record and that of `evaluate` on the same text; with activations left as they are it is another.
TEST(TrainedEvaluation, EvaluateComputesWhatTheRecordDid) {
    for (const ActivationRange ranges : {ActivationRange::Own, ActivationRange::Token}) {
        const TemporaryFolder folder;
        TrainOptions options = smallFineTuning(folder);
        options.qat.ranges = ranges;
        options.measures.windows = 2;
        options.measures.prompts = 0;
        train(options);
        const auto run = openQuantization(options.out);
        const auto tokenizer = loadTokenizer(folder / "run.model");
        const LanguageModelText text = loadLanguageModelText(options.text, "text", *tokenizer, options.heldOutShare, 2);
        std::ofstream(folder / "held-out.txt") << tokenizer->decode(std::span(text.heldOut).first(200), true);
        const auto ids = tokenizer->encode(readText(folder / "held-out.txt"), false);
        ASSERT_TRUE(std::equal(ids.begin(), ids.begin() + 128, text.heldOut.begin()));
        EvaluationOptions evaluation;
        evaluation.task = "perplexity";
        evaluation.measure.subject = options.out;
        evaluation.measure.text = {(folder / "held-out.txt").string()};
        evaluation.measure.window = 64;
        evaluation.measure.maxTokens = 128;
        evaluation.measure.bos = false;
        const auto measured = [&](bool rounds) {
            evaluation.roundActivations = rounds;
            JobContext context;
            const EvaluationRecord record = runEvaluation(evaluation, context).record;
            EXPECT_EQ(record.settings.at("activations_rounded"), rounds ? 1 : 0);
            return record.metrics.at("perplexity").first;
        };
        const double recorded = metricOf(*run->training(), "dsa-qat", "perplexity");
        EXPECT_NEAR(measured(true), recorded, 2e-3 * recorded) << "codes at ties may differ";
        EXPECT_GT(std::abs(measured(false) - recorded), 2e-3 * recorded);
    }
}

TEST(TrainedEvaluation, AClassifierIsEvaluatedOnItsTestPartAndOnOtherTexts) {
    const TemporaryFolder folder;
    const TrainOptions options = smallTraining(folder);
    train(options);
    const TrainingRecord record = *RunFile::open(options.out)->training();
    EvaluationOptions evaluation;
    evaluation.task = "classification";
    evaluation.measure.subject = options.out;
    evaluation.measure.text = options.text;
    JobContext context;
    const EvaluationReport own = runEvaluation(evaluation, context);
    EXPECT_NEAR(own.record.metrics.at("accuracy").first, metricOf(record, "dsa-qat", "accuracy"), 0.02) << "codes at ties may differ";
    EXPECT_EQ(own.record.settings.at("activations_rounded"), 1);
    EXPECT_FALSE(own.items.front().wanted.empty());
    std::ofstream(folder / "other.jsonl") << R"({"text": "abc bcd cde def", "label": "north"}
{"text": "nop opq pqr qrs", "label": "south"}
)";
    evaluation.measure.text = {(folder / "other.jsonl").string()};
    evaluation.measure.subject = (folder / "run.model").string();
    EXPECT_EQ(runEvaluation(evaluation, context).record.metrics.at("accuracy").first, 1);
    std::ofstream(folder / "other.jsonl") << R"({"text": "abc", "label": "west"})" << '\n';
    EXPECT_THAT(messageOf([&] { runEvaluation(evaluation, context); }), HasSubstr("record 1: label 'west' is none of the classes"));
    evaluation.measure.subject = testing::resource("models/demo").string();
    EXPECT_THAT(messageOf([&] { runEvaluation(evaluation, context); }), HasSubstr("is no classifier"));
}

}  // namespace
}  // namespace qs
