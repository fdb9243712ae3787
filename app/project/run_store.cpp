// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/run_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>

namespace qs {
namespace {

constexpr int kLookMilliseconds = 1000;
constexpr int kWhole = 1 << 30;  // states of a finished file begin here
namespace fs = std::filesystem;

fs::path partsOf(const std::string& file) { return file + ".parts"; }

/// A number below `most` that changes when the file does: by its time, which is coarse, and its size.
int markOf(const fs::path& file, fs::file_time_type time, int most) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const auto ticks = static_cast<std::uint64_t>(time.time_since_epoch() / std::chrono::milliseconds(1));
    return static_cast<int>((ticks + 31 * (error ? 0 : size)) % static_cast<std::uint64_t>(most));
}

/// What lies at `file`: the whole file (kWhole or above, another number when something was added to it), nothing (−1), or a number that
/// changes with every finished block and every record of a training.
int stateOf(const std::string& file) {
    std::error_code error;
    const auto whole = fs::last_write_time(file, error);
    if (!error) return kWhole + markOf(file, whole, kWhole);
    if (!fs::exists(partsOf(file) / "head.h5", error)) return -1;
    int blocks = 0;
    for (const auto& entry : fs::directory_iterator(partsOf(file), error))
        blocks += entry.path().extension() == ".h5" && entry.path().filename().string().rfind("block-", 0) == 0;
    const fs::path training = partsOf(file) / "training.h5";
    const auto written = fs::last_write_time(training, error);
    return error ? blocks : blocks + markOf(training, written, kWhole / 2);
}

/// Reads what views ask for in the window's thread: it must find that in memory. What is damaged, the view says that shows it.
void readAhead(const RunFile& run) {
    try {
        run.evaluations();
        run.bitErrors();
        run.bitPlan();
    } catch (const Error&) {
    }
}

}  // namespace

bool isBeingWritten(const QString& runFile) {
    const int descriptor = ::open((partsOf(runFile.toStdString()) / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);  // gives the lock back
    return held;
}

/// Of one visit to the disk: a file to read, or which of the growing ones changed.
struct RunStore::Result {
    QString file;  ///< empty: a look at all that grow
    std::shared_ptr<const RunFile> run;
    int state = -1;
    bool written = false;
    std::map<QString, int> known;
    QStringList changed;
    std::map<QString, bool> writing;
};

RunStore::RunStore(QObject* parent) : QObject(parent) {
    connect(&m_reader, &JobRunner::ended, this, &RunStore::readFinished);
    connect(&m_timer, &QTimer::timeout, this, &RunStore::look);
    m_timer.start(kLookMilliseconds);
}

void RunStore::open(const QString& file) {
    // Asked for again while it is read for the first time: what grows meanwhile, look() finds. A second reading would hold up the views.
    if (m_opening && m_result && m_result->file == file && !m_entries.contains(file)) return;
    if (!m_waiting.contains(file)) m_waiting << file;
    if (!m_reader.running()) begin();
}

void RunStore::forget(const QString& file) {
    m_entries.remove(file);
    m_waiting.removeAll(file);
}

void RunStore::begin() {
    if (m_waiting.isEmpty()) return;
    m_result = std::make_shared<Result>();
    m_result->file = m_waiting.takeFirst();
    m_opening = true;
    m_reader.start([result = m_result](JobContext&) {
        const std::string file = result->file.toStdString();
        result->state = stateOf(file);
        result->written = result->state < kWhole && isBeingWritten(result->file);
        try {
            result->run = RunFile::open(file);
        } catch (const Error&) {
            const int now = stateOf(file);
            if (result->state >= kWhole || now < kWhole) throw;
            result->run = RunFile::open(file);  // finished between the two looks
            result->state = now;
        }
        readAhead(*result->run);
    });
}

/// Runs that are not finished may have grown, and finished ones got an evaluation; the disk may be slow, so another thread looks.
void RunStore::look() {
    if (m_reader.running()) return;
    auto result = std::make_shared<Result>();
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it)
        if (it->run) result->known[it.key()] = it->state;
    if (result->known.empty()) return;
    m_result = result;
    m_reader.start([result](JobContext&) {
        for (const auto& [file, state] : result->known) {
            const int now = stateOf(file.toStdString());
            if (now != state && now >= 0) result->changed << file;
            result->writing[file] = now < kWhole && isBeingWritten(file);
        }
    });
}

void RunStore::readFinished(const JobOutcome& outcome) {
    const auto result = std::exchange(m_result, nullptr);
    m_opening = false;
    if (!result) return begin();
    if (result->file.isEmpty()) {
        for (const QString& file : result->changed)
            if (!m_waiting.contains(file)) m_waiting << file;
        for (const auto& [file, written] : result->writing) {
            if (!m_entries.contains(file) || m_entries[file].written == written) continue;
            m_entries[file].written = written;
            if (!result->changed.contains(file)) emit opened(file, m_entries[file].run);
        }
        return begin();
    }
    Entry& entry = m_entries[result->file];
    entry.failure = outcome.done ? QString() : outcome.message;
    entry.state = result->state;
    entry.written = result->written;
    if (outcome.done) entry.run = result->run;
    const auto run = entry.run;  // receivers may change the entries
    begin();
    if (outcome.done) emit opened(result->file, run);
    else emit failed(result->file, outcome.message);
}

}  // namespace qs
