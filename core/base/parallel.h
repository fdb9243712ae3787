// SPDX-License-Identifier: GPL-3.0-or-later
// Worker threads of our own: single-threaded BLAS inside each scales better than an OpenMP team on small calls and
// does not collapse when another program takes a core. Workers run at nice 10, so that a window stays responsive.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace qs {

/// A fixed set of worker threads. One job owns one pool; calls to run() must not overlap or nest.
class ThreadPool {
  public:
    /// threads = 0: one per core that this process may use. `onStart` runs first thing in every worker.
    explicit ThreadPool(int threads = 0, std::function<void()> onStart = {});
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int size() const { return static_cast<int>(m_workers.size()); }

    /// body(item, worker) for every item in [0, count), each exactly once, items handed out in order to free workers.
    /// Returns when all are done. The exception of the lowest item is rethrown; after one is thrown no new items start.
    void run(std::size_t count, const std::function<void(std::size_t item, int worker)>& body);

  private:
    void loop(int worker);
    void finish();

    std::vector<std::jthread> m_workers;
    std::mutex m_mutex;
    std::condition_variable m_start, m_done;
    const std::function<void(std::size_t, int)>* m_body = nullptr;
    std::size_t m_next = 0, m_count = 0, m_errorItem = 0;
    int m_running = 0;
    bool m_quit = false;
    unsigned long m_generation = 0;
    std::exception_ptr m_error;
};

/// Cores this process may run on (affinity mask respected), at least 1.
int availableCores();

}  // namespace qs
