// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/trainer.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.h"
#include "core/qat/training_support.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {
using testing::smallSettings;
using testing::smallShape;
using testing::SmallTask;
using testing::TemporaryFolder;
using testing::Training;

constexpr QatMethod kMethods[] = {QatMethod::Full, QatMethod::Fixed, QatMethod::Lsq, QatMethod::Dsa};

class TrainerOf : public ::testing::TestWithParam<QatMethod> {};
INSTANTIATE_TEST_SUITE_P(Methods, TrainerOf, ::testing::ValuesIn(kMethods),
                         [](const auto& of) { return std::string(nameOfEnum(of.param)).substr(0, 3); });

TEST_P(TrainerOf, LearnsToClassify) {
    QatSettings settings = smallSettings(GetParam());
    settings.steps = 70;
    Training training(settings, true);
    EXPECT_LT(training.run(70), 0.35);  // ln 2 = 0.69 without learning
    const std::vector<LayerGrid> grids = training.trainer.grids(true);
    for (std::size_t l = 0; l < grids.size(); ++l) {
        EXPECT_EQ(grids[l].bits > 0, GetParam() != QatMethod::Full);
        EXPECT_EQ(grids[l].activationStep > 0, GetParam() != QatMethod::Full);
        EXPECT_GT(training.trainer.activationMaxima()[l], 0);
    }
}

TEST_P(TrainerOf, LearnsToPredictTokens) {
    QatSettings settings = smallSettings(GetParam());
    settings.steps = 60;
    Training training(settings, false);
    EXPECT_LT(training.run(60), 0.5);  // ln 16 = 2.8 without learning
}

std::string everything(const StepRecord& r) {
    std::string text;
    for (const double v : {r.loss, r.taskLoss, r.penalty, r.distillation, r.learningRate, r.gradientNorm, r.averageBits})
        text += std::to_string(std::bit_cast<std::uint64_t>(v)) + " ";
    if (r.widths)
        for (const double v : r.widths->sensitivity) text += std::to_string(std::bit_cast<std::uint64_t>(v)) + " ";
    return text;
}

/// Eight steps at once, and three, a checkpoint, and five in another trainer: the same bits.
TEST_P(TrainerOf, ResumesBitByBit) {
    QatSettings settings = smallSettings(GetParam());
    settings.interval = 4;
    settings.steps = 8;
    settings.accumulation = 2;
    settings.distill = 0.25;
    Training whole(settings, false), first(settings, false), second(settings, false);
    const TemporaryFolder folder;
    std::vector<std::string> expected, found;
    for (int i = 0; i < 8; ++i) expected.push_back(everything(whole.trainer.step()));
    for (int i = 0; i < 3; ++i) found.push_back(everything(first.trainer.step()));
    first.trainer.save(folder / "state.safetensors");
    second.trainer.load(folder / "state.safetensors");
    EXPECT_EQ(second.trainer.stepsDone(), 3);
    while (!second.trainer.finished()) found.push_back(everything(second.trainer.step()));
    EXPECT_EQ(found, expected);
    for (std::size_t i = 0; i < whole.model.values().size(); ++i)
        EXPECT_TRUE(whole.model.values()[i].equal(second.model.values()[i])) << whole.model.parameters()[i].name;
    EXPECT_EQ(whole.trainer.bits(), second.trainer.bits());
    EXPECT_EQ(whole.trainer.activationMaxima(), second.trainer.activationMaxima());
}

TEST_P(TrainerOf, DoesNotDependOnThreads) {
    const QatSettings settings = smallSettings(GetParam());
    std::vector<std::string> records[2];
    for (const int threads : {1, 3}) {
        TrainableModel model(scratchSpec(smallShape()), 2, 1);
        SmallTask source(true, 16, 1);
        ThreadPool pool(threads, beginSingleThreadedMath);
        Trainer trainer(model, settings, source, pool);
        for (int i = 0; i < 4; ++i) records[threads > 1].push_back(everything(trainer.step()));
    }
    EXPECT_EQ(records[0], records[1]);
}

/// Gradient of the first step of every parameter by name, out of the optimizer's mean (0.1 g).
std::map<std::string, std::vector<float>> firstGradients(QatSettings settings, bool classifies, int rows, double* loss = nullptr) {
    settings.clipNorm = 0;
    TrainableModel model(scratchSpec(smallShape()), classifies ? 2 : 0, 1);
    SmallTask source(classifies, rows, 1);
    ThreadPool pool(2, beginSingleThreadedMath);
    Trainer trainer(model, settings, source, pool);
    const double value = trainer.step().loss;
    if (loss) *loss = value;
    const TemporaryFolder folder;
    trainer.save(folder / "state.safetensors");
    const SafetensorsFile file(folder / "state.safetensors");
    std::map<std::string, std::vector<float>> gradients;
    for (const auto& [name, entry] : file.tensors())
        if (name.starts_with("mean.")) {
            gradients[name.substr(5)] = toFloats(entry);
            for (float& g : gradients[name.substr(5)]) g *= 10;
        }
    return gradients;
}

void expectNear(const std::map<std::string, std::vector<float>>& a, const std::map<std::string, std::vector<float>>& b, double tolerance) {
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [name, values] : a) {
        double difference = 0, size = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            difference += std::pow(double(values[i]) - double(b.at(name)[i]), 2);
            size += std::pow(double(values[i]), 2);
        }
        EXPECT_LE(difference, tolerance * tolerance * size) << name;
    }
}

TEST(TrainerGradient, OfFullPrecisionIsThatOfTheWholeBatch) {
    for (const bool classifies : {true, false}) {
        QatSettings settings = smallSettings(QatMethod::Full);
        settings.pieces = 3;
        const auto found = firstGradients(settings, classifies, 16);
        const TrainableModel model(scratchSpec(smallShape()), classifies ? 2 : 0, 1);
        std::vector<at::Tensor> leaves;
        for (const at::Tensor& value : model.values()) leaves.push_back(value.detach().requires_grad_(true));
        SmallTask source(classifies, 16, 1);
        const Batch batch = source.batch(0);
        const at::Tensor hidden = model.forward(leaves, model.idsOf(batch.ids, batch.rows, batch.length), model.fullPrecision(leaves));
        const at::Tensor targets = at::from_blob(const_cast<std::int64_t*>(batch.targets.data()), {std::ssize(batch.targets)}, at::kLong);
        at::cross_entropy_loss(model.logits(leaves, hidden).flatten(0, -2), targets, {}, at::Reduction::Mean, kNoTarget).backward();
        std::map<std::string, std::vector<float>> expected;
        for (std::size_t i = 0; i < leaves.size(); ++i) {
            const at::Tensor g = leaves[i].grad().contiguous();
            expected[model.parameters()[i].name].assign(g.const_data_ptr<float>(), g.const_data_ptr<float>() + g.numel());
        }
        expectNear(found, expected, 1e-4);
    }
}

/// Two batches of different lengths in one step weigh by their targets; one piece or five is the same in full precision.
TEST(TrainerGradient, AccumulatesOverBatchesAndPieces) {
    QatSettings settings = smallSettings(QatMethod::Full);
    settings.accumulation = 2;
    settings.pieces = 1;
    double one = 0, five = 0;
    const auto expected = firstGradients(settings, false, 10, &one);
    settings.pieces = 5;
    expectNear(firstGradients(settings, false, 10, &five), expected, 1e-4);
    EXPECT_NEAR(one, five, 1e-5);
}

/// The share of γ in the gradient is linear in it, and its sign lowers the penalty.
TEST(TrainerGradient, PenaltyPullsActivationsToTheirGrid) {
    QatSettings settings = smallSettings(QatMethod::Dsa);
    settings.widths = {3};
    settings.alpha = 1;
    std::map<std::string, std::vector<float>> gradients[3];
    const double gammas[] = {0, 1, 2};
    for (int i = 0; i < 3; ++i) {
        settings.gamma = gammas[i];
        gradients[i] = firstGradients(settings, true, 8);
    }
    for (const auto& [name, g] : gradients[1]) {
        double share = 0, difference = 0, size = 0;
        for (std::size_t i = 0; i < g.size(); ++i) {
            share += std::abs(double(g[i]) - double(gradients[0][name][i]));
            difference = std::max(difference, std::abs(double(gradients[2][name][i]) - 2 * double(g[i]) + double(gradients[0][name][i])));
            size = std::max(size, std::abs(double(gradients[2][name][i])));
        }
        EXPECT_LT(difference, 1e-4 * size + 1e-7) << name;
        const bool before = name.find("layers.1") == std::string::npos || name.find("down_proj") == std::string::npos;
        if (before && name != kScoreName && name.find("model.norm") == std::string::npos) {
            EXPECT_GT(share, 0) << name;
        }
    }
    settings.steps = 200;
    settings.learningRate = 2e-3;
    double penalties[2];
    for (const double gamma : {0.0, 3.0}) {
        settings.gamma = gamma;
        Training training(settings, true);
        for (int i = 0; i < 40; ++i) penalties[gamma > 0] = training.trainer.step().penalty;
    }
    EXPECT_LT(penalties[1], 0.8 * penalties[0]);
}

TEST(Trainer, OtherMethodsHaveNoPenaltyInTheirLoss) {
    Training training(smallSettings(QatMethod::Fixed), true);
    const StepRecord record = training.trainer.step();
    EXPECT_GT(record.penalty, 0);  // it is measured all the same
    EXPECT_EQ(record.loss, record.taskLoss);
}

TEST(TrainerDsa, ChoosesWidthsFromSensitivity) {
    QatSettings settings = smallSettings(QatMethod::Dsa);
    settings.interval = 5;
    Training training(settings, true);
    int updates = 0;
    for (int step = 1; step <= 20; ++step) {
        const StepRecord record = training.trainer.step();
        EXPECT_EQ(record.step, step);
        EXPECT_EQ(record.widths.has_value(), step % 5 == 0);
        EXPECT_GT(record.penalty, 0);
        EXPECT_NEAR(record.loss, record.taskLoss + settings.gamma * record.penalty, 1e-12);
        if (!record.widths) continue;
        ++updates;
        EXPECT_EQ(record.widths->bits, training.trainer.bits());
        for (std::size_t l = 0; l < 14; ++l) {
            EXPECT_GT(record.widths->gradientVariance[l], 0);
            EXPECT_GT(record.widths->activationError[l], 0);
        }
    }
    EXPECT_EQ(updates, 4);
    settings.lambda = 1e6;
    Training cheap(settings, true);
    cheap.run(5);
    EXPECT_EQ(cheap.trainer.bits(), std::vector<int>(14, 4));
    settings.lambda = 0;
    Training dear(settings, true);
    dear.run(5);
    EXPECT_EQ(dear.trainer.bits(), std::vector<int>(14, 8));
}

/// Once ranges are known they are kept: what lies beyond is clipped, and the rule for its gradient matters.
TEST(TrainerRanges, RunningOnesClip) {
    std::vector<std::string> records[3];
    for (int i = 0; i < 3; ++i) {
        QatSettings settings = smallSettings(QatMethod::Fixed);
        settings.ranges = i == 0 ? ActivationRange::Own : ActivationRange::Running;
        settings.straightThrough = i == 1 ? StraightThrough::Clipped : StraightThrough::Literal;
        Training training(settings, true);
        for (int step = 0; step < 3; ++step) records[i].push_back(everything(training.trainer.step()));
    }
    EXPECT_EQ(records[0][0], records[1][0]);  // nothing is known before the first step
    EXPECT_EQ(records[1][0], records[2][0]);
    EXPECT_NE(records[0][1], records[1][1]);
    EXPECT_NE(records[1][2], records[2][2]);
}

/// A token a hundred times larger than the others costs them nothing when every token has a range.
TEST(TrainerRanges, TokensAndChannelsLearnAndLeaveNoStaticRange) {
    QatSettings settings = smallSettings(QatMethod::Fixed);
    settings.resolve(/*languageModel=*/true, /*fromScratch=*/true, 32);
    EXPECT_EQ(settings.ranges, ActivationRange::Token);
    EXPECT_EQ(settings.weightRanges, WeightRange::Channel);
    EXPECT_EQ(settings.learningRate, 5e-3);  // it was given
    Training training(settings, false);
    const double loss = training.run(60);
    EXPECT_LT(loss, 0.5 * std::log(16.0));
    for (const LayerGrid& grid : training.trainer.grids(true)) EXPECT_TRUE(grid.tokens && grid.channels && grid.activationStep == 0);
}

TEST(TrainerRanges, LearnedStepsAreOfChannelsAndSharesOfTokens) {
    QatSettings settings = smallSettings(QatMethod::Lsq);
    settings.resolve(/*languageModel=*/true, /*fromScratch=*/true, 32);
    Training training(settings, false);
    EXPECT_LT(training.run(60), 0.5 * std::log(16.0));
    for (const LayerGrid& grid : training.trainer.grids(true)) {
        EXPECT_TRUE(grid.tokens && grid.channels && grid.activationStep == 0);
        EXPECT_GT(grid.channelSteps.size(), 1U);
        EXPECT_TRUE(grid.tokenFactor > 0.05 && grid.tokenFactor < 2 && grid.tokenFactor != 1) << grid.tokenFactor;
    }
}

TEST(QatSettings, AutomaticOnesFollowModelAndTask) {
    QatSettings settings;
    settings.resolve(/*languageModel=*/false, /*fromScratch=*/true, 64);
    EXPECT_EQ(settings.ranges, ActivationRange::Own);
    EXPECT_EQ(settings.weightRanges, WeightRange::Layer);
    EXPECT_EQ(settings.learningRate, 2e-3);
    settings.learningRate = 0;
    settings.resolve(true, false, 576);
    EXPECT_EQ(settings.ranges, ActivationRange::Own) << "resolved before";
    EXPECT_NEAR(settings.learningRate, 1.04e-4, 1e-6);
}

TEST(TrainerRefuses, TargetsThatTheModelDoesNotKnow) {
    const QatSettings settings = smallSettings(QatMethod::Fixed);
    Training training(settings, true);
    class Wrong final : public BatchSource {
      public:
        Batch batch(std::int64_t) override { return {1, 2, {0, 1}, wrong}; }
        std::vector<std::int64_t> wrong;
    } source;
    Trainer trainer(training.model, settings, source, training.pool);
    for (const std::vector<std::int64_t>& targets : std::vector<std::vector<std::int64_t>>{{2}, {-2}, {0, 0}, {}, {kNoTarget}}) {
        source.wrong = targets;
        EXPECT_THROW(trainer.step(), Error) << targets.size();
    }
    source.wrong = {1};
    EXPECT_NO_THROW(trainer.step());
}

/// The teacher is the model before training: no divergence at first in full precision; with other values there is, and it goes down.
TEST(TrainerDistillation, FollowsTheTeacher) {
    QatSettings settings = smallSettings(QatMethod::Full);
    settings.distill = 1;
    Training own(settings, false);
    EXPECT_NEAR(own.trainer.step().distillation, 0, 1e-6);
    for (const bool classifies : {false, true}) {
        Training student(settings, classifies, 1), teacher(settings, classifies, 9);
        student.trainer.setTeacher(teacher.model.copyOfValues());
        const StepRecord first = student.trainer.step();
        EXPECT_NEAR(first.loss, first.distillation, 1e-12);
        StepRecord last;
        for (int i = 0; i < 40; ++i) last = student.trainer.step();
        EXPECT_LT(last.distillation, 0.3 * first.distillation);
    }
}

TEST(TrainerStop, LeavesTheModelAsItWas) {
    const QatSettings settings = smallSettings(QatMethod::Dsa);
    TrainableModel model(scratchSpec(smallShape()), 2, 1);
    SmallTask source(true, 16, 1);
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    Trainer trainer(model, settings, source, pool, &context);
    trainer.step();
    const std::vector<at::Tensor> before = model.copyOfValues();
    context.stopNow();
    EXPECT_THROW(trainer.step(), Cancelled);
    EXPECT_EQ(trainer.stepsDone(), 1);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(before[i].equal(model.values()[i]));
}

TEST(TrainerEvents, TellOfChangesHeldBack) {
    QatSettings settings = smallSettings(QatMethod::Dsa);
    settings.interval = 2;
    settings.steps = 6;
    settings.hysteresis = 1;
    settings.lambda = 0.02;
    TrainableModel model(scratchSpec(smallShape()), 2, 1);
    SmallTask source(true, 16, 1);
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    Trainer trainer(model, settings, source, pool, &context);
    while (!trainer.finished()) trainer.step();
    EXPECT_EQ(trainer.bits(), std::vector<int>(14, 8));
    EXPECT_GT(trainer.controller()->suppressed(), 0);
    const std::vector<Event> events = context.takeEvents();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].kind, "width-hysteresis");
}

TEST(TrainerRefuses, LossesThatAreNoNumbers) {
    QatSettings settings = smallSettings(QatMethod::Fixed);
    Training training(settings, true);
    training.model.values()[0].fill_(std::numeric_limits<float>::quiet_NaN());
    EXPECT_THROW(training.trainer.step(), Error);
}

TEST(TrainerRefuses, CheckpointsOfOtherTrainings) {
    const TemporaryFolder folder;
    QatSettings settings = smallSettings(QatMethod::Fixed);
    ScratchShape wide = smallShape();
    wide.hidden = 64;
    Training training(settings, true);
    training.trainer.step();
    training.trainer.save(folder / "a.safetensors");
    const auto refusal = [&](Trainer& other) {
        try {
            other.load(folder / "a.safetensors");
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    TrainableModel wideModel(scratchSpec(wide), 2, 1);
    Trainer wideTrainer(wideModel, settings, training.source, training.pool);
    EXPECT_NE(refusal(wideTrainer).find("value.model.embed_tokens.weight is F32 [16, 32], but this model has F32 [16, 64]"),
              std::string::npos)
        << refusal(wideTrainer);
    settings.bits = 6;
    Training otherBits(settings, true);
    EXPECT_NE(refusal(otherBits.trainer).find("--bits 4, not 6"), std::string::npos) << refusal(otherBits.trainer);
    settings.widths = {4, 4};
    EXPECT_THROW(Training(settings, true), Error);
}

}  // namespace
}  // namespace qs
