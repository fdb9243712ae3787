// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_cost.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "model/executor.h"
#include "model/model.h"
#include "quant/quantizer.h"
#include "run/calibration_set.h"
#include "run/cost_model.h"
#include "run/estimate.h"
#include "run/session.h"
#include "run/study_texts.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

double partOf(const std::vector<std::pair<std::string, double>>& parts, const std::string& label) {
    for (const auto& [name, value] : parts)
        if (name == label) return value;
    return 0;
}

std::int64_t tokensOf(const Study& study, const StudyPerplexity& p) {
    if (study.evaluationTokens > 0) return study.evaluationTokens;
    double bytes = 0;
    std::error_code ignored;
    const StudyText& text = study.texts.at(p.text);
    for (const std::string& file : text.files)
        if (fs::is_regular_file(file, ignored)) bytes += static_cast<double>(fs::file_size(file, ignored));
    const double share = text.isPart() ? static_cast<double>(text.documents.size()) / text.documentsOf : 1;
    return static_cast<std::int64_t>(bytes * share / 4);  // about four bytes a token
}

/// Windows that are not the beginning of a longer one of the same text (evaluate/perplexity.h).
std::int64_t windowsComputed(const Study& study, const StudyPerplexity& p, std::int64_t tokens) {
    std::int64_t count = 0;
    for (std::int64_t first = 0; first + p.window <= tokens; first += p.window)
        count += std::none_of(study.perplexities.begin(), study.perplexities.end(), [&](const StudyPerplexity& longer) {
            return longer.text == p.text && longer.window > p.window && first % longer.window == 0 && first + longer.window <= tokens;
        });
    return count;
}

/// All blocks and the head over the windows.
double perplexitySeconds(const ModelSpec& spec, const CostModel& costs, std::int64_t windows, int window) {
    const std::vector<int> lengths(static_cast<std::size_t>(windows), window);
    double seconds = 0;
    for (const BlockSpec& block : spec.blocks) {
        for (const InputTag tag : kInputTags) seconds += costs.forward(block, tag, lengths);
        seconds += costs.finish(block, lengths);
    }
    const double head = 2.0 * spec.hidden * spec.vocabulary * static_cast<double>(lengths.size()) * window;
    return seconds + head / costs.linear / costs.threads;
}

}  // namespace

double CellCost::secondsOf(const StudyPerplexity& p) const {
    for (const auto& [measure, seconds] : measures)
        if (measure == p) return seconds;
    return 0;
}

std::vector<CellCost> cellCosts(const Study& study, const ModelSpec& spec, const fs::path& out) {
    const CostModel evaluation = CostModel::measured(study.evaluationCompute, 1);
    std::vector<std::pair<StudyPerplexity, double>> measures;
    for (const StudyPerplexity& p : study.perplexities)
        measures.emplace_back(p, perplexitySeconds(spec, evaluation, windowsComputed(study, p, tokensOf(study, p)), p.window));
    std::vector<CellCost> costs;
    std::map<std::string, Estimate> known;  // seeds differ in nothing that costs
    for (const StudyCell& cell : study.cells) {
        QuantizeOptions options = resolvedOptions(study, cell, out);
        options.calibration.seed = 0;
        std::string key;
        for (const auto& [name, value] : optionTexts(options)) key += value + "\n";
        if (known.count(key) == 0) {
            const ExpectedLengths lengths = expectedLengths(options.calibration, spec);
            known[key] = estimateFor(spec, {options.calibration, options.machine, &options, 1}, lengths.calibration, lengths.heldOut, 1);
        }
        const Estimate& estimate = known[key];
        CellCost cost;
        cost.quantizeSeconds = estimate.total.seconds;
        cost.untouchedSeconds = partOf(estimate.timeParts, "untouched chain");
        cost.memoryBytes = estimate.total.memoryBytes - partOf(estimate.memoryParts, "program and libraries");
        cost.diskBytes = 2 * estimate.total.diskBytes;
        cost.measures = measures;
        for (const auto& [p, seconds] : measures) cost.measureSeconds += seconds;
        costs.push_back(std::move(cost));
    }
    return costs;
}

Estimate estimateStudy(const StudyOptions& options) {
    const Study study = readStudy(options);
    const auto model = openModel(study.model);
    model->requireSupported();
    const std::vector<CellCost> costs = cellCosts(study, model->spec(), options.out);
    const int threads = options.machine.threads > 0 ? options.machine.threads : availableCores();
    double quantize = 0, measure = 0, saved = 0, largest = 0, disk = 0;
    std::map<std::string, std::pair<int, double>> chains;  // sequences -> cells on their chain, memory of these
    for (std::size_t i = 0; i < costs.size(); ++i) {
        const StudyCell& cell = study.cells[i];
        quantize += costs[i].quantizeSeconds;
        measure += costs[i].measureSeconds;
        largest = std::max(largest, costs[i].memoryBytes);
        disk = std::max(disk, costs[i].diskBytes);
        if (!needsCross(cell.options.quant)) continue;
        auto& [members, memory] = chains[sequencesKey(cell.options.calibration)];
        if (members++ > 0) saved += costs[i].untouchedSeconds;
        memory += costs[i].memoryBytes;
    }
    double together = threads * largest;
    std::size_t most = static_cast<std::size_t>(threads);
    const double budget =
        options.machine.memoryBudget > 0 ? options.machine.memoryBudget * 1048576.0 : 0.7 * static_cast<double>(availableMemoryBytes());
    for (const auto& [key, chain] : chains) {
        together = std::max(together, std::min(chain.second, std::max(budget, largest)) + (threads - 1) * largest);
        most = std::max(most, static_cast<std::size_t>(chain.first + threads - 1));
    }
    const double kept = options.keepRuns ? static_cast<double>(costs.size()) * disk / 2 : 0;
    Estimate estimate;
    estimate.timeParts = {{"quantizing", quantize / threads}, {"perplexities", measure / threads}};
    if (saved > 0) estimate.timeParts.push_back({"untouched chains that cells share", -saved / threads});
    estimate.memoryParts = {{"program and libraries", static_cast<double>(residentMemoryBytes())}, {"cells at work", together}};
    estimate.diskParts = {{"runs of the cells at work", static_cast<double>(most) * disk}};
    if (kept > 0) estimate.diskParts.push_back({"runs that are kept", kept});
    for (const auto& [ignored, value] : estimate.timeParts) estimate.total.seconds += value;
    for (const auto& [ignored, value] : estimate.memoryParts) estimate.total.memoryBytes += value;
    for (const auto& [ignored, value] : estimate.diskParts) estimate.total.diskBytes += value;
    estimate.notes.push_back(std::to_string(study.cells.size()) + " cells, " + std::to_string(threads) + " at a time");
    for (const std::string& note : study.notes) estimate.notes.push_back(note);
    const auto available = static_cast<double>(availableMemoryBytes());
    if (estimate.total.memoryBytes > available)
        estimate.notes.push_back("only " + std::to_string(static_cast<long>(available / 1048576)) +
                                 " MiB of memory are free; use fewer tokens or --memory-budget");
    if (!options.out.empty() && estimate.total.diskBytes > static_cast<double>(freeDiskBytes(options.out)))
        estimate.notes.push_back("the disk at " + options.out + " has less free; choose another place");
    return estimate;
}

}  // namespace qs
