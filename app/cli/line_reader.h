// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace qs::cli {

/// Reads standard input to its end and calls take(line, number from 1) for each line (without its line feed; blank lines are left out).
/// Before it waits for more input it calls idle(), so that a person at the other end gets answers line by line.
/// Throws Error("standard input: …") if reading fails.
void readLines(const std::function<void(std::string_view line, long number)>& take, const std::function<void()>& idle);

}  // namespace qs::cli
