// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace qs {

int availableCores() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int threads, std::function<void()> onStart) {
    const int count = threads > 0 ? threads : availableCores();
    m_workers.reserve(static_cast<std::size_t>(count));
    try {
        for (int i = 0; i < count; ++i)
            m_workers.emplace_back([this, i, onStart] {
                setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);  // this thread only
                if (onStart) onStart();
                loop(i);
            });
    } catch (const std::system_error& error) {
        finish();
        throw Error(std::to_string(count) + " threads cannot be started: " + error.what() + "; ask for fewer");
    }
}

ThreadPool::~ThreadPool() { finish(); }

void ThreadPool::finish() {
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_start.notify_all();
    m_workers.clear();  // joins them while what they wait on still lives
}

void ThreadPool::loop(int worker) {
    unsigned long seen = 0;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_start.wait(lock, [&] { return m_quit || m_generation != seen; });
        if (m_quit) return;
        seen = m_generation;
        while (m_next < m_count) {
            const std::size_t item = m_next++;
            lock.unlock();
            std::exception_ptr error;
            try {
                (*m_body)(item, worker);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            if (error) {
                if (!m_error || item < m_errorItem) {
                    m_error = error;
                    m_errorItem = item;
                }
                m_next = m_count;
            }
        }
        if (--m_running == 0) m_done.notify_all();
    }
}

void ThreadPool::run(std::size_t count, const std::function<void(std::size_t, int)>& body) {
    if (count == 0) return;
    std::unique_lock lock(m_mutex);
    m_body = &body;
    m_next = 0;
    m_count = count;
    m_error = nullptr;
    m_running = size();
    ++m_generation;
    m_start.notify_all();
    m_done.wait(lock, [&] { return m_running == 0; });
    m_body = nullptr;
    if (const std::exception_ptr error = std::exchange(m_error, nullptr)) {
        lock.unlock();
        std::rethrow_exception(error);
    }
}

}  // namespace qs
