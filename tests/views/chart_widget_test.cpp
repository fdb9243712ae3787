// SPDX-License-Identifier: GPL-3.0-or-later
// The plot under mouse and keyboard; asserts on its state, not on pixels.
#include "views/plot/chart_widget.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <cmath>

#include "support/fake_run.h"
#include "views/bit_allocation/bit_allocation_model.h"
#include "views/bit_allocation/bit_allocation_view.h"
#include "views/chart_view.h"
#include "views/elided_label.h"
#include "views/empty_state.h"
#include "views/plot/colour_map.h"
#include "views/plot/drawn_chart.h"
#include "views/plot/figure_export.h"
#include "views/plot/legend.h"
#include "views/reconstruction_error/reconstruction_error_model.h"
#include "views/reconstruction_error/reconstruction_error_view.h"
#include "views/theme.h"

namespace qs {
namespace {

Chart twoPanels() {
    Chart chart;
    chart.title = "Something";
    chart.description = "a rising line";
    chart.x.low = 0, chart.x.high = 10;
    Panel panel;
    panel.y.high = 10;
    panel.lines.push_back({{}, LineKind::Accent, -1, {0, 10}, {0, 10}});
    chart.panels = {panel, panel};
    chart.beside.resize(1);
    chart.beside[0].x.high = 1;
    chart.beside[0].panels = {panel};
    return chart;
}

struct ChartWidgetTest : ::testing::Test {
    ChartWidget widget;
    void SetUp() override {
        widget.resize(700, 400);
        widget.setChart(twoPanels());
        widget.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&widget));
        QTest::qWait(30);
    }
    QWidget* plot() { return widget.findChild<QWidget*>({}, Qt::FindDirectChildrenOnly); }
    void drag(PlotPoint from, PlotPoint to, Qt::KeyboardModifiers keys = {}) {
        const QPoint a = widget.pixelOf(from), b = widget.pixelOf(to);
        QTest::mousePress(plot(), Qt::LeftButton, keys, a);
        QTest::mouseMove(plot(), (a + b) / 2);
        QTest::mouseMove(plot(), b);
        QTest::mouseRelease(plot(), Qt::LeftButton, keys, b);
    }
};

TEST_F(ChartWidgetTest, PlacesGoToPixelsAndBack) {
    const auto point = widget.pointAt(widget.pixelOf({0, 1, 5, 5}));
    ASSERT_TRUE(point);
    EXPECT_EQ(point->panel, 1U);
    EXPECT_NEAR(point->x, 5, 0.05);
    EXPECT_EQ(widget.pointAt(widget.pixelOf({1, 0, 0.5, 5}))->column, 1U);
}

TEST_F(ChartWidgetTest, DrawingAgainLeavesNothingBehind) {
    Chart bar = twoPanels();
    bar.colourBar.shown = true;
    widget.setChart(bar);
    const auto objects = widget.findChildren<QObject*>().size();
    for (int i = 0; i < 5; ++i) widget.setChart(bar);
    EXPECT_EQ(widget.findChildren<QObject*>().size(), objects);
}

TEST_F(ChartWidgetTest, ANarrowCardSaysThatColumnsAreLeftOut) {
    Chart chart = twoPanels();
    chart.x.title = "time";
    EXPECT_EQ(drawnChart(chart, 700, 400).beside.size(), 1U);
    EXPECT_EQ(drawnChart(chart, 700, 400).x.title, "time");
    const Chart narrow = drawnChart(chart, 400, 400);
    EXPECT_TRUE(narrow.beside.empty());
    EXPECT_EQ(narrow.x.title.toStdString(), "time · more in a wider view");
    EXPECT_EQ(narrow.x.brief, "time");
}

TEST_F(ChartWidgetTest, ShiftAndDragBrushes) {
    widget.setBrushable(true);
    QSignalSpy brushed(&widget, &ChartWidget::brushed), cleared(&widget, &ChartWidget::brushCleared);
    drag({0, 0, 2, 5}, {0, 0, 6, 5}, Qt::ShiftModifier);
    ASSERT_EQ(brushed.count(), 1);
    EXPECT_NEAR(brushed[0][0].toDouble(), 2, 0.1);
    EXPECT_NEAR(brushed[0][1].toDouble(), 6, 0.1);
    EXPECT_EQ(widget.rangeX(), std::pair(0.0, 10.0));  // not panned
    QTest::keyClick(&widget, Qt::Key_Escape);
    EXPECT_EQ(cleared.count(), 1);
}

TEST_F(ChartWidgetTest, ZoomHasAHistory) {
    QTest::keyClick(&widget, Qt::Key_Plus);
    const auto zoomed = widget.rangeX();
    EXPECT_LT(zoomed.second - zoomed.first, 9);
    QTest::keyClick(&widget, Qt::Key_Left, Qt::AltModifier);
    EXPECT_EQ(widget.rangeX(), std::pair(0.0, 10.0));
    QTest::keyClick(&widget, Qt::Key_Right, Qt::AltModifier);
    EXPECT_EQ(widget.rangeX(), zoomed);
    widget.setChart(twoPanels());
    EXPECT_EQ(widget.rangeX(), zoomed);  // new numbers on the same axis do not throw the zoom away
    widget.resetZoom();
    EXPECT_EQ(widget.rangeX(), std::pair(0.0, 10.0));
    EXPECT_TRUE(widget.zoomBack());
}

TEST_F(ChartWidgetTest, AGrabTakesTheDrag) {
    widget.setGrab([](const PlotPoint& point) { return point.panel == 1; });
    QSignalSpy dragged(&widget, &ChartWidget::dragged), dropped(&widget, &ChartWidget::dropped), clicked(&widget, &ChartWidget::clicked);
    drag({0, 1, 2, 2}, {0, 1, 8, 8});
    EXPECT_GE(dragged.count(), 1);
    EXPECT_EQ(dropped.count(), 1);
    EXPECT_EQ(clicked.count(), 0);
    EXPECT_EQ(widget.rangeX(), std::pair(0.0, 10.0));
    QTest::mouseClick(plot(), Qt::LeftButton, {}, widget.pixelOf({0, 0, 5, 5}));
    EXPECT_EQ(clicked.count(), 1);
}

TEST_F(ChartWidgetTest, AScreenReaderSeesANamedChart) {
    QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(&widget);
    ASSERT_TRUE(chart);
    EXPECT_EQ(chart->role(), QAccessible::Chart);
    EXPECT_EQ(chart->text(QAccessible::Name), "Something");
    EXPECT_EQ(chart->text(QAccessible::Description), "a rising line");
}

TEST(Icons, AreDrawnInTheSizeAndStateAskedFor) {
    const QIcon pin = icon("pin");
    EXPECT_FALSE(pin.isNull());
    EXPECT_TRUE(icon("no-such-icon").isNull());
    const auto inked = [](const QIcon& icon, int pixels, QIcon::Mode mode) {  // the colour of its most opaque pixel
        const QImage image = icon.pixmap(QSize(pixels, pixels), 1.0, mode).toImage();
        EXPECT_EQ(image.size(), QSize(pixels, pixels));
        QColor most(0, 0, 0, 0);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (image.pixelColor(x, y).alpha() > most.alpha()) most = image.pixelColor(x, y);
        return most.name();
    };
    for (const int pixels : {16, 18, 64}) {
        EXPECT_EQ(inked(pin, pixels, QIcon::Normal), theme().ink2.name());
        EXPECT_EQ(inked(pin, pixels, QIcon::Disabled), theme().ink3.name());
        EXPECT_EQ(inked(icon("pin", Qt::red), pixels, QIcon::Normal), QColor(Qt::red).name());
    }
}

TEST(FigureExport, ChartsWithManyColumnsKeepTheirSize) {
    Chart chart = twoPanels();
    chart.colourBar.shown = true;
    chart.colourBar.axis.title = "a colour";
    EXPECT_EQ(figureImage(chart).size(), QSize(2000, 1240));
    EXPECT_EQ(figureImage(chart, {400, 300}, 4).size(), QSize(1600, 1200));
}

TEST(ColourMap, EndsMiddleAndReadableWords) {
    EXPECT_EQ(mapColour(ColourMap::Diverging, 0.5, lightTheme()), QColor("#F7F7F7"));
    EXPECT_EQ(mapColour(ColourMap::Viridis, 2, lightTheme()), mapColour(ColourMap::Viridis, 1, lightTheme()));
    EXPECT_EQ(bitsColour(4, lightTheme()), QColor("#5FAFAA"));
    for (const Theme* theme : {&lightTheme(), &darkTheme()})
        for (const double bits : {2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
            const QColor ground = bitsColour(bits, *theme), words = wordColour(ground, *theme);
            EXPECT_GT(std::abs(ground.lightnessF() - words.lightnessF()), 0.2) << bits;
        }
}

/// A view on the screen with a run.
struct ShownView {
    std::unique_ptr<View> view;
    ChartView* chart;
    explicit ShownView(View* made, const ViewInput& input) : view(made), chart(static_cast<ChartView*>(made)) {
        view->resize(640, 520);
        static_cast<QWidget*>(view.get())->show();
        view->show(input);
        QTest::qWait(30);
    }
    QWidget* plot() { return chart->plot().findChild<QWidget*>({}, Qt::FindDirectChildrenOnly); }
};

TEST(ReconstructionErrorView, ABrushKeepsTheLinearsInside) {
    ShownView shown(makeReconstructionErrorView(nullptr), {testing::smallRun(), nullptr, {}, {}, {}});
    Selection selection;
    QObject::connect(shown.view.get(), &View::selected, [&](const Selection& wanted) { selection = wanted; });
    const auto range = shown.chart->plot().rangeX();
    const QPoint a = shown.chart->plot().pixelOf({0, 0, 1.0, 1}), b = shown.chart->plot().pixelOf({0, 0, range.second, 1});  // from 10 %
    QTest::mousePress(shown.plot(), Qt::LeftButton, Qt::ShiftModifier, a);
    QTest::mouseMove(shown.plot(), b);
    QTest::mouseRelease(shown.plot(), Qt::LeftButton, Qt::ShiftModifier, b);
    EXPECT_EQ(selection.brushed, std::vector<std::string>{"model.layers.1.mlp.down_proj"});
    const ReconstructionError faded = reconstructionError({testing::smallRun(), nullptr, selection, {}, {}});
    int kept = 0;
    const Chart chart = chartOf(faded);
    for (const Points& points : chart.panels[1].points)
        if (!points.faded) kept += static_cast<int>(points.x.size());
    EXPECT_EQ(kept, 2);
    EXPECT_TRUE(selection.keeps("model.layers.1.mlp.down_proj"));
    EXPECT_FALSE(selection.keeps("model.layers.0.mlp.down_proj"));
}

TEST(BitAllocationView, ACellIsDraggedUpForMoreBits) {
    ShownView shown(makeBitAllocationView(nullptr), {testing::smallRun(), nullptr, {}, {}, {}});
    QSignalSpy edited(shown.view.get(), &View::settingsEdited);
    QMap<QString, QString> options;
    QObject::connect(shown.view.get(), &View::optionsWanted, [&](const QMap<QString, QString>& wanted) { options = wanted; });
    const QPoint cell = shown.chart->plot().pixelOf({0, BitMapPanel, 0, 0});
    QTest::mousePress(shown.plot(), Qt::LeftButton, {}, cell);
    QTest::mouseMove(shown.plot(), cell - QPoint(0, 18));
    QTest::mouseRelease(shown.plot(), Qt::LeftButton, {}, cell - QPoint(0, 18));
    EXPECT_GE(edited.count(), 1);
    EXPECT_EQ(shown.chart->figure().chart.panels[BitMapPanel].maps[0].at(0, 0), 4);
    EXPECT_FALSE(shown.chart->figure().chart.leadEstimate.isEmpty());
    for (QPushButton* button : shown.view->findChildren<QPushButton*>())
        if (button->accessibleName() == "Use in next run") button->click();
    EXPECT_TRUE(options.contains("budget"));
    shown.view->restoreSettings({});
    EXPECT_EQ(shown.chart->figure().chart.panels[BitMapPanel].maps[0].at(0, 0), 3);
}

TEST(BitAllocationView, ALowCardHasTheCurveBesideTheMap) {
    ShownView shown(makeBitAllocationView(nullptr), {testing::smallRun(), nullptr, {}, {}, {}});
    EXPECT_TRUE(shown.chart->figure().chart.beside.empty());
    shown.view->resize(660, 250);
    QTest::qWait(30);
    const Chart& chart = shown.chart->figure().chart;
    ASSERT_EQ(chart.beside.size(), 1U);
    EXPECT_EQ(chart.panels.size(), 2U);
    const double before = chart.beside[0].panels[0].handle.x;
    const QPoint handle = shown.chart->plot().pixelOf({1, 0, before, 1}), there = shown.chart->plot().pixelOf({1, 0, 5, 1});
    QTest::mousePress(shown.plot(), Qt::LeftButton, {}, handle);
    QTest::qWait(30);  // drawn anew
    QTest::mouseMove(shown.plot(), there);
    QTest::mouseRelease(shown.plot(), Qt::LeftButton, {}, there);
    EXPECT_NEAR(shown.view->settings().value("budget").toDouble(), 5, 0.1);
    EXPECT_FALSE(shown.view->settings().contains("low"));
    EXPECT_NEAR(shown.chart->figure().chart.beside[0].panels[0].handle.x, 5, 0.1);
}

TEST(ViewsThatReadInTheBackground, ShowWhatTheModelGives) {
    for (const char* name : {"weights", "scale-trajectory"}) {
        const ViewEntry& entry = *findView(name);
        ViewInput input{testing::smallRun(), nullptr, {}, {}, {}};
        input.selection.linear = "model.layers.1.mlp.down_proj";
        ShownView shown(entry.make(nullptr), input);
        ASSERT_TRUE(QTest::qWaitFor([&] { return !shown.chart->figure().chart.empty(); }, 5000)) << name;
        EXPECT_EQ(shown.chart->figure().chart.description, entry.figure(input).chart.description) << name;
    }
}

TEST(ChartView, AxesOnlyGrowWhileARunIsWritten) {
    const auto runWith = [](bool equal, bool finished) {  // equal errors fall into one bin of the histogram
        auto run = testing::smallRun();
        run->isFinished = finished;
        for (LinearRecord& linear : run->linearRecords)
            for (LengthError& error : linear.calibrationErrors)
                if (equal) error.error = 0.01 * error.energy;
        return run;
    };
    ShownView shown(makeReconstructionErrorView(nullptr), {runWith(true, false), nullptr, {}, {}, {}});
    const auto high = [&] { return shown.chart->figure().chart.panels[0].y.high; };
    const double most = high();
    shown.view->show({runWith(false, false), nullptr, {}, {}, {}});
    EXPECT_EQ(high(), most);
    shown.view->show({runWith(false, true), nullptr, {}, {}, {}});  // its last state comes on top of the one before
    EXPECT_EQ(high(), most);
    shown.view->show({runWith(false, true), nullptr, {}, {}, {}});  // a finished run has axes of its own
    EXPECT_LT(high(), most);
}

TEST(ChartView, EmptyAndStaleStatesSayWhy) {
    ShownView shown(makeReconstructionErrorView(nullptr), {});
    EXPECT_FALSE(shown.chart->emptyState().why().isEmpty());
    EXPECT_FALSE(shown.chart->emptyState().button().isVisible());
    shown.view->show(ViewInput{testing::smallRun(), nullptr, {}, {}, "block 0 was solved again"});
    EXPECT_EQ(shown.chart->figure().chart.stale, "block 0 was solved again");
    QPushButton* record = nullptr;
    for (QPushButton* button : shown.view->findChildren<QPushButton*>())
        if (button->text() == "Record again") record = button;
    ASSERT_TRUE(record && record->isVisible());
    QSignalSpy wanted(shown.view.get(), &View::recordWanted);
    record->click();
    EXPECT_EQ(wanted.count(), 1);
}

TEST(ChartView, LegendsStandBesideTheWordsWhereBothFit) {
    ViewInput input{testing::smallRun(), nullptr, {}, {}, {}};
    ShownView shown(makeBitAllocationView(nullptr), input);
    auto* legend = shown.view->findChild<Legend*>();
    const auto top = [&](const QWidget* widget) { return widget->mapTo(shown.view.get(), QPoint()).y(); };
    ASSERT_FALSE(shown.chart->figure().chart.lead.isEmpty());
    shown.view->resize(1000, 500);
    QTest::qWait(30);
    const int wide = top(legend);
    shown.view->resize(400, 500);
    QTest::qWait(30);
    EXPECT_GT(top(legend), wide);
}

TEST(ElidedLabel, EndsInAnEllipsisWhereItHasNoRoom) {
    ElidedLabel label(10);
    label.setText("a rather long line of words");
    label.resize(60, 20);
    EXPECT_TRUE(label.drawn().endsWith(QChar(0x2026)));
    EXPECT_EQ(label.text(), "a rather long line of words");
    label.resize(20, 20);
    EXPECT_EQ(label.drawn(), "");
    label.resize(600, 20);
    EXPECT_EQ(label.drawn(), label.text());
    EXPECT_EQ(label.minimumSizeHint().width(), 10);
}

}  // namespace
}  // namespace qs
