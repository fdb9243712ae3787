// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>

#include "app/demo.h"
#include "app/job_panel.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "app/welcome_page.h"
#include "base/error.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"
#include "views/run_names.h"

namespace qs {
namespace {
constexpr int kFollowMilliseconds = 1000;
constexpr int kShutDownMilliseconds = 4000;
}  // namespace

MainWindow::MainWindow(Quantize quantize) : m_quantize(std::move(quantize)) {
    qRegisterMetaType<std::shared_ptr<const RunFile>>();
    setWindowTitle(tr("Quantoscope"));
    setAcceptDrops(true);
    buildLayout();
    buildMenus();
    buildToolBar();
    connectParts();
    restoreSettings();
    updateWords();
    m_welcome->demoButton().setFocus();
}

MainWindow::~MainWindow() = default;

void MainWindow::connectParts() {
    connect(m_layers, &LayerPanel::selected, &m_selection, &SelectionModel::select);
    connect(&m_selection, &SelectionModel::changed, this, [this](const Selection& selection) {
        m_layers->setSelection(selection);
        showInViews();
        updateWords();
    });
    connect(m_method, &MethodPanel::startWanted, this, [this] { startJob(); });
    connect(m_welcome, &WelcomePage::demoWanted, this, &MainWindow::startDemo);
    connect(m_welcome, &WelcomePage::modelWanted, this, &MainWindow::chooseModel);
    connect(m_welcome, &WelcomePage::textWanted, this, &MainWindow::chooseText);
    connect(m_welcome, &WelcomePage::runWanted, this, [this] { chooseRun(false); });
    connect(&m_runner, &JobRunner::partFinished, this, [this](int, const QString& part) { openRun(QFileInfo(part).path()); });
    connect(&m_runner, &JobRunner::ended, this, &MainWindow::jobEnded);
    connect(&m_runLoader, &RunLoader::opened, this, [this](const QString&, auto run) { runOpened(run); });
    connect(&m_runLoader, &RunLoader::failed, this, [this](const QString& path, const QString& message) {
        if (path.endsWith(".parts")) return;  // finished meanwhile: the whole file is opened next
        m_notice->showFailure(tr("The run could not be opened"), message);
    });
    connect(&m_baselineLoader, &RunLoader::opened, this, [this](const QString&, auto run) { baselineOpened(run); });
    connect(&m_baselineLoader, &RunLoader::failed, this,
            [this](const QString&, const QString& message) { m_notice->showFailure(tr("The baseline could not be opened"), message); });
    connect(m_notice, &NoticeBar::visibilityChanged, this, [this] { updateWords(); });
    connect(&m_follow, &QTimer::timeout, this, &MainWindow::followGrowingRun);
    m_follow.start(kFollowMilliseconds);
}

void MainWindow::openRun(const QString& path) {
    m_runPath = QFileInfo(path).absoluteFilePath();
    m_runLoader.open(m_runPath);
}

void MainWindow::openBaseline(const QString& path) { m_baselineLoader.open(QFileInfo(path).absoluteFilePath()); }

void MainWindow::runOpened(std::shared_ptr<const RunFile> run) {
    m_run = std::move(run);
    m_layers->setRun(m_run);
    m_centre->setCurrentIndex(1);
    const Selection now = m_selection.current();
    const bool gone =
        now.block < 0 || (!now.linear.empty() && m_layers->model().selectionAt(m_layers->model().indexOf(now)).linear != now.linear);
    if (gone && firstSelection(*m_run) != now) m_selection.select(firstSelection(*m_run));
    else {
        m_layers->setSelection(now);
        showInViews();
    }
    updateWords();
}

void MainWindow::baselineOpened(std::shared_ptr<const RunFile> run) {
    m_baseline = std::move(run);
    showInViews();
    updateWords();
}

void MainWindow::showInViews() {
    for (View* view : m_views) view->show(ViewInput{m_run, m_baseline, m_selection.current(), {}});
}

/// A run that another process writes (the command line, a cluster job) grows part by part.
void MainWindow::followGrowingRun() {
    if (!m_run || m_run->finished() || m_runner.running() || m_runLoader.busy()) return;
    QString whole = m_runPath;
    if (whole.endsWith(".parts")) whole.chop(6);
    if (QFileInfo::exists(whole)) return openRun(whole);
    const int parts = static_cast<int>(QDir(whole + ".parts").entryList({"block-*.h5"}).size());
    if (parts != m_followedParts) openRun(m_runPath);
    m_followedParts = parts;
}

void MainWindow::startDemo() {
    if (m_runner.running()) return;
    QuantizeOptions options;
    try {
        const auto values = demoValues();
        for (const auto& [name, value] : values) m_method->form().setValue(name, value);
        options = m_method->options();
        options.out = demoOut();  // not in the form: the next run of one's own must not replace the demo
    } catch (const Error& error) {
        return m_notice->showFailure(tr("The demo cannot be started"), QString::fromStdString(error.what()));
    }
    m_demo = true;
    options.resume = hasParts(options.out);
    launch(options);
}

void MainWindow::startJob(bool resume) {
    if (m_runner.running()) return;
    m_demo = false;
    QuantizeOptions options = resume ? m_lastJob : m_method->options();
    options.resume = resume;
    launch(options);
}

void MainWindow::launch(QuantizeOptions options) {
    try {
        if (options.out.empty()) options.out = automaticOut(options).toStdString();
    } catch (const Error& error) {
        return m_notice->showFailure(tr("The run cannot be started"), QString::fromStdString(error.what()));
    }
    m_lastJob = options;
    m_notice->hide();
    m_method->store();
    m_runner.start([options, quantize = m_quantize](JobContext& context) { quantize(options, context); });
    m_job->begin(QFileInfo(QString::fromStdString(options.out)).completeBaseName());
    m_method->setRunning(true);
    m_welcome->demoButton().setEnabled(false);
    updateWords();
}

void MainWindow::jobEnded(const JobOutcome& outcome) {
    m_method->setRunning(false);
    m_welcome->demoButton().setEnabled(true);
    const QString out = QString::fromStdString(m_lastJob.out);
    if (m_closing) return static_cast<void>(close());
    if (outcome.done) {
        statusBar()->showMessage(tr("Written: %1").arg(out), 20000);
        openRun(out);
    } else {
        const bool stopped = outcome.kind == ErrorKind::Stopped, refused = !stopped && m_lastJob.resume;
        const auto anew = [this] {
            m_lastJob.resume = false;
            launch(m_lastJob);
        };
        if (refused && m_demo) return anew();  // parts of an older demo that do not fit
        std::vector<NoticeBar::Button> buttons;
        if (hasParts(m_lastJob.out) && !refused) buttons.push_back({tr("Resume"), true, [this] { startJob(true); }});
        if (!stopped) buttons.push_back({tr("Start anew"), buttons.empty(), anew});
        m_notice->showFailure(stopped ? tr("The job was stopped; finished blocks are kept") : tr("The job failed"), outcome.message,
                              buttons);
    }
    updateWords();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    storeSettings();
    if (!m_runner.running()) return event->accept();
    event->ignore();
    if (m_closing) return;
    m_notice->ask(
        tr("A job is running"), tr("It can stop after the block in progress; finished blocks are kept, and the job can be resumed later."),
        {{tr("Stop and close"), true,
          [this] {
              m_closing = true;
              m_runner.stopAfterPart();
              m_notice->ask(tr("Closing after the block in progress"), {}, {{tr("Stop now"), true, [this] { m_runner.stopNow(); }}});
          }},
         {tr("Keep running"), false, [] {}}});
}

void MainWindow::shutDown() {
    storeSettings();
    if (!m_runner.running()) return QApplication::quit();
    connect(&m_runner, &JobRunner::ended, qApp, &QApplication::quit);
    QTimer::singleShot(kShutDownMilliseconds, qApp, [] { std::_Exit(0); });  // parts on disk are whole at any moment
    m_closing = true;
    m_runner.stopNow();
}

void MainWindow::setTheme(ThemeKind kind) {
    applyTheme(*static_cast<QApplication*>(QApplication::instance()), kind);
    for (QAbstractButton* button : findChildren<QAbstractButton*>())
        if (const QString name = button->property("icon-name").toString(); !name.isEmpty()) button->setIcon(icon(name));
    showInViews();
}

}  // namespace qs
