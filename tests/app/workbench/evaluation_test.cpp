// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations of the window: the dialog, the job, its result in the open run, stopping and going on, what outlives the program.
#include <gtest/gtest.h>

#include <QAction>
#include <QPushButton>
#include <atomic>
#include <thread>

#include "app/evaluation_dialog.h"
#include "app/jobs/job_models.h"
#include "app/jobs/job_panel.h"
#include "app/notice_bar.h"
#include "app/workbench/window_support.h"
#include "base/error.h"
#include "base/file.h"

namespace qs {
namespace {

using namespace std::chrono_literals;
using testing::writeSmallRun;

/// Adds a result to the run as the engine does.
EvaluationReport measure(const EvaluationOptions& options, JobContext& context) {
    EvaluationReport report;
    report.record = {
        options.task, options.measure.text.front(), "quantized", {{"window", options.measure.window}}, {{"perplexity", {24.5, 0.25}}}};
    if (!options.baseline.empty()) report.comparison["acc"] = {.baseline = 0.5, .difference = -0.125, .standardError = 0.0625};
    context.report(0.5, options.task);
    appendEvaluation(options.measure.subject, report.record);
    return report;
}

struct EvaluationTest : testing::WindowTest {
    QString data;

    void SetUp() override {
        WindowTest::SetUp();
        data = QString::fromStdString((folder / "data.jsonl").string());
        writeText(data.toStdString(), "{}\n");
    }
    static EvaluationDialog* dialogOf(MainWindow& window) { return window.findChild<EvaluationDialog*>(); }
    static bool settled(MainWindow& window) {
        return QTest::qWaitFor([&] { return !window.queue().running() && !window.loading(); }, 60000);
    }
};

TEST_F(EvaluationTest, TheDialogChecksWhileOneTypesAndRemembersTheDataOfATask) {
    const QString run = written("small.qsrun");
    {
        EvaluationDialog dialog(run, "baseline.qsrun", {});
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        OptionForm& form = dialog.form();
        EXPECT_FALSE(dialog.startButton().isEnabled());
        EXPECT_EQ(dialog.options().measure.subject, run.toStdString());
        form.setValue("text", "not-there.txt");
        EXPECT_TRUE(dialog.refusal().contains("not-there.txt"));
        form.setValue("text", data.toStdString());
        EXPECT_EQ(dialog.refusal(), QString());
        EXPECT_TRUE(dialog.options().baseline.empty());  // perplexity has no items to compare
        form.setValue("window", "1");
        EXPECT_FALSE(dialog.startButton().isEnabled());
        form.setValue("window", "512");
        form.setValue("limit", "5");
        EXPECT_TRUE(dialog.refusal().contains("limit"));
        form.setValue("task", "hellaswag");
        EXPECT_TRUE(dialog.options().measure.text.empty());  // other data
        EXPECT_EQ(dialog.options().baseline, "baseline.qsrun");
        form.setValue("text", data.toStdString());
        EXPECT_TRUE(dialog.refusal().contains("baseline.qsrun"));
        form.setValue("baseline", "");
        EXPECT_EQ(dialog.refusal(), QString());
        int wanted = 0;
        QObject::connect(&dialog, &EvaluationDialog::wanted, &dialog, [&](const EvaluationOptions& options) {
            ++wanted;
            EXPECT_EQ(options.task, "hellaswag");
            EXPECT_EQ(options.limit, 5);
        });
        dialog.startButton().click();
        EXPECT_EQ(wanted, 1);
    }
    EvaluationDialog again(run, {}, {});
    EXPECT_EQ(again.options().task, "hellaswag");
    EXPECT_EQ(again.options().measure.text, std::vector<std::string>{data.toStdString()});
    EXPECT_EQ(again.options().measure.window, 512);
    EvaluationDialog asked(run, {}, {{"task", "lambada"}});
    EXPECT_EQ(asked.options().task, "lambada");
    EXPECT_TRUE(asked.options().measure.text.empty());
}

TEST_F(EvaluationTest, TheResultOfAJobAppearsInTheOpenRun) {
    MainWindow window({writeSmallRun, {}, measure});
    window.show();
    window.evaluateRun();
    EXPECT_EQ(dialogOf(window), nullptr);  // no run is open: said in a notice
    EXPECT_EQ(window.notice().count(), 1);
    window.notice().clear();
    const QString run = written("small.qsrun");
    window.openRun(run);
    ASSERT_TRUE(shows(window, run));
    EXPECT_TRUE(window.run()->evaluations().empty());
    for (QAction* action : window.findChildren<QAction*>())
        if (action->shortcut() == QKeySequence("Ctrl+E")) action->trigger();
    EvaluationDialog* dialog = dialogOf(window);
    ASSERT_NE(dialog, nullptr);
    dialog->form().setValue("text", data.toStdString());
    dialog->startButton().click();
    ASSERT_TRUE(settled(window));
    const Job* job = window.queue().current();
    ASSERT_NE(job, nullptr);
    EXPECT_EQ(job->state, JobState::Done) << job->outcome.message.toStdString();
    EXPECT_EQ(job->name, "perplexity of small");
    EXPECT_TRUE(job->log.front().text.contains("24.500 ± 0.250")) << job->log.front().text.toStdString();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run()->evaluations().size() == 1; }, 60000));
    EXPECT_DOUBLE_EQ(window.run()->evaluations()[0].metrics.at("perplexity").first, 24.5);
    EXPECT_TRUE(window.job().stopAfterButton().isHidden());
    ASSERT_TRUE(QTest::qWaitFor([&] { return dialogOf(window) == nullptr; }, 60000));
    for (std::size_t i = 0; i < window.views().size(); ++i)  // the button of the view without evaluations
        if (viewCatalogue()[i].name == std::string("evaluation")) emit window.views()[i]->optionsWanted({{"task", "boolq"}});
    ASSERT_NE(dialogOf(window), nullptr);
    EXPECT_EQ(dialogOf(window)->options().task, "boolq");
}

TEST_F(EvaluationTest, AStoppedEvaluationKeepsItsItemsAndGoesOn) {
    std::atomic<bool> go{false}, begun{false}, resumed{false};
    MainWindow window({writeSmallRun, {}, [&](const EvaluationOptions& options, JobContext& context) {
                           resumed = options.resume;
                           writeText(options.items + ".part", "{}\n");
                           begun = true;
                           while (!go) context.check(), std::this_thread::sleep_for(1ms);
                           return measure(options, context);
                       }});
    window.show();
    const QString run = written("small.qsrun");
    window.openRun(run);
    ASSERT_TRUE(shows(window, run));
    window.evaluateRun({{"task", "longbench:qasper"}, {"text", data}});
    ASSERT_NE(dialogOf(window), nullptr);
    dialogOf(window)->startButton().click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return begun.load(); }, 60000));
    const auto stored = readWaitingJobs(waitingJobsJson(window.queue()));  // in work: offered again after a crash
    ASSERT_EQ(stored.size(), 1U);
    const auto& again = std::get<EvaluationOptions>(stored[0].options);
    EXPECT_EQ(again.measure.subject, run.toStdString());
    EXPECT_EQ(again.measure.text, std::vector<std::string>{data.toStdString()});
    EXPECT_EQ(again.items, (folder / "small.longbench-qasper.jsonl").string());
    EXPECT_TRUE(again.resume);
    window.queue().stopAfterBlock();  // has no blocks: stops now
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Stopped);
    EXPECT_TRUE(waitingJobsJson(window.queue()).isEmpty());
    EXPECT_TRUE(window.notice().details().contains("finished items are kept"));
    go = true;
    window.job().resumeButton().click();
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Done);
    EXPECT_TRUE(resumed);
}

TEST_F(EvaluationTest, ComparisonsWithTheBaselineAreInTheLog) {
    JobQueue queue({writeSmallRun, {}, measure});
    EvaluationOptions options;
    options.task = "boolq";
    options.measure.subject = written("small.qsrun").toStdString();
    options.measure.text = {data.toStdString()};
    options.baseline = "other.qsrun";
    queue.add("boolq", options);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !queue.running(); }, 60000));
    const auto& log = queue.current()->log;
    EXPECT_TRUE(std::any_of(log.begin(), log.end(), [](const JobLogLine& line) { return line.text.contains("against the baseline"); }));
}

}  // namespace
}  // namespace qs
