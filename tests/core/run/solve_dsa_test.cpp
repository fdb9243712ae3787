// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of dsa, and what must be refused.
#include "support/solver_checks.h"

namespace qs {
namespace {

using namespace testing;

class SolveDsa : public SolveTest {
  protected:
    void expectValues(const SolverCase& c, const SolveOutcome& outcome) {
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        for (const auto& [key, expected] : c.values.items())
            EXPECT_LT(relative(values.at(key), expected), isDouble() ? 1e-12 : 1e-5) << key;
    }
};
QS_BOTH_PRECISIONS(SolveDsa);

TEST_P(SolveDsa, Bits) {
    const SolverFile file = readSolverFile("dsa");
    ASSERT_EQ(file.cases.size(), 12u);
    std::size_t seen = 0;
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("bits")) continue;
        SCOPED_TRACE(c.name);
        ++seen;
        const SolveOutcome outcome = solve(file.problem, c.settings, "dsa_bits");
        for (const auto& [key, expected] : c.expected)
            EXPECT_LT(worstRelative(outcome.tensors.at(key), expected), isDouble() ? 1e-12 : 1e-5) << key;
        EXPECT_EQ(outcome.tensors.at("bits").values, c.expected.at("bits").values);
        EXPECT_EQ(outcome.tensors.at("bits").dtype, "I32");
        expectValues(c, outcome);
    }
    EXPECT_EQ(seen, 6u);
}

TEST_P(SolveDsa, FakeQuantization) {
    const SolverFile file = readSolverFile("dsa");
    for (const SolverCase& c : file.cases) {
        if (!c.name.starts_with("fake")) continue;
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(file.problem, c.settings, "dsa_fake");
        for (const char* key : {"q", "grad_ste_clipped"})
            EXPECT_LT(worstRelative(outcome.tensors.at(key), c.expected.at(key)), isDouble() ? 1e-12 : 1e-5) << key;
        expectValues(c, outcome);
    }
}

TEST(SolveDsaRefuses, SettingsAndTensors) {
    const NamedTensor matrix{{1, 2}, {1, -2}};
    const Problem good{{"layer.0.activation", matrix}, {"layer.0.weight_grad", matrix}, {"upstream_grad", matrix}};
    const std::string bits = R"({"method": "dsa_bits"})", fake = R"({"method": "dsa_fake"})";
    EXPECT_EQ(refusal(good, bits), "");
    EXPECT_EQ(refusal(good, fake), "");
    expectRefusals({{refusal({}, bits), "'layer.0.activation'"},
                    {refusal(without(good, "layer.0.weight_grad"), bits), "'layer.0.weight_grad'"},
                    {refusal(with(good, "layer.1.activation", matrix), bits), "'layer.1.weight_grad'"},
                    {refusal(with(good, "weight_count", {{2}, {1, 1}}), bits), "'weight_count' has 2 elements"},
                    {refusal(with(good, "weight_count", {{1}, {0}}), bits), "'weight_count'"},
                    {refusal(good, R"({"method": "dsa_bits", "bits": []})"), "'bits': []"},
                    {refusal(good, R"({"method": "dsa_bits", "bits": [1, 4]})"), "'bits': 1"},
                    {refusal(good, R"({"method": "dsa_bits", "normalize": true})"), "'normalize'"},
                    {refusal(with(good, "upstream_grad", {{1, 1}, {1}}), fake), "'upstream_grad' is 1 x 1; 1 x 2 is needed"},
                    {refusal(good, R"({"method": "dsa_fake", "range": "frozen_range"})"), "'max_abs'"},
                    {refusal(good, R"({"method": "dsa_fake", "range": "own_range", "max_abs": 1})"), "'max_abs' differs"},
                    {refusal(good, R"({"method": "dsa_fake", "range": "wide"})"), "'range': \"wide\""}});
}

TEST(SolveDsaEdges, ZeroActivationsAndGradients) {
    JobContext context;
    ThreadPool pool(1, beginSingleThreadedMath);
    const NamedTensor zeros{{1, 2}, {0, 0}};
    const Problem problem{{"layer.0.activation", zeros}, {"layer.0.weight_grad", zeros}, {"upstream_grad", {{1, 2}, {3, 4}}}};
    const SolveOutcome bits = solveProblem(problem, R"({"method": "dsa_bits", "normalise": true, "bits": [8, 4]})", context, pool);
    EXPECT_EQ(bits.tensors.at("sensitivity_used").values, std::vector<double>{0});
    EXPECT_EQ(bits.tensors.at("bits").values, std::vector<double>{4});
    const SolveOutcome fake = solveProblem(problem, R"({"method": "dsa_fake"})", context, pool);
    EXPECT_EQ(fake.tensors.at("q").values, (std::vector<double>{0, 0}));
    EXPECT_EQ(fake.tensors.at("grad_ste_clipped").values, (std::vector<double>{3, 4}));
}

}  // namespace
}  // namespace qs
