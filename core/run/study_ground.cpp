// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_ground.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/content_hash.h"
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "base/version.h"
#include "quant/quantizer.h"
#include "run/estimate.h"
#include "run/patterns.h"
#include "run/study_fingerprint.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* kFullPrecision = "full-precision.json";

void prepareFolder(StudyGround& ground) {
    const fs::path& out = ground.out;
    if (!ground.options.resume && (fs::exists(out / "cells") || fs::exists(out / "comparison.json")))
        throw Error(out.string() + ": holds a study already; go on with it by --resume, or choose another folder with --out",
                    ErrorKind::Usage);
    std::error_code error;
    for (const char* folder : {"cells", "runs"}) {
        fs::create_directories(out / folder, error);
        if (error) throw Error((out / folder).string() + ": cannot be created: " + error.message() + "; choose another --out");
    }
    ground.lock = std::make_unique<FileLock>(
        out / "cells", out.string() + ": another process is at work on the study there; wait for it or choose another --out");
    requireWritable(out / "comparison.json");
}

/// What `quantize` and `evaluate` would refuse is refused before the first cell begins.
void checkCells(const StudyGround& ground) {
    const ModelSpec& spec = ground.model->spec();
    for (const StudyCell& cell : ground.study.cells) {
        try {
            for (const auto& linears : chooseLinears(spec, cell.options.include, cell.options.exclude))
                for (const LinearSpec& linear : linears) checkSettings(cell.options.quant, linear.in, linear.name);
        } catch (const Error& error) {
            throw Error(ground.options.file + ": the cell " + cell.title() + ": " + error.what(), ErrorKind::Usage);
        }
    }
    for (const StudyPerplexity& p : ground.study.perplexities)
        if (spec.maxPositions > 0 && p.window > spec.maxPositions)
            throw Error(ground.options.file + ": perplexity.windows: " + std::to_string(p.window) + " tokens are more than the " +
                            std::to_string(spec.maxPositions) + " positions of the model; leave this window out",
                        ErrorKind::Usage);
}

/// Cells of the studies that are named for it.
void findReusable(StudyGround& ground) {
    for (const std::string& folder : ground.options.reuse) {
        const fs::path cells = fs::path(folder) / "cells";
        if (!fs::is_directory(cells)) throw Error("--reuse " + folder + ": is no folder of a study; it has no cells", ErrorKind::Usage);
        for (const auto& entry : fs::directory_iterator(cells)) {
            if (entry.path().extension() != ".json" || entry.path().filename() == kFullPrecision) continue;
            try {
                ground.reusable.emplace(resultFrom(json::parse(readText(entry.path()))).fingerprint, entry.path());
            } catch (const std::exception&) {
                continue;  // damaged or of another version: made anew
            }
        }
    }
}

void drawSequences(StudyGround& ground, JobContext& context) {
    for (const StudyCell& cell : ground.study.cells) {
        const QuantizeOptions options = resolvedOptions(ground.study, cell, ground.out);
        StudySequences& sequences = ground.sequences[sequencesKey(options.calibration)];
        if (!sequences.set)
            sequences.set = std::make_shared<const CalibrationSet>(
                drawCalibrationSet(options.calibration, ground.model->spec(), ground.threads, context));
        ground.sequencesOf.push_back(&sequences);
        ground.fingerprints.push_back(cellFingerprint(ground.fingerprint, *sequences.set, options));
    }
}

void tokenizeTexts(StudyGround& ground, JobContext& context) {
    if (ground.study.perplexities.empty()) return;
    context.report(0, "tokenising the texts of the perplexities");
    const auto tokenizer = loadTokenizer(ground.model->path());
    for (const StudyPerplexity& p : ground.study.perplexities) {
        if (ground.streams.count(p.text) == 0) ground.streams[p.text] = evaluationStream(ground.study, p.text, ground.out, *tokenizer);
        const std::size_t tokens = ground.streams[p.text].ids.size();
        if (tokens < static_cast<std::size_t>(p.window))
            throw Error(ground.options.file + ": perplexity: the text " + p.text + " has " + std::to_string(tokens) +
                            " tokens, fewer than one window of " + std::to_string(p.window) + "; give more text or a smaller window",
                        ErrorKind::Usage);
    }
}

}  // namespace

StudyGround StudyGround::prepare(const StudyOptions& options, JobContext& context) {
    StudyGround ground{options, readStudy(options), options.out};
    ground.threads = options.machine.threads > 0 ? options.machine.threads : availableCores();
    prepareFolder(ground);
    Session session = openSession(ground.study.model, options.machine, context);
    ground.model = session.model;
    ground.fingerprint = ground.model->fingerprint();
    Communicator alone;
    requireFiniteWeights(session, context, alone);
    checkCells(ground);
    writeTextParts(ground.study, ground.out);
    drawSequences(ground, context);
    findReusable(ground);
    tokenizeTexts(ground, context);
    ground.memoryBudget =
        options.machine.memoryBudget > 0 ? options.machine.memoryBudget * 1048576.0 : 0.7 * static_cast<double>(availableMemoryBytes());
    return ground;
}

std::optional<StudyResult> StudyGround::storedResult(const fs::path& file, std::size_t i) const {
    if (!fs::exists(file)) return std::nullopt;
    try {
        StudyResult result = resultFrom(json::parse(readText(file)));
        if (result.fingerprint == fingerprints[i]) return result;
    } catch (const std::exception&) {
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<StudyResult> StudyGround::finishedResult(std::size_t i) const {
    auto result = storedResult(cellFile(i), i);
    if (result && isComplete(*result)) return result;
    const auto other = reusable.find(fingerprints[i]);
    if (other == reusable.end()) return std::nullopt;
    result = storedResult(other->second, i);
    if (!result || !isComplete(*result)) return std::nullopt;
    writeText(cellFile(i), jsonOf(cell(i), *result).dump());
    return result;
}

std::vector<StudyMeasure> StudyGround::storedFullPrecision() const {
    std::vector<fs::path> files{fullPrecisionFile()};
    for (const std::string& folder : options.reuse) files.push_back(fs::path(folder) / "cells" / kFullPrecision);
    std::vector<StudyMeasure> measures;
    for (const StudyPerplexity& p : study.perplexities)
        for (const fs::path& file : files) {
            if (!fs::exists(file)) continue;
            const auto found = measureIn(file, p);
            if (!found) continue;
            measures.push_back(*found);
            break;
        }
    return measures;
}

std::optional<StudyMeasure> StudyGround::measureIn(const fs::path& file, const StudyPerplexity& p) const {
    try {
        for (const json& m : json::parse(readText(file))) {
            const StudyMeasure measure = measureFrom(m);
            if (measure.text == p.text && measure.window == p.window && measure.key == keyOf(p)) return measure;
        }
    } catch (const std::exception&) {
        return std::nullopt;  // damaged: measured anew
    }
    return std::nullopt;
}

std::string StudyGround::keyOf(const StudyPerplexity& p) const {
    ContentHash hash;
    for (const std::string& text : {std::string(kNumericVersion), fingerprint, streams.at(p.text).hash,
                                    std::string(nameOfEnum(study.evaluationCompute)), options.machine.device})
        hash.add(text);
    return hash.text();
}

bool StudyGround::isComplete(const StudyResult& result) const {
    return std::all_of(study.perplexities.begin(), study.perplexities.end(), [&](const StudyPerplexity& p) {
        const StudyMeasure* measure = result.find(p.text, p.window);
        return measure && measure->key == keyOf(p);
    });
}

std::size_t StudyGround::activationBytes() const { return static_cast<std::size_t>(memoryBudget / (threads + 1) / 2); }

MachineOptions StudyGround::machineOf(std::size_t i) const {
    MachineOptions machine = cell(i).options.machine;
    machine.threads = 1;
    machine.memoryBudget = std::max(64, static_cast<int>(activationBytes() >> 20));
    return machine;
}

}  // namespace qs
