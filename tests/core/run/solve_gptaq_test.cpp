// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of gptaq, and what must be refused.
#include "support/solver_checks.h"

namespace qs {
namespace {

using namespace testing;

class SolveGptaq : public SolveTest {};
QS_BOTH_PRECISIONS(SolveGptaq);

TEST_P(SolveGptaq, Reference) {
    const SolverFile file = readSolverFile("gptaq");
    ASSERT_EQ(file.cases.size(), 20u);
    const double constant = file.notes.at("loss_constant_wCw");
    for (const SolverCase& c : file.cases) {
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(file.problem, c.settings, "gptaq");
        const double share = expectRows(c, outcome, isDouble() ? 1e-9 : 1e-4, isDouble() ? 1e-9 : 1e-4);
        EXPECT_GE(share, 0.99);
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        const double loss = values.at("loss"), expected = c.values.at("loss");
        EXPECT_LT(std::abs(loss - expected) / (expected + constant), isDouble() ? 1e-9 : share == 1 ? 1e-4 : 1e-3);
        EXPECT_LT(relative(values.at("loss_inner"), c.values.at("loss_inner")), isDouble() ? 1e-9 : share == 1 ? 1e-4 : 1e-3);
        EXPECT_LT(relative(values.at("damp"), c.values.at("damp")), isDouble() ? 1e-12 : 1e-6);
        EXPECT_EQ(values.at("dead"), c.values.at("dead"));
        ASSERT_EQ(outcome.tensors.count("perm"), c.expected.count("perm"));
        if (c.expected.count("perm")) {
            EXPECT_EQ(outcome.tensors.at("perm").values, c.expected.at("perm").values);
        }
    }
}

TEST(SolveGptaqRefuses, SettingsAndTensors) {
    const Problem good{{"W", {{1, 2}, {1, -1}}}, {"H", {{2, 2}, {2, 1, 1, 2}}}, {"D", {{2, 2}, {0, 1, 0, 0}}}};
    const std::string plain = R"({"method": "gptaq"})";
    EXPECT_EQ(refusal(good, plain), "");
    expectRefusals({{refusal(without(good, "D"), plain), "'D'"},
                    {refusal(with(good, "D", {{1, 2}, {1, 1}}), plain), "'D' is 1 x 2; 2 x 2 is needed"},
                    {refusal(with(good, "D", {{2, 2}, {0, NAN, 0, 0}}), plain), "'D' is not finite at [0, 1]"},
                    {refusal(good, R"({"method": "gptaq", "wp": "post"})"), "'wp': \"post\""},
                    {refusal(good, R"({"method": "gptaq", "alpha": "1"})"), "'alpha': \"1\""},
                    {refusal(good, R"({"method": "gptaq", "beta": 1})"), "'beta'"}});
}

}  // namespace
}  // namespace qs
