// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/trainable_model.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/randn_like.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "core/qat/training_support.h"
#include "model/executor.h"
#include "qat/quantized_linear.h"
#include "support/data.h"

namespace qs {
namespace {
using testing::smallShape;
using testing::testData;

/// Logits of the last token by the executor that everything else uses.
Matrix<float> executorLogits(const Model& model, const std::vector<std::int32_t>& ids) {
    const auto executor = makeReferenceExecutor(model, {}, DType::F32);
    const std::vector<int> lengths{static_cast<int>(ids.size())};
    ActivationStore store(*executor, model.spec(), lengths, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    executor->embed(ids, buffers);
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        executor->setBlock(model.spec().blocks[b], model.block(static_cast<int>(b)));
        for (const Stage stage : kStages) executor->run(stage, buffers, 0);
    }
    return executor->logits(buffers);
}

std::vector<std::int32_t> someIds(int vocabulary, int length) {
    std::vector<std::int32_t> ids;
    for (int t = 0; t < length; ++t) ids.push_back((t * 37 + 11) % vocabulary);
    return ids;
}

class TrainableModelOf : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Architectures, TrainableModelOf,
                         ::testing::Values("gemma3-softcap-f32", "llama3-rope-bf16", "mistral-window-f16", "qwen2-bias-bf16",
                                           "qwen3-tied-f16", "qwen3-untied-bf16-sharded"),
                         [](const auto& of) {
                             std::string name = of.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST_P(TrainableModelOf, ComputesWhatTheExecutorDoes) {
    const auto model = openModel(testData(std::string("models/") + GetParam()));
    const TrainableModel trainable(*model, 0, 1);
    const std::vector<std::int32_t> ids = someIds(model->spec().vocabulary, 40);
    const Matrix<float> expected = executorLogits(*model, ids);
    std::vector<std::int64_t> twice(ids.begin(), ids.end());
    twice.insert(twice.end(), ids.rbegin(), ids.rend());
    const std::vector<at::Tensor> values = trainable.values();
    const at::Tensor hidden = trainable.forward(values, trainable.idsOf(twice, 2, 40), trainable.fullPrecision(values));
    const at::Tensor logits = trainable.logits(values, hidden)[0].contiguous();
    const at::Tensor wanted = at::from_blob(const_cast<float*>(expected.data()), logits.sizes(), at::TensorOptions().dtype(at::kFloat));
    EXPECT_LT(logits.sub(wanted).abs().max().item().toDouble(), 1e-4 * wanted.abs().max().item().toDouble());
}

TEST_P(TrainableModelOf, CanBeSavedAndOpenedAgain) {
    const auto model = openModel(testData(std::string("models/") + GetParam()));
    const TrainableModel trainable(*model, 3, 1);
    const testing::TemporaryFolder folder;
    trainable.save(folder.path(), model->config());
    const auto again = openModel(folder.path());
    const TrainableModel reopened(*again, 3, 2);
    ASSERT_EQ(reopened.parameters().size(), trainable.parameters().size());
    for (std::size_t i = 0; i < reopened.parameters().size(); ++i) {
        EXPECT_EQ(reopened.parameters()[i].name, trainable.parameters()[i].name);
        EXPECT_TRUE(reopened.parameters()[i].value.equal(trainable.parameters()[i].value)) << trainable.parameters()[i].name;
    }
}

/// Q with every rounding error kept as it was at the first call of a layer: differentiable, and with the straight-through gradient.
class KeptErrors {
  public:
    at::Tensor operator()(const std::string& name, const at::Tensor& x) {
        const auto found = m_errors.find(name);
        if (found != m_errors.end()) return x.add(found->second);
        FakeQuantization how;
        how.bits = 4;
        const at::Tensor error = fakeQuantized(x.detach(), how).sub(x.detach());
        m_errors.emplace(name, error);
        return x.add(error);
    }

  private:
    std::map<std::string, at::Tensor> m_errors;
};

/// Directional derivatives of the loss of a quantized model in float64: automatic differentiation with straight-through gradients against
/// a difference quotient of the surrogate.
TEST(TrainableModelGradient, IsThatOfTheSurrogate) {
    for (const int classes : {0, 2}) {
        const TrainableModel model(scratchSpec(smallShape()), classes, 5);
        testing::SmallTask task(classes > 0, 3, 1);
        const Batch batch = task.batch(0);
        const at::Tensor ids = model.idsOf(batch.ids, batch.rows, batch.length);
        const at::Tensor targets = at::from_blob(const_cast<std::int64_t*>(batch.targets.data()), {std::ssize(batch.targets)}, at::kLong);
        std::vector<at::Tensor> values;
        for (const at::Tensor& value : model.values()) values.push_back(value.to(at::kDouble).requires_grad_(true));
        KeptErrors errors;
        const auto lossOf = [&](const std::vector<at::Tensor>& at, bool quantizes) {
            const LinearFn linear = [&](const LinearSpec& spec, const at::Tensor& x) {
                const at::Tensor& weight = at[model.layerParameter(model.layerOf(spec))];
                FakeQuantization how;
                how.bits = 4;
                if (quantizes) return fakeQuantized(x, how).matmul(fakeQuantized(weight, how).t());
                return errors(spec.name, x).matmul(errors(spec.name + ".weight", weight).t());
            };
            const at::Tensor logits = model.logits(at, model.forward(at, ids, linear));
            return at::cross_entropy_loss(logits.flatten(0, -2), targets, {}, at::Reduction::Mean, kNoTarget);
        };
        const at::Tensor loss = lossOf(values, true);
        loss.backward();
        EXPECT_NEAR(lossOf(values, false).item().toDouble(), loss.item().toDouble(), 1e-12);
        const at::NoGradGuard noGradient;
        const double h = 1e-5;
        for (std::size_t p = 0; p < values.size(); ++p) {
            const at::Tensor direction = at::randn_like(values[p]);
            const auto moved = [&](double step) {
                std::vector<at::Tensor> at = values;
                at[p] = values[p].add(direction, step);
                return lossOf(at, false).item().toDouble();
            };
            const double expected = (moved(h) - moved(-h)) / (2 * h), found = values[p].grad().mul(direction).sum().item().toDouble();
            EXPECT_NEAR(found, expected, 1e-7 + 1e-5 * std::abs(expected)) << model.parameters()[p].name;
        }
    }
}

TEST(TrainableModelFromScratch, FollowsItsSeed) {
    const TrainableModel a(scratchSpec(smallShape()), 2, 5), b(scratchSpec(smallShape()), 2, 5), c(scratchSpec(smallShape()), 2, 6);
    for (std::size_t i = 0; i < a.parameters().size(); ++i) {
        EXPECT_TRUE(a.values()[i].equal(b.values()[i]));
        EXPECT_EQ(a.values()[i].equal(c.values()[i]), a.values()[i].dim() < 2) << a.parameters()[i].name;
    }
    EXPECT_EQ(a.layers().size(), 14u);
    EXPECT_EQ(a.layerNames()[13], "model.layers.1.mlp.down_proj");
    EXPECT_EQ(a.parameters()[a.layerParameter(13)].name, "model.layers.1.mlp.down_proj.weight");
    EXPECT_EQ(a.parameters()[a.layerParameter(13)].layer, 13);
    EXPECT_EQ(a.parameters().back().name, kScoreName);
    const at::Tensor q = a.values()[a.layerParameter(0)];  // 32 x 32, deviation 1 / sqrt(32)
    EXPECT_NEAR(q.square().mean().item().toDouble() * 32, 1, 0.15);
}

TEST(TrainableModelFromScratch, RefusesTokensItDoesNotKnow) {
    const TrainableModel model(scratchSpec(smallShape()), 2, 5);
    EXPECT_THROW(model.idsOf({0, 16}, 1, 2), Error);
    EXPECT_THROW(model.idsOf({0, -1}, 1, 2), Error);
    EXPECT_THROW(model.idsOf({0, 1, 2}, 1, 2), Error);
}

/// Layers on their grids: full precision at 0 bits, own ranges and given steps.
TEST(QuantizedLinears, FollowTheirGrids) {
    const TrainableModel model(scratchSpec(smallShape()), 2, 5);
    std::vector<LayerGrid> grids(model.layers().size());
    for (LayerGrid& grid : grids) grid.bits = 0;
    grids[1] = {3, 0, 0};
    grids[2] = {3, 0.01, 0.5};
    const std::vector<at::Tensor> values = quantizedValues(model, grids);
    const at::Tensor own = values[model.layerParameter(1)], given = values[model.layerParameter(2)];
    EXPECT_TRUE(values[model.layerParameter(0)].equal(model.values()[model.layerParameter(0)]));
    const double step = model.values()[model.layerParameter(1)].abs().max().item().toDouble() / 3;
    EXPECT_LT(own.div(step).sub(own.div(step).round()).abs().max().item().toDouble(), 1e-5);
    EXPECT_NEAR(own.abs().max().item().toDouble(), 3 * step, 1e-6);
    EXPECT_NEAR(given.abs().max().item().toDouble(), 0.03, 1e-7);  // clipped
    const at::Tensor x = model.values()[model.layerParameter(5)];  // any [tokens, 32]
    const LinearFn plain = quantizedLinears(model, values, grids, false), operands = quantizedLinears(model, values, grids, true);
    FakeQuantization how;
    how.bits = 3;
    how.maxAbs = 1.5;
    const at::Tensor expected = fakeQuantized(x, how).matmul(given.t());
    EXPECT_LT(plain(*model.layers()[2], x).sub(expected).abs().max().item().toDouble(), 1e-6);
    how.maxAbs = 0;
    EXPECT_TRUE(operands(*model.layers()[2], x).equal(fakeQuantized(plain(*model.layers()[2], x), how)));
    EXPECT_TRUE(operands(*model.layers()[3], x).equal(plain(*model.layers()[3], x)));  // o makes no operand of attention
}

}  // namespace
}  // namespace qs
