// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where, and what of it is remembered.
#include <QDockWidget>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>
#include <QVBoxLayout>
#include <algorithm>

#include "app/jobs/job_panel.h"
#include "app/main_window.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/project/events.h"
#include "app/project/project_panel.h"
#include "app/welcome_page.h"
#include "views/layers/layer_panel.h"

namespace qs {
namespace {

constexpr int kLayoutVersion = 2;  // of saveState(): older states are not read
constexpr int kGap = 6;
constexpr int kWide = 1500;  // from this width on the lower views stand side by side

enum class Place { Hero, LowerLeft, LowerRight };

/// Where a view of the catalogue begins; views that are not named begin at the lower right.
Place placeOf(const std::string& view) {
    if (view == "hessian-diagonal" || view == "length-tuner" || view == "training") return Place::Hero;
    if (view == "reconstruction-error" || view == "hessian-map" || view == "scale-trajectory") return Place::LowerLeft;
    return Place::LowerRight;
}

}  // namespace

QDockWidget* MainWindow::addPanel(QMainWindow& home, const QString& name, const QString& title, QWidget* panel, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, &home);
    dock->setObjectName("dock-" + name);
    dock->setWidget(panel);
    dock->setTitleBarWidget(new QWidget(dock));                                  // the card has a header of its own; see setArranging()
    const bool wayland = QGuiApplication::platformName().startsWith("wayland");  // floating misbehaves there before Qt 6.6
    dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable |
                      (wayland ? QDockWidget::NoDockWidgetFeatures : QDockWidget::DockWidgetFloatable));
    home.addDockWidget(area, dock);
    return dock;
}

/// The cards keep their distance from the edges of the window as from each other.
void MainWindow::addGap(Qt::ToolBarArea area) {
    auto* gap = new QToolBar;
    gap->setObjectName("gap-" + QString::number(area));
    gap->setProperty("look", "gap");
    gap->setMovable(false);
    const bool upright = area == Qt::LeftToolBarArea || area == Qt::RightToolBarArea;
    if (upright) gap->setFixedWidth(kGap);
    else gap->setFixedHeight(kGap);
    if (area == Qt::TopToolBarArea) addToolBarBreak(area);
    addToolBar(area, gap);
}

void MainWindow::buildLayout() {
    m_projectModel = new ProjectModel(m_store, this);
    m_projectPanel = new ProjectPanel(*m_projectModel);
    m_layers = new LayerPanel;
    m_events = new EventPanel;
    m_method = new MethodPanel(m_engine);
    m_job = new JobPanel(m_queue);
    m_notice = new NoticeBar;
    m_welcome = new WelcomePage;
    m_centre = new QMainWindow;
    m_centre->setWindowFlags(Qt::Widget);
    m_centre->setObjectName("views");
    buildViews();
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_welcome);
    m_pages->addWidget(m_centre);
    auto* middle = new QWidget;
    middle->setObjectName("page");
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_notice);
    column->addWidget(m_pages, 1);
    setCentralWidget(middle);
    m_layers->setMinimumWidth(236);
    for (QMainWindow* window : {static_cast<QMainWindow*>(this), m_centre}) {
        window->setDockNestingEnabled(true);
        window->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
        window->setAnimated(false);
    }
    m_panels = {addPanel(*this, "project", tr("Project"), m_projectPanel, Qt::LeftDockWidgetArea),
                addPanel(*this, "layers", tr("Layers"), m_layers, Qt::LeftDockWidgetArea),
                addPanel(*this, "events", tr("Events"), m_events, Qt::LeftDockWidgetArea),
                addPanel(*this, "method", tr("Method"), m_method, Qt::RightDockWidgetArea),
                addPanel(*this, "job", tr("Job"), m_job, Qt::RightDockWidgetArea)};
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setContextMenuPolicy(Qt::NoContextMenu);  // docks have the View menu; the gaps must stay
    setMinimumSize(1000, 640);
    resize(1280, 800);
}

void MainWindow::buildViews() {
    for (const ViewEntry& entry : viewCatalogue()) {
        View* view = entry.make(nullptr);
        connect(view, &View::exportWanted, this, [this, index = m_views.size()] { exportFigure(index); });
        m_viewDocks.push_back(addPanel(*m_centre, QString::fromLatin1(entry.name), QCoreApplication::translate("Views", entry.brief), view,
                                       Qt::TopDockWidgetArea));
        connect(m_viewDocks.back(), &QDockWidget::visibilityChanged, this, &MainWindow::tidyTabs, Qt::QueuedConnection);
        m_views.push_back(view);
    }
}

void MainWindow::resetLayout() {
    if (m_maximise && m_maximise->isChecked()) m_maximise->setChecked(false);
    const bool wide = width() >= kWide;
    std::map<Place, QDockWidget*> first;
    for (std::size_t i = 0; i < m_viewDocks.size(); ++i) {
        QDockWidget* dock = m_viewDocks[i];
        Place place = placeOf(viewCatalogue()[i].name);
        if (!wide && place == Place::LowerRight) place = Place::LowerLeft;
        dock->setFloating(false);
        m_centre->removeDockWidget(dock);
        const auto group = first.find(place);
        if (group != first.end()) m_centre->tabifyDockWidget(group->second, dock);
        else if (place == Place::LowerRight && first.count(Place::LowerLeft))
            m_centre->splitDockWidget(first[Place::LowerLeft], dock, Qt::Horizontal), first[place] = dock;
        else m_centre->addDockWidget(place == Place::Hero ? Qt::TopDockWidgetArea : Qt::BottomDockWidgetArea, dock), first[place] = dock;
        dock->show();
    }
    for (auto& [place, dock] : first) dock->raise();
    for (std::size_t i = 0; i < m_panels.size(); ++i) {
        m_panels[i]->setFloating(false);
        removeDockWidget(m_panels[i]);
        addDockWidget(i < 3 ? Qt::LeftDockWidgetArea : Qt::RightDockWidgetArea, m_panels[i]);
        m_panels[i]->setVisible(i != 2);  // the events open from the status bar
    }
    sizeDocks();
    m_restored = false;
    QTimer::singleShot(0, this, [this] {  // once more when the window has the size that was asked for
        if (!m_restored) sizeDocks();
    });
    tidyTabs();
}

/// The proportions of the specification: hero 51 %, lower groups 43 : 57, method at 64 % of the right side.
void MainWindow::sizeDocks() {
    const bool wide = width() >= kWide;
    std::map<Place, QDockWidget*> first;
    for (std::size_t i = 0; i < m_viewDocks.size(); ++i) first.emplace(placeOf(viewCatalogue()[i].name), m_viewDocks[i]);
    QDockWidget *hero = first[Place::Hero], *left = first[Place::LowerLeft], *right = first[Place::LowerRight];
    const int centre = std::max(400, m_centre->height()), share = centre < 640 ? 54 : 51;
    if (hero && left) m_centre->resizeDocks({hero, left}, {centre * share / 100, centre * (100 - share) / 100}, Qt::Vertical);
    if (wide && left && right)
        m_centre->resizeDocks({left, right}, {m_centre->width() * 43 / 100, m_centre->width() * 57 / 100}, Qt::Horizontal);
    const int side = std::clamp(width() * 11 / 100, wide ? 280 : 250, 420);  // names of runs and layers in full on large screens
    resizeDocks({m_panels[0], m_panels[3]}, {side, std::max(side, wide ? 322 : 316)}, Qt::Horizontal);
    const int tall = std::max(500, height() - 110), project = std::min(226, tall * 3 / 10);
    resizeDocks({m_panels[0], m_panels[1]}, {project, tall - project}, Qt::Vertical);
    resizeDocks({m_panels[3], m_panels[4]}, {tall * 64 / 100, tall * 36 / 100}, Qt::Vertical);
}

/// Title bars to drag the docks by; without them every pixel belongs to the cards.
void MainWindow::setArranging(bool on) {
    for (const auto* docks : {&m_panels, &m_viewDocks})
        for (QDockWidget* dock : *docks) {
            QWidget* before = dock->titleBarWidget();
            dock->setTitleBarWidget(on ? nullptr : new QWidget(dock));
            if (before) before->deleteLater();
        }
}

/// A view in a group of tabs does not repeat its title; the tab says it.
void MainWindow::tidyTabs() {
    for (std::size_t i = 0; i < m_viewDocks.size(); ++i)
        if (auto* title = m_views[i]->findChild<QLabel*>("view-title"))
            title->setVisible(std::ranges::all_of(m_centre->tabifiedDockWidgets(m_viewDocks[i]), &QWidget::isHidden));
    for (QMainWindow* window : {static_cast<QMainWindow*>(this), m_centre})
        for (QTabBar* bar : window->findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
            bar->setDrawBase(false);
            bar->setExpanding(false);
            bar->setElideMode(Qt::ElideRight);
            bar->setAccessibleName(tr("Views in this place"));
        }
}

void MainWindow::maximiseView(bool on) {
    if (!on) {
        m_centre->restoreState(m_beforeMaximise, kLayoutVersion);
        return tidyTabs();
    }
    m_beforeMaximise = m_centre->saveState(kLayoutVersion);
    QDockWidget* kept = nullptr;
    for (QDockWidget* dock : m_viewDocks)
        if (dock->isAncestorOf(focusWidget())) kept = dock;
    for (QDockWidget* dock : m_viewDocks) {
        if (!kept && !dock->visibleRegion().isEmpty()) kept = dock;
        dock->setVisible(dock == kept);
    }
}

void MainWindow::storeWindow() const {
    QSettings settings;
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("window/panels", saveState(kLayoutVersion));
    settings.setValue("window/views", m_maximise->isChecked() ? m_beforeMaximise : m_centre->saveState(kLayoutVersion));
}

void MainWindow::restoreWindow() {
    const QSettings settings;
    if (!restoreGeometry(settings.value("window/geometry").toByteArray())) {
        const QSize room = screen()->availableSize();
        resize(std::min(1600, room.width() * 9 / 10), std::min(1000, room.height() * 9 / 10));
    }
    resetLayout();
    m_restored = restoreState(settings.value("window/panels").toByteArray(), kLayoutVersion);
    m_centre->restoreState(settings.value("window/views").toByteArray(), kLayoutVersion);
}

}  // namespace qs
