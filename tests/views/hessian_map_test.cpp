// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_map/hessian_map_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/fake_run.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

ViewInput mapInput(int finished = 2, const QJsonObject& settings = {}) {
    auto run = testing::smallRun(finished);
    for (TagRecord& tag : run->tagRecords)
        for (BucketRecord& bucket : tag.calibration) {
            bucket.trace = bucket.length == 10 ? 80 : 40;  // per token 80 / 20 = 4 and 40 / 20 = 2
            bucket.conditionNumber = bucket.length == 10 ? 1000 : 100;
            bucket.effectiveRank = 2, bucket.topShare = 0.5, bucket.drift = bucket.length == 10 ? 0.25 : 0;
            bucket.eigenvalues = {4, 1, 0};
        }
    ViewInput input{run, nullptr, {}, settings, {}};
    input.selection.block = 1;
    input.selection.linear = "model.layers.1.mlp.down_proj";
    return input;
}

TEST(HessianMap, TraceIsRelativeToTheLongestLength) {
    const HessianMap data = hessianMap(mapInput());
    ASSERT_EQ(data.strips.size(), 1U);
    EXPECT_EQ(data.strips[0].at(0, 0, data.blocks), 2);  // 4 / 2
    EXPECT_EQ(data.strips[0].at(1, 1, data.blocks), 1);
    const Chart chart = chartOf(data);
    EXPECT_EQ(chart.panels[0].maps[0].map, ColourMap::Diverging);
    EXPECT_EQ(chart.panels[0].maps[0].at(0, 0), 1);  // log₂ 2
    EXPECT_EQ(chart.panels[0].maps[0].low, -chart.panels[0].maps[0].high);
    EXPECT_EQ(chart.colourBar.axis.names.back().second.toStdString(), "2 ×");
    ASSERT_EQ(chart.panels[0].boxes.size(), 1U);  // the selected block
    EXPECT_EQ(chart.panels[0].boxes[0].left, 0.5);
    EXPECT_THAT(chart.panels[0].note.toStdString(), HasSubstr("2.0 × the trace"));
}

TEST(HessianMap, ALowViewKeepsTheInputsThatDifferAndTheSelectedOne) {
    ViewInput input = mapInput();
    auto run = std::make_shared<testing::FakeRun>(static_cast<const testing::FakeRun&>(*input.run));
    for (const auto& [name, trace] : {std::pair{"attention-in", 80.0}, {"attention-out", 640.0}, {"mlp-in", 160.0}})
        for (int block = 0; block < 2; ++block) {
            TagRecord tag = run->tagRecords[0];
            tag.block = block, tag.tag = name;
            tag.calibration[0].trace = trace;
            run->tagRecords.push_back(tag);
        }
    input.run = run;
    const Chart chart = chartOf(hessianMap(input));  // mlp-down is selected
    ASSERT_EQ(chart.panels.size(), 4U);
    std::vector<int> least;
    for (const Panel& panel : chart.panels) least.push_back(panel.spareBelow);
    EXPECT_EQ(least[3], 0);
    EXPECT_LT(0, least[1]);  // a factor of 16 between the lengths, then 4, then 2
    EXPECT_LT(least[1], least[2]);
    EXPECT_LT(least[2], least[0]);
    ChartWidget widget;
    widget.resize(500, least[1]);
    widget.setChart(chart);
    EXPECT_EQ(widget.drawnPanels(), (std::vector<std::size_t>{1, 3}));
    widget.resize(500, 800);
    widget.setChart(chart);
    EXPECT_EQ(widget.drawnPanels().size(), 4U);
}

TEST(HessianMap, BlocksThatAreNotRecordedHaveNoValue) {
    ViewInput input = mapInput(1);
    input.selection = {};
    const HessianMap data = hessianMap(input);
    EXPECT_TRUE(std::isnan(data.strips[0].at(0, 1, data.blocks)));
    EXPECT_THAT(chartOf(data).footnote.toStdString(), HasSubstr("1 of 2 blocks recorded"));
    EXPECT_EQ(tableOf(data).rows.size(), 2U);
}

TEST(HessianMap, SpectrumOfTheSelectionLeavesZerosOut) {
    const Chart chart = chartOf(hessianMap(mapInput()));
    ASSERT_EQ(chart.beside.size(), 1U);
    const Panel& spectrum = chart.beside[0].panels[0];
    ASSERT_EQ(spectrum.lines.size(), 2U);
    EXPECT_EQ(spectrum.lines[0].y.size(), 2U);
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("2 eigenvalues below"));
}

TEST(HessianMap, TheBaselineIsAGhostInTheSpectrum) {
    ViewInput input = mapInput();
    auto baseline = std::make_shared<testing::FakeRun>(static_cast<const testing::FakeRun&>(*input.run));
    for (TagRecord& tag : baseline->tagRecords)
        for (BucketRecord& bucket : tag.calibration) bucket.eigenvalues = {bucket.length == 20 ? 16.0f : 8.0f, 2, 1};
    input.baseline = baseline;
    const Chart chart = chartOf(hessianMap(input));
    const Panel& spectrum = chart.beside[0].panels[0];
    ASSERT_EQ(spectrum.lines.size(), 3U);
    EXPECT_EQ(spectrum.lines[2].kind, LineKind::Ghost);
    EXPECT_EQ(spectrum.lines[2].y, (std::vector<double>{16, 2, 1}));  // of the longest length
    EXPECT_GT(spectrum.y.high, 16);
    EXPECT_THAT(chart.legend.back().name.toStdString(), HasSubstr("baseline: "));
    for (TagRecord& tag : baseline->tagRecords)
        for (BucketRecord& bucket : tag.calibration) bucket.length += 5;  // no length in common
    EXPECT_EQ(chartOf(hessianMap(input)).beside[0].panels[0].lines.size(), 2U);
}

TEST(HessianMap, OtherStatisticsHaveASequentialMap) {
    const Chart condition = chartOf(hessianMap(mapInput(2, {{"statistic", "condition"}, {"colours", "cividis"}})));
    EXPECT_EQ(condition.panels[0].maps[0].map, ColourMap::Cividis);
    EXPECT_EQ(condition.panels[0].maps[0].at(0, 0), 3);  // log₁₀ 1000
    const HessianMap drift = hessianMap(mapInput(2, {{"statistic", "drift"}}));
    EXPECT_EQ(drift.strips[0].at(0, 0, 2), 0.25);
}

TEST(HessianMap, AClickSelectsBlockAndALinearOfTheInput) {
    const ViewInput input = mapInput();
    const Selection selection = selectionAt(input, hessianMap(input), 0, 0.2);
    EXPECT_EQ(selection.block, 0);
    EXPECT_EQ(selection.linear, "model.layers.0.mlp.down_proj");  // the role that was selected before
    EXPECT_THAT(readout(hessianMap(input), 1).toStdString(), HasSubstr("Block 1"));
}

TEST(HessianMap, SaysWhatIsMissing) {
    EXPECT_FALSE(hessianMap({}).missing.isEmpty());
    auto bare = testing::smallRun();  // without spectra
    ViewInput input{bare, nullptr, {}, {{"statistic", "condition"}}, {}};
    const Chart chart = chartOf(hessianMap(input));
    EXPECT_TRUE(chart.empty());
    EXPECT_EQ(chart.emptyOptions.front().first.toStdString(), "spectra");
    bare->tagRecords.clear();
    EXPECT_THAT(hessianMap({bare, nullptr, {}, {}, {}}).missing.toStdString(), HasSubstr("--keep none"));
}

}  // namespace
}  // namespace qs
