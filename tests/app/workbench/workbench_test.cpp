// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does with the window: palette, undo, docks, settings, several runs, following a run of another process.
#include <gtest/gtest.h>

#include <QAction>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <atomic>
#include <thread>

#include "app/command_palette.h"
#include "app/demo.h"
#include "app/diagnostics.h"
#include "app/jobs/job_panel.h"
#include "app/notice_bar.h"
#include "app/project/events.h"
#include "app/project/project_panel.h"
#include "app/settings_dialog.h"
#include "app/welcome_page.h"
#include "app/workbench/window_support.h"
#include "base/error.h"
#include "base/file.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"

namespace qs {
namespace {

using namespace std::chrono_literals;
using testing::engineOf;
using testing::writeSmallRun;

struct WorkbenchTest : testing::WindowTest {};

TEST_F(WorkbenchTest, ThePaletteFindsActionsLayersAndRuns) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    const QString a = written("a.qsrun");
    window.openRun(a);
    ASSERT_TRUE(shows(window, a));
    const auto type = [&](const QString& text) {
        window.openPalette();
        EXPECT_TRUE(window.palette().isVisible());
        window.palette().box().setText(text);
        QTest::keyClick(&window.palette().box(), Qt::Key_Return);
        EXPECT_FALSE(window.palette().isVisible());
    };
    type("block 0 up_proj");
    EXPECT_EQ(window.selection().current().linear, "model.layers.0.mlp.up_proj");
    type("pin or unpin");
    EXPECT_EQ(window.session().project().pins.size(), 1);
    type("undo");
    EXPECT_TRUE(window.session().project().pins.isEmpty());
    window.openPalette();
    int actions = 0;
    for (const QAction* action : window.findChildren<QAction*>())
        if (!action->menu() && !action->isSeparator() && !action->shortcut().isEmpty()) {
            window.palette().box().setText(QString(action->text()).remove('&').remove(QStringLiteral("…")));
            EXPECT_GE(window.palette().model().rowCount(), 1) << action->text().toStdString();
            ++actions;
        }
    EXPECT_GT(actions, 25);
    QTest::keyClick(&window.palette().box(), Qt::Key_Escape);
    EXPECT_FALSE(window.palette().isVisible());
}

TEST_F(WorkbenchTest, OptionsRunsAndPinsAreUndone) {
    MainWindow window(engineOf(writeSmallRun));
    const int bits = window.method().options().quant.bits;
    window.method().form().setValue("bits", "3");
    EXPECT_EQ(window.session().project().options.value("bits"), "3");
    const QString a = written("a.qsrun"), b = written("b.qsrun", "token");
    window.openRun(a);
    ASSERT_TRUE(shows(window, a));
    window.openBaseline(b);
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.baseline() != nullptr; }, 60000));
    window.session().history().undo();
    EXPECT_EQ(window.baseline(), nullptr);
    window.session().history().undo();
    EXPECT_EQ(window.run(), nullptr);
    EXPECT_TRUE(window.projectModel().indexOf(a).isValid());  // the list of runs keeps it
    window.session().history().undo();
    EXPECT_EQ(window.method().options().quant.bits, bits);
    for (int i = 0; i < 3; ++i) window.session().history().redo();
    EXPECT_EQ(window.method().options().quant.bits, 3);
    EXPECT_TRUE(window.baseline() && window.run());
}

TEST_F(WorkbenchTest, OptionsOfAViewAreOneStep) {
    MainWindow window(engineOf(writeSmallRun));
    emit window.views()[0]->optionsWanted({{"lengths", "64,128"}, {"weighting", "mix:64=1,128=3"}});
    EXPECT_EQ(window.method().options().calibration.lengths, (std::vector<int>{64, 128}));
    EXPECT_EQ(window.method().options().weighting, "mix:64=1,128=3");
    window.session().history().undo();
    EXPECT_EQ(window.method().options().weighting, "maca");
}

TEST_F(WorkbenchTest, SettingsOfAViewAreUndoneAndKept) {
    MainWindow window(engineOf(writeSmallRun));
    View* view = window.views()[0];
    const QJsonObject before = view->settings(), after{{"order", "channel"}};
    view->restoreSettings(after);
    emit view->settingsEdited("order", before, after);
    EXPECT_EQ(window.session().project().views.value(viewCatalogue()[0].name), after);
    window.session().history().undo();
    EXPECT_EQ(view->settings(), before);
    window.session().history().redo();
    EXPECT_EQ(view->settings(), after);
}

TEST_F(WorkbenchTest, AWhatIfMakesTheBlocksBehindItStale) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    window.openRun(written("a.qsrun"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() != nullptr; }, 60000));
    const auto staleBars = [&] {
        int shown = 0;
        for (const QLabel* label : window.findChildren<QLabel*>()) shown += label->isVisible() && label->text().contains("solved on trial");
        return shown;
    };
    emit window.views()[1]->selected({1, {}, 0, -1});
    emit window.views()[0]->madeStale(0, "solved on trial");
    ASSERT_TRUE(QTest::qWaitFor([&] { return staleBars() > 0; }, 20000));
    emit window.views()[1]->selected({0, {}, 0, -1});
    EXPECT_TRUE(QTest::qWaitFor([&] { return staleBars() == 0; }, 20000));
    emit window.views()[1]->selected({1, {}, 0, -1});
    EXPECT_TRUE(QTest::qWaitFor([&] { return staleBars() > 0; }, 20000));
    window.method().setValues({{"bits", "5"}});
    emit window.views()[1]->recordWanted();  // the options of the run; its model is not there, so nothing starts
    EXPECT_EQ(window.method().options().quant.bits, 3);
    EXPECT_EQ(window.method().options().calibration.model, "models/small/");
    emit window.views()[0]->madeStale(-1, {});
    EXPECT_TRUE(QTest::qWaitFor([&] { return staleBars() == 0; }, 20000));
}

TEST_F(WorkbenchTest, DocksAreRememberedAndReset) {
    {
        MainWindow window(engineOf(writeSmallRun));
        window.show();
        window.findChild<QDockWidget*>("dock-project")->hide();
        window.findChild<QDockWidget*>("dock-hessian-diagonal")->hide();
        window.close();
    }
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    EXPECT_TRUE(window.findChild<QDockWidget*>("dock-project")->isHidden());
    EXPECT_TRUE(window.findChild<QDockWidget*>("dock-hessian-diagonal")->isHidden());
    window.resetLayout();
    EXPECT_FALSE(window.findChild<QDockWidget*>("dock-project")->isHidden());
    EXPECT_FALSE(window.findChild<QDockWidget*>("dock-hessian-diagonal")->isHidden());
    QSettings().setValue("window/views", QByteArray("nonsense"));
    QSettings().setValue("window/geometry", QByteArray("nonsense"));
    MainWindow other(engineOf(writeSmallRun));
    EXPECT_FALSE(other.findChild<QDockWidget*>("dock-hessian-diagonal")->isHidden());
}

TEST_F(WorkbenchTest, ARunOfAnotherProcessIsFollowed) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    const auto small = testing::smallRun();
    {
        RunWriter writer(out().toStdString(), small->origin, {}, false);
        writer.writePart(testing::smallPart(*small, 0));
        window.openRun(out() + ".parts");
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() != nullptr; }, 60000));
        EXPECT_FALSE(window.run()->finished());
        EXPECT_EQ(window.layers().model().finishedLinears(), 2);
        writer.writePart(testing::smallPart(*small, 1));
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.layers().model().finishedLinears() == 4; }, 60000));
        writer.finish(1);
    }
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run()->finished(); }, 60000));
    EXPECT_FALSE(window.notice().isVisible());
}

TEST_F(WorkbenchTest, UnfinishedRunsAreOfferedAtTheStartAndResumed) {
    const auto small = testing::smallRun();
    const QString file = runsFolder() + "/small.qsrun";
    {
        RunWriter writer(file.toStdString(), small->origin, {}, false);
        writer.writePart(testing::smallPart(*small, 0));
    }
    QuantizeOptions resumed;
    MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) {
        resumed = options;
        RunWriter writer(options.out, small->origin, {}, options.resume);
        writer.writePart(testing::smallPart(*small, 1));
        context.partFinished(1, writer.partPath(1).string());
        writer.finish(1);
    }));
    window.show();
    window.restoreSession();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000));
    EXPECT_TRUE(window.notice().details().contains("1 of 2 blocks"));
    for (auto* button : window.notice().findChildren<QPushButton*>())
        if (button->text() == "Resume") button->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000));
    EXPECT_TRUE(resumed.resume);
    EXPECT_EQ(resumed.quant.bits, 3);
    EXPECT_EQ(window.layers().model().finishedLinears(), 4);
}

TEST_F(WorkbenchTest, DroppedFilesGoWhereTheyBelong) {
    MainWindow window(engineOf(writeSmallRun));
    window.show();
    const QString run = written("a.qsrun"), text = QString::fromStdString((folder / "t.txt").string());
    writeText(text.toStdString(), "words");
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(run), QUrl::fromLocalFile(text), QUrl::fromLocalFile(resourcePath("models/demo"))});
    QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
    EXPECT_TRUE(enter.isAccepted());
    QDropEvent drop(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &drop);
    ASSERT_TRUE(shows(window, run));
    EXPECT_EQ(window.method().options().calibration.text, std::vector<std::string>{text.toStdString()});
    EXPECT_EQ(window.session().project().models.size(), 1);
    EXPECT_EQ(ProjectSession::recent().size(), 3);
    window.openPath("/not/there.txt");
    EXPECT_TRUE(window.notice().details().contains("/not/there.txt"));
}

TEST_F(WorkbenchTest, SettingsApplyAndOlderOnesMigrate) {
    QSettings().setValue("theme", "dark");
    QSettings().setValue("options/bits", "2");
    QSettings().setValue("window/columns", QByteArray("x"));
    MainWindow window(engineOf(writeSmallRun));
    window.restoreSession();
    EXPECT_EQ(loadSettings().theme, ThemeKind::Dark);
    EXPECT_EQ(window.method().options().quant.bits, 2);
    EXPECT_FALSE(QSettings().contains("window/columns"));
    EXPECT_EQ(QSettings().value("settings/version").toInt(), kSettingsVersion);
    auto* dialog = new SettingsDialog(&window);
    dialog->form().setValue("scale", "150");
    EXPECT_EQ(loadSettings().scale, 150);
    dialog->form().setValue("scale", "9999");  // refused: the last allowed value stays
    EXPECT_EQ(loadSettings().scale, 150);
    delete dialog;
    QSettings().setValue("settings/scale", "nonsense");
    EXPECT_EQ(loadSettings().scale, 100);
}

TEST_F(WorkbenchTest, TheLoopStaysFluidWhileAJobComputes) {
    std::atomic<bool> go{true};
    MainWindow window(engineOf([&](const QuantizeOptions&, JobContext& context) {
        std::vector<std::jthread> busy;
        for (int i = 0; i < 2; ++i)
            busy.emplace_back([&] {
                if (nice(10) == -1) return;
                volatile double x = 1;
                while (go) x = x * 1.0000001;
            });
        for (int i = 0; i < 400; ++i) context.report(i / 400.0, "busy"), std::this_thread::sleep_for(2ms);
        go = false;
    }));
    window.show();
    fillIn(window);
    window.startJob();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !window.runner().running(); }, 60000));
    RecordProperty("gaps", window.watchdog().text().toStdString());
    std::printf("event loop: %s\n", window.watchdog().text().toStdString().c_str());
    EXPECT_GT(window.watchdog().count(), 20);
    EXPECT_TRUE(diagnosticsText(window.watchdog()).contains(window.watchdog().text()));
}

TEST_F(WorkbenchTest, ASecondStartWaitsInTheQueue) {
    std::atomic<bool> go{false};
    std::vector<std::string> order;
    MainWindow window(engineOf([&](const QuantizeOptions& options, JobContext& context) {
        while (!go) context.check(), std::this_thread::sleep_for(1ms);
        order.push_back(options.out);
        writeSmallRun(options, context);
    }));
    window.show();
    fillIn(window);
    window.method().form().setValue("out", "");
    window.startJob();
    EXPECT_EQ(window.method().startButton().text(), "Add to the queue");
    window.startJob();
    EXPECT_EQ(window.queue().waiting(), 1);
    go = true;
    ASSERT_TRUE(QTest::qWaitFor([&] { return order.size() == 2 && !window.queue().running() && !window.loading(); }, 60000));
    EXPECT_NE(order[0], order[1]);
    EXPECT_EQ(window.session().project().runs.size(), 2);
}

}  // namespace
}  // namespace qs
