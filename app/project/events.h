// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in a run: every event with its layer, cause and remedy. Activating one selects the layer.
#pragma once

#include <QAbstractListModel>
#include <QFrame>
#include <memory>

#include "run/run_file.h"
#include "views/selection.h"

class QLabel;
class QListView;
class QStackedWidget;

namespace qs {

/// Failures first, then warnings, then what is only worth knowing; in the order of the run within each.
class EventModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { SeverityRole = Qt::UserRole };
    using QAbstractListModel::QAbstractListModel;
    void setRun(const std::shared_ptr<const RunFile>& run);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /// The layer of a row; block −1 if it is about the whole run.
    Selection selectionAt(const QModelIndex& index) const;

  private:
    std::vector<Event> m_events;
    std::vector<Selection> m_where;
};

class EventPanel : public QFrame {
    Q_OBJECT
  public:
    explicit EventPanel(QWidget* parent = nullptr);
    void setRun(const std::shared_ptr<const RunFile>& run);
    EventModel& model() { return *m_model; }
    QListView& list() { return *m_list; }

  signals:
    void selected(const qs::Selection& selection);

  private:
    EventModel* m_model;
    QListView* m_list;
    QLabel* m_count;
    QStackedWidget* m_stack;
};

}  // namespace qs
