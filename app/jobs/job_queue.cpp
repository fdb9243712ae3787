// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_queue.h"

#include <QFileInfo>
#include <algorithm>

#include "app/event_text.h"
#include "views/number_text.h"

namespace qs {
namespace {
constexpr std::size_t kMostLogLines = 2000, kMostEnded = 100;
}  // namespace

JobQueue::JobQueue(Engine engine, QObject* parent) : QObject(parent), m_engine(std::move(engine)) {
    connect(&m_runner, &JobRunner::ended, this, &JobQueue::finish);
    connect(&m_runner, &JobRunner::progressed, this, [this](const Progress& progress) {
        if (Job* job = mutableFind(m_current)) job->progress = progress;
        emit progressed();
    });
    connect(&m_runner, &JobRunner::happened, this,
            [this](const Event& event) { log(event.severity, eventLine(event, QString::fromStdString(event.subject))); });
    connect(&m_runner, &JobRunner::partFinished, this, [this](int block, const QString& path) {
        const double now = static_cast<double>(m_clock.elapsed()) / 1000, took = now - m_lastBlock;
        m_lastBlock = now;
        Job* job = mutableFind(m_current);
        if (job && isTraining(job->options)) return;  // all of them at the end
        if (job) job->blockSeconds.push_back(took);
        log(Severity::Info, tr("block %1 finished, %2").arg(block + 1).arg(duration(took)), true);
        emit blockFinished(m_current, block, QFileInfo(path).path());  // the folder of parts stands for the run
    });
    connect(&m_runner, &JobRunner::recordRewritten, this, [this] {
        if (Job* job = mutableFind(m_current)) ++job->records;
        emit recordWritten(m_current);
    });
}

const Job* JobQueue::find(int id) const {
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const auto& job) { return job->id == id; });
    return found == m_jobs.end() ? nullptr : found->get();
}

int JobQueue::waiting() const {
    return static_cast<int>(std::count_if(m_jobs.begin(), m_jobs.end(), [](const auto& job) { return job->state == JobState::Waiting; }));
}

int JobQueue::add(const QString& name, const JobOptions& options) {
    auto job = std::make_unique<Job>();
    job->id = ++m_lastId;
    job->name = name;
    job->options = options;
    m_jobs.push_back(std::move(job));
    forgetOldest();
    const int id = m_lastId;
    if (!m_runner.running()) m_held = false;
    startNext();
    emit changed();
    return id;
}

/// Of those that ended the newest are kept, and what is looked at.
void JobQueue::forgetOldest() {
    std::vector<int> ended;
    for (const auto& job : m_jobs)
        if (job->ended() && job->id != m_current) ended.push_back(job->id);
    if (ended.size() <= kMostEnded) return;
    std::sort(ended.begin(), ended.end());
    const int newest = ended[ended.size() - kMostEnded - 1];
    std::erase_if(m_jobs, [&](const auto& job) { return job->ended() && job->id != m_current && job->id <= newest; });
}

void JobQueue::restart(int id, bool resume) {
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const auto& job) { return job->id == id && job->ended(); });
    if (found == m_jobs.end()) return;
    (*found)->state = JobState::Waiting;
    setResumes((*found)->options, resume);
    (*found)->progress = {};
    std::rotate(m_jobs.begin(), found, found + 1);  // before the others that wait
    m_held = false;
    startNext();
    emit changed();
}

void JobQueue::remove(int id) {
    const Job* job = find(id);
    if (!job || (job->state != JobState::Waiting && !job->ended())) return;
    if (m_current == id) m_current = 0;
    m_jobs.erase(std::find_if(m_jobs.begin(), m_jobs.end(), [&](const auto& candidate) { return candidate->id == id; }));
    emit changed();
}

void JobQueue::goOn() {
    m_held = false;
    startNext();
    emit changed();
}

void JobQueue::startNext() {
    if (m_runner.running() || m_held) return;
    const auto next = std::find_if(m_jobs.begin(), m_jobs.end(), [](const auto& job) { return job->state == JobState::Waiting; });
    if (next == m_jobs.end()) return;
    Job& job = **next;
    m_current = job.id;
    job.state = JobState::Running;
    job.log.clear();
    job.blockSeconds.clear();
    job.records = 0;
    job.outcome = {};
    m_lastBlock = 0;
    m_clock.start();
    m_runner.start([options = job.options, engine = m_engine](JobContext& context) { engine.run(options, context); });
}

void JobQueue::log(Severity severity, const QString& text, bool block) {
    Job* job = mutableFind(m_current);
    if (!job) return;
    if (job->log.size() >= kMostLogLines) job->log.erase(job->log.begin());
    job->log.push_back({static_cast<double>(m_clock.elapsed()) / 1000, severity, block, text});
    emit logged();
}

void JobQueue::setState(JobState state) {
    if (Job* job = mutableFind(m_current); job && m_runner.running()) {
        job->state = state;
        emit changed();
    }
}

void JobQueue::pause(bool paused) {
    if (!m_runner.running()) return;
    m_runner.pause(paused);
    setState(paused ? JobState::Paused : JobState::Running);
}

void JobQueue::stopAfterBlock() {
    if (!m_runner.running()) return;
    if (isEvaluation(current()->options) || isExport(current()->options)) return stopNow();
    m_held = true;  // nothing starts behind it by itself
    m_runner.stopAfterPart();
    setState(JobState::Stopping);
}

void JobQueue::stopNow() {
    if (!m_runner.running()) return;
    m_held = true;
    m_runner.stopNow();
    setState(JobState::Stopping);
}

void JobQueue::finish(const JobOutcome& outcome) {
    Job* job = mutableFind(m_current);
    if (!job) return;
    job->outcome = outcome;
    job->seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    job->state = outcome.done ? JobState::Done : outcome.kind == ErrorKind::Stopped ? JobState::Stopped : JobState::Failed;
    if (outcome.done) job->progress.fraction = 1;
    if (job->state == JobState::Stopped) m_held = true;
    log(job->state == JobState::Failed ? Severity::Failure : Severity::Info,
        outcome.done ? tr("finished in %1").arg(duration(job->seconds)) : outcome.message);
    const int id = job->id;
    emit changed();
    emit ended(id);
    startNext();
    emit changed();
}

}  // namespace qs
