// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of two_sided, h_out_from_keys, and what must be refused.
#include "support/solver_checks.h"

namespace qs {
namespace {

using namespace testing;

class SolveTwoSided : public SolveTest {};
QS_BOTH_PRECISIONS(SolveTwoSided);

TEST_P(SolveTwoSided, Reference) {
    const SolverFile file = readSolverFile("two_sided");
    ASSERT_EQ(file.cases.size(), 6u);
    for (const SolverCase& c : file.cases) {
        if (c.name == "h_out_from_keys") continue;
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(file.problem, c.settings, "two_sided");
        const double share = expectRows(c, outcome, isDouble() ? 1e-9 : 1e-4, isDouble() ? 1e-9 : 1e-4);
        EXPECT_GE(share, 0.99);
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        EXPECT_LT(relative(values.at("loss"), c.values.at("loss")), isDouble() ? 1e-9 : share == 1 ? 1e-5 : 1e-3);
        // the margins do not speak of the plain column solve, where a tie may flip in float32
        EXPECT_LT(relative(values.at("loss_columns_only"), c.values.at("loss_columns_only")), isDouble() ? 1e-9 : 1e-3);
        EXPECT_LT(values.at("loss"), values.at("loss_columns_only"));
    }
}

TEST_P(SolveTwoSided, OutputHessianOfKeys) {
    const SolverFile file = readSolverFile("two_sided");
    const auto keys = std::find_if(file.cases.begin(), file.cases.end(), [](const SolverCase& c) { return c.name == "h_out_from_keys"; });
    ASSERT_NE(keys, file.cases.end());
    const SolveOutcome outcome = solve({{"K_rotated", file.problem.at("K_rotated")}}, keys->settings, "h_out_from_keys");
    const NamedTensor &actual = outcome.tensors.at("H_out"), &expected = file.problem.at("H_out");
    ASSERT_EQ(actual.shape, expected.shape);
    double largest = 0, worst = 0;
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
        largest = std::max(largest, std::abs(expected.values[i]));
        worst = std::max(worst, std::abs(actual.values[i] - expected.values[i]));
    }
    EXPECT_LT(worst, 1e-7 * largest);  // what float32 storage leaves
}

TEST(SolveTwoSidedRefuses, SettingsAndTensors) {
    const Problem good{{"W", {{2, 2}, {1, -1, 2, 3}}},
                       {"H_in", {{2, 2}, {2, 1, 1, 2}}},
                       {"H_out", {{1, 2, 2}, {2, 1, 1, 2}}},
                       {"D", {{2, 2}, {0, 1, 0, 0}}}};
    const std::string plain = R"({"method": "two_sided"})";
    EXPECT_EQ(refusal(good, plain), "");
    EXPECT_EQ(refusal(without(good, "D"), plain), "");
    expectRefusals({{refusal(without(good, "H_out"), plain), "'H_out'"},
                    {refusal(without(good, "D"), R"({"method": "two_sided", "with_D": true})"), "'D'"},
                    {refusal(with(good, "H_out", {{2, 2}, {2, 1, 1, 2}}), plain), "a non-empty stack of matrices is needed"},
                    {refusal(with(good, "H_out", {{2, 2, 2}, {2, 1, 1, 2, 2, 1, 1, 2}}), plain), "'H_out' is 2 x 2 x 2"},
                    {refusal(with(good, "H_out", {{1, 2, 2}, {2, 1, 1.5, 2}}), plain), "'H_out' is not symmetric"},
                    {refusal(with(good, "H_out", {{1, 2, 2}, {2, NAN, NAN, 2}}), plain), "'H_out' is not finite at [0, 0, 1]"},
                    {refusal(with(good, "H_out", {{1, 2, 2}, {1, 9, 9, 1}}), plain), "head 0"},
                    {refusal(with(good, "H_in", {{2, 2}, {1, 9, 9, 1}}), plain), "not positive definite"},
                    {refusal(good, R"({"method": "two_sided", "act_order": true})"), "'act_order'"},
                    {refusal(good, R"({"method": "two_sided", "group": 1, "static": false})"), "'static'"},
                    {refusal(good, R"({"method": "two_sided", "n_rows": 0})"), "'n_rows': 0"},
                    {refusal(good, R"({"method": "two_sided", "wp": "official"})"), "'wp'"}});
    const Problem keys{{"K_rotated", {{1, 1, 3}, {1, 2, 3}}}};
    expectRefusals({{refusal(keys, R"({"method": "h_out_from_keys"})"), "must be even"},
                    {refusal(keys, R"({"method": "h_out_from_keys", "rope": "interleaved"})"), "'rope'"},
                    {refusal({}, R"({"method": "h_out_from_keys"})"), "'K_rotated'"}});
}

}  // namespace
}  // namespace qs
