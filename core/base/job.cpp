// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/job.h"

#include <utility>

#include "base/error.h"

namespace qs {

void JobContext::setWindow(double from, double to, const std::string& prefix) {
    const std::lock_guard lock(m_mutex);
    m_from = from;
    m_to = to;
    m_prefix = prefix;
}

void JobContext::report(double part, const std::string& what) {
    Progress progress;
    {
        const std::lock_guard lock(m_mutex);
        const double fraction = m_from + (m_to - m_from) * part;
        const std::string stage = m_prefix + what;
        const auto now = Clock::now();
        m_remaining.at(secondsAt(now), fraction);
        const bool soon = now - m_lastReport < std::chrono::milliseconds(50);
        if (soon && stage == m_lastStage && fraction < 1) return;
        m_lastReport = now;
        m_lastStage = stage;
        progress = {fraction, stage, secondsAt(now), m_remaining.seconds()};
    }
    if (m_observer) m_observer->progressed(progress);
}

void JobContext::check() {
    if (m_paused) {
        std::unique_lock lock(m_mutex);
        // stopNow() does not lock, so that its notice may come just before the wait: look again now and then.
        while (m_paused && !m_stop) m_wake.wait_for(lock, std::chrono::milliseconds(50));
        m_remaining.skipTo(secondsAt(Clock::now()));
    }
    if (m_stop) throw Cancelled();
}

void JobContext::event(const Event& event) {
    {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(event);
    }
    if (m_observer) m_observer->happened(event);
}

std::vector<Event> JobContext::takeEvents() {
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_events, {});
}

void JobContext::recordRewritten(const std::string& path) {
    if (m_observer) m_observer->recordRewritten(path);
}

void JobContext::partFinished(int block, const std::string& path) {
    if (m_observer) m_observer->partFinished(block, path);
}

void JobContext::pause(bool paused) {
    {
        const std::lock_guard lock(m_mutex);
        m_paused = paused;
    }
    m_wake.notify_all();
}

}  // namespace qs
