// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/hessian_diagonal_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "support/fake_run.h"
#include "views/thinning.h"

namespace qs {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::smallRun;

ViewInput diagonalInput(std::shared_ptr<const RunFile> run, const QJsonObject& settings = {}) {
    ViewInput input{run, nullptr, {}, settings};
    input.selection.block = 1;
    input.selection.linear = "model.layers.1.mlp.down_proj";
    return input;
}

TEST(HessianDiagonal, PerTokenCurvesAndTheMixOfMaca) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun()));
    ASSERT_TRUE(data.missing.isEmpty()) << data.missing.toStdString();
    ASSERT_EQ(data.curves.size(), 2U);
    EXPECT_THAT(data.curves[0].value, ElementsAre(1, 4, 0));  // {20, 80, 0} / (2 · 10)
    EXPECT_THAT(data.curves[1].value, ElementsAre(3, 2, 0));  // {60, 40, 0} / (1 · 20)
    // maca: every sequence counts the same, so d₁₀ weighs 2/3 and d₂₀ 1/3.
    EXPECT_THAT(data.mix, ElementsAre(DoubleNear(5.0 / 3, 1e-12), DoubleNear(10.0 / 3, 1e-12), 0));
    EXPECT_THAT(data.order, ElementsAre(1, 0, 2));
    EXPECT_EQ(data.dead, 1);
    EXPECT_EQ(data.block, 1);
}

TEST(HessianDiagonal, TokenWeightingGivesEveryTokenTheSame) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun(2, "token")));
    EXPECT_THAT(data.mix, ElementsAre(DoubleNear(2, 1e-12), DoubleNear(3, 1e-12), 0));  // 20 tokens of each length
    EXPECT_NEAR(data.damping, 0.015, 1e-12);  // H of token weighting is twice the mean square; 0.03 / 2
}

TEST(HessianDiagonal, FirstTokenCanBeLeftOut) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun(), {{"first-token", false}}));
    EXPECT_THAT(data.curves[0].value, ElementsAre(DoubleNear(0.8, 1e-12), 4, 0));  // (20 − 4) / 20
    EXPECT_THAT(data.curves[1].value, ElementsAre(2, 2, 0));                       // (60 − 20) / 20
}

TEST(HessianDiagonal, NoiseComesFromTheHalvesOfTheLengthsThatHaveBoth) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun()));
    ASSERT_EQ(data.noise.size(), 3U);
    // rank 1 is channel 1: |50 − 30| · √(1 · 1) / 2 / (80 / 2) = 0.25; rank 2 is channel 0: |8 − 12| / 2 / 10 = 0.2
    EXPECT_NEAR(data.noise[0], 0.25, 1e-12);
    EXPECT_NEAR(data.noise[1], 0.2, 1e-12);
}

TEST(HessianDiagonal, BaselineMixBecomesAGhost) {
    ViewInput input = diagonalInput(smallRun());
    input.baseline = smallRun(2, "length:20");
    const HessianDiagonal data = hessianDiagonal(input);
    EXPECT_THAT(data.baselineMix, ElementsAre(3, 2, 0));
    const Chart chart = chartOf(data);
    EXPECT_THAT(chart.legend.back().name.toStdString(), HasSubstr("noise"));
    EXPECT_EQ(chart.legend[3].kind, LineKind::Ghost);
}

TEST(HessianDiagonal, ChartHasOneSmoothCurveALengthAndTheRatioStrip) {
    const Chart chart = chartOf(hessianDiagonal(diagonalInput(smallRun())));
    ASSERT_EQ(chart.panels.size(), 2U);
    EXPECT_EQ(chart.panels[0].y.scale, AxisScale::Log);
    int smooth = 0;
    for (const Line& line : chart.panels[0].lines) {
        smooth += line.kind == LineKind::Smooth;
        for (const double y : line.y) EXPECT_GT(y, 0);  // dead channels have no mark on a logarithmic axis
    }
    EXPECT_EQ(smooth, 2);
    const Line& ratio = chart.panels[1].lines[0];
    EXPECT_NEAR(ratio.y[0], 4 / (10.0 / 3), 1e-12);
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("2 of 3 channels drawn"));
    EXPECT_FALSE(chart.description.isEmpty());
    EXPECT_EQ(tableOf(hessianDiagonal(diagonalInput(smallRun()))).rows.size(), 3U);
}

TEST(HessianDiagonal, ChannelOrderKeepsThePlaces) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun(), {{"order", "channel"}}));
    const Chart chart = chartOf(data);
    EXPECT_EQ(chart.x.scale, AxisScale::Linear);
    EXPECT_THAT(chart.panels[0].lines[0].x, ElementsAre(0, 1));
    EXPECT_THAT(readout(data, 0).toStdString(), HasSubstr("Channel 0, rank 2 of 3"));
}

TEST(HessianDiagonal, ReadoutNamesChannelValueAndRatio) {
    const HessianDiagonal data = hessianDiagonal(diagonalInput(smallRun()));
    const std::string text = readout(data, nearestPosition(data, 0.2)).toStdString();
    EXPECT_THAT(text, HasSubstr("Channel 1, rank 1 of 3"));
    EXPECT_THAT(text, HasSubstr("4.00"));
    EXPECT_THAT(text, HasSubstr("1.20"));  // 4 / (10/3)
}

TEST(HessianDiagonal, NamesTheInputOfACalibration) {
    auto run = smallRun();
    run->linearRecords.clear();
    ViewInput input = diagonalInput(run);
    input.selection.linear.clear();
    EXPECT_EQ(chartOf(hessianDiagonal(input)).subject.toStdString(), "block 1 · down input");
}

TEST(HessianDiagonal, SaysWhatIsMissing) {
    EXPECT_FALSE(hessianDiagonal({}).missing.isEmpty());
    EXPECT_THAT(hessianDiagonal(diagonalInput(smallRun(0))).missing.toStdString(), HasSubstr("recorded"));
    EXPECT_TRUE(chartOf(hessianDiagonal({})).empty());
    auto none = smallRun();
    none->tagRecords.clear();
    none->origin.options["keep"] = "none";
    const Chart chart = chartOf(hessianDiagonal(diagonalInput(none)));
    EXPECT_THAT(chart.description.toStdString(), HasSubstr("--keep none"));
    ASSERT_EQ(chart.emptyOptions.size(), 1U);
    EXPECT_EQ(chart.emptyOptions[0].second.toStdString(), "diagonal");
    EXPECT_FALSE(chart.emptyAction.isEmpty());
    EXPECT_THAT(hessianDiagonal(diagonalInput(smallRun(2, "length:77"))).missing.toStdString(), HasSubstr("length:77"));
}

TEST(HessianDiagonal, RunningMedianLooksNinePercentEachWay) {
    std::vector<double> values(200);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i + 1);
    EXPECT_THAT(runningMedian(values, {1, 10, 100}), ElementsAre(1, 10, 100.5));  // ranks 92 … 109: median of 18 values, 100.5
}

TEST(HessianDiagonal, RunningMedianIsThatOfTheSortedWindow) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    std::vector<double> values(3000);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = i % 7 == 0 ? std::nan("") : i % 11 == 0 ? 0.0 : std::exp(30 * normal(random)) * (i % 5 == 0 ? -1 : 1);
    values[9] = 1e300, values[10] = std::numeric_limits<double>::infinity();
    const std::vector<int> ranks = drawnRanks(3000, 60);
    const std::vector<double> medians = runningMedian(values, ranks);
    ASSERT_EQ(medians.size(), ranks.size());
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        const RankWindow w = windowAt(ranks[i], values.size());
        std::vector<double> sorted;
        for (std::size_t k = w.first; k <= w.last; ++k)
            if (!std::isnan(values[k])) sorted.push_back(values[k]);
        if (sorted.empty()) {
            EXPECT_TRUE(std::isnan(medians[i]));
            continue;
        }
        std::sort(sorted.begin(), sorted.end());
        const std::size_t middle = sorted.size() / 2;
        EXPECT_EQ(medians[i], sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2) << ranks[i];
    }
}

TEST(HessianDiagonal, AFewHundredRanksAreDrawn) {
    const auto ranks = drawnRanks(14336);
    EXPECT_EQ(ranks.front(), 1);
    EXPECT_EQ(ranks.back(), 14336);
    EXPECT_LT(ranks.size(), 400U);
    EXPECT_TRUE(std::is_sorted(ranks.begin(), ranks.end()));
    EXPECT_THAT(drawnRanks(3), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace qs
