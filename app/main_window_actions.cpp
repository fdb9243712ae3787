// SPDX-License-Identifier: GPL-3.0-or-later
// Menus, tool bar, status bar, and the palette that finds all of it.
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QProgressBar>
#include <QPushButton>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>

#include "app/command_palette.h"
#include "app/diagnostics.h"
#include "app/jobs/job_panel.h"
#include "app/main_window.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/project/project_panel.h"
#include "app/settings_dialog.h"
#include "base/parallel.h"
#include "base/resources.h"
#include "views/layers/layer_model.h"
#include "views/layers/layer_panel.h"
#include "views/number_text.h"

namespace qs {
namespace {

QString plain(QString text) { return text.remove('&').remove(QStringLiteral("…")); }

QString titleOf(std::size_t view) { return QCoreApplication::translate("Views", viewCatalogue()[view].title); }

/// "Ctrl+" and a digit for the first ten views, then Ctrl+Alt and a digit; with Shift the figure of the view.
QKeySequence keysOf(std::size_t view, bool figure) {
    return QKeySequence(QStringLiteral("Ctrl+%1%2%3").arg(view < 10 ? "" : "Alt+", figure ? "Shift+" : "").arg((view + 1) % 10));
}

QToolButton* barButton(QToolBar* bar, QAction* action) {
    bar->addAction(action);
    auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action));
    button->setFixedSize(26, 26);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(plain(action->text()));
    return button;
}

}  // namespace

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> action) {
    QAction* item = menu->addAction(text);
    item->setShortcut(keys);
    connect(item, &QAction::triggered, this, [action = std::move(action)] { action(); });
    return item;
}

void MainWindow::buildFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    addAction(file, tr("&New project"), QKeySequence("Ctrl+N"), [this] { m_session.startNew(); });
    addAction(file, tr("Open &project…"), QKeySequence("Ctrl+Shift+J"), [this] { chooseProject(); });
    addAction(file, tr("&Save project"), QKeySequence("Ctrl+S"), [this] { saveProject(false); });
    addAction(file, tr("Save project &as…"), QKeySequence("Ctrl+Shift+S"), [this] { saveProject(true); });
    m_recent = file->addMenu(tr("Open r&ecent"));
    connect(m_recent, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    fillRecent();
    file->addSeparator();
    const auto model = addAction(file, tr("Choose &model…"), QKeySequence("Ctrl+O"), [this] { chooseModel(); });
    const auto text = addAction(file, tr("Choose &text…"), QKeySequence("Ctrl+T"), [this] { chooseText(); });
    const auto run = addAction(file, tr("Open &run…"), QKeySequence("Ctrl+Shift+O"), [this] { chooseRun(false); });
    const auto baseline = addAction(file, tr("Open &baseline…"), QKeySequence("Ctrl+B"), [this] { chooseRun(true); });
    addAction(file, tr("Remove baseline"), QKeySequence("Ctrl+Shift+B"), [this] { openBaseline({}); });
    m_projectPanel->addMenu().addActions({model, text, run, baseline});
    file->addSeparator();
    addAction(file, tr("&Quit"), QKeySequence("Ctrl+Q"), [this] { close(); });
}

void MainWindow::fillRecent() {
    m_recent->clear();
    for (const QString& path : ProjectSession::recent())
        addAction(m_recent, QString(path).replace('&', "&&"), {}, [this, path] { openPath(path); });
    m_recent->setEnabled(!m_recent->isEmpty());
}

void MainWindow::buildEditMenu() {
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    m_undo = m_session.history().createUndoAction(this, tr("&Undo"));
    m_redo = m_session.history().createRedoAction(this, tr("&Redo"));
    m_undo->setShortcut(QKeySequence::Undo);
    m_redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    m_undo->setIcon(icon("undo"));
    m_redo->setIcon(icon("redo"));
    m_undo->setProperty("icon-name", "undo");
    m_redo->setProperty("icon-name", "redo");
    edit->addActions({m_undo, m_redo});
    edit->addSeparator();
    addAction(edit, tr("&Pin or unpin the layer"), QKeySequence("Ctrl+Shift+D"), [this] { pinLayer(); });
    addAction(edit, tr("&Filter layers"), QKeySequence("Ctrl+F"), [this] { m_layers->filter().setFocus(Qt::ShortcutFocusReason); });
    QAction* palette = addAction(edit, tr("Find action, layer or run…"), {}, [this] { openPalette(); });
    palette->setShortcuts({QKeySequence("Ctrl+Shift+P"), QKeySequence("Ctrl+K")});
    edit->addSeparator();
    addAction(edit, tr("&Settings…"), QKeySequence("Ctrl+,"), [this] {
        auto* dialog = new SettingsDialog(this);
        connect(dialog, &SettingsDialog::changed, this, &MainWindow::applySettings);
        dialog->show();
    });
}

void MainWindow::buildViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (std::size_t i = 0; i < m_viewDocks.size(); ++i)
        addAction(view, titleOf(i), keysOf(i, false), [this, i] {
            m_viewDocks[i]->show();
            m_viewDocks[i]->raise();
            m_views[i]->setFocus(Qt::ShortcutFocusReason);
        });
    QMenu* shown = view->addMenu(tr("Show or &hide"));
    for (const auto* docks : {&m_viewDocks, &m_panels})
        for (QDockWidget* dock : *docks) shown->addAction(dock->toggleViewAction());
    view->addSeparator();
    m_back = addAction(view, tr("&Back"), QKeySequence("Alt+Left"), [this] { m_history.back(); });
    m_forward = addAction(view, tr("&Forward"), QKeySequence("Alt+Right"), [this] { m_history.forward(); });
    m_back->setIcon(icon("back"));
    m_forward->setIcon(icon("forward"));
    m_back->setProperty("icon-name", "back");
    m_forward->setProperty("icon-name", "forward");
    connect(&m_history, &SelectionHistory::changed, this, &MainWindow::updateCrumbs);
    view->addSeparator();
    m_maximise = addAction(view, tr("&Maximise the view"), QKeySequence("Ctrl+M"), [] {});
    m_maximise->setCheckable(true);
    connect(m_maximise, &QAction::toggled, this, &MainWindow::maximiseView);
    m_arrange = addAction(view, tr("&Arrange panels"), QKeySequence("Ctrl+Shift+L"), [] {});
    m_arrange->setCheckable(true);
    connect(m_arrange, &QAction::toggled, this, &MainWindow::setArranging);
    addAction(view, tr("&Reset layout"), QKeySequence("Ctrl+Shift+R"), [this] { resetLayout(); });
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    int number = 4;  // Ctrl+Alt with a function key belongs to the system
    for (const auto& [kind, text] : {std::pair{ThemeKind::System, tr("As the system")},
                                     {ThemeKind::Light, tr("Light")},
                                     {ThemeKind::Dark, tr("Dark")},
                                     {ThemeKind::HighContrast, tr("High contrast, light")},
                                     {ThemeKind::HighContrastDark, tr("High contrast, dark")}}) {
        QAction* item = addAction(themes, text, QKeySequence(QStringLiteral("Ctrl+Alt+%1").arg(++number)), [this, kind = kind] {
            Settings settings = m_settings;
            settings.theme = kind;
            storeSettings(settings);
            applySettings(settings);
        });
        item->setCheckable(true);
        item->setChecked(kind == m_settings.theme);
        group->addAction(item);
    }
}

void MainWindow::buildRunMenu() {
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    addAction(run, tr("&Start run"), QKeySequence("Ctrl+R"), [this] { startJob(); });
    addAction(run, tr("&Pause or resume"), QKeySequence("Ctrl+P"), [this] { m_job->togglePause(); });
    addAction(run, tr("Stop &after block"), QKeySequence("Ctrl+Shift+."), [this] { m_queue.stopAfterBlock(); });
    addAction(run, tr("Stop &now"), QKeySequence("Ctrl+."), [this] { m_queue.stopNow(); });
    addAction(run, tr("Start the &waiting jobs"), QKeySequence("Ctrl+Shift+W"), [this] { m_queue.goOn(); });
    addAction(run, tr("Resume the run that is looked at"), QKeySequence("Ctrl+Shift+U"), [this] { resumeRun(m_session.project().run); });
    addAction(run, tr("Look for unfinished runs"), QKeySequence("Ctrl+U"), [this] { offerUnfinished(); });
    run->addSeparator();
    addAction(run, tr("&Evaluate…"), QKeySequence("Ctrl+E"), [this] { evaluateRun(); });
    addAction(run, tr("E&xport weights…"), QKeySequence("Ctrl+Shift+X"), [this] { exportRun(); });
    addAction(run, tr("&Train…"), QKeySequence("Ctrl+Shift+T"), [this] { trainModel(); });
    addAction(run, tr("Train the exa&mple…"), QKeySequence("Ctrl+Alt+T"), [this] { trainModel(TrainingExample::Languages); });
    addAction(run, tr("Run the &demo"), QKeySequence("Ctrl+D"), [this] { startDemo(); });
}

void MainWindow::buildFigureAndHelpMenus() {
    QMenu* figure = menuBar()->addMenu(tr("F&igure"));
    for (std::size_t i = 0; i < m_views.size(); ++i)
        addAction(figure, tr("Export: %1…").arg(titleOf(i)), keysOf(i, true), [this, i] { exportFigure(i); });
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("Copy &diagnostics"), QKeySequence("Ctrl+F1"), [this] {
        QGuiApplication::clipboard()->setText(diagnosticsText(m_watchdog));
        statusBar()->showMessage(tr("Diagnostics copied"), 5000);
    });
    addAction(help, tr("&About Quantoscope"), QKeySequence("F1"), [this] { showAbout(this, m_watchdog); });
}

void MainWindow::buildToolBar() {
    auto* bar = new QToolBar(tr("Where you are"));
    bar->setObjectName("tool-bar");
    bar->setMovable(false);
    bar->setFixedHeight(42);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    barButton(bar, m_back);
    barButton(bar, m_forward);
    m_crumbs = new QLabel;
    m_crumbs->setContentsMargins(4, 0, 6, 0);
    m_crumbs->setTextFormat(Qt::RichText);
    m_crumbs->setMinimumWidth(60);
    bar->addWidget(m_crumbs);
    m_baselinePill = new QPushButton;
    m_baselinePill->setProperty("look", "pill");
    m_baselinePill->setToolTip(tr("Choose a baseline, or remove it (Ctrl+Shift+B)"));
    connect(m_baselinePill, &QPushButton::clicked, this, [this] { m_baseline ? openBaseline({}) : chooseRun(true); });
    m_baselineAction = bar->addWidget(m_baselinePill);
    auto* gap = new QWidget;
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);
    auto* search = new QPushButton(icon("search"), tr("Search actions, layers, runs   Ctrl+K"));
    search->setProperty("icon-name", "search");
    search->setProperty("look", "search");
    search->setAccessibleName(tr("Search actions, layers, runs"));
    connect(search, &QPushButton::clicked, this, &MainWindow::openPalette);
    bar->addWidget(search);
    barButton(bar, m_undo);
    barButton(bar, m_redo);
    auto* exporting = new QPushButton(icon("export"), tr("Export figure"));
    exporting->setProperty("icon-name", "export");
    exporting->setAccessibleName(tr("Export figure"));
    auto* menu = new QMenu(exporting);
    for (std::size_t i = 0; i < m_views.size(); ++i) addAction(menu, titleOf(i) + QStringLiteral("…"), {}, [this, i] { exportFigure(i); });
    exporting->setMenu(menu);
    m_exportAction = bar->addWidget(exporting);
    addToolBar(bar);
    for (const auto area : {Qt::TopToolBarArea, Qt::LeftToolBarArea, Qt::RightToolBarArea, Qt::BottomToolBarArea}) addGap(area);
}

void MainWindow::buildStatusBar() {
    m_state = new QLabel;
    m_state->setProperty("look", "status");
    m_eventButton = new QToolButton;
    m_eventButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_eventButton->setFocusPolicy(Qt::TabFocus);
    connect(m_eventButton, &QToolButton::clicked, this, [this] {
        m_panels[2]->show();
        m_panels[2]->raise();
    });
    statusBar()->addWidget(m_eventButton);
    statusBar()->addWidget(m_state);
    m_machine = new QLabel(tr("CPU, %n threads", nullptr, availableCores()));
    m_memory = new QLabel;
    m_saved = new QLabel;
    m_memoryBar = new QProgressBar;
    m_memoryBar->setTextVisible(false);
    m_memoryBar->setFixedWidth(70);
    m_memoryBar->setAccessibleName(tr("Memory in use"));
    for (QLabel* label : {m_machine, m_memory, m_saved}) label->setProperty("look", "status");
    for (QWidget* part : {static_cast<QWidget*>(m_machine), static_cast<QWidget*>(m_memoryBar), static_cast<QWidget*>(m_memory),
                          static_cast<QWidget*>(m_saved)})
        statusBar()->addPermanentWidget(part);
    statusBar()->setSizeGripEnabled(false);
    const auto showMemory = [this] {
        const auto used = static_cast<double>(residentMemoryBytes()), all = used + static_cast<double>(availableMemoryBytes());
        const auto& forecast = m_method->forecast().current();
        m_memory->setText(forecast ? tr("Memory %1 of %2, next job ≈ %3").arg(bytes(used), bytes(all), bytes(forecast->total.memoryBytes))
                                   : tr("Memory %1 of %2").arg(bytes(used), bytes(all)));
        m_memoryBar->setRange(0, 1000);
        m_memoryBar->setValue(all > 0 ? static_cast<int>(1000 * used / all) : 0);
    };
    connect(&m_memoryTimer, &QTimer::timeout, this, showMemory);
    connect(&m_method->forecast(), &Forecaster::changed, this, showMemory);
    showMemory();
    m_memoryTimer.start(2000);
}

/// Every action of the menus, the layers of the run, the runs of the project.
void MainWindow::openPalette() {
    std::vector<PaletteItem> items;
    const std::function<void(QMenu*, const QString&)> collect = [&](QMenu* menu, const QString& path) {
        for (QAction* action : menu->actions()) {
            if (action->isSeparator()) continue;
            if (action->menu()) collect(action->menu(), plain(action->text()));
            else
                items.push_back({plain(action->text()), path, action->shortcut().toString(QKeySequence::NativeText),
                                 [action] { action->trigger(); }, action->isEnabled()});
        }
    };
    for (QAction* menu : menuBar()->actions()) collect(menu->menu(), plain(menu->text()));
    for (const ProjectRun& run : m_session.project().runs)
        items.push_back({distinctName(m_session.project(), run, m_store), tr("Run"), {}, [this, file = run.file] { openRun(file); }});
    if (m_run)
        for (const LinearRecord& linear : m_run->linears())
            items.push_back({tr("Block %1 %2").arg(linear.block).arg(QString::fromStdString(linear.role)),
                             tr("Layer"),
                             {},
                             [this, where = Selection{linear.block, linear.name, 0, -1}] { m_selection.select(where); }});
    m_palette->open(std::move(items));
}

void MainWindow::applySettings(const Settings& settings) {
    m_settings = settings;
    applyTheme(*static_cast<QApplication*>(QApplication::instance()), settings.theme);
    for (QAbstractButton* button : findChildren<QAbstractButton*>())
        if (const QString name = button->property("icon-name").toString(); !name.isEmpty()) button->setIcon(icon(name));
    for (QAction* action : findChildren<QAction*>())
        if (const QString name = action->property("icon-name").toString(); !name.isEmpty()) action->setIcon(icon(name));
    showInViews();
    updateWords();
}

}  // namespace qs
