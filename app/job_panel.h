// SPDX-License-Identifier: GPL-3.0-or-later
// The job: name, progress, stage, remaining time, pause, stop after this block, stop now, and a log of what happened.
#pragma once

#include <QElapsedTimer>
#include <QFrame>

#include "app/job_runner.h"

class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace qs {

class JobPanel : public QFrame {
    Q_OBJECT
  public:
    explicit JobPanel(JobRunner& runner, QWidget* parent = nullptr);
    void begin(const QString& name);
    QPushButton& pauseButton() { return *m_pause; }
    QPushButton& stopAfterButton() { return *m_stopAfter; }
    QPushButton& stopButton() { return *m_stop; }
    QListWidget& log() { return *m_log; }

  public slots:
    void togglePause();

  private:
    void progressed(const Progress& progress);
    void addLog(const QString& iconName, const QString& text);
    void ended(const JobOutcome& outcome);
    void setButtons(bool running);

    JobRunner& m_runner;
    QStackedWidget* m_stack;
    QLabel *m_name, *m_percent, *m_stage, *m_remaining;
    QProgressBar* m_bar;
    QPushButton *m_pause, *m_stopAfter, *m_stop;
    QListWidget* m_log;
    QElapsedTimer m_clock;
    double m_fraction = 0;
};

}  // namespace qs
