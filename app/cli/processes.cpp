// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/processes.h"

#include "cli/output.h"
#include "distribute/launch.h"

namespace qs::cli {
namespace {

std::unique_ptr<Communicator>& joined() {
    static auto one = std::make_unique<Communicator>();
    return one;
}

}  // namespace

void joinProcesses() {
    if (launchOfThisProcess().rank > 0) silence();
    joined() = joinLaunch();
}

Communicator& processes() { return *joined(); }

}  // namespace qs::cli
