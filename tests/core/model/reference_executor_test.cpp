// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/stack.h>
#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"
#include "kernels/blas.h"
#include "model/executor.h"
#include "model/reference_forward.h"
#include "model/run_model.h"
#include "support/data.h"
#include "support/messages.h"

namespace qs {
namespace {

using testing::messageOf;

using ::testing::HasSubstr;

/// ATen on the test's own thread would start as many threads as there are cores, which is slow beside other tests.
class SingleThreadedMath : public ::testing::Environment {
    void SetUp() override { beginSingleThreadedMath(); }
};
const auto* const kEnvironment = ::testing::AddGlobalTestEnvironment(new SingleThreadedMath);

/// Weights of a block as tensors of type double.
struct DoubleBlock {
    explicit DoubleBlock(const BlockSpec& block, const BlockWeights& stored) : spec(block), weights(stored) {
        for (const LinearSpec& linear : spec.linears) {
            Matrix<float>& W = weights[linear.role].W;
            tensors[linear.role] = at::from_blob(W.data(), {linear.out, linear.in}).to(at::kDouble);
        }
        norms.input = gain(spec.inputNorm, weights.inputNorm);
        norms.preMlp = gain(spec.preMlpNorm, weights.preMlpNorm);
        norms.postAttention = gain(spec.postAttentionNorm, weights.postAttentionNorm);
        norms.postMlp = gain(spec.postMlpNorm, weights.postMlpNorm);
        norms.query = gain(spec.qNorm, weights.qNorm);
        norms.key = gain(spec.kNorm, weights.kNorm);
    }
    static at::Tensor gain(const NormSpec& norm, std::vector<float>& values) {
        if (!norm.present()) return {};
        return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}).to(at::kDouble).add(norm.offset);
    }
    at::Tensor forward(const at::Tensor& hidden) const {
        const LinearFn linear = [&](const LinearSpec& which, const at::Tensor& x) { return at::linear(x, tensors.at(which.role)); };
        return forwardBlock(spec, norms, hidden, rotaryTable(spec.rotary, at::arange(hidden.size(-2)), hidden), linear);
    }

    BlockSpec spec;
    BlockWeights weights;
    std::map<LinearRole, at::Tensor> tensors;
    BlockNorms norms;
};

double largest(const at::Tensor& x) { return x.abs().max().item().toDouble(); }

TEST(ReferenceForward, ABatchIsItsSequencesOneByOne) {
    const auto model = openModel(testing::testData("models/gemma3-softcap-f32"));
    const DoubleBlock block(model->spec().blocks[0], model->block(0));
    const at::Tensor a = at::randn({9, 80}, at::kDouble), b = at::randn({9, 80}, at::kDouble);
    const at::Tensor both = block.forward(at::stack({a, b}));
    EXPECT_LT(largest(both.select(0, 0).sub(block.forward(a))), 1e-12);
    EXPECT_LT(largest(both.select(0, 1).sub(block.forward(b))), 1e-12);
}

TEST(ReferenceForward, FusedAttentionIsSoftmaxOfScores) {
    const at::Tensor q = at::randn({2, 3, 2, 5, 8}, at::kFloat), k = at::randn({2, 3, 5, 8}, at::kFloat),
                     v = at::randn({2, 3, 5, 8}, at::kFloat);
    const at::Tensor fused = fusedAttention(q, k, v, 0.4);
    ASSERT_EQ(fused.sizes(), q.sizes());
    for (int query = 0; query < 5; ++query) {
        const at::Tensor seen = k.narrow(-2, 0, query + 1).unsqueeze(2), row = q.narrow(-2, query, 1);
        const at::Tensor weights = at::softmax(row.mul(seen).sum(-1).mul(0.4), -1).unsqueeze(-1);
        const at::Tensor expected = weights.mul(v.narrow(-2, 0, query + 1).unsqueeze(2)).sum(-2);
        EXPECT_LT(largest(fused.select(-2, query).sub(expected)), 2e-6) << query;
    }
    const at::Tensor one = fusedAttention(q.select(0, 0), k.select(0, 0), v.select(0, 0), 0.4);
    EXPECT_LT(largest(one.sub(fused.select(0, 0))), 1e-6);
}

TEST(ReferenceForward, IsCausalAndKeepsTheWindow) {
    const auto model = openModel(testing::testData("models/mistral-window-f16"));
    const DoubleBlock block(model->spec().blocks[0], model->block(0));  // window 20
    const std::int64_t length = 1200, changed = 600;                    // more than two slices of query rows
    const at::Tensor x = at::randn({length, 96}, at::kDouble);
    at::Tensor y = x.clone();
    y.select(0, changed).add_(1.0);
    const at::Tensor difference = block.forward(x).sub(block.forward(y)).abs().amax(1);
    EXPECT_EQ(largest(difference.narrow(0, 0, changed)), 0);
    EXPECT_GT(difference.select(0, changed).item().toDouble(), 0.1);
    EXPECT_GT(difference.select(0, changed + 19).item().toDouble(), 1e-9);
    EXPECT_EQ(largest(difference.narrow(0, changed + 20, length - changed - 20)), 0);
}

TEST(ReferenceForward, SoftcapOfAttention) {
    const auto model = openModel(testing::testData("models/qwen3-tied-f16"));
    DoubleBlock block(model->spec().blocks[0], model->block(0));
    const at::Tensor x = at::randn({12, 96}, at::kDouble);
    const at::Tensor plain = block.forward(x);
    block.spec.attentionSoftcap = 1e9f;  // tanh is the identity there
    EXPECT_LT(largest(block.forward(x).sub(plain)), 1e-6);
    block.spec.attentionSoftcap = 0.5f;
    EXPECT_GT(largest(block.forward(x).sub(plain)), 1e-3);
}

/// d(sum of outputs)/dW of one element by autograd and by a difference quotient.
TEST(ReferenceForward, IsDifferentiable) {
    const auto model = openModel(testing::testData("models/gemma3-softcap-f32"));
    DoubleBlock block(model->spec().blocks[0], model->block(0));
    const at::Tensor x = at::randn({7, 80}, at::kDouble);
    for (const LinearRole role : {LinearRole::Q, LinearRole::K, LinearRole::Down}) {
        at::Tensor& W = block.tensors[role];
        W.requires_grad_(true);
        block.forward(x).sum().backward();
        const double slope = W.grad().select(0, 3).select(0, 5).item().toDouble();
        const at::NoGradGuard noGradient;
        W.requires_grad_(false);
        const auto sumWith = [&](double step) {
            const at::Tensor original = W;
            W = W.clone();
            W.select(0, 3).select(0, 5).add_(step);
            const double sum = block.forward(x).sum().item().toDouble();
            W = original;
            return sum;
        };
        EXPECT_NEAR((sumWith(1e-5) - sumWith(-1e-5)) / 2e-5, slope, 1e-5 * (1 + std::abs(slope)));
    }
}

TEST(ReferenceExecutor, TokenLossesAreThoseOfTheLogits) {
    const auto model = openModel(testing::testData("models/gemma3-softcap-f32"));
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F64);
    std::vector<std::int32_t> ids(300);
    for (std::size_t t = 0; t < ids.size(); ++t) ids[t] = static_cast<std::int32_t>((t * 37 + 11) % 512);
    const std::vector<int> lengths{300};
    ActivationStore store(*executor, model->spec(), lengths, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    executor->embed(ids, buffers);
    const Matrix<float> logits = executor->logits(buffers);
    const std::vector<float> losses = executor->tokenLosses(buffers, ids, 0);
    ASSERT_EQ(losses.size(), 299u);
    for (std::size_t t = 0; t < losses.size(); ++t) {
        double sum = 0;
        for (std::size_t v = 0; v < logits.cols(); ++v) sum += std::exp(static_cast<double>(logits(t, v)));
        const double expected = std::log(sum) - static_cast<double>(logits(t, static_cast<std::size_t>(ids[t + 1])));
        EXPECT_NEAR(losses[t], expected, 1e-5) << t;
    }
    const std::vector<int> one{1};
    ActivationStore single(*executor, model->spec(), one, 0, ".");
    executor->embed(std::span(ids).first(1), single.sequences()[0]);
    EXPECT_TRUE(executor->tokenLosses(single.sequences()[0], std::span(ids).first(1), 0).empty());
}

TEST(ReferenceExecutor, ReplacedWeightsAreUsed) {
    const auto model = openModel(testing::testData("models/llama3-rope-bf16"));
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F32);
    const std::vector<int> lengths{5};
    ActivationStore store(*executor, model->spec(), lengths, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    const std::vector<std::int32_t> ids{1, 2, 3, 4, 5};
    executor->embed(ids, buffers);
    std::vector<float> before(5 * 128), after(5 * 128);
    executor->toHost(buffers.h, before.size(), before.data());
    executor->setBlock(model->spec().blocks[0], model->block(0));
    Matrix<float> padded(128, 400);  // zero, with a stride longer than a row
    executor->replaceLinear(LinearRole::O, MatrixView<const float>{padded.data(), 128, 128, 400});
    executor->replaceLinear(LinearRole::Down, MatrixView<const float>{padded.data(), 128, 320, 400});
    for (const Stage stage : kStages) executor->run(stage, buffers, 0);
    executor->toHost(buffers.h, after.size(), after.data());
    EXPECT_EQ(before, after);  // nothing is added to the residual stream
}

TEST(ReferenceExecutor, SequencesTogetherAreThoseOneByOne) {
    for (const char* name : {"models/llama3-rope-bf16", "models/gemma3-softcap-f32"}) {
        const auto model = openModel(testing::testData(name));
        const auto executor = makeReferenceExecutor(*model, Device{}, DType::F64);
        const std::vector<int> lengths{7, 7, 7};
        ActivationStore single(*executor, model->spec(), lengths, 0, "."), together(*executor, model->spec(), lengths, 0, ".");
        std::vector<SequenceBuffers*> all;
        for (std::size_t s = 0; s < lengths.size(); ++s) {
            std::vector<std::int32_t> ids(7);
            std::iota(ids.begin(), ids.end(), static_cast<std::int32_t>(11 * s + 1));
            executor->embed(ids, single.sequences()[s]);
            executor->embed(ids, together.sequences()[s]);
            all.push_back(&together.sequences()[s]);
        }
        const auto& blocks = model->spec().blocks;
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            executor->setBlock(blocks[b], model->block(static_cast<int>(b)));
            for (const Stage stage : kStages) {
                for (SequenceBuffers& buffers : single.sequences()) executor->run(stage, buffers, 0);
                executor->runTogether(stage, all);
            }
        }
        for (std::size_t s = 0; s < lengths.size(); ++s) {
            const Matrix<float> one = executor->finalNorm(single.sequences()[s]), joint = executor->finalNorm(together.sequences()[s]);
            for (std::size_t i = 0; i < one.size(); ++i) ASSERT_NEAR(joint.data()[i], one.data()[i], 1e-6) << name << " " << s;
        }
    }
}

TEST(ReferenceExecutor, WhatItCannotDoIsSaid) {
    const auto model = openModel(testing::testData("models/llama3-rope-bf16"));
    EXPECT_THAT(messageOf([&] { makeReferenceExecutor(*model, Device{}, DType::BF16); }), HasSubstr("F32 or F64"));
    EXPECT_THAT(messageOf([&] { makeReferenceExecutor(*model, Device{DeviceKind::Cuda, 99}, DType::F32); }), HasSubstr("device cuda"));
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F32);
    ThreadPool pool(1, beginSingleThreadedMath);
    JobContext context;
    const auto run = [&](std::vector<std::vector<std::int32_t>> ids) {
        return messageOf([&] { runModel(*model, *executor, ids, {}, pool, context, [](const std::string&, const Matrix<float>&) {}); });
    };
    EXPECT_THAT(run({{1, 2}, {3, 512}}), HasSubstr("sequence 1: the id 512 at position 1 is outside of the vocabulary of 512"));
    EXPECT_THAT(run({{-1}}), HasSubstr("outside of the vocabulary"));
    EXPECT_THAT(run({{1}, {}}), HasSubstr("sequence 1: is empty"));
    EXPECT_EQ(run({}), "");
}

TEST(Executor, InputsOfTags) {
    BlockSpec block;
    block.hidden = 8;
    block.intermediate = 20;
    block.heads = 3;
    block.headDim = 4;
    int h = 0, x = 0, a = 0, m = 0;
    const SequenceBuffers buffers{1, &h, &x, &a, &m};
    EXPECT_EQ(inputOf(InputTag::AttentionIn, buffers), &x);
    EXPECT_EQ(inputOf(InputTag::AttentionOut, buffers), &a);
    EXPECT_EQ(inputOf(InputTag::MlpIn, buffers), &x);
    EXPECT_EQ(inputOf(InputTag::MlpDown, buffers), &m);
    EXPECT_EQ(widthOf(InputTag::AttentionOut, block), 12);
    EXPECT_EQ(widthOf(InputTag::MlpDown, block), 20);
    EXPECT_EQ(stageOf(InputTag::MlpIn), Stage::MlpIn);
}

TEST(ActivationStore, SharesMemoryAndSpillsBeyondTheBudget) {
    const testing::TemporaryFolder folder;
    const auto model = openModel(testing::testData("models/llama3-rope-bf16"));  // hidden 128, intermediate 320
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F32);
    const std::vector<int> lengths{10, 3, 10};
    const std::size_t ten = 10 * (128 + 320) * 4, three = 3 * (128 + 320) * 4;  // all multiples of 64
    EXPECT_EQ(ActivationStore::bytesFor(model->spec(), lengths, DType::F32), 2 * ten + three);
    EXPECT_EQ(ActivationStore::bytesFor(model->spec(), lengths, DType::BF16), ten + three / 2);
    ActivationStore store(*executor, model->spec(), lengths, ten + three, folder.path().string());
    EXPECT_EQ(store.bytes(), 2 * ten + three);
    EXPECT_EQ(store.spilledBytes(), ten);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));  // the file has no name any more
    auto sequences = store.sequences();
    ASSERT_EQ(sequences.size(), 3u);
    for (auto& sequence : sequences) {
        EXPECT_EQ(sequence.x, sequence.a);
        EXPECT_EQ(sequence.x, sequence.m);
        EXPECT_EQ(static_cast<std::byte*>(sequence.x) - static_cast<std::byte*>(sequence.h), sequence.length * 128 * 4);
        auto* values = static_cast<float*>(sequence.h);
        std::iota(values, values + sequence.length * (128 + 320), static_cast<float>(sequence.length));
    }
    for (auto& sequence : sequences) EXPECT_EQ(static_cast<float*>(sequence.h)[100], static_cast<float>(sequence.length + 100));
    ActivationStore all(*executor, model->spec(), lengths, 0, folder.path().string());
    EXPECT_EQ(all.spilledBytes(), 0u);
}

TEST(ActivationStore, ResultsDoNotDependOnWhereItLies) {
    const testing::TemporaryFolder folder;
    const auto model = openModel(testing::testData("models/qwen3-tied-f16"));
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F32);
    ThreadPool pool(2, beginSingleThreadedMath);
    JobContext context;
    const std::vector<std::vector<std::int32_t>> ids{{1, 2, 3, 4}, {5, 6}, {7, 8, 9}};
    std::map<std::string, Matrix<float>> first, second;
    runModel(*model, *executor, ids, {}, pool, context,
             [&](const std::string& name, const Matrix<float>& values) { first[name] = values; });
    runModel(
        *model, *executor, ids, {}, pool, context, [&](const std::string& name, const Matrix<float>& values) { second[name] = values; }, 1,
        folder.path().string());
    EXPECT_EQ(first.size(), 3u);
    EXPECT_EQ(first, second);
}

TEST(ActivationStore, SaysHowMuchIsMissing) {
    const auto model = openModel(testing::testData("models/llama3-rope-bf16"));
    const auto executor = makeReferenceExecutor(*model, Device{}, DType::F32);
    const std::vector<int> lengths(200, 1 << 30);  // 3e14 bytes
    EXPECT_THAT(messageOf([&] { ActivationStore store(*executor, model->spec(), lengths, 0, "."); }), HasSubstr("GiB of memory"));
    const testing::TemporaryFolder folder;
    EXPECT_THAT(messageOf([&] { ActivationStore store(*executor, model->spec(), lengths, 1, folder.path().string()); }),
                HasSubstr("GiB on disk"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_THAT(messageOf([&] { ActivationStore store(*executor, model->spec(), lengths, 1, "/nonexistent/folder"); }),
                HasSubstr("/nonexistent/folder"));
}

}  // namespace
}  // namespace qs
