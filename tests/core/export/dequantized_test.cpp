// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "export/exporter.h"
#include "model/safetensors.h"
#include "run/run_weights.h"
#include "support/data.h"
#include "support/messages.h"
#include "support/run_jobs.h"

namespace qs {
namespace {

using ::testing::HasSubstr;
using testing::messageOf;
using testing::resource;
using testing::smallQuantization;
using testing::TemporaryFolder;
using testing::testData;
using testing::writeIds;
namespace fs = std::filesystem;

std::string quantize(const QuantizeOptions& options) {
    JobContext context;
    runQuantize(options, context);
    return options.out;
}

ExportSummary exportDequantized(const std::string& run, const fs::path& out, const std::string& model = "") {
    JobContext context;
    return runExport({run, "dequantized", out.string(), model}, context);
}

/// Bytes of float32 Ŵ = scale · (code − zero), computed here from the stored integers.
std::vector<float> decoded(const LinearRecord& r) {
    std::vector<float> values;
    for (std::size_t i = 0; i < r.codes.rows(); ++i)
        for (std::size_t j = 0; j < r.codes.cols(); ++j) {
            const std::size_t g = r.groupSize > 0 ? j / static_cast<std::size_t>(r.groupSize) : 0;
            values.push_back(r.scales(i, g) * static_cast<float>(int{r.codes(i, j)} - int{r.zeros(i, g)}));
        }
    return values;
}

TEST(Dequantized, LinearsAreFloat32AndAllElseIsUnchanged) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.include = {"*.mlp.*"};
    options.quant.groupSize = 64;
    quantize(options);
    const ExportSummary summary = exportDequantized(options.out, folder / "out");
    EXPECT_TRUE(summary.verified);
    EXPECT_EQ(summary.linears, 18);
    EXPECT_THAT(summary.files, ::testing::IsSupersetOf({"model.safetensors", "config.json", "tokenizer.json", "generation_config.json"}));

    const auto run = RunFile::open(options.out);
    const SafetensorsFile original(resource("models/demo/model.safetensors")), written(folder / "out/model.safetensors");
    ASSERT_EQ(original.tensors().size(), written.tensors().size());
    int replaced = 0;
    for (const auto& [name, entry] : original.tensors()) {
        const SafetensorsEntry& now = written.tensor(name);
        EXPECT_EQ(now.shape, entry.shape);
        if (name.find(".mlp.") == std::string::npos) {
            EXPECT_EQ(now.dtype, entry.dtype) << name;
            EXPECT_EQ(std::memcmp(now.bytes.data(), entry.bytes.data(), entry.bytes.size()), 0) << name;
            continue;
        }
        ++replaced;
        EXPECT_EQ(now.dtype, DType::F32);
        EXPECT_EQ(toFloats(now), decoded(run->linear(name.substr(0, name.size() - 7)))) << name;
    }
    EXPECT_EQ(replaced, 18);
    const auto config = nlohmann::json::parse(readText(folder / "out/config.json"));
    EXPECT_EQ(config.at("dtype"), "float32");
    EXPECT_EQ(config.at("model_type"), "qwen3");
    EXPECT_EQ(readText(folder / "out/tokenizer.json"), readText(resource("models/demo/tokenizer.json")));
}

TEST(Dequantized, MeasuresTheSameAsTheRun) {
    const TemporaryFolder folder;
    const std::string run = quantize(smallQuantization(folder));
    exportDequantized(run, folder / "out");
    PerplexityOptions evaluate;
    evaluate.text = {resource("text/en.txt").string()};
    evaluate.window = 128;
    evaluate.maxTokens = 1024;
    JobContext context;
    evaluate.subject = run;
    const auto ofRun = runPerplexity(evaluate, context).metrics.at("perplexity");
    evaluate.subject = (folder / "out").string();
    EXPECT_EQ(runPerplexity(evaluate, context).metrics.at("perplexity"), ofRun);
}

TEST(Dequantized, ShardedModelsOfOtherTypes) {
    const TemporaryFolder folder;
    for (const char* name : {"mistral-window-f16", "qwen3-untied-bf16-sharded", "qwen2-bias-bf16", "gemma3-softcap-f32"}) {
        QuantizeOptions options = smallQuantization(folder);
        options.calibration.model = testData(std::string("models/") + name).string();
        options.calibration.ids = writeIds(folder / "small.json", {16, 24}, 3, 400);
        quantize(options);
        const ExportSummary summary = exportDequantized(options.out, folder / name);
        EXPECT_TRUE(summary.verified);
        const auto original = openModel(options.calibration.model), exported = openModel(folder / name);
        const auto run = RunFile::open(options.out);
        ASSERT_EQ(original->tensors().size(), exported->tensors().size());
        for (const TensorInfo& tensor : original->tensors()) {
            const std::string linear = tensor.name.size() > 7 ? tensor.name.substr(0, tensor.name.size() - 7) : "";
            const auto& linears = run->linears();
            const bool quantized = std::any_of(linears.begin(), linears.end(), [&](const LinearRecord& l) { return l.name == linear; });
            EXPECT_EQ(exported->read(tensor.name) == original->read(tensor.name), !quantized) << tensor.name;
        }
    }
}

TEST(Dequantized, FromGguf) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.calibration.model = testData("export/tiny.gguf").string();
    options.calibration.ids = writeIds(folder / "small.json", {16, 24}, 3, 96);
    quantize(options);
    const ExportSummary summary = exportDequantized(options.out, folder / "out");
    EXPECT_EQ(summary.linears, 14);
    const auto original = openModel(options.calibration.model), exported = openModel(folder / "out");
    EXPECT_EQ(exported->spec().architecture, "qwen3");
    EXPECT_EQ(exported->read("model.embed_tokens.weight"), original->read("model.embed_tokens.weight"));
    EXPECT_EQ(exported->read("model.layers.1.self_attn.q_norm.weight"), original->read("model.layers.1.self_attn.q_norm.weight"));
    const auto run = RunFile::open(options.out);
    const Matrix<float> W = exported->read("model.layers.1.self_attn.q_proj.weight");
    EXPECT_THAT(decoded(run->linear("model.layers.1.self_attn.q_proj")), ::testing::ElementsAreArray(W.values()));
}

TEST(Dequantized, RefusesWhatItCannotDo) {
    const TemporaryFolder folder;
    QuantizeOptions options = smallQuantization(folder);
    options.include = {"*layers.0.self_attn.q_proj"};
    const std::string run = quantize(options);
    std::ofstream(folder / "file") << "x";
    fs::create_directory(folder / "full");
    std::ofstream(folder / "full/file") << "x";
    EXPECT_THAT(messageOf([&] { exportDequantized(run, folder / "file"); }), HasSubstr("not an empty folder"));
    EXPECT_THAT(messageOf([&] { exportDequantized(run, folder / "full"); }), HasSubstr("not an empty folder"));
    EXPECT_THAT(messageOf([&] { exportDequantized(run, "/proc/out"); }), HasSubstr("cannot be written"));
    EXPECT_THAT(messageOf([&] { exportDequantized(folder / "absent.qsrun", folder / "out"); }), HasSubstr("there is no such file"));
    EXPECT_THAT(messageOf([&] { exportDequantized(run, folder / "out", testData("models/qwen2-bias-bf16").string()); }),
                HasSubstr("is not the one the run was made from"));
    EXPECT_THAT(messageOf([&] { exportDequantized(run, folder / "out", "/nowhere"); }), HasSubstr("--model"));
    JobContext context;
    EXPECT_THAT(messageOf([&] { runExport({run, "zip", (folder / "out").string(), ""}, context); }), HasSubstr("dequantized"));
    EXPECT_FALSE(fs::exists(folder / "out"));
    context.stopNow();
    EXPECT_THROW(runExport({run, "dequantized", (folder / "out").string(), ""}, context), Cancelled);
    for (const auto& entry : fs::directory_iterator(folder.path()))
        EXPECT_EQ(entry.path().string().find("writing"), std::string::npos) << entry.path();
    fs::create_directory(folder / "empty");
    EXPECT_TRUE(exportDequantized(run, folder / "empty").verified);
}

}  // namespace
}  // namespace qs
