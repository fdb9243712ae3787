// SPDX-License-Identifier: GPL-3.0-or-later
// `solve` for awq_scale and awq_clip. In: X [tokens, in], lengths [M], and W [out, in] or group.0, group.1, … [out_i, in] stacked.
// awq_scale. Out: history [ratios], s [in], act_scale (and, with lengths, act_scale_maca) [in]; codes, scales, zeros and dequantized of
// W ∘ s. Settings: bits, group, weights = single | group, act = token | maca, ratios, clamp.
// awq_clip. Out: max_val, index, err, gap, tie [out, groups]; codes, scales, zeros and dequantized of the clamped weights. Settings: bits,
// group, n_grid, max_shrink, n_sample_token, token_step. The value `loss` is Σ err.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "quant/awq.h"
#include "run/solve_outcome.h"
#include "run/solve_request.h"

namespace qs {
namespace {

/// W, or group.0, group.1, … stacked.
Matrix<double> readWeights(const SolveRequest& request, bool grouped, std::size_t in) {
    std::vector<MatrixView<const double>> parts;
    if (!grouped) parts.push_back(request.tensors.matrix("W"));
    for (std::size_t i = 0; grouped && (i == 0 || request.tensors.has("group." + std::to_string(i))); ++i)
        parts.push_back(request.tensors.matrix("group." + std::to_string(i)));
    std::size_t rows = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        rows += parts[i].rows;
        if (parts[i].cols != in)
            throw Error("tensor '" + (grouped ? "group." + std::to_string(i) : std::string("W")) + "' has " +
                        std::to_string(parts[i].cols) + " columns; the " + std::to_string(in) + " of X are needed");
    }
    Matrix<double> W(rows, in);
    double* to = W.data();
    for (const MatrixView<const double>& part : parts) to = std::copy_n(part.data, part.rows * part.cols, to);
    return W;
}

/// 1 / (M L_m) for every token of the M sequences.
std::vector<double> sequenceWeights(const std::vector<double>& lengths, std::size_t tokens) {
    std::vector<double> weights;
    for (std::size_t m = 0; m < lengths.size(); ++m) {
        if (!(lengths[m] >= 1) || lengths[m] != std::floor(lengths[m]) || lengths[m] > static_cast<double>(tokens - weights.size()))
            throw Error("tensor 'lengths' does not part the " + std::to_string(tokens) + " tokens of X at [" + std::to_string(m) + "]");
        weights.insert(weights.end(), static_cast<std::size_t>(lengths[m]), 1 / (static_cast<double>(lengths.size()) * lengths[m]));
    }
    if (weights.size() != tokens)
        throw Error("tensor 'lengths' names " + std::to_string(weights.size()) + " tokens, but X has " + std::to_string(tokens));
    return weights;
}

int readGroup(ProblemSettings& settings) { return std::max(0, settings.integer("group", 128, -1, 1 << 24)); }

nlohmann::json scaleValues(const ScaleSearchResult& result) {
    const double least = result.history[result.best];
    double second = HUGE_VAL;
    for (std::size_t i = 0; i < result.history.size(); ++i)
        if (i != result.best) second = std::min(second, result.history[i]);
    nlohmann::json values{{"best_index", result.best},
                          {"best_ratio", static_cast<double>(result.best) / static_cast<double>(result.history.size())},
                          {"loss", least}};
    if (least > 0 && std::isfinite(second)) values["loss_gap"] = (second - least) / least;
    return values;
}

}  // namespace

SolveOutcome solveAwqScaleProblem(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    const ProblemTensors& tensors = request.tensors;
    ScaleSearch search;
    search.bits = settings.integer("bits", search.bits, 2, 8);
    search.groupSize = readGroup(settings);
    search.ratios = settings.integer("ratios", search.ratios, 1, 10000);
    search.least = settings.real("clamp", search.least, 1e-30, 1e30);
    const std::string kind = settings.text("weights", tensors.has("group.0") && !tensors.has("W") ? "group" : "single");
    const std::string act = settings.text("act", "token");
    settings.refuseUnknown();
    if (kind != "single" && kind != "group")
        throw Error("setting 'weights': \"" + kind + "\" is not allowed; give one of single, group", ErrorKind::Usage);
    if (act != "token" && act != "maca")
        throw Error("setting 'act': \"" + act + "\" is not allowed; give one of token, maca", ErrorKind::Usage);
    const MatrixView<const double> X = tensors.matrix("X");
    const Matrix<double> W = readWeights(request, kind == "group", X.cols);
    const std::vector<double> equal(X.rows, 1 / static_cast<double>(X.rows)), scale = activationScale(X, equal);
    std::vector<double> perSequence, sequenceScale;
    if (act == "maca" || tensors.has("lengths")) {
        perSequence = sequenceWeights(tensors.vector("lengths"), X.rows);
        sequenceScale = activationScale(X, perSequence);
    }
    const auto &weights = act == "maca" ? perSequence : equal, &a = act == "maca" ? sequenceScale : scale;
    const ScaleSearchResult result = request.production
                                         ? searchInputScales<float>(W.view(), X, weights, a, search, request.context, request.pool)
                                         : searchInputScales<double>(W.view(), X, weights, a, search, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, false);
    outcome.tensors["history"] = tensorOf(result.history);
    outcome.tensors["s"] = tensorOf(result.s);
    outcome.tensors["act_scale"] = tensorOf(scale);
    if (!sequenceScale.empty()) outcome.tensors["act_scale_maca"] = tensorOf(sequenceScale);
    outcome.valuesJson = scaleValues(result).dump();
    return outcome;
}

SolveOutcome solveAwqClipProblem(SolveRequest& request) {
    ProblemSettings& settings = request.settings;
    ClipSearch search;
    search.bits = settings.integer("bits", search.bits, 2, 8);
    search.groupSize = readGroup(settings);
    search.grid = settings.integer("n_grid", search.grid, 1, 10000);
    search.maxShrink = settings.real("max_shrink", search.maxShrink, 0, 1);
    const MatrixView<const double> X = request.tensors.matrix("X");
    const int tokens = static_cast<int>(X.rows), sample = settings.integer("n_sample_token", 512, 1, 1 << 24);
    search.tokenStep = settings.integer("token_step", std::max(1, tokens / sample), 1, 1 << 24);
    settings.refuseUnknown();
    if (static_cast<int>(search.maxShrink * search.grid) < 1)
        throw Error("settings 'max_shrink' and 'n_grid' leave no candidate; max_shrink times n_grid must be at least 1", ErrorKind::Usage);
    const Matrix<double> W = readWeights(request, request.tensors.has("group.0") && !request.tensors.has("W"), X.cols);
    const ClipSearchResult result = request.production ? searchClipping<float>(W.view(), X, search, request.context, request.pool)
                                                       : searchClipping<double>(W.view(), X, search, request.context, request.pool);
    SolveOutcome outcome = outcomeOf(result.quantized, false);
    outcome.tensors["max_val"] = tensorOf(result.maxVal);
    outcome.tensors["index"] = tensorOf(result.index, "I32");
    outcome.tensors["err"] = tensorOf(result.error);
    outcome.tensors["gap"] = tensorOf(result.gap);
    outcome.tensors["tie"] = tensorOf(result.tie, "U8");
    double loss = 0, stable = 0, clean = 0;
    for (std::size_t i = 0; i < result.error.size(); ++i) {
        const bool isStable = result.gap.data()[i] > 1e-5;
        loss += result.error.data()[i];
        stable += isStable;
        clean += isStable && !result.tie.data()[i];
    }
    const double groups = static_cast<double>(result.error.size());
    outcome.valuesJson = nlohmann::json{{"loss", loss}, {"share_stable", stable / groups}, {"share_clean", clean / groups}}.dump();
    return outcome;
}

}  // namespace qs
