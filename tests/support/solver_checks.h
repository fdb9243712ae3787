// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of `solve` share: running a case in either precision, and comparing with the reference data.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/blas.h"
#include "support/solver_cases.h"

namespace qs::testing {

using Problem = std::map<std::string, NamedTensor>;

/// A test in float64 and in float32.
class SolveTest : public ::testing::TestWithParam<std::string> {
  protected:
    bool isDouble() const { return GetParam() == "float64"; }
    SolveOutcome solve(const Problem& problem, const nlohmann::json& settings, const std::string& method) {
        return solveProblem(problem, settingsText(settings, method, GetParam()), m_context, m_pool);
    }

    JobContext m_context;
    ThreadPool m_pool{2, beginSingleThreadedMath};
};

inline double relative(double a, double b) { return std::abs(a - b) / std::max(std::abs(b), 1e-300); }

/// Largest relative difference of two tensors of one shape.
inline double worstRelative(const NamedTensor& actual, const NamedTensor& expected) {
    EXPECT_EQ(actual.shape, expected.shape);
    double worst = actual.values.size() == expected.values.size() ? 0 : HUGE_VAL;
    for (std::size_t i = 0; worst < HUGE_VAL && i < expected.values.size(); ++i)
        worst = std::max(worst, relative(actual.values[i], expected.values[i]));
    return worst;
}

/// Rows whose margin is clear must agree in codes, zeros and (to `scaleTolerance`) scales. Returns the share of equal codes.
inline double expectRows(const SolverCase& c, const SolveOutcome& outcome, double clearMargin, double scaleTolerance,
                         const std::string& scaleKey = "scales") {
    const auto &codes = outcome.tensors.at("codes").values, &expected = c.expected.at("codes").values;
    const auto &scales = outcome.tensors.at(scaleKey).values, &expectedScales = c.expected.at(scaleKey).values;
    const auto& margins = c.expected.at("row_margin").values;
    EXPECT_EQ(codes.size(), expected.size());
    EXPECT_EQ(scales.size(), expectedScales.size());
    if (codes.size() != expected.size() || scales.size() != expectedScales.size()) return 0;
    const std::size_t rows = margins.size(), in = codes.size() / rows, groups = scales.size() / rows;
    std::size_t equal = 0, clearRows = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        std::size_t equalHere = 0;
        for (std::size_t i = r * in; i < (r + 1) * in; ++i) equalHere += codes[i] == expected[i];
        equal += equalHere;
        if (margins[r] <= clearMargin) continue;
        ++clearRows;
        EXPECT_EQ(equalHere, in) << "row " << r;
        for (std::size_t g = r * groups; g < (r + 1) * groups; ++g) {
            EXPECT_LT(relative(scales[g], expectedScales[g]), scaleTolerance) << "row " << r;
            EXPECT_EQ(outcome.tensors.at("zeros").values[g], c.expected.at("zeros").values[g]) << "row " << r;
        }
    }
    EXPECT_GT(clearRows, rows / 2);
    return static_cast<double>(equal) / static_cast<double>(codes.size());
}

/// The message of the error, or "" if none is thrown.
inline std::string refusal(const Problem& problem, const std::string& settings) {
    JobContext context;
    ThreadPool pool(1, beginSingleThreadedMath);
    try {
        solveProblem(problem, settings, context, pool);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

inline Problem with(Problem problem, const std::string& name, NamedTensor tensor) {
    problem[name] = std::move(tensor);
    return problem;
}

inline Problem without(Problem problem, const std::string& name) {
    problem.erase(name);
    return problem;
}

/// Each refusal must hold the words beside it.
inline void expectRefusals(const std::vector<std::pair<std::string, std::string>>& messagesAndWords) {
    for (const auto& [message, words] : messagesAndWords) EXPECT_NE(message.find(words), std::string::npos) << words << " in: " << message;
}

}  // namespace qs::testing

/// Both precisions of a SolveTest.
#define QS_BOTH_PRECISIONS(Suite)                                                       \
    INSTANTIATE_TEST_SUITE_P(Precision, Suite, ::testing::Values("float64", "float32"), \
                             [](const auto& precision) { return precision.param; })
