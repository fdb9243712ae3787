// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/folding.h"

#include <algorithm>

#include "base/error.h"
#include "model/executor.h"

namespace qs {
namespace {

const LinearSpec* find(const BlockSpec& block, LinearRole role) {
    const auto linear = std::find_if(block.linears.begin(), block.linears.end(), [&](const LinearSpec& l) { return l.role == role; });
    return linear == block.linears.end() ? nullptr : &*linear;
}

void divideRows(LinearWeights& linear, const std::vector<float>& s) {
    for (std::size_t r = 0; r < linear.W.rows(); ++r)
        for (std::size_t c = 0; c < linear.W.cols(); ++c) linear.W(r, c) /= s[r];
    for (std::size_t r = 0; r < linear.bias.size(); ++r) linear.bias[r] /= s[r];
}

}  // namespace

const NormSpec* normBefore(const BlockSpec& block, InputTag tag) {
    if (tag == InputTag::AttentionIn) return &block.inputNorm;
    return tag == InputTag::MlpIn ? &block.preMlpNorm : nullptr;
}

const LinearSpec* linearBefore(const BlockSpec& block, InputTag tag) {
    if (tag == InputTag::AttentionOut) return find(block, LinearRole::V);
    return tag == InputTag::MlpDown ? find(block, LinearRole::Up) : nullptr;
}

bool canFold(const BlockSpec& block, InputTag tag) {
    if (const NormSpec* norm = normBefore(block, tag)) return norm->present();
    const LinearSpec* linear = linearBefore(block, tag);
    return linear && linear->out == widthOf(tag, block);
}

std::vector<float> foldedNorm(const NormSpec& norm, const std::vector<float>& stored, const std::vector<float>& s) {
    std::vector<float> folded(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i) folded[i] = (norm.offset + stored[i]) / s[i] - norm.offset;
    return folded;
}

Matrix<float> multipliedColumns(MatrixView<const float> W, const std::vector<float>& s) {
    Matrix<float> scaled(W.rows, W.cols);
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t c = 0; c < W.cols; ++c) scaled(r, c) = W(r, c) * s[c];
    return scaled;
}

Matrix<float> dividedColumns(MatrixView<const float> W, const std::vector<float>& s) {
    Matrix<float> scaled(W.rows, W.cols);
    for (std::size_t r = 0; r < W.rows; ++r)
        for (std::size_t c = 0; c < W.cols; ++c) scaled(r, c) = W(r, c) / s[c];
    return scaled;
}

void foldScales(const BlockScales& scales, const BlockSpec& block, BlockWeights& weights) {
    for (const InputTag tag : kInputTags) {
        const std::vector<float>& s = scales[static_cast<std::size_t>(tag)];
        if (s.empty()) continue;
        if (s.size() != static_cast<std::size_t>(widthOf(tag, block)))
            throw Error(std::string(nameOf(tag)) + ": " + std::to_string(s.size()) + " input scales for " +
                        std::to_string(widthOf(tag, block)) + " channels");
        if (!canFold(block, tag)) throw Error(std::string(nameOf(tag)) + ": nothing before this input can take its scales");
        if (tag == InputTag::AttentionIn) weights.inputNorm = foldedNorm(block.inputNorm, weights.inputNorm, s);
        if (tag == InputTag::MlpIn) weights.preMlpNorm = foldedNorm(block.preMlpNorm, weights.preMlpNorm, s);
        if (const LinearSpec* before = linearBefore(block, tag)) divideRows(weights[before->role], s);
        for (const LinearSpec& linear : block.linears)
            if (linear.tag == tag) weights[linear.role].W = multipliedColumns(weights[linear.role].W.view(), s);
    }
}

}  // namespace qs
