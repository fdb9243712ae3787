// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>

#include "app/export_dialog.h"
#include "app/jobs/stored_jobs.h"
#include "app/workbench/window_support.h"
#include "base/error.h"

namespace qs {
namespace {

using namespace testing;  // NOLINT: helpers of window_support.h

struct ExportWindowTest : WindowTest {
    std::vector<ExportOptions> asked;
    bool refuses = false;
    Engine engine() {
        Engine engine = engineOf(writeSmallRun);
        engine.exportRun = [this](const ExportOptions& options, JobContext& context) {
            asked.push_back(options);
            if (refuses) throw Error("--format awq cannot take this run: 3 bits");
            context.report(1, "done");
            return ExportSummary{{"model.safetensors"}, 2048, 14, true};
        };
        return engine;
    }
    static ExportDialog* dialogOf(const MainWindow& window) { return window.findChild<ExportDialog*>(); }
    static bool settled(MainWindow& window) {
        return QTest::qWaitFor([&] { return window.queue().current() && window.queue().current()->ended(); }, 10000);
    }
};

TEST_F(ExportWindowTest, TheDialogNamesAFolderBesideTheRunAndRefusesOneThatIsTaken) {
    const QString run = written("small.qsrun"), taken = run.chopped(6) + "-gguf";
    ASSERT_TRUE(std::filesystem::create_directory(taken.toStdString()));
    {
        ExportDialog dialog(run);
        EXPECT_EQ(QString::fromStdString(dialog.choice().out), run.chopped(6) + "-compressed-tensors");
        dialog.form().setValue("format", "gguf");
        EXPECT_EQ(QString::fromStdString(dialog.choice().out), taken + "-2");
        EXPECT_TRUE(dialog.startButton().isEnabled());
        dialog.form().setValue("out", written("other.qsrun").toStdString());
        EXPECT_TRUE(dialog.refusal().contains("other.qsrun"));
        EXPECT_FALSE(dialog.startButton().isEnabled());
        dialog.form().setValue("format", "awq");  // a folder that a person named stays
        EXPECT_TRUE(dialog.refusal().contains("other.qsrun"));
        dialog.form().setValue("out", "");
        EXPECT_FALSE(dialog.refusal().isEmpty());
        dialog.form().setValue("out", (folder / "own").string());
        dialog.form().setValue("model", (folder / "gone").string());
        EXPECT_TRUE(dialog.refusal().contains("gone"));
        dialog.form().setValue("model", "");
        dialog.startButton().click();
    }
    EXPECT_EQ(ExportDialog(run).choice().format, ExportFormat::Awq);  // as the last time
}

TEST_F(ExportWindowTest, AJobOfTheQueueExportsTheOpenRun) {
    MainWindow window(engine());
    window.show();
    window.exportRun();
    EXPECT_EQ(dialogOf(window), nullptr);  // no run is open: said in a notice
    EXPECT_EQ(window.notice().count(), 1);
    window.notice().clear();
    const QString run = written("small.qsrun");
    window.openRun(run);
    ASSERT_TRUE(shows(window, run));
    for (QAction* action : window.findChildren<QAction*>())
        if (action->shortcut() == QKeySequence("Ctrl+Shift+X")) action->trigger();
    ASSERT_NE(dialogOf(window), nullptr);
    dialogOf(window)->form().setValue("format", "gptq_v2");
    dialogOf(window)->startButton().click();
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Done);
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked.front().run, run.toStdString());
    EXPECT_EQ(asked.front().format, "gptq_v2");
    EXPECT_EQ(asked.front().out, run.chopped(6).toStdString() + "-gptq_v2");
    bool said = false;
    for (const JobLogLine& line : window.queue().current()->log) said = said || line.text.contains("14 linears");
    EXPECT_TRUE(said);
    EXPECT_EQ(window.notice().count(), 0);
}

TEST_F(ExportWindowTest, WhatALoaderDoesNotTakeIsANotice) {
    refuses = true;
    MainWindow window(engine());
    window.show();
    const QString run = written("small.qsrun");
    window.openRun(run);
    ASSERT_TRUE(shows(window, run));
    window.exportRun();
    dialogOf(window)->startButton().click();
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Failed);
    EXPECT_TRUE(window.queue().current()->outcome.message.contains("3 bits"));
    ASSERT_EQ(window.notice().count(), 1);
    EXPECT_NE(button(window, "Start anew"), nullptr);
    EXPECT_EQ(button(window, "Resume"), nullptr);
}

TEST_F(ExportWindowTest, WaitsOverTheEndOfTheProgram) {
    JobQueue queue(engine());
    queue.runner().start([](JobContext& context) {
        while (true) context.check(), QThread::msleep(1);
    });
    queue.add("gguf of small", ExportOptions{"/runs/small.qsrun", "gguf", "/out", "", "k", 100});
    const std::vector<StoredJob> stored = readWaitingJobs(waitingJobsJson(queue));
    ASSERT_EQ(stored.size(), 1u);
    ASSERT_TRUE(isExport(stored.front().options));
    const auto& options = std::get<ExportOptions>(stored.front().options);
    EXPECT_EQ(options.run, "/runs/small.qsrun");
    EXPECT_EQ(options.format, "gguf");
    EXPECT_EQ(options.out, "/out");
    EXPECT_EQ(options.ggufType, "k");
    EXPECT_EQ(options.shardSize, 100);
    EXPECT_FALSE(resumes(stored.front().options) || hasFinishedPart(stored.front().options));
    queue.remove(queue.jobs().front()->id);
}

}  // namespace
}  // namespace qs
