// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of two_stage, as a chain and with stage 2 alone, and what must be refused.
#include "support/solver_checks.h"

namespace qs {
namespace {

using namespace testing;

class SolveTwoStage : public SolveTest {
  protected:
    /// Scales, losses of rows and sums; `tolerance` of sums.
    void expectStageTwo(const SolverCase& c, const SolveOutcome& outcome, double scales, double rows, double sums) {
        for (const char* key : {"scales_sweep1", "scales_sweep3", "scales_sweep12", "scales_joint"})
            EXPECT_LT(worstRelative(outcome.tensors.at(key), c.expected.at(key)), scales) << key;
        for (const char* key : {"row_loss_before", "row_loss_sweeps", "row_loss_joint"})
            EXPECT_LT(worstRelative(outcome.tensors.at(key), c.expected.at(key)), rows) << key;
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        EXPECT_LT(relative(values.at("loss_before"), c.values.at("loss_before")), sums);
        EXPECT_LT(relative(values.at("loss_joint"), c.values.at("loss_joint")), sums);
        // −max|w| of a symmetric grid lies halfway between two codes, which scales rounded to float32 decide
        EXPECT_LT(relative(values.at("loss_stage1_groupwise"), c.values.at("loss_stage1_groupwise")), isDouble() ? sums : 1e-2);
        const auto &sweeps = values.at("loss_after_sweeps"), &expected = c.values.at("loss_after_sweeps");
        ASSERT_EQ(sweeps.size(), expected.size());
        for (std::size_t s = 0; s < expected.size(); ++s) EXPECT_LT(relative(sweeps[s], expected[s]), sums);
        EXPECT_EQ(values.at("loss"), sweeps.back());
        for (const char* key : {"nonpositive_scales_cd", "nonpositive_scales_joint", "sweeps_within_0p1_percent_of_joint"})
            EXPECT_EQ(values.at(key), c.values.at(key)) << key;
        expectFallingLosses(outcome);
    }

    void expectFallingLosses(const SolveOutcome& outcome) {
        std::vector<double> previous = outcome.tensors.at("row_loss_before").values;
        const std::vector<double>& sweeps = outcome.tensors.at("row_loss_sweeps").values;
        const double slack = isDouble() ? 1e-12 : 1e-6;
        for (std::size_t i = 0; i < sweeps.size(); ++i) {
            double& row = previous[i % previous.size()];
            EXPECT_LE(sweeps[i], row * (1 + slack));
            row = sweeps[i];
        }
        const std::vector<double>& joint = outcome.tensors.at("row_loss_joint").values;
        for (std::size_t r = 0; r < joint.size(); ++r) EXPECT_LE(joint[r], previous[r] * (1 + slack));
    }
};
QS_BOTH_PRECISIONS(SolveTwoStage);

TEST_P(SolveTwoStage, WholeChain) {
    const SolverFile file = readSolverFile("two_stage");
    ASSERT_EQ(file.cases.size(), 18u);
    for (const SolverCase& c : file.cases) {
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(file.problem, c.settings, "two_stage");
        const double share = expectRows(c, outcome, isDouble() ? 1e-9 : 1e-4, isDouble() ? 1e-12 : 1e-5, "scales0");
        EXPECT_GE(share, 0.99);
        if (share == 1) expectStageTwo(c, outcome, isDouble() ? 1e-9 : 1e-5, isDouble() ? 1e-10 : 1e-5, isDouble() ? 1e-10 : 1e-5);
        EXPECT_TRUE(share == 1 || !isDouble());
    }
}

TEST_P(SolveTwoStage, StageTwoAlone) {
    const SolverFile file = readSolverFile("two_stage");
    for (const SolverCase& c : file.cases) {
        SCOPED_TRACE(c.name);
        Problem problem = file.problem;
        for (const char* key : {"codes", "scales0", "zeros"}) problem[key] = c.expected.at(key);
        const SolveOutcome outcome = solve(problem, c.settings, "two_stage");
        EXPECT_EQ(outcome.tensors.at("codes").values, c.expected.at("codes").values);
        EXPECT_EQ(outcome.tensors.at("scales0").values, c.expected.at("scales0").values);
        expectStageTwo(c, outcome, isDouble() ? 1e-10 : 1e-5, isDouble() ? 1e-10 : 1e-5, isDouble() ? 1e-11 : 1e-6);
    }
}

TEST(SolveTwoStageOutput, NamesTheLastSweepAndItsWeights) {
    const SolverFile file = readSolverFile("two_stage");
    const SolverCase& c = file.cases[0];
    nlohmann::json settings = c.settings;
    settings["sweeps"] = 2;
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const SolveOutcome outcome = solveProblem(file.problem, settingsText(settings, "two_stage", "float64"), context, pool);
    EXPECT_TRUE(outcome.tensors.count("scales_sweep1") && outcome.tensors.count("scales_sweep2"));
    EXPECT_FALSE(outcome.tensors.count("scales_sweep3"));
    EXPECT_EQ(outcome.tensors.at("scales").values, outcome.tensors.at("scales_sweep2").values);
    const std::size_t groups = static_cast<std::size_t>(outcome.tensors.at("scales").shape[1]), width = 512 / groups;
    const auto& codes = outcome.tensors.at("codes").values;
    for (std::size_t i = 0; i < codes.size(); i += 37) {
        const std::size_t g = i / 512 * groups + i % 512 / width;
        const double expected = outcome.tensors.at("scales").values[g] * (codes[i] - outcome.tensors.at("zeros").values[g]);
        EXPECT_NEAR(outcome.tensors.at("dequantized").values[i], expected, 1e-7 * std::abs(expected));
    }
}

TEST(SolveTwoStageOutput, InFloat32TheLastScalesAreStoredAsJobsStoreThem) {
    const SolverFile file = readSolverFile("two_stage");
    nlohmann::json settings = file.cases[0].settings;
    settings["scale_dtype"] = "f16";
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    const SolveOutcome outcome = solveProblem(file.problem, settingsText(settings, "two_stage", "float32"), context, pool);
    for (const double scale : outcome.tensors.at("scales").values)
        EXPECT_EQ(scale, static_cast<double>(toFloat(toFloat16(static_cast<float>(scale)))));
    const SolveOutcome plain = solveProblem(file.problem, settingsText(settings, "two_stage", "float64"), context, pool);
    EXPECT_LT(worstRelative(outcome.tensors.at("scales"), plain.tensors.at("scales")), 1e-3);
    EXPECT_EQ(outcome.tensors.at("codes").values, plain.tensors.at("codes").values);
}

TEST(SolveTwoStageRefuses, SettingsAndTensors) {
    const Problem good{
        {"W", {{1, 2}, {1, -1}}}, {"H", {{2, 2}, {2, 1, 1, 2}}}, {"D", {{2, 2}, {0, 1, 0, 0}}}, {"loss_constant", {{1}, {9}}}};
    const std::string plain = R"({"method": "two_stage", "bits": 2})";
    EXPECT_EQ(refusal(good, plain), "");
    EXPECT_EQ(refusal(without(without(good, "D"), "loss_constant"), plain), "");
    const Problem solved = with(with(with(good, "codes", {{1, 2}, {1, 3}}), "scales0", {{1, 1}, {0.5}}), "zeros", {{1, 1}, {2}});
    EXPECT_EQ(refusal(solved, plain), "");
    expectRefusals({{refusal(without(good, "loss_constant"), plain), "'loss_constant'"},
                    {refusal(with(good, "loss_constant", {{2}, {9, 9}}), plain), "'loss_constant' has 2 elements"},
                    {refusal(without(good, "D"), R"({"method": "two_stage", "with_R": true})"), "'D'"},
                    {refusal(without(solved, "zeros"), plain), "'zeros'"},
                    {refusal(with(solved, "codes", {{1, 2}, {1, 4}}), plain), "'codes'"},
                    {refusal(with(solved, "codes", {{1, 2}, {1, 1.5}}), plain), "at [0, 1]"},
                    {refusal(with(solved, "scales0", {{1, 2}, {1, 1}}), plain), "'scales0' is 1 x 2; 1 x 1 is needed"},
                    {refusal(good, R"({"method": "two_stage", "init": "absmax", "search": {"kind": "hessian"}})"), "'init'"},
                    {refusal(good, R"({"method": "two_stage", "init": "later"})"), "'init': \"later\""},
                    {refusal(good, R"({"method": "two_stage", "group": 1, "static": false})"), "static"},
                    {refusal(good, R"({"method": "two_stage", "sweeps": 0})"), "'sweeps': 0"},
                    {refusal(good, R"({"method": "two_stage", "sweps": 3})"), "'sweps'"}});
}

}  // namespace
}  // namespace qs
