// SPDX-License-Identifier: GPL-3.0-or-later
// The model tree with its filter box. Emits what a person selects.
#pragma once

#include <QFrame>
#include <memory>

#include "run/run_file.h"
#include "views/selection.h"

class QLabel;
class QLineEdit;
class QStackedWidget;
class QTreeView;

namespace qs {

class EmptyState;
class LayerFilter;
class LayerModel;

class LayerPanel : public QFrame {
    Q_OBJECT
  public:
    explicit LayerPanel(QWidget* parent = nullptr);
    void setRun(std::shared_ptr<const RunFile> run);
    void setSelection(const Selection& selection);
    LayerModel& model() { return *m_model; }
    QTreeView& tree() { return *m_tree; }
    QLineEdit& filter() { return *m_filterBox; }

  signals:
    void selected(const qs::Selection& selection);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    LayerModel* m_model;
    LayerFilter* m_filter;
    QTreeView* m_tree;
    QLineEdit* m_filterBox;
    QLabel* m_subject;
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    Selection m_selection;
    bool m_following = false;  ///< true while the selection is set from outside
};

}  // namespace qs
