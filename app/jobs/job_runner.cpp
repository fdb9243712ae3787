// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_runner.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTimer>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace qs {
namespace {
constexpr int kMilliseconds = 50;  // between two progress signals
constexpr int kNice = 10;          // measured: better for the window than leaving a core free
}  // namespace

/// One job: its context, its thread, and the mailbox for progress (only the latest counts).
struct JobRunner::Run : JobObserver, std::enable_shared_from_this<JobRunner::Run> {
    explicit Run(JobRunner& owner, int number) : context(this), runner(&owner), job(number) {}

    void progressed(const Progress& progress) override {
        bool waiting = false;
        {
            const std::lock_guard lock(mutex);
            waiting = latest.has_value();
            latest = progress;
        }
        // Not in the lock: what is posted wakes the window's thread, which would then wait for this one, and that for a processor.
        if (!waiting) post([](Run& run) { run.deliverSoon(); });
    }
    void happened(const Event& event) override {
        post([event](Run& run) { emit run.runner->happened(event); });
    }
    void partFinished(int block, const std::string& path) override {
        post([block, path](Run& run) { emit run.runner->partFinished(block, QString::fromStdString(path)); });
    }

    void recordRewritten(const std::string& path) override {
        post([path](Run& run) { emit run.runner->recordRewritten(QString::fromStdString(path)); });
    }

    /// Runs `action` later in the thread of the runner, unless another job has begun or the runner is gone.
    void post(std::function<void(Run&)> action) {
        QMetaObject::invokeMethod(
            runner,
            [self = weak_from_this(), action = std::move(action)] {
                const auto run = self.lock();
                if (run && run->runner->m_current == run) action(*run);
            },
            Qt::QueuedConnection);
    }

    void deliverSoon() {
        const qint64 wait = sinceLast.isValid() ? kMilliseconds - sinceLast.elapsed() : 0;
        if (wait <= 0) return deliver();
        QTimer::singleShot(static_cast<int>(wait), runner, [self = weak_from_this()] {
            const auto run = self.lock();
            if (run && run->runner->m_current == run) run->deliver();
        });
    }

    void deliver() {
        std::optional<Progress> progress;
        {
            const std::lock_guard lock(mutex);
            progress.swap(latest);
        }
        sinceLast.restart();
        if (progress) emit runner->progressed(*progress);
    }

    /// True when the system knows the thread no more: join() does not wait then. A later thread that got its number only delays this.
    bool gone() const {
        const pid_t id = thread;
        return id != 0 && ::syscall(SYS_tgkill, ::getpid(), id, 0) != 0 && errno == ESRCH;
    }

    JobContext context;
    JobRunner* runner;
    int job;
    std::mutex mutex;
    std::optional<Progress> latest;
    QElapsedTimer sinceLast;
    std::atomic<pid_t> thread{0};  ///< its number; 0 until it began
    std::jthread worker;
};

JobRunner::JobRunner(QObject* parent) : QObject(parent) {}

JobRunner::~JobRunner() {
    if (m_current) {
        m_current->context.stopNow();
        m_current->context.pause(false);
        m_current->worker.join();
        m_current.reset();
    }
    m_ended.clear();  // joins
}

int JobRunner::start(Work work) {
    if (running()) return 0;
    const int job = ++m_lastJob;
    m_current = std::make_shared<Run>(*this, job);
    m_paused = false;
    m_current->worker = std::jthread([run = m_current.get(), work = std::move(work), job]() mutable {
        setpriority(PRIO_PROCESS, 0, kNice);  // of this thread only, on Linux
        run->thread = static_cast<pid_t>(::syscall(SYS_gettid));
        JobOutcome outcome;
        try {
            const Work own = std::exchange(work, nullptr);  // what it holds is gone before its end is told
            own(run->context);
            outcome.done = true;
        } catch (const Error& error) {
            outcome.kind = error.kind();
            outcome.message = QString::fromStdString(error.what());
        } catch (const std::exception& error) {
            outcome.message = QString::fromUtf8(error.what());
        }
        run->post([job, outcome](Run& finished) { finished.runner->finish(job, outcome); });
    });
    emit started(job);
    return job;
}

void JobRunner::finish(int job, const JobOutcome& outcome) {
    if (!m_current || m_current->job != job) return;
    m_current->deliver();
    m_ended.push_back(std::exchange(m_current, nullptr));
    m_paused = false;
    collectEnded();
    emit ended(outcome);
}

/// A thread that told its end still has to end, at a low priority on busy processors: the window does not wait for that. One is
/// left at most when no further job comes.
void JobRunner::collectEnded() {
    std::erase_if(m_ended, [](const std::shared_ptr<Run>& run) { return run->gone(); });
}

void JobRunner::pause(bool paused) {
    if (!m_current) return;
    m_paused = paused;
    m_current->context.pause(paused);
}

void JobRunner::stopAfterPart() {
    if (!m_current) return;
    m_current->context.stopAfterPart();
    pause(false);
}

void JobRunner::stopNow() {
    if (!m_current) return;
    m_current->context.stopNow();
    pause(false);
}

}  // namespace qs
