// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/line_reader.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.h"

namespace qs::cli {
namespace {

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace

void readLines(const std::function<void(std::string_view, long)>& take, const std::function<void()>& idle) {
    std::vector<char> chunk(std::size_t{1} << 17);
    std::string rest;  // an unfinished line
    long number = 0;
    const auto give = [&](std::string_view line) {
        ++number;
        if (!isBlank(line)) take(line, number);
    };
    while (true) {
        idle();
        const ssize_t n = ::read(STDIN_FILENO, chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error(std::string("standard input: cannot be read: ") + std::strerror(errno));
        if (n == 0) break;
        std::string_view text(chunk.data(), static_cast<std::size_t>(n));
        for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
            rest += text.substr(0, end);
            give(rest);
            rest.clear();
            text.remove_prefix(end + 1);
        }
        rest += text;
    }
    if (!rest.empty()) give(rest);
}

}  // namespace qs::cli
