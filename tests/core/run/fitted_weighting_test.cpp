// SPDX-License-Identifier: GPL-3.0-or-later
// Before the first input no weighting has changed anything, so there the fitted one must be the best of single runs.
#include "run/fitted_weighting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/data.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::smallQuantization;
using testing::TemporaryFolder;

QuantizeOptions optionsOf(const TemporaryFolder& folder, const std::string& weighting) {
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.text = options.calibration.heldOutText = {testing::resource("text/en.txt").string()};
    options.calibration.ids.clear();
    options.calibration.lengths = options.calibration.heldOutLengths = {32, 96};
    options.calibration.tokens = 512;
    options.calibration.heldOutTokens = 256;
    options.include = {"model.layers.0.*"};
    options.quant.bits = 2;
    options.weighting = weighting;
    options.out = folder / (weighting + ".qsrun");
    return options;
}

std::shared_ptr<const RunFile> runOf(const TemporaryFolder& folder, const std::string& weighting) {
    JobContext context;
    const QuantizeOptions options = optionsOf(folder, weighting);
    runQuantize(options, context);
    return RunFile::open(options.out);
}

/// Mean over q, k and v of the first block and over lengths.
double heldOutError(const RunFile& run) {
    double sum = 0;
    for (const char* role : {"q", "k", "v"})
        for (const LengthError& e : run.linear(std::string("model.layers.0.self_attn.") + role + "_proj").heldOutErrors)
            sum += e.relative() / 6;
    return sum;
}

TEST(FittedWeighting, IsTheBestPowerOnHeldOutText) {
    const TemporaryFolder folder;
    const auto fitted = runOf(folder, "fitted");
    std::vector<std::string> messages;
    for (const Event& event : fitted->events())
        if (event.kind == "weighting-fitted") messages.push_back(event.message);
    ASSERT_EQ(messages.size(), 4u);  // one an input of the block
    const std::string power = messages[0].substr(2, messages[0].find(':') - 2);
    double least = 1;
    for (const double p : kFittedPowers) {
        const std::string text = Weighting{WeightingKind::Power, 0, {}, p}.text();
        const auto run = runOf(folder, text);
        least = std::min(least, heldOutError(*run));
        if (text == "power:" + power) {
            const LinearRecord same = run->linear("model.layers.0.self_attn.v_proj"), own = fitted->linear(same.name);
            EXPECT_TRUE(std::equal(own.codes.values().begin(), own.codes.values().end(), same.codes.values().begin()));
        }
    }
    EXPECT_NEAR(heldOutError(*fitted), least, 1e-9);
}

TEST(FittedWeighting, IsRefusedWhereItCannotBeFitted) {
    const TemporaryFolder folder;
    const auto messageOf = [&](const std::function<void(QuantizeOptions&)>& change) {
        QuantizeOptions options = optionsOf(folder, "fitted");
        change(options);
        try {
            requireFittable(options);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(messageOf([](QuantizeOptions&) {}), "accepted");
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.calibration.heldOutText.clear(); }), HasSubstr("give --held-out"));
    EXPECT_THAT(messageOf([](QuantizeOptions& o) { o.plan.budget = 3; }), HasSubstr("bit plan"));
    for (const Method method : {Method::Rtn, Method::Gptaq, Method::Awq, Method::Boa})
        EXPECT_THAT(messageOf([&](QuantizeOptions& o) { o.quant.method = method; }), HasSubstr("on the Hessian alone"))
            << nameOfEnum(method);
}

}  // namespace
}  // namespace qs
