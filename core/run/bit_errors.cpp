// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/bit_errors.h"

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "hessian/errors.h"
#include "model/output_sensitivity.h"
#include "quant/quantizer.h"
#include "run/bit_plan.h"
#include "run/block_loop.h"
#include "run/bytes.h"
#include "run/estimate.h"
#include "run/length_errors.h"
#include "run/patterns.h"
#include "run/role_name.h"
#include "run/run_file.h"

namespace qs {
namespace {

QuantSettings measuringSettings(const QuantSettings& settings) {
    QuantSettings measuring = columnSettings(settings);
    measuring.scheme = schemeOf(settings);
    if (quantizerOf(settings.method).scalesInputs) measuring.method = Method::Rtn;
    if (needsCross(measuring)) measuring.method = Method::Gptq;
    return measuring;
}

std::vector<LengthError> errorsAt(int bits, const LinearSpec& linear, const WidthTrial& trial, const Matrix<float>& H,
                                  const HessianFactor* factor, const std::vector<std::vector<QuadraticForm>>& energies, JobContext& context,
                                  ThreadPool& pool, Device device) {
    QuantSettings settings = measuringSettings(trial.options.quant);
    settings.bits = bits;
    checkSettings(settings, linear.in, linear.name);
    SolveInput input;
    input.W = trial.weights[linear.role].W.view();
    input.H = H.view();
    input.factor = factor;
    input.name = linear.name;
    input.energy = false;
    const SolveResult result = quantizeLinear(input, settings, StepDetail::None, context, pool, device);
    const HessianBank* const banks[] = {&trial.bank};
    return lengthErrorsOf(lengthErrors(banks, input.W, dequantize(result.quantized, device).view(), energies, pool)[0]);
}

/// Errors of all ranks in the order of the pairs that they had in turn.
std::vector<std::vector<LengthError>> gathered(const std::vector<std::vector<LengthError>>& own, std::size_t pairs, Communicator& group) {
    if (group.isAlone()) return own;
    ByteWriter writer;
    for (const std::vector<LengthError>& errors : own) writer.put(errors);
    const std::vector<std::string> texts = group.gather(writer.take());
    std::vector<ByteReader> readers(texts.begin(), texts.end());
    std::vector<std::vector<LengthError>> all;
    for (std::size_t pair = 0; pair < pairs; ++pair)
        all.push_back(readers[pair % static_cast<std::size_t>(group.size())].get<std::vector<LengthError>>());
    return all;
}

/// Measures at every input.
class BitMeasurement : public BlockWork {
  public:
    BitMeasurement(const QuantizeOptions& options, const ModelSpec& spec)
        : m_options(options), m_chosen(chooseLinears(spec, options.include, options.exclude)) {}

    double seconds(int block, InputTag tag, const CostModel& costs, std::span<const int>) const override {
        double sum = 0;
        for (const LinearSpec& linear : chosen(block, tag)) {
            if (sum == 0) sum += costs.factorize(linear.in, false);
            for (const int bits : m_options.plan.widths) {
                QuantSettings settings = m_options.quant;
                settings.bits = bits;
                sum += costs.solveLinear(linear, false) + costs.scaleStages(linear, settings, false);
            }
        }
        return sum;
    }

    void atInput(InputTag tag, BlockState& state, const HessianBank& calibration, const HessianBank*) override {
        const std::vector<LinearSpec> linears = chosen(state.block, tag);
        if (linears.empty()) return;
        state.progress.begin(state.label + " · trying widths behind " + nameOf(tag));
        BitErrors& errors = state.part.bitErrors;
        errors.settings = errorSettings(m_options);
        errors.inputs = "untouched";
        for (LinearWidths& linear : tryWidths({linears, state.weights, state.block, calibration, m_options, m_options.plan.widths},
                                              state.progress.context(), *state.session.pool, state.session.device(), state.group))
            errors.linears.push_back(std::move(linear));
        state.progress.done(seconds(state.block, tag, state.costs, {}));
    }

  private:
    std::vector<LinearSpec> chosen(int block, InputTag tag) const {
        std::vector<LinearSpec> linears;
        for (const LinearSpec& linear : m_chosen[static_cast<std::size_t>(block)])
            if (linear.tag == tag) linears.push_back(linear);
        return linears;
    }

    const QuantizeOptions& m_options;
    std::vector<std::vector<LinearSpec>> m_chosen;
};

}  // namespace

Weighting weightingOf(const QuantizeOptions& options) {
    Weighting weighting = Weighting::parse(options.weighting);
    weighting.firstTokenWeight = options.firstTokenWeight;
    return weighting;
}

std::vector<std::string> planSettingNames() {
    std::vector<std::string> names{"weighting", "first-token-weight"};
    QuantSettings settings;
    const OptionList list = describeOptions(settings);
    for (const OptionField& field : list.fields())
        if (field.name != "bits") names.push_back(field.name);
    return names;
}

std::string errorSettings(const QuantizeOptions& options) {
    QuantizeOptions copy = options;
    const OptionList list = describeOptions(copy);
    std::string text;
    for (const std::string& name : planSettingNames()) text += name + "=" + list.find(name)->get() + "\n";
    return text;
}

void applyErrorSettings(const std::string& settings, QuantizeOptions& options) {
    const OptionList list = describeOptions(options);
    std::istringstream lines(settings);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t sign = line.find('=');
        if (sign == std::string::npos) throw Error("'" + line + "' is not a setting of errors per width");
        list.set(line.substr(0, sign), line.substr(sign + 1));
    }
}

std::vector<LinearWidths> tryWidths(const WidthTrial& trial, JobContext& context, ThreadPool& pool, Device device, Communicator& group) {
    const QuantSettings settings = measuringSettings(trial.options.quant);
    Matrix<float> H;
    std::shared_ptr<const HessianFactor> factor;
    if (needsHessian(settings)) H = trial.bank.combine(weightingOf(trial.options), context, pool);
    if (quantizerOf(settings.method).needsHessian)
        factor =
            factorize(H.view(), settings, "block " + std::to_string(trial.block) + ", " + nameOf(trial.linears.front().tag), context, pool);
    const HessianBank* const banks[] = {&trial.bank};
    std::vector<std::vector<LengthError>> own;
    std::size_t pair = 0;
    for (const LinearSpec& linear : trial.linears) {
        const auto energies = quadraticForms(banks, trial.weights[linear.role].W.view(), pool);
        for (const int bits : trial.widths) {
            context.check();
            if (pair++ % static_cast<std::size_t>(group.size()) == static_cast<std::size_t>(group.rank()))
                own.push_back(errorsAt(bits, linear, trial, H, factor.get(), energies, context, pool, device));
        }
    }
    const std::vector<std::vector<LengthError>> all = gathered(own, pair, group);
    std::vector<LinearWidths> result;
    auto next = all.begin();
    for (const LinearSpec& linear : trial.linears) {
        result.push_back({linear.name, roleName(linear.role), nameOf(linear.tag), trial.block, linear.out, linear.in, {}, {}});
        for (const int bits : trial.widths) result.back().widths.push_back({bits, *next++});
    }
    return result;
}

void addSensitivities(BitErrors& errors, const RunFile& run, const Model& model, Device device, JobContext& context, ThreadPool& pool) {
    std::vector<std::vector<std::int32_t>> sequences;
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < run.sequences().size() && tokens < kSensitivityTokens; ++i) {
        if (run.sequences()[i].heldOut) continue;
        std::vector<std::int32_t> ids = run.sequenceIds(i);
        ids.resize(std::min({ids.size(), kSensitivityLength, std::max<std::size_t>(2, kSensitivityTokens - tokens)}));
        tokens += ids.size();
        sequences.push_back(std::move(ids));
    }
    const auto found =
        outputSensitivities(model, sequences, static_cast<std::uint64_t>(run.provenance().seed), device, pool, [&](double done) {
            context.check();
            context.report(done, "sensitivity of the prediction to every linear");
        });
    for (LinearWidths& linear : errors.linears) {
        const auto& roles = found.at(static_cast<std::size_t>(linear.block));
        for (int role = 0; role < kLinearRoles; ++role)
            if (linear.role == roleName(static_cast<LinearRole>(role)))
                linear.sensitivity = {roles[static_cast<std::size_t>(role)].first, roles[static_cast<std::size_t>(role)].rest};
    }
}

void measureWidths(const QuantizeOptions& options, const std::string& out, JobContext& context, Communicator& group) {
    QuantizeOptions copy = options;
    copy.calibration.keep = Keep::None;
    copy.calibration.heldOutText.clear();
    copy.calibration.heldOutTokens = 0;
    const std::vector<int> widths = widthsToMeasure(options.plan);
    copy.plan = {};  // a budget changes no error
    copy.plan.widths = widths;
    copy.out = out;
    BlockJob job{"measure", copy.calibration, copy.machine, out, copy.resume, optionTexts(copy), {}, {}, {}};
    job.keepFinished = copy.resume;
    job.makeWork = [&](const ModelSpec& spec) { return std::make_unique<BitMeasurement>(copy, spec); };
    job.forecast = [&](const Session& session, const MachineOptions& machine, const std::vector<int>& calibration,
                       const std::vector<int>& heldOut, int ranks) {
        return estimateFor(session.model->spec(), {copy.calibration, machine, &copy, ranks}, calibration, heldOut, session.threads()).total;
    };
    runBlocks(job, context, group);
}

}  // namespace qs
