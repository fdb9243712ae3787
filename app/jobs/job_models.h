// SPDX-License-Identifier: GPL-3.0-or-later
// The queue and the log of a job as item models.
#pragma once

#include <QAbstractListModel>

#include "app/jobs/job_queue.h"

namespace qs {

/// All jobs, in the order in which they run or ran.
class JobListModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { IdRole = Qt::UserRole, IconRole, StateRole };
    explicit JobListModel(const JobQueue& queue, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void refresh();
    const JobQueue& m_queue;
    std::vector<int> m_ids;
};

/// The log of the current job, newest line first.
class JobLogModel : public QAbstractListModel {
    Q_OBJECT
  public:
    enum Role { IconRole = Qt::UserRole, SeverityRole };
    explicit JobLogModel(const JobQueue& queue, QObject* parent = nullptr);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    void refresh();
    const JobQueue& m_queue;
    std::vector<JobLogLine> m_lines;
    int m_job = 0;
};

/// "waiting", "running", "stopped, can be resumed" …
QString stateText(const Job& job);
/// What the engine calls a stage of a training ("dsa-qat · step 7 of 400 · loss 2.31 · 4.8 bits"), the numbers first and in the language of
/// the window; other stages as they are.
QString trainingStageText(const QString& stage);

}  // namespace qs
