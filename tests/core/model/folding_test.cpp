// SPDX-License-Identifier: GPL-3.0-or-later
// Scales folded into norms and linears: a block worked out by hand, and reference models that stay the same function.
#include "model/folding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "base/error.h"
#include "core/model/random_model.h"
#include "kernels/blas.h"
#include "model/executor.h"
#include "model/safetensors.h"
#include "support/data.h"

namespace qs {
namespace {

/// Two channels, one head of two, an MLP of one.
BlockSpec smallSpec() {
    BlockSpec spec;
    spec.hidden = spec.headDim = 2;
    spec.intermediate = spec.heads = spec.keyValueHeads = 1;
    spec.inputNorm = {"norm", 1};
    spec.preMlpNorm = {"mlp_norm", 0};
    spec.linears = {{LinearRole::Q, InputTag::AttentionIn, "q", 2, 2, false},  {LinearRole::K, InputTag::AttentionIn, "k", 2, 2, false},
                    {LinearRole::V, InputTag::AttentionIn, "v", 2, 2, true},   {LinearRole::O, InputTag::AttentionOut, "o", 2, 2, false},
                    {LinearRole::Gate, InputTag::MlpIn, "gate", 1, 2, false},  {LinearRole::Up, InputTag::MlpIn, "up", 1, 2, true},
                    {LinearRole::Down, InputTag::MlpDown, "down", 2, 1, false}};
    return spec;
}

BlockWeights smallWeights(const BlockSpec& spec) {
    BlockWeights weights;
    for (const LinearSpec& linear : spec.linears) {
        weights[linear.role].W = Matrix<float>(static_cast<std::size_t>(linear.out), static_cast<std::size_t>(linear.in));
        std::fill(weights[linear.role].W.values().begin(), weights[linear.role].W.values().end(), 6.f);
        if (linear.bias) weights[linear.role].bias.assign(static_cast<std::size_t>(linear.out), 12.f);
    }
    weights.inputNorm = {0, 3};  // gains 1 and 4
    weights.preMlpNorm = {2, 5};
    return weights;
}

TEST(Folding, ByHand) {
    const BlockSpec spec = smallSpec();
    BlockWeights weights = smallWeights(spec);
    foldScales({{{2, 0.5f}, {3, 4}, {0.1f, 1}, {}}}, spec, weights);
    EXPECT_EQ(weights.inputNorm, (std::vector<float>{-0.5f, 7}));  // gains 0.5 and 8
    EXPECT_FLOAT_EQ(weights.preMlpNorm[0], 20);
    EXPECT_FLOAT_EQ(weights.preMlpNorm[1], 5);
    EXPECT_FLOAT_EQ(weights[LinearRole::Q].W(1, 0), 12);
    EXPECT_FLOAT_EQ(weights[LinearRole::V].W(0, 0), 4);     // 6 · 2 / 3
    EXPECT_FLOAT_EQ(weights[LinearRole::V].W(1, 1), 0.75);  // 6 · 0.5 / 4
    EXPECT_EQ(weights[LinearRole::V].bias, (std::vector<float>{4, 3}));
    EXPECT_FLOAT_EQ(weights[LinearRole::O].W(1, 1), 24);
    EXPECT_FLOAT_EQ(weights[LinearRole::Gate].W(0, 0), 0.6f);
    EXPECT_EQ(weights[LinearRole::Up].bias, std::vector<float>{12});  // no scales at the MLP's product
    EXPECT_FLOAT_EQ(weights[LinearRole::Down].W(1, 0), 6);
}

TEST(Folding, RefusesWhatDoesNotFit) {
    BlockSpec spec = smallSpec();
    BlockWeights weights = smallWeights(spec);
    EXPECT_THROW(foldScales({{{2, 2, 2}, {}, {}, {}}}, spec, weights), Error);
    spec.heads = 2;  // two query heads on the values of one
    EXPECT_FALSE(canFold(spec, InputTag::AttentionOut));
    EXPECT_TRUE(canFold(spec, InputTag::MlpDown));
    EXPECT_THROW(foldScales({{{}, {1, 1, 1, 1}, {}, {}}}, spec, weights), Error);
}

using Blocks = std::function<BlockWeights(int)>;

Matrix<float> logitsOf(const Model& model, const Blocks& blocks, const std::vector<std::int32_t>& ids, bool folded) {
    const auto executor = makeFastExecutor(model, DType::F32, 1);
    ActivationStore store(*executor, model.spec(), std::vector<int>{static_cast<int>(ids.size())}, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    executor->embed(ids, buffers);
    std::mt19937 random(3);
    std::uniform_real_distribution<float> exponent(-2, 2);
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        const BlockSpec& spec = model.spec().blocks[b];
        BlockWeights weights = blocks(static_cast<int>(b));
        BlockScales scales;
        for (const InputTag tag : kInputTags) {
            if (!folded || !canFold(spec, tag)) continue;
            auto& s = scales[static_cast<std::size_t>(tag)];
            s.resize(static_cast<std::size_t>(widthOf(tag, spec)));
            for (float& value : s) value = std::exp2(exponent(random));
        }
        foldScales(scales, spec, weights);
        executor->setBlock(spec, weights);
        for (const Stage stage : kStages) executor->run(stage, buffers, 0);
    }
    return executor->logits(buffers);
}

/// max |a − b| / max |a| of the logits with and without folding.
double relativeChange(const Model& model, const Blocks& blocks, const std::vector<std::int32_t>& ids) {
    const Matrix<float> original = logitsOf(model, blocks, ids, false), folded = logitsOf(model, blocks, ids, true);
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        difference = std::max(difference, std::abs(static_cast<double>(original.data()[i]) - static_cast<double>(folded.data()[i])));
        largest = std::max(largest, std::abs(static_cast<double>(original.data()[i])));
    }
    return difference / largest;
}

TEST(Folding, EveryHeadWithItsOwnValues) {
    BlockSpec spec;
    spec.hidden = 32;
    spec.intermediate = 48;
    spec.heads = spec.keyValueHeads = 4;
    spec.headDim = 8;
    spec.normEpsilon = 1e-6f;
    testing::completeBlock(spec, "block.");
    for (LinearSpec& linear : spec.linears) linear.bias = true;
    spec.preMlpNorm.offset = 1;
    const testing::RandomModel model(spec, 50);
    const double change = relativeChange(model, [&](int) { return testing::randomWeights(spec, 5); }, {3, 1, 4, 1, 5, 9, 2, 6});
    EXPECT_TRUE(canFold(spec, InputTag::AttentionOut));
    EXPECT_GT(change, 0);
    EXPECT_LT(change, 2e-5);
}

class FoldingParity : public ::testing::TestWithParam<const char*> {};

TEST_P(FoldingParity, TheLogitsStayTheSame) {
    const auto folder = testing::testData(std::string("models/") + GetParam());
    const auto model = openModel(folder);
    const auto numbers = toDoubles(SafetensorsFile(folder / "golden.safetensors").tensor("input_ids.0"));
    const std::vector<std::int32_t> ids(numbers.begin(), numbers.end());
    const double change = relativeChange(
        *model, [&](int b) { return model->block(b); }, ids);
    RecordProperty("relative", std::to_string(change * 1e6) + "e-6");
    EXPECT_GT(change, 0);  // something was folded
    EXPECT_LT(change, 2e-5);
}

// Heads that share values, norms of q and k, biases, gains of 1 + weight, norms behind linears, windows, soft caps.
INSTANTIATE_TEST_SUITE_P(Models, FoldingParity,
                         ::testing::Values("gemma3-bf16", "gemma3-softcap-f32", "llama3-rope-bf16", "mistral-window-f16", "qwen2-bias-bf16",
                                           "qwen3-tied-f16", "qwen3-untied-bf16-sharded"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace qs
