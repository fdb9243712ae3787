// SPDX-License-Identifier: GPL-3.0-or-later
// The job: name, progress, stage, remaining time, seconds per block, pause, stop after this block, stop now, what waits, and the log.
#pragma once

#include <QFrame>

#include "app/jobs/job_queue.h"

class QLabel;
class QListView;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace qs {

class BlockBars;
class JobListModel;
class JobLogModel;
class StageDots;

class JobPanel : public QFrame {
    Q_OBJECT
  public:
    explicit JobPanel(JobQueue& queue, QWidget* parent = nullptr);
    QPushButton& pauseButton() { return *m_pause; }
    QPushButton& stopAfterButton() { return *m_stopAfter; }
    QPushButton& stopButton() { return *m_stop; }
    /// Shown in place of the three once the job ended unfinished.
    QPushButton& resumeButton() { return *m_resume; }
    QListView& log() { return *m_log; }
    QListView& list() { return *m_list; }

  public slots:
    void togglePause();

  signals:
    void runWanted(const QString& runFile);
    void discardWanted(int id);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void buildPage(QWidget* page);
    void buildButtons(QWidget* page);
    void refresh();
    void showProgress();
    void showListMenu(const QPoint& at);

    JobQueue& m_queue;
    QStackedWidget *m_stack, *m_buttons = nullptr;
    QLabel *m_name = nullptr, *m_percent = nullptr, *m_stage = nullptr, *m_remaining = nullptr, *m_blocks = nullptr, *m_mean = nullptr;
    QWidget* m_blockRow = nullptr;
    StageDots* m_dots = nullptr;
    BlockBars* m_bars = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton *m_pause = nullptr, *m_stopAfter = nullptr, *m_stop = nullptr, *m_resume = nullptr, *m_discard = nullptr, *m_goOn = nullptr;
    QListView *m_log = nullptr, *m_list = nullptr;
};

}  // namespace qs
