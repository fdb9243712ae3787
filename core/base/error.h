// SPDX-License-Identifier: GPL-3.0-or-later
// The one exception type of the engine: a kind, which decides the exit status, and a message that grows context on the way up.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace qs {

/// What kind of failure an Error reports; the command line maps each to one exit status.
enum class ErrorKind {
    Failed,       ///< input or environment is wrong (status 1)
    Usage,        ///< the request itself is wrong: unknown option, value out of range (status 2)
    Stopped,      ///< stopped on request or by `--on-failure stop`; the job can be resumed (status 3)
    CheckFailed,  ///< a comparison that was asked for did not hold (status 4)
};

/// One sentence that names the file or layer, the place in it and, where known, the remedy.
class Error : public std::runtime_error {
  public:
    explicit Error(const std::string& message, ErrorKind kind = ErrorKind::Failed) : std::runtime_error(message), m_kind(kind) {}

    ErrorKind kind() const { return m_kind; }

    /// A copy with "context: " in front, e.g. Error("not positive definite").within("block 3, q_proj").
    Error within(std::string_view context) const { return Error(std::string(context) + ": " + what(), m_kind); }

  private:
    ErrorKind m_kind;
};

/// Thrown by JobContext::check() when the user asked to stop now. Nothing that was finished is lost.
class Cancelled : public Error {
  public:
    Cancelled() : Error("stopped on request; run again with --resume to go on", ErrorKind::Stopped) {}
};

}  // namespace qs
