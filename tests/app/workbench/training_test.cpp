// SPDX-License-Identifier: GPL-3.0-or-later
// Trainings of the window: the dialog, a real small training that is paused, stopped and resumed, closing while one runs, what outlives
// the program.
#include <gtest/gtest.h>

#include <QAction>
#include <QCheckBox>
#include <QPushButton>
#include <QToolButton>
#include <atomic>
#include <thread>

#include "app/jobs/job_models.h"
#include "app/jobs/job_panel.h"
#include "app/jobs/job_pictures.h"
#include "app/notice_bar.h"
#include "app/training_dialog.h"
#include "app/welcome_page.h"
#include "app/workbench/window_support.h"
#include "base/error.h"
#include "support/train_jobs.h"

namespace qs {
namespace {

using namespace std::chrono_literals;
using testing::smallTraining;
using testing::writeSmallRun;

Engine realEngine() {
    Engine engine{writeSmallRun, {}};
    engine.train = [](const TrainOptions& options, JobContext& context) { runTrain(options, context); };
    engine.estimateTrain = [](const TrainOptions& options, JobContext& context) { return estimateTrain(options, context); };
    return engine;
}

/// Trains until it is told to stop.
Engine endlessEngine(std::atomic<bool>& begun) {
    Engine engine{writeSmallRun, {}};
    engine.train = [&](const TrainOptions&, JobContext& context) {
        begun = true;
        for (;;) context.check(), std::this_thread::sleep_for(1ms);
    };
    return engine;
}

struct TrainingTest : testing::WindowTest {
    TrainOptions tiny(const std::string& out = "run.qsrun", int steps = 300) const {
        TrainOptions options = smallTraining(folder);
        options.qat.steps = steps;
        options.measures.costs = false;
        options.measures.noiseSeeds = 0;
        options.out = (folder / out).string();
        return options;
    }
    static TrainingDialog* dialogOf(MainWindow& window) { return window.findChild<TrainingDialog*>(); }
    static void fill(TrainingDialog& dialog, TrainOptions options) {
        const OptionList list = describeOptions(options);
        for (const OptionField& field : list.fields()) dialog.form().setValue(field.name, field.get());
    }
    static void press(MainWindow& window, const QString& text) {
        for (auto* button : window.notice().findChildren<QPushButton*>())
            if (button->text() == text) return button->click();
        FAIL() << "no button " << text.toStdString();
    }
    static void trigger(MainWindow& window, const QKeySequence& keys) {
        for (QAction* action : window.findChildren<QAction*>())
            if (action->shortcut() == keys) return action->trigger();
        FAIL() << "no action for " << keys.toString().toStdString();
    }
    static bool settled(MainWindow& window) {
        return QTest::qWaitFor([&] { return !window.queue().running() && !window.loading(); }, 60000);
    }
    static View& trainingView(MainWindow& window) {
        for (std::size_t i = 0; i < window.views().size(); ++i)
            if (viewCatalogue()[i].name == std::string("training")) return *window.views()[i];
        throw Error("there is no view of trainings");
    }
    static std::size_t stepsOf(const MainWindow& window) {
        const auto record = window.run() ? window.run()->training() : std::nullopt;
        return record && !record->curves.empty() ? record->curves.front().steps.size() : 0;
    }
};

TEST_F(TrainingTest, TheDialogBeginsWithAnExampleAndSaysWhatIsMissing) {
    Forecaster forecaster(Engine{});
    {
        TrainingDialog dialog(forecaster, {});
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        EXPECT_EQ(dialog.refusal(), QString());
        EXPECT_TRUE(dialog.options().scratch);
        EXPECT_EQ(dialog.options().qat.steps, 400);
        EXPECT_TRUE(QString::fromStdString(dialog.options().text.at(0)).endsWith("languages.jsonl"));
        OptionForm& form = dialog.form();
        form.setValue("text", "");
        EXPECT_TRUE(dialog.refusal().contains("take an example"));
        EXPECT_FALSE(dialog.startButton().isEnabled());
        form.setValue("text", "gone.jsonl");
        EXPECT_TRUE(dialog.refusal().contains("gone.jsonl is not there"));
        form.setValue("text", testing::writeLabelledTexts(folder / "texts.jsonl", 10));
        EXPECT_EQ(dialog.refusal(), QString());
        form.setValue("heads", "5");
        EXPECT_TRUE(dialog.refusal().contains("hidden 96 is no multiple")) << dialog.refusal().toStdString();
        form.setValue("heads", "4");
        form.setValue("steps", "none");
        EXPECT_FALSE(form.refusalOf("steps").isEmpty());
        EXPECT_FALSE(dialog.startButton().isEnabled());
        form.setValue("steps", "7");
        form.setValue("scratch", "false");
        EXPECT_TRUE(dialog.refusal().contains("directory of a model"));
        EXPECT_DOUBLE_EQ(dialog.options().qat.learningRate, 0);  // that for a model which was trained before
        form.setValue("model", folder.path().string());
        EXPECT_TRUE(dialog.refusal().contains("no config.json"));
        form.setValue("model", testing::resource("models/demo").string());
        EXPECT_EQ(dialog.refusal(), QString());
        EXPECT_TRUE(dialog.options().tokenizer.empty());  // the model has its own
        form.setValue("out", dialog.options().text.front());
        EXPECT_TRUE(dialog.refusal().contains("there already"));
        form.setValue("out", "");
        int wanted = 0;
        QObject::connect(&dialog, &TrainingDialog::wanted, &dialog, [&](const TrainOptions& options) {
            ++wanted;
            EXPECT_EQ(options.qat.steps, 7);
        });
        dialog.startButton().click();
        EXPECT_EQ(wanted, 1);
    }
    TrainingDialog again(forecaster, {});
    EXPECT_EQ(again.options().qat.steps, 7);
    EXPECT_FALSE(again.options().scratch);
    again.fillIn(TrainingExample::DemoModel);
    EXPECT_EQ(again.options().task, TrainTaskKind::LanguageModel);
    EXPECT_EQ(again.options().qat.steps, 60);
    EXPECT_EQ(again.refusal(), QString());
}

TEST_F(TrainingTest, OnlyOptionsWithAUseAreShown) {
    Forecaster forecaster(Engine{});
    TrainingDialog dialog(forecaster, {});
    dialog.show();
    const auto shown = [&](const char* name) { return dialog.form().editorOf(name)->isVisibleTo(&dialog.form()); };
    EXPECT_TRUE(shown("steps"));
    EXPECT_TRUE(shown("tokenizer"));
    EXPECT_FALSE(shown("model"));
    EXPECT_FALSE(shown("weight-decay"));  // folded
    EXPECT_FALSE(shown("bits"));
    dialog.form().setValue("method", "fixed");
    EXPECT_TRUE(shown("bits"));
    EXPECT_FALSE(shown("lambda"));
    dialog.allOptions().click();
    EXPECT_TRUE(shown("weight-decay"));
    EXPECT_TRUE(shown("noise-seeds"));
    EXPECT_FALSE(shown("window"));  // of a language model
    dialog.form().setValue("noise-seeds", "many");
    EXPECT_FALSE(dialog.startButton().isEnabled());
    dialog.form().setValue("task", "language-model");
    EXPECT_TRUE(dialog.startButton().isEnabled());  // a refused value that has no use now
    EXPECT_TRUE(shown("window"));
}

TEST_F(TrainingTest, IsSeenWhileItRunsPausesStopsAndComesToTheSameBits) {
    TrainOptions undisturbed = tiny("undisturbed.qsrun");
    testing::train(undisturbed);
    MainWindow window(realEngine());
    window.show();
    trigger(window, QKeySequence("Ctrl+Shift+T"));
    TrainingDialog* dialog = dialogOf(window);
    ASSERT_NE(dialog, nullptr);
    fill(*dialog, tiny());
    ASSERT_EQ(dialog->refusal(), QString());
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.trainingForecast().current().has_value(); }, 60000))
        << window.trainingForecast().failure().toStdString();
    EXPECT_GT(window.trainingForecast().current()->total.seconds, 0);
    dialog->startButton().click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.queue().current() && window.queue().current()->records > 0; }, 60000));
    window.job().pauseButton().click();
    ASSERT_TRUE(window.queue().running());
    EXPECT_EQ(window.queue().current()->state, JobState::Paused);
    ASSERT_TRUE(shows(window, QString::fromStdString((folder / "run.qsrun").string())));
    EXPECT_FALSE(window.run()->finished());
    EXPECT_GE(stepsOf(window), 1U);  // curves come
    EXPECT_LT(stepsOf(window), 300U);
    EXPECT_TRUE(trainingView(window).isVisible());
    EXPECT_EQ(window.job().stopAfterButton().text(), "Stop after step");
    const double fraction = window.queue().current()->progress.fraction;
    QTest::qWait(300);
    EXPECT_LE(window.queue().current()->progress.fraction, fraction + 0.2);  // at most what was on its way
    ASSERT_TRUE(window.queue().running());
    window.job().stopButton().click();
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Stopped) << window.queue().current()->outcome.message.toStdString();
    EXPECT_TRUE(window.notice().details().contains("go on from a checkpoint"));
    const std::size_t done = stepsOf(window);
    EXPECT_LT(done, 300U);
    window.job().resumeButton().click();
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Done) << window.queue().current()->outcome.message.toStdString();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() && window.run()->finished(); }, 60000));
    const auto whole = RunFile::open(undisturbed.out);
    EXPECT_EQ(window.run()->training()->curves, whole->training()->curves);
    EXPECT_EQ(window.run()->training()->updates, whole->training()->updates);
    EXPECT_EQ(window.run()->training()->metrics, whole->training()->metrics);
    EXPECT_TRUE(window.session().project().find(QString::fromStdString((folder / "run.qsrun").string())));
    while (window.session().history().canUndo()) window.session().history().undo();  // the run stays in the project
    EXPECT_TRUE(window.session().project().find(QString::fromStdString((folder / "run.qsrun").string())));
}

TEST_F(TrainingTest, ClosingAsksOnceAndTheNextStartGoesOn) {
    const TrainOptions undisturbed = tiny("undisturbed.qsrun", 1000), options = tiny("run.qsrun", 1000);
    testing::train(undisturbed);
    {
        MainWindow window(realEngine());
        window.show();
        window.trainModel();
        fill(*dialogOf(window), options);
        dialogOf(window)->startButton().click();
        ASSERT_TRUE(QTest::qWaitFor([&] { return window.run() != nullptr; }, 60000));
        window.close();
        window.close();
        EXPECT_TRUE(window.isVisible());
        EXPECT_EQ(window.notice().count(), 1);
        EXPECT_TRUE(window.notice().details().contains("A training is running"));
        press(window, "Stop and close");
        ASSERT_TRUE(QTest::qWaitFor([&] { return !window.isVisible(); }, 60000));
        EXPECT_FALSE(window.queue().running());
    }
    MainWindow window(realEngine());
    window.show();
    window.restoreSession();
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.notice().isVisible(); }, 60000));
    EXPECT_TRUE(window.notice().details().contains("of 1000 steps are done")) << window.notice().details().toStdString();
    press(window, "Resume");
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.queue().current() && window.queue().current()->records > 0; }, 60000));
    const auto& again = std::get<TrainOptions>(window.queue().current()->options);
    EXPECT_TRUE(again.resume);
    EXPECT_EQ(again.out, options.out);
    EXPECT_EQ(again.qat.steps, 1000);
    ASSERT_TRUE(settled(window));
    EXPECT_EQ(window.queue().current()->state, JobState::Done) << window.queue().current()->outcome.message.toStdString();
    EXPECT_EQ(RunFile::open(options.out)->training()->curves, RunFile::open(undisturbed.out)->training()->curves);
}

TEST_F(TrainingTest, TheExampleTakesTwoClicksAndSeveralTrainingsWaitInTheQueue) {
    std::atomic<bool> begun{false};
    MainWindow window(endlessEngine(begun));
    window.show();
    window.welcome().trainingButton().click();
    ASSERT_NE(dialogOf(window), nullptr);
    dialogOf(window)->startButton().click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return begun && dialogOf(window) == nullptr; }, 60000));
    window.trainModel();
    dialogOf(window)->startButton().click();
    ASSERT_EQ(window.queue().jobs().size(), 2U);
    EXPECT_EQ(window.queue().waiting(), 1);
    const auto& first = std::get<TrainOptions>(window.queue().jobs()[0]->options);
    const auto& second = std::get<TrainOptions>(window.queue().jobs()[1]->options);
    EXPECT_TRUE(QString::fromStdString(first.out).endsWith("languages-dsa-qat.qsrun")) << first.out;
    EXPECT_TRUE(QString::fromStdString(second.out).endsWith("languages-dsa-qat-2.qsrun")) << second.out;
    const auto stored = readWaitingJobs(waitingJobsJson(window.queue()));  // the one in work says itself what it is
    ASSERT_EQ(stored.size(), 1U);
    const auto& again = std::get<TrainOptions>(stored[0].options);
    EXPECT_EQ(again.out, second.out);
    EXPECT_EQ(again.shape.hidden, 96);
    EXPECT_TRUE(again.scratch);
    window.queue().stopNow();
    ASSERT_TRUE(settled(window));
    EXPECT_TRUE(window.queue().held());
}

TEST_F(TrainingTest, EventsAreThereWhileItRuns) {
    TrainOptions options = tiny();
    options.qat.temperature = 3;  // has no use without distillation: a warning
    MainWindow window(realEngine());
    window.show();
    window.queue().add("odd", options);
    ASSERT_TRUE(QTest::qWaitFor([&] { return window.queue().current()->records > 0; }, 60000));
    window.queue().pause(true);
    ASSERT_TRUE(shows(window, QString::fromStdString(options.out)));
    ASSERT_FALSE(window.run()->events().empty());
    EXPECT_EQ(window.run()->events()[0].kind, "option-without-effect");
    bool badge = false;
    for (const QToolButton* button : window.findChildren<QToolButton*>())
        badge = badge || (button->isVisible() && button->accessibleName().startsWith("Show the events: "));
    EXPECT_TRUE(badge);
    window.queue().stopNow();
    ASSERT_TRUE(settled(window));
}

TEST_F(TrainingTest, AnOptionWithoutUseIsNotTakenAlong) {
    Forecaster forecaster(Engine{});
    TrainingDialog dialog(forecaster, {});
    dialog.form().setValue("lambda", "0.5");
    EXPECT_EQ(dialog.options().qat.lambda, 0.5);
    dialog.form().setValue("method", "lsq");
    EXPECT_EQ(dialog.options().qat.lambda, QatSettings().lambda);  // else the run would warn of what nobody sees
    dialog.form().setValue("method", "dsa-qat");
    EXPECT_EQ(dialog.options().qat.lambda, 0.5);
}

TEST(TrainingStages, AreSaidWithTheNumbersFirst) {
    EXPECT_EQ(trainingStageText("dsa-qat · step 7 of 400 · loss 2.31 · 4.8 bits"),
              QString("step 7 of 400 · loss 2.31 · 4.8 bits · dsa-qat"));
    EXPECT_EQ(trainingStageText("lsq-4 · step 7 of 400 · loss 2.31"), QString("step 7 of 400 · loss 2.31 · lsq-4"));
    EXPECT_EQ(trainingStageText("ptq · measuring"), QString("measuring ptq"));
    EXPECT_EQ(trainingStageText("dsa-qat · measuring costs"), QString("measuring the costs of dsa-qat"));
    EXPECT_EQ(trainingStageText("writing the result"), QString("writing the result"));
    EXPECT_EQ(trainingStageText("done"), QString("done"));
}

TEST(TrainingStages, AreTheFourOfATraining) {
    EXPECT_EQ(trainingStageIndex("opening model and data"), 0);
    EXPECT_EQ(trainingStageIndex("dsa-qat · step 7 of 400 · loss 2.31 · 4.8 bits"), 1);
    EXPECT_EQ(trainingStageIndex("fixed-4 · measuring"), 2);
    EXPECT_EQ(trainingStageIndex("dsa-qat · measuring costs"), 2);
    EXPECT_EQ(trainingStageIndex("writing the result"), 3);
    EXPECT_EQ(trainingStageIndex("done"), 3);
    EXPECT_EQ(trainingStageIndex(""), -1);
}

}  // namespace
}  // namespace qs
