// SPDX-License-Identifier: GPL-3.0-or-later
// What the next job will cost, and what does not fit: time, memory, disk, and the parts of each as tool tips.
#pragma once

#include <QWidget>

#include "app/jobs/forecast.h"

class QLabel;

namespace qs {

class ForecastView : public QWidget {
    Q_OBJECT
  public:
    explicit ForecastView(Forecaster& forecaster, QWidget* parent = nullptr);
    /// Where the job will write, to know the room there; empty: the folder of runs.
    void setOut(const std::string& out);
    /// What does not fit or cannot be done at all; empty if nothing.
    QString warning() const;

  private:
    void refresh();

    Forecaster& m_forecaster;
    std::string m_out;
    QLabel *m_estimate = nullptr, *m_time = nullptr, *m_memory = nullptr, *m_disk = nullptr, *m_free = nullptr, *m_warning = nullptr;
};

}  // namespace qs
