// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_measure.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "evaluate/perplexity.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

Session sessionFor(const StudyGround& ground, JobContext& context) {
    MachineOptions machine = ground.options.machine;
    machine.threads = 1;
    machine.compute = ground.study.evaluationCompute;
    return openSession(ground.model, machine, context);
}

std::vector<StudyMeasure> measured(const StudyGround& ground, const std::vector<StudyPerplexity>& wanted, const BlockSource& blocks,
                                   JobContext& context) {
    Session session = sessionFor(ground, context);
    std::vector<PerplexityTask> tasks;
    for (const StudyPerplexity& p : wanted) tasks.push_back({ground.streams.at(p.text).ids, p.window});
    const auto start = Clock::now();
    const std::vector<PerplexityResult> results =
        perplexities(*ground.model, blocks, *session.executor, tasks, ground.activationBytes(), context, *session.pool);
    const double seconds = secondsSince(start) / static_cast<double>(wanted.size());
    std::vector<StudyMeasure> measures;
    for (std::size_t k = 0; k < wanted.size(); ++k)
        measures.push_back({wanted[k].text, wanted[k].window, results[k].value, results[k].standardError, results[k].tokens,
                            ground.keyOf(wanted[k]), seconds});
    return measures;
}

}  // namespace

StudyResult quantizeCell(const StudyGround& ground, std::size_t i, const std::shared_ptr<UntouchedChain>& chain, int member,
                         JobContext& context) {
    const std::string path = ground.runFile(i).string();
    if (fs::exists(path))
        if (auto stored = ground.storedResult(ground.measuredFile(i), i)) return *stored;
    QuantizeOptions options = resolvedOptions(ground.study, ground.cell(i), ground.out);
    options.machine = ground.machineOf(i);
    options.out = path;
    options.resume = true;
    const bool resumed = fs::exists(path + ".parts/block-0000.h5");
    const StudySequences& sequences = *ground.sequencesOf[i];
    runQuantize(options, context, {ground.model, ground.fingerprint, sequences.set, sequences.banks, chain, member});
    const auto run = openQuantization(path);
    StudyResult result = resultOf(*run, options.quant);
    result.fingerprint = ground.fingerprints[i];
    if (!resumed) result.seconds = run->seconds() - (chain ? chain->excessSeconds(member) : 0);
    writeText(ground.measuredFile(i), jsonOf(ground.cell(i), result).dump());
    return result;
}

void measureCell(const StudyGround& ground, std::size_t i, StudyResult& result, JobContext& context) {
    std::vector<StudyPerplexity> missing;
    for (const StudyPerplexity& p : ground.study.perplexities) {
        const StudyMeasure* known = result.find(p.text, p.window);
        if (!known || known->key != ground.keyOf(p)) missing.push_back(p);
    }
    if (missing.empty()) return;
    if (context.shouldStopAfterPart()) throw Cancelled();
    const auto run = openQuantization(ground.runFile(i).string());
    for (StudyMeasure& measure : measured(
             ground, missing, [&](int b) { return blockOfRun(*ground.model, *run, b); }, context))
        result.perplexities.push_back(std::move(measure));
}

std::vector<StudyMeasure> measureModel(const StudyGround& ground, const std::vector<StudyPerplexity>& wanted, JobContext& context) {
    return measured(ground, wanted, {}, context);
}

void finishCell(const StudyGround& ground, std::size_t i, const StudyResult& result) {
    writeText(ground.cellFile(i), jsonOf(ground.cell(i), result).dump());
    std::error_code ignored;
    fs::remove(ground.measuredFile(i), ignored);
    if (!ground.options.keepRuns) fs::remove(ground.runFile(i), ignored);
}

}  // namespace qs
