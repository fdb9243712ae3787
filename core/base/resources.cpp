// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/resources.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <fstream>
#include <string_view>

namespace qs {
namespace {

/// The text after "key" and blanks in a file of "key: value" lines.
std::string valueOf(const char* file, std::string_view key) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(key)) {
            const auto first = line.find_first_not_of(": \t", key.size());
            return first == std::string::npos ? "" : line.substr(first);
        }
    return "";
}

std::size_t numberIn(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::size_t numberOfFile(const char* path, std::size_t otherwise) {
    std::ifstream file(path);
    std::string text;
    std::getline(file, text);
    return text.empty() || text[0] < '0' || text[0] > '9' ? otherwise : numberIn(text);
}

}  // namespace

void resetPeakMemory() { std::ofstream("/proc/self/clear_refs") << "5"; }

std::size_t peakMemoryBytes() { return numberIn(valueOf("/proc/self/status", "VmHWM")) * 1024; }

std::size_t residentMemoryBytes() { return numberIn(valueOf("/proc/self/status", "VmRSS")) * 1024; }

std::size_t availableMemoryBytes() {
    const std::size_t machine = numberIn(valueOf("/proc/meminfo", "MemAvailable")) * 1024;
    const std::size_t limit = numberOfFile("/sys/fs/cgroup/memory.max", machine), used = numberOfFile("/sys/fs/cgroup/memory.current", 0);
    return limit >= machine ? machine : std::min(machine, limit > used ? limit - used : 0);
}

/// schedstat: "running waiting turns", nanoseconds; its first number lags behind by a tick, so the clock is asked instead.
ThreadTimes threadTimes() {
    ThreadTimes times;
    timespec spent{};
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0)
        times.running = static_cast<double>(spent.tv_sec) * 1e3 + static_cast<double>(spent.tv_nsec) / 1e6;
    const int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (file < 0) return times;
    std::array<char, 96> text{};
    const auto got = read(file, text.data(), text.size());
    close(file);
    const std::string_view line(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    if (const auto blank = line.find(' '); blank != line.npos) times.waiting = static_cast<double>(numberIn(line.substr(blank + 1))) / 1e6;
    return times;
}

std::string processorName() { return valueOf("/proc/cpuinfo", "model name"); }

}  // namespace qs
