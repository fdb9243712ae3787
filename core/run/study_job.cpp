// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the cells of a study side by side, one a core: one core for each of several runs wastes nothing, several cores for one run wait for
// each other at every step. What cells have in common comes from run/job_share.h, so a cell gives the very bits of `quantize` alone, and
// the perplexities of `evaluate` up to rounding.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "quant/quantizer.h"
#include "run/study_cost.h"
#include "run/study_measure.h"
#include "run/study_tables.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

/// Something that is started at once: a cell, several on one untouched chain, or what is measured of the model itself.
struct Unit {
    std::vector<std::size_t> cells;
    std::shared_ptr<UntouchedChain> chain;
    std::vector<StudyPerplexity> fullPrecision;
    double memoryBytes = 0;
};

/// One thread's work and its progress.
class Task : public JobObserver {
  public:
    using Report = std::function<void(const std::string& stage)>;
    using Pass = std::function<void(const Event&)>;
    Task(double seconds, Report report, Pass pass) : m_seconds(seconds), m_report(std::move(report)), m_pass(std::move(pass)) {}

    void progressed(const Progress& progress) override {
        m_fraction = progress.fraction;
        m_report(progress.stage);
    }
    void happened(const Event& event) override { m_pass(event); }
    /// The part of the work that reports from 0 to 1 next: `seconds` of the whole.
    void phase(double seconds) {
        m_before = m_before + m_phase;
        m_fraction = 0;
        m_phase = seconds;
    }
    double doneSeconds() const { return std::min(m_seconds, m_before + m_phase * m_fraction); }
    double seconds() const { return m_seconds; }
    JobContext context{this};

  private:
    const double m_seconds;
    Report m_report;
    Pass m_pass;
    std::atomic<double> m_before{0}, m_phase{0}, m_fraction{0};
};

class StudyJob {
  public:
    StudyJob(const StudyOptions& options, JobContext& context)
        : m_context(context), m_ground(StudyGround::prepare(options, context)), m_cores(m_ground.threads) {}

    StudySummary run() {
        const auto start = Clock::now();
        readFinishedCells();
        makeUnits();
        const bool complete = runUnits();
        if (!complete && m_finished > 0)
            m_ground.study.notes.push_back("Not finished: " + std::to_string(m_finished.load()) + " of " + std::to_string(cellCount()) +
                                           " cells are there; go on with --resume.");
        StudySummary summary = complete || m_finished > 0 ? report(secondsSince(start)) : StudySummary();
        if (!complete)
            throw Error("stopped after " + std::to_string(m_finished.load()) + " of " + std::to_string(cellCount()) + " cells" +
                            (m_finished > 0 ? ", which stand in " + summary.table : "") + "; run again with --resume to go on",
                        ErrorKind::Stopped);
        return summary;
    }

  private:
    std::size_t cellCount() const { return m_ground.study.cells.size(); }
    double cellSeconds(std::size_t i) const { return m_costs[i].quantizeSeconds + m_costs[i].measureSeconds; }

    double fullPrecisionSeconds(const Unit& unit) const {
        double seconds = 0;
        for (const StudyPerplexity& p : unit.fullPrecision) seconds += m_costs.front().secondsOf(p);
        return seconds;
    }

    void readFinishedCells() {
        m_results.resize(cellCount());
        m_failures.resize(cellCount());
        for (std::size_t i = 0; i < cellCount(); ++i) {
            m_results[i] = m_ground.finishedResult(i);
            m_finished += m_results[i] ? 1 : 0;
        }
        m_reused = m_finished;
        for (std::size_t i = 0; i < cellCount(); ++i) {
            const std::size_t first = firstAlike(i);
            if (first != i && m_results[first]) takeOver(i, first);
        }
        m_fullPrecision = m_ground.storedFullPrecision();
    }

    /// The first of the cells whose results are the same as those of cell i; a finished one, if there is one.
    std::size_t firstAlike(std::size_t i) const {
        std::size_t first = i;
        for (std::size_t k = cellCount(); k-- > 0;)
            if (m_ground.fingerprints[k] == m_ground.fingerprints[i] && (m_results[k] || !m_results[first])) first = k;
        return first;
    }

    /// Cell i gets the result of one that is the same.
    void takeOver(std::size_t i, std::size_t from) {
        m_results[i] = resultFor(m_ground.cell(i), *m_results[from]);
        if (m_ground.options.keepRuns && fs::exists(m_ground.runFile(from)))
            fs::copy_file(m_ground.runFile(from), m_ground.runFile(i), fs::copy_options::overwrite_existing);
        finishCell(m_ground, i, *m_results[i]);
        ++m_finished;
    }

    void makeUnits() {
        m_costs = cellCosts(m_ground.study, m_ground.model->spec(), m_ground.out);
        std::vector<StudyPerplexity> wanted;
        for (const StudyPerplexity& p : m_ground.study.perplexities)
            if (std::none_of(m_fullPrecision.begin(), m_fullPrecision.end(),
                             [&](const StudyMeasure& m) { return m.text == p.text && m.window == p.window; }))
                wanted.push_back(p);
        if (!wanted.empty()) m_units.push_back({{}, nullptr, wanted, m_costs.front().memoryBytes / 2});
        std::vector<StudySequences*> order;
        for (StudySequences* sequences : m_ground.sequencesOf)
            if (std::find(order.begin(), order.end(), sequences) == order.end()) order.push_back(sequences);
        for (const StudySequences* sequences : order) addUnits(*sequences);
        for (const Unit& unit : m_units) {
            m_totalSeconds += fullPrecisionSeconds(unit);
            for (const std::size_t i : unit.cells) m_totalSeconds += cellSeconds(i);
        }
    }

    /// First those on a chain, as many at once as memory holds; while they wait for each other, those alone fill the cores.
    void addUnits(const StudySequences& sequences) {
        std::vector<std::size_t> onChain, alone;
        for (std::size_t i = 0; i < cellCount(); ++i) {
            if (m_ground.sequencesOf[i] != &sequences || m_results[i] || firstAlike(i) != i) continue;
            const bool cross = needsCross(m_ground.cell(i).options.quant) && !fs::exists(m_ground.runFile(i));
            (cross ? onChain : alone).push_back(i);
        }
        for (std::size_t first = 0; first < onChain.size();) {
            Unit unit;
            while (first < onChain.size() &&
                   (unit.cells.empty() || unit.memoryBytes + m_costs[onChain[first]].memoryBytes <= m_ground.memoryBudget)) {
                unit.memoryBytes += m_costs[onChain[first]].memoryBytes;
                unit.cells.push_back(onChain[first++]);
            }
            if (unit.cells.size() > 1)
                unit.chain =
                    std::make_shared<UntouchedChain>(m_ground.model, m_ground.machineOf(unit.cells.front()), sequences.set,
                                                     static_cast<int>(unit.cells.size()), (m_ground.out / "runs").string(), m_cores);
            m_units.push_back(std::move(unit));
        }
        for (const std::size_t i : alone) m_units.push_back({{i}, nullptr, {}, m_costs[i].memoryBytes});
    }

    /// False if it ended before all units were done.
    bool runUnits() {
        std::size_t next = 0;
        std::unique_lock lock(m_mutex);
        while (next < m_units.size() || !m_tasks.empty()) {
            const bool stop = m_context.shouldStopAfterPart();
            const bool stopNow = isStoppedNow();
            for (const auto& task : m_tasks) {
                if (stop) task->context.stopAfterPart();
                if (stopNow) task->context.stopNow();
            }
            if (stop && m_tasks.empty()) break;
            const bool fits =
                next < m_units.size() && (m_tasks.empty() || m_memoryInUse + m_units[next].memoryBytes <= m_ground.memoryBudget);
            if (!stop && fits && m_cores.tryAcquire()) start(m_units[next++]);
            else m_changed.wait_for(lock, std::chrono::milliseconds(20));
        }
        lock.unlock();
        m_workers.clear();
        return !m_stopped && next == m_units.size();
    }

    /// Waits while the study is paused, with the lock, so that its tasks wait as well.
    bool isStoppedNow() {
        try {
            m_context.check();
        } catch (const Cancelled&) {
            return true;
        }
        return false;
    }

    /// The unit's threads begin; the first has the core that was taken. Called with the lock.
    void start(const Unit& unit) {
        m_memoryInUse += unit.memoryBytes;
        const auto left = std::make_shared<std::atomic<std::size_t>>(std::max<std::size_t>(1, unit.cells.size()));
        const auto ended = [this, left, bytes = unit.memoryBytes] {
            if (--*left == 0) m_memoryInUse -= bytes;
        };
        if (!unit.fullPrecision.empty())
            launch(
                "full precision", fullPrecisionSeconds(unit), true,
                [this, wanted = unit.fullPrecision](Task& task) { measureFullPrecision(wanted, task); }, ended);
        for (std::size_t k = 0; k < unit.cells.size(); ++k)
            launch(
                m_ground.cell(unit.cells[k]).title(), cellSeconds(unit.cells[k]), k == 0,
                [this, i = unit.cells[k], k, chain = unit.chain](Task& task) { runCell(i, chain, static_cast<int>(k), task); }, ended);
    }

    void launch(const std::string& title, double seconds, bool hasCore, std::function<void(Task&)> body, std::function<void()> ended) {
        const auto task = std::make_shared<Task>(
            seconds, [this, title](const std::string& stage) { showProgress(title + " · " + stage); },
            [this, title](const Event& event) { passOn(title, event); });
        m_tasks.push_back(task);
        m_workers.emplace_back([this, task, hasCore, body = std::move(body), ended = std::move(ended)] {
            if (!hasCore) m_cores.acquire();
            body(*task);
            m_cores.release();
            const std::lock_guard guard(m_mutex);
            m_doneSeconds += task->seconds();
            m_tasks.erase(std::find(m_tasks.begin(), m_tasks.end(), task));
            ended();
            m_changed.notify_all();
        });
    }

    void runCell(std::size_t i, const std::shared_ptr<UntouchedChain>& chain, int member, Task& task) {
        std::string failure;
        std::optional<StudyResult> result;
        try {
            task.phase(m_costs[i].quantizeSeconds);
            result = quantizeCell(m_ground, i, chain, member, task.context);
            if (chain) chain->leave(member);
            task.phase(m_costs[i].measureSeconds);
            measureCell(m_ground, i, *result, task.context);
            finishCell(m_ground, i, *result);
        } catch (const std::exception& error) {
            result.reset();
            failure = error.what();
        }
        if (chain) chain->leave(member);
        const std::lock_guard lock(m_mutex);
        if (!failure.empty() && task.context.shouldStopAfterPart()) {
            m_stopped = true;
            return;
        }
        if (!failure.empty()) m_context.event({Severity::Failure, "cell-failed", m_ground.cell(i).title(), failure});
        m_finished += result ? 1 : 0;
        m_results[i] = std::move(result);
        for (std::size_t k = 0; k < cellCount(); ++k) {
            if (m_ground.fingerprints[k] != m_ground.fingerprints[i]) continue;
            m_failures[k] = failure;
            if (!m_results[i] || m_results[k]) continue;
            try {
                takeOver(k, i);
            } catch (const std::exception& error) {
                m_results[k].reset();
                m_failures[k] = error.what();
            }
        }
    }

    void measureFullPrecision(const std::vector<StudyPerplexity>& wanted, Task& task) {
        try {
            task.phase(task.seconds());
            std::vector<StudyMeasure> measures = measureModel(m_ground, wanted, task.context);
            const std::lock_guard lock(m_mutex);
            for (StudyMeasure& measure : measures) m_fullPrecision.push_back(std::move(measure));
            json list = json::array();
            for (const StudyMeasure& m : m_fullPrecision) list.push_back(jsonOf(m));
            writeText(m_ground.fullPrecisionFile(), list.dump());
        } catch (const std::exception& error) {
            const std::lock_guard lock(m_mutex);
            if (task.context.shouldStopAfterPart()) m_stopped = true;
            else m_modelFailure = error.what();
        }
    }

    void showProgress(const std::string& stage) {
        double done = 0;
        {
            const std::lock_guard lock(m_mutex);
            done = m_doneSeconds;
            for (const auto& task : m_tasks) done += task->doneSeconds();
            m_shown = done = std::max(m_shown, done);
        }
        m_context.report(m_totalSeconds > 0 ? std::min(1.0, done / m_totalSeconds) : 0,
                         std::to_string(m_finished.load()) + " of " + std::to_string(cellCount()) + " cells done · " + stage);
    }

    /// Events of cells stand in their results; warnings are told at once as well.
    void passOn(const std::string& title, const Event& event) {
        if (event.severity == Severity::Info) return;
        Event named = event;
        named.subject = title + (event.subject.empty() ? "" : ": " + event.subject);
        m_context.event(named);
    }

    StudySummary report(double seconds) {
        if (!m_modelFailure.empty()) throw Error("the model in full precision: " + m_modelFailure);
        m_context.report(1, "writing the tables");
        const fs::path& out = m_ground.out;
        const Study& study = m_ground.study;
        const StudyOutcome outcome{
            study, m_results, m_failures, m_fullPrecision, fs::absolute(study.model).lexically_normal().string(), m_ground.fingerprint};
        StudySummary summary{(out / "comparison.json").string(),
                             (out / "table.md").string(),
                             studyMarkdown(outcome),
                             static_cast<int>(cellCount()),
                             m_reused,
                             seconds};
        writeText(out / "comparison.json", comparisonJson(outcome));
        writeText(out / "table.md", summary.markdown);
        writeText(out / "table.csv", studyCsv(outcome));
        if (!study.ratios.empty()) writeText(out / "ratios.csv", ratiosCsv(outcome));
        std::error_code ignored;
        if (fs::is_empty(out / "runs", ignored)) fs::remove(out / "runs", ignored);
        std::string failed;
        for (std::size_t i = 0; i < m_failures.size(); ++i)
            if (!m_failures[i].empty()) failed += (failed.empty() ? "" : "; ") + m_ground.cell(i).title() + ": " + m_failures[i];
        if (!failed.empty())
            throw Error("cells failed, all others stand in " + summary.table + ": " + failed +
                        " (put it right and run again with --resume)");
        return summary;
    }

    JobContext& m_context;
    StudyGround m_ground;
    Cores m_cores;
    std::vector<CellCost> m_costs;
    std::vector<Unit> m_units;
    double m_totalSeconds = 0;

    std::mutex m_mutex;  ///< of all that follows
    std::condition_variable m_changed;
    std::vector<std::shared_ptr<Task>> m_tasks;
    std::vector<std::optional<StudyResult>> m_results;
    std::vector<std::string> m_failures;
    std::vector<StudyMeasure> m_fullPrecision;
    std::string m_modelFailure;
    bool m_stopped = false;
    std::atomic<int> m_finished{0};
    int m_reused = 0;
    double m_doneSeconds = 0, m_shown = 0, m_memoryInUse = 0;
    std::vector<std::jthread> m_workers;  ///< last: they use the others
};

}  // namespace

StudySummary runStudy(const StudyOptions& options, JobContext& context) { return StudyJob(options, context).run(); }

}  // namespace qs
