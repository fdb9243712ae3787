// SPDX-License-Identifier: GPL-3.0-or-later
// SIGINT, SIGTERM, SIGHUP and SIGUSR1 (which mpirun passes on, while it ends its processes on the others) on a thread of their own, so that
// stopping may take locks.
#pragma once

#include "base/job.h"

namespace qs::cli {

/// Blocks the signals in this and all later threads and starts the thread that waits for them. First thing in main.
/// Without a StopTarget a signal ends the program as it would without us.
void startSignalThread();

/// What the first signal does.
enum class FirstSignal {
    AfterPart,  ///< the job goes on to the end of the part in progress; the second signal stops it now
    Now,        ///< nothing could be resumed, so it stops at once
};

/// While it lives, signals go to `context`. One at a time. Another signal after "stop now" ends the program.
class StopTarget {
  public:
    StopTarget(JobContext& context, FirstSignal first);
    ~StopTarget();
    StopTarget(const StopTarget&) = delete;
    StopTarget& operator=(const StopTarget&) = delete;
};

}  // namespace qs::cli
