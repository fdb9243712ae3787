// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of a training on a record that can be checked by hand, and on one as long as a real one.
#include "views/training/training_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QComboBox>
#include <QTest>
#include <cmath>

#include "support/fake_run.h"
#include "support/training_course.h"
#include "support/training_example.h"
#include "views/chart_view.h"
#include "views/empty_state.h"
#include "views/plot/chart_widget.h"
#include "views/training/training_view.h"

namespace qs {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<testing::FakeRun> runOf(TrainingRecord record, bool finished = true) {
    auto run = std::make_shared<testing::FakeRun>();
    run->origin.kind = "train";
    run->origin.model = "models/languages/";
    run->origin.options = {{"method", record.method}};
    run->isFinished = finished;
    run->trainingRecord = std::move(record);
    return run;
}

TrainingData dataOf(const TrainingRecord& record, const QJsonObject& settings = {}, bool finished = true) {
    const ViewInput input{runOf(record, finished), nullptr, {}, settings, {}};
    return trainingData(input, readTraining(input));
}

Chart chartOfPicture(const TrainingRecord& record, const char* picture) { return chartOf(dataOf(record, {{"picture", picture}})); }

TEST(Training, WidthsOfTheExample) {
    // steps 200, updates at 0 ({8, 8}) and 20 ({4, 6}); two steps done: one column of 20 steps with the first widths.
    TrainingRecord record = testing::exampleTraining();
    record.data = "/some/folder/" + record.data;
    const Chart start = chartOfPicture(record, "widths");
    ASSERT_FALSE(start.empty());
    EXPECT_THAT(start.subtitle.toStdString(), HasSubstr("· languages.jsonl: 70 texts"));
    EXPECT_THAT(start.panels[0].maps[0].values, ElementsAre(8, 8));
    for (TrainingCurve& curve : record.curves) curve.steps.back().step = 40;
    const Chart chart = chartOfPicture(record, "widths");
    const HeatMap& map = chart.panels[0].maps[0];
    EXPECT_EQ(map.rows, 2U);
    EXPECT_THAT(map.values, ElementsAre(8, 4, 8, 6));
    EXPECT_THAT(map.words, ElementsAre("8", "4", "8", "6"));
    EXPECT_EQ(map.right, 40);
    const HeatMap& open = chart.panels[0].maps.back();  // the steps that are still to come
    EXPECT_TRUE(std::isnan(open.values[0]));
    EXPECT_EQ(open.left, 40);
    EXPECT_EQ(open.right, 200);
    EXPECT_THAT(chart.lead.toStdString(), HasSubstr("5.00"));             // (4 + 6) / 2
    EXPECT_THAT(chart.leadDetail.toStdString(), HasSubstr("5.50"));       // (256 · 4 + 768 · 6) / 1024
    EXPECT_THAT(chart.panels[1].lines[1].x, ElementsAre(0, 20, 20, 40));  // a staircase
    EXPECT_THAT(chart.panels[1].lines[1].y, ElementsAre(8, 8, 5, 5));
    EXPECT_THAT(chart.panels[2].bars[0].height, ElementsAre(2));
    EXPECT_THAT(chart.panels[2].bars[1].height, ElementsAre(1));  // held back
    EXPECT_THAT(chart.description.toStdString(), HasSubstr("1 at 4 bit, 1 at 6 bit"));
    EXPECT_EQ(chartOf(dataOf(record, {{"compact", true}})).panels.size(), 2U);
}

TEST(Training, LayersAreGroupedByBlockOrByKind) {
    const TrainingRecord record = testing::trainingCourse(3);
    const TrainingData blocks = dataOf(record), kinds = dataOf(record, {{"rows", "kind"}});
    ASSERT_EQ(blocks.rows.size(), 12U);
    EXPECT_EQ(blocks.rows[3].group, 0);
    EXPECT_EQ(blocks.rows[4].group, 1);
    EXPECT_EQ(kinds.rows[1].layer, 4U);  // q_proj of the second block follows that of the first
    EXPECT_EQ(chartOf(blocks).panels[0].maps.size(), 3U);
    EXPECT_EQ(chartOf(kinds).panels[0].maps.size(), 4U);
    EXPECT_EQ(chartOf(kinds).panels[0].y.names[1].second.toStdString(), "q_proj · 1");
    const Chart deep = chartOfPicture(testing::trainingCourse(10), "widths");  // names of blocks where there are too many layers
    EXPECT_EQ(deep.panels[0].y.names.size(), 10U);
    EXPECT_EQ(selectionAt(blocks, blocks.rows[5].y + 0.2).linear, record.layers[5]);
    EXPECT_EQ(selectionAt(blocks, blocks.rows[5].y).block, 1);
    EXPECT_EQ(selectionAt(blocks, 7).linear, "");
}

TEST(Training, LossTermsAndBaselines) {
    const Chart chart = chartOfPicture(testing::exampleTraining(), "loss");
    ASSERT_EQ(chart.panels.size(), 2U);
    ASSERT_EQ(chart.panels[0].lines.size(), 5U);  // every step; whole, task, distillation and penalty
    EXPECT_THAT(chart.panels[0].lines[1].y, ElementsAre(2.5, 2));
    EXPECT_THAT(chart.panels[0].lines[2].y, ElementsAre(2, 1.5));
    ASSERT_EQ(chart.panels[1].lines.size(), 2U);
    EXPECT_EQ(chart.panels[1].lines.back().kind, LineKind::Accent);  // its own is on top
    EXPECT_THAT(chart.panels[1].lines[0].y, ElementsAre(2.5));
    const Chart course = chartOfPicture(testing::trainingCourse(), "loss");
    EXPECT_EQ(course.panels[0].lines[1].x.size(), 100U);  // thick lines run over means
    EXPECT_EQ(course.panels[0].lines[0].x.size(), 400U);
    EXPECT_THAT(course.footnote.toStdString(), HasSubstr("means of 4 steps"));
    EXPECT_EQ(chartOfPicture(testing::trainingCourse(), "optimizer").panels.size(), 2U);
}

TEST(Training, SensitivityLeavesTheStartOut) {
    const Chart chart = chartOfPicture(testing::exampleTraining(), "sensitivity");
    ASSERT_FALSE(chart.empty());
    EXPECT_THAT(chart.panels[0].maps[0].values, ElementsAre(DoubleNear(std::log10(0.5), 1e-12), DoubleNear(std::log10(1.5), 1e-12)));
    EXPECT_TRUE(chart.colourBar.shown);
    ASSERT_EQ(chart.beside.size(), 1U);
    EXPECT_THAT(chart.beside[0].panels[0].points[0].x, ElementsAre(0.5, 1.5));
    EXPECT_EQ(chart.beside[0].panels[0].rightNames[0].second.toStdString(), "4");
    const Chart gradient = chartOf(dataOf(testing::exampleTraining(), {{"picture", "sensitivity"}, {"term", "gradient"}}));
    EXPECT_THAT(gradient.beside[0].panels[0].points[0].x, ElementsAre(1e-6, 2e-6));
    TrainingRecord fixed = testing::exampleTraining();
    fixed.method = "fixed", fixed.updates.pop_back();
    EXPECT_THAT(chartOfPicture(fixed, "sensitivity").description.toStdString(), HasSubstr("dsa-qat"));
}

TEST(Training, SensitivityHasItsLimits) {
    TrainingRecord record = testing::exampleTraining();
    record.thresholds.clear();
    const Chart none = chartOfPicture(record, "sensitivity");  // a file of an older schema
    EXPECT_TRUE(none.beside[0].panels[0].limits.empty());
    EXPECT_TRUE(none.legend.empty());
    record.thresholds = {{4, 6, 0.75}, {6, 8, 6}, {8, 16, 1000}};
    const Chart chart = chartOfPicture(record, "sensitivity");
    const std::vector<Limit>& limits = chart.beside[0].panels[0].limits;
    ASSERT_EQ(limits.size(), 2U);  // one that is 30 times beyond all layers is in the words alone
    EXPECT_EQ(limits[0].x, 0.75);
    EXPECT_EQ(limits[0].word.toStdString(), "4 | 6 bit");
    EXPECT_EQ(limits[1].x, 6);
    EXPECT_GT(chart.beside[0].x.high, 6);
    ASSERT_EQ(chart.legend.size(), 1U);
    EXPECT_EQ(chart.legend[0].kind, LineKind::Dashed);
    for (const QString& words : {chart.footnote, chart.description}) {
        EXPECT_THAT(words.toStdString(), HasSubstr("above 0.750 a layer is better off with 6 bits than with 4"));
        EXPECT_THAT(words.toStdString(), HasSubstr("16 bits"));
    }
    const ChartTable table = tableOf(dataOf(record, {{"picture", "sensitivity"}}));
    ASSERT_EQ(table.header.size(), 11U);
    EXPECT_EQ(table.header[8].toStdString(), "limit between 4 and 6 bit");
    EXPECT_EQ(table.rows[0][9].toDouble(), 6);
    const Chart gradient = chartOf(dataOf(record, {{"picture", "sensitivity"}, {"term", "gradient"}}));
    EXPECT_TRUE(gradient.beside[0].panels[0].limits.empty());  // of the whole sensitivity, not of its terms
}

TEST(Training, MetricsHaveTheirErrors) {
    const Chart chart = chartOfPicture(testing::exampleTraining(), "metrics");
    const Panel& panel = chart.panels[0];
    EXPECT_EQ(panel.title.toStdString(), "Accuracy");
    ASSERT_EQ(panel.points.size(), 2U);
    EXPECT_EQ(panel.points[0].rank, -1);
    EXPECT_THAT(panel.lines[0].x, ElementsAre(DoubleNear(93, 1e-9), DoubleNear(97, 1e-9)));  // 95 ± 2
    EXPECT_EQ(panel.rightNames[0].second.toStdString(), "95.0 ± 2.0");                       // as many decimals as 99.0 ± 1.0
    EXPECT_EQ(panel.y.names[1].second.toStdString(), "Full precision");
    EXPECT_EQ(chartOfPicture(testing::trainingCourse(), "metrics").beside.size(), 3U);
}

TEST(Training, CostsSayWhatIsAnEstimate) {
    TrainingRecord record = testing::exampleTraining();
    record.measurements = {{"float32", "latency", "ms", 8, false},
                           {"int8", "latency", "ms", 2, false},
                           {"int8", "resident-memory", "bytes", 3e6, false},
                           {"full", "size", "bytes", 4096, false},
                           {"dsa-qat", "energy", "bit weights", 5632, true}};
    const Chart speed = chartOfPicture(record, "speed");
    ASSERT_EQ(speed.beside.size(), 1U);
    EXPECT_EQ(speed.panels[0].points[1].rank, -1);
    EXPECT_EQ(speed.panels[0].points[1].fill, Fill::Solid);
    EXPECT_EQ(speed.panels[0].y.names[1].second.toStdString(), "Integers, 8 bit");
    EXPECT_EQ(speed.beside[0].panels[0].rightNames[0].second.toStdString(), "–");  // of float32 no memory was measured
    EXPECT_EQ(speed.beside[0].panels[0].rightNames[1].second.toStdString(), "3.0 MB");
    EXPECT_THAT(speed.footnote.toStdString(), HasSubstr("Latency: 0.25 × of full precision"));
    const Chart size = chartOfPicture(record, "size");
    const Panel& energy = size.beside[0].panels[0];
    EXPECT_THAT(energy.title.toStdString(), HasSubstr("estimate"));
    EXPECT_EQ(energy.points[0].fill, Fill::Hollow);
    EXPECT_THAT(energy.rightNames[0].second.toStdString(), HasSubstr("≈"));
    const QJsonObject latency{{"picture", "speed"}, {"quantity", "latency"}};
    EXPECT_TRUE(chartOf(dataOf(record, latency)).beside.empty());
    EXPECT_EQ(tableOf(dataOf(record, latency)).rows.size(), 2U);
    EXPECT_THAT(chartOf(dataOf(testing::trainingCourse(), latency)).footnote.toStdString(), HasSubstr("32 texts of 64 tokens"));
    record.measurements.clear();
    const Chart none = chartOf(dataOf(record, latency));
    EXPECT_TRUE(none.empty());
    EXPECT_THAT(none.description.toStdString(), HasSubstr("Latency"));
}

TEST(Training, ConfusionAndRecall) {
    const Chart chart = chartOfPicture(testing::exampleTraining(), "confusion");
    const HeatMap& map = chart.panels[0].maps[0];
    EXPECT_THAT(map.values, ElementsAre(DoubleNear(std::sqrt(0.9), 1e-12), DoubleNear(std::sqrt(0.1), 1e-12), 0, 1));
    EXPECT_THAT(map.words, ElementsAre("9", "1", "", "10"));
    EXPECT_THAT(chart.beside[0].panels[0].points[0].x, ElementsAre(90, 100));
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("19 of 20 texts right"));
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("de was taken for français: 1 of 10"));
    const Chart other = chartOf(dataOf(testing::trainingCourse(), {{"picture", "confusion"}, {"variant", "ptq"}}));
    EXPECT_THAT(other.title.toStdString(), HasSubstr("PTQ"));
}

TEST(Training, NoiseHasMeansAndDeviations) {
    TrainingRecord record = testing::exampleTraining();
    record.noise = {{"dsa-qat", 0.1, 0, 0.8}, {"dsa-qat", 0.1, 1, 0.9}, {"dsa-qat", 0.2, 0, 0.5}, {"dsa-qat", 0.2, 1, 0.5}};
    const Chart chart = chartOfPicture(record, "noise");
    const Line& means = chart.panels[0].lines.back();
    EXPECT_THAT(means.x, ElementsAre(0.1, 0.2));
    EXPECT_THAT(means.y, ElementsAre(DoubleNear(85, 1e-9), DoubleNear(50, 1e-9)));
    const double deviation = 100 * std::sqrt(2 * 0.05 * 0.05);
    EXPECT_THAT(chart.panels[0].lines[0].y, ElementsAre(DoubleNear(85 - deviation, 1e-9), DoubleNear(85 + deviation, 1e-9)));
    EXPECT_THAT(chart.footnote.toStdString(), HasSubstr("2 draws"));
}

TEST(Training, NoiseSaysOnHowManyTextsItWasMeasured) {
    const TrainingRecord record = testing::exampleTraining();  // 20 texts in its confusion
    const auto footnote = [&](const std::string& texts) {
        auto run = runOf(record);
        run->origin.options.emplace("noise-texts", texts);
        const ViewInput input{run, nullptr, {}, {{"picture", "noise"}}, {}};
        return chartOf(trainingData(input, readTraining(input))).footnote.toStdString();
    };
    EXPECT_THAT(footnote("8"), HasSubstr("on the first 8 of the 20 texts of the test"));
    EXPECT_THAT(footnote("200"), HasSubstr("on all 20 texts of the test"));
}

TEST(Training, EveryPictureSaysWhatIsMissing) {
    const TrainingRecord running = testing::trainingCourse(2, 90);
    for (const TrainingPictureName& each : trainingPictures()) {
        const TrainingData data = dataOf(running, {{"picture", each.name}}, false);
        const Chart chart = chartOf(data);
        EXPECT_FALSE(chart.description.isEmpty()) << each.name;
        EXPECT_THAT(chart.subject.toStdString(), HasSubstr("step 90 of 400"));
        TrainingRecord empty;
        empty.method = "dsa-qat", empty.steps = 10;
        const Chart nothing = chartOfPicture(empty, each.name);
        EXPECT_TRUE(nothing.empty()) << each.name;
        EXPECT_FALSE(nothing.description.isEmpty()) << each.name;
        EXPECT_FALSE(nothing.emptyTitle.isEmpty()) << each.name;
        const Figure whole = trainingFigure({runOf(testing::trainingCourse()), nullptr, {}, {{"picture", each.name}}, {}});
        EXPECT_FALSE(whole.chart.empty()) << each.name;
        EXPECT_GT(whole.table.rows.size(), 3U) << each.name;
        for (const auto& row : whole.table.rows) ASSERT_EQ(row.size(), whole.table.header.size()) << each.name;
    }
    EXPECT_TRUE(trainingFigure({}).chart.empty());
    EXPECT_THAT(trainingFigure({testing::smallRun(), nullptr, {}, {}, {}}).chart.description.toStdString(), HasSubstr("train"));
}

TEST(Training, ReadoutCountsWidthsAndNamesLosses) {
    TrainingRecord record = testing::exampleTraining();
    for (TrainingCurve& curve : record.curves) curve.steps.back().step = 40;
    double x = 30.3;
    EXPECT_THAT(readout(dataOf(record), x).toStdString(), HasSubstr("6 bit"));
    EXPECT_EQ(x, 30);
    x = 20;  // widths hold from the next step on
    EXPECT_THAT(readout(dataOf(record), x).toStdString(), HasSubstr("8 bit"));
    x = 1;
    EXPECT_THAT(readout(dataOf(record, {{"picture", "loss"}}), x).toStdString(), HasSubstr("Full precision"));
}

TEST(TrainingView, FollowsARunThatGrowsAndSelectsLayers) {
    std::unique_ptr<View> view(makeTrainingView(nullptr));
    auto& chart = dynamic_cast<ChartView&>(*view);
    view->resize(900, 600);
    view->QWidget::show();
    EXPECT_FALSE(chart.emptyState().why().isEmpty());
    view->show(ViewInput{runOf(testing::trainingCourse(2, 90), false), nullptr, {}, {}, {}});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !chart.figure().chart.empty(); }, 5000));
    EXPECT_THAT(chart.figure().chart.subject.toStdString(), HasSubstr("step 90"));
    const TrainingRecord later = testing::trainingCourse(2, 250);
    view->show(ViewInput{runOf(later, false), nullptr, {}, {}, {}});
    EXPECT_FALSE(chart.figure().chart.empty());  // the earlier state stays until the new one was read
    ASSERT_TRUE(QTest::qWaitFor([&] { return chart.figure().chart.subject.contains("step 250"); }, 5000));
    Selection selection;
    QObject::connect(view.get(), &View::selected, [&](const Selection& wanted) { selection = wanted; });
    const TrainingData data = dataOf(later);
    QPoint at;
    const auto drawn = [&] { return (at = chart.plot().pixelOf({0, 0, 100, data.rows[6].y})).y() > 0; };
    ASSERT_TRUE(QTest::qWaitFor(drawn, 5000));
    QTest::mouseClick(chart.plot().findChild<QWidget*>({}, Qt::FindDirectChildrenOnly), Qt::LeftButton, {}, at);
    EXPECT_EQ(selection.linear, later.layers[6]);
}

TEST(TrainingView, ControlsBelongToTheirPicture) {
    std::unique_ptr<View> view(makeTrainingView(nullptr));
    auto& chart = dynamic_cast<ChartView&>(*view);
    view->resize(900, 600);
    view->QWidget::show();
    view->show(ViewInput{runOf(testing::trainingCourse()), nullptr, {}, {}, {}});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !chart.figure().chart.empty(); }, 5000));
    const auto visible = [&] {
        int lists = 0;
        for (QComboBox* list : view->findChildren<QComboBox*>()) {
            EXPECT_FALSE(list->accessibleName().isEmpty());
            lists += list->isVisible();
        }
        return lists;
    };
    EXPECT_EQ(visible(), 2);  // picture, order of the layers
    view->restoreSettings({{"picture", "sensitivity"}});
    EXPECT_EQ(visible(), 3);
    view->restoreSettings({{"picture", "confusion"}, {"variant", "fixed-4"}});
    EXPECT_EQ(visible(), 2);
    EXPECT_THAT(chart.figure().chart.title.toStdString(), HasSubstr("Fixed, 4 bit"));
    view->restoreSettings({{"picture", "noise"}});
    EXPECT_EQ(visible(), 1);
    view->show(ViewInput{runOf(testing::trainingCourse()), nullptr, {}, {}, "layers were solved again"});
    EXPECT_EQ(chart.figure().chart.stale, "layers were solved again");
}

}  // namespace
}  // namespace qs
