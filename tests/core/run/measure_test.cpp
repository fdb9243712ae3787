// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that measure: calibration, errors, perplexity, forecasts.
#include "run/jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "support/data.h"
#include "support/run_compare.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using testing::quantize;
using testing::resource;
using testing::smallQuantization;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(Quantize, HeldOutTextGivesItsOwnErrors) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.ids.clear();
    options.calibration.text = {resource("text/en.txt").string()};
    options.calibration.heldOutText = {resource("text/languages.jsonl").string()};
    options.calibration.lengths = {64, 128};
    options.calibration.tokens = 1024;
    options.calibration.heldOutTokens = 512;
    quantize(options);
    const auto run = RunFile::open(options.out);
    int heldOut = 0, tokens = 0;
    for (const SequenceRecord& s : run->sequences()) {
        heldOut += s.heldOut ? s.length : 0;
        tokens += s.heldOut ? 0 : s.length;
    }
    EXPECT_LE(heldOut, 512);
    EXPECT_GT(heldOut, 384);
    EXPECT_LE(tokens, 1024);
    for (const LinearRecord& linear : run->linears()) EXPECT_EQ(linear.heldOutErrors.size(), 2u);
    EXPECT_EQ(run->tags()[0].heldOut.size(), 2u);

    ErrorsOptions errors;
    errors.run = options.out;
    JobContext context;
    const ErrorsReport calibration = runErrors(errors, context);
    errors.heldOut = true;
    const ErrorsReport held = runErrors(errors, context);
    EXPECT_EQ(calibration.rows.size(), 84u);
    EXPECT_GT(held.meanRelative, calibration.meanRelative);  // other text in other languages
    errors.heldOut = false;
    errors.baseline = options.out;
    EXPECT_EQ(runErrors(errors, context).shareBetter, 0.0);
}

TEST(Errors, FreshOnTheCalibrationTextAreTheRecordedOnes) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.ids.clear();
    options.calibration.text = {resource("text/en.txt").string()};
    options.calibration.lengths = {64, 128};
    options.calibration.tokens = 1024;
    quantize(options);
    ErrorsOptions errors;
    errors.run = options.out;
    JobContext context;
    const ErrorsReport recorded = runErrors(errors, context);
    errors.text = options.calibration.text;
    errors.tokens = 1024;
    const ErrorsReport fresh = runErrors(errors, context);
    ASSERT_EQ(fresh.rows.size(), recorded.rows.size());
    for (std::size_t i = 0; i < fresh.rows.size(); ++i) {
        EXPECT_EQ(fresh.rows[i].linear, recorded.rows[i].linear);
        EXPECT_NEAR(fresh.rows[i].error, recorded.rows[i].error, 1e-6 * recorded.rows[i].error);
    }
}

TEST(Calibrate, KeepsDiagonalsOrFullMatrices) {
    const TemporaryFolder folder;
    const QuantizeOptions small = smallQuantization(folder);
    CalibrateOptions options;
    options.calibration = small.calibration;
    options.machine = small.machine;
    options.out = (folder / "bank.qsrun").string();
    options.calibration.keep = Keep::Full;
    JobContext context;
    runCalibrate(options, context);
    const auto run = RunFile::open(options.out);
    EXPECT_EQ(run->provenance().kind, "calibrate");
    EXPECT_TRUE(run->linears().empty());
    ASSERT_EQ(run->tags().size(), 24u);
    const Matrix<float> S = run->fullS(2, "mlp-down", 96, false);
    ASSERT_EQ(S.rows(), 768u);
    const BucketRecord& bucket = run->tags()[11].calibration[1];
    EXPECT_EQ(run->tags()[11].tag, "mlp-down");
    EXPECT_EQ(run->firstTokens(2, "mlp-down", 96, false).rows(), 4u);
    for (std::size_t c = 0; c < 768; ++c) EXPECT_NEAR(S(c, c), bucket.diagonal[c], 1e-5 * bucket.diagonal[c] + 1e-12);
    EXPECT_THROW(openQuantization(options.out), Error);
}

TEST(Estimate, NamesItsPartsAndFollowsTheTokens) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.ids.clear();
    options.calibration.text = {resource("text/en.txt").string()};
    options.calibration.lengths = {512};
    options.calibration.tokens = 65536;
    const Estimate small = estimateQuantize(options);
    options.calibration.tokens = 262144;
    const Estimate large = estimateQuantize(options);
    EXPECT_GT(large.total.memoryBytes, small.total.memoryBytes + 100e6);
    EXPECT_GT(large.total.seconds, 2 * small.total.seconds);
    double sum = 0;
    for (const auto& [label, bytes] : small.diskParts) sum += bytes;
    EXPECT_EQ(sum, small.total.diskBytes);
    EXPECT_FALSE(fs::exists(options.out + ".parts"));
}

TEST(Perplexity, OfARunIsRecordedAndWorseThanTheModel) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.quant.bits = 2;
    quantize(options);
    PerplexityOptions evaluate;
    evaluate.subject = options.calibration.model;
    evaluate.text = {resource("text/en.txt").string()};
    evaluate.window = 256;
    evaluate.maxTokens = 4096;
    JobContext context;
    const EvaluationRecord original = runPerplexity(evaluate, context);
    evaluate.subject = options.out;
    const EvaluationRecord quantized = runPerplexity(evaluate, context);
    EXPECT_EQ(original.subject, "model");
    EXPECT_EQ(quantized.subject, "quantized");
    EXPECT_GT(original.metrics.at("perplexity").first, 50);
    EXPECT_LT(original.metrics.at("perplexity").first, 250);
    EXPECT_GT(quantized.metrics.at("perplexity").first, original.metrics.at("perplexity").first);
    const auto records = RunFile::open(options.out)->evaluations();
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].metrics.at("perplexity"), quantized.metrics.at("perplexity"));
    EXPECT_EQ(records[0].settings.at("window"), 256);
}

/// The demo model with a tokenizer that puts token 0 in front of every text.
std::string modelWithFirstToken(const TemporaryFolder& folder) {
    const fs::path from = resource("models/demo"), to = folder / "model";
    fs::create_directory(to);
    for (const char* name : {"config.json", "model.safetensors"}) fs::create_symlink(from / name, to / name);
    auto tokenizer = nlohmann::json::parse(readText(from / "tokenizer.json"));
    const std::string token = tokenizer["added_tokens"][0]["content"];
    tokenizer["post_processor"] = {
        {"type", "TemplateProcessing"},
        {"single", {{{"SpecialToken", {{"id", token}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
        {"pair", nlohmann::json::array()},
        {"special_tokens", {{token, {{"id", token}, {"ids", {0}}, {"tokens", {token}}}}}}};
    writeText(to / "tokenizer.json", tokenizer.dump());
    return to.string();
}

TEST(Perplexity, ReadsTheFieldAndTheFirstTokenThatAreAskedFor) {
    const TemporaryFolder folder;
    const std::string text = readText(resource("text/en.txt")).substr(0, 8000);
    writeText(folder / "plain.txt", text);
    writeText(folder / "lines.jsonl", nlohmann::json{{"text", "something else"}, {"body", text}}.dump() + "\n");
    PerplexityOptions evaluate;
    evaluate.subject = modelWithFirstToken(folder);
    evaluate.window = 64;
    const auto run = [&](const char* file, bool bos) {
        JobContext context;
        evaluate.text = {(folder / file).string()};
        evaluate.bos = bos;
        return runPerplexity(evaluate, context);
    };
    const EvaluationRecord plain = run("plain.txt", false), first = run("plain.txt", true);
    EXPECT_EQ(first.settings.at("tokens"), plain.settings.at("tokens") + 1);
    EXPECT_NE(first.metrics, plain.metrics);
    evaluate.textField = "body";
    EXPECT_EQ(run("lines.jsonl", false).metrics, plain.metrics);
    evaluate.textField = "none";
    EXPECT_THROW(run("lines.jsonl", false), Error);
}

}  // namespace
}  // namespace qs
