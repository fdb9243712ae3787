// SPDX-License-Identifier: GPL-3.0-or-later
// Branches and caches must give what each text gives by itself.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "base/error.h"
#include "kernels/blas.h"
#include "model/executor.h"
#include "support/data.h"

namespace qs {
namespace {

std::vector<std::int32_t> randomIds(std::size_t count, int vocabulary, unsigned seed) {
    std::mt19937 generator(seed);
    std::vector<std::int32_t> ids(count);
    for (std::int32_t& id : ids) id = static_cast<std::int32_t>(generator() % static_cast<unsigned>(vocabulary));
    return ids;
}

struct Machine {
    const char* name;
    DType dtype;
    bool fast;
};

class TextParts : public ::testing::TestWithParam<std::tuple<const char*, Machine>> {
  protected:
    TextParts() {
        beginSingleThreadedMath();
        m_model = openModel(testing::testData(std::string("models/") + std::get<0>(GetParam())));
        const Machine machine = std::get<1>(GetParam());
        m_executor = machine.fast ? makeFastExecutor(*m_model, machine.dtype, 1) : makeReferenceExecutor(*m_model, {}, machine.dtype);
        for (int b = 0; b < blocks(); ++b) {
            m_executor->setBlock(m_model->spec().blocks[static_cast<std::size_t>(b)], m_model->block(b));
            m_blocks.push_back(m_executor->block());
        }
    }
    int blocks() const { return static_cast<int>(m_model->spec().blocks.size()); }
    std::vector<std::int32_t> ids(std::size_t count, unsigned seed) const { return randomIds(count, m_model->spec().vocabulary, seed); }

    void forward(std::span<const std::int32_t> ids, SequenceBuffers& buffers, const std::function<void(int)>& beforeBlock = {}) {
        m_executor->embed(ids, buffers);
        for (int b = 0; b < blocks(); ++b) {
            if (beforeBlock) beforeBlock(b);
            m_executor->setBlock(m_blocks[static_cast<std::size_t>(b)]);
            for (const Stage stage : kStages) m_executor->run(stage, buffers, 0);
        }
    }
    Matrix<float> statesOf(std::span<const std::int32_t> ids) {
        const int length = static_cast<int>(ids.size());
        ActivationStore store(*m_executor, m_model->spec(), std::span(&length, 1), 0, {});
        forward(ids, store.sequences()[0]);
        return m_executor->finalNorm(store.sequences()[0]);
    }
    void expectRows(const Matrix<float>& got, std::size_t row, const Matrix<float>& expected, std::size_t from, std::size_t rows) {
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t c = 0; c < expected.cols(); ++c)
                ASSERT_NEAR(got(row + i, c), expected(from + i, c), 2e-5 * (1 + std::abs(expected(from + i, c))))
                    << "row " << row + i << " column " << c;
    }

    std::unique_ptr<Model> m_model;
    std::unique_ptr<Executor> m_executor;
    std::vector<std::shared_ptr<Executor::Block>> m_blocks;
};

TEST_P(TextParts, BranchesAreWhatEachTextIsByItself) {
    for (const int common : {0, 1, 37}) {
        const std::vector<int> rest{5, 1, 24, 9};
        std::vector<std::int32_t> packed = ids(static_cast<std::size_t>(common), 3);
        std::vector<std::vector<std::int32_t>> texts;
        for (std::size_t k = 0; k < rest.size(); ++k) {
            texts.push_back(ids(static_cast<std::size_t>(common), 3));
            const auto own = ids(static_cast<std::size_t>(rest[k]), 10 + static_cast<unsigned>(k));
            texts.back().insert(texts.back().end(), own.begin(), own.end());
            packed.insert(packed.end(), own.begin(), own.end());
        }
        const int length = static_cast<int>(packed.size());
        ActivationStore store(*m_executor, m_model->spec(), std::span(&length, 1), 0, {});
        SequenceBuffers& buffers = store.sequences()[0];
        std::vector<TextPart> parts;
        if (common > 0) parts.push_back({.rows = common});
        for (int row = common; const int rows : rest) {
            parts.push_back({.row = row, .rows = rows, .position = common});
            row += rows;
        }
        buffers.parts = parts;
        forward(packed, buffers);
        const Matrix<float> states = m_executor->finalNorm(buffers);
        std::size_t row = static_cast<std::size_t>(common);
        for (std::size_t k = 0; k < rest.size(); ++k) {
            const Matrix<float> alone = statesOf(texts[k]);
            if (k == 0) expectRows(states, 0, alone, 0, static_cast<std::size_t>(common));
            expectRows(states, row, alone, static_cast<std::size_t>(common), static_cast<std::size_t>(rest[k]));
            row += static_cast<std::size_t>(rest[k]);
        }
    }
}

TEST_P(TextParts, ACacheContinuesAText) {
    const std::vector<std::int32_t> text = ids(45, 7);
    const Matrix<float> whole = statesOf(text);
    const BlockSpec& block = m_model->spec().blocks[0];
    const std::size_t each = static_cast<std::size_t>(block.keyValueHeads * block.headDim) * 50;
    std::vector<std::vector<double>> keys(m_blocks.size(), std::vector<double>(each)), values = keys;  // double: room for every type
    int first = 0;
    for (const int step : {30, 1, 1, 13}) {
        ActivationStore store(*m_executor, m_model->spec(), std::span(&step, 1), 0, {});
        SequenceBuffers& buffers = store.sequences()[0];
        TextPart part{.rows = step, .position = first, .capacity = 50};
        buffers.parts = std::span(&part, 1);
        forward(std::span(text).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(step)), buffers, [&](int b) {
            part.keys = keys[static_cast<std::size_t>(b)].data();
            part.values = values[static_cast<std::size_t>(b)].data();
        });
        expectRows(m_executor->finalNorm(buffers), 0, whole, static_cast<std::size_t>(first), static_cast<std::size_t>(step));
        first += step;
    }
}

TEST_P(TextParts, ScoresOfRowsAreThoseOfTheLogits) {
    const std::vector<std::int32_t> text = ids(20, 8);
    const int length = 20;
    ActivationStore store(*m_executor, m_model->spec(), std::span(&length, 1), 0, {});
    SequenceBuffers& buffers = store.sequences()[0];
    forward(text, buffers);
    const Matrix<float> logits = m_executor->logits(buffers);
    const auto hidden = static_cast<std::size_t>(m_model->spec().hidden);
    const std::size_t element = m_executor->dtype() == DType::F64 ? 8 : m_executor->dtype() == DType::F32 ? 4 : 2;
    std::vector<const void*> rows;
    std::vector<std::int32_t> targets;
    for (const std::size_t t : {19, 3, 11}) {
        rows.push_back(static_cast<const std::byte*>(buffers.h) + t * hidden * element);
        targets.push_back(static_cast<std::int32_t>(std::max_element(logits.row(t), logits.row(t) + logits.cols()) - logits.row(t)));
    }
    targets[1] = targets[1] == 5 ? 6 : 5;
    const std::vector<TokenScore> scores = m_executor->tokenScores(rows, targets, 0);
    const Matrix<float> some = m_executor->logitsOf(rows, 0);
    for (std::size_t k = 0; const std::size_t t : {19, 3, 11}) {
        double sum = 0;
        for (std::size_t v = 0; v < logits.cols(); ++v) {
            sum += std::exp(static_cast<double>(logits(t, v)));
            ASSERT_NEAR(some(k, v), logits(t, v), 1e-5 * (1 + std::abs(logits(t, v))));
        }
        EXPECT_NEAR(scores[k].logProbability, static_cast<double>(logits(t, static_cast<std::size_t>(targets[k]))) - std::log(sum), 2e-5);
        EXPECT_EQ(scores[k].greedy, k != 1);
        ++k;
    }
}

TEST_P(TextParts, RefusesPartsThatDoNotFit) {
    SequenceBuffers buffers;
    buffers.length = 20;
    double memory = 0;
    for (const TextPart& wrong : {TextPart{.rows = 19}, TextPart{.rows = 20, .position = 1}, TextPart{.row = 1, .rows = 19},
                                  TextPart{.rows = 20, .position = 6, .keys = &memory, .values = &memory, .capacity = 25}}) {
        buffers.parts = std::span(&wrong, 1);
        EXPECT_THROW(partsOf(buffers), Error);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Models, TextParts,
    ::testing::Combine(::testing::Values("qwen3-tied-f16", "gemma3-bf16", "gemma3-softcap-f32", "mistral-window-f16", "qwen2-bias-bf16"),
                       ::testing::Values(Machine{"FastF32", DType::F32, true}, Machine{"ReferenceF32", DType::F32, false})),
    [](const auto& parameters) {
        std::string name = std::string(std::get<0>(parameters.param)) + "_" + std::get<1>(parameters.param).name;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

}  // namespace
}  // namespace qs
