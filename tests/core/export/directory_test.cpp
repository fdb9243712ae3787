// SPDX-License-Identifier: GPL-3.0-or-later
// Whole directories in the packed formats: contents, configuration, what is refused, and that a wrong byte is noticed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "export/compressed_tensors.h"
#include "export/config_reader.h"
#include "export/decoder.h"
#include "export/gptq.h"
#include "export/loader_rules.h"
#include "export/module_names.h"
#include "export_support.h"

namespace qs {
namespace {

using testing::EventList;
using testing::exportRun;
using ::testing::HasSubstr;
using testing::messageOf;
using testing::quantizedModel;
using testing::resource;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

std::string demoRun(const TemporaryFolder& folder, const std::function<void(QuantizeOptions&)>& change) {
    return quantizedModel(folder, resource("models/demo"), change);
}

void fourBits(QuantizeOptions& o) {
    o.quant.bits = 4;
    o.quant.groupSize = 64;
    o.quant.scaleType = ScaleType::BF16;
}

/// Everything that the directory says about the run's linears is what the run holds.
void expectTheRunsIntegers(const fs::path& folder, const std::string& run) {
    const ExportReader reader(folder);
    const auto file = RunFile::open(run);
    for (const LinearRecord& linear : file->linears()) {
        const LinearRecord record = file->linear(linear.name);
        const DecodedLinear decoded = reader.linear(linear.name);
        EXPECT_EQ(decoded.codes, record.codes) << linear.name;
        EXPECT_EQ(decoded.zeros, record.zeros) << linear.name;
    }
}

nlohmann::json quantizationOf(const fs::path& folder) {
    return nlohmann::json::parse(readText(folder / "config.json")).at("quantization_config");
}

TEST(Directory, EveryPackedFormatIsComplete) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, fourBits);
    for (const char* format : {"compressed-tensors", "gptq", "gptq_v2", "awq"}) {
        SCOPED_TRACE(format);
        const ExportSummary summary = exportRun(run, folder / format, format);
        EXPECT_TRUE(summary.verified);
        EXPECT_THAT(summary.files,
                    ::testing::IsSupersetOf({"model.safetensors", "config.json", "tokenizer.json", "generation_config.json", "README.md"}));
        expectTheRunsIntegers(folder / format, run);
        const std::string card = readText(folder / format / "README.md");
        EXPECT_THAT(card, HasSubstr("quantoscope-cli quantize"));
        EXPECT_THAT(card, HasSubstr("--group-size 64"));
        EXPECT_THAT(card, HasSubstr(std::string("--format ") + format));
    }
    EXPECT_EQ(quantizationOf(folder / "compressed-tensors")["config_groups"]["group_0"]["targets"], nlohmann::json::array({"Linear"}));
    EXPECT_EQ(quantizationOf(folder / "gptq")["checkpoint_format"], "gptq");
    EXPECT_EQ(quantizationOf(folder / "gptq"), nlohmann::json::parse(readText(folder / "gptq/quantize_config.json")));
    EXPECT_EQ(quantizationOf(folder / "gptq_v2")["checkpoint_format"], "gptq_v2");
    EXPECT_EQ(quantizationOf(folder / "awq")["modules_to_not_convert"], nullptr);
}

TEST(Directory, LinearsThatStayAreNamed) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, [](QuantizeOptions& o) {
        fourBits(o);
        o.include = {"*.mlp.*"};
    });
    exportRun(run, folder / "ct", "compressed-tensors");
    exportRun(run, folder / "gptq", "gptq");
    exportRun(run, folder / "awq", "awq");
    const auto ignore = quantizationOf(folder / "ct")["ignore"];
    EXPECT_EQ(ignore.size(), 1u + 6 * 4);
    EXPECT_THAT(ignore.dump(), HasSubstr("model.layers.0.self_attn.q_proj"));
    const auto gptq = quantizationOf(folder / "gptq");
    EXPECT_THAT(messageOf([&] { gridOf(gptq, "model.layers.0.self_attn.q_proj"); }), HasSubstr("left out"));
    EXPECT_THAT(messageOf([&] { gridOf(gptq, "model.layers.0.self_attn.qkv_proj"); }), HasSubstr("left out"));  // as vLLM asks
    EXPECT_EQ(gridOf(gptq, "model.layers.0.mlp.up_proj").bits, 4);
    EXPECT_EQ(quantizationOf(folder / "awq")["modules_to_not_convert"].size(), ignore.size());
}

TEST(Directory, ShardsHoldWhatTheLimitAllows) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, fourBits);
    const ExportSummary summary = exportRun(run, folder / "out", "gptq", nullptr, [](ExportOptions& o) { o.shardSize = 1; });
    EXPECT_THAT(summary.files, ::testing::Contains("model.safetensors.index.json"));
    const auto index = nlohmann::json::parse(readText(folder / "out/model.safetensors.index.json"));
    int shards = 0;
    for (const std::string& name : summary.files) shards += name.starts_with("model-0");
    EXPECT_GE(shards, 2);
    EXPECT_EQ(index["weight_map"].size(), ExportReader(folder / "out").tensorCount());
    expectTheRunsIntegers(folder / "out", run);
}

TEST(Directory, AsymmetricZeroPointsNeedVersionTwo) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, [](QuantizeOptions& o) {
        o.quant.bits = 2;
        o.quant.groupSize = 32;
        o.quant.scheme = Scheme::Asymmetric;
    });
    EventList events;
    EXPECT_THAT(messageOf([&] { exportRun(run, folder / "v1", "gptq"); }), HasSubstr("gptq_v2"));
    EXPECT_FALSE(fs::exists(folder / "v1"));
    exportRun(run, folder / "v2", "gptq_v2", &events);
    EXPECT_TRUE(events.mentions("--scale-type f16"));  // float32 scales were rounded
    expectTheRunsIntegers(folder / "v2", run);
    EXPECT_THAT(messageOf([&] { exportRun(run, folder / "awq", "awq"); }), HasSubstr("4 bits only"));
    exportRun(run, folder / "ct", "compressed-tensors", &events);
    EXPECT_TRUE(events.mentions("5.23"));
    EXPECT_THAT(readText(folder / "ct/README.md"), HasSubstr("- transformers 5.23: "));
    expectTheRunsIntegers(folder / "ct", run);
    EXPECT_EQ(ExportReader(folder / "ct").tensor("model.layers.0.mlp.up_proj.weight_scale").dtype, DType::F32);  // bf16 would round
}

TEST(Directory, ActOrderWithDynamicGroupsIsForGptqOnly) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, [](QuantizeOptions& o) {
        fourBits(o);
        o.quant.method = Method::Gptq;
        o.quant.actOrder = true;
        o.quant.staticGroups = false;
        o.include = {"*layers.0.*"};
    });
    exportRun(run, folder / "out", "gptq");
    EXPECT_EQ(quantizationOf(folder / "out")["desc_act"], true);
    expectTheRunsIntegers(folder / "out", run);
    for (const char* format : {"compressed-tensors", "awq"})
        EXPECT_THAT(messageOf([&] { exportRun(run, folder / format, format); }), HasSubstr("g_idx"));
}

/// A survey of two blocks with the linears q, k, v and up in 4 bits.
Survey smallSurvey() {
    Survey survey;
    survey.textPrefix = "model.";
    survey.untouched = {"lm_head"};
    for (int block = 0; block < 2; ++block)
        for (const char* role : {"q_proj", "k_proj", "v_proj"}) {
            LinearFacts f;
            f.name = "model.layers." + std::to_string(block) + ".self_attn." + role;
            f.block = block, f.role = role, f.out = 64, f.in = 128, f.bits = 4, f.groupSize = 32, f.groups = 4, f.symmetric = true;
            f.smallestZero = 8;
            survey.linears.push_back(f);
        }
    return survey;
}

bool found(const std::vector<LoaderFinding>& findings, const std::string& text) {
    return std::any_of(findings.begin(), findings.end(), [&](const LoaderFinding& f) { return f.text().find(text) != std::string::npos; });
}

TEST(LoaderRules, SayWhatDoesNotFit) {
    Survey survey = smallSurvey();
    for (const char* format : {"compressed-tensors", "gptq", "awq"}) EXPECT_TRUE(lint(format, survey).empty()) << format;
    survey.linears[0].bits = 8;
    EXPECT_TRUE(found(lint("compressed-tensors", survey), "qkv_proj"));
    EXPECT_EQ(gridGroups(survey).size(), 2u);
    survey = smallSurvey();
    survey.linears[1].in = 120;
    EXPECT_TRUE(found(lint("gptq", survey), "multiples of 32"));
    EXPECT_TRUE(found(lint("awq", survey), "divide the columns"));
    survey = smallSurvey();
    survey.linears[2].scales.overflowsFloat16 = true;
    EXPECT_TRUE(found(lint("awq", survey), "65504"));
    survey = smallSurvey();
    survey.tiedHead = true;
    survey.linears[0].name = "lm_head";
    EXPECT_TRUE(found(lint("gptq", survey), "embedding"));
    survey = smallSurvey();
    survey.linears[0].bits = 5;
    EXPECT_TRUE(found(lint("gptq", survey), "2, 3, 4 or 8"));
    survey = smallSurvey();
    EXPECT_FALSE(found(lint("dequantized", survey), "which the training rounded"));
    survey.linears[3].activationBits = 4;
    for (const char* format : {"compressed-tensors", "gptq", "gptq_v2", "awq", "gguf", "dequantized"})
        EXPECT_TRUE(found(lint(format, survey), "which the training rounded")) << format;
}

TEST(Configuration, MixedGridsHaveTargetsThatDoNotOverlap) {
    Survey survey = smallSurvey();
    for (LinearFacts& linear : survey.linears)
        if (linear.block == 1) linear.bits = 8, linear.groupSize = 0;
    survey.untouched = {"lm_head", "model.layers.0.mlp.down_proj"};
    OrderedJson compressed, gptq;
    compressedTensorsFormat(DType::BF16)->configure(compressed, survey);
    gptqFormat(1, {})->configure(gptq, survey);
    for (const OrderedJson& config : {compressed, gptq}) {
        const nlohmann::json quantization = nlohmann::json::parse(config.at("quantization_config").dump());
        for (const LinearFacts& linear : survey.linears) {  // throws if a module is a target twice or of none
            const ModuleGrid grid = gridOf(quantization, linear.name);
            EXPECT_EQ(grid.bits, linear.bits) << linear.name;
            EXPECT_EQ(grid.groupSize, linear.groupSize) << linear.name;
        }
        EXPECT_NE(messageOf([&] { gridOf(quantization, "model.layers.0.mlp.down_proj"); }), "");
    }
    const nlohmann::json quantization = nlohmann::json::parse(gptq.at("quantization_config").dump());
    EXPECT_EQ(gridOf(quantization, "model.layers.1.self_attn.qkv_proj").bits, 8);  // as loaders ask that fuse
}

TEST(Decoder, NoticesAWrongByte) {
    const TemporaryFolder folder;
    const std::string run = demoRun(folder, fourBits);
    exportRun(run, folder / "out", "awq");
    const auto file = RunFile::open(run);
    const LinearRecord record = file->linear(file->linears().front().name);
    const fs::path weights = folder / "out/model.safetensors";
    std::size_t place = 0;
    {
        const SafetensorsFile written(weights);
        const MappedFile bytes(weights);
        const auto header = *reinterpret_cast<const std::uint64_t*>(bytes.bytes().data());
        const auto json = nlohmann::json::parse(std::string(reinterpret_cast<const char*>(bytes.bytes().data()) + 8, header));
        place = 8 + header + json.at(record.name + ".qzeros").at("data_offsets").at(0).get<std::size_t>();
        EXPECT_EQ(messageOf([&] { compareWithRun(ExportReader(folder / "out").linear(record.name), record, "out"); }), "");
    }
    std::fstream change(weights, std::ios::in | std::ios::out | std::ios::binary);
    change.seekp(static_cast<std::streamoff>(place));
    change.put(0x77);
    change.close();
    EXPECT_THAT(messageOf([&] { compareWithRun(ExportReader(folder / "out").linear(record.name), record, "out"); }),
                HasSubstr("zero points"));
}

}  // namespace
}  // namespace qs
