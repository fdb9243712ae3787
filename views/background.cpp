// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/background.h"

#include <sys/resource.h>

#include <QJsonDocument>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "views/view.h"

namespace qs {
namespace {
constexpr int kNice = 10;  // below the window, as the workers of jobs
}

std::string inputKey(const ViewInput& input) {
    const auto runKey = [](const std::shared_ptr<const RunFile>& run) {
        if (!run) return std::string("-");
        return std::to_string(reinterpret_cast<std::uintptr_t>(run.get())) + ':' + run->path().string() + ':' +
               std::to_string(run->linears().size());
    };
    return runKey(input.run) + '|' + runKey(input.baseline) + '|' + input.selection.linear + '|' + std::to_string(input.selection.block) +
           '|' + std::to_string(input.selection.channel) + '|' + QJsonDocument(input.settings).toJson(QJsonDocument::Compact).toStdString();
}

/// The thread, and the mailbox of the one request that waits.
struct Background::Worker {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<std::pair<int, Work>> waiting;
    std::shared_ptr<JobContext> running;
    std::jthread thread;

    void loop(const std::stop_token& stop, Background* owner) {
        setpriority(PRIO_PROCESS, 0, kNice);  // of this thread only, on Linux
        for (;;) {
            std::pair<int, Work> next;
            auto context = std::make_shared<JobContext>();
            {
                std::unique_lock lock(mutex);
                if (!wake.wait(lock, stop, [&] { return waiting.has_value(); })) return;
                next = std::move(*waiting);
                waiting.reset();
                running = context;
            }
            Deliver deliver;
            QString error;
            try {
                deliver = next.second(*context);
            } catch (const Cancelled&) {
                deliver = {};  // a later request or the end of the view stopped it
            } catch (const std::exception& problem) {
                error = QString::fromStdString(problem.what());
            }
            if (stop.stop_requested()) return;
            QMetaObject::invokeMethod(
                owner, [owner, number = next.first, deliver, error] { owner->arrived(number, deliver, error); }, Qt::QueuedConnection);
        }
    }
};

Background::Background(QObject* parent) : QObject(parent), m_worker(new Worker) {
    m_worker->thread = std::jthread([worker = m_worker.get(), this](const std::stop_token& stop) { worker->loop(stop, this); });
}

Background::~Background() {
    m_worker->thread.request_stop();
    {
        const std::lock_guard lock(m_worker->mutex);
        if (m_worker->running) m_worker->running->stopNow();
    }
    m_worker->thread.join();
}

void Background::request(Work work, bool urgent) {
    {
        const std::lock_guard lock(m_worker->mutex);
        if (!m_worker->waiting) ++m_pending;
        m_worker->waiting.emplace(++m_number, std::move(work));
        if (urgent && m_worker->running) m_worker->running->stopNow();
    }
    m_worker->wake.notify_all();
    if (m_pending == 1) emit busyChanged(true);
}

void Background::clear() {
    const std::lock_guard lock(m_worker->mutex);
    if (m_worker->waiting) m_worker->waiting.reset(), --m_pending;
    if (m_worker->running) m_worker->running->stopNow();
    m_cleared = m_number;
}

void Background::arrived(int number, const Deliver& deliver, const QString& error) {
    --m_pending;
    if (number > m_cleared) {
        if (!error.isEmpty()) emit failed(error);
        else if (deliver) deliver();
    }
    if (m_pending == 0) emit busyChanged(false);
}

}  // namespace qs
