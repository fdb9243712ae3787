// SPDX-License-Identifier: GPL-3.0-or-later
// The item models of the window without a window, under Qt's own tester.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <thread>

#include "app/command_palette.h"
#include "app/jobs/job_models.h"
#include "app/jobs/job_pictures.h"
#include "app/jobs/watchdog.h"
#include "app/project/events.h"
#include "app/project/project_model.h"
#include "app/project/run_store.h"
#include "app/selection_history.h"
#include "support/data.h"
#include "support/fake_run.h"

namespace qs {
namespace {

using Tester = QAbstractItemModelTester;
constexpr auto kFatal = Tester::FailureReportingMode::Fatal;

TEST(ProjectModel, ShowsGroupsStatesAndChanges) {
    testing::TemporaryFolder folder;
    const QString file = QString::fromStdString((folder / "small.qsrun").string());
    const auto small = testing::smallRun();
    RunStore store;
    ProjectModel model(store);
    Tester tester(&model, kFatal);
    EXPECT_EQ(model.rowCount(), 4);
    const QModelIndex runs = model.index(ProjectModel::Runs, 0);
    EXPECT_EQ(model.index(0, 0, runs).data().toString(), "None yet");
    Project project;
    project.addRun(file);
    project.addRun("/gone/b.qsrun");
    project.addModel("/gone/model");
    project.pins = {{4, "model.layers.4.mlp.up_proj"}};
    project.baseline = "/gone/b.qsrun";
    model.setProject(project);
    ASSERT_EQ(model.rowCount(runs), 2);
    EXPECT_EQ(model.index(0, 1, model.index(ProjectModel::Models, 0)).data().toString(), "missing");
    EXPECT_EQ(model.index(0, 0, model.index(ProjectModel::Pins, 0)).data().toString(), "Block 4, up_proj");
    EXPECT_EQ(model.pinAt(model.index(0, 0, model.index(ProjectModel::Pins, 0))).block, 4);
    {
        RunWriter writer(file.toStdString(), small->origin, {}, false);
        writer.writePart(testing::smallPart(*small, 0));
        store.open(file);
        store.open("/gone/b.qsrun");
        ASSERT_TRUE(QTest::qWaitFor([&] { return store.run(file) && !store.busy(); }, 60000));
        EXPECT_EQ(model.index(0, 1, runs).data().toString(), "1 of 2");
        EXPECT_EQ(model.index(0, 0, runs).data(ProjectModel::IconRole).toString(), "play");  // somebody holds the lock
        EXPECT_EQ(model.index(1, 1, runs).data().toString(), "baseline");
        writer.writePart(testing::smallPart(*small, 1));
        writer.finish(1);
    }
    ASSERT_TRUE(QTest::qWaitFor([&] { return store.run(file)->finished(); }, 60000));  // followed by itself
    EXPECT_EQ(model.index(0, 1, runs).data().toString(), "finished");
    model.setJob(file, 0.57);
    EXPECT_TRUE(model.index(0, 1, runs).data().toString().startsWith("57"));
    QSignalSpy renamed(&model, &ProjectModel::renamed);
    EXPECT_TRUE(model.setData(model.index(0, 0, runs), "mine", Qt::EditRole));
    EXPECT_EQ(renamed.count(), 1);
    project.removeRun(file);
    model.setProject(project);
    EXPECT_EQ(model.rowCount(runs), 1);
    model.setProject({});
    EXPECT_EQ(model.index(0, 0, runs).data().toString(), "None yet");
}

TEST(ProjectModel, TellsRunsOfOneNameApart) {
    testing::TemporaryFolder folder;
    RunStore store;
    ProjectModel model(store);
    Tester tester(&model, kFatal);
    Project project;
    const QString home = QString::fromStdString(folder.path().string());
    for (const char* file : {"/one/a.qsrun", "/two/a.qsrun", "/two/b.qsrun", "/two/c.qsrun"}) project.addRun(home + file);
    project.runs[2].name = "a";
    model.setProject(project);
    const QModelIndex runs = model.index(ProjectModel::Runs, 0);
    QStringList names;
    for (int row = 0; row < 4; ++row) names << model.index(row, 0, runs).data().toString();
    EXPECT_EQ(names, QStringList({"a (one/a)", "a (two/a)", "a (b)", "c"}));
    EXPECT_EQ(model.index(2, 0, runs).data(Qt::EditRole).toString(), "a");  // the file is not part of the name
}

TEST(EventModel, FailuresComeFirstAndNameTheirLayer) {
    auto run = testing::smallRun();
    run->eventRecords = {{Severity::Info, "note", "", "all is well"},
                         {Severity::Warning, "damping-retry", "block 1", "damped more; nothing to do"},
                         {Severity::Failure, "rtn-fallback", "model.layers.0.mlp.down_proj", "not positive definite; raise --damp"}};
    EventModel model;
    Tester tester(&model, kFatal);
    model.setRun(run);
    ASSERT_EQ(model.rowCount(), 3);
    EXPECT_EQ(model.index(0).data().toString(), "Only rounded · Block 0, down_proj: not positive definite; raise --damp");
    EXPECT_TRUE(model.index(0).data(Qt::ToolTipRole).toString().contains("rounded to nearest"));
    EXPECT_EQ(model.index(2).data().toString(), "all is well") << "a kind without a title";
    EXPECT_EQ(model.selectionAt(model.index(0)).linear, "model.layers.0.mlp.down_proj");
    EXPECT_EQ(model.selectionAt(model.index(1)).block, 1);
    EXPECT_EQ(model.selectionAt(model.index(2)).block, -1);
    model.setRun(nullptr);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(PaletteModel, FindsByAllWordsBestFirst) {
    PaletteModel model;
    Tester tester(&model, kFatal);
    int done = 0;
    model.setItems({{"Stop now", "Run", "Ctrl+.", [&] { done = 1; }, true},
                    {"Block 17 down_proj", "Layer", {}, [&] { done = 2; }, true},
                    {"Block 1 down_proj", "Layer", {}, [&] { done = 3; }, true},
                    {"Open run", "File", {}, [&] { done = 4; }, false}});
    EXPECT_EQ(model.rowCount(), 4);
    model.setQuery("17 down");
    ASSERT_EQ(model.rowCount(), 1);
    model.at(model.index(0))->action();
    EXPECT_EQ(done, 2);
    model.setQuery("RUN");
    ASSERT_EQ(model.rowCount(), 2);  // in a title, then only as the menu
    EXPECT_EQ(model.index(0).data().toString(), "Open run");
    EXPECT_FALSE(model.index(0).data(PaletteModel::EnabledRole).toBool());
    model.setQuery("nowhere");
    EXPECT_EQ(model.rowCount(), 0);
}

TEST(SelectionHistory, GoesBackAndForwardAndForgetsWhatWasLeft) {
    SelectionModel selection;
    SelectionHistory history(selection);
    for (int block = 0; block < 3; ++block) selection.select({block, {}, 0, -1});
    EXPECT_FALSE(history.canGoForward());
    history.back();
    history.back();
    EXPECT_EQ(selection.current().block, 0);
    EXPECT_FALSE(history.canGoBack());
    history.forward();
    EXPECT_EQ(selection.current().block, 1);
    selection.select({9, {}, 0, -1});
    EXPECT_FALSE(history.canGoForward());
    history.back();
    EXPECT_EQ(selection.current().block, 1);
}

TEST(Watchdog, QuantilesBoundWhatWasMeasured) {
    Watchdog watchdog;
    watchdog.reset();
    for (int i = 0; i < 98; ++i) watchdog.record(1);
    watchdog.record(40);
    watchdog.record(250);
    EXPECT_GE(watchdog.quantile(0.5), 1);
    EXPECT_LE(watchdog.quantile(0.5), 1.2);
    EXPECT_GE(watchdog.quantile(0.99), 40);
    EXPECT_LE(watchdog.quantile(0.99), 48);
    EXPECT_DOUBLE_EQ(watchdog.quantile(1), 250);
    EXPECT_EQ(watchdog.stalls(), 1);
    EXPECT_TRUE(watchdog.text().contains("worst 250 ms"));
}

TEST(Watchdog, NoticesABlockedLoop) {
    Watchdog watchdog;
    QTest::qWait(50);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    ASSERT_TRUE(QTest::qWaitFor([&] { return watchdog.stalls() >= 1; }, 2000));
    EXPECT_GE(watchdog.worst(), 250);
}

TEST(Watchdog, SaysWhatALongGapWas) {
    Watchdog watchdog;
    QTest::qWait(50);
    watchdog.note("the last click");
    QObject slow;
    slow.setObjectName("sleeper");
    QMetaObject::invokeMethod(
        &slow, [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); }, Qt::QueuedConnection);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !watchdog.longest().empty(); }, 2000));
    const Watchdog::Gap gap = watchdog.longest().front();
    EXPECT_GE(gap.milliseconds, 250);
    EXPECT_LT(gap.times.running, 250);  // it slept
    EXPECT_TRUE(gap.during.contains("QObject sleeper, MetaCall; the last click")) << gap.during.toStdString();
    watchdog.reset();
    EXPECT_EQ(watchdog.count(), 0);
    ASSERT_EQ(watchdog.longest().size(), 1U);
    watchdog.record(500, {100, 390});  // of a loaded machine
    EXPECT_EQ(watchdog.stalls(), 1);
    EXPECT_DOUBLE_EQ(Watchdog::Gap({500, {100, 390}, {}}).own(), 110);
    EXPECT_EQ(watchdog.longest().size(), 2U);
}

TEST(Watchdog, ThreadTimesGrowWithWork) {
    const ThreadTimes before = threadTimes();
    volatile double x = 1;
    while (threadTimes().running < before.running + 20) x = x * 1.0000001;
    EXPECT_GE(threadTimes().waiting, before.waiting);
}

TEST(StageIndex, KnowsWhatTheEngineSays) {
    EXPECT_EQ(stageIndex("opening the model"), 0);
    EXPECT_EQ(stageIndex(QString::fromUtf8("block 3 of 6 · Hessians of mlp-in")), 1);
    EXPECT_EQ(stageIndex(QString::fromUtf8("block 3 of 6 · solve q_proj")), 2);
    EXPECT_EQ(stageIndex("writing the run file"), 3);
    EXPECT_EQ(stageIndex("something new"), -1);
}

}  // namespace
}  // namespace qs
