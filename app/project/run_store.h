// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of a project, read in the background, and looked at again while they grow or get evaluations: those of this program and those
// that another process writes (command line, cluster job). Nothing is locked; parts are immutable.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <memory>

#include "app/jobs/job_runner.h"
#include "run/run_file.h"

namespace qs {

/// True while another or this process holds the lock of the run's parts.
bool isBeingWritten(const QString& runFile);

class RunStore : public QObject {
    Q_OBJECT
  public:
    struct Entry {
        std::shared_ptr<const RunFile> run;  ///< the newest state that could be read
        QString failure;                     ///< of the last attempt; empty if it was read
        bool written = false;                ///< a process is writing it
        int state = -1;                      ///< what the disk showed: another number when it changed
    };

    explicit RunStore(QObject* parent = nullptr);
    /// Reads `file` (again), later and elsewhere: opened() or failed() follows. What views show of it is in memory then.
    void open(const QString& file);
    void forget(const QString& file);
    std::shared_ptr<const RunFile> run(const QString& file) const { return m_entries.value(file).run; }
    Entry entry(const QString& file) const { return m_entries.value(file); }
    bool busy() const { return m_reader.running() || !m_waiting.isEmpty(); }
    bool loading() const { return m_opening || !m_waiting.isEmpty(); }  ///< busy() without looking for changes

  signals:
    void opened(const QString& file, std::shared_ptr<const qs::RunFile> run);
    void failed(const QString& file, const QString& message);

  private:
    struct Result;
    void begin();
    void look();
    void readFinished(const JobOutcome& outcome);

    QHash<QString, Entry> m_entries;
    QStringList m_waiting;
    bool m_opening = false;
    std::shared_ptr<Result> m_result;  ///< written by the reading thread before it ends
    JobRunner m_reader;
    QTimer m_timer;
};

}  // namespace qs
