// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where, the menus, and what is remembered between sessions.
#include <unistd.h>

#include <QActionGroup>
#include <QApplication>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include "app/demo.h"
#include "app/figure.h"
#include "app/file_dialog.h"
#include "app/job_panel.h"
#include "app/main_window.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "app/welcome_page.h"
#include "base/error.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"
#include "views/number_text.h"
#include "views/plot/figure_export.h"
#include "views/run_names.h"

namespace qs {
namespace {

/// Resident memory of this process in bytes, 0 where /proc is not there.
double residentBytes() {
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QList<QByteArray> fields = file.readAll().split(' ');
    return fields.size() > 1 ? fields[1].toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

QSplitter* splitter(Qt::Orientation orientation) {
    auto* result = new QSplitter(orientation);
    result->setHandleWidth(6);
    result->setChildrenCollapsible(false);
    return result;
}

}  // namespace

void MainWindow::buildLayout() {
    m_layers = new LayerPanel;
    m_method = new MethodPanel;
    m_job = new JobPanel(m_runner);
    m_notice = new NoticeBar;
    m_welcome = new WelcomePage;
    m_viewRows = splitter(Qt::Vertical);
    for (const ViewEntry& entry : viewCatalogue()) {
        View* view = entry.make(nullptr);
        connect(view, &View::exportWanted, this, [this, index = m_views.size()] { exportFigure(index); });
        connect(view, &View::selected, &m_selection, &SelectionModel::select);
        connect(view, &View::notice, this, [this](const QString& message) { statusBar()->showMessage(message, 5000); });
        m_viewRows->addWidget(view);
        m_views.push_back(view);
    }
    m_centre = new QStackedWidget;
    m_centre->addWidget(m_welcome);
    m_centre->addWidget(m_viewRows);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_notice);
    column->addWidget(m_centre, 1);
    m_sideRows = splitter(Qt::Vertical);
    m_sideRows->addWidget(m_method);
    m_sideRows->addWidget(m_job);
    m_columns = splitter(Qt::Horizontal);
    for (QWidget* part : {static_cast<QWidget*>(m_layers), middle, static_cast<QWidget*>(m_sideRows)}) m_columns->addWidget(part);
    m_columns->setStretchFactor(1, 1);
    m_layers->setMinimumWidth(210);
    m_sideRows->setMinimumWidth(290);
    auto* page = new QWidget;
    page->setObjectName("page");
    auto* frame = new QVBoxLayout(page);
    frame->setContentsMargins(6, 6, 6, 6);
    frame->addWidget(m_columns);
    setCentralWidget(page);
    setMinimumSize(1000, 640);
    resetLayout();
}

void MainWindow::resetLayout() {
    resize(1280, 800);
    m_columns->setSizes({260, 690, 318});
    m_viewRows->setSizes({362, 368});
    m_sideRows->setSizes({470, 260});
}

void MainWindow::buildMenus() {
    const auto add = [this](QMenu* menu, const QString& text, const QKeySequence& keys, auto action) {
        QAction* item = menu->addAction(text);
        item->setShortcut(keys);
        connect(item, &QAction::triggered, this, action);
        return item;
    };
    QMenu* file = menuBar()->addMenu(tr("&File"));
    add(file, tr("Choose &model…"), QKeySequence("Ctrl+O"), [this] { chooseModel(); });
    add(file, tr("Choose &text…"), QKeySequence("Ctrl+T"), [this] { chooseText(); });
    file->addSeparator();
    add(file, tr("Open &run…"), QKeySequence("Ctrl+Shift+O"), [this] { chooseRun(false); });
    add(file, tr("Open &baseline…"), QKeySequence("Ctrl+B"), [this] { chooseRun(true); });
    add(file, tr("Remove baseline"), QKeySequence("Ctrl+Shift+B"), [this] { baselineOpened(nullptr); });
    file->addSeparator();
    add(file, tr("&Quit"), QKeySequence("Ctrl+Q"), [this] { close(); });
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        QAction* item = add(view, QCoreApplication::translate("Views", viewCatalogue()[i].title),
                            QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)), [] {});
        item->setCheckable(true);
        item->setChecked(true);
        connect(item, &QAction::toggled, m_views[i], &QWidget::setVisible);
    }
    view->addSeparator();
    add(view, tr("&Filter layers"), QKeySequence("Ctrl+F"), [this] { m_layers->filter().setFocus(Qt::ShortcutFocusReason); });
    add(view, tr("&Reset layout"), QKeySequence("Ctrl+Shift+R"), [this] { resetLayout(); });
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    for (const auto& [kind, text] :
         {std::pair{ThemeKind::System, tr("As the system")}, {ThemeKind::Light, tr("Light")}, {ThemeKind::Dark, tr("Dark")}}) {
        QAction* item = add(themes, text, {}, [this, kind = kind] {
            setTheme(kind);
            QSettings().setValue("theme", nameOf(kind));
        });
        item->setCheckable(true);
        item->setChecked(nameOf(kind) == QSettings().value("theme", "system").toString());
        group->addAction(item);
    }
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    add(run, tr("&Start run"), QKeySequence("Ctrl+R"), [this] { m_method->startButton().click(); });
    add(run, tr("&Pause or resume"), QKeySequence("Ctrl+P"), [this] { m_job->togglePause(); });
    add(run, tr("Stop &after block"), QKeySequence("Ctrl+Shift+."), [this] { m_job->stopAfterButton().click(); });
    add(run, tr("Stop &now"), QKeySequence("Ctrl+."), [this] { m_runner.stopNow(); });
    run->addSeparator();
    add(run, tr("Run the &demo"), QKeySequence("Ctrl+D"), [this] { startDemo(); });
    QMenu* figure = menuBar()->addMenu(tr("F&igure"));
    for (std::size_t i = 0; i < m_views.size(); ++i)
        add(figure, tr("Export: %1…").arg(QCoreApplication::translate("Views", viewCatalogue()[i].title)),
            QKeySequence(QStringLiteral("Ctrl+Shift+%1").arg(i + 1)), [this, i] { exportFigure(i); });
}

void MainWindow::buildToolBar() {
    auto* bar = new QToolBar(tr("Where you are"));
    bar->setObjectName("tool-bar");
    bar->setMovable(false);
    bar->setFixedHeight(42);
    m_crumbs = new QLabel;
    m_crumbs->setContentsMargins(6, 0, 6, 0);
    m_crumbs->setTextFormat(Qt::RichText);
    bar->addWidget(m_crumbs);
    m_baselinePill = new QPushButton;
    m_baselinePill->setToolTip(tr("Remove the baseline (Ctrl+Shift+B)"));
    connect(m_baselinePill, &QPushButton::clicked, this, [this] { m_baseline ? baselineOpened(nullptr) : chooseRun(true); });
    m_baselineAction = bar->addWidget(m_baselinePill);
    auto* gap = new QWidget;
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);
    auto* open = new QPushButton(icon("curve"), tr("Open run"));
    open->setProperty("icon-name", "curve");
    connect(open, &QPushButton::clicked, this, [this] { chooseRun(false); });
    bar->addWidget(open);
    addToolBar(bar);
    m_memory = new QLabel;
    m_memory->setProperty("look", "subject");
    m_memory->setContentsMargins(0, 0, 10, 0);
    m_memory->setAccessibleName(tr("Memory in use"));
    statusBar()->addPermanentWidget(m_memory);
    statusBar()->setSizeGripEnabled(false);
    const auto showMemory = [this] { m_memory->setText(tr("Memory %1").arg(bytes(residentBytes()))); };
    connect(&m_memoryTimer, &QTimer::timeout, this, showMemory);
    showMemory();
    m_memoryTimer.start(1000);
}

void MainWindow::updateWords() {
    QString crumbs = tr("No run open");
    if (m_run) {
        const Selection& s = m_selection.current();
        crumbs = QStringLiteral("%1 › %2").arg(modelName(*m_run).toHtmlEscaped(), runName(*m_run).toHtmlEscaped());
        if (s.block >= 0) crumbs += tr(" › Block %1").arg(s.block);
        if (!s.linear.empty()) crumbs += QStringLiteral(" › <b>%1</b>").arg(linearName(s.linear).toHtmlEscaped());
    }
    m_crumbs->setText(crumbs);
    setWindowTitle(m_run ? tr("%1 – Quantoscope").arg(QFileInfo(m_runPath).completeBaseName()) : tr("Quantoscope"));
    m_baselineAction->setVisible(m_run != nullptr);
    m_baselinePill->setText(m_baseline ? tr("Baseline: %1").arg(runName(*m_baseline)) : tr("Compare with a baseline"));
    m_baselinePill->setIcon(icon(m_baseline ? "close" : "pin"));
    m_baselinePill->setAccessibleName(m_baselinePill->text());
    // One filled button: the next sensible step.
    m_method->setPrimary(m_run && !m_notice->isVisible());
    if (!m_run) return;
    qsizetype warnings = 0, failures = 0;
    for (const Event& event : m_run->events())
        warnings += event.severity == Severity::Warning, failures += event.severity == Severity::Failure;
    QString state = tr("%n linears solved", nullptr, m_layers->model().finishedLinears());
    state += warnings + failures == 0 ? tr(" · no warnings") : tr(" · %1 warnings, %2 failures").arg(warnings).arg(failures);
    if (!m_run->finished()) state += tr(" · not finished");
    statusBar()->showMessage(state);
}

void MainWindow::exportFigure(std::size_t view) {
    const ViewInput input{m_run, m_baseline, m_selection.current(), m_views[view]->settings()};
    if (!m_run) return;
    chooseFile(this, FileChoice::Save, tr("Export figure"), tr("Figures (*.pdf *.svg *.png *.csv *.json)"),
               [this, input, view](const QStringList& files) {
                   try {
                       writeFigureFile(viewCatalogue()[view], input, files.first());
                       statusBar()->showMessage(tr("Written: %1").arg(files.first()), 10000);
                   } catch (const Error& error) {
                       m_notice->showFailure(tr("The figure could not be written"), QString::fromStdString(error.what()));
                   }
               });
}

void MainWindow::chooseModel() {
    chooseFile(this, FileChoice::Folder, tr("Choose a model directory"), {},
               [this](const QStringList& files) { m_method->form().setValue("model", files.first().toStdString()); });
}

void MainWindow::chooseText() {
    chooseFile(this, FileChoice::OpenMany, tr("Choose calibration text"), tr("Text (*.txt *.jsonl);;All files (*)"),
               [this](const QStringList& files) { m_method->form().setValue("text", files.join(',').toStdString()); });
}

void MainWindow::chooseRun(bool baseline) {
    chooseFile(this, FileChoice::Open, baseline ? tr("Open a baseline run") : tr("Open a run"), tr("Runs (*.qsrun)"),
               [this, baseline](const QStringList& files) { baseline ? openBaseline(files.first()) : openRun(files.first()); });
}

/// A run opens; a directory with config.json or a GGUF file becomes the model; other files become text.
void MainWindow::openPath(const QString& path) {
    const QFileInfo info(path);
    if (path.endsWith(".qsrun") || path.endsWith(".parts")) return openRun(path);
    const bool model = info.suffix().toLower() == "gguf" || QFileInfo::exists(path + "/config.json");
    m_method->form().setValue(model ? "model" : "text", path.toStdString());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) openPath(url.toLocalFile());
}

void MainWindow::storeSettings() const {
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/columns", m_columns->saveState());
    settings.setValue("window/views", m_viewRows->saveState());
    settings.setValue("window/side", m_sideRows->saveState());
    m_method->store();
}

void MainWindow::restoreSettings() {
    const QSettings settings;
    restoreGeometry(settings.value("window/geometry").toByteArray());
    m_columns->restoreState(settings.value("window/columns").toByteArray());
    m_viewRows->restoreState(settings.value("window/views").toByteArray());
    m_sideRows->restoreState(settings.value("window/side").toByteArray());
}

}  // namespace qs
