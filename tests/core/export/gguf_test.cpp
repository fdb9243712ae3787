// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/gguf.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/gguf_file.h"
#include "export/gguf_blocks.h"
#include "export_support.h"
#include "model/tensor_format.h"

namespace qs {
namespace {

using namespace testing;  // NOLINT: helpers of export_support.h

std::vector<std::byte> encoded(const GgufBlockType& type, const LinearRecord& r) {
    const std::size_t rowBytes = r.codes.cols() / type.elements * type.bytes;
    std::vector<std::byte> bytes(rowBytes * r.codes.rows());
    for (std::size_t i = 0; i < r.codes.rows(); ++i) encodeGgufRow(type, r, i, bytes.data() + i * rowBytes);
    return bytes;
}

TEST(GgufBlocks, EqualTheReferencePackerBitForBit) {
    int compared = 0;
    for (const ReferenceCase& c : referenceCases())
        for (const char* key : {"gguf.q4_0", "gguf.q8_0", "gguf.q4_1"}) {
            if (!c.file->has(key)) continue;
            SCOPED_TRACE(c.file->path().filename().string() + " " + key);
            const auto bytes = encoded(ggufTypeFor(c.facts, "auto"), c.record);
            const SafetensorsEntry& expected = c.file->tensor(key);
            ASSERT_EQ(bytes.size(), expected.bytes.size());
            EXPECT_EQ(std::memcmp(bytes.data(), expected.bytes.data(), bytes.size()), 0);
            ++compared;
        }
    EXPECT_GE(compared, 15);
}

/// One row of 256 codes in one group, scale ½.
LinearRecord wideRow(int bits, int zero) {
    LinearRecord r;
    r.name = "x", r.out = 1, r.in = 256, r.bits = bits;
    r.codes = Matrix<std::uint8_t>(1, 256);
    for (std::size_t j = 0; j < 256; ++j) r.codes(0, j) = static_cast<std::uint8_t>((j * 7 + j / 32) % (1u << bits));
    r.scales = Matrix<float>(1, 1);
    r.scales(0, 0) = 0.5f;
    r.zeros = Matrix<std::uint8_t>(1, 1);
    r.zeros(0, 0) = static_cast<std::uint8_t>(zero);
    return r;
}

TEST(GgufBlocks, SuperBlocksHoldOneGroupExactly) {
    const struct {
        int bits, zero;
        const char *preference, *type;
    } cases[] = {{4, 8, "k", "Q4_K"}, {4, 13, "k", "Q4_K"},     {3, 4, "k", "Q3_K"},     {3, 6, "k", "Q4_K"},    {2, 2, "k", "Q2_K"},
                 {2, 0, "k", "Q2_K"}, {2, 2, "tq2_0", "TQ2_0"}, {5, 16, "auto", "Q5_0"}, {5, 9, "auto", "Q5_1"}, {6, 32, "auto", "Q8_0"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.type) + " " + std::to_string(c.bits));
        const LinearRecord r = wideRow(c.bits, c.zero);
        LinearFacts facts;
        facts.out = 1, facts.in = 256, facts.bits = c.bits, facts.symmetric = c.zero == 1 << (c.bits - 1);
        const GgufBlockType& type = ggufTypeFor(facts, c.preference);
        EXPECT_STREQ(type.name, c.type);
        const auto bytes = encoded(type, r);
        std::vector<float> values(256);
        ggmlFormat(type.id)->decode(bytes.data(), 256 / type.elements, values.data());
        for (std::size_t j = 0; j < 256; ++j) ASSERT_EQ(values[j], 0.5f * static_cast<float>(r.codes(0, j) - c.zero)) << j;
    }
}

TEST(TokenizerJson, OfAGgufGivesTheSameIds) {
    for (const char* name : {"llama3-rope-bf16", "qwen3-tied-f16", "gemma3-bf16"}) {
        SCOPED_TRACE(name);
        const TemporaryFolder folder;
        const auto one = [](QuantizeOptions& o) {
            o.quant.groupSize = 0;
            o.include = {"*layers.0.self_attn.o_proj"};
        };
        const std::string first = quantizedModel(folder, testData(std::string("models/") + name), one);
        const fs::path gguf = folder / "a" / exportRun(first, folder / "a", "gguf").files.front();
        const std::string second = quantizedModel(folder, gguf, [&](QuantizeOptions& o) {
            one(o);
            o.out = (folder / "second.qsrun").string();
        });
        const ExportSummary summary = exportRun(second, folder / "b", "dequantized");
        EXPECT_NE(std::find(summary.files.begin(), summary.files.end(), "tokenizer.json"), summary.files.end());
        const auto ours = loadTokenizer(folder / "b"), theirs = loadTokenizer(testData(std::string("models/") + name));
        for (const char* text : {"Hello, world 123!", "  two  spaces\n", "日本語 ünïcödé"}) {
            EXPECT_EQ(ours->encode(text, true), theirs->encode(text, true)) << text;
            const auto ids = theirs->encode(text, false);
            EXPECT_EQ(ours->decode(ids, false), theirs->decode(ids, false)) << text;
        }
    }
}

/// A run of `model` exported to GGUF and opened again; `how` changes the settings.
TEST(Gguf, EveryArchitectureReadsBackAsTheRun) {
    for (const char* name : {"llama3-rope-bf16", "mistral-window-f16", "qwen2-bias-bf16", "qwen3-tied-f16", "gemma3-softcap-f32"}) {
        SCOPED_TRACE(name);
        const TemporaryFolder folder;
        const std::string run = quantizedModel(folder, testData(std::string("models/") + name), [](QuantizeOptions& o) {
            o.quant.bits = 4;
            o.quant.groupSize = 32;
            o.quant.scaleType = ScaleType::F16;
            const auto whole = openModel(o.calibration.model);
            for (const BlockSpec& block : whole->spec().blocks)
                for (const LinearSpec& linear : block.linears)
                    if (linear.in % 32 != 0) o.exclude.push_back(linear.name);
        });
        const ExportSummary summary = exportRun(run, folder / "out", "gguf");
        EXPECT_TRUE(summary.verified);
        ASSERT_EQ(summary.files.size(), 2u);
        const auto exported = openModel(folder / "out" / summary.files.front());
        const auto file = RunFile::open(run);
        const auto original = openModel(testData(std::string("models/") + name));
        for (const LinearRecord& linear : file->linears()) {
            const LinearRecord record = file->linear(linear.name);
            EXPECT_EQ(exported->read(linear.name + ".weight"), dequantize(quantizedOf(record))) << linear.name;
        }
        for (const TensorInfo& tensor : original->tensors())
            if (std::none_of(file->linears().begin(), file->linears().end(),
                             [&](const LinearRecord& l) { return l.name + ".weight" == tensor.name; }) &&
                tensor.name.find("norm") == std::string::npos) {
                EXPECT_EQ(exported->read(tensor.name), original->read(tensor.name)) << tensor.name;
            }
        EXPECT_EQ(exported->spec().blocks.size(), original->spec().blocks.size());
        const RotarySpec &ours = exported->spec().blocks.front().rotary, &theirs = original->spec().blocks.front().rotary;
        for (std::size_t i = 0; i < ours.inverseFrequency.size(); ++i)
            EXPECT_NEAR(ours.inverseFrequency[i] / theirs.inverseFrequency[i], 1, 1e-6);
    }
}

TEST(Gguf, OfAGgufKeepsItsKeysAndTensors) {
    const TemporaryFolder folder;
    const fs::path source = testData("export/tiny.gguf");
    const std::string run = quantizedModel(folder, source, [](QuantizeOptions& o) {
        o.quant.bits = 4;
        o.quant.groupSize = 32;
        o.quant.scaleType = ScaleType::F16;
    });
    const ExportSummary summary = exportRun(run, folder / "out", "gguf");
    const GgufFile before(source), after(folder / "out" / summary.files.front());
    for (const auto& [key, value] : before.values())
        if (key != "general.file_type" && key != "general.alignment") {
            ASSERT_TRUE(after.has(key)) << key;
            EXPECT_EQ(after.values().at(key).value, value.value) << key;
        }
    EXPECT_EQ(after.unsignedInteger("general.file_type"), 2u);
    ASSERT_EQ(after.tensors().size(), before.tensors().size());
    const GgufTensor &was = before.tensors().at("token_embd.weight"), &is = after.tensors().at("token_embd.weight");
    EXPECT_EQ(is.type, was.type);
    ASSERT_EQ(is.bytes.size(), was.bytes.size());
    EXPECT_EQ(std::memcmp(is.bytes.data(), was.bytes.data(), is.bytes.size()), 0);
}

TEST(Gguf, SaysWhichLinearsDoNotGetTheTypeAskedFor) {
    const TemporaryFolder folder;
    const std::string run = quantizedModel(folder, testData("export/tiny.gguf"), [](QuantizeOptions& o) {
        o.quant.bits = 4;
        o.quant.groupSize = 32;
        o.quant.scaleType = ScaleType::F16;
    });
    const auto file = RunFile::open(run);
    for (const char* type : {"auto", "k", "tq2_0"}) {
        SCOPED_TRACE(type);
        EventList events;
        exportRun(run, folder / type, "gguf", &events, [&](ExportOptions& o) { o.ggufType = type; });
        std::vector<std::string> fallen, linears;
        for (const Event& event : events.all)
            if (event.kind == "gguf-type-fallback") fallen.push_back(event.subject);
        if (std::string(type) != "auto")
            for (const LinearRecord& linear : file->linears()) linears.push_back(linear.name);
        std::sort(fallen.begin(), fallen.end());
        std::sort(linears.begin(), linears.end());
        EXPECT_EQ(fallen, linears);
        EXPECT_EQ(events.mentions("instead of --gguf-type " + std::string(type)), std::string(type) != "auto");
    }
}

TEST(Gguf, TokenizersGiveTheSameIds) {
    for (const char* name : {"llama3-rope-bf16", "qwen3-tied-f16", "gemma3-bf16"}) {
        SCOPED_TRACE(name);
        const TemporaryFolder folder;
        const fs::path model = testData(std::string("models/") + name);
        const std::string run = quantizedModel(folder, model, [](QuantizeOptions& o) {
            o.quant.groupSize = 0;
            o.include = {"*layers.0.self_attn.o_proj"};
        });
        EventList events;
        const ExportSummary summary = exportRun(run, folder / "out", "gguf", &events);
        for (const Event& event : events.all) EXPECT_EQ(event.kind.find("tokenizer"), std::string::npos) << event.message;
        const auto ours = loadTokenizer(folder / "out" / summary.files.front()), theirs = loadTokenizer(model);
        for (const char* text : {"Hello, world 123!", "  two  spaces\n", "日本語 ünïcödé"})
            EXPECT_EQ(ours->encode(text, true), theirs->encode(text, true)) << text;
    }
}

}  // namespace
}  // namespace qs
