// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

#include "base/error.h"
#include "qat/task_score.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "support/messages.h"
#include "support/single_threaded.h"
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

/// Asks the job to end when it reports a stage.
class Stopper : public JobObserver {
  public:
    JobContext* context = nullptr;
    std::string stage;  ///< that stops it
    bool now = false;
    std::atomic<bool> stopped{false};
    void progressed(const Progress& progress) override {
        if (stopped || progress.stage.find(stage) == std::string::npos) return;
        stopped = true;
        now ? context->stopNow() : context->stopAfterPart();
    }
};

ErrorKind endOf(const TrainOptions& options, Stopper& stopper) {
    JobContext context(&stopper);
    stopper.context = &context;
    try {
        runTrain(options, context);
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::Failed;
}

void expectSameTraining(const std::string& a, const std::string& b) {
    const auto x = RunFile::open(a), y = RunFile::open(b);
    TrainingRecord p = *x->training(), q = *y->training();
    const auto isTimed = [](const TrainingMeasurement& m) { return m.quantity != "size" && !m.estimate; };
    std::erase_if(p.measurements, isTimed);
    std::erase_if(q.measurements, isTimed);
    EXPECT_EQ(p.curves, q.curves);
    EXPECT_EQ(p.updates, q.updates);
    EXPECT_EQ(p.data, q.data);
    EXPECT_EQ(p.variants, q.variants);
    EXPECT_EQ(p.metrics, q.metrics);
    EXPECT_EQ(p.confusion, q.confusion);
    EXPECT_EQ(p.measurements, q.measurements);
    EXPECT_TRUE(p == q);
    EXPECT_EQ(x->events(), y->events());
    ASSERT_EQ(x->linears().size(), y->linears().size());
    for (const LinearRecord& linear : x->linears()) {
        EXPECT_EQ(x->linear(linear.name).codes, y->linear(linear.name).codes) << linear.name;
        EXPECT_EQ(x->linear(linear.name).scales, y->linear(linear.name).scales) << linear.name;
        EXPECT_EQ(linear.activationMax, y->linear(linear.name).activationMax) << linear.name;
    }
    EXPECT_EQ(x->provenance().modelFingerprint, y->provenance().modelFingerprint);
}

TEST(Train, LearnsAndLeavesIntegersAndAModel) {
    const TemporaryFolder folder;
    const TrainOptions options = smallTraining(folder);
    train(options);
    const auto run = RunFile::open(options.out);
    const TrainingRecord record = *run->training();
    EXPECT_GT(metricOf(record, "dsa-qat", "accuracy"), 0.85);
    ASSERT_EQ(record.curveOf("dsa-qat")->steps.size(), 60u);
    EXPECT_LT(record.curves[0].steps.back().taskLoss, 0.6 * record.curves[0].steps.front().taskLoss);
    EXPECT_EQ(record.updates.size(), 7u);  // the beginning, and every ten steps
    EXPECT_EQ(record.classes, (std::vector<std::string>{"north", "south"}));
    EXPECT_EQ(record.noise.size(), 2u * 5);
    ASSERT_EQ(run->linears().size(), 7u);
    for (std::size_t l = 0; l < 7; ++l) {
        const LinearRecord linear = run->linear(record.layers[l]);
        EXPECT_EQ(linear.bits, record.updates.back().bits[l]);
        EXPECT_EQ(linear.activationBits, linear.bits);
        EXPECT_GT(linear.activationMax, 0);
        const auto middle = static_cast<std::uint8_t>(1 << (linear.bits - 1));
        for (const std::uint8_t code : linear.codes.values()) EXPECT_TRUE(code >= 1 && code < 2 * middle) << int{code};
        EXPECT_EQ(linear.zeros(0, 0), middle);
    }
    EXPECT_TRUE(fs::exists(folder / "run.model" / "model.safetensors"));
    EXPECT_FALSE(fs::exists(options.out + ".parts"));
    EXPECT_GT(run->actual()->memoryBytes, 0);
    EXPECT_GT(run->provenance().parameters, 1000);
}

TEST(Train, TheRunComputesWhatTrainingDid) {
    const TemporaryFolder folder;
    TrainOptions options = smallTraining(folder);
    options.qat.steps = 10;
    options.measures.costs = false;
    options.measures.noiseSeeds = 0;
    for (const auto& [method, channels] : {std::pair{QatMethod::Fixed, false},
                                           {QatMethod::Lsq, false},
                                           {QatMethod::Lsq, true},
                                           {QatMethod::Dsa, false},
                                           {QatMethod::Dsa, true}}) {
        options.qat.method = method;
        options.qat.weightRanges = channels ? WeightRange::Channel : WeightRange::Layer;
        options.qat.ranges = channels ? ActivationRange::Token : ActivationRange::Own;
        train(options);
        const auto run = openQuantization(options.out);
        const auto model = modelOfRun(*run, "");
        const TrainableModel trained(*model, 2, 0);
        std::vector<LayerGrid> grids;
        for (const LinearRecord& linear : run->linears()) {
            const LinearRecord whole = run->linear(linear.name);
            LayerGrid& grid = grids.emplace_back();
            grid.bits = linear.bits;
            if (method == QatMethod::Lsq) grid.weightStep = static_cast<double>(whole.scales(0, 0));
            if (method == QatMethod::Lsq && channels) grid.channelSteps.assign(whole.scales.values().begin(), whole.scales.values().end());
            EXPECT_EQ(linear.activationMax == 0, channels);
            EXPECT_EQ(linear.activationFactor != 1, method == QatMethod::Lsq && channels) << linear.name;
            grid.channels = channels;
        }
        const std::vector<at::Tensor> quantized = quantizedValues(trained, grids);
        const BlockWeights block = blockOfRun(*model, *run, 0);
        for (std::size_t l = 0; l < trained.layers().size(); ++l) {
            const at::Tensor& expected = quantized[trained.layerParameter(l)];
            const Matrix<float>& W = block[trained.layers()[l]->role].W;
            ASSERT_EQ(static_cast<std::size_t>(expected.numel()), W.size());
            EXPECT_TRUE(std::equal(W.values().begin(), W.values().end(), expected.const_data_ptr<float>())) << run->linears()[l].name;
        }
    }
}

TEST(Train, StoppedAndResumedIsTheSameTraining) {
    const TemporaryFolder folder;
    TrainOptions options = smallTraining(folder);
    options.baselines = true;
    options.qat.steps = 20;
    train(options);
    for (const bool now : {false, true}) {
        TrainOptions stopped = options;
        stopped.out = (folder / (now ? "now.qsrun" : "after.qsrun")).string();
        for (const char* stage : {"dsa-qat · step", "full · measuring", "lsq-4 · step"}) {
            Stopper stopper;
            stopper.stage = stage;
            stopper.now = now;
            EXPECT_EQ(endOf(stopped, stopper), ErrorKind::Stopped) << stage;
            EXPECT_FALSE(fs::exists(stopped.out));
            EXPECT_TRUE(RunFile::open(stopped.out)->training()) << "a view can follow";
            stopped.resume = true;
        }
        train(stopped);
        expectSameTraining(options.out, stopped.out);
    }
}

/// A training that is still at work when its first checkpoint is written.
TrainOptions longerTraining(const TemporaryFolder& folder) {
    TrainOptions options = smallTraining(folder);
    options.qat.steps = 300;
    options.checkpointSeconds = 1;
    options.measures.costs = false;
    options.measures.noiseSeeds = 0;
    return options;
}

/// Not a test: the process that KilledAndResumed… kills.
TEST(Child, DISABLED_Trains) {
    const char* out = std::getenv("QUANTOSCOPE_TEST_RUN");
    ASSERT_NE(out, nullptr);
    const TemporaryFolder folder;
    TrainOptions options = longerTraining(folder);
    options.text = {(fs::path(out).parent_path() / "texts.jsonl").string()};  // the record names the file
    options.out = out;
    train(options);
}

TEST(Train, KilledAndResumedIsTheSameTraining) {
    const TemporaryFolder folder;
    TrainOptions options = longerTraining(folder);
    train(options);
    const std::string out = (folder / "killed.qsrun").string();
    const pid_t child = fork();
    if (child == 0) {
        ::setenv("QUANTOSCOPE_TEST_RUN", out.c_str(), 1);
        ::execl("/proc/self/exe", "test_run", "--gtest_filter=Child.DISABLED_Trains", "--gtest_also_run_disabled_tests", "--gtest_brief=1",
                static_cast<char*>(nullptr));
        _exit(127);
    }
    const fs::path checkpoint = out + ".parts/checkpoint-dsa-qat.safetensors";
    for (int i = 0; i < 3000 && !fs::exists(checkpoint); ++i) ::usleep(10000);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(fs::exists(checkpoint));
    const auto followed = RunFile::open(out)->training();
    ASSERT_TRUE(followed);
    EXPECT_FALSE(followed->curveOf("dsa-qat")->steps.empty());
    TrainOptions resumed = options;
    resumed.out = out;
    resumed.resume = true;
    resumed.qat.steps = 301;
    EXPECT_THAT(messageOf([&] { train(resumed); }), HasSubstr("--steps was 300 and is 301"));
    resumed.qat.steps = 300;
    train(resumed);
    expectSameTraining(options.out, out);
}

TEST(Train, BaselinesAreMeasuredBeside) {
    const TemporaryFolder folder;
    TrainOptions options = smallTraining(folder);
    options.baselines = true;
    options.qat.distill = 0.5;
    train(options);
    const TrainingRecord record = *RunFile::open(options.out)->training();
    std::vector<std::string> names;
    for (const TrainingVariant& variant : record.variants) names.push_back(variant.name);
    EXPECT_EQ(names, (std::vector<std::string>{"dsa-qat", "full", "fixed-4", "fixed-8", "lsq-4", "ptq"}));
    for (const TrainingVariant& variant : record.variants) {
        EXPECT_GT(metricOf(record, variant.name, "accuracy"), 0.5) << variant.name;
        EXPECT_GT(variant.averageBits, 0) << variant.name;
    }
    EXPECT_EQ(record.confusion.size(), 6u);
    EXPECT_EQ(record.variants[5].averageBits, record.variants[0].averageBits);
    EXPECT_GT(record.curves[1].steps.back().distillation + record.curves[0].steps.back().distillation, 0) << "a trained teacher";
    const auto measured = [&](const std::string& variant, const std::string& quantity) {
        for (const TrainingMeasurement& m : record.measurements)
            if (m.variant == variant && m.quantity == quantity) return m.value;
        return std::nan("");
    };
    EXPECT_GT(measured("float32", "latency"), 0);
    EXPECT_GT(measured("int8", "latency"), 0);
    EXPECT_LT(measured("int8", "logit-difference"), 0.02) << "codes at ties may differ";
    EXPECT_LT(measured("dsa-qat", "size"), measured("full", "size"));
}

TEST(Train, ContinuationsAreComparedWithFullPrecision) {
    const TemporaryFolder folder;
    TrainOptions options = smallFineTuning(folder);
    options.baselines = true;
    options.qat.steps = 2;
    options.qat.lengths = {16};
    train(options);
    const TrainingRecord record = *RunFile::open(options.out)->training();
    EXPECT_EQ(record.variants[0].name, "dsa-qat");
    EXPECT_EQ(record.curves[0].variant, "full") << "trained first";
    EXPECT_EQ(record.metricOf("full", "bleu-agreement"), nullptr);
    for (const char* name : {"dsa-qat", "fixed-4", "fixed-8", "lsq-4", "ptq", "original", "ptq-original"})
        EXPECT_GE(metricOf(record, name, "bleu-agreement"), 0) << name;
    EXPECT_GT(metricOf(record, "fixed-8", "bleu-agreement"), 20);
}

TEST(Train, FullPrecisionHasNoIntegers) {
    const TemporaryFolder folder;
    TrainOptions options = smallTraining(folder);
    options.qat.method = QatMethod::Full;
    options.qat.steps = 10;
    train(options);
    const auto run = RunFile::open(options.out);
    EXPECT_TRUE(run->linears().empty());
    EXPECT_EQ(run->training()->updates.size(), 1u);
    EXPECT_EQ(run->training()->variants[0].averageBits, 32);
}

TEST(Train, TheForecastHasAllThreeFigures) {
    const TemporaryFolder folder;
    const Estimate estimate = estimateTrain(smallTraining(folder));
    EXPECT_GT(estimate.total.seconds, 0);
    EXPECT_GT(estimate.total.memoryBytes, 0);
    EXPECT_GT(estimate.total.diskBytes, 0);
    EXPECT_FALSE(fs::exists(folder / "run.qsrun"));
    JobContext stopped;
    stopped.stopNow();
    EXPECT_THROW(estimateTrain(smallTraining(folder), stopped), Cancelled);
}

TEST(Train, WhatDoesNotFitIsForecastWithoutAStep) {
    const TemporaryFolder folder;
    TrainOptions options = smallTraining(folder);
    options.shape.hidden = 1 << 16;
    options.shape.blocks = 1000;
    options.shape.heads = 64;
    options.shape.intermediate = 1 << 18;
    const Estimate estimate = estimateTrain(options);
    EXPECT_GT(estimate.total.memoryBytes, 1e15);
    EXPECT_EQ(estimate.total.seconds, 0);
    EXPECT_THAT(estimate.notes.at(0), HasSubstr("do not fit"));
}

TEST(Train, RefusesWhatCannotBeTrained) {
    const TemporaryFolder folder;
    const TrainOptions good = smallTraining(folder);
    const auto refused = [&](const std::function<void(TrainOptions&)>& spoil) {
        TrainOptions options = good;
        spoil(options);
        const std::string message = messageOf([&] { train(options); });
        EXPECT_FALSE(fs::exists(options.out)) << message;
        EXPECT_FALSE(fs::exists(options.out + ".parts")) << message;
        return message;
    };
    EXPECT_THAT(refused([](TrainOptions& o) { o.text.clear(); }), HasSubstr("no data; give --text"));
    EXPECT_THAT(refused([&](TrainOptions& o) { o.text = {(folder / "none.jsonl").string()}; }), HasSubstr("none.jsonl"));
    EXPECT_THAT(refused([](TrainOptions& o) { o.scratch = false; }), HasSubstr("no model; give MODEL, or --scratch"));
    EXPECT_THAT(refused([](TrainOptions& o) { o.model = "m"; }), HasSubstr("both MODEL and --scratch"));
    EXPECT_THAT(refused([](TrainOptions& o) { o.data.labelField = "language"; }), HasSubstr("has no field 'language'"));
    EXPECT_THAT(refused([](TrainOptions& o) { o.shape.heads = 3; }), HasSubstr("--hidden 16 is no multiple of twice --heads 3"));
    EXPECT_THAT(refused([&](TrainOptions& o) {
                    o.scratch = false;
                    o.model = (folder / "texts.jsonl").string();
                }),
                HasSubstr("give the directory of a Hugging Face model or a .gguf file"));
    EXPECT_THAT(refused([](TrainOptions& o) {
                    o.scratch = false;
                    o.model = testing::resource("models/demo").string();
                    o.qat.lengths = {1 << 20};
                }),
                HasSubstr("positions of the model"));
    fs::create_directory(folder / "run.model");
    std::ofstream(folder / "run.model" / "mine.txt") << "x";
    EXPECT_THAT(refused([](TrainOptions&) {}), HasSubstr("run.model: exists and was not written by a training"));
}

}  // namespace
}  // namespace qs
