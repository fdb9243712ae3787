// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantization-aware training can be told. Defaults and help live here and nowhere else.
#pragma once

#include <cstdint>
#include <vector>

#include "base/options.h"

namespace qs {

/// How weights and activations are quantized during training.
enum class QatMethod {
    Full,   ///< not at all: the baseline
    Fixed,  ///< one width, ranges of the tensors themselves
    Lsq,    ///< one width, learned step sizes
    Dsa     ///< a width for each layer, chosen during training from its sensitivity
};
template <>
struct EnumNames<QatMethod> {
    static constexpr std::pair<QatMethod, const char*> values[] = {
        {QatMethod::Full, "full"}, {QatMethod::Fixed, "fixed"}, {QatMethod::Lsq, "lsq"}, {QatMethod::Dsa, "dsa-qat"}};
};

/// Over what an activation is quantized: max |A| of itself as published, the mean of it over the steps so far (what lies beyond is
/// clipped), or max |A_t| of every token t, which is what inference with dynamic ranges does. After training the first two leave a range
/// for each layer, the third none.
enum class ActivationRange { Auto, Own, Running, Token };
template <>
struct EnumNames<ActivationRange> {
    static constexpr std::pair<ActivationRange, const char*> values[] = {{ActivationRange::Auto, "auto"},
                                                                         {ActivationRange::Own, "own"},
                                                                         {ActivationRange::Running, "running"},
                                                                         {ActivationRange::Token, "token"}};
};

/// Over what weights are quantized: max |W| of the layer as published, or max |W_i| of every output channel i.
enum class WeightRange { Auto, Layer, Channel };
template <>
struct EnumNames<WeightRange> {
    static constexpr std::pair<WeightRange, const char*> values[] = {
        {WeightRange::Auto, "auto"}, {WeightRange::Layer, "layer"}, {WeightRange::Channel, "channel"}};
};

/// dQ/dx outside of the range: 0, or 1 as the paper says of the whole line.
enum class StraightThrough { Clipped, Literal };
template <>
struct EnumNames<StraightThrough> {
    static constexpr std::pair<StraightThrough, const char*> values[] = {{StraightThrough::Clipped, "clipped"},
                                                                         {StraightThrough::Literal, "literal"}};
};

struct QatSettings {
    QatMethod method = QatMethod::Dsa;
    int bits = 4;                      ///< of Fixed and Lsq
    std::vector<int> widths{4, 6, 8};  ///< of Dsa
    bool attentionOperands = true;     ///< Q, K and V are quantized where attention reads them
    ActivationRange ranges = ActivationRange::Auto;
    WeightRange weightRanges = WeightRange::Auto;
    StraightThrough straightThrough = StraightThrough::Clipped;

    double lambda = 0.02;      ///< price of a bit's cost
    double gamma = 0.01;       ///< weight of Σ_l mean((A_l − Q(A_l))²) in the loss of Dsa
    double alpha = 0.5;        ///< of the gradients' variance
    double beta = 0.5;         ///< of the activation error
    int probeBits = 4;         ///< width at which the activation error is measured
    int interval = 20;         ///< steps between updates of the widths
    double smoothing = 0.7;    ///< share of the earlier sensitivity in the present one
    double hysteresis = 0.05;  ///< relative gain in the objective that a change of width must bring

    double narrowing = 0;   ///< largest share of the layers that become narrower in one update; 0: from the task, any if not resolved
    double lossMargin = 0;  ///< nats by which the task loss may exceed its lowest mean over an interval before no layer becomes
                            ///< narrower; 0: likewise

    double distill = 0;      ///< share of the divergence from the full-precision model in the loss
    double temperature = 2;  ///< of both predictions in that divergence

    std::int64_t steps = 500;
    int batch = 32;           ///< texts in a batch
    int accumulation = 1;     ///< batches in a step
    int pieces = 2;           ///< of a batch that are worked on side by side; the result depends on this number, not on threads
    double learningRate = 0;  ///< 0: from the model (resolve)
    double warmup = 0.05;     ///< share of the steps in which the rate rises
    double finalRate = 0.05;  ///< share of the rate that is left at the end
    double weightDecay = 0.01;
    double clipNorm = 1;  ///< 0: no clipping
    std::vector<int> lengths{64, 128};
    std::int64_t seed = 0;

    void describe(OptionList& list);
    /// Puts what Auto and 0 stand for in their place: for a language model or a classifier, from scratch or trained before, with
    /// this many channels.
    void resolve(bool languageModel, bool fromScratch, int hidden);
    /// Throws Error(Usage) if settings do not go together.
    void check() const;
};

/// γ as far as the method has the penalty in its loss.
inline double penaltyWeight(const QatSettings& settings) { return settings.method == QatMethod::Dsa ? settings.gamma : 0; }

/// Auto that nobody resolved is what was published.
inline bool roundsTokens(const QatSettings& settings) { return settings.ranges == ActivationRange::Token; }
inline bool roundsChannels(const QatSettings& settings) { return settings.weightRanges == WeightRange::Channel; }

/// Whether layers compute with quantized operands at all.
inline bool quantizes(const QatSettings& settings) { return settings.method != QatMethod::Full; }

}  // namespace qs
