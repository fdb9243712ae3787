// SPDX-License-Identifier: GPL-3.0-or-later
// The forecast of the options in the form, computed in the background a moment after the last change; an older one never overtakes a newer.
#pragma once

#include <QObject>
#include <QTimer>
#include <optional>

#include "app/jobs/job_queue.h"

namespace qs {

class Forecaster : public QObject {
    Q_OBJECT
  public:
    explicit Forecaster(const Engine& engine, QObject* parent = nullptr);
    /// nullopt: nothing to forecast yet. What is being computed for earlier options stops if it can.
    void setOptions(const std::optional<JobOptions>& options);
    const std::optional<Estimate>& current() const { return m_current; }
    const QString& failure() const { return m_failure; }  ///< why there is none
    bool busy() const { return m_wait.isActive() || m_runner.running(); }

  signals:
    void changed();

  private:
    void begin();

    Engine m_engine;
    std::optional<JobOptions> m_wanted;
    std::optional<Estimate> m_current;
    std::shared_ptr<std::optional<Estimate>> m_result;  ///< written by the other thread before it ends
    QString m_failure;
    QTimer m_wait;
    bool m_again = false;
    JobRunner m_runner;
};

}  // namespace qs
