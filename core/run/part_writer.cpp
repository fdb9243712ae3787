// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/part_writer.h"

#include <utility>

namespace qs {

PartWriter::PartWriter(RunWriter& writer, JobContext& context) : m_writer(writer), m_context(context), m_thread([this] { loop(); }) {}

PartWriter::~PartWriter() {
    const std::lock_guard lock(m_mutex);
    m_quit = true;
    m_changed.notify_all();
}

void PartWriter::submit(BlockPart part) {
    drain();
    const std::lock_guard lock(m_mutex);
    m_next = std::move(part);
    m_changed.notify_all();
}

void PartWriter::drain() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_next && !m_busy; });
    if (const std::exception_ptr error = std::exchange(m_error, nullptr)) std::rethrow_exception(error);
}

void PartWriter::loop() {
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [&] { return m_next || m_quit; });
        if (!m_next) return;
        const BlockPart part = std::move(*m_next);
        m_next.reset();
        m_busy = true;
        lock.unlock();
        std::exception_ptr error;
        try {
            m_writer.writePart(part);
            m_context.partFinished(part.block, m_writer.partPath(part.block).string());
        } catch (...) {
            error = std::current_exception();
        }
        lock.lock();
        m_busy = false;
        if (error) m_error = error;
        m_changed.notify_all();
    }
}

}  // namespace qs
