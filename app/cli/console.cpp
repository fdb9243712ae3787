// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/output.h"

namespace qs::cli {
namespace {

using nlohmann::json;

/// The bar that stands on the terminal's last line; messages erase it and draw it again below.
struct Screen {
    std::mutex mutex;
    std::string bar;
};
Screen& screen() {
    static Screen& one = *new Screen;  // never destroyed: the signal thread outlives main
    return one;
}

void writeAll(std::string_view text) {
    if (isSilent()) return;
    while (!text.empty()) {
        const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;  // nobody listens: messages are lost, the work is not
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

void setBar(std::string bar) {
    const std::lock_guard lock(screen().mutex);
    writeAll("\r\033[K" + bar);
    screen().bar = std::move(bar);
}

std::size_t terminalWidth() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

std::string percent(double fraction) { return std::to_string(static_cast<int>(std::floor(std::clamp(fraction, 0.0, 1.0) * 100))) + " %"; }

std::string remainingText(const Progress& progress) {
    return progress.remaining < 0 || progress.fraction >= 1 ? "" : ", " + secondsText(progress.remaining) + " left";
}

/// At most `width` characters of UTF-8 text.
std::string shortened(const std::string& text, std::size_t width) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && characters++ == width) return text.substr(0, i);
    return text;
}

std::string barText(const Progress& progress) {
    constexpr int kCells = 24;
    const int full = static_cast<int>(std::clamp(progress.fraction, 0.0, 1.0) * kCells);
    const std::string cells = std::string(static_cast<std::size_t>(full), '#') + std::string(static_cast<std::size_t>(kCells - full), '.');
    const std::string line = "[" + cells + "] " + percent(progress.fraction) + remainingText(progress) + "  " + progress.stage;
    return shortened(line, terminalWidth() - 1);
}

const char* nameOf(Severity severity) {
    switch (severity) {
        case Severity::Info: return "info";
        case Severity::Warning: return "warning";
        case Severity::Failure: return "failure";
    }
    return "?";
}

}  // namespace

void OutputOptions::describe(OptionList& list) {
    list.group("Output");
    list.flag("json", json, "One JSON document on standard output instead of text");
    list.choice("progress", progress, "Progress on standard error: a bar, plain lines, JSON lines; auto takes the bar on a terminal");
}

void JsonOption::describe(OptionList& list) {
    list.group("Output");
    list.flag("json", json, "One JSON document on standard output instead of text");
}

void say(std::string_view message) {
    std::string line(message);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');  // file names may hold anything
    const std::lock_guard lock(screen().mutex);
    const std::string& bar = screen().bar;
    writeAll((bar.empty() ? "" : "\r\033[K") + line + "\n" + bar);
}

Console::Console(ProgressStyle style) : m_style(style) {
    if (style == ProgressStyle::Auto) m_style = ::isatty(STDERR_FILENO) ? ProgressStyle::Bar : ProgressStyle::Plain;
}

Console::~Console() {
    if (m_style == ProgressStyle::Bar) setBar("");
}

void Console::showPlain(const Progress& progress) {
    const auto now = Clock::now();
    {
        const std::lock_guard lock(m_mutex);
        if (now - m_lastPlain < std::chrono::seconds(2)) return;
        m_lastPlain = now;
    }
    say(percent(progress.fraction) + remainingText(progress) + ": " + progress.stage);
}

void Console::progressed(const Progress& progress) {
    if (m_style == ProgressStyle::Bar) return setBar(barText(progress));
    if (m_style == ProgressStyle::Plain) return showPlain(progress);
    json line{{"progress", progress.fraction}, {"stage", progress.stage}, {"elapsed", progress.elapsed}};
    line["remaining"] = progress.remaining < 0 ? json() : json(progress.remaining);
    say(line.dump(-1, ' ', false, json::error_handler_t::replace));
}

constexpr std::ptrdiff_t shownOfAKind = 3;

void Console::happened(const Event& event) {
    std::ptrdiff_t same = 0;  // of this kind, with this one
    {
        const std::lock_guard lock(m_mutex);
        m_events.push_back(event);
        same = std::count_if(m_events.begin(), m_events.end(), [&](const Event& e) { return e.kind == event.kind; });
    }
    if (m_style == ProgressStyle::Json) {
        const json line{
            {"event", event.kind}, {"severity", nameOf(event.severity)}, {"subject", event.subject}, {"message", event.message}};
        return say(line.dump(-1, ' ', false, json::error_handler_t::replace));
    }
    if (same > shownOfAKind + 1) return;
    if (same == shownOfAKind + 1)
        return say(std::string(nameOf(event.severity)) + ": more events of this kind (" + event.kind + ") are counted at the end");
    say(std::string(nameOf(event.severity)) + ": " + (event.subject.empty() ? "" : event.subject + ": ") + event.message);
}

void Console::partFinished(int block, const std::string& path) {
    if (m_style == ProgressStyle::Json) say(json{{"part", path}, {"block", block}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

void Console::recordRewritten(const std::string& path) {
    if (m_style == ProgressStyle::Json) say(json{{"training", path}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::vector<Event> Console::events() const {
    const std::lock_guard lock(m_mutex);
    return m_events;
}

std::vector<Event> runJob(const OutputOptions& output, FirstSignal first, const std::function<void(JobContext&)>& body) {
    Console console(output.progress);
    JobContext context(&console);
    const StopTarget target(context, first);
    try {
        body(context);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Stopped || first == FirstSignal::AfterPart) throw;
        throw Error("stopped on request; nothing was written");
    }
    return console.events();
}

}  // namespace qs::cli
