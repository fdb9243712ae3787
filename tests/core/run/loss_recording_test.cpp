// SPDX-License-Identifier: GPL-3.0-or-later
// The loss of a linear is recorded whatever the scheme and method: it is the weighted sum of the errors per length, and the last station of
// the group scales.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "run/bit_errors.h"
#include "run/run_file.h"
#include "run/weighted_error.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

class LossRecording : public ::testing::TestWithParam<std::tuple<Method, Scheme, Refine>> {};

TEST_P(LossRecording, LossIsThatOfTheErrorsAndOfTheLastStation) {
    const testing::TemporaryFolder folder;
    QuantizeOptions options = testing::smallQuantization(folder);
    std::tie(options.quant.method, options.quant.scheme, options.quant.refine) = GetParam();
    options.quant.groupSize = 64;
    options.include = {"*layers.1.*"};
    if (options.quant.refine != Refine::None) options.quant.search = SearchKind::Hessian;
    testing::quantize(options);
    const auto run = RunFile::open(options.out);
    ASSERT_EQ(run->linears().size(), 7u);
    for (const LinearRecord& linear : run->linears()) {
        const WeightedError sum = weightedError(linear.calibrationErrors, weightingOf(options));
        EXPECT_GT(linear.loss, 0) << linear.name;
        EXPECT_NEAR(linear.loss / sum.loss, 1, 2e-3) << linear.name;
        EXPECT_NEAR(linear.energy / sum.energy, 1, 1e-12) << linear.name;
        const LinearRecord whole = run->linear(linear.name);
        const auto zeros = whole.zeros.values();
        const bool zerosAlike = std::all_of(zeros.begin(), zeros.end(), [&](std::uint8_t z) { return z == zeros[0]; });
        EXPECT_EQ(zerosAlike, options.quant.scheme != Scheme::Asymmetric) << linear.name;
        if (options.quant.refine == Refine::None) continue;
        ASSERT_GE(linear.scaleSteps.size(), 3u) << linear.name;
        EXPECT_EQ(linear.scaleSteps[0].name, "stage 1");
        EXPECT_EQ(linear.scaleSteps[1].name, "codes");
        for (std::size_t s = 1; s < linear.scaleSteps.size(); ++s) EXPECT_GT(linear.scaleSteps[s].loss, 0);
        EXPECT_LE(linear.scaleSteps.back().loss, linear.scaleSteps[1].loss * (1 + 1e-6));
        if (options.quant.method == Method::Gptaq) continue;  // its stations hold the cross term as well
        EXPECT_NEAR(linear.scaleSteps.back().loss / linear.loss, 1, 2e-3) << linear.name;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryScheme, LossRecording,
                         ::testing::Combine(::testing::Values(Method::Rtn, Method::Gptq, Method::Gptaq),
                                            ::testing::Values(Scheme::Symmetric, Scheme::Asymmetric),
                                            ::testing::Values(Refine::None, Refine::Sweeps)));

}  // namespace
}  // namespace qs
