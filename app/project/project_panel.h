// SPDX-License-Identifier: GPL-3.0-or-later
// The project tree. Activating a model or text puts it into the form, a run is looked at, a pinned layer is selected.
#pragma once

#include <QFrame>

#include "app/project/project_model.h"

class QMenu;
class QToolButton;
class QTreeView;

namespace qs {

class ProjectPanel : public QFrame {
    Q_OBJECT
  public:
    ProjectPanel(ProjectModel& model, QWidget* parent = nullptr);
    QTreeView& tree() { return *m_tree; }
    /// What the + button offers.
    QMenu& addMenu() { return *m_addMenu; }
    /// Marks the run that is looked at.
    void showCurrent(const QString& runFile);

  signals:
    void modelWanted(const QString& path);
    void textWanted(const QString& path);
    void runWanted(const QString& file);
    void baselineWanted(const QString& file);
    void pinWanted(const qs::Pin& pin);
    void removeWanted(int group, const QString& path, const qs::Pin& pin);
    void resumeWanted(const QString& file);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void activate(const QModelIndex& index);
    void showMenu(const QPoint& at);
    void remove(const QModelIndex& index);

    ProjectModel& m_model;
    QTreeView* m_tree;
    QMenu* m_addMenu;
};

}  // namespace qs
