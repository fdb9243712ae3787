// SPDX-License-Identifier: GPL-3.0-or-later
// What the stored models do not show: every feature of a BlockSpec at once against the reference executor in float64, long sequences,
// shared and separate buffers, any number of workers, losses in slices, errors.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "base/error.h"
#include "core/model/random_model.h"
#include "kernels/blas.h"
#include "model/executor.h"
#include "support/single_threaded.h"

namespace qs {
namespace {

using testing::completeBlock;
using testing::RandomModel;
using testing::randomWeights;

/// heads · headDim < hidden < intermediate; everything that may be absent is absent.
BlockSpec plainBlock() {
    BlockSpec block;
    block.hidden = 80;
    block.intermediate = 172;
    block.heads = 2;
    block.keyValueHeads = 1;
    block.headDim = 24;
    block.normEpsilon = 1e-5f;
    block.activation = Activation::Silu;
    completeBlock(block, "model.layers.0.");
    return block;
}

/// Everything present; heads · headDim > hidden > intermediate.
BlockSpec fullBlock(Activation activation) {
    BlockSpec block;
    block.hidden = 72;
    block.intermediate = 40;
    block.heads = 6;
    block.keyValueHeads = 3;
    block.headDim = 32;
    block.normEpsilon = 1e-6f;
    block.attentionScale = 0.3f;
    block.attentionSoftcap = 4;
    block.window = 100;
    block.activation = activation;
    block.rotary.attentionFactor = 1.2;
    completeBlock(block, "model.layers.0.");
    for (LinearSpec& linear : block.linears) linear.bias = true;
    block.postAttentionNorm = {"model.layers.0.post_attention", 1};
    block.postMlpNorm = {"model.layers.0.post_mlp", 1};
    block.qNorm = {"model.layers.0.q_norm", 1};
    block.kNorm = {"model.layers.0.k_norm", 1};
    block.inputNorm.offset = block.preMlpNorm.offset = 1;
    return block;
}

std::vector<std::int32_t> someIds(int length, int vocabulary) {
    std::vector<std::int32_t> ids;
    for (int t = 0; t < length; ++t) ids.push_back((t * 37 + t * t) % vocabulary);
    return ids;
}

/// Copies of what each stage leaves behind: x, a, x, m, h.
std::vector<Matrix<float>> stagesOf(Executor& executor, const BlockSpec& block, SequenceBuffers& buffers, int worker = 0) {
    std::vector<Matrix<float>> results;
    for (const Stage stage : kStages) {
        executor.run(stage, buffers, worker);
        const bool finish = stage == Stage::Finish;
        const InputTag tag = finish ? InputTag::AttentionIn : kInputTags[static_cast<std::size_t>(stage)];
        Matrix<float> values(static_cast<std::size_t>(buffers.length),
                             static_cast<std::size_t>(finish ? block.hidden : widthOf(tag, block)));
        executor.toHost(finish ? buffers.h : inputOf(tag, buffers), values.size(), values.data());
        results.push_back(std::move(values));
    }
    return results;
}

std::vector<Matrix<float>> runOnce(Executor& executor, const RandomModel& model, const BlockWeights& weights, int length) {
    const BlockSpec& block = model.spec().blocks[0];
    ActivationStore store(executor, model.spec(), std::vector<int>{length}, 0, ".");
    executor.embed(someIds(length, model.spec().vocabulary), store.sequences()[0]);
    executor.setBlock(block, weights);
    return stagesOf(executor, block, store.sequences()[0]);
}

double relativeDifference(const Matrix<float>& a, const Matrix<float>& b) {
    double difference = 0, largest = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
        const double d = std::abs(static_cast<double>(a.values()[i]) - b.values()[i]);
        difference = d <= difference ? difference : d;
        largest = std::max(largest, std::abs(static_cast<double>(b.values()[i])));
    }
    return difference / largest;
}

void expectLikeReference(const BlockSpec& block, int length, DType dtype, double tolerance) {
    const RandomModel model(block, 50);
    const BlockWeights weights = randomWeights(block, 1);
    const auto reference = makeReferenceExecutor(model, Device{}, DType::F64), fast = makeFastExecutor(model, dtype, 1);
    const auto expected = runOnce(*reference, model, weights, length), found = runOnce(*fast, model, weights, length);
    for (std::size_t s = 0; s < expected.size(); ++s)
        EXPECT_LT(relativeDifference(found[s], expected[s]), tolerance) << "stage " << s << " length " << length;
}

TEST(FastExecutor, EveryStageOfAPlainBlockAtAnyLength) {
    for (const int length : {1, 2, 127, 513, 1100}) {
        expectLikeReference(plainBlock(), length, DType::F32, 1e-5);
        expectLikeReference(plainBlock(), length, DType::BF16, 0.03);
    }
}

TEST(FastExecutor, EveryStageOfABlockWithEverything) {
    for (const Activation activation : {Activation::Silu, Activation::GeluTanh, Activation::GeluErf})
        for (const int length : {1, 101, 600}) {
            expectLikeReference(fullBlock(activation), length, DType::F32, 1e-5);
            expectLikeReference(fullBlock(activation), length, DType::BF16, 0.03);
        }
}

TEST(FastExecutor, LongSequencesAreRight) {
    BlockSpec block = plainBlock();
    expectLikeReference(block, 5000, DType::F32, 1e-5);
    block.window = 1000;
    expectLikeReference(block, 3000, DType::F32, 1e-5);
}

TEST(FastExecutor, SharedAndSeparateBuffersGiveTheSameBits) {
    for (const BlockSpec& block : {plainBlock(), fullBlock(Activation::Silu)}) {
        const RandomModel model(block, 50);
        const BlockWeights weights = randomWeights(block, 1);
        constexpr int length = 1100;
        const auto executor = makeFastExecutor(model, DType::BF16, 1);
        const auto shared = runOnce(*executor, model, weights, length);
        std::vector<std::vector<BFloat16>> memory;
        for (const int width : {block.hidden, block.hidden, block.heads * block.headDim, block.intermediate})
            memory.emplace_back(static_cast<std::size_t>(width * length));
        SequenceBuffers buffers{length, memory[0].data(), memory[1].data(), memory[2].data(), memory[3].data()};
        executor->embed(someIds(length, 50), buffers);
        EXPECT_EQ(stagesOf(*executor, block, buffers), shared);
    }
}

TEST(FastExecutor, ResultsDoNotDependOnTheNumberOfWorkers) {
    const BlockSpec block = fullBlock(Activation::Silu);
    const RandomModel model(block, 50);
    const BlockWeights weights = randomWeights(block, 1);
    const std::vector<int> lengths{300, 1, 513, 64, 700, 31};
    const auto runWith = [&](int threads) {
        const auto executor = makeFastExecutor(model, DType::BF16, threads);
        ThreadPool pool(threads, beginSingleThreadedMath);
        ActivationStore store(*executor, model.spec(), lengths, 0, ".");
        executor->setBlock(block, weights);
        std::vector<Matrix<float>> results(lengths.size());
        std::vector<std::vector<float>> losses(lengths.size());
        pool.run(lengths.size(), [&](std::size_t k, int worker) {
            const auto ids = someIds(lengths[k], 50);
            executor->embed(ids, store.sequences()[k]);
            results[k] = stagesOf(*executor, block, store.sequences()[k], worker).back();
            losses[k] = executor->tokenLosses(store.sequences()[k], ids, worker);
        });
        return std::pair(results, losses);
    };
    const auto one = runWith(1);
    EXPECT_EQ(runWith(2), one);
    EXPECT_EQ(runWith(5), one);
}

TEST(FastExecutor, LossesInSlicesAreTheLossesOfTheLogits) {
    for (const float cap : {0.0f, 5.0f}) {
        RandomModel model(plainBlock(), 2500);  // more than two slices of the vocabulary
        model.editSpec().finalSoftcap = cap;
        model.editSpec().embeddingScale = 3;
        constexpr int length = 400;  // more than one slice of tokens
        const auto ids = someIds(length, 2500);
        for (const DType dtype : {DType::F32, DType::BF16}) {
            const auto executor = makeFastExecutor(model, dtype, 1);
            ActivationStore store(*executor, model.spec(), std::vector<int>{length}, 0, ".");
            SequenceBuffers& buffers = store.sequences()[0];
            executor->embed(ids, buffers);
            const Matrix<float> logits = executor->logits(buffers);
            const std::vector<float> losses = executor->tokenLosses(buffers, ids, 0);
            ASSERT_EQ(losses.size(), static_cast<std::size_t>(length - 1));
            for (std::size_t t = 0; t + 1 < static_cast<std::size_t>(length); ++t) {
                double sum = 0;
                for (std::size_t j = 0; j < 2500; ++j) sum += std::exp(static_cast<double>(logits(t, j)) - 50);
                EXPECT_NEAR(losses[t], std::log(sum) + 50 - logits(t, static_cast<std::size_t>(ids[t + 1])), 2e-5) << t;
            }
        }
    }
}

TEST(FastExecutor, NormLogitsAndLossesAreTheReferences) {
    RandomModel model(plainBlock(), 300);
    model.editSpec().finalSoftcap = 8;
    model.editSpec().finalNorm.offset = 1;
    const auto ids = someIds(70, 300);
    const auto reference = makeReferenceExecutor(model, Device{}, DType::F64), fast = makeFastExecutor(model, DType::F32, 1);
    ActivationStore referenceStore(*reference, model.spec(), std::vector<int>{70}, 0, "."),
        store(*fast, model.spec(), std::vector<int>{70}, 0, ".");
    reference->embed(ids, referenceStore.sequences()[0]);
    fast->embed(ids, store.sequences()[0]);
    EXPECT_LT(relativeDifference(fast->finalNorm(store.sequences()[0]), reference->finalNorm(referenceStore.sequences()[0])), 2e-6);
    EXPECT_LT(relativeDifference(fast->logits(store.sequences()[0]), reference->logits(referenceStore.sequences()[0])), 2e-6);
    const auto expected = reference->tokenLosses(referenceStore.sequences()[0], ids, 0),
               found = fast->tokenLosses(store.sequences()[0], ids, 0);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t t = 0; t < found.size(); ++t) EXPECT_NEAR(found[t], expected[t], 1e-5);
}

TEST(FastExecutor, EmbeddingIsTheSameBeforeAndAfterTheSharedHeadIsRead) {
    RandomModel model(plainBlock(), 300);
    model.editSpec().embeddingScale = 3;
    const auto ids = someIds(70, 300);
    for (const DType dtype : {DType::F32, DType::BF16}) {
        const auto executor = makeFastExecutor(model, dtype, 1);
        ActivationStore store(*executor, model.spec(), std::vector<int>{70}, 0, ".");
        SequenceBuffers& buffers = store.sequences()[0];
        Matrix<float> before(70, 80), after(70, 80);
        executor->embed(ids, buffers);
        executor->toHost(buffers.h, before.size(), before.data());
        executor->logits(buffers);
        executor->embed(ids, buffers);
        executor->toHost(buffers.h, after.size(), after.data());
        EXPECT_EQ(before, after);
        EXPECT_NEAR(before(1, 5), 3 * model.readRows("model.embed_tokens.weight", static_cast<std::size_t>(ids[1]), 1)(0, 5), 0.05);
    }
}

TEST(FastExecutor, ReplacedLinearsAreUsed) {
    const BlockSpec block = fullBlock(Activation::GeluTanh);
    const RandomModel model(block, 50);
    BlockWeights weights = randomWeights(block, 1);
    const BlockWeights others = randomWeights(block, 2);
    constexpr int length = 40;
    for (const LinearSpec& linear : block.linears) {
        const auto executor = makeFastExecutor(model, DType::F32, 1);
        ActivationStore store(*executor, model.spec(), std::vector<int>{length}, 0, ".");
        executor->embed(someIds(length, 50), store.sequences()[0]);
        executor->setBlock(block, weights);
        executor->replaceLinear(linear.role, others[linear.role].W.view());
        const auto replaced = stagesOf(*executor, block, store.sequences()[0]);
        BlockWeights changed = weights;
        changed[linear.role].W = others[linear.role].W;
        EXPECT_EQ(runOnce(*executor, model, changed, length), replaced) << linear.name;
        EXPECT_NE(runOnce(*executor, model, weights, length).back(), replaced.back()) << linear.name;
    }
}

std::string errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(FastExecutor, ErrorsNameWhatIsWrong) {
    const BlockSpec block = plainBlock();
    const RandomModel model(block, 50);
    const BlockWeights weights = randomWeights(block, 1);
    EXPECT_NE(errorOf([&] { makeFastExecutor(model, DType::F64, 1); }).find("F64"), std::string::npos);
    EXPECT_NE(errorOf([&] { makeFastExecutor(model, DType::F32, 0); }).find("at least one worker"), std::string::npos);
    const auto executor = makeFastExecutor(model, DType::F32, 1);
    ActivationStore store(*executor, model.spec(), std::vector<int>{3}, 0, ".");
    SequenceBuffers& buffers = store.sequences()[0];
    EXPECT_NE(errorOf([&] { executor->embed(std::vector<std::int32_t>{1, 50, 2}, buffers); }).find("token 50"), std::string::npos);
    EXPECT_NE(errorOf([&] { executor->embed(std::vector<std::int32_t>{1, -1, 2}, buffers); }).find("token -1"), std::string::npos);
    EXPECT_NE(errorOf([&] { executor->embed(std::vector<std::int32_t>{1, 2}, buffers); }).find("2 tokens"), std::string::npos);
    executor->setBlock(block, weights);
    const std::string error = errorOf([&] { executor->replaceLinear(LinearRole::O, weights[LinearRole::Down].W.view()); });
    EXPECT_NE(error.find("o_proj"), std::string::npos) << error;
    EXPECT_NE(error.find("[80, 172]"), std::string::npos) << error;
    EXPECT_NE(error.find("[80, 48]"), std::string::npos) << error;
    BlockWeights missing = weights;
    missing.preMlpNorm.pop_back();
    EXPECT_NE(errorOf([&] { executor->setBlock(block, missing); }).find("post_attention_layernorm"), std::string::npos);
    BlockSpec odd = block;
    odd.keyValueHeads = 3;
    EXPECT_NE(errorOf([&] { executor->setBlock(odd, weights); }).find("3 key-value heads"), std::string::npos);
}

}  // namespace
}  // namespace qs
