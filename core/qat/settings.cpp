// SPDX-License-Identifier: GPL-3.0-or-later
// The best rate of Adam falls with the width of matrices (Yang et al., arXiv 2203.03466); 1e-4 at 576 channels is where SmolLM2 learns
// without losing what it knows.
#include "qat/settings.h"

#include <algorithm>

#include "base/error.h"

namespace qs {

void QatSettings::describe(OptionList& list) {
    list.group("Quantization-aware training");
    list.choice("method", method,
                "dsa-qat: a width for each layer from its sensitivity; fixed: one width; lsq: one width and learned step sizes; "
                "full: nothing is quantized");
    list.integer("bits", bits, 2, 8, "bits", "Width of weights and activations under fixed and lsq");
    list.integers("widths", widths, 2, 8, "bits", "Widths that dsa-qat chooses from");
    list.flag("attention-operands", attentionOperands, "Quantize Q, K and V as well, with the width of the linear that makes them");
    list.choice(
        "ranges", ranges,
        "Range of a layer's input: own (max of every batch, as published), running (mean of that over the "
        "steps so far, as after training; what lies beyond is clipped), token (max of every token, also after training; a few tokens "
        "of language models are hundreds of times larger than the rest), auto: token for a language model, else own. lsq learns a share of "
        "every token's range, or one step for all");
    list.choice("weight-ranges", weightRanges,
                "Range of weights: layer (as published), channel (of every output), auto: channel for a language model, else layer. lsq "
                "learns a step for each of these");
    list.choice("straight-through", straightThrough,
                "Gradient of rounding outside of a running range or beyond learned steps: clipped (0) or literal (1, as published)");
    list.group("Sensitivity and widths");
    list.real("lambda", lambda, 0, 1e6, "", "Price of bits: larger gives narrower layers");
    list.real("gamma", gamma, 0, 1e6, "", "Weight of the activations' rounding errors in the loss of dsa-qat");
    list.real("alpha", alpha, 0, 1e6, "", "Weight of the gradients' variance in the sensitivity");
    list.real("beta", beta, 0, 1e6, "", "Weight of the activation error in the sensitivity");
    list.integer("probe-bits", probeBits, 2, 8, "bits", "Width at which the activation error is measured");
    list.integer("interval", interval, 1, 1 << 20, "steps", "Steps between updates of the widths");
    list.real("smoothing", smoothing, 0, 0.999, "", "Share of the earlier sensitivity in the present one");
    list.real("hysteresis", hysteresis, 0, 1, "", "Relative gain in the objective below which a width stays as it is");
    list.real(
        "narrowing", narrowing, 0, 1, "",
        "Largest share of the layers that one update makes narrower, those with the largest gain first; the others wait. 0: a quarter "
        "for a language model, else all (as published)");
    list.real("loss-margin", lossMargin, 0, 1e6, "nats",
              "No layer becomes narrower while the task loss, mean since the last update, exceeds its lowest such mean by more. 0: 0.5 for "
              "a language model, else any (as published)");
    list.group("Distillation");
    list.real("distill", distill, 0, 1, "", "Share of the divergence from the full-precision model in the loss; 0: none");
    list.real("temperature", temperature, 0.01, 100, "", "Temperature of both predictions in that divergence");
    list.group("Optimization");
    list.integer("steps", steps, 1, std::int64_t{1} << 40, "steps", "Steps of the optimizer");
    list.integer("batch", batch, 1, 1 << 16, "texts", "Texts in a batch");
    list.integer("accumulation", accumulation, 1, 1 << 16, "batches", "Batches whose gradients a step adds up");
    list.integer("pieces", pieces, 1, 1024, "pieces",
                 "Pieces of a batch that are worked on side by side; part of the result, unlike --threads");
    list.real("learning-rate", learningRate, 0, 10, "",
              "Highest learning rate of AdamW; 0: 0.002 for a new model, 0.06 / channels for one that is trained already (1e-4 at 576 "
              "channels)");
    list.real("warmup", warmup, 0, 1, "", "Share of the steps in which the learning rate rises; after it, it falls along a cosine");
    list.real("final-rate", finalRate, 0, 1, "", "Share of the learning rate that is left after the last step");
    list.real("weight-decay", weightDecay, 0, 10, "", "Decay of matrices, apart from the gradient");
    list.real("clip-norm", clipNorm, 0, 1e6, "", "Largest norm of the gradient; 0: any");
    list.integers("lengths", lengths, 2, 1 << 20, "tokens", "Lengths of the texts of a batch, drawn for each batch");
    list.integer("seed", seed, 0, std::int64_t{1} << 53, "", "Seed of weights, data and their order");
}

void QatSettings::resolve(bool languageModel, bool fromScratch, int hidden) {
    constexpr double kNewRate = 2e-3, kRateOfChannel = 0.06, kNarrowing = 0.25, kLossMargin = 0.5, kAnyLoss = 1e6;
    if (ranges == ActivationRange::Auto) ranges = languageModel ? ActivationRange::Token : ActivationRange::Own;
    if (weightRanges == WeightRange::Auto) weightRanges = languageModel ? WeightRange::Channel : WeightRange::Layer;
    if (narrowing == 0) narrowing = languageModel ? kNarrowing : 1;
    if (lossMargin == 0) lossMargin = languageModel ? kLossMargin : kAnyLoss;
    if (learningRate == 0) learningRate = fromScratch ? kNewRate : std::min(kNewRate, kRateOfChannel / hidden);
}

void QatSettings::check() const {
    if (widths.empty()) throw Error("--widths: give at least one width", ErrorKind::Usage);
    if (lengths.empty()) throw Error("--lengths: give at least one length", ErrorKind::Usage);
    std::vector<int> sorted = widths;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) throw Error("--widths: a width is given twice", ErrorKind::Usage);
}

}  // namespace qs
