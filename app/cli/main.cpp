// SPDX-License-Identifier: GPL-3.0-or-later
// quantoscope-cli: finds the command, runs it, turns what was thrown into an exit status and one line.
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/processes.h"
#include "cli/signals.h"
#include "kernels/blas.h"
#include "kernels/isa.h"

namespace qs::cli {
namespace {

bool asksForHelp(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word == "--") return false;
        if (word == "--help" || word == "-h") return true;
    }
    return false;
}

Status runCommand(const CommandEntry& entry, const std::vector<std::string>& words) {
    const std::unique_ptr<Command> command = entry.make();
    Arguments arguments;
    command->describe(arguments);
    if (asksForHelp(words)) {
        print(helpText(entry, arguments));
        return kDone;
    }
    arguments.parse(words);
    if (!processes().isAlone() && !command->isSpread())
        throw Error("is not spread over processes; run it without mpirun", ErrorKind::Usage);
    return command->run(arguments);
}

Status dispatch(std::vector<std::string> words) {
    if (words.empty()) throw Error("no command is given; quantoscope-cli --help lists them", ErrorKind::Usage);
    const std::string first = words.front();
    words.erase(words.begin());
    if (first == "--help" || first == "-h" || (first == "help" && words.empty())) {
        print(overviewText());
        return kDone;
    }
    if (first == "help") return runCommand(commandOf(words.front()), {"--help"});
    if (first == "--version") {
        print(std::string("quantoscope-cli " QS_VERSION " (") + nameOf(activeIsa()) + ")\n");
        return kDone;
    }
    const CommandEntry& entry = commandOf(first);
    try {
        return runCommand(entry, words);
    } catch (const Error& error) {
        throw error.within(entry.name);
    }
}

Status statusOf(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Failed: return kFailed;
        case ErrorKind::Usage: return kWrongUsage;
        case ErrorKind::Stopped: return kStopped;
        case ErrorKind::CheckFailed: return kCheckFailed;
    }
    return kFailed;
}

Status report(const Error& error) {
    const Status status = statusOf(error.kind());
    say((status == kStopped ? "stopped: " : status == kCheckFailed ? "check failed: " : "error: ") + std::string(error.what()));
    return status;
}

/// What was thrown, as an Error.
Error caught() {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::bad_alloc&) {
        return Error("out of memory; give fewer --tokens, shorter --lengths or a smaller --memory-budget");
    } catch (const std::exception& error) {
        const std::string message = error.what();
        return Error(message.substr(0, message.find('\n')));
    }
}

/// Everything, with the other processes of the launch: they end together, with the same status.
Status runProgram(const std::vector<std::string>& words) {
    Status status = kDone;
    try {
        joinProcesses();
        status = dispatch(words);
        flushOutput();
        processes().meet();
    } catch (const std::exception&) {
        status = report(processes().fail(caught()));
    }
    processes().leave();
    return status;
}

}  // namespace
}  // namespace qs::cli

int main(int argc, char** argv) {
    using namespace qs::cli;
    guardStandardDescriptors();
    for (const int number : {SIGPIPE, SIGXFSZ}) std::signal(number, SIG_IGN);  // writing then fails with an error that names the file
    startSignalThread();
    qs::beginSingleThreadedMath();
    try {
        return runProgram(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const ReaderGone&) {
        std::signal(SIGPIPE, SIG_DFL);
        std::raise(SIGPIPE);
        return kFailed;
    }
}
