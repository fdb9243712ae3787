// SPDX-License-Identifier: GPL-3.0-or-later
// What cells of a study cost, and what the same cost as single runs of `quantize` and `evaluate`, on one core: CPU seconds by phase as
// counters. MaCa's ablation at 4 bits on the bundled model, an eighth and a quarter of its tokens (Arg: of the calibration; the others keep
// their proportions), one seed, two texts. Whole processes on two cores: study_share.py.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.h"
#include "bench/cpu_seconds.h"
#include "kernels/blas.h"
#include "run/jobs.h"
#include "run/study.h"
#include "support/data.h"

namespace qs {
namespace {
namespace fs = std::filesystem;
using nlohmann::json;

/// Name of the phase that a stage belongs to.
std::string phaseOf(const std::string& stage) {
    static const std::pair<const char*, const char*> kPhases[] = {{", losses", "8 perplexity, head"},
                                                                  {"perplexity, windows", "7 perplexity, blocks"},
                                                                  {"· Hessians", "3 Hessians"},
                                                                  {"· spectra", "4 spectra"},
                                                                  {"· cross", "2 cross terms, chain of several"},
                                                                  {"· untouched", "2 chain of one"},
                                                                  {"· factor", "5 factors"},
                                                                  {"· solve", "6 scales, codes, errors"},
                                                                  {"· norm", "1 forward"},
                                                                  {"· attention", "1 forward"},
                                                                  {"· MLP", "1 forward"},
                                                                  {"· output", "1 forward"},
                                                                  {"writing", "9 files"}};
    for (const auto& [word, phase] : kPhases)
        if (stage.find(word) != std::string::npos) return phase;
    return "0 weights, sequences";
}

/// CPU seconds of the process by the stage that was reported last. One core computes at a time; a cell that waits for others of its chain
/// does so in the phase of the cross terms, and goes on in it.
class PhaseClock : public JobObserver {
  public:
    void progressed(const Progress& progress) override { enter(phaseOf(progress.stage)); }
    /// A phase begins that nobody reports.
    void enter(const std::string& phase) {
        const double now = testing::cpuSeconds();
        const std::lock_guard lock(m_mutex);
        m_seconds[m_phase] += now - std::exchange(m_since, now);
        m_phase = phase;
    }
    void count(benchmark::State& state) {
        enter("");
        for (const auto& [phase, seconds] : m_seconds) state.counters[phase] = seconds;
    }

  private:
    std::mutex m_mutex;
    std::string m_phase = "0 weights, sequences";
    double m_since = testing::cpuSeconds();
    std::map<std::string, double> m_seconds;
};

StudyOptions optionsFor(const testing::TemporaryFolder& folder, std::int64_t tokens) {
    json study = json::parse(readText(testing::resource("studies/1-maca-ablation.json")));
    for (auto& [name, text] : study["texts"].items())
        if (text.contains("path")) text["path"] = testing::resource("text/en.txt").string();
    study["texts"]["wikitext2"] = {{"path", testing::resource("text/en.txt").string()}, {"documents", {{"of", 3}, {"take", {0}}}}};
    study["set"]["tokens"] = tokens;
    study["set"]["held-out-tokens"] = tokens / 4;
    study["perplexity"]["tokens"] = std::max<std::int64_t>(2048, tokens / 4);
    StudyOptions options;
    options.file = folder / "study.json";
    writeText(options.file, study.dump());
    options.model = testing::resource("models/demo").string();
    options.machine.threads = 1;
    options.seeds = 1;
    options.only = {"bits=4"};
    options.out = folder / "out";
    return options;
}

void studyTogether(benchmark::State& state) {
    beginSingleThreadedMath();
    for (auto _ : state) {
        const testing::TemporaryFolder folder;
        PhaseClock clock;
        JobContext context(&clock);
        runStudy(optionsFor(folder, state.range(0)), context);
        clock.count(state);
    }
}

/// In one process: what starting forty-eight of them costs is not counted here.
void studyAsSingleRuns(benchmark::State& state) {
    beginSingleThreadedMath();
    for (auto _ : state) {
        const testing::TemporaryFolder folder;
        const StudyOptions options = optionsFor(folder, state.range(0));
        const Study study = readStudy(options);
        PhaseClock clock;
        const std::string text = testing::resource("text/en.txt").string();
        const auto measure = [&](const std::string& subject) {
            for (const StudyPerplexity& p : study.perplexities) {
                PerplexityOptions perplexity;
                perplexity.subject = subject;
                perplexity.text = {text};
                perplexity.window = p.window;
                perplexity.maxTokens = study.evaluationTokens;
                perplexity.machine.threads = 1;
                JobContext context(&clock);
                runPerplexity(perplexity, context);
            }
        };
        for (const StudyCell& cell : study.cells) {
            QuantizeOptions single = cell.options;
            single.calibration.text = single.calibration.heldOutText = {text};
            single.calibration.spectra = CalibrationOptions().spectra;  // a study leaves them out
            single.machine.threads = 1;
            single.out = folder / (cell.id + ".qsrun");
            JobContext context(&clock);
            runQuantize(single, context);
            measure(single.out);
        }
        measure(options.model);
        clock.count(state);
    }
}

BENCHMARK(studyTogether)->Arg(8192)->Arg(16384)->Iterations(1)->Unit(benchmark::kSecond)->MeasureProcessCPUTime();
BENCHMARK(studyAsSingleRuns)->Arg(8192)->Arg(16384)->Iterations(1)->Unit(benchmark::kSecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace qs
