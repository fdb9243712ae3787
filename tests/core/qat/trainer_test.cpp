// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/trainer.h"

#include <gtest/gtest.h>

#include "core/qat/training_support.h"
#include "support/data.h"

namespace qs {
namespace {
using testing::smallSettings;
using testing::Training;

class Learns : public ::testing::TestWithParam<QatMethod> {};

TEST_P(Learns, ToClassify) {
    Training training(smallSettings(GetParam()), true);
    EXPECT_LT(training.run(120), 0.25);  // ln 2 = 0.69 without learning
}

TEST_P(Learns, ToPredictTokens) {
    Training training(smallSettings(GetParam()), false);
    EXPECT_LT(training.run(120), 0.25);  // ln 16 = 2.8 without learning
}

INSTANTIATE_TEST_SUITE_P(Methods, Learns, ::testing::Values(QatMethod::Full, QatMethod::Fixed, QatMethod::Lsq, QatMethod::Dsa),
                         [](const auto& of) { return std::string(nameOfEnum(of.param)).substr(0, 3); });

}  // namespace
}  // namespace qs
