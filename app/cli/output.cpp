// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace qs::cli {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 16;
std::string& buffer() {
    static std::string text;
    return text;
}

bool silenced = false;

}  // namespace

void silence() { silenced = true; }
bool isSilent() { return silenced; }

void flushOutput() {
    const std::string text = std::exchange(buffer(), {});
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t n = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
        if (n >= 0) done += static_cast<std::size_t>(n);
        else if (errno == EPIPE) throw ReaderGone();
        else if (errno != EINTR) throw Error(std::string("standard output: cannot be written: ") + std::strerror(errno));
    }
}

void print(std::string_view text) {
    if (silenced) return;
    buffer() += text;
    if (buffer().size() > kBuffer) flushOutput();
}

// In ASCII, since U+2028, U+0085 and others end a line for some readers of JSON lines.
void printJson(const nlohmann::json& value) { print(value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n"); }

void printDocument(const nlohmann::json& value) { print(value.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"); }

void guardStandardDescriptors() {
    for (int fd = 0; fd <= 2; ++fd)
        if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF && ::open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY) < 0) return;
}

std::string number(double value) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string number(double value, int digits) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr};
}

std::string bytesText(double bytes) {
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
    return number(bytes, bytes < 10 && unit > 0 ? 2 : 3) + " " + units[unit];
}

std::string secondsText(double seconds) {
    if (seconds < 10) return number(seconds, 2) + " s";
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string countText(long long count) {
    std::string text = std::to_string(count);
    for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, " ");
    return text;
}

std::size_t widthOf(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string tableText(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& left) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c == widths.size()) widths.push_back(0);
            widths[c] = std::max(widths[c], widthOf(row[c]));
        }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string space(widths[c] - widthOf(row[c]), ' ');
            const bool isLeft = std::find(left.begin(), left.end(), c) != left.end();
            line += (c ? "  " : "") + (isLeft ? row[c] + space : space + row[c]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace qs::cli
