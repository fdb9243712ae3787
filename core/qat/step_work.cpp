// SPDX-License-Identifier: GPL-3.0-or-later
// Every piece has leaves of its own that share memory with the values, so that pieces are differentiated side by side and their gradients
// are added up in a fixed order. The weights are quantized before the pieces begin, outside of automatic differentiation: over their own
// range nothing is clipped, so that the gradient of Q(W) is that of W. On a GPU nothing waits for it before the backward pass is on its
// way: figures of layers are read once a piece, sums of gradients once a step.
#include "qat/step_work.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <span>

#include "base/error.h"
#include "kernels/rounding.h"
#include "qat/quantized_linear.h"

namespace qs {
namespace {

// Logits of the language-model head at once.
constexpr std::int64_t kLogits = std::int64_t{1} << 22, kLogitsOfGpu = std::int64_t{1} << 27;

GradientSums sumsOf(const at::Tensor& gradient) {
    GradientSums sums;
    const at::Tensor values = gradient.contiguous();
    momentSums(values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel()), &sums.sum, &sums.squares);
    return sums;
}

/// Of all gradients on a device, in one transfer.
std::vector<GradientSums> sumsOfAll(const std::vector<at::Tensor>& gradients) {
    std::vector<GradientSums> sums(gradients.size());
    std::vector<at::Tensor> unread;
    for (const at::Tensor& gradient : gradients)
        if (gradient.defined())
            unread.insert(unread.end(), {gradient.sum(at::kDouble), at::linalg_vector_norm(gradient, 2).to(at::kDouble)});
    if (unread.empty()) return sums;
    const at::Tensor values = at::stack(unread).cpu().contiguous();
    const double* next = values.const_data_ptr<double>();
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        if (!gradients[i].defined()) continue;
        sums[i] = {next[0], next[1] * next[1]};
        next += 2;
    }
    return sums;
}

}  // namespace

struct StepWork::PieceResult {
    at::Tensor task, distillation;  ///< [] float64, on the device until the pieces are added up
    std::vector<LayerSums> layers;
    std::vector<at::Tensor> gradients;

    void addTask(const at::Tensor& loss) { add(task, loss); }
    void addDistillation(const at::Tensor& divergence) { add(distillation, divergence); }

  private:
    static void add(at::Tensor& sum, const at::Tensor& loss) {
        const at::Tensor value = loss.detach().to(at::kDouble);
        sum = sum.defined() ? sum.add(value) : value;
    }
};

/// The LinearFn of a piece. The input that several linears share is quantized once for each width among them.
class StepWork::Linears {
  public:
    Linears(const StepWork& work, const std::vector<at::Tensor>& leaves, std::vector<LayerSums>& sums)
        : m_work(work), m_leaves(leaves), m_sums(sums) {}

    at::Tensor operator()(const LinearSpec& spec, const at::Tensor& x) {
        const TrainableModel& model = m_work.m_model;
        const std::size_t layer = model.layerOf(spec);
        if (spec.role == LinearRole::Q && m_work.m_context) m_work.m_context->check();
        const at::Tensor input = inputOf(spec, layer, x);
        const at::Tensor y = at::linear(input, m_leaves[model.layerParameter(layer)], model.bias(m_leaves, layer));
        if (!quantizes(m_work.m_settings) || !m_work.m_settings.attentionOperands || !makesAttentionOperand(spec.role)) return y;
        FakeQuantization how;
        how.bits = m_work.m_bits[layer];
        how.rows = roundsTokens(m_work.m_settings);
        return fakeQuantized(y, how);
    }

  private:
    at::Tensor inputOf(const LinearSpec& spec, std::size_t layer, const at::Tensor& x) {
        const QatSettings& settings = m_work.m_settings;
        LayerSums& sums = m_sums[layer];
        sums.count = static_cast<double>(x.numel());
        if (x.unsafeGetTensorImpl() != m_source.unsafeGetTensorImpl()) {
            m_source = x;
            m_quantized.clear();
            m_sourceFigures = {};
            m_units = at::Tensor();
            if (settings.method == QatMethod::Full || settings.method == QatMethod::Lsq) m_sourceFigures = magnitudeFigures(x);
        }
        sums.figures = m_sourceFigures;
        if (!quantizes(settings)) return x;
        if (settings.method == QatMethod::Lsq) {
            const std::size_t step = m_leaves.size() - m_work.m_learned.tensors().size() + m_work.m_learned.activationIndex(layer);
            if (roundsTokens(settings) && !m_units.defined()) m_units = tokenUnits(x, settings.bits);
            return m_work.m_learned.quantizeInput(x, m_leaves[step], m_units);
        }
        for (const Quantized& earlier : m_quantized)
            if (earlier.bits == m_work.m_bits[layer]) {
                sums.figures = earlier.figures;
                return earlier.value;
            }
        return quantize(spec, layer, x);
    }

    at::Tensor quantize(const LinearSpec& spec, std::size_t layer, const at::Tensor& x) {
        const QatSettings& settings = m_work.m_settings;
        FakeQuantization how;
        how.bits = m_work.m_bits[layer];
        how.straightThrough = settings.straightThrough;
        how.rows = roundsTokens(settings);
        if (settings.ranges == ActivationRange::Running) how.maxAbs = m_work.m_ranges[layer];
        if (settings.method == QatMethod::Dsa) {
            how.probeBits = settings.probeBits;
            how.pull =
                penaltyWeight(settings) * static_cast<double>(sharing(spec, layer)) / (static_cast<double>(m_work.m_tokens) * spec.in);
        }
        Quantized quantized{how.bits, {}, {}};
        quantized.value = fakeQuantized(x, how, &quantized.figures);
        m_sums[layer].figures = quantized.figures;
        m_quantized.push_back(quantized);
        return quantized.value;
    }

    /// How many layers read this input at this width.
    int sharing(const LinearSpec& spec, std::size_t layer) const {
        const auto& layers = m_work.m_model.layers();
        int count = 0;
        const std::size_t first = layer - static_cast<std::size_t>(spec.role);
        for (std::size_t l = first; l < first + kLinearRoles; ++l)
            count += layers[l]->tag == spec.tag && m_work.m_bits[l] == m_work.m_bits[layer];
        return count;
    }

    struct Quantized {
        int bits = 0;
        at::Tensor value;
        QuantizedFigures figures;
    };
    const StepWork& m_work;
    const std::vector<at::Tensor>& m_leaves;
    std::vector<LayerSums>& m_sums;
    at::Tensor m_source;  // the input in work, its max |x|, the units of its learned steps and what it was quantized to
    QuantizedFigures m_sourceFigures;
    at::Tensor m_units;
    std::vector<Quantized> m_quantized;
};

void StepWork::begin(std::vector<int> bits, std::vector<double> ranges, std::int64_t targets, std::int64_t tokens, ThreadPool& pool) {
    m_bits = std::move(bits);
    m_ranges = std::move(ranges);
    m_targets = targets;
    m_tokens = tokens;
    m_values = m_model.values();
    m_sums = {};
    m_sums.layers.resize(m_bits.size());
    m_sums.gradients.resize(m_values.size() + m_learned.tensors().size());
    if (m_settings.method == QatMethod::Lsq) m_learned.quantizeWeights(m_values, pool);
    if (m_settings.method == QatMethod::Fixed || m_settings.method == QatMethod::Dsa)
        pool.run(m_bits.size(), [&](std::size_t l, int) {
            const at::NoGradGuard noGradient;
            FakeQuantization how;
            how.bits = m_bits[l];
            how.rows = roundsChannels(m_settings);
            at::Tensor& value = m_values[m_model.layerParameter(l)];
            value = fakeQuantized(value, how);
        });
}

void StepWork::run(const std::vector<Piece>& pieces, ThreadPool& pool) {
    std::vector<PieceResult> results(pieces.size());
    pool.run(pieces.size(), [&](std::size_t p, int) { runPiece(pieces[p], results[p]); });
    for (const PieceResult& result : results) {
        m_sums.task += result.task.item().toDouble();
        if (result.distillation.defined()) m_sums.distillation += result.distillation.item().toDouble();
        for (std::size_t l = 0; l < result.layers.size(); ++l) {
            const QuantizedFigures& own = result.layers[l].figures;
            QuantizedFigures& all = m_sums.layers[l].figures;
            m_sums.layers[l].count += result.layers[l].count;
            all.maxAbs = std::max(all.maxAbs, own.maxAbs);
            all.sumSquares += own.sumSquares;
            all.probeAbsolute += own.probeAbsolute;
        }
    }
    pool.run(m_sums.gradients.size(), [&](std::size_t i, int) {
        const at::NoGradGuard noGradient;
        for (PieceResult& result : results) {
            at::Tensor& sum = m_sums.gradients[i];
            at::Tensor& gradient = result.gradients[i];
            if (!gradient.defined()) continue;
            if (sum.defined()) sum.add_(gradient);
            else sum = gradient;
            gradient.reset();
        }
    });
}

PieceSums StepWork::finish(ThreadPool& pool) {
    if (m_settings.method == QatMethod::Lsq)
        pool.run(m_bits.size(), [&](std::size_t l, int) {
            at::Tensor& gradient = m_sums.gradients[m_model.layerParameter(l)];
            const LearnedSteps::Gradients passed = m_learned.passWeightGradient(l, gradient);
            gradient = passed.weight;
            m_sums.gradients[m_values.size() + m_learned.weightIndex(l)] = passed.step;
        });
    m_sums.gradientSums.resize(m_sums.gradients.size());
    if (!m_model.options().device().is_cpu()) {
        const at::NoGradGuard noGradient;
        m_sums.gradientSums = sumsOfAll(m_sums.gradients);
    } else
        pool.run(m_sums.gradients.size(), [&](std::size_t i, int) {
            const at::NoGradGuard noGradient;
            const at::Tensor& gradient = m_sums.gradients[i];
            if (!gradient.defined()) return;
            m_sums.gradientSums[i] = sumsOf(gradient);
        });
    for (const LayerSums& layer : m_sums.layers) m_sums.penalty += layer.count > 0 ? layer.figures.sumSquares / layer.count : 0;
    m_values.clear();
    return std::move(m_sums);
}

at::Tensor StepWork::idsOf(const Piece& piece) const {
    const Batch& batch = *piece.batch;
    const std::ptrdiff_t first = std::ptrdiff_t{piece.first} * batch.length, count = std::ptrdiff_t{piece.rows} * batch.length;
    return m_model.idsOf({batch.ids.begin() + first, batch.ids.begin() + first + count}, piece.rows, batch.length);
}

/// Language model: [rows · length]; classification: [rows].
at::Tensor StepWork::targetsOf(const Piece& piece) const {
    const std::int64_t each = m_model.classes() > 0 ? 1 : piece.batch->length;
    const std::int64_t limit = m_model.classes() > 0 ? m_model.classes() : m_model.spec().vocabulary;
    const std::vector<std::int64_t>& all = piece.batch->targets;
    if (std::ssize(all) != piece.batch->rows * each)
        throw Error("a batch of " + std::to_string(piece.batch->rows) + " texts of " + std::to_string(piece.batch->length) +
                    " tokens has " + std::to_string(all.size()) + " targets");
    const std::span<const std::int64_t> own(all.data() + piece.first * each, static_cast<std::size_t>(piece.rows * each));
    for (const std::int64_t target : own)
        if (target != kNoTarget && (target < 0 || target >= limit))
            throw Error("target " + std::to_string(target) + " is outside of the " + std::to_string(limit) + " that the model knows");
    return at::from_blob(const_cast<std::int64_t*>(own.data()), {std::ssize(own)}, at::TensorOptions().dtype(at::kLong))
        .to(m_model.options().device(), at::kLong, false, /*copy=*/true);
}

void StepWork::runPiece(const Piece& piece, PieceResult& result) const {
    const at::AutoGradMode differentiates(true);
    std::vector<at::Tensor> leaves;
    for (const at::Tensor& value : m_values) leaves.push_back(value.detach().requires_grad_(true));
    for (const at::Tensor& step : m_learned.tensors()) leaves.push_back(step.detach().requires_grad_(true));
    result.layers.resize(m_bits.size());
    const at::Tensor ids = idsOf(piece), targets = targetsOf(piece);
    at::Tensor teacher;
    if (hasTeacher()) {
        const at::NoGradGuard noGradient;
        teacher = m_model.forward(m_teacher, ids, m_model.fullPrecision(m_teacher));
    }
    Linears linears(*this, leaves, result.layers);
    const at::Tensor hidden = m_model.forward(leaves, ids, [&](const LinearSpec& spec, const at::Tensor& x) { return linears(spec, x); });
    if (m_model.classes() > 0) passClassifier(leaves, hidden, teacher, targets, result);
    else passHead(leaves, hidden, teacher, targets, result);
    for (const at::Tensor& leaf : leaves) result.gradients.push_back(leaf.grad());
    std::vector<QuantizedFigures*> figures;
    for (LayerSums& layer : result.layers) figures.push_back(&layer.figures);
    readFigures(figures);
}

void StepWork::passClassifier(const std::vector<at::Tensor>& leaves, const at::Tensor& hidden, const at::Tensor& teacher,
                              const at::Tensor& targets, PieceResult& result) const {
    at::Tensor teacherLogits;
    if (teacher.defined()) {
        const at::NoGradGuard noGradient;
        teacherLogits = m_model.logits(m_teacher, teacher);
    }
    lossOf(m_model.logits(leaves, hidden), teacherLogits, targets, result).backward();
}

/// The head in slices of tokens: logits of a whole piece would outweigh everything else in memory.
void StepWork::passHead(const std::vector<at::Tensor>& leaves, const at::Tensor& hidden, const at::Tensor& teacher,
                        const at::Tensor& targets, PieceResult& result) const {
    const at::Tensor rows = hidden.detach().flatten(0, 1);
    const std::int64_t logits = hidden.is_cpu() ? kLogits : kLogitsOfGpu;
    const std::int64_t slice = std::max<std::int64_t>(16, logits / m_model.spec().vocabulary);
    std::vector<at::Tensor> gradients;
    for (std::int64_t first = 0; first < rows.size(0); first += slice) {
        const std::int64_t count = std::min(slice, rows.size(0) - first);
        const at::Tensor part = rows.narrow(0, first, count).detach().requires_grad_(true);
        at::Tensor teacherLogits;
        if (teacher.defined()) {
            const at::NoGradGuard noGradient;
            teacherLogits = m_model.logits(m_teacher, teacher.flatten(0, 1).narrow(0, first, count));
        }
        lossOf(m_model.logits(leaves, part), teacherLogits, targets.narrow(0, first, count), result).backward();
        gradients.push_back(part.grad());
    }
    hidden.backward(at::cat(gradients).view_as(hidden));
}

/// Of logits [n, classes] and targets [n], already divided by the targets of the step.
at::Tensor StepWork::lossOf(const at::Tensor& logits, const at::Tensor& teacherLogits, const at::Tensor& targets,
                            PieceResult& result) const {
    const double each = 1 / static_cast<double>(m_targets);
    at::Tensor task = at::cross_entropy_loss(logits, targets, {}, at::Reduction::Sum, kNoTarget).mul(each);
    result.addTask(task);
    if (!teacherLogits.defined()) return task;
    const double T = m_settings.temperature;
    const at::Tensor wanted = at::log_softmax(teacherLogits.div(T), -1), present = at::log_softmax(logits.div(T), -1);
    const at::Tensor counted = targets.ne(kNoTarget).to(logits.scalar_type());
    const at::Tensor divergence = wanted.exp().mul(wanted.sub(present)).sum(at::IntArrayRef({-1})).mul(counted).sum().mul(T * T * each);
    result.addDistillation(divergence);
    return task.mul(1 - m_settings.distill).add(divergence, m_settings.distill);
}

}  // namespace qs
