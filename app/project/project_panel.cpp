// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/project_panel.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

#include "views/theme.h"

namespace qs {
namespace {

/// Groups in ink 2 and bold, placeholders pale, the run looked at bold, icons tinted when drawn so that they follow the theme.
class ProjectDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const Theme& t = theme();
        const int severity = index.data(ProjectModel::SeverityRole).toInt();
        const bool group = !index.parent().isValid();
        const bool name = index.column() == ProjectModel::NameColumn;
        if (group || (name && index.data(ProjectModel::CurrentRole).toBool())) option->font.setWeight(QFont::DemiBold);
        QColor ink = group || index.column() == ProjectModel::StateColumn ? t.ink2 : t.ink;
        if (!(index.flags() & Qt::ItemIsEnabled)) ink = t.ink3;
        if (severity > 0 && index.column() == ProjectModel::StateColumn) ink = severity > 1 ? t.failure : t.warning;
        option->palette.setColor(QPalette::Text, ink);
        option->palette.setColor(QPalette::HighlightedText, ink);
        if (!name) return;
        const QString picture = index.data(ProjectModel::IconRole).toString();
        if (picture.isEmpty()) return;
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {16, 16};
        option->icon = icon(picture, severity > 1 ? t.failure : severity > 0 ? t.warning : picture == "play" ? t.accent : t.ink2);
    }
};

}  // namespace

ProjectPanel::ProjectPanel(ProjectModel& model, QWidget* parent) : QFrame(parent), m_model(model) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 6, 8);
    layout->setSpacing(4);
    auto* header = new QHBoxLayout;
    auto* title = new QLabel(tr("Project"), this);
    title->setProperty("look", "title");
    auto* add = new QToolButton(this);
    add->setIcon(icon("plus"));
    add->setProperty("icon-name", "plus");
    add->setAccessibleName(tr("Add to the project"));
    add->setToolTip(add->accessibleName());
    add->setPopupMode(QToolButton::InstantPopup);
    add->setStyleSheet("QToolButton::menu-indicator { image: none; }");
    add->setFocusPolicy(Qt::StrongFocus);
    m_addMenu = new QMenu(this);
    add->setMenu(m_addMenu);
    header->addWidget(title, 1);
    header->addWidget(add);
    layout->addLayout(header);
    m_tree = new QTreeView(this);
    m_tree->setAccessibleName(tr("Project"));
    m_tree->setModel(&m_model);
    m_tree->setItemDelegate(new ProjectDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(14);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setTextElideMode(Qt::ElideRight);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(ProjectModel::NameColumn, QHeaderView::Stretch);
    m_tree->header()->setSectionResizeMode(ProjectModel::StateColumn, QHeaderView::ResizeToContents);
    m_tree->expandAll();
    layout->addWidget(m_tree, 1);
    connect(m_tree, &QTreeView::activated, this, &ProjectPanel::activate);
    connect(m_tree, &QTreeView::clicked, this, &ProjectPanel::activate);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &ProjectPanel::showMenu);
}

void ProjectPanel::showCurrent(const QString& runFile) {
    const QModelIndex index = m_model.indexOf(runFile);
    if (index.isValid() && m_tree->currentIndex().siblingAtColumn(0) != index) m_tree->setCurrentIndex(index);
}

/// What is looked at stays in view.
void ProjectPanel::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    if (m_tree->currentIndex().isValid()) m_tree->scrollTo(m_tree->currentIndex());
}

void ProjectPanel::activate(const QModelIndex& index) {
    const QString path = index.data(ProjectModel::PathRole).toString();
    const int group = index.data(ProjectModel::GroupRole).toInt();
    if (!index.parent().isValid()) return;
    if (group == ProjectModel::Pins && m_model.pinAt(index).block >= 0) emit pinWanted(m_model.pinAt(index));
    if (path.isEmpty()) return;
    if (group == ProjectModel::Models) emit modelWanted(path);
    if (group == ProjectModel::Texts) emit textWanted(path);
    if (group == ProjectModel::Runs) emit runWanted(path);
}

void ProjectPanel::remove(const QModelIndex& index) {
    if (!index.parent().isValid()) return;
    const int group = index.data(ProjectModel::GroupRole).toInt();
    emit removeWanted(group, index.data(ProjectModel::PathRole).toString(), m_model.pinAt(index));
}

void ProjectPanel::showMenu(const QPoint& at) {
    const QModelIndex index = m_tree->indexAt(at).siblingAtColumn(0);
    if (!index.parent().isValid() || !(index.flags() & Qt::ItemIsEnabled)) return m_addMenu->popup(m_tree->viewport()->mapToGlobal(at));
    const QString path = index.data(ProjectModel::PathRole).toString();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (index.data(ProjectModel::GroupRole).toInt() == ProjectModel::Runs) {
        menu->addAction(tr("Look at this run"), this, [this, path] { emit runWanted(path); });
        menu->addAction(icon("pin"), tr("Use as baseline"), this, [this, path] { emit baselineWanted(path); });
        menu->addAction(icon("play"), tr("Resume"), this, [this, path] { emit resumeWanted(path); });
        menu->addAction(tr("Rename"), QKeySequence(Qt::Key_F2), this, [this, i = QPersistentModelIndex(index)] { m_tree->edit(i); });
    }
    if (!path.isEmpty())
        menu->addAction(icon("folder"), tr("Show in folder"), this,
                        [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath())); });
    menu->addSeparator();
    menu->addAction(icon("close"), tr("Remove from the project"), QKeySequence(Qt::Key_Delete), this,
                    [this, i = QPersistentModelIndex(index)] { remove(i); });
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

void ProjectPanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Delete && m_tree->currentIndex().isValid()) return remove(m_tree->currentIndex().siblingAtColumn(0));
    QFrame::keyPressEvent(event);
}

}  // namespace qs
