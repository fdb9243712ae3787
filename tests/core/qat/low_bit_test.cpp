// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/low_bit.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/amax.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/randint.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "core/qat/training_support.h"
#include "qat/low_bit_measure.h"
#include "qat/post_training.h"
#include "support/single_threaded.h"

namespace qs {
namespace {

using testing::smallShape;
using testing::SmallTask;

/// A classifier with mixed widths, on its own ranges or on kept ones.
struct Rounded {
    explicit Rounded(const std::vector<int>& cycle, int calibration, int intermediate = 48, const QatSettings& settings = {})
        : model(scratchSpec(shape(intermediate)), 2, 3), source(true, 8, 1) {
        std::vector<int> bits;
        for (std::size_t l = 0; l < model.layers().size(); ++l) bits.push_back(cycle[l % cycle.size()]);
        grids = postTrainingGrids(model, bits, settings, source, calibration);
        if (calibration == 0)
            for (LayerGrid& grid : grids) grid.activationStep = 0;
    }
    static ScratchShape shape(int intermediate) {
        ScratchShape own = smallShape();
        own.intermediate = intermediate;
        return own;
    }
    at::Tensor logits(const Variant& variant) {
        const at::NoGradGuard noGradient;
        const Batch batch = source.batch(0);
        return model.logits(variant.values,
                            model.forward(variant.values, model.idsOf(batch.ids, batch.rows, batch.length), variant.linear));
    }
    double largestDifference(const Variant& a, const Variant& b) { return logits(a).sub(logits(b)).abs().max().item().toDouble(); }

    TrainableModel model;
    SmallTask source;
    std::vector<LayerGrid> grids;
};

TEST(PostTraining, GridsFollowTheLargestMagnitudes) {
    const Rounded rounded({4, 8}, 2);
    const double largest = rounded.model.values()[rounded.model.layerParameter(0)].abs().max().item().toDouble();
    EXPECT_NEAR(rounded.grids[0].weightStep, largest / 7, 1e-7);
    EXPECT_NEAR(rounded.grids[1].weightStep * 127, rounded.model.values()[rounded.model.layerParameter(1)].abs().max().item().toDouble(),
                1e-6);
    EXPECT_GT(rounded.grids[0].activationStep, 0);
    EXPECT_NEAR(rounded.grids[0].activationStep * 7, rounded.grids[1].activationStep * 127, 1e-6) << "q and k have the same input";
}

QatSettings rangesOfTokensAndChannels() {
    QatSettings settings;
    settings.resolve(/*languageModel=*/true, /*fromScratch=*/false, 32);
    return settings;
}

/// Steps of channels that are given, and a share of the ranges of tokens, as learned ones leave them.
TEST(LowBitModel, FollowsGivenStepsOfChannelsAndSharesOfTokens) {
    Rounded rounded({4, 8}, 2, 48, rangesOfTokensAndChannels());
    for (std::size_t l = 0; l < rounded.grids.size(); ++l) {
        LayerGrid& grid = rounded.grids[l];
        grid.tokenFactor = 0.7;
        for (std::int64_t i = 0; i < rounded.model.layers()[l]->out; ++i)
            grid.channelSteps.push_back(0.01F + 1e-4F * static_cast<float>(i % 9));
    }
    const Variant expected = quantizedVariant(rounded.model, rounded.grids, true);
    const at::Tensor weight = expected.values[rounded.model.layerParameter(0)];
    const at::Tensor codes = weight[3].div(0.0103);
    EXPECT_LT(codes.sub(codes.round()).abs().max().item().toDouble(), 1e-4);
    EXPECT_LE(codes.abs().max().item().toDouble(), 7.0001);
    const LowBitModel integers(rounded.model, rounded.grids, true, LowBitPath::Int8);
    EXPECT_LT(rounded.largestDifference(integers.variant(), expected), 1e-4);
    for (LayerGrid& grid : rounded.grids) grid.tokenFactor = 1;
    EXPECT_GT(rounded.largestDifference(integers.variant(), quantizedVariant(rounded.model, rounded.grids, true)), 1e-2);
}

TEST(PostTraining, TokensAndChannelsHaveRangesOfTheirOwn) {
    const Rounded rounded({4, 8}, 2, 48, rangesOfTokensAndChannels());
    for (const LayerGrid& grid : rounded.grids)
        EXPECT_TRUE(grid.channels && grid.tokens && grid.activationStep == 0 && grid.weightStep == 0);
    const at::Tensor weight = rounded.model.values()[rounded.model.layerParameter(0)];
    const at::Tensor quantized = quantizedValues(rounded.model, rounded.grids)[rounded.model.layerParameter(0)];
    const at::Tensor steps = weight.abs().amax(at::IntArrayRef({1}), true).div(7);
    EXPECT_LT(quantized.sub(weight.div(steps).round().mul(steps)).abs().max().item().toDouble(), 1e-6);
}

TEST(LowBit, IntegersFollowTokensAndChannels) {
    for (const int intermediate : {48, 64}) {
        Rounded rounded({4, 6, 8}, 0, intermediate, rangesOfTokensAndChannels());
        const Variant fake = quantizedVariant(rounded.model, rounded.grids, true);
        EXPECT_LT(rounded.largestDifference(fake, LowBitModel(rounded.model, rounded.grids, true, LowBitPath::Int8).variant()), 2e-5);
        Rounded packed({4}, 0, 64, rangesOfTokensAndChannels());
        const std::vector<at::Tensor> values = quantizedValues(packed.model, packed.grids);
        const Variant reference{values, packed.model.fullPrecision(values)};
        const LowBitModel fewBits(packed.model, packed.grids, false, LowBitPath::Int4Weights);
        EXPECT_LT(packed.largestDifference(reference, fewBits.variant()), 0.03 * packed.logits(reference).abs().max().item().toDouble());
    }
}

TEST(LowBit, IntegersComputeWhatFakeQuantizationDoes) {
    for (const bool attentionOperands : {false, true})
        for (const int calibration : {0, 3}) {
            Rounded rounded({4, 6, 8}, calibration);
            const Variant fake = quantizedVariant(rounded.model, rounded.grids, attentionOperands);
            const LowBitModel integers(rounded.model, rounded.grids, attentionOperands, LowBitPath::Int8);
            EXPECT_LT(rounded.largestDifference(fake, integers.variant()), 2e-5);
            for (const LayerArithmetic layer : integers.arithmetic()) EXPECT_EQ(layer, LayerArithmetic::Int8);
            EXPECT_GT(rounded.largestDifference(fake, fullPrecisionVariant(rounded.model, rounded.model.values())), 1e-3);
        }
}

TEST(LowBit, PackedWeightsComputeTheRoundedWeights) {
    Rounded rounded({4}, 2, 64);
    const LowBitModel packed(rounded.model, rounded.grids, false, LowBitPath::Int4Weights);
    EXPECT_EQ(packed.arithmetic(), std::vector<LayerArithmetic>(14, LayerArithmetic::Int4Weights));
    const std::vector<at::Tensor> values = quantizedValues(rounded.model, rounded.grids);
    const Variant reference{values, rounded.model.fullPrecision(values)};            // rounded weights, exact activations
    const double largest = rounded.logits(reference).abs().max().item().toDouble();  // inputs and products are bfloat16: 2^-9 each
    EXPECT_LT(rounded.largestDifference(reference, packed.variant()), 0.03 * largest);
    EXPECT_GT(rounded.largestDifference(fullPrecisionVariant(rounded.model, rounded.model.values()), packed.variant()), 0.03 * largest);
}

TEST(LowBit, LayersThatCannotBePackedRunAsInt8) {
    const Rounded rounded({4, 4, 4, 6, 4, 4, 4}, 2);
    std::vector<LayerArithmetic> expected(14, LayerArithmetic::Int4Weights);
    expected[3] = expected[10] = LayerArithmetic::Int8;  // six bits
    expected[6] = expected[13] = LayerArithmetic::Int8;  // 48 columns: no multiple of 32
    EXPECT_EQ(LowBitModel(rounded.model, rounded.grids, false, LowBitPath::Int4Weights).arithmetic(), expected);
}

TEST(LowBit, FewBitsTakeFewBytes) {
    const Rounded rounded({4}, 1);
    std::size_t layerWeights = 0, others = 0;
    for (const Parameter& parameter : rounded.model.parameters())
        (parameter.layer < 0 ? others : layerWeights) += static_cast<std::size_t>(parameter.value.numel());
    EXPECT_EQ(packedBytes(rounded.model, rounded.grids), 4 * others + layerWeights / 2 + 14 * 4);
    const LowBitModel integers(rounded.model, rounded.grids, true, LowBitPath::Int8);
    EXPECT_EQ(integers.bytes(), 4 * others + layerWeights + 14 * 12);
    EXPECT_LT(LowBitModel(rounded.model, rounded.grids, true, LowBitPath::Int4Weights).bytes(), integers.bytes());
    std::vector<LayerGrid> none(14, LayerGrid{.bits = 0});
    EXPECT_EQ(packedBytes(rounded.model, none), 4 * (others + layerWeights));
}

TEST(LowBit, LayersInFullPrecisionStayExact) {
    Rounded rounded({8}, 1);
    const std::vector<LayerGrid> none(rounded.grids.size(), LayerGrid{.bits = 0});
    const LowBitModel same(rounded.model, none, false, LowBitPath::Int8);
    EXPECT_EQ(rounded.largestDifference(same.variant(), fullPrecisionVariant(rounded.model, rounded.model.values())), 0);
    rounded.grids[2].bits = 9;
    EXPECT_THROW(LowBitModel(rounded.model, rounded.grids, false, LowBitPath::Int8), Error);
}

TEST(Measure, FiguresHaveUnitsAndTheEstimateSaysSo) {
    const Rounded rounded({4, 8}, 1);
    const at::Tensor ids = at::randint(16, {4, 10}, at::TensorOptions().dtype(at::kLong));
    const auto figures = measureForward(rounded.model, fullPrecisionVariant(rounded.model, rounded.model.values()), ids, 3);
    ASSERT_EQ(figures.size(), 4u);
    for (const Measurement& figure : figures) {
        EXPECT_GE(figure.value, 0) << figure.quantity;
        EXPECT_FALSE(figure.estimate);
    }
    EXPECT_GT(figures[0].value, figures[2].value) << "linears are a part of the whole";
    const Measurement energy = energyEstimate(rounded.model, std::vector<int>(14, 4));
    EXPECT_TRUE(energy.estimate);
    EXPECT_EQ(energy.value, 4.0 * 2 * (4 * 32 * 32 + 3 * 32 * 48));
}

TEST(Measure, ResidentMemoryGrowsWithWhatIsKept) {
    const double bytes =
        residentGrowth([] { return std::make_shared<at::Tensor>(at::empty({8 << 20}, at::TensorOptions().dtype(at::kFloat)).fill_(1)); });
    EXPECT_NEAR(bytes, 32 << 20, 8 << 20);
}

}  // namespace
}  // namespace qs
