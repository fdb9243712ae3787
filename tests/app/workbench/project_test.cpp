// SPDX-License-Identifier: GPL-3.0-or-later
// Projects as values and files, and the session around them: undo, redo, autosave, what is remembered.
#include "app/project/project.h"

#include <gtest/gtest.h>

#include <QFileInfo>
#include <QSettings>
#include <QSignalSpy>

#include "app/project/session.h"
#include "base/error.h"
#include "base/file.h"
#include "support/data.h"

namespace qs {
namespace {

Project filled(const QString& folder) {
    Project project;
    project.addModel(folder + "/models/small");
    project.addText("/elsewhere/text.txt");
    project.run = project.addRun(folder + "/runs/a.qsrun.parts");
    project.baseline = project.addRun("/elsewhere/b.qsrun");
    project.runs[1].name = "the old one";
    project.options = {{"bits", "3"}, {"lengths", "256,512"}};
    project.pins = {{3, "model.layers.3.mlp.down_proj"}, {1, {}}};
    project.views["hessian-map"] = QJsonObject{{"statistic", "condition"}};
    return project;
}

std::string refusal(const QByteArray& json) {
    try {
        readProject(json, "/p/x.qsproject");
    } catch (const Error& error) {
        return error.what();
    }
    return "read";
}

TEST(Project, IsReadAsItWasWrittenAndMovesWithItsFolder) {
    const Project project = filled("/p");
    EXPECT_EQ(project.run, "/p/runs/a.qsrun");
    const QByteArray json = projectJson(project, "/p/x.qsproject");
    EXPECT_EQ(readProject(json, "/p/x.qsproject"), project);
    EXPECT_TRUE(json.contains("\"runs/a.qsrun\"")) << json.toStdString();
    EXPECT_EQ(readProject(json, "/q/x.qsproject").run, "/q/runs/a.qsrun");
    EXPECT_EQ(readProject(json, "/q/x.qsproject").baseline, "/elsewhere/b.qsrun");
}

TEST(Project, OlderVersionsAreBroughtUpToDate) {
    const Project project = readProject(
        R"({"quantoscope-project": 1, "runs": ["a.qsrun", "b.qsrun"], "run": "b.qsrun", "options": {"bits": "2"}})", "/p/x.qsproject");
    ASSERT_EQ(project.runs.size(), 2);
    EXPECT_EQ(project.runs[0].file, "/p/a.qsrun");
    EXPECT_EQ(project.run, "/p/b.qsrun");
    EXPECT_EQ(project.options.value("bits"), "2");
}

TEST(Project, WhatCannotBeReadIsOneSentence) {
    EXPECT_NE(refusal("{\"quantoscope-project\": ").find("/p/x.qsproject: is not JSON"), std::string::npos);
    EXPECT_NE(refusal("{}").find("is not a project of Quantoscope"), std::string::npos);
    EXPECT_NE(refusal(R"({"quantoscope-project": 99})").find("newer program"), std::string::npos);
    EXPECT_EQ(refusal(R"({"quantoscope-project": 2, "runs": 7, "pins": [1, {}], "run": "gone.qsrun"})"), "read");
}

struct SessionTest : ::testing::Test {
    testing::TemporaryFolder folder;
    QString path() const { return QString::fromStdString(folder.path().string()); }
    void SetUp() override { QSettings().clear(); }
};

TEST_F(SessionTest, StepsAreUndoneAndTypingIsOneStep) {
    ProjectSession session(path());
    session.change(
        "bits", [](Project& p) { p.options["bits"] = "3"; }, "option:bits");
    session.change(
        "bits", [](Project& p) { p.options["bits"] = "32"; }, "option:bits");
    session.change("pin", [](Project& p) { p.pins.append(Pin{1, {}}); });
    EXPECT_EQ(session.history().count(), 2);
    session.history().undo();
    EXPECT_TRUE(session.project().pins.isEmpty());
    session.history().undo();
    EXPECT_TRUE(session.project().empty());
    session.history().redo();
    EXPECT_EQ(session.project().options.value("bits"), "32");
    session.change("nothing", [](Project&) {});
    EXPECT_EQ(session.history().count(), 2);
}

TEST_F(SessionTest, WhatAJobAddsSurvivesUndo) {
    ProjectSession session(path());
    session.change("bits", [](Project& p) { p.options["bits"] = "3"; });
    session.note([](Project& p) { p.addRun("/runs/a.qsrun"); });
    session.history().undo();
    EXPECT_TRUE(session.project().options.isEmpty());
    ASSERT_EQ(session.project().runs.size(), 1);
    session.history().redo();
    EXPECT_EQ(session.project().runs.size(), 1);
}

TEST_F(SessionTest, IsOnDiskWithoutBeingAskedAndComesBack) {
    {
        ProjectSession session(path());
        session.change("all", [&](Project& p) { p = filled("/p"); });
        EXPECT_FALSE(session.saved());
        EXPECT_TRUE(session.keeps());
        ProjectSession second(path());  // another window leaves the file of the first alone
        second.change("bits", [](Project& p) { p.options["bits"] = "8"; });
        EXPECT_FALSE(second.keeps());
    }
    ProjectSession again(path());
    again.restore();
    EXPECT_EQ(again.project(), filled("/p"));
    again.saveAs(path() + "/named.qsproject");
    EXPECT_EQ(ProjectSession::recent().first(), path() + "/named.qsproject");
    again.change("bits", [](Project& p) { p.options["bits"] = "2"; });
    again.startNew();
    EXPECT_TRUE(again.project().empty());
    again.open(path() + "/named.qsproject");
    EXPECT_EQ(again.project().options.value("bits"), "2");
    EXPECT_FALSE(again.history().canUndo());
}

TEST_F(SessionTest, IsOnDiskMomentsAfterAStepWhileTheProgramRuns) {
    ProjectSession session(path());
    QSignalSpy told(&session, &ProjectSession::fileChanged);
    session.change("bits", [](Project& p) { p.options["bits"] = "3"; });
    EXPECT_FALSE(std::filesystem::exists(folder / "session.qsproject"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return told.count() > 0; }, 10000));
    EXPECT_TRUE(std::filesystem::exists(folder / "session.qsproject"));
    EXPECT_TRUE(session.saved());
    EXPECT_EQ(told.count(), 1);
}

TEST_F(SessionTest, TheNewestTextIsKeptInAnotherThread) {
    const QString file = path() + "/kept.txt";
    TextKeeper keeper;
    QSignalSpy written(&keeper, &TextKeeper::written), failed(&keeper, &TextKeeper::failed);
    for (const char* text : {"a", "b", "c"}) keeper.put(file, text);
    EXPECT_TRUE(keeper.busy());
    EXPECT_EQ(written.count(), 0);  // nothing is written here
    ASSERT_TRUE(QTest::qWaitFor([&] { return !keeper.busy(); }, 10000));
    EXPECT_EQ(readText(file.toStdString()), "c");
    EXPECT_EQ(written.count(), 2);  // b was never worth it
    keeper.put(file, {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !keeper.busy(); }, 10000));
    EXPECT_FALSE(QFileInfo::exists(file));
    keeper.put(path() + "/not/there.txt", "a");
    ASSERT_TRUE(QTest::qWaitFor([&] { return failed.count() > 0; }, 10000));
    EXPECT_TRUE(failed[0][0].toString().contains("there.txt"));
    EXPECT_FALSE(keeper.busy());
}

TEST_F(SessionTest, NoTextIsLostAtTheEnd) {
    const QString file = path() + "/kept.txt";
    for (int i = 0; i < 50; ++i) {
        TextKeeper keeper;
        QSignalSpy written(&keeper, &TextKeeper::written);
        keeper.put(file, "older");
        keeper.put(file, "old");
        keeper.flush();
        EXPECT_EQ(readText(file.toStdString()), "old");
        EXPECT_EQ(written.count(), 1);
        EXPECT_FALSE(keeper.busy());
        const std::string last = "last " + std::to_string(i);
        keeper.put(file, "new");
        keeper.put(file, last);
        if (i % 2) QTest::qWait(0);
    }
    EXPECT_EQ(readText(file.toStdString()), "last 49");
}

TEST_F(SessionTest, AFileThatCannotBeReadLeavesTheOpenProject) {
    ProjectSession session(path());
    session.change("bits", [](Project& p) { p.options["bits"] = "3"; });
    const std::string broken = (folder / "broken.qsproject").string();
    writeText(broken, "{");
    EXPECT_THROW(session.open(QString::fromStdString(broken)), Error);
    EXPECT_EQ(session.project().options.value("bits"), "3");
    EXPECT_THROW(session.saveAs("/not/there/x.qsproject"), Error);
    EXPECT_TRUE(session.file().isEmpty());
    writeText((folder / "session.qsproject").string(), "nonsense");
    QSignalSpy failed(&session, &ProjectSession::failed);
    session.restore();
    EXPECT_EQ(failed.count(), 1);
}

}  // namespace
}  // namespace qs
