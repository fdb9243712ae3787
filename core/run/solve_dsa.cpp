// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for dsa_bits and dsa_fake.
// dsa_bits. In: layer.<l>.activation [tokens, in_l] and layer.<l>.weight_grad [out_l, in_l] for l = 0, 1, …, weight_count [layers] (the
// sizes of the gradients where it is missing). Out: sensitivity, sensitivity_used, activation_error, bits [layers], epsilon, cost [widths],
// objective [layers, widths]. Settings: bits (the allowed widths), alpha, beta, lambda, probe_bits, normalise, eps_gain.
// dsa_fake. In: layer.0.activation and upstream_grad of the same shape. Out: q, grad_ste_clipped. Settings: bits, range = own_range |
// frozen_range, max_abs (the frozen range).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "qat/fake_quantize.h"
#include "qat/sensitivity.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

constexpr int kMostBits = 16;

template <class R>
std::vector<R> valuesOf(MatrixView<const double> m) {
    std::vector<R> values(m.rows * m.cols);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<R>(m.data[i]);
    return values;
}

template <class R>
std::span<const R> spanOf(const std::vector<R>& values) {
    return values;
}

struct LayerFigures {
    std::vector<double> variances, errors, counts;
};

template <class R>
LayerFigures readLayers(const SolveRequest& request, int probeBits) {
    LayerFigures figures;
    for (std::size_t l = 0; l == 0 || request.tensors.has("layer." + std::to_string(l) + ".activation"); ++l) {
        request.context.check();
        const std::string layer = "layer." + std::to_string(l);
        const auto activation = valuesOf<R>(request.tensors.matrix(layer + ".activation"));
        const auto gradient = valuesOf<R>(request.tensors.matrix(layer + ".weight_grad"));
        figures.variances.push_back(varianceOf(spanOf(gradient)));
        figures.errors.push_back(activationError(spanOf(activation), probeBits));
        figures.counts.push_back(static_cast<double>(gradient.size()));
    }
    const std::size_t layers = figures.errors.size();
    if (!request.tensors.has("weight_count")) return figures;
    figures.counts = request.tensors.vector("weight_count");
    if (figures.counts.size() != layers)
        throw Error("tensor 'weight_count' has " + std::to_string(figures.counts.size()) + " elements; one for each of the " +
                    std::to_string(layers) + " layers is needed");
    for (const double count : figures.counts)
        if (!(count > 0)) throw Error("tensor 'weight_count' holds a number that is not positive; give the weights of each layer");
    return figures;
}

WidthChoice readChoice(ProblemSettings& settings) {
    WidthChoice choice;
    if (settings.has("bits")) choice.widths = settings.integers("bits");
    choice.lambda = settings.real("lambda", choice.lambda, -1e30, 1e30);
    choice.errorGain = settings.real("eps_gain", choice.errorGain, -1e30, 1e30);
    for (const int b : choice.widths)
        if (b < 2 || b > kMostBits)
            throw Error("setting 'bits': " + std::to_string(b) + " is not allowed; give widths from 2 to 16", ErrorKind::Usage);
    if (choice.widths.empty()) throw Error("setting 'bits': [] is not allowed; give a list of widths", ErrorKind::Usage);
    return choice;
}

template <class R>
SolveOutcome fakeOutcome(const SolveRequest& request, int bits, double maxAbs) {
    const MatrixView<const double> activation = request.tensors.matrix("layer.0.activation");
    const MatrixView<const double> upstream = request.tensors.matrix("upstream_grad", activation.rows, activation.cols);
    const std::vector<R> x = valuesOf<R>(activation);
    const double delta = stepOf(maxAbs, bits);
    const std::vector<R> q = fakeQuantize(spanOf(x), static_cast<R>(delta), bits);
    const std::vector<bool> inside = insideRange(spanOf(x), static_cast<R>(delta), bits);
    const RoundingError error = roundingError(spanOf(x), spanOf(q));
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(activation.rows), static_cast<std::int64_t>(activation.cols)};
    NamedTensor gradient{shape, std::vector<double>(x.size()), "F64"};
    for (std::size_t i = 0; i < x.size(); ++i) gradient.values[i] = inside[i] ? upstream.data[i] : 0;
    SolveOutcome outcome;
    outcome.tensors = {{"q", {shape, {q.begin(), q.end()}, "F64"}}, {"grad_ste_clipped", std::move(gradient)}};
    outcome.valuesJson = nlohmann::json{{"delta", delta},
                                        {"mean_abs_error", error.meanAbsolute},
                                        {"penalty_sum", error.sumSquares},
                                        {"penalty_mean", error.sumSquares / static_cast<double>(x.size())},
                                        {"clipped", std::count(inside.begin(), inside.end(), false)}}
                             .dump();
    return outcome;
}

}  // namespace

SolveOutcome solveDsaBitsProblem(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    const WidthChoice choice = readChoice(settings);
    SensitivityWeights weights;
    weights.alpha = settings.real("alpha", weights.alpha, -1e30, 1e30);
    weights.beta = settings.real("beta", weights.beta, -1e30, 1e30);
    weights.probeBits = settings.integer("probe_bits", weights.probeBits, 2, kMostBits);
    const bool normalise = settings.flag("normalise", false);
    settings.refuseUnknown();
    const LayerFigures figures =
        request.production ? readLayers<float>(request, weights.probeBits) : readLayers<double>(request, weights.probeBits);
    const std::vector<double> S = sensitivities(figures.variances, figures.errors, weights);
    const std::vector<double> used = normalise ? dividedByMean(S) : S;
    const WidthPlan plan = chooseWidths(used, choice);
    const WidthSummary summary = summarise(plan.bits, figures.counts);
    SolveOutcome outcome;
    outcome.tensors = {{"sensitivity", tensorOf(S)},
                       {"sensitivity_used", tensorOf(used)},
                       {"activation_error", tensorOf(figures.errors)},
                       {"epsilon", tensorOf(plan.epsilon)},
                       {"cost", tensorOf(plan.cost)},
                       {"objective", tensorOf(plan.objective)},
                       {"bits", tensorOf(std::vector<std::int32_t>(plan.bits.begin(), plan.bits.end()))}};
    outcome.valuesJson = nlohmann::json{
        {"b_avg", summary.bits},
        {"compression", 32 / summary.bits},
        {"b_avg_weighted", summary.weightedBits},
        {"compression_weighted", 32 / summary.weightedBits},
        {"energy",
         summary.energy}}.dump();
    return outcome;
}

SolveOutcome solveDsaFakeProblem(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    const int bits = settings.integer("bits", 8, 2, kMostBits);
    const bool given = settings.has("max_abs");
    const std::string range = settings.text("range", given ? "frozen_range" : "own_range");
    double maxAbs = settings.real("max_abs", 0, 0, 1e300);
    settings.refuseUnknown();
    if (range != "own_range" && range != "frozen_range")
        throw Error("setting 'range': \"" + range + "\" is not allowed; give one of own_range, frozen_range", ErrorKind::Usage);
    if (range == "frozen_range" && !(maxAbs > 0))
        throw Error("setting 'max_abs' is missing or 0, but the frozen range needs it; give the largest |x| of the range",
                    ErrorKind::Usage);
    if (range == "own_range") {
        const std::vector<double> x = valuesOf<double>(request.tensors.matrix("layer.0.activation"));
        const double own = largestOf(spanOf(x));
        if (given && std::abs(own - maxAbs) > 1e-6 * own)
            throw Error(
                "setting 'max_abs' differs from the largest |x| of layer.0.activation, which own_range takes; leave it out or use "
                "frozen_range",
                ErrorKind::Usage);
        maxAbs = own;
    }
    return request.production ? fakeOutcome<float>(request, bits, maxAbs) : fakeOutcome<double>(request, bits, maxAbs);
}

}  // namespace qs
