// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one job at a time on a thread of its own and re-emits what it reports as Qt signals in the thread of this object.
// The only code that crosses threads; what crosses are values.
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/job.h"

namespace qs {

/// How a job ended. An error is a value here; nothing is thrown across.
struct JobOutcome {
    bool done = false;
    ErrorKind kind = ErrorKind::Failed;  ///< of an unfinished job; Stopped: can be resumed
    QString message;
};

class JobRunner : public QObject {
    Q_OBJECT
  public:
    using Work = std::function<void(JobContext&)>;

    explicit JobRunner(QObject* parent = nullptr);
    /// Stops a running job now and waits for it.
    ~JobRunner() override;

    /// Starts `work` and returns its number; signals of an older job do not arrive any more. Does nothing and returns 0 while a job runs.
    int start(Work work);
    bool running() const { return m_current != nullptr; }
    bool paused() const { return m_paused; }
    void pause(bool paused);
    void stopAfterPart();
    void stopNow();
    /// Threads of earlier jobs that may not have left the system yet.
    std::size_t leaving() const { return m_ended.size(); }

  signals:
    void started(int job);
    void progressed(const qs::Progress& progress);  ///< at most 20 a second
    void happened(const qs::Event& event);
    void partFinished(int block, const QString& path);
    void recordRewritten(const QString& path);
    void ended(const qs::JobOutcome& outcome);

  private:
    struct Run;
    void finish(int job, const JobOutcome& outcome);
    void collectEnded();

    std::shared_ptr<Run> m_current;
    std::vector<std::shared_ptr<Run>> m_ended;
    int m_lastJob = 0;
    bool m_paused = false;
};

}  // namespace qs
