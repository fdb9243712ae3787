// SPDX-License-Identifier: GPL-3.0-or-later
// What a job may use of its surroundings: progress, cancel, events. Front ends implement JobObserver.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "base/remaining_time.h"

namespace qs {

enum class Severity { Info, Warning, Failure };

/// Something a user must be able to see later: a damping retry, dead column, fallback, clamp, skipped sequence.
/// It is a row in the run file and a badge in the workbench, never only a log line.
struct Event {
    Severity severity = Severity::Info;
    std::string kind;     ///< fixed word: "dead-columns", "damping-retry", "device-fallback", "skipped-sequence", "rtn-fallback"…
    std::string subject;  ///< checkpoint name of the linear without ".weight", "block 3", or "" for the run
    std::string message;  ///< what happened, with numbers, and the remedy
    bool operator==(const Event&) const = default;
};

struct Progress {
    double fraction = 0;    ///< 0 … 1 of the whole job
    std::string stage;      ///< "block 17 of 30 · solve gate_proj"
    double elapsed = 0;     ///< seconds
    double remaining = -1;  ///< seconds (remaining_time.h); negative while unknown
};

/// Called from worker threads of the job; implementations must be thread-safe and quick.
class JobObserver {
  public:
    virtual ~JobObserver() = default;
    virtual void progressed(const Progress&) {}
    virtual void happened(const Event&) {}
    /// A part (one block) was written; a front end may read it now.
    virtual void partFinished(int /*block*/, const std::string& /*path*/) {}
    /// The record of a training was written anew; a front end may read it now.
    virtual void recordRewritten(const std::string& /*path*/) {}
};

/// Handed to Job::run. Thread-safe.
class JobContext {
  public:
    explicit JobContext(JobObserver* observer = nullptr) : m_observer(observer) {}

    /// From now on fraction 0 … 1 of a report means from … to of the whole job, and stages begin with `prefix`: for jobs made of jobs.
    void setWindow(double from, double to, const std::string& prefix);
    /// Reports progress; fraction must not fall. Cheap: passes at most 20 reports a second on (stage changes always).
    void report(double fraction, const std::string& stage);
    /// Throws Cancelled if stopNow() was called; waits while paused. Call at least every 100 ms of work.
    void check();
    /// Passes an event on and keeps it for takeEvents().
    void event(const Event& event);
    /// The events since the last call, in order: for the run file.
    std::vector<Event> takeEvents();
    void partFinished(int block, const std::string& path);
    void recordRewritten(const std::string& path);

    void stopNow() {
        m_stop = true;
        m_wake.notify_all();
    }
    void stopAfterPart() {
        m_stopAfterPart = true;
        m_wake.notify_all();
    }
    void pause(bool paused);
    /// True if the job should end, resumable, now that a part is complete.
    bool shouldStopAfterPart() const { return m_stopAfterPart || m_stop; }

  private:
    using Clock = std::chrono::steady_clock;
    double secondsAt(Clock::time_point time) const { return std::chrono::duration<double>(time - m_start).count(); }

    JobObserver* m_observer;
    std::atomic<bool> m_stop{false}, m_stopAfterPart{false}, m_paused{false};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    Clock::time_point m_start = Clock::now(), m_lastReport{};
    RemainingTime m_remaining;
    std::string m_lastStage, m_prefix;
    double m_from = 0, m_to = 1;  // window of the job in work
    std::vector<Event> m_events;
};

}  // namespace qs
