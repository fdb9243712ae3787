// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: at every input of a block the Hessian is combined from the bank, factored once, and the linears that see this input are
// solved and replaced, so that what follows already runs on Ŵ. Ŵ = dequantize(codes, scales, zeros) as stored: the loss that is shown is
// the loss that is shipped. With several ranks each solves a share of the rows.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "base/error.h"
#include "hessian/difference_sum.h"
#include "hessian/errors.h"
#include "quant/asymmetric_factor.h"
#include "quant/clipping.h"
#include "quant/quantizer.h"
#include "run/bit_errors.h"
#include "run/block_loop.h"
#include "run/deal.h"
#include "run/estimate.h"
#include "run/fitted_weighting.h"
#include "run/head_hessians.h"
#include "run/idle_options.h"
#include "run/input_scaling.h"
#include "run/job_share.h"
#include "run/jobs.h"
#include "run/length_errors.h"
#include "run/linear_record.h"
#include "run/patterns.h"
#include "run/phases.h"
#include "run/planned_bits.h"
#include "run/rank_messages.h"
#include "run/role_name.h"
#include "run/stream.h"
#include "run/trajectories.h"
#include "run/value_heads.h"
#include "run/weight_sample.h"
#include "run/weighted_error.h"

namespace qs {
namespace {

class Quantization : public BlockWork {
  public:
    /// `device` solves; none: the device of the session.
    Quantization(const QuantizeOptions& options, const PlannedBits& planned, const ModelSpec& spec, std::optional<Device> device)
        : m_settings(options.quant),
          m_weighting(weightingOf(options)),
          m_quantizer(quantizerOf(options.quant.method)),
          m_needsCross(needsCross(options.quant)),
          m_asymmetricLoss(options.asymmetricLoss),
          m_blocks(spec.blocks),
          m_chosen(chooseLinears(spec, options.include, options.exclude)),
          m_planned(planned),
          m_device(device) {
        for (const auto& linears : m_chosen)
            for (const LinearSpec& linear : linears) checkSettings(settingsOf(linear), linear.in, linear.name);
        m_detail = stepDetailOf(options, m_chosen);
        if (m_quantizer.scalesInputs) m_scaling.emplace(spec, m_chosen);
    }

    double seconds(int block, InputTag tag, const CostModel& costs, std::span<const int> lengths) const override {
        double sum = 0;
        const std::vector<LinearSpec> linears = chosen(block, tag);
        for (const LinearSpec& linear : linears)
            sum += costs.solveLinear(linear, m_needsCross) + costs.scaleStages(linear, settingsOf(linear), m_detail != StepDetail::None) +
                   (m_scaling ? costs.inputScales(linear, m_settings, m_scaling->scales(block, tag)) : 0) +
                   (sum == 0 ? costs.factorize(linear.in, m_needsCross) : 0);
        if (m_weighting.kind == WeightingKind::Fitted) sum *= 1 + static_cast<double>(kFittedPowers.size());
        if (m_quantizer.outputHessians && tag == InputTag::AttentionIn) sum += costs.headHessians(m_blocks[at(block)], lengths);
        if (attendsValues(m_settings, linears)) sum += costs.attendedInputs(m_blocks[at(block)], m_needsCross, lengths);
        return sum;
    }

    bool needsUntouchedChain() const override { return m_needsCross; }

    std::optional<CrossWish> crossWish(int block, InputTag tag) const override {
        if (!m_needsCross || chosen(block, tag).empty()) return std::nullopt;
        return CrossWish{m_weighting, crossPartOf(m_settings, m_asymmetricLoss), m_asymmetricLoss};
    }

    void atBothChains(InputTag tag, BlockState& state, const Stream& untouched, const HessianBank& calibration) override {
        if (!attendsValues(m_settings, chosen(state.block, tag))) return;
        const AttendedInputs inputs(state, m_weighting, calibration.counts());
        m_headSums.clear();
        for (std::size_t h = 0; h < inputs.heads(); ++h) m_headSums.push_back(inputs.withCross(h, untouched));
    }

    void atInput(InputTag tag, BlockState& state, const HessianBank& calibration, const HessianBank* heldOut) override {
        const std::vector<LinearSpec> linears = chosen(state.block, tag);
        if (tag == InputTag::AttentionIn && m_planned.errors) state.part.bitErrors = errorsOfBlock(*m_planned.errors, state.block);
        if (linears.empty()) return;
        JobContext& context = state.progress.context();
        ThreadPool& pool = *state.session.pool;
        const std::string subject = "block " + std::to_string(state.block) + ", " + nameOf(tag);
        Matrix<float> H;
        std::shared_ptr<const HessianFactor> factor;
        std::vector<float> scales;  // of the input; empty = none
        const Weighting weighting = fitted(linears, state, calibration, heldOut, subject);
        if (needsHessian(m_settings)) H = state.clock.time(Phase::Hessians, [&] { return calibration.combine(weighting, context, pool); });
        if (m_scaling) {
            state.progress.begin(state.label + " · scales of " + nameOf(tag));
            scales = state.clock.time(Phase::InputScales, [&] {
                return m_scaling->choose(tag, state, {calibration, weighting, H.view()}, settingsOf(linears.front()));
            });
            if (!scales.empty()) H = scaledHessian(H, scales);
        }
        if (m_quantizer.needsHessian) {
            state.progress.begin(state.label + " · factor " + nameOf(tag));
            factor = state.clock.time(Phase::Factor, [&] { return factorize(H.view(), m_settings, subject, context, pool); });
        }
        std::shared_ptr<const AsymmetricFactor> cross;
        if (m_needsCross && factor)
            cross = state.clock.time(Phase::Factor,
                                     [&] { return factorizeCross(state.cross.view(), *factor, m_settings, subject, context, pool); });
        HeadHessians outputs;
        if (m_quantizer.outputHessians && tag == InputTag::AttentionIn) {
            state.progress.begin(state.label + " · output Hessians of the heads");
            outputs = state.clock.time(Phase::OutputHessians, [&] {
                return headHessians(state, weighting, calibration.counts(), m_settings.centreKeys ? Keys::Centred : Keys::AsTheyAre);
            });
            if (!m_settings.valueRows) outputs.v.clear();
        }
        std::optional<ValueHeads> heads;
        if (attendsValues(m_settings, linears))
            heads.emplace(AttendedInputs(state, weighting, calibration.counts()), std::move(m_headSums));
        for (const LinearSpec& linear : linears) {
            state.progress.begin(state.label + " · solve " + roleName(linear.role));
            const ValueHeads* const own = heads && linear.role == LinearRole::V ? &*heads : nullptr;
            solve(linear, state, {H.view(), factor.get(), cross.get(), scales, outputs.of(linear.role), weighting, own}, calibration,
                  heldOut);
        }
        state.cross = state.differences = {};
        state.progress.done(seconds(state.block, tag, state.costs, state.calibration->lengths()));
    }

  private:
    static std::size_t at(int block) { return static_cast<std::size_t>(block); }

    /// With the width that a bit plan gives it.
    QuantSettings settingsOf(const LinearSpec& linear) const {
        QuantSettings settings = m_settings;
        const auto planned = m_planned.bits.find(linear.name);
        if (planned != m_planned.bits.end()) settings.bits = planned->second;
        return settings;
    }

    std::vector<LinearSpec> chosen(int block, InputTag tag) const {
        std::vector<LinearSpec> linears;
        for (const LinearSpec& linear : m_chosen[at(block)])
            if (linear.tag == tag) linears.push_back(linear);
        return linears;
    }

    /// The weighting of the options, fitted to the input if that is what they ask for.
    Weighting fitted(const std::vector<LinearSpec>& linears, BlockState& state, const HessianBank& calibration, const HessianBank* heldOut,
                     const std::string& subject) const {
        if (m_weighting.kind != WeightingKind::Fitted) return m_weighting;
        if (!heldOut) throw Error("--weighting fitted needs text to fit to; give --held-out");
        state.progress.begin(state.label + " · fit the weighting of " + nameOf(linears.front().tag));
        std::vector<FittedLinear> all;
        for (const LinearSpec& linear : linears) all.push_back({state.weights[linear.role].W.view(), settingsOf(linear), linear.name});
        JobContext& context = state.progress.context();
        const FittedWeighting best = fitWeighting(all, calibration, *heldOut, m_weighting.firstTokenWeight, subject, context,
                                                  *state.session.pool, m_device.value_or(state.session.device()));
        context.event({Severity::Info, "weighting-fitted", subject, best.text()});
        return best.weighting;
    }

    /// What the linears of an input share.
    struct InputSide {
        MatrixView<const float> H;  ///< of the scaled input
        const HessianFactor* factor;
        const AsymmetricFactor* cross;
        const std::vector<float>& scales;                   ///< of the input; empty = none
        const std::vector<Matrix<double>>& outputHessians;  ///< of the heads of the linear; none for most methods
        const Weighting& weighting;                         ///< of H
        const ValueHeads* heads;                            ///< if the heads of the linear have Hessians of their own; or null
    };

    /// The rows of a linear that this rank solves.
    RowRange rowsOf(MatrixView<const float> W, const InputSide& side, const Communicator& group) const {
        if (side.heads) {
            const RowRange heads = shareOfRows(side.heads->inputs.heads(), group.rank(), group.size());
            const std::size_t rows = W.rows / side.heads->inputs.heads();
            return {heads.first * rows, heads.last * rows};
        }
        if (m_quantizer.rowsApart && side.outputHessians.empty()) return shareOfRows(W.rows, group.rank(), group.size());
        return {0, group.isFirst() ? W.rows : 0};
    }

    /// Ŵ of the input as it is, not as it is scaled.
    Matrix<float> weightsOf(const QuantizedLinear& q, const InputSide& side, Device device) const {
        Matrix<float> values = dequantize(q, device);
        return side.scales.empty() ? std::move(values) : dividedColumns(values.view(), side.scales);
    }

    /// This rank's rows of a linear, their errors for every bank, and Ŵ of them.
    LinearShare solveRows(const LinearSpec& linear, BlockState& state, const InputSide& side, std::span<const HessianBank* const> banks,
                          Device device, Matrix<float>& quantized) const {
        const Matrix<float>& W = state.weights[linear.role].W;
        const RowRange rows = rowsOf(W.view(), side, state.group);
        LinearShare own;
        own.errors.resize(banks.size());
        if (rows.size() == 0 && !side.heads) return own;
        ThreadPool& pool = *state.session.pool;
        JobContext& context = state.progress.context();
        const MatrixView<const float> original{W.data() + rows.first * W.cols(), rows.size(), W.cols(), W.cols()};
        Matrix<float> scaled;
        if (!side.scales.empty()) scaled = multipliedColumns(original, side.scales);
        SolveInput input;
        input.W = side.scales.empty() ? original : scaled.view();
        input.H = side.H;
        input.factor = side.factor;
        input.cross = side.cross;
        input.outputHessians = side.outputHessians;
        input.clip = linear.role != LinearRole::Q && linear.role != LinearRole::K;
        if (m_settings.refine != Refine::None || !side.outputHessians.empty()) input.D = state.cross.view();
        input.name = linear.name;
        input.energy = false;  // follows from the errors per length
        if (side.heads) {      // all ranks, for the sums
            input.W = W.view();
            const std::size_t dim = W.rows() / side.heads->inputs.heads();
            const RowRange heads{rows.first / dim, rows.last / dim};
            own.result = state.clock.time(Phase::Columns, [&] {
                return solveByHeads(*side.heads, heads, input, settingsOf(linear), m_detail, context, pool, device);
            });
            if (rows.size() == 0) return own;
        } else {
            own.result = quantizeLinear(input, settingsOf(linear), m_detail, context, pool, device);
            addSeconds(own.result.report.seconds, state.clock);
        }
        quantized = weightsOf(own.result.quantized, side, device);
        own.errors = state.clock.time(Phase::Errors, [&] { return lengthErrors(banks, original, quantized.view(), pool); });
        return own;
    }

    void solve(const LinearSpec& linear, BlockState& state, const InputSide& side, const HessianBank& calibration,
               const HessianBank* heldOut) const {
        const auto start = std::chrono::steady_clock::now();
        const Device device = m_device.value_or(state.session.device());
        Matrix<float>& W = state.weights[linear.role].W;
        std::vector<const HessianBank*> banks{&calibration};
        if (heldOut) banks.push_back(heldOut);
        Matrix<float> quantized;
        LinearShare whole = gatherShares(solveRows(linear, state, side, banks, device, quantized), state.group);
        if (!state.group.isAlone()) quantized = weightsOf(whole.result.quantized, side, device);
        if (m_settings.search == SearchKind::Mse && state.group.isFirst()) {
            const Matrix<float> solved = side.scales.empty() ? Matrix<float>() : multipliedColumns(W.view(), side.scales);
            const auto clipped = clippingEvent(solved.empty() ? W.view() : solved.view(), whole.result.quantized, linear.name);
            if (clipped) state.progress.context().event(*clipped);
        }
        state.session.executor->replaceLinear(linear.role, quantized.view());

        LinearRecord record = recordOf(linear, state.block, std::move(whole.result));
        record.calibrationErrors = lengthErrorsOf(whole.errors[0]);
        if (heldOut) record.heldOutErrors = lengthErrorsOf(whole.errors[1]);
        const WeightedError sum = weightedError(record.calibrationErrors, side.weighting);
        record.energy = sum.energy;
        // The solver does not have it for free, or has that of other inputs.
        if (!needsHessian(m_settings) || m_needsCross || side.heads) record.loss = sum.loss;
        if (!state.differences.empty() && state.group.isFirst()) {
            const AsymmetricError asymmetric =
                asymmetricError(side.H, state.cross.view(), state.differences.view(), W.view(), quantized.view(), *state.session.pool);
            record.asymmetricLoss = asymmetric.loss;
            record.asymmetricEnergy = asymmetric.energy;
        }
        record.weightSample = weightSampleOf(W.view());
        record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        state.part.linears.push_back(std::move(record));
        W = {};  // not needed any more; the executor has its own copy
    }

    static void addSeconds(const SolveSeconds& seconds, PhaseClock& clock) {
        clock.add(Phase::StageOne, seconds.stageOne);
        clock.add(Phase::Columns, seconds.columns);
        clock.add(Phase::StageTwo, seconds.stageTwo);
        clock.add(Phase::Losses, seconds.losses);
    }

    LinearRecord recordOf(const LinearSpec& linear, int block, SolveResult result) const {
        LinearRecord record = recordAt(linear, block);
        record.method = nameOfEnum(m_settings.method);
        record.scheme = nameOfEnum(schemeOf(m_settings));
        for (ScaleStep& step : result.steps) record.scaleSteps.push_back({step.name, step.loss, std::move(step.scales)});
        QuantizedLinear& q = result.quantized;
        record.bits = q.bits;
        record.groupSize = q.groupSize;
        record.failed = result.report.failed;
        record.loss = result.report.loss;
        record.lossInner = result.report.lossInner;
        record.damping = result.report.dampingUsed;
        record.deadColumns = std::move(result.report.deadColumns);
        record.scales = Matrix<float>(q.scales.rows(), q.scales.cols());
        std::transform(q.scales.values().begin(), q.scales.values().end(), record.scales.values().begin(),
                       [](double s) { return static_cast<float>(s); });
        record.codes = std::move(q.codes);
        record.zeros = std::move(q.zeros);
        record.groupIndex = std::move(q.groupIndex);
        record.order = std::move(q.order);
        return record;
    }

    QuantSettings m_settings;
    Weighting m_weighting;
    const QuantizerEntry& m_quantizer;
    bool m_needsCross, m_asymmetricLoss;
    StepDetail m_detail = StepDetail::None;
    std::vector<BlockSpec> m_blocks;
    std::vector<std::vector<LinearSpec>> m_chosen;  ///< by block
    std::optional<InputScaling> m_scaling;          ///< of methods that scale inputs
    const PlannedBits& m_planned;
    std::vector<AttendedSums> m_headSums;  ///< of the heads of v in the block in work, if they need a D
    std::optional<Device> m_device;
};

}  // namespace

void quantizeBlocks(const QuantizeOptions& options, const PlannedBits& planned, JobContext& context, Communicator& group,
                    const JobShare* share) {
    QuantizeOptions copy = options;
    BlockJob job{"quantize", options.calibration, options.machine, options.out, options.resume, optionTexts(copy), idleOptions(options), {},
                 {}};
    job.share = share;
    job.plan = planned.plan ? &*planned.plan : nullptr;
    job.makeWork = [&](const ModelSpec& spec) {
        requireKnown(planned, spec);
        // Jobs side by side have a core each; their column loops would wait for each other on one GPU.
        return std::make_unique<Quantization>(options, planned, spec, share ? std::optional(Device{}) : std::nullopt);
    };
    QuantizeOptions decided = options;  // the forecast in the run is that of its own pass
    decided.plan = {};
    job.forecast = [&](const Session& session, const MachineOptions& machine, const std::vector<int>& calibration,
                       const std::vector<int>& heldOut, int ranks) {
        return estimateFor(session.model->spec(), {options.calibration, machine, &decided, ranks}, calibration, heldOut, session.threads())
            .total;
    };
    requireFittable(options);  // wrong usage shows before anything is read
    runBlocks(job, context, group);
}

}  // namespace qs
