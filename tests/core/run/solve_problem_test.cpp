// SPDX-License-Identifier: GPL-3.0-or-later
// All cases of rtn, gptq, gptq_dead and hessians, in float64 and through the production kernels in float32, with the tolerances of the
// reference data; then what must be refused.
#include "run/solve_problem.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "support/solver_checks.h"

namespace qs {
namespace {

using testing::readSolverFile;
using testing::refusal;
using testing::relative;
using testing::SolverCase;
using testing::SolverFile;

class SolveProblem : public testing::SolveTest {};
QS_BOTH_PRECISIONS(SolveProblem);

std::size_t groupWidthOf(const nlohmann::json& settings, std::size_t in) {
    const int group = settings.at("group");
    return group < 0 ? in : static_cast<std::size_t>(group);
}

/// dequantized = s (q − z) with the result's own codes, scales, zeros and groups.
void expectDequantized(const SolveOutcome& outcome, std::size_t width) {
    const auto& codes = outcome.tensors.at("codes");
    const auto& scales = outcome.tensors.at("scales");
    const std::size_t in = static_cast<std::size_t>(codes.shape[1]), groups = static_cast<std::size_t>(scales.shape[1]);
    const auto gIdx = outcome.tensors.find("g_idx");
    for (std::size_t i = 0; i < codes.values.size(); ++i) {
        const std::size_t r = i / in, c = i % in;
        const std::size_t g = r * groups + (gIdx == outcome.tensors.end() ? c / width : static_cast<std::size_t>(gIdx->second.values[c]));
        const double expected = scales.values[g] * (codes.values[i] - outcome.tensors.at("zeros").values[g]);
        ASSERT_NEAR(outcome.tensors.at("dequantized").values[i], expected, 2e-7 * std::abs(expected));
    }
}

TEST_P(SolveProblem, Rtn) {
    const SolverFile file = readSolverFile("rtn");
    ASSERT_EQ(file.cases.size(), 81u);
    for (const SolverCase& c : file.cases) {
        SCOPED_TRACE(c.name);
        const SolveOutcome outcome = solve(file.problem, c.settings, "rtn");
        const auto &codes = outcome.tensors.at("codes").values, &expected = c.expected.at("codes").values;
        const auto &scales = outcome.tensors.at("scales").values, &zeros = outcome.tensors.at("zeros").values;
        ASSERT_EQ(codes.size(), expected.size());
        ASSERT_EQ(outcome.tensors.at("codes").dtype, "U8");
        const std::size_t in = 512, width = groupWidthOf(c.settings, in), groups = in / width;
        ASSERT_EQ(outcome.tensors.at("scales").shape, (std::vector<std::int64_t>{40, static_cast<std::int64_t>(groups)}));
        std::set<std::size_t> ties;
        const auto& tieList = c.expected.at("ties").values;
        for (std::size_t t = 0; t < tieList.size(); t += 2)
            ties.insert(static_cast<std::size_t>(tieList[t]) * in + static_cast<std::size_t>(tieList[t + 1]));
        std::size_t compared = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::size_t g = i / in * groups + i % in / width;
            if (c.expected.at("grid_gap").values[g] <= 1e-5) continue;
            ++compared;
            EXPECT_LT(relative(scales[g], c.expected.at("scales").values[g]), isDouble() ? 1e-13 : 1e-6);
            EXPECT_EQ(zeros[g], c.expected.at("zeros").values[g]);
            EXPECT_LE(std::abs(codes[i] - expected[i]), ties.count(i) ? 1 : 0) << i;
        }
        EXPECT_GT(compared, codes.size() / 2);
        const auto values = nlohmann::json::parse(outcome.valuesJson);
        EXPECT_LT(relative(values.at("loss"), c.values.at("loss")), isDouble() ? 1e-12 : 1e-6);
        expectDequantized(outcome, width);
    }
}

/// Returns the share of equal codes.
double checkGptq(const SolverCase& c, const SolveOutcome& outcome, bool isDouble) {
    const double share = testing::expectRows(c, outcome, isDouble ? 1e-9 : 1e-4, isDouble ? 1e-9 : 1e-4);
    EXPECT_GE(share, 0.99);
    const auto values = nlohmann::json::parse(outcome.valuesJson);
    // A flipped tie (-max|w| lies halfway between two codes, and scale and quotient are rounded) changes the rest of its row, which is a
    // fiftieth of the loss here.
    const double lossTolerance = isDouble ? 1e-9 : share == 1 ? 1e-4 : 1e-2;
    EXPECT_LT(relative(values.at("loss"), c.values.at("loss")), lossTolerance);
    EXPECT_LT(relative(values.at("loss_inner"), c.values.at("loss_inner")), lossTolerance);
    EXPECT_LT(relative(values.at("damp"), c.values.at("damp")), isDouble ? 1e-12 : 1e-6);
    EXPECT_EQ(values.at("dead"), c.values.at("dead"));
    for (const char* key : {"g_idx", "perm"}) {
        const auto found = c.expected.find(key);
        EXPECT_EQ(outcome.tensors.count(key), found == c.expected.end() ? 0u : 1u) << key;
        if (found != c.expected.end() && outcome.tensors.count(key)) {
            EXPECT_EQ(outcome.tensors.at(key).values, found->second.values) << key;
            EXPECT_EQ(outcome.tensors.at(key).dtype, "I32");
        }
    }
    return share;
}

TEST_P(SolveProblem, Gptq) {
    for (const std::string name : {"gptq", "gptq_dead"}) {
        const SolverFile file = readSolverFile(name);
        ASSERT_EQ(file.cases.size(), name == "gptq" ? 27u : 6u);
        double shares = 0;
        for (const SolverCase& c : file.cases) {
            SCOPED_TRACE(name + " " + c.name);
            const SolveOutcome outcome = solve(file.problem, c.settings, "gptq");
            shares += checkGptq(c, outcome, isDouble());
            expectDequantized(outcome, groupWidthOf(c.settings, static_cast<std::size_t>(file.problem.at("W").shape[1])));
        }
        EXPECT_GE(shares / static_cast<double>(file.cases.size()), 0.999);
    }
}

TEST_P(SolveProblem, Hessians) {
    const SolverFile file = readSolverFile("hessians");
    std::map<std::string, NamedTensor> problem;
    for (const auto& [name, tensor] : file.problem)
        if (name == "lengths" || name.starts_with("x.") || name.starts_with("x_fp.")) problem[name] = tensor;
    const SolveOutcome outcome = solve(problem, file.cases[0].settings, "hessians");
    const double tolerance = isDouble() ? 1e-12 : 2e-6;
    std::size_t compared = 0;
    for (const auto& [name, expected] : file.problem) {
        if (problem.count(name)) continue;
        SCOPED_TRACE(name);
        ++compared;
        const NamedTensor& actual = outcome.tensors.at(name);
        ASSERT_EQ(actual.shape, expected.shape);
        if (name == "distinct_lengths") {
            EXPECT_EQ(actual.values, expected.values);
            continue;
        }
        // the diagonal that sets the scale: of the matrix itself, of H for D
        std::string scaleName = name;
        if (name[0] == 'D') scaleName[0] = 'H';
        const auto& scale = file.problem.at(scaleName).values;
        const std::size_t n = static_cast<std::size_t>(expected.shape[1]);
        double worst = 0;
        for (std::size_t i = 0; i < expected.values.size(); ++i) {
            const double unit = name == "maca_diag_after" ? expected.values[i] : std::sqrt(scale[i / n * (n + 1)] * scale[i % n * (n + 1)]);
            worst = std::max(worst, std::abs(actual.values[i] - expected.values[i]) / unit);
        }
        EXPECT_LT(worst, tolerance);
    }
    EXPECT_EQ(compared, 11u);
    const double distance = nlohmann::json::parse(outcome.valuesJson).at("maca_vs_token_relative_distance");
    EXPECT_LT(relative(distance, file.cases[0].values.at("maca_vs_token_relative_distance")), isDouble() ? 1e-12 : 1e-5);
}

TEST(SolveProblemRefuses, Settings) {
    const std::map<std::string, NamedTensor> problem{{"W", {{1, 4}, {1, -1, 2, 3}}},
                                                     {"H", {{4, 4}, {2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}}}};
    EXPECT_EQ(refusal(problem, R"({"method": "gptq"})"), "");
    const std::pair<const char*, const char*> cases[] = {
        {"[1]", "not a JSON object"},
        {"{", "not a JSON object"},
        {R"({"bits": 4})", "'method'"},
        {R"({"method": "magic"})", "'magic'"},
        {R"({"method": "gptq", "precision": "half"})", "'half'"},
        {R"({"method": "gptq", "grup": 4})", "'grup'"},
        {R"({"method": "rtn", "percdamp": 0.01})", "'percdamp'"},
        {R"({"method": "gptq", "bits": 9})", "'bits': 9"},
        {R"({"method": "gptq", "bits": 2.5})", "'bits': 2.5"},
        {R"({"method": "gptq", "bits": "4"})", "'bits': \"4\""},
        {R"({"method": "gptq", "act_order": 1})", "'act_order': 1"},
        {R"({"method": "gptq", "scheme": "odd"})", "'scheme': \"odd\""},
        {R"({"method": "gptq", "search": {"kind": "mse", "norn": 2}})", "'search.norn'"},
        {R"({"method": "gptq", "search": {"kind": "absmax", "steps": 2}})", "'search.steps'"},
        {R"({"method": "gptq", "search": {"kind": "mse", "steps": 101}})", "search.steps"},
        {R"({"method": "rtn", "search": {"kind": "hessian"}})", "hessian"},
        {R"({"method": "gptq", "group": 2, "search": {"kind": "hessian"}, "static": false})", "use 'static' true with it"},
    };
    for (const auto& [settings, part] : cases) {
        const std::string message = refusal(problem, settings);
        EXPECT_NE(message.find(part), std::string::npos) << settings << message;
        EXPECT_EQ(message.find("--"), std::string::npos) << message;  // settings, not options of quantize
    }
}

TEST(SolveProblemRefuses, Tensors) {
    const std::map<std::string, NamedTensor> good{{"W", {{1, 2}, {1, -1}}}, {"H", {{2, 2}, {2, 1, 1, 2}}}};
    const auto with = [&](const std::string& name, NamedTensor tensor) {
        auto problem = good;
        problem[name] = std::move(tensor);
        return refusal(problem, R"({"method": "gptq"})");
    };
    EXPECT_NE(refusal({}, R"({"method": "rtn"})").find("'W'"), std::string::npos);
    EXPECT_NE(refusal({{"W", good.at("W")}}, R"({"method": "gptq"})").find("'H'"), std::string::npos);
    EXPECT_NE(with("W", {{2}, {1, 1}}).find("'W' has shape [2]"), std::string::npos);
    EXPECT_NE(with("W", {{0, 2}, {}}).find("'W' has shape [0, 2]"), std::string::npos);
    EXPECT_NE(with("W", {{1, 2}, {1, NAN}}).find("'W' is not finite at [0, 1]"), std::string::npos);
    EXPECT_NE(with("H", {{2, 2}, {2, 1, INFINITY, 2}}).find("'H' is not finite at [1, 0]"), std::string::npos);
    EXPECT_NE(with("H", {{2, 2}, {2, 1, 1.5, 2}}).find("'H' is not symmetric"), std::string::npos);
    EXPECT_NE(with("H", {{1, 1}, {2}}).find("'H' is 1 x 1; 2 x 2 is needed"), std::string::npos);
    EXPECT_NE(with("H", {{2, 2}, {2, 1, 1, -2}}).find("'H' is negative on its diagonal at [1, 1]"), std::string::npos);
    const std::string indefinite = with("H", {{2, 2}, {1, 9, 9, 1}});
    EXPECT_NE(indefinite.find("not positive definite"), std::string::npos);
    EXPECT_NE(indefinite.find("raise 'percdamp', or"), std::string::npos);
    EXPECT_EQ(indefinite.find("--"), std::string::npos) << indefinite;
    const NamedTensor x{{2, 1}, {1, 2}}, lengths{{1}, {3}};
    EXPECT_NE(
        refusal({{"x.0", x}, {"x_fp.0", x}, {"lengths", lengths}}, R"({"method": "hessians"})").find("'x.0' is 2 x 1; 3 x 1 is needed"),
        std::string::npos);
}

TEST(SolveProblemRefuses, AHessianWithoutFactorFailsAndIsNotToBeResumed) {
    JobContext context;
    ThreadPool pool(1, beginSingleThreadedMath);
    const std::map<std::string, NamedTensor> problem{{"W", {{1, 2}, {1, -1}}}, {"H", {{2, 2}, {1, 9, 9, 1}}}};
    try {
        solveProblem(problem, R"({"method": "gptq"})", context, pool);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Failed);
    }
}

}  // namespace
}  // namespace qs
