// SPDX-License-Identifier: GPL-3.0-or-later
// The models of scales, weights, lengths and comparison on numbers that can be checked by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

#include "support/fake_run.h"
#include "views/compare/compare_model.h"
#include "views/lengths_text/lengths_model.h"
#include "views/scale_trajectory/scale_trajectory_model.h"
#include "views/weights/weights_model.h"

namespace qs {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ViewInput inputOf(const QJsonObject& settings = {}) {
    ViewInput input{testing::smallRun(), nullptr, {}, settings, {}};
    input.selection.block = 1;
    input.selection.linear = "model.layers.1.mlp.down_proj";
    return input;
}

TEST(ScaleTrajectory, RatiosToTheScalesAfterTheColumnLoop) {
    const ScaleTrajectory data = scaleTrajectory(inputOf());
    ASSERT_TRUE(data.missing.isEmpty()) << data.missing.toStdString();
    ASSERT_EQ(data.steps.size(), 3U);
    EXPECT_EQ(data.steps[0].toStdString(), "GPTQ");
    EXPECT_EQ(data.scales, 4U);
    EXPECT_THAT(data.median, ElementsAre(1, 1, 1));
    ASSERT_EQ(data.movers.size(), 1U);  // the others did not move
    EXPECT_EQ(data.movers[0].row, 1);
    EXPECT_THAT(data.movers[0].ratio, ElementsAre(1, DoubleNear(1.6, 1e-6), 2));
    EXPECT_THAT(data.losses[0].relative, ElementsAre(0.1, 0.06, 0.05));
    EXPECT_THAT(readout(data, 1).toStdString(), HasSubstr("sweep 1"));
    EXPECT_EQ(chartOf(data).x.names[1].second.toStdString(), "1");
    EXPECT_EQ(chartOf(data).x.title.toStdString(), "Sweep");
}

TEST(ScaleTrajectory, OneRowOrTheBaselineBeside) {
    EXPECT_EQ(scaleTrajectory(inputOf({{"row", 0}})).scales, 2U);
    ViewInput input = inputOf();
    input.baseline = testing::smallRun();
    const Chart chart = chartOf(scaleTrajectory(input));
    ASSERT_EQ(chart.beside.size(), 1U);
    EXPECT_EQ(chart.beside[0].panels[0].lines[1].kind, LineKind::Dashed);
}

TEST(ScaleTrajectory, WithoutStepsItOffersSweeps) {
    auto run = testing::smallRun();
    for (LinearRecord& linear : run->linearRecords) linear.scaleSteps.clear();
    const Chart chart = chartOf(scaleTrajectory({run, nullptr, {}, {}, {}}));
    EXPECT_TRUE(chart.empty());
    EXPECT_EQ(chart.emptyOptions.front(), (std::pair<QString, QString>("refine", "sweeps")));
    for (LinearRecord& linear : run->linearRecords) linear.scaleSteps = {{"codes", 1, {}}, {"sweep 1", 0.5, {}}};
    const Chart losses = chartOf(scaleTrajectory({run, nullptr, {}, {}, {}}));
    EXPECT_FALSE(losses.empty());
    EXPECT_THAT(losses.footnote.toStdString(), HasSubstr("--trajectories full"));
}

TEST(Weights, ChangeImpactAndUseOfCodes) {
    const WeightPicture data = weightPicture(inputOf());
    ASSERT_TRUE(data.missing.isEmpty()) << data.missing.toStdString();
    EXPECT_EQ(data.rows, 2U);
    EXPECT_EQ(data.columns, 3U);
    EXPECT_THAT(data.second, ElementsAre(0, 0.5, 0, 0, 0, 2));  // 0.5 · 7 − 3, 0.5 · 4 − 0
    EXPECT_EQ(data.codesUsed, 3);
    EXPECT_DOUBLE_EQ(data.codeShare[0], 4.0 / 6);
    const WeightPicture impact = weightPicture(inputOf({{"map", "impact"}}));
    EXPECT_NEAR(impact.second[1], 0.5 * std::sqrt(10.0 / 3), 1e-9);  // mix of channel 1 is 10/3 under maca
    EXPECT_EQ(weightPicture(inputOf({{"map", "codes"}})).second[1], 7);
    EXPECT_THAT(readout(data, 1).toStdString(), HasSubstr("Channel 1"));
}

TEST(Weights, TheBaselineIsAGhostInTheUseOfCodes) {
    ViewInput input = inputOf();
    auto baseline = testing::smallRun();
    for (LinearRecord& linear : baseline->linearRecords) linear.codes(0, 0) = 1;
    input.baseline = baseline;
    const Chart chart = chartOf(weightPicture(input));
    ASSERT_EQ(chart.beside.back().panels[0].lines.size(), 1U);
    const Line& ghost = chart.beside.back().panels[0].lines[0];
    EXPECT_EQ(ghost.kind, LineKind::Ghost);
    EXPECT_DOUBLE_EQ(ghost.y[0], 50);  // three of six
    EXPECT_DOUBLE_EQ(ghost.y[1], 100.0 / 6);
    ASSERT_EQ(chart.legend.size(), 1U);
    for (LinearRecord& linear : baseline->linearRecords) linear.bits = 4;
    EXPECT_TRUE(chartOf(weightPicture(input)).legend.empty());
}

TEST(Weights, RunsWithoutASampleShowCodes) {
    ViewInput input = inputOf();
    auto run = testing::smallRun();
    for (LinearRecord& linear : run->linearRecords) linear.weightSample = {};
    input.run = run;
    const WeightPicture data = weightPicture(input);
    EXPECT_EQ(data.shown, WeightMap::Codes);
    EXPECT_EQ(chartOf(data).beside.size(), 1U);
    EXPECT_EQ(magnitudeAt({-3, 1, 2}, 1), 3);
    EXPECT_EQ(magnitudeAt({}, 1), 0);
}

TEST(Compare, DifferencesAndDeltas) {
    ViewInput input = inputOf();
    auto baseline = testing::smallRun(2, "token");
    for (LinearRecord& linear : baseline->linearRecords)
        for (LengthError& error : linear.calibrationErrors) error.error *= 2;
    input.baseline = baseline;
    const Comparison data = comparison(input);
    ASSERT_EQ(data.options.size(), 1U);
    EXPECT_EQ(data.options[0].name.toStdString(), "weighting");
    ASSERT_EQ(data.metrics.size(), 2U);
    EXPECT_NEAR(data.metrics[0].b, 100 * (0.01 + 0.04 + 0.02 + 0.04) / 4, 1e-9);
    EXPECT_NEAR(data.metrics[0].a, 2 * data.metrics[0].b, 1e-9);
    ASSERT_EQ(data.errors.size(), 2U);
    EXPECT_EQ(data.length, 10);
    const Chart chart = chartOf(data);
    EXPECT_EQ(chart.legend[0].kind, LineKind::Muted);
    bool accent = false;
    for (const SheetRow& row : chart.sheet.rows) accent = accent || row.accent;
    EXPECT_TRUE(accent);  // the run is better than its baseline
    EXPECT_GT(comparison(ViewInput{input.run, input.baseline, {}, {{"options", "all"}}, {}}).options.size(), 3U);
}

TEST(Compare, SecondsByPhaseStandBesideEachOtherButAreNoQuality) {
    auto run = testing::smallRun(), baseline = testing::smallRun(2, "token");
    const std::size_t before = comparison({run, baseline, {}, {}, {}}).metrics.size();
    const QString quality = chartOf(comparison({run, baseline, {}, {}, {}})).description;
    run->phaseRecords = {{"forward", 2}, {"stage 1", 0.5}, {"of a newer program", 1}};
    baseline->phaseRecords = {{"forward", 3}, {"factor", 0.25}};
    const Comparison data = comparison({run, baseline, {}, {}, {}});
    ASSERT_EQ(data.metrics.size(), before + 5);  // four phases and the whole job
    const auto& forward = data.metrics[before];
    EXPECT_EQ(forward.name.toStdString(), "forward");
    EXPECT_EQ(forward.a, 3);
    EXPECT_EQ(forward.b, 2);
    EXPECT_TRUE(std::isnan(data.metrics[before + 1].a));  // stage 1
    EXPECT_EQ(data.metrics[before + 2].name.toStdString(), "of a newer program");
    EXPECT_EQ(data.metrics[before + 3].a, 0.25);
    EXPECT_EQ(data.metrics.back().b, run->seconds());
    EXPECT_EQ(chartOf(data).description, quality);
    const auto& rows = chartOf(data).sheet.rows;
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const SheetRow& row) {
        return row.kind == SheetRow::Heading && row.cells.front().contains("Seconds by phase");
    }));
}

TEST(Compare, OneRunShowsItsOwnNumbers) {
    const Chart chart = chartOf(comparison(inputOf()));
    EXPECT_FALSE(chart.empty());
    EXPECT_EQ(chart.sheet.header.size(), 2U);
    EXPECT_TRUE(chartOf(comparison({})).empty());
}

TEST(Lengths, BucketsDocumentsAndSequences) {
    const LengthsPicture data = lengthsPicture(inputOf());
    ASSERT_EQ(data.buckets.size(), 2U);
    EXPECT_EQ(data.buckets[0].sequences, 1);
    EXPECT_EQ(data.buckets[0].heldOut, 1);
    EXPECT_EQ(data.tokens, 30);
    const Chart chart = chartOf(data);
    EXPECT_EQ(chart.panels.size(), 2U);
    EXPECT_THAT(chart.panels[0].bars[0].height, ElementsAre(1, 3));
    EXPECT_EQ(tableOf(data).rows.size(), 2U);
}

TEST(SequenceModel, ListsAllOrOneLength) {
    SequenceModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRun(testing::smallRun(), 0);
    EXPECT_EQ(model.rowCount(), 3);
    EXPECT_EQ(model.index(1, SequenceModel::UseColumn).data().toString().toStdString(), "held-out");
    model.setRun(testing::smallRun(), 20);
    ASSERT_EQ(model.rowCount(), 1);
    EXPECT_EQ(model.sequenceAt(0), 2U);
    EXPECT_EQ(model.index(0, SequenceModel::LengthColumn).data().toString().toStdString(), "20");
}

TEST(Comparison, DrawsALengthThatBothRunsHave) {
    ViewInput input = inputOf();
    auto baseline = testing::smallRun();  // without the shorter of the two lengths
    for (LinearRecord& linear : baseline->linearRecords) linear.calibrationErrors.erase(linear.calibrationErrors.begin());
    for (TagRecord& tag : baseline->tagRecords) tag.calibration.erase(tag.calibration.begin());
    input.baseline = baseline;
    EXPECT_EQ(comparison(input).length, 20);
    input.baseline = nullptr;
    EXPECT_EQ(comparison(input).length, 10);
}

}  // namespace
}  // namespace qs
