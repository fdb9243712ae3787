// SPDX-License-Identifier: GPL-3.0-or-later
//   W' = Ŵ + ν max|Ŵ| u_W,   A' = A + ν max|A| u_A,   u uniform in [−1/2, 1/2], drawn for every entry: what rounding with steps of
//   ν max|·| would add. ν = 1 / (2^(b−1) − 1) is the step of b bits: 0.008, 0.032, 0.14, 0.33 for 8, 6, 4, 3 bits.
// W is disturbed once a draw, A in every batch anew, in all layers of the blocks, whatever the variant. Under a quantized variant A' is
// rounded again where A was. Draws depend on the seed, the layer and the batch alone, so that variants meet the same noise.
#include "qat/robustness.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/rand.h>

#include <algorithm>

#include "base/content_hash.h"
#include "base/error.h"

namespace qs {
namespace {

at::Tensor disturbed(const at::Tensor& x, double level, std::uint64_t seed, std::size_t layer, std::int64_t batch) {
    ContentHash hash;
    hash.add(static_cast<std::int64_t>(seed));
    hash.add(static_cast<std::int64_t>(layer));
    hash.add(batch);
    const at::Tensor u = at::rand(x.sizes(), at::detail::createCPUGenerator(hash.value()), at::TensorOptions().dtype(at::kFloat));
    return x.add(u.sub_(0.5).mul_(x.abs().max().cpu().mul(level)).to(x.device()));
}

double accuracyOf(std::span<const TokenizedText> texts, const std::vector<int>& classes) {
    double hits = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) hits += classes[i] == texts[i].label;
    return hits / static_cast<double>(texts.size());
}

}  // namespace

std::vector<NoiseAccuracy> accuracyUnderNoise(const TrainableModel& model, const std::vector<at::Tensor>& values,
                                              const LinearsOf& linearsOf, std::span<const TokenizedText> texts, int maxTokens,
                                              const NoiseSettings& settings, ThreadPool& pool) {
    if (texts.empty()) throw Error("there is no text to score the classifier on");
    texts = texts.first(std::min(texts.size(), settings.texts));
    const std::vector<EvaluationBatch> batches = evaluationBatches(texts, maxTokens);
    std::vector<NoiseAccuracy> all;
    for (const double level : settings.levels) {
        NoiseAccuracy at{level, {}, 0, 0};
        for (int draw = 0; draw < settings.seeds; ++draw) {
            const at::NoGradGuard noGradient;
            const std::uint64_t seed = settings.seed + static_cast<std::uint64_t>(draw);
            std::vector<at::Tensor> weights = values;
            for (std::size_t l = 0; l < model.layers().size(); ++l) {
                at::Tensor& weight = weights[model.layerParameter(l)];
                weight = disturbed(weight, level, seed, l, -1);
            }
            const LinearFn linear = linearsOf(weights);
            const auto linearOf = [&](std::size_t batch) {
                return [&, batch](const LinearSpec& spec, const at::Tensor& x) {
                    return linear(spec, disturbed(x, level, seed, model.layerOf(spec), static_cast<std::int64_t>(batch)));
                };
            };
            at.accuracies.push_back(accuracyOf(texts, classify(model, weights, linearOf, batches, pool)));
        }
        at.mean = meanOf(at.accuracies).value;
        at.deviation = deviationOf(at.accuracies);
        all.push_back(std::move(at));
    }
    return all;
}

}  // namespace qs
