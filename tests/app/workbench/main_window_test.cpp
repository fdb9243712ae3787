// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a display: a stand-in job that writes a real run file, block by block.
#include "app/main_window.h"

#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>
#include <atomic>
#include <thread>

#include "app/demo.h"
#include "app/jobs/job_panel.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "app/welcome_page.h"
#include "app/workbench/window_support.h"
#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "support/fake_run.h"
#include "views/chart_view.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using namespace std::chrono_literals;

using testing::engineOf;
using testing::writeSmallRun;
using MainWindowTest = testing::WindowTest;

TEST_F(MainWindowTest, StartsEmptyAndSaysWhatIsNeeded) {
    MainWindow window(engineOf(writeSmallRun));
    window.method().form().setValue("model", "");
    window.method().form().setValue("text", "");
    window.show();
    EXPECT_TRUE(window.welcome().isVisible());
    EXPECT_FALSE(window.method().startButton().isEnabled());
    fillIn(window);
    EXPECT_TRUE(window.method().startButton().isEnabled());
    window.method().form().setValue("bits", "99");
    EXPECT_FALSE(window.method().startButton().isEnabled());
    window.method().form().setValue("bits", "3");
}

TEST_F(MainWindowTest, AJobFillsTreeAndViews) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    fillIn(window);
    QSignalSpy ended(&window.runner(), &JobRunner::ended);
    window.method().startButton().click();
    EXPECT_EQ(window.method().startButton().text(), "Add to the queue");
    ASSERT_TRUE(ended.wait(60000));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished() && !window.loading(); }, 60000))
        << window.notice().details().toStdString();
    EXPECT_EQ(window.layers().model().rowCount(), 2);
    EXPECT_EQ(window.layers().model().finishedLinears(), 4);
    EXPECT_TRUE(QString::fromStdString(window.selection().current().linear).endsWith("down_proj"));  // larger error than up_proj
    for (View* view : window.views()) {
        auto* chart = qobject_cast<ChartView*>(view);
        ASSERT_NE(chart, nullptr);
        if (!chart->isVisible()) continue;  // behind another tab: it computes when it is shown
        EXPECT_TRUE(QTest::qWaitFor([&] { return !chart->figure().chart.empty(); }, 5000))  // some read in the background
            << chart->figure().chart.description.toStdString();
        EXPECT_FALSE(chart->plot().accessibleName().isEmpty());
        EXPECT_FALSE(chart->plot().accessibleDescription().isEmpty());
    }
    EXPECT_FALSE(window.notice().isVisible());
    EXPECT_FALSE(window.welcome().isVisible());
    window.layers().filter().setText("0 up");
    EXPECT_EQ(window.layers().tree().model()->rowCount(), 1);
    EXPECT_FALSE(window.grab().isNull());
}

TEST_F(MainWindowTest, CrosshairFollowsTheKeys) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished() && !window.loading(); }, 60000));
    ChartWidget& plot = qobject_cast<ChartView*>(window.views()[0])->plot();
    ASSERT_TRUE(QTest::qWaitFor([&] { return plot.rangeX().second > plot.rangeX().first; }, 60000));  // drawn in a later turn
    QTest::keyClick(&plot, Qt::Key_Right);
    EXPECT_DOUBLE_EQ(plot.crosshair(), 1);
    QTest::keyClick(&plot, Qt::Key_Right);
    EXPECT_DOUBLE_EQ(plot.crosshair(), 2);
    const auto before = plot.rangeX();
    QTest::keyClick(&plot, Qt::Key_Plus);
    EXPECT_LT(plot.rangeX().second - plot.rangeX().first, before.second - before.first);
    QTest::keyClick(&plot, Qt::Key_0);
    EXPECT_DOUBLE_EQ(plot.rangeX().second, before.second);
    QTest::keyClick(&plot, Qt::Key_Escape);
    EXPECT_NE(plot.crosshair(), plot.crosshair());
}

TEST_F(MainWindowTest, FailuresAppearInside) {
    MainWindow window(engineOf([](const QuantizeOptions&, JobContext&) { throw Error("weights.safetensors: is cut short at byte 12"); }));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000));
    EXPECT_TRUE(window.notice().details().contains("cut short at byte 12"));
    EXPECT_TRUE(window.method().startButton().isEnabled());
    window.openRun("not-there.qsrun");
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().details().contains("not-there"); }, 60000));
}

TEST_F(MainWindowTest, ADemoWhosePartsDoNotFitStartsAnew) {
    std::vector<bool> resumed;
    MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) {
        resumed.push_back(options.resume);
        if (options.resume) throw Error("cannot be resumed, it was started differently");
        writeSmallRun(options, context);
    }));
    window.show();
    const std::string parts = runsFolder().toStdString() + "/demo.qsrun.parts";
    std::filesystem::create_directories(parts);
    writeText(parts + "/head.h5", "old");
    window.startDemo();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000))
        << window.notice().details().toStdString();
    EXPECT_EQ(resumed, (std::vector<bool>{true, false}));
    std::filesystem::remove_all(runsFolder().toStdString());
}

TEST_F(MainWindowTest, ClosingWithAJobAsksOnceAndThenStops) {
    std::atomic<bool> started{false};
    MainWindow window(engineOf([&](const QuantizeOptions&, JobContext& context) {
        for (;;) {
            started = true;
            context.check();
            if (context.shouldStopAfterPart()) throw Error("stopped after block 0", ErrorKind::Stopped);
            std::this_thread::sleep_for(2ms);
        }
    }));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return started.load(); }, 60000));
    window.close();
    EXPECT_TRUE(window.isVisible());
    ASSERT_TRUE(window.notice().isVisible());
    QPushButton* stop = nullptr;
    for (auto* button : window.notice().findChildren<QPushButton*>())
        if (button->text() == "Stop and close") stop = button;
    ASSERT_NE(stop, nullptr);
    stop->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !window.isVisible(); }, 60000));
    EXPECT_FALSE(window.runner().running());
}

TEST_F(MainWindowTest, RemembersOptions) {
    {
        MainWindow window(engineOf(writeSmallRun));
        window.method().form().setValue("group-size", "32");
        window.close();
    }
    MainWindow window(engineOf(writeSmallRun));
    window.restoreSession();
    EXPECT_EQ(window.method().options().quant.groupSize, 32);
    EXPECT_EQ(window.method().options().quant.bits, QuantSettings{}.bits);
    window.method().form().setValue("group-size", "128");
    window.close();
}

TEST_F(MainWindowTest, EveryFocusableWidgetHasAnAccessibleName) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000));
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus) || !widget->isVisible()) continue;
        const auto* button = qobject_cast<QAbstractButton*>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        EXPECT_TRUE(named) << widget->metaObject()->className() << " in " << widget->parentWidget()->metaObject()->className();
    }
}

}  // namespace
}  // namespace qs
