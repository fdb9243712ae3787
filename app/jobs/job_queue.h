// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs one after the other, each with its progress, log and how it ended. A stopped or failed job stays in the list and can be resumed, the
// newest hundred of them.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "app/jobs/job_options.h"
#include "app/jobs/job_runner.h"

namespace qs {

enum class JobState { Waiting, Running, Paused, Stopping, Stopped, Failed, Done };

struct JobLogLine {
    double seconds = 0;  ///< since the start of the job
    Severity severity = Severity::Info;
    bool block = false;  ///< "block 3 finished"
    QString text;
};

struct Job {
    int id = 0;
    QString name;
    JobOptions options;
    JobState state = JobState::Waiting;
    Progress progress;
    std::vector<double> blockSeconds;  ///< of the blocks that this run of the job finished
    int records = 0;                   ///< how often it has written the record of a training
    std::vector<JobLogLine> log;
    JobOutcome outcome;
    double seconds = 0;  ///< how long it ran, once it ended
    bool ended() const { return state == JobState::Stopped || state == JobState::Failed || state == JobState::Done; }
};

class JobQueue : public QObject {
    Q_OBJECT
  public:
    explicit JobQueue(Engine engine, QObject* parent = nullptr);

    /// Adds a job at the end and starts it if nothing runs. Returns its id.
    int add(const QString& name, const JobOptions& options);
    /// Puts an ended job back into the queue: resumed from what it finished, or anew.
    void restart(int id, bool resume);
    /// Forgets a job that does not run.
    void remove(int id);
    /// After a stop nothing starts by itself; this lets the waiting ones go on.
    void goOn();

    void pause(bool paused);
    /// A training stops after the step in progress. An evaluation has no blocks and keeps every finished item: it stops now, and so does an
    /// export.
    void stopAfterBlock();
    void stopNow();

    bool running() const { return m_runner.running(); }
    bool held() const { return m_held && waiting() > 0; }
    int waiting() const;
    const std::vector<std::unique_ptr<Job>>& jobs() const { return m_jobs; }
    const Job* find(int id) const;
    /// The running job, else the one that ended last; nullptr at first.
    const Job* current() const { return find(m_current); }
    JobRunner& runner() { return m_runner; }

  signals:
    void changed();     ///< the list or a state
    void progressed();  ///< of the current job
    void logged();      ///< a line more in the log of the current job
    /// A block of the run file `run` is on disk: that of the job, or that of a first pass which comes before it.
    void blockFinished(int id, int block, const QString& run);
    /// The record of a training is on disk anew, in the parts of its run.
    void recordWritten(int id);
    void ended(int id);

  private:
    Job* mutableFind(int id) { return const_cast<Job*>(find(id)); }
    void startNext();
    void forgetOldest();
    void finish(const JobOutcome& outcome);
    void log(Severity severity, const QString& text, bool block = false);
    void setState(JobState state);

    Engine m_engine;
    JobRunner m_runner;
    std::vector<std::unique_ptr<Job>> m_jobs;
    QElapsedTimer m_clock;
    double m_lastBlock = 0;
    int m_lastId = 0, m_current = 0;
    bool m_held = false;
};

}  // namespace qs
