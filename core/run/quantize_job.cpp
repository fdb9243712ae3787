// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: at every input of a block the Hessian is combined from the bank, factored once, and the linears that see this input are
// solved and replaced, so that what follows already runs on Ŵ. Ŵ = dequantize(codes, scales, zeros) as stored: the loss that is shown is
// the loss that is shipped. With several ranks each solves a share of the rows.
#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "base/error.h"
#include "hessian/errors.h"
#include "quant/asymmetric_factor.h"
#include "quant/clipping.h"
#include "quant/quantizer.h"
#include "run/block_loop.h"
#include "run/deal.h"
#include "run/estimate.h"
#include "run/idle_options.h"
#include "run/jobs.h"
#include "run/patterns.h"
#include "run/rank_messages.h"
#include "run/role_name.h"
#include "run/trajectories.h"
#include "run/weight_sample.h"

namespace qs {
namespace {

LengthError lengthErrorOf(const BucketError& e) {
    return {e.length, e.sequences, e.error, e.energy, e.errorWithoutFirst, e.energyWithoutFirst};
}

std::vector<LengthError> lengthErrorsOf(const std::vector<BucketError>& errors) {
    std::vector<LengthError> records;
    std::transform(errors.begin(), errors.end(), std::back_inserter(records), lengthErrorOf);
    return records;
}

class Quantization : public BlockWork {
  public:
    Quantization(const QuantizeOptions& options, const ModelSpec& spec)
        : m_settings(options.quant),
          m_weighting(weightingOf(options)),
          m_quantizer(quantizerOf(options.quant.method)),
          m_chosen(chooseLinears(spec, options.include, options.exclude)) {
        for (const auto& linears : m_chosen)
            for (const LinearSpec& linear : linears) checkSettings(m_settings, linear.in, linear.name);
        m_detail = stepDetailOf(options, m_chosen);
    }

    static Weighting weightingOf(const QuantizeOptions& options) {
        Weighting weighting = Weighting::parse(options.weighting);
        weighting.firstTokenWeight = options.firstTokenWeight;
        return weighting;
    }

    double seconds(int block, InputTag tag, const CostModel& costs) const override {
        double sum = 0;
        for (const LinearSpec& linear : chosen(block, tag))
            sum += costs.solveLinear(linear, m_quantizer.needsCross) + costs.scaleStages(linear, m_settings, m_detail != StepDetail::None) +
                   (sum == 0 ? costs.factorize(linear.in, m_quantizer.needsCross) : 0);
        return sum;
    }

    bool needsUntouchedChain() const override { return m_quantizer.needsCross; }

    std::optional<CrossWish> crossWish(int block, InputTag tag) const override {
        if (!m_quantizer.needsCross || chosen(block, tag).empty()) return std::nullopt;
        return CrossWish{m_weighting, crossPartOf(m_settings)};
    }

    void atInput(InputTag tag, BlockState& state, const HessianBank& calibration, const HessianBank* heldOut) override {
        const std::vector<LinearSpec> linears = chosen(state.block, tag);
        if (linears.empty()) return;
        JobContext& context = state.progress.context();
        ThreadPool& pool = *state.session.pool;
        const std::string subject = "block " + std::to_string(state.block) + ", " + nameOf(tag);
        Matrix<float> H;
        std::shared_ptr<const HessianFactor> factor;
        if (needsHessian(m_settings)) H = calibration.combine(m_weighting, context, pool);
        if (m_quantizer.needsHessian) {
            state.progress.begin(state.label + " · factor " + nameOf(tag));
            factor = factorize(H.view(), m_settings, subject, context, pool);
        }
        std::shared_ptr<const AsymmetricFactor> cross;
        if (m_quantizer.needsCross && factor) cross = factorizeCross(state.cross.view(), *factor, m_settings, subject, context, pool);
        for (const LinearSpec& linear : linears) {
            state.progress.begin(state.label + " · solve " + roleName(linear.role));
            solve(linear, state, H, factor.get(), cross.get(), calibration, heldOut);
        }
        state.cross = {};
        state.progress.done(seconds(state.block, tag, state.costs));
    }

  private:
    std::vector<LinearSpec> chosen(int block, InputTag tag) const {
        std::vector<LinearSpec> linears;
        for (const LinearSpec& linear : m_chosen[static_cast<std::size_t>(block)])
            if (linear.tag == tag) linears.push_back(linear);
        return linears;
    }

    void solve(const LinearSpec& linear, BlockState& state, const Matrix<float>& H, const HessianFactor* factor,
               const AsymmetricFactor* cross, const HessianBank& calibration, const HessianBank* heldOut) const {
        const auto start = std::chrono::steady_clock::now();
        ThreadPool& pool = *state.session.pool;
        Matrix<float>& W = state.weights[linear.role].W;
        std::vector<const HessianBank*> banks{&calibration};
        if (heldOut) banks.push_back(heldOut);
        Matrix<float> quantized;
        LinearShare own;
        const RowRange rows = m_quantizer.rowsApart ? shareOfRows(W.rows(), state.group.rank(), state.group.size())
                                                    : RowRange{0, state.group.isFirst() ? W.rows() : 0};
        if (rows.size() > 0) {
            SolveInput input;
            input.W = {W.row(rows.first), rows.size(), W.cols(), W.cols()};
            input.H = H.view();
            input.factor = factor;
            input.cross = cross;
            if (m_settings.refine != Refine::None) input.D = state.cross.view();
            input.name = linear.name;
            input.energy = false;  // follows from the errors per length
            own.result = quantizeLinear(input, m_settings, m_detail, state.progress.context(), pool, state.session.device());
            quantized = dequantize(own.result.quantized, state.session.device());
            own.errors = lengthErrors(banks, input.W, quantized.view(), pool);
        }
        own.errors.resize(banks.size());
        LinearShare whole = gatherShares(std::move(own), state.group);
        if (!state.group.isAlone()) quantized = dequantize(whole.result.quantized, state.session.device());
        if (m_settings.search == SearchKind::Mse && state.group.isFirst())
            if (const auto clipped = clippingEvent(W.view(), whole.result.quantized, linear.name)) state.progress.context().event(*clipped);
        state.session.executor->replaceLinear(linear.role, quantized.view());

        LinearRecord record = recordOf(linear, state.block, std::move(whole.result));
        record.calibrationErrors = lengthErrorsOf(whole.errors[0]);
        if (heldOut) record.heldOutErrors = lengthErrorsOf(whole.errors[1]);
        addWeightedSums(record, whole.errors[0], calibration);
        record.weightSample = weightSampleOf(W.view());
        record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        state.part.linears.push_back(std::move(record));
        W = {};  // not needed any more; the executor has its own copy
    }

    LinearRecord recordOf(const LinearSpec& linear, int block, SolveResult result) const {
        LinearRecord record;
        record.name = linear.name;
        record.block = block;
        record.role = roleName(linear.role);
        record.tag = nameOf(linear.tag);
        record.out = linear.out;
        record.in = linear.in;
        record.method = nameOfEnum(m_settings.method);
        record.scheme = nameOfEnum(m_settings.scheme);
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

    /// loss and energy under H are the same combination of the sums per length as H itself.
    void addWeightedSums(LinearRecord& record, const std::vector<BucketError>& errors, const HessianBank& bank) const {
        const std::vector<double> factors = m_weighting.factors(bank.counts());
        double loss = 0, energy = 0;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            const BucketError& e = errors[i];
            loss += factors[i] * (e.errorWithoutFirst + m_weighting.firstTokenWeight * (e.error - e.errorWithoutFirst));
            energy += factors[i] * (e.energyWithoutFirst + m_weighting.firstTokenWeight * (e.energy - e.energyWithoutFirst));
        }
        record.energy = energy;
        if (!needsHessian(m_settings) || m_quantizer.needsCross) record.loss = loss;  // the solver does not have it for free
    }

    QuantSettings m_settings;
    Weighting m_weighting;
    const QuantizerEntry& m_quantizer;
    StepDetail m_detail = StepDetail::None;
    std::vector<std::vector<LinearSpec>> m_chosen;  ///< by block
};

}  // namespace

void runQuantize(const QuantizeOptions& options, JobContext& context) {
    Communicator alone;
    runQuantize(options, context, alone);
}

void runQuantize(const QuantizeOptions& options, JobContext& context, Communicator& group) {
    QuantizeOptions copy = options;
    BlockJob job{"quantize", options.calibration, options.machine, options.out, options.resume, optionTexts(copy), idleOptions(options), {},
                 {}};
    job.makeWork = [&](const ModelSpec& spec) { return std::make_unique<Quantization>(options, spec); };
    job.forecast = [&](const Session& session, const MachineOptions& machine, const std::vector<int>& calibration,
                       const std::vector<int>& heldOut, int ranks) {
        return estimateFor(session.model->spec(), {options.calibration, machine, &options, ranks}, calibration, heldOut, session.threads())
            .total;
    };
    Quantization::weightingOf(options);  // wrong usage shows before anything is read
    runBlocks(job, context, group);
}

}  // namespace qs
