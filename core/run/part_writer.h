// SPDX-License-Identifier: GPL-3.0-or-later
// Writes finished blocks on a thread of its own, so that computing never waits for the disk.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "base/job.h"
#include "run/run_data.h"
#include "run/run_file.h"

namespace qs {

class PartWriter {
  public:
    PartWriter(RunWriter& writer, JobContext& context);
    /// Writes what was handed over, then stops. Errors of that last part are lost here: call drain() first.
    ~PartWriter();
    PartWriter(const PartWriter&) = delete;
    PartWriter& operator=(const PartWriter&) = delete;

    /// Takes a part over. Waits only while the one before is still being written. Throws what writing an earlier part threw.
    void submit(BlockPart part);
    /// Waits until everything is on disk. Throws what writing threw.
    void drain();

  private:
    void loop();

    RunWriter& m_writer;
    JobContext& m_context;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<BlockPart> m_next;
    bool m_busy = false, m_quit = false;
    std::exception_ptr m_error;
    std::jthread m_thread;  // last: it uses the others
};

}  // namespace qs
