// SPDX-License-Identifier: GPL-3.0-or-later
// Options that were set and change nothing are named, those that do something are not.
#include "run/idle_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/run_file.h"
#include "support/data.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Not;

QuantizeOptions textOptions() {
    QuantizeOptions options;
    options.calibration.text = {"text.txt"};
    return options;
}

std::vector<std::string> idle(const QuantizeOptions& options) {
    std::vector<std::string> names;
    for (const Event& event : idleOptions(options)) {
        EXPECT_EQ(event.kind, "option-without-effect");
        EXPECT_NE(event.message.find("only with"), std::string::npos) << event.message;
        names.push_back(event.subject);
    }
    return names;
}

using Names = std::vector<std::string>;

TEST(IdleOptions, DefaultsAreNeverNamed) {
    for (const Method method : {Method::Rtn, Method::Gptq, Method::Gptaq, Method::Awq, Method::Boa}) {
        QuantizeOptions options = textOptions();
        options.quant.method = method;
        EXPECT_EQ(idle(options), Names{});
    }
}

TEST(IdleOptions, OfTheColumnLoop) {
    QuantizeOptions options = textOptions();
    options.quant.actOrder = true;
    options.quant.damping = 0.1;
    options.quant.alpha = 0.5;
    options.quant.blockSize = 64;
    EXPECT_EQ(idle(options), (Names{"--block-size", "--alpha"}));
    options.quant.method = Method::Rtn;
    EXPECT_EQ(idle(options), (Names{"--act-order", "--damp", "--block-size", "--alpha"}));
    options.quant.method = Method::Gptaq;
    options.quant.correctionWeight = CorrectionWeight::Published;
    EXPECT_EQ(idle(options), Names{});
}

TEST(IdleOptions, OfOneMethod) {
    QuantizeOptions options = textOptions();
    options.quant.clip = false;
    options.quant.rowBlock = 8;
    options.quant.rowOrder = true;
    options.quant.valueRows = false;
    options.quant.alpha = 0.5;
    EXPECT_EQ(idle(options), (Names{"--alpha", "--clip", "--row-block", "--value-rows", "--row-order"}));
    options.quant.method = Method::Awq;
    EXPECT_EQ(idle(options), (Names{"--alpha", "--row-block", "--value-rows", "--row-order"}));
    options.quant.search = SearchKind::Mse;
    EXPECT_EQ(idle(options), (Names{"--alpha", "--clip", "--row-block", "--value-rows", "--row-order"}));
    options.quant.method = Method::Boa;
    options.quant.columns = ColumnMethod::Gptaq;
    EXPECT_EQ(idle(options), Names{"--clip"});
}

TEST(IdleOptions, OfDynamicGroups) {
    QuantizeOptions options = textOptions();
    options.quant.scaleTime = ScaleTime::Stale;
    options.quant.blockSize = 64;
    EXPECT_EQ(idle(options), (Names{"--scale-time", "--block-size"}));
    options.quant.staticGroups = false;
    EXPECT_EQ(idle(options), Names{});
    options.quant.groupSize = 0;
    EXPECT_EQ(idle(options), (Names{"--static-groups", "--scale-time", "--block-size"}));
}

TEST(IdleOptions, OfSearchAndRefinement) {
    QuantizeOptions options = textOptions();
    options.quant.searchGrid = 50;
    options.quant.searchNorm = 2.4;
    options.quant.sweeps = 5;
    options.trajectories = Trajectories::Full;
    EXPECT_EQ(idle(options), (Names{"--search-grid", "--search-norm", "--sweeps", "--trajectories"}));
    options.quant.search = SearchKind::Hessian;
    options.quant.refine = Refine::Joint;
    EXPECT_EQ(idle(options), (Names{"--search-norm", "--sweeps"}));
    options.quant.search = SearchKind::Mse;
    options.quant.refine = Refine::Sweeps;
    EXPECT_EQ(idle(options), Names{});
}

TEST(IdleOptions, OfIdLists) {
    QuantizeOptions options;
    options.calibration.ids = "ids.json";
    options.calibration.lengths = {64};
    options.calibration.tokens = 100;
    options.calibration.boundary = Boundary::Document;
    EXPECT_EQ(idle(options), (Names{"--lengths", "--boundary", "--tokens"}));
    options.calibration.heldOutText = {"other.txt"};
    EXPECT_EQ(idle(options), Names{});
    options.calibration.heldOutTokens = 50;
    EXPECT_EQ(idle(options), Names{"--tokens"});
}

TEST(IdleOptions, NamesOfATrainingForForms) {
    const auto names = [](const TrainOptions& options) { return namesWithoutUse(options); };
    TrainOptions options;
    options.scratch = true;
    EXPECT_EQ(names(options), (Names{"bits", "straight-through", "temperature", "held-out-share", "window", "windows", "prompts"}));
    options.qat.method = QatMethod::Full;
    options.baselines = true;  // takes what it needs from the same settings
    EXPECT_THAT(names(options), AllOf(Contains("lambda"), Not(Contains("ranges"))));
    options.task = TrainTaskKind::LanguageModel;
    options.scratch = false;
    EXPECT_THAT(names(options), AllOf(Contains("hidden"), Contains("label-field"), Not(Contains("window"))));
}

TEST(IdleOptions, AreRecordedInTheRun) {
    const testing::TemporaryFolder folder;
    QuantizeOptions options = testing::smallQuantization(folder);
    options.include = {"model.layers.0.self_attn.o_proj"};
    options.quant.alpha = 0.5;
    testing::quantize(options);
    const auto run = RunFile::open(options.out);
    ASSERT_EQ(run->events().size(), 1u);
    EXPECT_EQ(run->events()[0], idleOptions(options)[0]);
}

Names idleOf(const TrainOptions& options) {
    Names names;
    for (const Event& event : idleOptions(options)) names.push_back(event.subject);
    return names;
}

TEST(IdleOptions, OfTrainings) {
    TrainOptions options;
    options.model = "model";
    for (const QatMethod method : {QatMethod::Full, QatMethod::Fixed, QatMethod::Lsq, QatMethod::Dsa}) {
        options.qat.method = method;
        EXPECT_EQ(idleOf(options), Names{});
    }
    options.qat.bits = 3;
    options.qat.temperature = 4;
    options.shape.hidden = 32;
    options.measures.window = 64;
    EXPECT_EQ(idleOf(options), (Names{"--bits", "--temperature", "--hidden", "--window"}));
    options.qat.distill = 0.5;
    options.scratch = true;
    options.task = TrainTaskKind::LanguageModel;
    options.qat.method = QatMethod::Lsq;
    options.qat.lambda = 1;
    options.qat.gamma = 1;
    options.qat.ranges = ActivationRange::Running;
    EXPECT_EQ(idleOf(options), (Names{"--lambda", "--gamma"}));
    options.qat.method = QatMethod::Dsa;
    EXPECT_EQ(idleOf(options), Names{"--bits"});
    options.qat.method = QatMethod::Fixed;
    options.qat.ranges = ActivationRange::Own;
    options.qat.straightThrough = StraightThrough::Literal;
    EXPECT_EQ(idleOf(options), (Names{"--lambda", "--gamma", "--straight-through"}));
    options.baselines = true;  // learned steps are among them
    EXPECT_EQ(idleOf(options), (Names{"--lambda", "--gamma"}));
}

TEST(IdleOptions, OfEvaluations) {
    EvaluationOptions options;
    const auto idle = [&] {
        Names names;
        for (const Event& event : idleOptions(options)) names.push_back(event.subject);
        return names;
    };
    options.task = "perplexity";
    options.measure.window = 256;
    options.measure.maxTokens = 4096;
    EXPECT_EQ(idle(), Names{});
    options.task = "hellaswag";
    options.maxLength = 128;
    EXPECT_EQ(idle(), (Names{"--window", "--max-tokens"}));
    options.task = "divergence";
    options.maxNewTokens = 8;
    options.seed = 3;
    EXPECT_EQ(idle(), (Names{"--max-length", "--seed", "--max-new-tokens"}));
    options.task = "longbench:qasper";
    options.baseline = "other.qsrun";
    EXPECT_EQ(idle(), (Names{"--window", "--max-tokens"}));
}

}  // namespace
}  // namespace qs
