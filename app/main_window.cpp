// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QStyle>
#include <QToolButton>

#include "app/command_palette.h"
#include "app/jobs/job_panel.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "app/project/events.h"
#include "app/project/project_panel.h"
#include "app/welcome_page.h"
#include "run/schema.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"
#include "views/number_text.h"
#include "views/rich_text.h"
#include "views/run_names.h"

namespace qs {
namespace {
const QString kEvaluationView = QStringLiteral("evaluation");  // what it wants are options of an evaluation
const QString kTrainingView = QStringLiteral("training");      // it wants a training
const QString kTextView = QStringLiteral("lengths");           // what it shows depends on no weight
}  // namespace

MainWindow::MainWindow(const Engine& engine)
    : m_engine(engine),
      m_settings(loadSettings()),
      m_history(m_selection),
      m_session(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)),
      m_queue(engine),
      m_trainingForecast(engine) {
    qRegisterMetaType<std::shared_ptr<const RunFile>>();
    setAcceptDrops(true);
    buildLayout();
    buildFileMenu();
    buildEditMenu();
    buildViewMenu();
    buildRunMenu();
    buildFigureAndHelpMenus();
    buildToolBar();
    buildStatusBar();
    m_palette = new CommandPalette(this);
    connectParts();
    connectPanels();
    restoreWindow();
    projectChanged();
    m_welcome->demoButton().setFocus();
}

/// The members end before the widgets do: none of them may call back any more.
MainWindow::~MainWindow() {
    m_session.saveNow();
    for (QObject* member : std::initializer_list<QObject*>{&m_selection, &m_history, &m_session, &m_store, &m_queue, &m_queue.runner(),
                                                           &m_trainingForecast, &m_search, &m_figures, &m_waiting})
        member->disconnect(this);
}

void MainWindow::connectParts() {
    connect(&m_selection, &SelectionModel::changed, this, [this](const Selection& selection) {
        m_layers->setSelection(selection);
        showInViews();
        updateCrumbs();
    });
    connect(&m_session, &ProjectSession::changed, this, &MainWindow::projectChanged);
    connect(&m_session, &ProjectSession::fileChanged, this, &MainWindow::updateWords);
    connect(&m_session, &ProjectSession::failed, this,
            [this](const QString& message) { m_notice->showFailure(tr("The project could not be stored or read"), message); });
    connect(&m_waiting, &TextKeeper::failed, this, [this](const QString& message) {
        m_waitingStored = {};  // tried again with the next change
        m_notice->showFailure(tr("The queue could not be stored"), message);
    });
    connect(&m_figures, &FigureWriter::written, this,
            [this](const QString& path) { statusBar()->showMessage(tr("Written: %1").arg(path), 10000); });
    connect(&m_figures, &FigureWriter::failed, this,
            [this](const QString& message) { m_notice->showFailure(tr("The figure could not be written"), message); });
    connect(&m_store, &RunStore::opened, this, &MainWindow::runRead);
    connect(&m_store, &RunStore::failed, this, &MainWindow::runFailed);
    connect(&m_queue, &JobQueue::ended, this, &MainWindow::jobEnded);
    connect(&m_queue, &JobQueue::changed, this, [this] {
        m_method->setRunning(m_queue.running());
        m_welcome->demoButton().setEnabled(!m_queue.running());
        const Job* job = m_queue.running() ? m_queue.current() : nullptr;
        m_projectModel->setJob(job ? runFileOf(job->options) : QString(), job ? job->progress.fraction : 0);
        storeWaiting();
        updateWords();
    });
    connect(&m_queue, &JobQueue::progressed, this, [this] {
        const Job* job = m_queue.current();
        if (job && m_queue.running()) m_projectModel->setJob(runFileOf(job->options), job->progress.fraction);
    });
    connect(&m_queue, &JobQueue::blockFinished, this, [this](int id, int, const QString& parts) {
        if (const Job* job = m_queue.find(id)) blockWritten(*job, runFileOf(parts));
    });
    connect(&m_queue, &JobQueue::recordWritten, this, [this](int id) {
        if (const Job* job = m_queue.find(id)) recordWritten(*job);
    });
}

/// A job may make a pass of its own before its run, such as one that tries all widths: that is looked at until the run has a picture.
void MainWindow::blockWritten(const Job& job, const QString& file) {
    const QString out = runFileOf(job.options), shown = m_session.project().run;
    m_session.note([&](Project& project) { project.addRun(file); });
    const bool first = job.blockSeconds.size() == 1 || (!m_firstPass.isEmpty() && shown == m_firstPass && file == out);
    if (first && shown != file) openRun(file);  // the first picture of a new run
    else m_store.open(file);
    if (file == out && !m_firstPass.isEmpty()) m_session.note([&](Project& project) { project.removeRun(m_firstPass); });
    m_firstPass = file == out ? QString() : file;
}

/// A training is looked at from its first step on.
void MainWindow::recordWritten(const Job& job) {
    const QString file = runFileOf(job.options);
    m_session.note([&](Project& project) { project.addRun(file); });
    if (job.records == 1 && m_session.project().run != file) openRun(file);
    else m_store.open(file);
}

void MainWindow::connectPanels() {
    connect(m_layers, &LayerPanel::selected, &m_selection, &SelectionModel::select);
    connect(m_events, &EventPanel::selected, &m_selection, &SelectionModel::select);
    connect(m_method, &MethodPanel::startWanted, this, &MainWindow::startJob);
    connect(&m_method->form(), &OptionForm::edited, this, &MainWindow::optionEdited);
    connect(m_welcome, &WelcomePage::demoWanted, this, &MainWindow::startDemo);
    connect(m_welcome, &WelcomePage::trainingWanted, this, [this] { trainModel(TrainingExample::Languages); });
    connect(m_welcome, &WelcomePage::modelWanted, this, &MainWindow::chooseModel);
    connect(m_welcome, &WelcomePage::textWanted, this, &MainWindow::chooseText);
    connect(m_welcome, &WelcomePage::runWanted, this, [this] { chooseRun(false); });
    connect(m_job, &JobPanel::runWanted, this, &MainWindow::openRun);
    connect(m_job, &JobPanel::discardWanted, this, &MainWindow::discardJob);
    connect(m_notice, &NoticeBar::visibilityChanged, this, &MainWindow::updateWords);
    ProjectPanel* panel = m_projectPanel;
    connect(panel, &ProjectPanel::modelWanted, this, &MainWindow::useModel);
    connect(panel, &ProjectPanel::textWanted, this, &MainWindow::useText);
    connect(panel, &ProjectPanel::runWanted, this, &MainWindow::openRun);
    connect(panel, &ProjectPanel::baselineWanted, this, &MainWindow::openBaseline);
    connect(panel, &ProjectPanel::resumeWanted, this, &MainWindow::resumeRun);
    connect(panel, &ProjectPanel::pinWanted, this, [this](const Pin& pin) {
        m_selection.select({pin.block, pin.linear.toStdString(), 0, -1});
    });
    connect(panel, &ProjectPanel::removeWanted, this, [this](int group, const QString& path, const Pin& pin) {
        m_session.change(tr("Remove from the project"), [&](Project& project) {
            if (group == ProjectModel::Models) project.models.removeAll(path);
            if (group == ProjectModel::Texts) project.texts.removeAll(path);
            if (group == ProjectModel::Runs) project.removeRun(path);
            if (group == ProjectModel::Pins) project.pins.removeAll(pin);
        });
    });
    connect(m_projectModel, &ProjectModel::renamed, this, [this](const QString& file, const QString& name) {
        m_session.change(tr("Rename a run"), [&](Project& project) {
            for (ProjectRun& run : project.runs)
                if (run.file == file) run.name = name;
        });
    });
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        View* view = m_views[i];
        const QString name = viewCatalogue()[i].name;
        m_viewDefaults.push_back(view->settings());
        connect(view, &View::settingsEdited, this, [this, name](const QString& what, const QJsonObject&, const QJsonObject& after) {
            m_session.change(
                tr("Change %1 of a view").arg(what), [&](Project& project) { project.views[name] = after; }, "view:" + name + ":" + what);
        });
        connect(
            view, &View::madeStale, this,
            [this, view](int block, const QString& reason) {
                const bool further = m_stale.run == m_run && m_stale.block >= 0 && m_stale.block < block;
                if (!further) m_stale = {view, m_run, block, reason};
                showInViews();
            },
            Qt::QueuedConnection);
        connect(view, &View::recordWanted, this, &MainWindow::recordAgain);
        connect(view, &View::selected, &m_selection, &SelectionModel::select);
        connect(view, &View::notice, this, [this](const QString& message) { statusBar()->showMessage(message, 5000); });
        connect(view, &View::optionsWanted, this, [this, name](const QMap<QString, QString>& options) {
            if (name == kEvaluationView) return evaluateRun(options);
            if (name == kTrainingView) return trainModel();
            m_session.change(tr("Take options from a view"), [&](Project& project) {
                for (auto it = options.begin(); it != options.end(); ++it) project.options[it.key()] = it.value();
            });
            statusBar()->showMessage(tr("Options of the next run taken over; Ctrl+Z takes them back"), 8000);
        });
    }
}

void MainWindow::optionEdited(const QString& name) {
    if (m_syncing) return;
    const auto values = m_method->values();
    m_session.change(
        tr("Change %1").arg(name), [&](Project& project) { project.options = values; }, "option:" + name);
}

/// Puts what the project says into the panels; called after every step, undo and redo.
void MainWindow::projectChanged() {
    const Project& project = m_session.project();
    m_syncing = true;
    m_method->setValues(project.options);
    m_syncing = false;
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        const QJsonObject wanted = project.views.value(viewCatalogue()[i].name, m_viewDefaults[i]);
        if (wanted != m_views[i]->settings()) m_views[i]->restoreSettings(wanted);
    }
    m_projectModel->setProject(project);
    m_projectPanel->showCurrent(project.run);
    for (const ProjectRun& run : project.runs)
        if (const auto entry = m_store.entry(run.file); !entry.run && entry.failure.isEmpty()) m_store.open(run.file);
    m_baseline = m_store.run(project.baseline);
    showRun(m_store.run(project.run));
    updateWords();
}

void MainWindow::runRead(const QString& file, const std::shared_ptr<const RunFile>& run) {
    const Project& project = m_session.project();
    for (const Event& event : run->events())
        if (event.kind == schema::kNewerSchema && !m_newer.contains(file)) {
            m_newer.insert(file);
            m_notice->ask(tr("%1 was written by a newer version").arg(QFileInfo(file).fileName()), QString::fromStdString(event.message),
                          {});
        }
    if (file == project.baseline) m_baseline = run;
    if (file == project.run) showRun(run);
    else if (file == project.baseline) showInViews();
    updateWords();
}

void MainWindow::runFailed(const QString& file, const QString& message) {
    const Project& project = m_session.project();
    if (file != project.run && file != project.baseline) return;  // its row in the tree says so
    const QString known = m_store.run(file) ? tr("The last state that could be read stays in view.") : QString();
    m_notice->showFailure(file == project.run ? tr("The run could not be opened") : tr("The baseline could not be opened"),
                          message + (known.isEmpty() ? known : "\n" + known),
                          {{tr("Try again"), false, [this, file] { m_store.open(file); }},
                           {tr("Remove from the project"), false,
                            [this, file] { m_session.change(tr("Remove from the project"), [&](Project& p) { p.removeRun(file); }); }}});
}

void MainWindow::showRun(const std::shared_ptr<const RunFile>& run) {
    const bool other = run && (!m_run || m_run->path() != run->path());
    m_run = run;
    m_layers->setRun(m_run);
    m_events->setRun(m_run);
    m_pages->setCurrentIndex(m_run ? 1 : 0);
    if (!m_run) return showInViews();
    for (std::size_t i = 0; other && m_run->provenance().kind == "train" && i < m_views.size(); ++i)
        if (viewCatalogue()[i].name == std::string("training")) m_viewDocks[i]->raise();
    const Selection now = m_selection.current();
    const LayerModel& layers = m_layers->model();
    const bool gone = now.block < 0 || (!now.linear.empty() && layers.selectionAt(layers.indexOf(now)).linear != now.linear);
    if (gone)
        if (const Selection first = firstSelection(*m_run); first != now) return m_selection.select(first);
    m_layers->setSelection(now);
    showInViews();
}

void MainWindow::showInViews() {
    const Selection selection = m_selection.current();
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        View* view = m_views[i];
        const bool behind = viewCatalogue()[i].name != kTextView && m_stale.run && m_stale.run == m_run && m_stale.block >= 0 &&
                            selection.block > m_stale.block;
        view->show(ViewInput{m_run, m_baseline, selection, {}, behind && view != m_stale.by ? m_stale.reason : QString()});
    }
}

void MainWindow::updateCrumbs() {
    QString crumbs = m_session.project().empty() ? tr("No project") : tr("No run open");
    if (m_run) {
        const Selection& s = m_selection.current();
        const ProjectRun* known = m_session.project().find(m_session.project().run);
        crumbs = known ? distinctName(m_session.project(), *known, m_store).toHtmlEscaped() : runName(*m_run).toHtmlEscaped();
        if (s.block >= 0) crumbs += tr(" › Block %1").arg(s.block);
        if (!s.linear.empty()) crumbs += QStringLiteral(" › ") + strong(linearName(s.linear).toHtmlEscaped());
    }
    m_crumbs->setText(crumbs);
    m_back->setEnabled(m_history.canGoBack());
    m_forward->setEnabled(m_history.canGoForward());
}

void MainWindow::updateWords() {
    updateCrumbs();
    const Project& project = m_session.project();
    const QString named = QFileInfo(m_session.file()).completeBaseName();
    const QString run = m_run ? QFileInfo(project.run).completeBaseName() : QString();
    QStringList title{run, named, tr("Quantoscope")};
    title.removeAll({});
    setWindowTitle(title.join(QStringLiteral(" – ")));
    m_saved->setText(project.empty()      ? tr("Nothing to save")
                     : !m_session.keeps() ? tr("Not kept: another window is open")
                     : m_session.saved()  ? tr("Saved")
                                          : tr("Saving…"));
    m_baselineAction->setVisible(m_run != nullptr);
    const ProjectRun* pinned = project.find(project.baseline);
    m_baselinePill->setText(m_baseline ? tr("Baseline: %1").arg(pinned ? distinctName(project, *pinned, m_store) : runName(*m_baseline))
                                       : tr("Compare with a baseline"));
    m_baselinePill->setIcon(icon("pin"));
    m_baselinePill->setAccessibleName(m_baselinePill->text());
    m_exportAction->setEnabled(m_run != nullptr);
    // One filled button: the next sensible step.
    m_method->setPrimary((m_run || m_method->startButton().isEnabled()) && !m_notice->isVisible() && m_pages->currentIndex() == 1);
    qsizetype warnings = 0, failures = 0;
    if (m_run)
        for (const Event& event : m_run->events())
            warnings += event.severity == Severity::Warning, failures += event.severity == Severity::Failure;
    QString state = m_queue.running() ? tr("A job is running") : tr("Ready");
    const Job* job = m_queue.running() ? m_queue.current() : nullptr;
    const bool training = m_run && m_run->provenance().kind == "train" && !m_run->finished();
    if (training && job && runFileOf(job->options) == project.run) {
        state = tr("A training is running");
    } else if (training) {
        state = tr("A training that is not finished");
    } else if (m_run) {
        state = tr("%n linears solved", nullptr, m_layers->model().finishedLinears());
        if (warnings + failures == 0) state += tr(" · no events");
        if (!m_run->finished()) state += tr(" · not finished");
    }
    m_state->setText(state);
    m_eventButton->setVisible(warnings + failures > 0);
    m_eventButton->setText(failures > 0 ? tr("%n failures", nullptr, static_cast<int>(failures))
                                        : tr("%n warnings", nullptr, static_cast<int>(warnings)));
    m_eventButton->setIcon(icon(failures > 0 ? "failure" : "warning", failures > 0 ? theme().failure : theme().warning));
    m_eventButton->setAccessibleName(tr("Show the events: %1").arg(m_eventButton->text()));
    const QString look = failures > 0 ? "failures" : "warnings";
    if (m_eventButton->property("look").toString() == look) return;
    m_eventButton->setProperty("look", look);
    m_eventButton->style()->unpolish(m_eventButton);
    m_eventButton->style()->polish(m_eventButton);
}

void MainWindow::pinLayer() {
    const Selection s = m_selection.current();
    if (!m_run || s.block < 0) return;
    const Pin pin{s.block, QString::fromStdString(s.linear)};
    const bool there = m_session.project().pins.contains(pin);
    m_session.change(there ? tr("Unpin a layer") : tr("Pin a layer"), [&](Project& project) {
        if (there) project.pins.removeAll(pin);
        else project.pins.append(pin);
    });
}

}  // namespace qs
