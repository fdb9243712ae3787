// SPDX-License-Identifier: GPL-3.0-or-later
// Both stages of group scales through the kernels of jobs: the reference problems, then whole quantizations of the demo model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "quant/hessian_factor.h"
#include "quant/quantizer.h"
#include "quant/scale_refinement.h"
#include "run/run_file.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"
#include "support/solver_cases.h"

namespace qs {
namespace {

using testing::expectSameRun;
using ::testing::HasSubstr;
using testing::quantize;
using testing::SolverCase;
using testing::TemporaryFolder;
using testing::Watcher;
namespace fs = std::filesystem;

template <class T>
Matrix<T> matrixOf(const NamedTensor& tensor) {
    Matrix<T> matrix(static_cast<std::size_t>(tensor.shape.at(0)), static_cast<std::size_t>(tensor.shape.at(1)));
    std::transform(tensor.values.begin(), tensor.values.end(), matrix.data(), [](double x) { return static_cast<T>(x); });
    return matrix;
}

QuantSettings settingsOf(const nlohmann::json& given) {
    QuantSettings settings;
    settings.bits = given.at("bits");
    settings.groupSize = std::max(0, given.at("group").get<int>());
    settings.scheme = given.at("scheme") == "asym" ? Scheme::Asymmetric : Scheme::Symmetric;
    settings.damping = given.at("percdamp");
    if (given.at("init") == "stage1") settings.search = SearchKind::Hessian;
    return settings;
}

double largestRelativeDifference(const Matrix<double>& found, const NamedTensor& expected) {
    double largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        largest = std::max(largest, std::abs(found.data()[i] - expected.values.at(i)) / std::abs(expected.values.at(i)));
    return largest;
}

class ReferenceProblems : public ::testing::Test {
  protected:
    JobContext m_context;
    ThreadPool m_pool{2, beginSingleThreadedMath};
    const testing::SolverFile m_file = testing::readSolverFile("two_stage");
    const Matrix<float> m_W = matrixOf<float>(m_file.problem.at("W")), m_H = matrixOf<float>(m_file.problem.at("H")),
                        m_D = matrixOf<float>(m_file.problem.at("D"));
};

TEST_F(ReferenceProblems, StageOneAndTheColumnLoop) {
    std::size_t scales = 0, wrong = 0;
    double codes = 0;
    for (const SolverCase& c : m_file.cases) {
        SCOPED_TRACE(c.name);
        const QuantSettings settings = settingsOf(c.settings);
        const auto factor = factorize(m_H.view(), settings, "H", m_context, m_pool);
        const SolveInput input{m_W.view(), m_H.view(), factor.get(), "W", false};
        const QuantizedLinear q = quantizeLinear(input, settings, StepDetail::None, m_context, m_pool, {}).quantized;
        const NamedTensor &first = c.expected.at("scales0"), &zeros = c.expected.at("zeros"), &expected = c.expected.at("codes");
        for (std::size_t i = 0; i < q.scales.size(); ++i) {
            if (settings.search == SearchKind::Hessian && !(c.expected.at("grid_gap").values.at(i) > 1e-5)) continue;
            ++scales;
            wrong += std::abs(q.scales.data()[i] / first.values.at(i) - 1) > 1e-5 || q.zeros.data()[i] != zeros.values.at(i);
        }
        std::size_t equal = 0;
        for (std::size_t i = 0; i < q.codes.size(); ++i) equal += q.codes.data()[i] == expected.values.at(i);
        codes += static_cast<double>(equal) / static_cast<double>(q.codes.size()) / static_cast<double>(m_file.cases.size());
        EXPECT_GE(static_cast<double>(equal), 0.99 * static_cast<double>(q.codes.size()));
    }
    EXPECT_EQ(wrong, 0u) << "of " << scales << " scales";
    EXPECT_GE(codes, 0.999);
}

TEST_F(ReferenceProblems, StageTwoAlone) {
    double worstScale = 0, worstLoss = 0, worstRow = 0;
    for (const SolverCase& c : m_file.cases) {
        SCOPED_TRACE(c.name);
        QuantSettings settings = settingsOf(c.settings);
        QuantizedLinear given;
        given.bits = settings.bits;
        given.groupSize = settings.groupSize;
        given.codes = matrixOf<std::uint8_t>(c.expected.at("codes"));
        given.zeros = matrixOf<std::uint8_t>(c.expected.at("zeros"));
        given.scales = matrixOf<double>(c.expected.at("scales0"));
        SolveInput input{m_W.view(), m_H.view(), nullptr, "W", false};
        if (c.settings.at("with_R")) input.D = m_D.view();
        const double before = c.values.at("loss_before");
        const std::vector<double> rowBefore = c.expected.at("row_loss_before").values;
        const auto check = [&](const char* scales, double loss, const double* rows) {
            QuantizedLinear q = given;
            const Refinement refined = refineScales(q, input, settings, true, m_context, m_pool);
            worstScale = std::max(worstScale, largestRelativeDifference(q.scales, c.expected.at(scales)));
            worstLoss = std::max(worstLoss, std::abs(before + refined.steps.back().lossChange - loss) / loss);
            double previous = before;
            for (const RefinementStep& step : refined.steps) {
                EXPECT_LE(before + step.lossChange, previous * (1 + 1e-6)) << step.name;
                previous = before + step.lossChange;
            }
            for (std::size_t r = 0; r < rowBefore.size(); ++r)
                worstRow = std::max(worstRow, std::abs(rowBefore[r] + refined.rowLossChange[r] - rows[r]) / rows[r]);
        };
        settings.refine = Refine::Sweeps;
        const std::vector<double> losses = c.values.at("loss_after_sweeps");
        for (const int sweeps : {1, 3, 12}) {
            settings.sweeps = sweeps;
            const auto last = static_cast<std::size_t>(sweeps - 1);
            check(("scales_sweep" + std::to_string(sweeps)).c_str(), losses.at(last),
                  c.expected.at("row_loss_sweeps").values.data() + last * rowBefore.size());
        }
        settings.refine = Refine::Joint;
        check("scales_joint", c.values.at("loss_joint"), c.expected.at("row_loss_joint").values.data());
    }
    EXPECT_LT(worstScale, 1e-5);
    EXPECT_LT(worstLoss, 1e-6);
    EXPECT_LT(worstRow, 1e-5);
    std::printf("largest differences: scales %.1e, losses %.1e, rows %.1e\n", worstScale, worstLoss, worstRow);
}

TEST_F(ReferenceProblems, TheWholeChain) {
    for (const SolverCase& c : m_file.cases) {
        SCOPED_TRACE(c.name);
        QuantSettings settings = settingsOf(c.settings);
        settings.refine = Refine::Joint;
        const auto factor = factorize(m_H.view(), settings, "H", m_context, m_pool);
        SolveInput input{m_W.view(), m_H.view(), factor.get(), "W", false};
        const SolveReport report = quantizeLinear(input, settings, StepDetail::None, m_context, m_pool, {}).report;
        if (c.settings.at("with_R")) continue;  // GPTQ reports its own loss, without the cross term
        const double expected = c.values.at("loss_joint");
        EXPECT_NEAR(report.loss, expected, 1e-3 * expected);  // a row with a tie may take other codes
    }
}

QuantizeOptions groupedQuantization(const TemporaryFolder& folder, const char* name) {
    QuantizeOptions options = testing::smallQuantization(folder);
    options.out = (folder / name).string();
    options.quant.bits = 2;
    options.quant.groupSize = 64;
    return options;
}

TEST(TwoStageRun, LowersTheLossOfEveryLinearAndKeepsTheWay) {
    const TemporaryFolder folder;
    for (const Method method : {Method::Gptq, Method::Rtn}) {
        QuantizeOptions options = groupedQuantization(folder, "run.qsrun");
        options.quant.method = method;
        options.quant.search = SearchKind::Hessian;
        options.quant.refine = Refine::Sweeps;
        quantize(options);
        const auto run = RunFile::open(options.out);
        ASSERT_EQ(run->linears().size(), 42u);
        for (const LinearRecord& linear : run->linears()) {
            SCOPED_TRACE(linear.name);
            ASSERT_EQ(linear.scaleSteps.size(), 5u);
            EXPECT_TRUE(linear.scaleSteps[4].scales.empty()) << "not read with the small values";
            const double noise = 1e-6 * linear.scaleSteps[1].loss;
            for (std::size_t s = 2; s < 5; ++s) EXPECT_LE(linear.scaleSteps[s].loss, linear.scaleSteps[s - 1].loss + noise);
            EXPECT_LT(linear.scaleSteps[4].loss, linear.scaleSteps[1].loss);
            EXPECT_EQ(linear.loss, linear.scaleSteps[4].loss);
            double weighted = 0;
            for (const LengthError& e : linear.calibrationErrors) weighted += e.error / e.length / 8;
            EXPECT_NEAR(linear.loss, weighted, 2e-3 * weighted) << "errors per length are those of the refined scales";
        }
        std::vector<std::string> phases;
        double seconds = 0;
        for (const auto& [phase, spent] : run->phases()) {
            phases.push_back(phase);
            seconds += spent;
        }
        EXPECT_THAT(phases, ::testing::IsSupersetOf({"forward", "Hessians", "stage 1", "column loop", "stage 2", "losses of stages"}));
        EXPECT_LT(seconds, run->seconds());
        const std::string name = "model.layers.3.mlp.down_proj";
        const std::vector<ScaleStepRecord> steps = run->scaleSteps(name);
        ASSERT_EQ(steps.size(), 5u);
        EXPECT_EQ(steps[0].name, "stage 1");
        EXPECT_EQ(steps[1].name, "codes");
        EXPECT_EQ(steps[4].name, "sweep 3");
        EXPECT_EQ(steps[0].scales, steps[1].scales);
        EXPECT_NE(steps[1].scales, steps[2].scales);
        EXPECT_EQ(steps[4].scales, run->linear(name).scales);
        EXPECT_THROW(run->scaleSteps("nothing"), Error);
        EXPECT_NEAR(run->forecast()->diskBytes, run->actual()->diskBytes, 0.25 * run->actual()->diskBytes);
    }
}

TEST(TwoStageRun, WorksWithTheCrossTermOfGptaq) {
    const TemporaryFolder folder;
    QuantizeOptions options = groupedQuantization(folder, "run.qsrun");
    options.quant.method = Method::Gptaq;
    options.quant.alpha = 1;
    options.quant.search = SearchKind::Hessian;
    options.include = {"model.layers.0.*", "model.layers.1.*"};
    quantize(options);
    const auto plain = RunFile::open(options.out);
    options.quant.refine = Refine::Joint;
    quantize(options);
    const auto refined = RunFile::open(options.out);
    std::size_t crossed = 0;
    for (const LinearRecord& linear : refined->linears()) {
        SCOPED_TRACE(linear.name);
        ASSERT_EQ(linear.scaleSteps.size(), 3u);
        EXPECT_LT(linear.scaleSteps[2].loss, linear.scaleSteps[1].loss);
        crossed += linear.scaleSteps[2].loss < 0.99 * linear.loss || linear.scaleSteps[2].loss > 1.01 * linear.loss;
        double weighted = 0;
        for (const LengthError& e : linear.calibrationErrors) weighted += e.error / e.length / 8;
        EXPECT_NEAR(linear.loss, weighted, 1e-9 * weighted);
    }
    EXPECT_GT(crossed, 8u) << "the inputs of later linears differ from those of the untouched model";
    EXPECT_EQ(plain->linear("model.layers.0.self_attn.q_proj").codes, refined->linear("model.layers.0.self_attn.q_proj").codes);
}

TEST(TwoStageRun, KeepsAsMuchAsIsAskedFor) {
    const TemporaryFolder folder;
    QuantizeOptions options = groupedQuantization(folder, "run.qsrun");
    options.include = {"*layers.0.self_attn.q_proj"};
    options.quant.refine = Refine::Joint;
    options.trajectories = Trajectories::Losses;
    quantize(options);
    std::vector<ScaleStepRecord> steps = RunFile::open(options.out)->scaleSteps("model.layers.0.self_attn.q_proj");
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(steps[1].name, "joint");
    EXPECT_TRUE(steps[1].scales.empty());
    options.trajectories = Trajectories::None;
    quantize(options);
    EXPECT_TRUE(RunFile::open(options.out)->scaleSteps("model.layers.0.self_attn.q_proj").empty());
    options.trajectories = Trajectories::Auto;
    options.quant.refine = Refine::None;
    quantize(options);
    EXPECT_TRUE(RunFile::open(options.out)->scaleSteps("model.layers.0.self_attn.q_proj").empty());
}

TEST(TwoStageRun, TheSameBitsWithOtherThreadsAndAfterAStop) {
    const TemporaryFolder folder;
    QuantizeOptions options = groupedQuantization(folder, "run.qsrun");
    options.quant.search = SearchKind::Hessian;
    options.quant.refine = Refine::Joint;
    options.quant.actOrder = true;
    quantize(options);
    QuantizeOptions cut = options;
    cut.out = (folder / "cut.qsrun").string();
    cut.machine.threads = 1;
    Watcher watcher;
    watcher.stopAfter = 1;
    JobContext context(&watcher);
    watcher.context = &context;
    EXPECT_THROW(runQuantize(cut, context), Error);
    cut.resume = true;
    quantize(cut);
    expectSameRun(options.out, cut.out);
    const auto a = RunFile::open(options.out), b = RunFile::open(cut.out);
    for (const LinearRecord& linear : a->linears()) {
        const auto x = a->scaleSteps(linear.name), y = b->scaleSteps(linear.name);
        ASSERT_EQ(x.size(), y.size());
        for (std::size_t s = 0; s < x.size(); ++s) {
            EXPECT_EQ(x[s].loss, y[s].loss);
            EXPECT_EQ(x[s].scales, y[s].scales);
        }
    }
}

TEST(TwoStageRun, ImpossibleCombinationsAreRefusedWithTheReason) {
    const TemporaryFolder folder;
    QuantizeOptions options = groupedQuantization(folder, "run.qsrun");
    options.quant.search = SearchKind::Hessian;
    options.quant.staticGroups = false;
    try {
        quantize(options);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
        EXPECT_THAT(error.what(), HasSubstr("--stage1"));
        EXPECT_THAT(error.what(), HasSubstr("--static-groups"));
    }
    EXPECT_FALSE(fs::exists(options.out));
    EXPECT_FALSE(fs::exists(options.out + ".parts"));
}

}  // namespace
}  // namespace qs
