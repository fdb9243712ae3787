// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs of the window: starting, ending, resuming, and closing while one runs.
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFile>
#include <QFileInfo>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>

#include "app/evaluation_dialog.h"
#include "app/export_dialog.h"
#include "app/main_window.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "app/training_dialog.h"
#include "base/error.h"
#include "base/file.h"
#include "views/run_names.h"

namespace qs {
namespace {

constexpr int kShutDownMilliseconds = 4000;

QString waitingFile() { return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/waiting-jobs.json"; }

}  // namespace

void MainWindow::startDemo() {
    if (m_queue.running()) return;
    QuantizeOptions options;
    QMap<QString, QString> values;
    try {
        for (const auto& [name, value] : demoValues()) values[QString::fromStdString(name)] = QString::fromStdString(value);
        m_session.change(tr("Options of the demo"), [&](Project& project) { project.options = values; });
        m_session.note([&](Project& project) {
            project.addModel(values["model"]);
            project.addText(values["text"]);
        });
        options = m_method->options();
        options.out = demoOut();  // not in the form: the next run of one's own must not replace the demo
    } catch (const Error& error) {
        return m_notice->showFailure(tr("The demo cannot be started"), QString::fromStdString(error.what()));
    }
    options.resume = hasParts(options.out);
    launch(options, tr("Demo"));
}

/// The run once more with what a what-if tried, so that later blocks are recorded behind the new weights.
void MainWindow::recordAgain() {
    if (!m_stale.run || m_stale.run != m_run || m_stale.block < 0) return;
    const auto options = m_run->provenance().options;
    const QMap<QString, QString> tried = m_stale.by->triedOptions();
    m_session.change(tr("Record again"), [&](Project& project) {
        project.options.clear();
        for (const auto& [name, value] : options) project.options[QString::fromStdString(name)] = QString::fromStdString(value);
        for (const char* own : {"out", "resume"}) project.options.remove(own);
        project.options["model"] = QString::fromStdString(m_run->provenance().model);
        for (auto it = tried.begin(); it != tried.end(); ++it) project.options[it.key()] = it.value();
    });
    startJob();
}

void MainWindow::startJob() {
    if (!m_method->startButton().isEnabled()) return;
    launch(m_method->options());
}

template <class Options>
bool MainWindow::makeReady(Options& options, const std::string& model, const std::vector<std::string>& texts, const QString& failure) {
    try {
        const QStringList taken = filesInWork();
        if (options.out.empty()) options.out = automaticOut(options, taken).toStdString();
        if (taken.contains(runFileOf(JobOptions(options))))
            throw Error(options.out + ": another job writes this file; give the next run another name");
    } catch (const Error& error) {
        m_notice->showFailure(failure, QString::fromStdString(error.what()));
        return false;
    }
    m_notice->clear();
    m_session.note([&](Project& project) {
        project.addModel(QString::fromStdString(model));
        for (const std::string& text : texts) project.addText(QString::fromStdString(text));
    });
    return true;
}

void MainWindow::launch(QuantizeOptions options, const QString& name) {
    if (!makeReady(options, options.calibration.model, options.calibration.text, tr("The run cannot be started"))) return;
    const int id = m_queue.add(name.isEmpty() ? QFileInfo(QString::fromStdString(options.out)).completeBaseName() : name, options);
    if (!name.isEmpty()) m_demoJobs[id] = true;
    m_watchdog.reset();
}

/// Run files that a job writes or waits to write.
QStringList MainWindow::filesInWork() const {
    QStringList files;
    for (const auto& job : m_queue.jobs())
        if (!job->ended() && !isEvaluation(job->options) && !isExport(job->options)) files << runFileOf(job->options);
    return files;
}

void MainWindow::start(const JobOptions& options) {
    std::visit([this](const auto& own) { launch(own); }, options);
}

void MainWindow::trainModel(std::optional<TrainingExample> example) {
    if (auto* open = findChild<TrainingDialog*>()) {
        if (example) open->fillIn(*example);
        return open->raise(), open->activateWindow();
    }
    const QMap<QString, QString>& options = m_session.project().options;
    auto* dialog = new TrainingDialog(m_trainingForecast, options.value("model"), this);
    if (example) dialog->fillIn(*example);
    connect(dialog, &TrainingDialog::wanted, this, [this](const TrainOptions& wanted) { launch(wanted); });
    dialog->show();
}

void MainWindow::launch(TrainOptions options) {
    if (!makeReady(options, options.model, options.text, tr("The training cannot be started"))) return;
    m_queue.add(QFileInfo(QString::fromStdString(options.out)).completeBaseName(), options);
    m_panels[4]->show();
    m_panels[4]->raise();
    m_watchdog.reset();
}

void MainWindow::evaluateRun(const QMap<QString, QString>& options) {
    if (!m_run || !m_run->finished())
        return m_notice->showFailure(tr("Nothing to evaluate"),
                                     m_run ? tr("The run is not finished yet.") : tr("Open a finished run first."));
    auto* dialog = new EvaluationDialog(m_session.project().run, m_session.project().baseline, options, this);
    connect(dialog, &EvaluationDialog::wanted, this, [this](const EvaluationOptions& wanted) { launch(wanted); });
    dialog->show();
}

void MainWindow::launch(EvaluationOptions options) {
    QStringList taken;
    for (const auto& job : m_queue.jobs())
        if (const auto* other = std::get_if<EvaluationOptions>(&job->options)) taken << QString::fromStdString(other->items);
    try {
        if (options.items.empty()) options.items = automaticItems(options, taken).toStdString();
    } catch (const Error& error) {
        return m_notice->showFailure(tr("The run cannot be evaluated"), QString::fromStdString(error.what()));
    }
    const QString run = QFileInfo(runFileOf(JobOptions(options))).completeBaseName();
    m_queue.add(tr("%1 of %2").arg(QString::fromStdString(options.task), run), options);
    m_panels[4]->show();
    m_panels[4]->raise();
}

void MainWindow::exportRun() {
    if (!m_run || !m_run->finished())
        return m_notice->showFailure(tr("Nothing to export"),
                                     m_run ? tr("The run is not finished yet.") : tr("Open a finished run first."));
    auto* dialog = new ExportDialog(m_session.project().run, this);
    connect(dialog, &ExportDialog::wanted, this, [this](const ExportOptions& wanted) { launch(wanted); });
    dialog->show();
}

void MainWindow::launch(ExportOptions options) {
    m_queue.add(tr("%1 of %2").arg(QString::fromStdString(options.format), QFileInfo(runFileOf(JobOptions(options))).completeBaseName()),
                options);
    m_panels[4]->show();
    m_panels[4]->raise();
}

void MainWindow::jobEnded(int id) {
    const Job* job = m_queue.find(id);
    if (!job) return;
    if (m_closing) return static_cast<void>(QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection));
    if (const auto* own = std::get_if<ExportOptions>(&job->options); own && job->state == JobState::Done)
        return statusBar()->showMessage(tr("Written: %1").arg(QString::fromStdString(own->out)), 20000);
    if (job->state == JobState::Done) {
        const QString file = runFileOf(job->options);
        statusBar()->showMessage(isEvaluation(job->options) ? tr("%1 is evaluated").arg(job->name) : tr("Written: %1").arg(file), 20000);
        m_session.note([&](Project& project) { project.addRun(file); });
        if (m_session.project().run.isEmpty()) openRun(file);
        else m_store.open(file);
        return;
    }
    if (job->state == JobState::Failed && resumes(job->options) && m_demoJobs[id]) {  // parts of an older demo that do not fit
        return static_cast<void>(QMetaObject::invokeMethod(
            this, [this, id] { m_queue.restart(id, false); }, Qt::QueuedConnection));
    }
    jobFailed(*job);
}

void MainWindow::jobFailed(const Job& job) {
    const bool stopped = job.state == JobState::Stopped, refused = !stopped && resumes(job.options);
    std::vector<NoticeBar::Button> buttons;
    const int id = job.id;
    const bool kept = hasFinishedPart(job.options);
    if (kept && !refused) buttons.push_back({tr("Resume"), true, [this, id] { m_queue.restart(id, true); }});
    if (!stopped || !kept) buttons.push_back({tr("Start anew"), buttons.empty(), [this, id] { m_queue.restart(id, false); }});
    const QString stop =
        isEvaluation(job.options) ? kept ? tr("The evaluation was stopped; finished items are kept") : tr("The evaluation was stopped")
        : isExport(job.options) ? tr("The export was stopped; nothing is left of it")
        : isTraining(job.options) ? kept ? tr("The training was stopped; it can go on from a checkpoint") : tr("The training was stopped")
        : kept ? tr("The job was stopped; finished blocks are kept")
                                  : tr("The job was stopped");
    if (stopped) return m_notice->ask(stop, {}, buttons);
    m_notice->showFailure(tr("The job “%1” failed").arg(job.name), job.outcome.message, buttons);
}

void MainWindow::discardJob(int id) {
    const Job* job = m_queue.find(id);
    if (!job) return;
    m_notice->ask(tr("Delete what “%1” finished?").arg(job->name), tr("It cannot be brought back; the job would start anew."),
                  {{tr("Delete"), false,
                    [this, id] {
                        const Job* again = m_queue.find(id);
                        if (!again || !again->ended()) return;
                        const JobOptions options = again->options;
                        const QString file = runFileOf(options);
                        removeFinishedPart(options);
                        m_queue.remove(id);
                        if (isEvaluation(options)) return;
                        m_store.forget(file);
                        if (!QFileInfo::exists(file))
                            m_session.change(tr("Remove from the project"), [&](Project& project) { project.removeRun(file); });
                    }},
                   {tr("Keep"), true, [] {}}});
}

void MainWindow::resumeRun(const QString& file) {
    const auto run = m_store.run(file);
    if (!run || run->finished())
        return m_notice->showFailure(tr("Nothing to resume"), run ? tr("%1 is finished.").arg(file) : tr("%1 cannot be read.").arg(file));
    if (isBeingWritten(file))
        return m_notice->showFailure(tr("Nothing to resume"), tr("Another process is writing %1; it is followed here.").arg(file));
    const auto options = optionsToResume(*run, file);
    if (!options)
        return m_notice->showFailure(tr("Nothing to resume"), tr("%1 was begun on the command line, which can also resume it.").arg(file));
    start(*options);
}

void MainWindow::restoreSession() {
    if (m_settings.restoreSession) m_session.restore();
    const QSettings old;
    QMap<QString, QString> imported;  // of a version before there were projects
    for (const QString& key : old.allKeys())
        if (key.startsWith("imported-options/")) imported[key.mid(17)] = old.value(key).toString();
    if (!imported.isEmpty() && m_session.project().empty()) m_session.note([&](Project& project) { project.options = imported; });
    QSettings().remove("imported-options");
    if (m_settings.offerResume) offerUnfinished();
}

/// Looks in another thread: the folder of runs may be large or slow.
void MainWindow::offerUnfinished() {
    QStringList files;
    for (const ProjectRun& run : m_session.project().runs) files << run.file;
    m_storedWaiting = false;  // until what waited before was offered
    QString folder;
    try {
        folder = runsFolder();
    } catch (const Error&) {
        m_storedWaiting = true;
        return;  // nothing was ever stored there
    }
    auto found = std::make_shared<std::vector<Unfinished>>();
    if (m_search.running()) return;
    connect(
        &m_search, &JobRunner::ended, this, [this, found] { showUnfinished(*found); }, Qt::SingleShotConnection);
    m_search.start([folder, files, found](JobContext&) { *found = findUnfinished(folder, files); });
}

void MainWindow::showUnfinished(const std::vector<Unfinished>& found) {
    std::vector<StoredJob> waiting;
    try {
        if (QFileInfo::exists(waitingFile())) waiting = readWaitingJobs(QByteArray::fromStdString(readText(waitingFile().toStdString())));
    } catch (const Error& error) {
        m_notice->showFailure(tr("The jobs that waited could not be read"), QString::fromStdString(error.what()));
    }
    m_storedWaiting = waiting.empty();
    if (!waiting.empty())
        m_notice->ask(tr("%n jobs were waiting when the program ended", nullptr, static_cast<int>(waiting.size())), {},
                      {{tr("Start them"), true,
                        [this, waiting] {
                            m_storedWaiting = true;
                            for (const StoredJob& job : waiting) start(job.options);
                        }},
                       {tr("Forget them"), false, [this] {
                            m_storedWaiting = true;
                            storeWaiting();
                        }}});
    if (m_queue.running()) return;
    for (const Unfinished& run : found) {
        const QString file = run.file;
        m_session.note([&](Project& project) { project.addRun(file); });
        const bool training = isTraining(run.options);
        const QString there = training ? tr("%1 of %2 steps are done; resuming goes on behind them with the same result.\n%3")
                                       : tr("%1 of %2 blocks are there; resuming goes on behind them with the same result.\n%3");
        m_notice->ask(training ? tr("A training was not finished: %1").arg(run.name) : tr("A run was not finished: %1").arg(run.name),
                      there.arg(run.done).arg(run.all).arg(file),
                      {{tr("Resume"), true, [this, options = run.options] { start(options); }},
                       {tr("Look at it"), false, [this, file] { openRun(file); }},
                       {tr("Later"), false, [] {}}});
    }
}

/// So that jobs that wait are offered again at the next start.
void MainWindow::storeWaiting() {
    if (!m_storedWaiting || m_closing) return;
    QByteArray jobs = waitingJobsJson(m_queue);
    if (jobs.isNull()) jobs = QByteArray("");  // known to be none
    if (!m_waitingStored.isNull() && jobs == m_waitingStored) return;
    m_waitingStored = jobs;
    m_waiting.put(waitingFile(), jobs.toStdString());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    storeWindow();
    m_session.saveNow();
    if (!m_queue.running()) return event->accept();
    event->ignore();
    if (m_closing) return;
    const Job* job = m_queue.current();
    const bool training = job && isTraining(job->options);
    m_notice->ask(training ? tr("A training is running") : tr("A job is running"),
                  training ? tr("It can stop after the step in progress; resumed later, it comes to the same result as without a break.")
                           : tr("It can stop after the block in progress; what is finished is kept, and the job can be resumed later."),
                  {{tr("Stop and close"), true,
                    [this, training] {
                        storeWaiting();
                        m_closing = true;
                        m_queue.stopAfterBlock();
                        m_notice->ask(training ? tr("Closing after the step in progress") : tr("Closing after the block in progress"), {},
                                      {{tr("Stop now"), true, [this] { m_queue.stopNow(); }}});
                    }},
                   {tr("Keep running"), false, [] {}}});
}

void MainWindow::shutDown() {
    storeWindow();
    m_session.saveNow();
    storeWaiting();
    m_waiting.flush();
    m_closing = true;
    if (!m_queue.running()) return QApplication::quit();
    connect(&m_queue.runner(), &JobRunner::ended, qApp, &QApplication::quit);
    QTimer::singleShot(kShutDownMilliseconds, qApp, [] { std::_Exit(0); });  // parts on disk are whole at any moment
    m_queue.stopNow();
}

}  // namespace qs
