// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace qs {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

void scaleLinearly(RotarySpec& rotary, const Config& scaling) {
    const double factor = scaling.positive("factor");
    for (double& f : rotary.inverseFrequency) f /= factor;
}

void scaleByWavelength(RotarySpec& rotary, const Config& scaling) {
    const double factor = scaling.positive("factor"), low = scaling.positive("low_freq_factor"),
                 high = scaling.positive("high_freq_factor");
    const double context = scaling.positive("original_max_position_embeddings");
    if (high <= low) throw Error(scaling.where() + ": high_freq_factor must be above low_freq_factor");
    for (double& f : rotary.inverseFrequency) {
        const double turns = context * f / kTwoPi;  // context / wavelength
        const double kept = std::clamp((turns - low) / (high - low), 0.0, 1.0);
        f = (1 - kept) * f / factor + kept * f;
    }
}

void scaleByYarn(RotarySpec& rotary, const Config& scaling, double theta, int headDim, int maxPositions,
                 std::vector<std::string>& unsupported) {
    if (scaling.has("mscale") || scaling.has("mscale_all_dim")) {
        unsupported.push_back(scaling.where() + ": yarn with mscale is not supported");
        return;
    }
    const double factor = scaling.positive("factor");
    const double context = scaling.positiveOr("original_max_position_embeddings", maxPositions);
    const double fast = scaling.positiveOr("beta_fast", 32), slow = scaling.positiveOr("beta_slow", 1);
    const auto indexOfTurns = [&](double turns) { return headDim * std::log(context / (turns * kTwoPi)) / (2 * std::log(theta)); };
    double low = indexOfTurns(fast), high = indexOfTurns(slow);
    if (scaling.flagOr("truncate", true)) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, headDim - 1.0);
    if (low == high) high += 0.001;
    for (std::size_t i = 0; i < rotary.inverseFrequency.size(); ++i) {
        const double divided = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        double& f = rotary.inverseFrequency[i];
        f = divided * f / factor + (1 - divided) * f;
    }
    rotary.attentionFactor = scaling.positiveOr("attention_factor", factor > 1 ? 0.1 * std::log(factor) + 1 : 1);
}

/// A list of positive divisors, one a frequency.
std::vector<double> divisors(const Config& scaling, const std::string& key, std::size_t count) {
    std::vector<double> list;
    if (scaling.has(key) && scaling.values()[key].is_array())
        for (const auto& entry : scaling.values()[key]) list.push_back(entry.is_number() ? entry.get<double>() : 0);
    if (list.size() != count || !std::all_of(list.begin(), list.end(), [](double d) { return d > 0 && std::isfinite(d); }))
        throw Error(scaling.where() + ": '" + key + "' must be a list of " + std::to_string(count) + " numbers above 0");
    return list;
}

void scaleByList(RotarySpec& rotary, const Config& scaling, int maxPositions, std::vector<std::string>& unsupported) {
    const auto shorter = divisors(scaling, "short_factor", rotary.inverseFrequency.size());
    if (shorter != divisors(scaling, "long_factor", rotary.inverseFrequency.size())) {
        unsupported.push_back(scaling.where() + ": longrope with different factors for short and long texts is not supported");
        return;
    }
    for (std::size_t i = 0; i < shorter.size(); ++i) rotary.inverseFrequency[i] /= shorter[i];
    const double context = scaling.positiveOr("original_max_position_embeddings", maxPositions);
    const double factor = scaling.positiveOr("factor", maxPositions / context);
    rotary.attentionFactor = scaling.positiveOr("attention_factor", factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(context)));
}

}  // namespace

RotaryParameters rotaryParameters(const Config& config, const std::string& layerType, double defaultTheta) {
    const double theta = config.positiveOr("rope_theta", defaultTheta), share = config.positiveOr("partial_rotary_factor", 1);
    if (config.has("rope_parameters")) {
        const Config all = config.object("rope_parameters");
        const bool perType = all.has("full_attention") || all.has("sliding_attention");
        const Config own = perType ? all.object(layerType) : all;
        return {own.positiveOr("rope_theta", theta), own.positiveOr("partial_rotary_factor", share), own};
    }
    const Config scaling = config.object("rope_scaling");
    return {scaling.positiveOr("rope_theta", theta), share, scaling};
}

RotarySpec makeRotary(const RotaryParameters& parameters, int headDim, int maxPositions, std::vector<std::string>& unsupported) {
    const Config& scaling = parameters.scaling;
    RotarySpec rotary;
    for (int i = 0; i < headDim / 2; ++i) {
        const float exponent = 2.0f * static_cast<float>(i) / static_cast<float>(headDim);
        rotary.inverseFrequency.push_back(1.0f / static_cast<float>(std::pow(parameters.theta, static_cast<double>(exponent))));
    }
    const std::string kind = scaling.textOr("rope_type", scaling.textOr("type", "default"));
    if (kind == "linear") scaleLinearly(rotary, scaling);
    else if (kind == "llama3") scaleByWavelength(rotary, scaling);
    else if (kind == "yarn") scaleByYarn(rotary, scaling, parameters.theta, headDim, maxPositions, unsupported);
    else if (kind == "longrope") scaleByList(rotary, scaling, maxPositions, unsupported);
    else if (kind != "default")
        unsupported.push_back(scaling.where() + ": rotary scaling of type '" + kind +
                              "' is not supported (default, linear, llama3, yarn and longrope are)");
    if (parameters.rotatedShare != 1) unsupported.push_back(scaling.where() + ": rotary embedding of a part of each head is not supported");
    for (double& f : rotary.inverseFrequency) f = static_cast<double>(static_cast<float>(f));
    return rotary;
}

}  // namespace qs
