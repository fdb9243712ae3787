// SPDX-License-Identifier: GPL-3.0-or-later
// What calibrate and quantize share: model and sequences are opened, the blocks are gone through stage by stage, every input gets its
// bank, every finished block becomes a part of the run file. Order per block (each linear is run once, already replaced):
//
//   attention-in  → bank → [q, k, v]     attention-out → bank → [o]     mlp-in → bank → [gate, up]     mlp-down → bank → [down]
//
// in brackets what a BlockWork does there. Where it asks for the cross term, a second chain of the same sequences goes through the original
// weights: it is one stage ahead, since the linears of an input are replaced after the stage behind it has run there, so that both chains
// share one executor and the weights of a block are read once. After an interruption the finished blocks are not solved again: their
// linears are taken from the parts and the activations are computed anew, so the result is bit-identical to an undisturbed run.
//
// Ranks (distribute/communicator.h) hold a share of the sequences each and run it through all stages. Their banks are summed, so that every
// rank has the whole bank; spectra and the rows of the linears are done in shares and gathered, so that every rank goes on with the same
// weights. The first rank alone draws the sequences and writes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/job.h"
#include "distribute/communicator.h"
#include "hessian/bank.h"
#include "hessian/cross_sum.h"
#include "run/cost_model.h"
#include "run/options.h"
#include "run/phases.h"
#include "run/run_data.h"
#include "run/session.h"

namespace qs {

struct JobShare;
class Stream;

/// Progress in proportion to estimated seconds.
class CostTracker {
  public:
    CostTracker(JobContext& context, double total) : m_context(context), m_total(total) {}
    /// A step begins: "block 17 of 30 · solve gate_proj".
    void begin(const std::string& stage);
    /// The step that began is done.
    void done(double seconds);
    JobContext& context() { return m_context; }

  private:
    double fraction() const { return m_total > 0 && m_done < m_total ? m_done / m_total : 1; }
    JobContext& m_context;
    double m_total = 0, m_done = 0;
};

/// The block in work.
struct BlockState {
    int block = 0;
    std::string label;  ///< "block 17 of 30"
    const BlockSpec& spec;
    BlockWeights& weights;
    BlockPart& part;
    Session& session;
    const CostModel& costs;
    CostTracker& progress;
    Communicator& group;
    PhaseClock& clock;
    Matrix<float> cross = {};             ///< D of the input in work, if wished for
    Matrix<float> differences = {};       ///< C of it, likewise
    const Stream* calibration = nullptr;  ///< this rank's calibration sequences; the input in work is complete in them
};

/// The cross term D of the two chains (hessian/cross_sum.h), with the weights of H, and C of their differences (hessian/difference_sum.h).
struct CrossWish {
    Weighting weighting;
    CrossPart part = CrossPart::Whole;
    bool differences = false;
};

/// What a job does at the inputs of a block besides recording them.
class BlockWork {
  public:
    virtual ~BlockWork() = default;
    /// Estimated seconds of atInput and atBothChains; `lengths`: of this rank's calibration sequences.
    virtual double seconds(int block, InputTag tag, const CostModel& costs, std::span<const int> lengths) const = 0;
    /// Whether crossWish will ever ask for something.
    virtual bool needsUntouchedChain() const { return false; }
    virtual std::optional<CrossWish> crossWish(int, InputTag) const { return std::nullopt; }
    /// Called behind the cross term it asked for, while the input is complete in the untouched chain, too.
    virtual void atBothChains(InputTag, BlockState&, const Stream& /*untouched*/, const HessianBank& /*calibration*/) {}
    /// Called once the banks of an input are complete. heldOut may be null.
    virtual void atInput(InputTag tag, BlockState& state, const HessianBank& calibration, const HessianBank* heldOut) = 0;
};

struct BlockJob {
    std::string kind;  ///< "quantize", "calibrate" or "measure"
    const CalibrationOptions& calibration;
    const MachineOptions& machine;
    std::string out;
    bool resume = false;
    std::map<std::string, std::string> options;  ///< every option by name, as text
    std::vector<Event> events;                   ///< about the options, for the run
    /// Makes the work once the model is open (and checks the options against it); may return null.
    std::function<std::unique_ptr<BlockWork>(const ModelSpec&)> makeWork;
    /// Forecast of one of `ranks` processes for all sequences that were drawn; `machine` is its share of the machine.
    std::function<Resources(const Session&, const MachineOptions& machine, const std::vector<int>& calibration,
                            const std::vector<int>& heldOut, int ranks)>
        forecast;
    const BitPlanRecord* plan = nullptr;  ///< goes into the run file, and its widths into the fingerprint
    bool keepFinished = false;            ///< a finished run with this fingerprint is left as it is
    const JobShare* share = nullptr;      ///< what jobs beside this one have computed (run/job_share.h)
};

/// Runs the job, together with the other ranks, to its finished run file. Throws Error(Stopped) when it ended early and can be resumed; an
/// error of one rank on all.
void runBlocks(const BlockJob& job, JobContext& context, Communicator& group);

}  // namespace qs
