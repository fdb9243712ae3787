// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/input_scaling.h"

#include <algorithm>

#include "quant/awq_solver.h"
#include "quant/grid_rule.h"
#include "run/deal.h"
#include "run/role_name.h"
#include "run/stream.h"

namespace qs {
namespace {

bool contains(const std::vector<LinearSpec>& linears, LinearRole role) {
    return std::any_of(linears.begin(), linears.end(), [&](const LinearSpec& l) { return l.role == role; });
}

/// Why an input of a block gets no scales; empty if it gets some.
std::string reasonOf(const BlockSpec& block, InputTag tag, const std::vector<LinearSpec>& chosen) {
    for (const LinearSpec& linear : block.linears)
        if (linear.tag == tag && !contains(chosen, linear.role)) return std::string(roleName(linear.role)) + " is not quantized";
    const LinearSpec* before = linearBefore(block, tag);
    if (!canFold(block, tag))
        return before ? std::string(roleName(before->role)) + " has fewer rows than the input channels (grouped-query attention)"
                      : "there is no norm before it";
    if (before && !contains(chosen, before->role)) return std::string(roleName(before->role)) + " is not quantized";
    return "";
}

/// Divides row r of a linear that is quantized already by s_r.
void foldIntoRows(const LinearSpec& linear, const std::vector<float>& s, const QuantSettings& settings, BlockPart& part) {
    const auto record =
        std::find_if(part.linears.begin(), part.linears.end(), [&](const LinearRecord& r) { return r.name == linear.name; });
    const GridRule rule = gridRuleOf(settings);
    record->solvedScales = record->scales;
    for (std::size_t r = 0; r < record->scales.rows(); ++r)
        for (std::size_t g = 0; g < record->scales.cols(); ++g) {
            float& scale = record->scales(r, g);
            scale = storedScale(scale / s[r], rule.storage);
            requireScaleFits(static_cast<double>(scale), rule, r, linear.name);
        }
}

}  // namespace

InputScaling::InputScaling(const ModelSpec& spec, const std::vector<std::vector<LinearSpec>>& chosen) : m_reasons(spec.blocks.size()) {
    for (std::size_t b = 0; b < spec.blocks.size(); ++b)
        for (const InputTag tag : kInputTags) m_reasons[b][static_cast<std::size_t>(tag)] = reasonOf(spec.blocks[b], tag, chosen[b]);
}

std::vector<float> InputScaling::choose(InputTag tag, BlockState& state, const Statistics& input, const QuantSettings& settings) const {
    const auto t = static_cast<std::size_t>(tag), b = static_cast<std::size_t>(state.block);
    const std::string& reason = m_reasons[b][t];
    if (!reason.empty()) {
        const auto first = std::find_if(m_reasons.begin(), m_reasons.end(), [&](const auto& of) { return of[t] == reason; });
        if (static_cast<std::size_t>(first - m_reasons.begin()) == b)
            state.progress.context().event(
                {Severity::Info, "inputs-not-scaled", std::string(nameOf(tag)),
                 "awq gives this input no scales, from block " + std::to_string(state.block) + " on: " + reason});
        return {};
    }
    const LinearSpec* before = linearBefore(state.spec, tag);
    JobContext& context = state.progress.context();
    std::vector<double> magnitudes = state.calibration->magnitudes(tag, input.bank.dim(), input.weighting, input.bank.counts(), context);
    state.group.sum(std::span<double>(magnitudes));
    InputScaleProblem problem{{}, input.H, magnitudes, before && settings.scaleType != ScaleType::F32};
    for (const LinearSpec& linear : state.spec.linears) {
        if (linear.tag != tag) continue;
        const Matrix<float>& W = state.weights[linear.role].W;
        const RowRange rows = shareOfRows(W.rows(), state.group.rank(), state.group.size());
        problem.weights.push_back({W.row(rows.first), rows.size(), W.cols(), W.cols()});
    }
    std::vector<double> losses = scaleLosses(problem, settings, context, *state.session.pool);
    state.group.sum(std::span<double>(losses));
    TagRecord& record = state.part.tags.back();
    record.inputScales = inputScalesOf(problem, static_cast<int>(std::min_element(losses.begin(), losses.end()) - losses.begin()));
    record.scaleLosses = std::move(losses);
    if (before) foldIntoRows(*before, record.inputScales, settings, state.part);
    return record.inputScales;
}

Matrix<float> scaledHessian(const Matrix<float>& H, const std::vector<float>& s) {
    Matrix<float> scaled(H.rows(), H.cols());
    for (std::size_t i = 0; i < H.rows(); ++i)
        for (std::size_t j = 0; j < H.cols(); ++j) scaled(i, j) = H(i, j) / (s[i] * s[j]);
    return scaled;
}

}  // namespace qs
