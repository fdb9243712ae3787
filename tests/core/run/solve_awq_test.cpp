// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of awq, and what must be refused.
#include "support/solver_checks.h"

namespace qs {
namespace {

using namespace testing;

class SolveAwq : public SolveTest {
  protected:
    /// The tensors that `solve` is given: no results, and either W or the group.
    static Problem problemOf(const SolverFile& file, const nlohmann::json& settings) {
        Problem problem{{"X", file.problem.at("X")}, {"lengths", file.problem.at("lengths")}};
        const bool grouped = settings.value("weights", "single") == "group";
        for (const auto& [name, tensor] : file.problem)
            if (grouped ? name.starts_with("group.") : name == "W") problem[name] = tensor;
        return problem;
    }

    static double shareEqual(const NamedTensor& a, const NamedTensor& b) {
        std::size_t equal = 0;
        for (std::size_t i = 0; i < b.values.size(); ++i) equal += a.values.at(i) == b.values[i];
        return static_cast<double>(equal) / static_cast<double>(b.values.size());
    }
};
QS_BOTH_PRECISIONS(SolveAwq);

TEST_P(SolveAwq, ScaleSearch) {
    const SolverFile file = readSolverFile("awq");
    ASSERT_EQ(file.cases.size(), 8u);
    std::size_t seen = 0;
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("scale")) continue;
        SCOPED_TRACE(c.name);
        ++seen;
        const SolveOutcome outcome = solve(problemOf(file, c.settings), c.settings, "awq_scale");
        const auto& tensors = outcome.tensors;
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        EXPECT_LT(worstRelative(tensors.at("history"), c.expected.at("history")), isDouble() ? 1e-11 : 5e-3);
        EXPECT_EQ(values.at("best_index"), c.values.at("best_index"));
        EXPECT_EQ(values.at("best_ratio"), c.values.at("best_ratio"));
        EXPECT_LT(relative(values.at("loss"), c.values.at("loss")), isDouble() ? 1e-11 : 5e-3);
        EXPECT_LT(std::abs(values.at("loss_gap").get<double>() - c.values.at("loss_gap").get<double>()), isDouble() ? 1e-11 : 1e-2);
        EXPECT_LT(worstRelative(tensors.at("s"), c.expected.at("s")), isDouble() ? 1e-12 : 1e-5);
        EXPECT_GE(shareEqual(tensors.at("codes"), c.expected.at("codes")), isDouble() ? 1 : 0.999);
        EXPECT_LT(worstRelative(tensors.at("scales"), c.expected.at("scales")), isDouble() ? 1e-12 : 1e-5);
        EXPECT_GE(shareEqual(tensors.at("zeros"), c.expected.at("zeros")), isDouble() ? 1 : 0.99);
        for (const char* key : {"act_scale", "act_scale_maca"})
            EXPECT_LT(worstRelative(tensors.at(key), file.problem.at(key)), 1e-12) << key;
    }
    EXPECT_EQ(seen, 6u);
}

TEST_P(SolveAwq, ClipSearch) {
    const SolverFile file = readSolverFile("awq");
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("clip")) continue;
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(problemOf(file, c.settings), c.settings, "awq_clip");
        const auto& tensors = outcome.tensors;
        const std::size_t groups = c.expected.at("err").values.size(), width = c.settings.at("group");
        ASSERT_EQ(tensors.at("err").shape, c.expected.at("err").shape);
        std::size_t clean = 0;
        for (std::size_t g = 0; g < groups; ++g) {
            const auto expected = [&](const char* key) { return c.expected.at(key).values[g]; };
            const auto actual = [&](const char* key) { return tensors.at(key).values[g]; };
            if (expected("gap") <= 1e-5) continue;
            EXPECT_LT(relative(actual("max_val"), expected("max_val")), isDouble() ? 1e-12 : 1e-5);
            EXPECT_EQ(actual("index"), expected("index"));
            if (expected("tie") != 0) continue;
            ++clean;
            EXPECT_LT(relative(actual("err"), expected("err")), isDouble() ? 1e-11 : 1e-5);
            for (std::size_t i = g * width; i < (g + 1) * width; ++i)
                EXPECT_EQ(tensors.at("codes").values[i], c.expected.at("codes").values[i]);
        }
        EXPECT_GT(clean, groups / 4);
        if (!isDouble()) continue;
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        for (const char* key : {"share_stable", "share_clean"}) EXPECT_NEAR(values.at(key), c.values.at(key), 0.01) << key;
        for (const char* key : {"codes", "zeros", "index", "tie"}) EXPECT_GE(shareEqual(tensors.at(key), c.expected.at(key)), 0.95) << key;
    }
}

TEST(SolveAwqRefuses, SettingsAndTensors) {
    const Problem good{{"W", {{1, 2}, {1, -1}}}, {"X", {{3, 2}, {1, 2, 3, 4, 5, 6}}}, {"lengths", {{2}, {1, 2}}}};
    const std::string scale = R"({"method": "awq_scale", "act": "maca"})", clip = R"({"method": "awq_clip"})";
    EXPECT_EQ(refusal(good, scale), "");
    EXPECT_EQ(refusal(good, clip), "");
    expectRefusals({{refusal(without(good, "X"), scale), "'X'"},
                    {refusal(without(good, "lengths"), scale), "'lengths'"},
                    {refusal(with(good, "lengths", {{2}, {1, 1}}), scale), "'lengths' names 2 tokens, but X has 3"},
                    {refusal(with(good, "lengths", {{2}, {1, 3}}), scale), "'lengths' does not part the 3 tokens of X at [1]"},
                    {refusal(with(good, "lengths", {{2}, {0, 3}}), scale), "at [0]"},
                    {refusal(with(good, "W", {{1, 3}, {1, 1, 1}}), scale), "'W' has 3 columns; the 2 of X are needed"},
                    {refusal(good, R"({"method": "awq_scale", "weights": "group"})"), "'group.0'"},
                    {refusal(good, R"({"method": "awq_scale", "weights": "pair"})"), "'weights': \"pair\""},
                    {refusal(good, R"({"method": "awq_scale", "act": "mean"})"), "'act': \"mean\""},
                    {refusal(good, R"({"method": "awq_scale", "n_grid": 3})"), "'n_grid'"},
                    {refusal(good, R"({"method": "awq_clip", "max_shrink": 0.01})"), "'max_shrink'"},
                    {refusal(good, R"({"method": "awq_clip", "token_step": 0})"), "'token_step': 0"},
                    {refusal(with(good, "X", {{1, 2}, {1, NAN}}), clip), "'X' is not finite"}});
}

}  // namespace
}  // namespace qs
