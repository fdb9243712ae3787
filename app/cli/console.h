// SPDX-License-Identifier: GPL-3.0-or-later
// Standard error: progress, events and messages of a job. Whole lines, written at once, so that lines of threads do not mix.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/job.h"
#include "base/options.h"
#include "cli/signals.h"

namespace qs::cli {

enum class ProgressStyle { Auto, Bar, Plain, Json };

}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::ProgressStyle> {
    static constexpr std::pair<qs::cli::ProgressStyle, const char*> values[] = {{qs::cli::ProgressStyle::Auto, "auto"},
                                                                                {qs::cli::ProgressStyle::Bar, "bar"},
                                                                                {qs::cli::ProgressStyle::Plain, "plain"},
                                                                                {qs::cli::ProgressStyle::Json, "json"}};
};

namespace qs::cli {

/// How a command talks.
struct OutputOptions {
    bool json = false;
    ProgressStyle progress = ProgressStyle::Auto;
    void describe(OptionList& list);
};
/// `--json` alone, for commands that are done at once.
struct JsonOption {
    bool json = false;
    void describe(OptionList& list);
};

/// A message line on standard error. Control characters inside become spaces. Thread-safe; a progress bar gives way.
void say(std::string_view message);

/// Shows progress on standard error and collects the events. Of events of one kind the first three are shown as text, all as JSON lines.
class Console : public JobObserver {
  public:
    explicit Console(ProgressStyle style);
    ~Console() override;
    void progressed(const Progress& progress) override;
    void happened(const Event& event) override;
    void partFinished(int block, const std::string& path) override;
    void recordRewritten(const std::string& path) override;
    std::vector<Event> events() const;

  private:
    using Clock = std::chrono::steady_clock;
    void showPlain(const Progress& progress);
    ProgressStyle m_style;
    mutable std::mutex m_mutex;
    std::vector<Event> m_events;
    Clock::time_point m_lastPlain{};
};

/// Runs `body` with a context whose progress is shown and which signals stop. A stop keeps its meaning (status 3) for jobs that can be
/// resumed (FirstSignal::AfterPart); for others it becomes Error("stopped on request; nothing was written"). Returns the events.
std::vector<Event> runJob(const OutputOptions& output, FirstSignal first, const std::function<void(JobContext&)>& body);

}  // namespace qs::cli
