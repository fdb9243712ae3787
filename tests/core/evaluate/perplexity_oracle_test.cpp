// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of a trained model against the shared reference values (windows of GPTQ style): real text, tokenizer, both executors.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"
#include "evaluate/perplexity.h"
#include "kernels/blas.h"
#include "support/data.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

using nlohmann::json;

/// Characters (code points) [offset, offset + length) of UTF-8 text.
std::string characters(const std::string& text, std::size_t offset, std::size_t length) {
    std::size_t seen = 0, first = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u) continue;
        if (seen == offset) first = i;
        if (seen == offset + length) return text.substr(first, i - first);
        ++seen;
    }
    return text.substr(first);
}

/// The first lines of a file as rows: each with its newline, blank ones empty; joined with two newlines.
std::string joinedRows(const std::string& text, int rows) {
    std::istringstream lines(text);
    std::string joined, line;
    for (int row = 0; row < rows && std::getline(lines, line); ++row) {
        if (row > 0) joined += "\n\n";
        if (line.find_first_not_of(" \r\t") != std::string::npos) joined += line + "\n";
    }
    return joined;
}

class PerplexityOracle : public ::testing::Test {
  protected:
    void SetUp() override {
        QS_NEED_SHARED("oracles/eval/perplexity.json");
        QS_NEED_SHARED("oracles/models/llama-stories260k");
        QS_NEED_SHARED("data/text/wikitext2_test.txt");
        m_expected = json::parse(readText(testing::sharedData("oracles/eval/perplexity.json")));
        m_text = readText(testing::sharedData("data/text/wikitext2_test.txt"));
        m_model = openModel(testing::sharedData("oracles/models/llama-stories260k"));
        m_tokenizer = loadTokenizer(testing::sharedData("oracles/models/llama-stories260k"));
    }

    PerplexityResult measure(Executor& executor, const std::string& text, bool special, int window) {
        const std::vector<TokenId> ids = m_tokenizer->encode(text, special);
        JobContext context;
        return perplexity(*m_model, {}, executor, ids, window, 0, context, m_pool);
    }
    void expect(Executor& executor, const std::string& text, bool special, const json& reference, double windowTolerance,
                double tolerance) {
        const PerplexityResult result = measure(executor, text, special, reference.at("seqlen"));
        ASSERT_EQ(result.tokens, reference.at("tokens").get<std::int64_t>());
        ASSERT_EQ(result.droppedTokens, reference.at("dropped_tokens").get<std::int64_t>());
        ASSERT_EQ(result.windowLosses.size(), reference.at("windows").get<std::size_t>());
        for (std::size_t w = 0; w < result.windowLosses.size(); ++w)
            ASSERT_NEAR(result.windowLosses[w], reference.at("window_mean_nll").at(w).get<double>(), windowTolerance) << "window " << w;
        const double value = reference.at("perplexity");
        EXPECT_NEAR(result.value, value, tolerance * value);
    }
    void expectCase(Executor& executor, const json& part, double windowTolerance, double tolerance) {
        const std::string text = characters(m_text, part.at("offset"), part.at("length"));
        for (const auto& [name, reference] : part.items())
            if (name.starts_with("gptq_")) expect(executor, text, !name.ends_with("_no_bos"), reference, windowTolerance, tolerance);
    }
    void expectJoinedRows(Executor& executor, double windowTolerance, double tolerance) {
        const json& joined = m_expected.at("joined_rows");
        const std::string text = joinedRows(m_text, joined.at("rows_to"));
        ASSERT_EQ(characters(text, 0, 100), characters(joined.at("joined_head"), 0, 100));
        for (const char* name : {"gptq_256", "gptq_512"}) expect(executor, text, true, joined.at(name), windowTolerance, tolerance);
    }
    void expectAllCases(Executor& executor, double windowTolerance, double tolerance) {
        for (const json& part : m_expected.at("cases")) expectCase(executor, part, windowTolerance, tolerance);
        expectJoinedRows(executor, windowTolerance, tolerance);
    }

    ThreadPool m_pool{2, beginSingleThreadedMath};
    json m_expected;
    std::string m_text;
    std::unique_ptr<Model> m_model;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

TEST_F(PerplexityOracle, ReferenceExecutor) {  // one case: small ATen calls are slow on a busy machine
    const auto executor = makeReferenceExecutor(*m_model, Device{}, DType::F32);
    expect(*executor, characters(m_text, 200003, 40000), true, m_expected.at("cases").at(1).at("gptq_512"), 1e-5, 1e-5);
}

TEST_F(PerplexityOracle, FastExecutorInFloat32) { expectAllCases(*makeFastExecutor(*m_model, DType::F32, 2), 2e-5, 1e-5); }

TEST_F(PerplexityOracle, FastExecutorInBFloat16) { expectAllCases(*makeFastExecutor(*m_model, DType::BF16, 2), 0.05, 0.005); }

}  // namespace
}  // namespace qs
