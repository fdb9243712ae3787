// SPDX-License-Identifier: GPL-3.0-or-later
// The processes that a launcher started together ("mpirun -n 4 quantoscope-cli …"). The first of them talks, the others are silent.
#pragma once

#include "distribute/communicator.h"

namespace qs::cli {

/// Joins the launch that this process belongs to, if any. Call once, on the main thread, after the threads for signals were started.
/// Throws Error as joinLaunch does.
void joinProcesses();
/// All processes of the launch; one, alone, before joinProcesses().
Communicator& processes();

}  // namespace qs::cli
