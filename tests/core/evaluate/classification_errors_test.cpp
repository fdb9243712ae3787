// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "evaluate/classification_metrics.h"
#include "evaluate/statistics.h"

namespace qs {
namespace {

using Labels = std::vector<std::string>;

TEST(Statistics, DeviationIsOfTheSample) {
    const std::vector<double> values{1, 2, 3, 6};
    EXPECT_NEAR(deviationOf(values), std::sqrt(14.0 / 3), 1e-12);
    EXPECT_EQ(deviationOf(std::vector<double>{5}), 0);
    EXPECT_EQ(deviationOf(std::vector<double>(10, 0.99)), 0);
}

TEST(ClassificationErrors, AccuracyIsBinomial) {
    Labels truth(400, "a"), predicted(400, "a");
    for (std::size_t i = 0; i < 200; ++i) truth[i] = predicted[i] = "b";
    for (std::size_t i = 0; i < 40; ++i) predicted[i] = "a";
    const ClassificationReport report = classificationReport(truth, predicted);
    const ClassificationErrors errors = classificationErrors(report, 3);
    EXPECT_NEAR(errors.accuracy, std::sqrt(0.9 * 0.1 / 400), 0.0015);
    // Recall of a is always 1, that of b binomial of about 200 pairs: the mean moves half as much.
    EXPECT_NEAR(errors.macro.recall, std::sqrt(0.8 * 0.2 / 200) / 2, 0.0015);
    EXPECT_GT(errors.macro.precision, 0.005);
    EXPECT_GT(errors.macro.f1, 0.01);
    EXPECT_EQ(classificationErrors(report, 3).macro.f1, errors.macro.f1);
}

TEST(ClassificationErrors, NothingWrongHasNoError) {
    const Labels truth(50, "a");
    const ClassificationErrors errors = classificationErrors(classificationReport(truth, truth), 0);
    EXPECT_EQ(errors.accuracy, 0);
    EXPECT_EQ(errors.macro.precision, 0);
}

}  // namespace
}  // namespace qs
