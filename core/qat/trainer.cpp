// SPDX-License-Identifier: GPL-3.0-or-later
// A step, for the layers l with weights W_l [out, in] and inputs A_l [tokens, in]:
//   1. Ŵ_l = Q(W_l) once;  2. for every batch of the accumulation, in pieces side by side: forward with Q(A_l) and Ŵ_l, backward to Ŵ_l;
//   3. gradients of the pieces added up in their order, passed straight through Q to W_l;  4. sensitivity and, now and then, widths;
//   5. AdamW.
// Loss: (1 − d) · cross entropy + d · T² KL(teacher ‖ model) + γ Σ_l mean((A_l − Q(A_l))²), means over all targets of the step.
#include "qat/trainer.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "qat/fake_quantize.h"
#include "qat/sensitivity.h"
#include "qat/trainer_state.h"

namespace qs {
namespace {

constexpr double kRangeFade = 0.01;  // weight of a step in the mean of max |A|
constexpr int kFullBits = 32;

std::int64_t countTargets(const std::vector<Batch>& batches) {
    std::int64_t count = 0;
    for (const Batch& batch : batches)
        count += std::count_if(batch.targets.begin(), batch.targets.end(), [](std::int64_t t) { return t != kNoTarget; });
    if (count == 0) throw Error("a batch of training data has no target");
    return count;
}

std::int64_t countTokens(const std::vector<Batch>& batches) {
    std::int64_t count = 0;
    for (const Batch& batch : batches) count += static_cast<std::int64_t>(batch.ids.size());
    return count;
}

std::vector<Piece> piecesOf(const Batch& batch, int wanted) {
    std::vector<Piece> pieces;
    const int count = std::min(wanted, batch.rows);
    for (int p = 0; p < count; ++p) {
        const int first = batch.rows * p / count;
        pieces.push_back({&batch, first, batch.rows * (p + 1) / count - first});
    }
    return pieces;
}

void takeLearned(LayerGrid& grid, std::vector<float> weightSteps, double activationStep) {
    if (grid.channels) grid.channelSteps = std::move(weightSteps);
    else grid.weightStep = static_cast<double>(weightSteps[0]);
    (grid.tokens ? grid.tokenFactor : grid.activationStep) = activationStep;
}

}  // namespace

Trainer::Trainer(TrainableModel& model, const QatSettings& settings, BatchSource& source, ThreadPool& pool, JobContext* context)
    : m_settings((settings.check(), settings)), m_state(std::make_unique<State>(model, settings, source, pool, context)) {}
Trainer::~Trainer() = default;

void Trainer::setTeacher(std::vector<at::Tensor> values) { m_state->work.setTeacher(std::move(values)); }
std::int64_t Trainer::stepsDone() const { return m_state->done; }

std::vector<int> Trainer::bits() const {
    if (m_settings.method == QatMethod::Full) return std::vector<int>(m_state->layers(), kFullBits);
    if (m_settings.method == QatMethod::Dsa) return m_state->controller.bits();
    return std::vector<int>(m_state->layers(), m_settings.bits);
}

const PrecisionController* Trainer::controller() const { return m_settings.method == QatMethod::Dsa ? &m_state->controller : nullptr; }

std::vector<double> Trainer::activationMaxima() const { return m_state->maxima; }

std::vector<LayerGrid> Trainer::grids(bool staticRanges) const {
    std::vector<LayerGrid> grids(m_state->layers());
    const std::vector<int> widths = bits();
    for (std::size_t l = 0; l < grids.size(); ++l) {
        grids[l].bits = m_settings.method == QatMethod::Full ? 0 : widths[l];
        if (grids[l].bits == 0) continue;
        grids[l].channels = roundsChannels(m_settings);
        grids[l].tokens = roundsTokens(m_settings);
        if (m_settings.method == QatMethod::Lsq && m_state->learned.begun()) {
            takeLearned(grids[l], m_state->learned.weightSteps(l), m_state->learned.activationStep(l));
        } else if (!grids[l].tokens && staticRanges && m_state->maxima[l] > 0) {
            grids[l].activationStep = stepOf(m_state->maxima[l], grids[l].bits);
        }
    }
    return grids;
}

StepRecord Trainer::step() {
    State& state = *m_state;
    std::vector<Batch> batches;
    for (int i = 0; i < m_settings.accumulation; ++i) batches.push_back(state.source.batch(state.done * m_settings.accumulation + i));
    if (m_settings.method == QatMethod::Lsq && !state.learned.begun())
        state.learned.begin(state.model.idsOf(batches[0].ids, batches[0].rows, batches[0].length), state.pool);
    state.work.begin(bits(), state.maxima, countTargets(batches), countTokens(batches), state.pool);
    for (const Batch& batch : batches) {
        if (state.context) state.context->check();
        state.work.run(piecesOf(batch, m_settings.pieces), state.pool);
    }
    PieceSums sums = state.work.finish(state.pool);
    StepRecord record = state.recordOf(sums);
    state.observe(sums);
    state.optimizer.step(sums.gradients, record.gradientNorm, record.learningRate, state.pool);
    ++state.done;
    if (m_settings.method == QatMethod::Dsa && state.done % m_settings.interval == 0) {
        record.widths = state.controller.update(state.done);
        state.reportFlickers(*record.widths);
    }
    if (finished()) state.reportSuppressed();
    const std::vector<int> widths = bits();
    for (const int b : widths) record.averageBits += b / static_cast<double>(widths.size());
    return record;
}

StepRecord Trainer::State::recordOf(const PieceSums& sums) const {
    StepRecord record;
    record.step = done + 1;
    record.taskLoss = sums.task;
    record.distillation = sums.distillation;
    record.penalty = sums.penalty;
    record.loss = (1 - settings.distill) * sums.task + settings.distill * sums.distillation + penaltyWeight(settings) * sums.penalty;
    record.learningRate = scheduledRate(settings, done);
    double squares = 0;
    for (const GradientSums& gradient : sums.gradientSums) squares += gradient.squares;
    record.gradientNorm = std::sqrt(squares);
    if (!std::isfinite(record.loss) || !std::isfinite(record.gradientNorm))
        throw Error("the loss of step " + std::to_string(record.step) + " is no finite number; use a smaller --learning-rate");
    return record;
}

void Trainer::State::observe(const PieceSums& sums) {
    if (settings.method == QatMethod::Dsa) controller.addLoss(sums.task);
    const double weight = std::max(kRangeFade, 1.0 / static_cast<double>(done + 1));
    for (std::size_t l = 0; l < layers(); ++l) {
        maxima[l] += weight * (sums.layers[l].figures.maxAbs - maxima[l]);
        if (settings.method != QatMethod::Dsa) continue;
        const std::size_t parameter = model.layerParameter(l);
        controller.addGradient(l, static_cast<double>(model.parameters()[parameter].value.numel()), sums.gradientSums[parameter].sum,
                               sums.gradientSums[parameter].squares);
        controller.addActivation(l, sums.layers[l].count, sums.layers[l].figures.probeAbsolute);
    }
}

void Trainer::State::reportFlickers(const WidthRecord& record) const {
    if (!context) return;
    for (const int layer : record.flickers) {
        const auto l = static_cast<std::size_t>(layer);
        context->event({Severity::Info, "width-flicker", model.layers()[l]->name,
                        "step " + std::to_string(record.step) + ": back to " + std::to_string(record.bits[l]) +
                            " bits, which it left at the update before; a larger --hysteresis or --smoothing holds widths longer"});
    }
}

void Trainer::State::reportSuppressed() const {
    if (!context || controller.suppressed() == 0) return;
    context->event({Severity::Info, "width-hysteresis", "",
                    std::to_string(controller.suppressed()) +
                        " changes of width were held back because they gained less than --hysteresis " + "in the objective; " +
                        std::to_string(controller.flickers()) + " widths went back and forth all the same"});
}

}  // namespace qs
