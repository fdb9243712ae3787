// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/block_loop.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "run/bank_exchange.h"
#include "run/bank_record.h"
#include "run/calibration_set.h"
#include "run/deal.h"
#include "run/job_share.h"
#include "run/part_writer.h"
#include "run/provenance.h"
#include "run/rank_messages.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/stream.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

const char* stageText(InputTag tag) {
    switch (tag) {
        case InputTag::AttentionIn: return "norm";
        case InputTag::AttentionOut: return "attention";
        case InputTag::MlpIn: return "attention output and norm";
        case InputTag::MlpDown: return "MLP";
    }
    return "";
}

/// The sequences of one text, and which rank has which.
struct DealtSequences {
    DealtSequences(const std::vector<SequenceRecord>& sequences, const Communicator& group)
        : all(sequences), rankOf(dealSequences(lengthsOf(all), group.size())), own(shareOf(all, rankOf, group.rank())) {}
    const std::vector<SequenceRecord>& all;
    std::vector<int> rankOf;
    std::vector<SequenceRecord> own;
};

/// One run of the loop over all blocks. `writer` is null on all ranks but the first.
class Loop {
  public:
    Loop(const BlockJob& job, Session& session, const CalibrationSet& set, BlockWork* work, RunWriter* writer, JobContext& context,
         Communicator& group)
        : m_job(job),
          m_session(session),
          m_calibration(set.calibration, group),
          m_heldOut(set.heldOut, group),
          m_work(work),
          m_writer(writer),
          m_context(context),
          m_group(group),
          m_finished(broadcastNumber(writer ? static_cast<int>(writer->finishedBlocks().size()) : 0, group)),
          m_costs(CostModel::measured(job.machine.compute, session.threads(), group.size())),
          m_progress(context, totalSeconds()) {}

    void run() {
        const int blocks = static_cast<int>(spec().blocks.size());
        if (m_finished == blocks) return;
        m_progress.begin("embedding the sequences");
        const fs::path folder = fs::absolute(m_job.out).parent_path();
        const std::size_t budget = activationBudget(m_job.machine),
                          held = ActivationStore::bytesFor(spec(), lengthsOf(m_heldOut.own), dtype());
        Stream calibration(m_calibration.own, m_session, budget > held ? budget - held : 1, folder, m_context);
        Stream heldOut(m_heldOut.own, m_session, budget, folder, m_context);
        const std::size_t used = held + calibration.bytesInMemory();
        if (needsUntouched() && !sharedChain())
            m_untouched = std::make_unique<Stream>(m_calibration.own, m_session, budget > used ? budget - used : 1, folder, m_context);
        reportSpill(calibration.spilledBytes() + heldOut.spilledBytes() + (m_untouched ? m_untouched->spilledBytes() : 0));
        for (const Event& event : eventsOfAllRanks(m_context, m_group))
            if (m_writer) m_writer->addEvent(event);  // of the run, not of its first block
        std::optional<PartWriter> parts;
        if (m_writer) parts.emplace(*m_writer, m_context);
        for (int b = 0; b < blocks; ++b) {
            if (b < m_finished) {
                replay(b, calibration, heldOut);
                continue;
            }
            BlockPart part = process(b, calibration, heldOut);
            if (parts) parts->submit(std::move(part));
            if (m_group.any(m_context.shouldStopAfterPart()) && b + 1 < blocks) {
                if (parts) parts->drain();
                throw Error(
                    "stopped after block " + std::to_string(b + 1) + " of " + std::to_string(blocks) + "; run again with --resume to go on",
                    ErrorKind::Stopped);
            }
        }
        m_progress.begin("writing the run file");
        if (parts) parts->drain();
    }

  private:
    const ModelSpec& spec() const { return m_session.model->spec(); }
    DType dtype() const { return m_session.executor->dtype(); }
    const BlockSpec& block(int b) const { return spec().blocks[static_cast<std::size_t>(b)]; }
    std::string label(int b) const { return "block " + std::to_string(b + 1) + " of " + std::to_string(spec().blocks.size()); }
    bool needsUntouched() const { return m_work && m_work->needsUntouchedChain(); }
    /// The untouched chain of jobs side by side, if there is one.
    UntouchedChain* sharedChain() const { return m_job.share ? m_job.share->untouched.get() : nullptr; }

    double forwardSeconds(const BlockSpec& block, InputTag tag) const {
        return m_costs.forward(block, tag, lengthsOf(m_calibration.own)) + m_costs.forward(block, tag, lengthsOf(m_heldOut.own));
    }
    double finishSeconds(const BlockSpec& block) const {
        return m_costs.finish(block, lengthsOf(m_calibration.own)) + m_costs.finish(block, lengthsOf(m_heldOut.own));
    }
    /// All stages of the untouched chain; 0 without one.
    double untouchedSeconds(const BlockSpec& block) const {
        if (!needsUntouched()) return 0;
        double seconds = m_costs.finish(block, lengthsOf(m_calibration.own));
        for (const InputTag tag : kInputTags) seconds += m_costs.forward(block, tag, lengthsOf(m_calibration.own));
        return seconds;
    }
    double crossSeconds(int b, InputTag tag) const {
        const auto wish = m_work ? m_work->crossWish(b, tag) : std::nullopt;
        return wish ? m_costs.cross(widthOf(tag, block(b)), wish->part, wish->differences, lengthsOf(m_calibration.own)) : 0;
    }
    double bankSeconds(const BlockSpec& block, InputTag tag) const {
        const int dim = widthOf(tag, block);
        const double spectra = m_job.calibration.wantsSpectra(dim) ? spectraSeconds(dim) : 0;
        return m_costs.bank(dim, lengthsOf(m_calibration.own)) + m_costs.bank(dim, lengthsOf(m_heldOut.own)) + spectra;
    }

    double spectraSeconds(int dim) const {
        const std::vector<int> lengths = lengthsOf(m_calibration.all);
        return m_costs.spectra(dim, std::set<int>(lengths.begin(), lengths.end()).size());
    }

    double totalSeconds() const {
        double total = 0;
        for (int b = 0; b < static_cast<int>(spec().blocks.size()); ++b) {
            for (const InputTag tag : kInputTags) {
                total += forwardSeconds(block(b), tag);
                if (b < m_finished) continue;
                total += bankSeconds(block(b), tag) + crossSeconds(b, tag) +
                         (m_work ? m_work->seconds(b, tag, m_costs, lengthsOf(m_calibration.own)) : 0);
            }
            total += finishSeconds(block(b)) + untouchedSeconds(block(b));
        }
        return total;
    }

    void reportSpill(std::size_t bytes) {
        if (bytes == 0) return;
        m_context.event(
            {Severity::Info, "activations-spilled", "",
             std::to_string(bytes >> 20) + " MiB of activations exceed the memory budget and go to a file beside the run file"});
    }

    void runStage(int b, Stage stage, const std::string& what, double seconds, Stream& calibration, Stream& heldOut) {
        m_progress.begin(label(b) + " · " + what);
        m_clock.time(Phase::Forward, [&] { calibration.run(stage, m_context); });
        if (!m_heldOut.all.empty()) m_clock.time(Phase::HeldOut, [&] { heldOut.run(stage, m_context); });
        m_progress.done(seconds);
    }

    void runUntouched(Stage stage) {
        if (m_untouched) m_clock.time(Phase::Untouched, [&] { m_untouched->run(stage, m_context); });
    }

    /// A block that an earlier run finished: only its activations are needed.
    void replay(int b, Stream& calibration, Stream& heldOut) {
        BlockWeights weights = m_session.model->block(b);
        if (m_untouched) {
            m_progress.begin(label(b) + " · again: untouched chain");
            m_session.executor->setBlock(block(b), weights);
            for (const Stage stage : kStages) runUntouched(stage);
            m_progress.done(untouchedSeconds(block(b)));
        }
        const BlockPart part = broadcastPart(m_writer ? m_writer->readPart(b) : BlockPart(), m_group);
        replaceLinears(weights, block(b), part.linears, scalesOf(part.tags, b));
        m_session.executor->setBlock(block(b), weights);
        weights = {};
        for (const InputTag tag : kInputTags)
            runStage(b, stageOf(tag), std::string("again: ") + stageText(tag), forwardSeconds(block(b), tag), calibration, heldOut);
        runStage(b, Stage::Finish, "again: output", finishSeconds(block(b)), calibration, heldOut);
    }

    BlockPart process(int b, Stream& calibration, Stream& heldOut) {
        const auto start = Clock::now();
        m_clock = {};
        BlockPart part;
        part.block = b;
        m_progress.begin(label(b) + " · reading weights");
        BlockWeights weights = m_session.model->block(b);
        m_session.executor->setBlock(block(b), weights);
        if (!m_work) weights = {};
        BlockState state{b, label(b), block(b), weights, part, m_session, m_costs, m_progress, m_group, m_clock};
        runUntouched(Stage::AttentionIn);
        for (const InputTag tag : kInputTags) {
            runStage(b, stageOf(tag), stageText(tag), forwardSeconds(block(b), tag), calibration, heldOut);
            atInput(tag, state, calibration, heldOut);
        }
        runStage(b, Stage::Finish, "output", finishSeconds(block(b)), calibration, heldOut);
        m_progress.done(untouchedSeconds(block(b)));
        part.events = eventsOfAllRanks(m_context, m_group);
        part.phases = m_clock.seconds();
        part.seconds = secondsSince(start);
        return part;
    }

    void atInput(InputTag tag, BlockState& state, Stream& calibration, Stream& heldOut) {
        const int dim = widthOf(tag, state.spec);
        m_progress.begin(state.label + " · Hessians of " + nameOf(tag));
        const auto ofCalibration = m_clock.time(Phase::Hessians, [&] { return bankAt(state.block, tag, false, calibration); });
        std::shared_ptr<const HessianBank> ofHeldOut;  // null without such text
        if (!m_heldOut.all.empty()) ofHeldOut = m_clock.time(Phase::HeldOut, [&] { return bankAt(state.block, tag, true, heldOut); });
        const HessianBank &bank = *ofCalibration, *other = ofHeldOut.get();
        TagRecord record;
        record.block = state.block;
        record.tag = nameOf(tag);
        record.dim = dim;
        if (m_job.calibration.wantsSpectra(dim)) m_progress.begin(state.label + " · spectra of " + nameOf(tag));
        const auto records = [&](const HessianBank& of, bool spectra) {
            return m_clock.time(Phase::Spectra,
                                [&] { return recordsOf(of, m_job.calibration.keep, spectra, m_context, *m_session.pool, m_group); });
        };
        record.calibration = records(bank, m_job.calibration.wantsSpectra(dim));
        // Spectra cost n³ a matrix, a third of a run when both banks have them; how other text differs shows in the diagonals.
        if (other) record.heldOut = records(*other, false);
        state.part.tags.push_back(std::move(record));
        m_progress.done(bankSeconds(state.spec, tag));
        state.calibration = &calibration;
        if (needsUntouched()) m_clock.time(Phase::Untouched, [&] { takeCross(tag, state, bank); });
        if (m_untouched) {
            m_progress.begin(state.label + " · untouched chain behind " + nameOf(tag));
            runUntouched(kStages[static_cast<std::size_t>(stageOf(tag)) + 1]);
        }
        if (m_work) m_work->atInput(tag, state, bank, other);
    }

    /// The bank of one text at an input. Before the first linear it is the same for every job on
    /// these sequences.
    std::shared_ptr<const HessianBank> bankAt(int b, InputTag tag, bool heldOut, const Stream& stream) {
        const DealtSequences& sequences = heldOut ? m_heldOut : m_calibration;
        const auto make = [&] { return bankOf(sequences, stream, tag, widthOf(tag, block(b))); };
        if (m_job.share && b == 0 && tag == InputTag::AttentionIn) return m_job.share->firstBanks->get(heldOut, make);
        return std::make_shared<const HessianBank>(make());
    }

    HessianBank bankOf(const DealtSequences& sequences, const Stream& stream, InputTag tag, int dim) {
        return bankOfAllRanks(stream.bank(tag, dim, m_context), sequences.all, sequences.rankOf, m_group, *m_session.pool);
    }

    void takeCross(InputTag tag, BlockState& state, const HessianBank& bank) {
        state.cross = state.differences = {};
        const auto wish = m_work->crossWish(state.block, tag);
        if (!wish) return;
        m_progress.begin(state.label + " · cross term of " + nameOf(tag));
        UntouchedChain* const shared = sharedChain();
        const Stream& untouched = shared ? shared->at(m_job.share->member, state.block, tag, m_context) : *m_untouched;
        state.cross = state.calibration->cross(untouched, tag, bank.dim(), wish->weighting, bank.counts(), wish->part, m_context);
        m_group.sum(state.cross.values());
        if (wish->differences) {
            state.differences = state.calibration->differences(untouched, tag, bank.dim(), wish->weighting, bank.counts(), m_context);
            m_group.sum(state.differences.values());
        }
        m_work->atBothChains(tag, state, untouched, bank);
        if (shared) shared->done(m_job.share->member, state.block, tag);
        m_progress.done(crossSeconds(state.block, tag));
    }

    const BlockJob& m_job;
    Session& m_session;
    DealtSequences m_calibration, m_heldOut;
    BlockWork* m_work;
    RunWriter* m_writer;
    JobContext& m_context;
    Communicator& m_group;
    int m_finished;  ///< blocks of an earlier run
    CostModel m_costs;
    CostTracker m_progress;
    PhaseClock m_clock;                   ///< of the block in work
    std::unique_ptr<Stream> m_untouched;  ///< the calibration sequences behind the original weights, where the work needs them
};

}  // namespace

void CostTracker::begin(const std::string& stage) {
    m_context.check();
    m_context.report(fraction(), stage);
}

void CostTracker::done(double seconds) { m_done += seconds; }

namespace {

void warnIfMemoryIsShort(const Resources& forecast, int ranksOnMachine, JobContext& context) {
    const double needed = forecast.memoryBytes * ranksOnMachine,
                 reachable = static_cast<double>(availableMemoryBytes()) + static_cast<double>(residentMemoryBytes()) * ranksOnMachine;
    if (needed <= reachable) return;
    context.event({Severity::Warning, "memory-short", "",
                   "the job will need about " + std::to_string(static_cast<long>(needed / 1048576)) + " MiB of memory" +
                       (ranksOnMachine > 1 ? " for " + std::to_string(ranksOnMachine) + " processes on this machine, " : ", ") +
                       std::to_string(static_cast<long>(reachable / 1048576)) +
                       " MiB can be had; use fewer different lengths, fewer tokens or a smaller --memory-budget"});
}

/// Says once when inputs are too wide for spectra.
void reportSkippedSpectra(const CalibrationOptions& calibration, const ModelSpec& spec, JobContext& context) {
    if (calibration.keep == Keep::None || !calibration.spectra) return;
    int widest = 0;
    for (const BlockSpec& block : spec.blocks)
        for (const InputTag tag : kInputTags) widest = std::max(widest, widthOf(tag, block));
    if (widest <= calibration.spectraWidth) return;
    context.event(
        {Severity::Info, "spectra-skipped", "",
         "inputs of more than " + std::to_string(calibration.spectraWidth) + " channels (up to " + std::to_string(widest) +
             " here) have no eigenvalues; raise --spectra-width to compute them, at a cost that grows with the cube of the width"});
}

bool isFinished(const std::string& path, const std::string& fingerprint) {
    if (!fs::is_regular_file(path)) return false;
    try {
        const auto run = RunFile::open(path);
        return run->finished() && run->provenance().fingerprint == fingerprint;
    } catch (const Error&) {
        return false;  // damaged: it is made anew
    }
}

std::shared_ptr<const CalibrationSet> drawnSet(const BlockJob& job, const Session& session, JobContext& context, Communicator& group) {
    CalibrationSet drawn;
    if (group.isFirst()) drawn = drawCalibrationSet(job.calibration, session.model->spec(), session.threads(), context);
    return std::make_shared<const CalibrationSet>(broadcastSet(std::move(drawn), group));
}

void runTogether(const BlockJob& job, JobContext& context, Communicator& group) {
    const auto start = Clock::now();
    context.takeEvents();  // of jobs before this one
    if (!job.share) resetPeakMemory();
    if (group.isFirst()) requireWritable(job.out);
    Session session =
        job.share ? openSession(job.share->model, job.machine, context) : openSession(job.calibration.model, job.machine, context);
    const std::string fingerprint = job.share ? job.share->fingerprint : fingerprintOfAllRanks(*session.model, group);
    const std::unique_ptr<BlockWork> work = job.makeWork(session.model->spec());
    if (!job.share) requireFiniteWeights(session, context, group);
    const std::shared_ptr<const CalibrationSet> sequences = job.share ? job.share->set : drawnSet(job, session, context, group);
    const CalibrationSet& set = *sequences;
    Provenance provenance = provenanceOf(job, session, set, fingerprint, group.size());
    if (job.keepFinished && broadcastNumber(group.isFirst() && isFinished(job.out, provenance.fingerprint), group) != 0) return;
    const Resources forecast = job.forecast(session, job.machine, lengthsOf(set.calibration), lengthsOf(set.heldOut), group.size());
    const int onMachine = neighboursOf(group).onMachine;
    if (group.isFirst()) warnIfMemoryIsShort(forecast, onMachine, context);
    std::optional<RunWriter> writer;
    if (group.isFirst()) writer.emplace(job.out, std::move(provenance), set.all(), job.resume);
    for (const Event& event : set.events) context.event(event);
    if (group.isFirst()) {
        for (const Event& event : job.events) context.event(event);
        reportSkippedSpectra(job.calibration, session.model->spec(), context);
    }
    for (const Event& event : eventsOfAllRanks(context, group))
        if (writer) writer->addEvent(event);
    if (writer && job.plan) writer->setBitPlan(*job.plan);
    Loop(job, session, set, work.get(), writer ? &*writer : nullptr, context, group).run();
    const double peak = greatestOf(static_cast<double>(peakMemoryBytes()), group);
    if (!writer) return;
    for (const Event& event : context.takeEvents()) writer->addEvent(event);
    const double seconds = secondsSince(start);
    writer->setResources(forecast, {seconds, peak, static_cast<double>(writer->partBytes())});
    writer->finish(seconds);
    context.report(1, "done");
}

}  // namespace

void runBlocks(const BlockJob& job, JobContext& context, Communicator& group) {
    try {
        const MachineOptions machine = machineOfRank(job.machine, group);
        runTogether({job.kind, job.calibration, machine, job.out, job.resume, job.options, job.events, job.makeWork, job.forecast, job.plan,
                     job.keepFinished, job.share},
                    context, group);
    } catch (const Error& error) {
        throw group.fail(error);
    }
}

}  // namespace qs
