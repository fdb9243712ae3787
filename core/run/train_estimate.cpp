// SPDX-License-Identifier: GPL-3.0-or-later
//   weights      4 P · (value, gradient, two moments of AdamW, value on its grid, and under distillation the teacher)
//   activations  4 T · Σ over blocks of (what the backward pass keeps: 8 h + 4 q + 4 i, and L heads for attention); logits 3 V of a
//                language model; T tokens of a batch, h hidden, q width of queries, i of the MLP, L the longest length
//   disk         12 P a checkpoint, 4 P the trained model, codes of the layers
//                all of it before a model is made, which is not if it cannot fit
//   time         steps · variants · tokens a step / tokens a second, from one step on at most two texts after one to warm up; on a whole
//                batch if that is quick
#include "run/train_estimate.h"

#include <algorithm>
#include <chrono>

#include "base/resources.h"
#include "qat/trainer.h"
#include "run/train_job.h"
#include "run/train_variants.h"

namespace qs {
namespace {

constexpr int kFewTexts = 2;
constexpr double kQuickSeconds = 1;  // a whole batch that is likely to take less than this is timed

/// The first texts of each batch of another source.
class FewTexts final : public BatchSource {
  public:
    explicit FewTexts(BatchSource& source) : m_source(source) {}
    Batch batch(std::int64_t number) override {
        Batch all = m_source.batch(number), few;
        few.rows = std::min(all.rows, m_rows);
        few.length = all.length;
        const auto keep = [&](const std::vector<std::int64_t>& values) {
            const std::size_t each = values.size() / static_cast<std::size_t>(all.rows) * static_cast<std::size_t>(few.rows);
            return std::vector<std::int64_t>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(each));
        };
        few.ids = keep(all.ids);
        few.targets = keep(all.targets);
        m_tokens = static_cast<double>(few.ids.size());
        return few;
    }
    double tokens() const { return m_tokens; }  ///< of the last batch
    void setRows(int rows) { m_rows = rows; }

  private:
    BatchSource& m_source;
    int m_rows = kFewTexts;
    double m_tokens = 0;
};

double secondsPerToken(const TrainGround& ground, TrainableModel& model, JobContext& context) {
    FewTexts few(ground.task->batches());
    QatSettings settings = ground.options.qat;
    settings.accumulation = 1;
    settings.distill = 0;
    settings.interval = 1 << 20;  // no update of widths, which would be an event of the training
    settings.steps = std::max<std::int64_t>(settings.steps, 4);
    Trainer trainer(model, settings, few, *ground.pool, &context);
    const auto timed = [&](int rows) {
        few.setRows(rows);
        const auto start = std::chrono::steady_clock::now();
        trainer.step();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    timed(kFewTexts);  // to warm up
    double seconds = timed(kFewTexts);
    // A small model takes most of a small step for what does not grow with the batch.
    if (seconds * settings.batch / kFewTexts < kQuickSeconds) seconds = timed(settings.batch);
    const double teacher = ground.options.qat.distill > 0 ? 4.0 / 3 : 1;  // one more forward pass
    return teacher * seconds / std::max(1.0, few.tokens());
}

double activationBytes(const ModelSpec& spec, const TrainOptions& options) {
    const double longest = *std::max_element(options.qat.lengths.begin(), options.qat.lengths.end());
    double floats = options.task == TrainTaskKind::LanguageModel ? 3.0 * spec.vocabulary : 0;
    for (const BlockSpec& block : spec.blocks) {
        for (const LinearSpec& linear : block.linears) floats += 2.0 * linear.in + 2.0 * linear.out;
        floats += 2 * longest * block.heads;
    }
    return 4 * floats * longest * options.qat.batch;
}

double layerWeights(const ModelSpec& spec) {
    double weights = 0;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : block.linears) weights += static_cast<double>(linear.out) * linear.in;
    return weights;
}

/// Embedding and head. Norms, biases and the head of a classifier are not worth counting.
double otherWeights(const ModelSpec& spec, const TrainOptions& options) {
    const bool head = options.task == TrainTaskKind::LanguageModel && !spec.headName.empty();
    return static_cast<double>(spec.vocabulary) * spec.hidden * (head ? 2 : 1);
}

double sum(const std::vector<std::pair<std::string, double>>& parts) {
    double total = 0;
    for (const auto& [label, amount] : parts) total += amount;
    return total;
}

}  // namespace

Estimate forecastOf(const TrainGround& ground, JobContext& context) {
    const TrainOptions& options = ground.options;
    const ModelSpec spec = ground.model ? ground.model->spec() : scratchSpec(options.shape);
    const double codes = layerWeights(spec), parameters = codes + otherWeights(spec, options);
    const std::vector<TrainVariant> variants = variantsOf(options);
    double tokens = 0;
    for (const int length : options.qat.lengths) tokens += static_cast<double>(length) / static_cast<double>(options.qat.lengths.size());
    tokens *= static_cast<double>(options.qat.batch) * options.qat.accumulation * static_cast<double>(options.qat.steps);
    Estimate estimate;
    const double copies = options.qat.distill > 0 ? 6 : 5, held = static_cast<double>(residentMemoryBytes());
    estimate.memoryParts = {{"program and data", held},
                            {"weights, gradients and moments", 4 * parameters * copies},
                            {"activations of a batch", activationBytes(spec, options)}};
    const double kept = variants.size() > 1 ? 3 : 1;  // the trained model's, full precision's, and the one in work
    estimate.diskParts = {
        {"checkpoints, removed at the end", 12 * parameters * kept}, {"trained model", 4 * parameters}, {"integers", codes}};
    estimate.total = {0, sum(estimate.memoryParts), sum(estimate.diskParts)};
    if (4 * parameters * copies > static_cast<double>(availableMemoryBytes())) {
        estimate.notes = {"No step was timed: the weights, gradients and moments do not fit into the free memory."};
        return estimate;
    }
    const double each = tokens * secondsPerToken(ground, *ground.newModel(), context);
    for (const TrainVariant& variant : variants) estimate.timeParts.emplace_back("training " + variant.name, each);
    estimate.total.seconds = sum(estimate.timeParts);
    estimate.notes = {"Time is extrapolated from one step on a few texts; measuring comes on top."};
    return estimate;
}

Estimate estimateTrain(const TrainOptions& options, JobContext& context) { return forecastOf(openGround(options, context), context); }

Estimate estimateTrain(const TrainOptions& options) {
    JobContext context;
    return estimateTrain(options, context);
}

}  // namespace qs
