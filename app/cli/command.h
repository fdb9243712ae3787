// SPDX-License-Identifier: GPL-3.0-or-later
// A command of quantoscope-cli, and THE list of them (commands.cpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qs::cli {

class Arguments;

/// Exit statuses of the program.
enum Status { kDone = 0, kFailed = 1, kWrongUsage = 2, kStopped = 3, kCheckFailed = 4 };

class Command {
  public:
    virtual ~Command() = default;
    /// Binds everything that the command accepts.
    virtual void describe(Arguments& arguments) = 0;
    /// Whether several processes do it together; others refuse to run as one of several.
    virtual bool isSpread() const { return false; }
    /// Does it. Returns kDone or kCheckFailed; everything else is an exception.
    virtual Status run(const Arguments& arguments) = 0;
};

/// One row of the list.
struct CommandEntry {
    const char* name;
    const char* summary;  ///< one line
    const char* details;  ///< what goes in, what comes out
    const char* example;
    std::unique_ptr<Command> (*make)();
};
const std::vector<CommandEntry>& commands();
/// Throws Error(Usage) with the nearest known name if there is no such command.
const CommandEntry& commandOf(std::string_view name);

std::unique_ptr<Command> makeInspect();
std::unique_ptr<Command> makeTokenize();
std::unique_ptr<Command> makeForward();
std::unique_ptr<Command> makeCalibrate();
std::unique_ptr<Command> makeQuantize();
std::unique_ptr<Command> makeSolve();
std::unique_ptr<Command> makeErrors();
std::unique_ptr<Command> makePlan();
std::unique_ptr<Command> makeEvaluate();
std::unique_ptr<Command> makeScore();
std::unique_ptr<Command> makeExport();
std::unique_ptr<Command> makeStudy();
std::unique_ptr<Command> makeTrain();
std::unique_ptr<Command> makeOptions();
std::unique_ptr<Command> makeSelfcheck();

}  // namespace qs::cli
