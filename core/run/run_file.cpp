// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/run_file.h"

#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "base/file.h"
#include "run/phases.h"
#include "run/run_file_records.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

/// What is read when a run is opened.
struct Contents {
    hdf5::Head head;
    std::vector<LinearRecord> linears;
    std::vector<TagRecord> tags;
    std::vector<Event> events;
    PhaseSeconds phases;
    std::vector<fs::path> linearFiles;  ///< where each linear lies, parallel to linears
    std::map<int, fs::path> blockFiles;
    fs::path headFile;
    fs::path trainingFile;  ///< of a run in parts
};

void addBlock(Contents& contents, hid_t file, int block, const fs::path& path) {
    BlockPart part = hdf5::readBlock(file, block);
    std::move(part.tags.begin(), part.tags.end(), std::back_inserter(contents.tags));
    std::move(part.events.begin(), part.events.end(), std::back_inserter(contents.events));
    addPhases(contents.phases, part.phases);
    contents.blockFiles[block] = path;
}

void addLinears(Contents& contents, hid_t file, const fs::path& path) {
    for (LinearRecord& linear : hdf5::readLinears(file, hdf5::Detail::Small)) {
        contents.linears.push_back(std::move(linear));
        contents.linearFiles.push_back(path);
    }
}

std::vector<int> blocksIn(hid_t file) {
    std::vector<int> blocks;
    for (const std::string& name : hdf5::childrenOf(hdf5::openGroup(file, "blocks"))) {
        if (name.empty() || name.size() > 7 || !std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
            throw Error("blocks/" + name + " is not a block");
        blocks.push_back(std::stoi(name));
    }
    std::sort(blocks.begin(), blocks.end());
    return blocks;
}

Contents readWhole(const fs::path& path) {
    Contents contents;
    const hdf5::File file = hdf5::File::open(path);
    contents.head = hdf5::readHead(file);
    contents.headFile = path;
    if (contents.head.newer) contents.events.push_back(*contents.head.newer);
    for (const Event& event : hdf5::readEvents(file)) contents.events.push_back(event);
    for (const int block : blocksIn(file)) addBlock(contents, file, block, path);
    addLinears(contents, file, path);
    return contents;
}

/// Parts are immutable once they have their name, so no lock is needed. A folder that vanishes meanwhile was consolidated.
Contents readParts(const fs::path& folder) {
    Contents contents;
    contents.headFile = folder / "head.h5";
    contents.head = hdf5::readHead(hdf5::File::open(contents.headFile));
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("block-") && entry.path().extension() == ".h5") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& path : files) {
        const hdf5::File file = hdf5::File::open(path);
        for (const int block : blocksIn(file)) addBlock(contents, file, block, path);
        addLinears(contents, file, path);
    }
    contents.trainingFile = folder / "training.h5";
    if (fs::exists(contents.trainingFile)) contents.events = hdf5::readEvents(hdf5::File::open(contents.trainingFile));
    if (contents.head.newer) contents.events.insert(contents.events.begin(), *contents.head.newer);
    return contents;
}

/// An error about what a file holds, with a remedy where it has none yet.
Error withRemedy(const Error& error) {
    const std::string text = error.what();
    if (text.find(';') != std::string::npos || text.starts_with("cannot be ")) return error;
    return Error(text + "; the file is damaged: restore it from a copy, or run the command that wrote it again", error.kind());
}

/// read(file) with the library held; errors name the file.
template <class Read>
auto reading(const fs::path& path, Read read) {
    try {
        const std::lock_guard lock(hdf5::libraryMutex());
        const hdf5::File file = hdf5::File::open(path);
        return read(static_cast<hid_t>(file));
    } catch (const Error& error) {
        throw withRemedy(error).within(path.string());
    }
}

/// What is read when it is first asked for and then kept, so that whoever asks again waits neither for the disk nor for the library.
template <class T>
class Kept {
  public:
    template <class Read>
    T get(Read read) const {
        if (const auto known = value()) return *known;
        const auto fresh = std::make_shared<const T>(read());  // not in the lock: it may take long; twice does no harm
        const std::lock_guard lock(m_mutex);
        m_value = fresh;
        return *fresh;
    }

  private:
    std::shared_ptr<const T> value() const {
        const std::lock_guard lock(m_mutex);
        return m_value;
    }
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const T> m_value;
};

class OpenRun final : public RunFile {
  public:
    OpenRun(fs::path path, Contents contents) : m_path(std::move(path)), m_contents(std::move(contents)) {}

    const fs::path& path() const override { return m_path; }
    const Provenance& provenance() const override { return m_contents.head.provenance; }
    bool finished() const override { return m_contents.head.finished; }
    double seconds() const override { return m_contents.head.seconds; }
    std::optional<Resources> forecast() const override { return m_contents.head.forecast; }
    std::optional<Resources> actual() const override { return m_contents.head.actual; }
    const std::vector<SequenceRecord>& sequences() const override { return m_contents.head.sequences; }
    const std::vector<LinearRecord>& linears() const override { return m_contents.linears; }
    const std::vector<TagRecord>& tags() const override { return m_contents.tags; }
    const std::vector<Event>& events() const override { return m_contents.events; }
    PhaseSeconds phases() const override { return m_contents.phases; }

    std::vector<std::int32_t> sequenceIds(std::size_t index) const override {
        if (index >= m_contents.head.sequences.size()) throw Error(m_path.string() + ": has no sequence " + std::to_string(index));
        return reading(m_contents.headFile, [&](hid_t file) {
            const auto ids = hdf5::readVector<std::int32_t>(file, "sequences/ids");
            const auto start = static_cast<std::size_t>(m_contents.head.starts[index]),
                       length = static_cast<std::size_t>(m_contents.head.sequences[index].length);
            if (start + length > ids.size()) throw Error("sequence " + std::to_string(index) + " leaves the list of ids");
            const auto first = ids.begin() + static_cast<std::ptrdiff_t>(start);
            return std::vector<std::int32_t>(first, first + static_cast<std::ptrdiff_t>(length));
        });
    }

    std::vector<EvaluationRecord> evaluations() const override {
        return m_evaluations.get([&] { return reading(m_contents.headFile, [](hid_t file) { return hdf5::readEvaluations(file); }); });
    }

    BitErrors bitErrors() const override {
        return m_bitErrors.get([&] {
            BitErrors errors;
            for (const auto& [block, path] : m_contents.blockFiles)
                reading(path, [&, number = block](hid_t file) { hdf5::readBitErrors(file, number, errors); });
            return errors;
        });
    }

    std::optional<BitPlanRecord> bitPlan() const override {
        return m_bitPlan.get([&] { return reading(m_contents.headFile, [](hid_t file) { return hdf5::readBitPlan(file); }); });
    }

    std::optional<TrainingRecord> training() const override {
        const auto read = [](hid_t file) { return hdf5::readTraining(file); };
        if (m_contents.trainingFile.empty()) return reading(m_contents.headFile, read);
        if (fs::exists(m_contents.trainingFile)) return reading(m_contents.trainingFile, read);
        fs::path whole = m_path;  // the training may have ended since
        if (whole.extension() == ".parts") whole.replace_extension();
        return fs::exists(whole) ? reading(whole, read) : std::nullopt;
    }

    LinearRecord linear(const std::string& name) const override {
        return reading(fileOf(name), [&](hid_t file) { return hdf5::readLinear(file, name, hdf5::Detail::Everything); });
    }

    std::vector<ScaleStepRecord> scaleSteps(const std::string& name) const override {
        return reading(fileOf(name), [&](hid_t file) { return hdf5::readScaleSteps(file, name); });
    }

    Matrix<float> fullS(int block, const std::string& tag, int length, bool heldOut) const override {
        return bankMatrix(block, tag, length, heldOut, "S");
    }

    Matrix<float> firstTokens(int block, const std::string& tag, int length, bool heldOut) const override {
        return bankMatrix(block, tag, length, heldOut, "first_tokens");
    }

  private:
    const fs::path& fileOf(const std::string& linear) const {
        const auto found =
            std::find_if(m_contents.linears.begin(), m_contents.linears.end(), [&](const LinearRecord& l) { return l.name == linear; });
        if (found == m_contents.linears.end()) throw Error(m_path.string() + ": has no linear " + linear);
        return m_contents.linearFiles[static_cast<std::size_t>(found - m_contents.linears.begin())];
    }

    Matrix<float> bankMatrix(int block, const std::string& tag, int length, bool heldOut, const std::string& kind) const {
        const auto path = m_contents.blockFiles.find(block);
        if (path == m_contents.blockFiles.end()) return {};
        return reading(path->second, [&](hid_t file) -> Matrix<float> {
            const std::string parent = hdf5::bankGroup(block, tag, heldOut);
            if (!hdf5::exists(file, "blocks/" + std::to_string(block) + "/tags/" + tag) || !hdf5::exists(file, parent) ||
                !hdf5::exists(file, parent + "/" + kind))
                return {};
            const std::string name = parent + "/" + kind + "/" + std::to_string(length);
            if (!hdf5::exists(file, name)) return {};
            const auto shape = hdf5::shapeOf(file, name);
            if (shape.size() != 2 || shape[0] > (1u << 24) || shape[1] > (1u << 24)) throw Error(name + " has an impossible shape");
            Matrix<float> matrix(shape[0], shape[1]);
            hdf5::readDataset(file, name, shape, matrix.data());
            return matrix;
        });
    }

    fs::path m_path;
    Contents m_contents;
    Kept<std::vector<EvaluationRecord>> m_evaluations;
    Kept<BitErrors> m_bitErrors;
    Kept<std::optional<BitPlanRecord>> m_bitPlan;
};

}  // namespace

std::shared_ptr<const RunFile> RunFile::open(const fs::path& path) {
    const fs::path parts = path.string() + ".parts";
    const bool namesFolder = path.extension() == ".parts";
    try {
        const std::lock_guard lock(hdf5::libraryMutex());
        if (namesFolder) return std::make_shared<OpenRun>(path, readParts(path));
        if (!fs::exists(path) && fs::exists(parts / "head.h5")) {
            try {
                return std::make_shared<OpenRun>(path, readParts(parts));
            } catch (const std::exception&) {
                if (!fs::exists(path)) throw;  // else the run was finished while its parts were being read
            }
        }
        if (!fs::exists(path)) throw Error("there is no such file");
        if (!fs::is_regular_file(path)) throw Error("is not a file; give a run file (*.qsrun)");
        try {
            return std::make_shared<OpenRun>(path, readWhole(path));
        } catch (const Error& error) {
            throw withRemedy(error);
        }
    } catch (const fs::filesystem_error& error) {
        throw Error(path.string() + ": cannot be read: " + error.code().message());
    } catch (const Error& error) {
        throw error.within(path.string());
    }
}

namespace {

/// fill(file) on a copy of a finished run, which then takes its place; `what` is to be added.
template <class Fill>
void extendRun(const fs::path& path, const std::string& what, Fill fill) {
    writeAtomically(path, [&](const fs::path& temporary) {
        try {
            const std::lock_guard lock(hdf5::libraryMutex());
            {
                const hdf5::File old = hdf5::File::open(path);
                if (!hdf5::readHead(old).finished) throw Error("is not a finished run; " + what + " cannot be added");
            }
            fs::copy_file(path, temporary);
            hdf5::File file = hdf5::File::extend(temporary);
            try {
                fill(static_cast<hid_t>(file));
            } catch (const Error&) {
                if (file.error()) file.close();
                throw;
            }
            file.close();
        } catch (const Error& error) {
            throw error.within(path.string());
        }
    });
}

}  // namespace

void appendEvaluation(const fs::path& path, const EvaluationRecord& record) {
    extendRun(path, "an evaluation", [&](hid_t file) {
        const int count =
            hdf5::exists(file, "evaluations") ? static_cast<int>(hdf5::childrenOf(hdf5::openGroup(file, "evaluations")).size()) : 0;
        hdf5::writeEvaluation(file, count, record);
    });
}

void storeBitPlan(const fs::path& path, const BitPlanRecord& plan, const BitErrors* errors) {
    extendRun(path, "a bit plan", [&](hid_t file) {
        std::map<int, BitErrors> blocks;
        if (errors)
            for (const LinearWidths& linear : errors->linears) {
                BitErrors& block = blocks[linear.block];
                block.settings = errors->settings;
                block.inputs = errors->inputs;
                block.linears.push_back(linear);
            }
        for (const auto& [block, own] : blocks) hdf5::writeBitErrors(file, block, own);
        hdf5::writeBitPlan(file, plan);
    });
}

}  // namespace qs
