// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <functional>
#include <mutex>

#include "base/error.h"
#include "base/file.h"
#include "base/file_lock.h"
#include "run/options.h"
#include "run/run_file.h"
#include "run/run_file_records.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

fs::path partsFolder(const fs::path& path) { return path.string() + ".parts"; }
fs::path headPath(const fs::path& path) { return partsFolder(path) / "head.h5"; }
constexpr const char* kCheckpoint = "checkpoint-";  // how files to continue from begin

fs::path blockPath(const fs::path& path, int block) {
    char name[32];
    std::snprintf(name, sizeof name, "block-%04d.h5", block);
    return partsFolder(path) / name;
}

/// Writes a new HDF5 file under another name, syncs and renames it. Errors name the file.
void writeFile(const fs::path& path, const std::function<void(hid_t)>& fill) {
    writeAtomically(path, [&](const fs::path& temporary) {
        try {
            const std::lock_guard lock(hdf5::libraryMutex());
            hdf5::File file = hdf5::File::create(temporary);
            try {
                fill(file);
            } catch (const Error&) {
                if (file.error()) file.close();  // says why the system refused
                throw;
            }
            file.close();
        } catch (const Error& error) {
            throw error.within(path.string());
        }
    });
}

/// What differs between a run on disk and the one that wants to resume it, in words.
std::string differenceOf(const Provenance& stored, const Provenance& wanted) {
    std::string text;
    const auto add = [&](const std::string& what, const std::string& was, const std::string& is) {
        if (was != is)
            text += (text.empty() ? "" : ", ") + what + " was " + (was.empty() ? "not given" : was) + " and is " +
                    (is.empty() ? "not given" : is);
    };
    if (stored.modelFingerprint != wanted.modelFingerprint)
        add("the model", stored.model + " [" + stored.modelFingerprint + "]", wanted.model + " [" + wanted.modelFingerprint + "]");
    if (stored.textFingerprint != wanted.textFingerprint)
        add("the text", "[" + stored.textFingerprint + "]", "[" + wanted.textFingerprint + "]");
    for (const auto& [name, value] : wanted.options) {
        const auto old = stored.options.find(name);
        if (changesResult(name)) add("--" + name, old == stored.options.end() ? "" : old->second, value);
    }
    return text.empty() ? "the program version, the kind of the run or the bit plan differ" : text;
}

}  // namespace

struct RunWriter::State {
    fs::path path;
    Provenance provenance;
    std::vector<SequenceRecord> sequences;
    std::vector<Event> events;
    std::optional<Resources> forecast, actual;
    std::optional<BitPlanRecord> plan;
    std::vector<int> finished;
    bool adopted = false;  ///< the parts are of this run
    std::unique_ptr<FileLock> lock;

    /// Keeps the parts of an earlier run if they are of this very run; throws if they are of another.
    void adoptParts() {
        std::optional<hdf5::Head> head;
        try {
            const std::lock_guard guard(hdf5::libraryMutex());
            head = hdf5::readHead(hdf5::File::open(headPath(path)));
        } catch (const Error&) {
            return;  // interrupted before its head was complete: nothing to resume
        }
        if (head->provenance.fingerprint != provenance.fingerprint)
            throw Error(path.string() + ": cannot be resumed, it was started differently: " + differenceOf(head->provenance, provenance) +
                        "; use the same options, or leave --resume out to start anew");
        adopted = true;
        if (head->provenance.processes != provenance.processes)
            events.push_back({Severity::Info, "processes-changed", "",
                              "the finished blocks were made by " + std::to_string(head->provenance.processes) +
                                  " processes, the others by " + std::to_string(provenance.processes) +
                                  ": the sums differ by rounding from those of an undisturbed run"});
        while (isPartOfThisRun(static_cast<int>(finished.size()))) finished.push_back(static_cast<int>(finished.size()));
    }

    bool isPartOfThisRun(int block) const {
        if (!fs::exists(blockPath(path, block))) return false;
        try {
            const std::lock_guard guard(hdf5::libraryMutex());
            const hdf5::File file = hdf5::File::open(blockPath(path, block));
            const hdf5::Id group = hdf5::openGroup(file, "blocks/" + std::to_string(block));
            return hdf5::readText(group, "fingerprint") == provenance.fingerprint;
        } catch (const Error&) {
            return false;  // damaged: the run goes on from here
        }
    }

    fs::path trainingPath() const { return partsFolder(path) / "training.h5"; }

    static bool isCheckpoint(const fs::path& file) {
        return file.filename().string().starts_with(kCheckpoint) && file.extension() == ".safetensors";
    }
    bool hasCheckpoint() const {
        std::error_code ignored;
        return std::any_of(fs::directory_iterator(partsFolder(path), ignored), fs::directory_iterator(),
                           [](const fs::directory_entry& entry) { return isCheckpoint(entry.path()); });
    }

    /// Everything that is not the head, what a training continues from, the kept blocks and the lock.
    void removeOtherFiles() const {
        for (const auto& entry : fs::directory_iterator(partsFolder(path))) {
            const fs::path& file = entry.path();
            const bool kept = file.filename() == "lock" || (!finished.empty() && file == headPath(path)) ||
                              (adopted && (file == trainingPath() || isCheckpoint(file))) ||
                              std::any_of(finished.begin(), finished.end(), [&](int b) { return file == blockPath(path, b); });
            if (!kept) fs::remove_all(file);
        }
    }

    void consolidate(hid_t file, double seconds) const {
        hdf5::writeHead(file, provenance, sequences);
        hdf5::writeEvents(file, events);
        for (const int block : finished) {
            const hdf5::File part = hdf5::File::open(blockPath(path, block));
            hdf5::copyObject(part, "blocks/" + std::to_string(block), file);
            for (const std::string& name : hdf5::childrenOf(hdf5::openGroup(part, "linears")))
                hdf5::copyObject(part, "linears/" + name, file);
        }
        hdf5::writeAttribute(file, "seconds", seconds);
        hdf5::writeAttribute(file, "finished", std::int64_t{1});
        const auto writeUse = [&](const char* name, const std::optional<Resources>& use) {
            if (!use) return;
            const double values[] = {use->seconds, use->memoryBytes, use->diskBytes};
            hdf5::writeAttribute(file, name, std::span<const double>(values));
        };
        writeUse("forecast", forecast);
        writeUse("actual", actual);
        if (plan) hdf5::writeBitPlan(file, *plan);
        if (fs::exists(trainingPath())) hdf5::copyObject(hdf5::File::open(trainingPath()), "training", file);
    }
};

RunWriter::RunWriter(fs::path path, Provenance provenance, std::vector<SequenceRecord> sequences, bool resume)
    : m_state(std::make_unique<State>()) {
    State& state = *m_state;
    state.path = std::move(path);
    state.provenance = std::move(provenance);
    state.sequences = std::move(sequences);
    requireWritable(state.path);
    std::error_code error;
    fs::create_directory(partsFolder(state.path), error);
    if (error) throw Error(partsFolder(state.path).string() + ": cannot be created: " + error.message() + "; choose another --out");
    try {
        state.lock =
            std::make_unique<FileLock>(partsFolder(state.path) / "lock",
                                       state.path.string() + ": another process is writing this run; wait for it or choose another --out");
        if (resume) state.adoptParts();
        state.removeOtherFiles();
    } catch (const fs::filesystem_error& failure) {
        throw Error(partsFolder(state.path).string() + ": cannot be cleared: " + failure.code().message());
    }
    if (state.finished.empty())
        writeFile(headPath(state.path), [&](hid_t file) { hdf5::writeHead(file, state.provenance, state.sequences); });
}

RunWriter::~RunWriter() {
    if (!m_state->finished.empty() || m_state->hasCheckpoint()) return;
    std::error_code ignored;
    fs::remove_all(partsFolder(m_state->path), ignored);
}

std::vector<int> RunWriter::finishedBlocks() const { return m_state->finished; }

fs::path RunWriter::partPath(int block) const { return blockPath(m_state->path, block); }

BlockPart RunWriter::readPart(int block) const {
    try {
        const std::lock_guard lock(hdf5::libraryMutex());
        const hdf5::File file = hdf5::File::open(partPath(block));
        BlockPart part = hdf5::readBlock(file, block);
        part.linears = hdf5::readLinears(file, hdf5::Detail::Everything);
        return part;
    } catch (const Error& error) {
        throw error.within(partPath(block).string());
    }
}

void RunWriter::writePart(const BlockPart& part) {
    try {
        writeFile(partPath(part.block), [&](hid_t file) { hdf5::writeBlock(file, part, m_state->provenance.fingerprint); });
    } catch (const Error& error) {
        const bool first = m_state->finished.empty();
        throw Error(std::string(error.what()) + (first ? "" : "; the blocks before it are kept: put it right and run again with --resume"),
                    error.kind());
    }
    if (std::find(m_state->finished.begin(), m_state->finished.end(), part.block) == m_state->finished.end())
        m_state->finished.push_back(part.block);  // else it replaces what an interrupted run had left
}

std::uintmax_t RunWriter::partBytes() const {
    std::uintmax_t bytes = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(partsFolder(m_state->path), ignored))
        bytes += entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
    return bytes;
}

void RunWriter::addEvent(const Event& event) { m_state->events.push_back(event); }

void RunWriter::setResources(Resources forecast, Resources actual) {
    m_state->forecast = forecast;
    m_state->actual = actual;
}

void RunWriter::setBitPlan(BitPlanRecord plan) { m_state->plan = std::move(plan); }

void RunWriter::setModel(const std::string& path, const std::string& fingerprint, std::int64_t parameters) {
    m_state->provenance.model = path;
    m_state->provenance.modelFingerprint = fingerprint;
    m_state->provenance.parameters = parameters;
}

fs::path RunWriter::trainingPath() const { return m_state->trainingPath(); }

fs::path RunWriter::checkpointPath(const std::string& name) const {
    return partsFolder(m_state->path) / (kCheckpoint + name + ".safetensors");
}

void RunWriter::writeTraining(const TrainingRecord& record, const std::vector<Event>& events) {
    writeFile(trainingPath(), [&](hid_t file) {
        hdf5::writeTraining(file, record);
        hdf5::writeEvents(file, events);
    });
}

std::optional<TrainingRecord> RunWriter::earlierTraining(std::vector<Event>& events) const {
    if (!m_state->adopted || !fs::exists(trainingPath())) return std::nullopt;
    try {
        const std::lock_guard lock(hdf5::libraryMutex());
        const hdf5::File file = hdf5::File::open(trainingPath());
        events = hdf5::readEvents(file);
        return hdf5::readTraining(file);
    } catch (const Error& error) {
        throw error.within(trainingPath().string());
    }
}

void RunWriter::finish(double seconds) {
    try {
        writeFile(m_state->path, [&](hid_t file) { m_state->consolidate(file, seconds); });
    } catch (const Error& error) {
        throw Error(std::string(error.what()) + "; the finished blocks stay in " + partsFolder(m_state->path).string() +
                        ": make room and run again with --resume",
                    error.kind());
    }
    std::error_code ignored;
    fs::remove_all(partsFolder(m_state->path), ignored);
}

}  // namespace qs
