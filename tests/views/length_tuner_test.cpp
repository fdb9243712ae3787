// SPDX-License-Identifier: GPL-3.0-or-later
// Length tuning and what-if on a real run of the demo model that kept its bank.
#include "views/hessian_diagonal/length_tuner_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "support/fake_run.h"
#include "support/run_jobs.h"
#include "views/length_chips.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<const RunFile> demoRun() {
    static testing::TemporaryFolder folder;
    static std::shared_ptr<const RunFile> run;
    if (run) return run;
    QuantizeOptions options = testing::smallQuantization(folder);
    options.calibration.keep = Keep::Full;
    options.weighting = "maca";
    JobContext context;
    runQuantize(options, context);
    return run = RunFile::open(options.out);
}

ViewInput tunerInput(const QJsonObject& settings = {}) {
    ViewInput input{demoRun(), nullptr, {}, settings, {}};
    input.selection.block = 1;
    input.selection.linear = input.run->linears()[7].name;
    return input;
}

TEST(LengthTuner, TheMixOfTheChipsMovesCurveAndError) {
    const Figure asRun = lengthTunerFigure(tunerInput());
    EXPECT_THAT(asRun.chart.leadDetail.toStdString(), HasSubstr("as the run solved it"));
    const Figure tuned = lengthTunerFigure(tunerInput({{"mix", QJsonObject{{"32", 1.0}}}}));
    ASSERT_EQ(tuned.chart.beside.size(), 1U);
    const auto& lines = tuned.chart.beside[0].panels[0].lines;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_LT(lines[1].y[0], lines[0].y[0]);  // all weight on the shortest length lowers its error
    EXPECT_GT(lines[1].y[1], lines[0].y[1]);
    EXPECT_NE(tuned.chart.panels[0].lines.back().y, asRun.chart.panels[0].lines.back().y);
    EXPECT_EQ(tuned.table.rows.size(), 2U);
}

TEST(LengthTuner, TriesBecomeOptionsOfTheNextRun) {
    const auto options =
        optionsOf(tunerInput({{"mix", QJsonObject{{"32", 0.25}, {"96", 0.5}, {"192", 0.25}}}, {"try", QJsonObject{{"bits", "4"}}}}));
    std::map<QString, QString> byName(options.begin(), options.end());
    EXPECT_EQ(byName["lengths"].toStdString(), "32,96,192");
    EXPECT_EQ(byName["weighting"].toStdString(), "mix:32=0.25,96=0.5,192=0.25");
    EXPECT_EQ(byName["bits"].toStdString(), "4");
    EXPECT_THAT(trialOf(tunerInput({{"mix", QJsonObject{{"32", 0.5}, {"192", 0.5}}}})).weighting, HasSubstr("mix:32="));
}

TEST(LengthTuner, SaysWhyItCannotSolve) {
    auto small = testing::smallRun();
    small->origin.options["keep"] = "diagonal";
    ViewInput input{small, nullptr, {}, {}, {}};
    input.selection.linear = "model.layers.0.mlp.up_proj";
    EXPECT_THAT(lengthTuner(input).obstacle.toStdString(), HasSubstr("--keep full"));
    input = tunerInput({{"try", QJsonObject{{"method", "gptaq"}}}});
    EXPECT_THAT(lengthTuner(input).obstacle.toStdString(), HasSubstr("untouched model"));
    input = tunerInput({{"try", QJsonObject{{"bits", "77"}}}});
    EXPECT_THAT(lengthTuner(input).obstacle.toStdString(), HasSubstr("bits"));
}

struct TunerView : ::testing::Test {
    std::unique_ptr<LengthTunerView> view{static_cast<LengthTunerView*>(makeLengthTunerView(nullptr))};
    void SetUp() override {
        view->resize(900, 620);
        static_cast<QWidget*>(view.get())->show();
        view->show(tunerInput());
        QTest::qWait(30);
    }
};

TEST_F(TunerView, TabGoesAsOneReads) {
    const auto place = [&](const QWidget* widget) {
        int steps = 0;
        for (const QWidget* next = view.get(); next != widget && steps < 1000; next = next->nextInFocusChain()) ++steps;
        return steps;
    };
    const auto& chips = view->chips().chips();  // made when there was a run to show, after all others
    ASSERT_GE(chips.size(), 2U);
    const QWidget* tries = view->findChildren<QComboBox*>().front();
    EXPECT_TRUE(QTest::qWaitFor([&] { return place(chips[1]) < place(tries); }, 5000));
    EXPECT_LT(place(chips[0]), place(chips[1]));
    EXPECT_LT(place(tries), place(&view->plot()));
}

TEST_F(TunerView, WordsAboutTheErrorAreNeverSqueezed) {
    for (const int width : {1100, 640, 1100}) {
        view->resize(width, 400);
        QLabel* lead = nullptr;
        for (QLabel* label : view->findChildren<QLabel*>())
            if (label->text().contains("drag a chip")) lead = label;
        ASSERT_TRUE(lead);
        EXPECT_TRUE(QTest::qWaitFor([&] { return lead->isVisible() && lead->height() < 60 && lead->width() > 250; }, 5000))
            << width << ": " << lead->width() << " × " << lead->height();
    }
}

TEST_F(TunerView, DraggingSolvesInTheBackgroundAndTheLatestWins) {
    QSignalSpy solved(view.get(), &LengthTunerView::solved), stale(view.get(), &View::madeStale);
    LengthChip* chip = view->chips().chips()[0];
    EXPECT_FALSE(view->applyButton().isEnabled());
    QTest::mousePress(chip, Qt::LeftButton, {}, {70, 15});
    for (int x = 66; x > 30; x -= 4) QTest::mouseMove(chip, {x, 15});
    QTest::mouseRelease(chip, Qt::LeftButton, {}, {30, 15});
    const double share = view->chips().set().shareOf(32);
    EXPECT_LT(share, 0.5);
    EXPECT_EQ(view->figure().chart.panels[0].lines.back().kind, LineKind::Mix);  // the diagonal follows at once
    ASSERT_TRUE(QTest::qWaitFor([&] { return !view->solving() && solved.count() > 0; }, 20000));
    ASSERT_TRUE(view->tuner().trial);
    EXPECT_LE(solved.count(), 10);
    EXPECT_GE(stale.count(), 1);
    ViewInput expected = tunerInput(view->settings());
    const Figure figure = lengthTunerFigure(expected);
    EXPECT_EQ(figure.chart.beside[0].panels[0].lines[1].y, view->figure().chart.beside[0].panels[0].lines[1].y);
}

TEST_F(TunerView, WhatIfBitsThenApplyOrBack) {
    QSignalSpy solved(view.get(), &LengthTunerView::solved);
    QMap<QString, QString> options;
    QObject::connect(view.get(), &View::optionsWanted, [&](const QMap<QString, QString>& wanted) { options = wanted; });
    const int index = view->bits().findData("4");
    view->bits().setCurrentIndex(index);
    emit view->bits().activated(index);
    ASSERT_TRUE(QTest::qWaitFor([&] { return solved.count() > 0; }, 20000));
    EXPECT_LT(view->tuner().trial->calibration[0].relative(), view->tuner().run[0].relative());
    view->applyButton().click();
    EXPECT_EQ(options["bits"].toStdString(), "4");
    view->resetButton().click();
    EXPECT_FALSE(view->tuner().trial);
    EXPECT_EQ(view->bits().currentData().toString().toStdString(), "3");
}

TEST_F(TunerView, PinKeepsAGhost) {
    for (QAbstractButton* button : view->findChildren<QAbstractButton*>())
        if (button->accessibleName().startsWith("Pin")) button->click();
    LengthChip* chip = view->chips().chips()[0];
    QTest::keyClick(chip, Qt::Key_Left, Qt::ShiftModifier);
    bool ghost = false;
    for (const LegendEntry& entry : view->figure().chart.legend) ghost = ghost || entry.name.startsWith("pinned");
    EXPECT_TRUE(ghost);
}

TEST_F(TunerView, NothingArrivesAfterClosing) {
    QSignalSpy solved(view.get(), &LengthTunerView::solved);
    QTest::keyClick(view->chips().chips()[0], Qt::Key_Left);
    const qsizetype before = solved.count();
    view.reset();  // waits for the background, which is stopped
    QTest::qWait(50);
    EXPECT_EQ(solved.count(), before) << "a result arrived at a view that is gone";
}

}  // namespace
}  // namespace qs
