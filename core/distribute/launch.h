// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this process is one of several that a launcher started ("mpirun -n 4 quantoscope-cli …"), and joining them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "distribute/communicator.h"

namespace qs {

/// What a launcher says in the environment of the processes it starts.
struct Launch {
    int rank = 0, size = 1;
};
/// Reads the variables of Open MPI, MPICH and relatives (PMI), MVAPICH2 and PMIx under Slurm; `variable(name)` as std::getenv. A process
/// without such variables is the only one of its launch.
Launch launchOf(const std::function<const char*(const char* name)>& variable);
/// The same of this process.
Launch launchOfThisProcess();

/// The communicator of this process's launch; MPI is started only for launches of more than one. Call once, on the main thread, which alone
/// may use it. Throws Error(Usage) if this build has no MPI or the launcher belongs to another MPI than the one it was built with: the
/// processes would all do the whole job.
std::unique_ptr<Communicator> joinLaunch();

}  // namespace qs
