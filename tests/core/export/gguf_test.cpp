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
            const GgufBlockType* type = ggufTypeFor(c.facts, "auto");
            ASSERT_TRUE(type);
            const auto bytes = encoded(*type, c.record);
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
        facts.smallestZero = facts.largestZero = c.zero;
        facts.superBlocks = superBlocksHold(r, facts.symmetric);
        const GgufBlockType& type = *ggufTypeFor(facts, c.preference);
        EXPECT_STREQ(type.name, c.type);
        const auto bytes = encoded(type, r);
        std::vector<float> values(256);
        ggmlFormat(type.id)->decode(bytes.data(), 256 / type.elements, values.data());
        for (std::size_t j = 0; j < 256; ++j) ASSERT_EQ(values[j], 0.5f * static_cast<float>(r.codes(0, j) - c.zero)) << j;
    }
}

/// Rows of 512 columns in groups with scales d k of sub-blocks, zero points in the middle unless `zero` is given.
LinearRecord sharedRows(int bits, int group, int largest, int zero = -1) {
    LinearRecord r;
    r.name = "x", r.out = 3, r.in = 512, r.bits = bits, r.groupSize = group;
    const std::size_t groups = 512 / static_cast<std::size_t>(group);
    r.codes = Matrix<std::uint8_t>(3, 512);
    r.scales = Matrix<float>(3, groups);
    r.zeros = Matrix<std::uint8_t>(3, groups);
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 512; ++j) r.codes(i, j) = static_cast<std::uint8_t>((i + j * 7 + j / 32) % (1u << bits));
        for (std::size_t g = 0; g < groups; ++g) {
            r.scales(i, g) = toFloat(toFloat16(0.0123f)) * static_cast<float>(1 + (g * 5 + i) % static_cast<std::size_t>(largest));
            r.zeros(i, g) = static_cast<std::uint8_t>(zero < 0 ? 1 << (bits - 1) : zero);
        }
    }
    return r;
}

LinearFacts factsOf(const LinearRecord& r) {
    LinearFacts facts;
    facts.out = r.out, facts.in = r.in, facts.bits = r.bits, facts.groupSize = r.groupSize;
    facts.smallestZero = *std::min_element(r.zeros.values().begin(), r.zeros.values().end());
    facts.largestZero = *std::max_element(r.zeros.values().begin(), r.zeros.values().end());
    facts.symmetric = facts.smallestZero == 1 << (r.bits - 1) && facts.largestZero == facts.smallestZero;
    facts.superBlocks = superBlocksHold(r, facts.symmetric);
    return facts;
}

TEST(GgufBlocks, SuperBlocksHoldGroupsWhoseScalesAreMultiples) {
    const struct {
        int bits, group, largest;
        const char* type;
    } cases[] = {{2, 16, 15, "Q2_K"},  {2, 64, 15, "Q2_K"}, {3, 16, 31, "Q3_K"},  {3, 128, 31, "Q3_K"}, {4, 32, 63, "Q4_K"},
                 {4, 128, 63, "Q4_K"}, {5, 32, 63, "Q5_K"}, {6, 16, 127, "Q6_K"}, {6, 64, 127, "Q6_K"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.type) + " " + std::to_string(c.group));
        LinearRecord r = sharedRows(c.bits, c.group, c.largest);
        const GgufBlockType* type = ggufTypeFor(factsOf(r), "k");
        ASSERT_TRUE(type);
        EXPECT_STREQ(type->name, c.type);
        const auto bytes = encoded(*type, r);
        std::vector<float> values(512);
        for (std::size_t i = 0; i < 3; ++i) {
            ggmlFormat(type->id)->decode(bytes.data() + i * 2 * type->bytes, 2, values.data());
            for (std::size_t j = 0; j < 512; ++j) {
                const std::size_t g = j / static_cast<std::size_t>(c.group);
                ASSERT_EQ(values[j], r.scales(i, g) * static_cast<float>(r.codes(i, j) - r.zeros(i, g))) << i << " " << j;
            }
        }
        r.scales(2, 1) *= 1.001f;
        EXPECT_FALSE(factsOf(r).superBlocks);
    }
    LinearRecord thirds = sharedRows(4, 32, 21);  // the k of a block have 3 in common, and 3 d has no place in float16
    const float d = toFloat(Float16{static_cast<std::uint16_t>(0x27ff)});
    for (std::size_t i = 0; i < thirds.scales.size(); ++i) thirds.scales.values()[i] = d * static_cast<float>(3 * (1 + i % 21));
    EXPECT_TRUE(factsOf(thirds).superBlocks);
    EXPECT_FALSE(factsOf(sharedRows(4, 16, 63)).superBlocks);      // two groups in a sub-block
    EXPECT_TRUE(factsOf(sharedRows(4, 32, 63, 5)).superBlocks);    // dmin = 5 d
    EXPECT_FALSE(factsOf(sharedRows(6, 32, 127, 5)).superBlocks);  // Q6_K has no minimums
}

TEST(GgufBlocks, NarrowAsymmetricCodesFitAroundZero) {
    const struct {
        int bits, zero;
        const char *automatic, *exact;
    } cases[] = {{2, 3, "Q4_0", "Q4_0"},  {3, 7, "Q4_0", "Q4_0"}, {4, 9, "Q4_1", "Q5_0"},     {5, 3, "Q5_1", "Q8_0"},
                 {6, 63, "Q8_0", "Q8_0"}, {7, 0, "Q8_0", "Q8_0"}, {8, 127, nullptr, nullptr}, {8, 128, "Q8_0", "Q8_0"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(std::to_string(c.bits) + " bits around " + std::to_string(c.zero));
        LinearRecord r = sharedRows(c.bits, 64, 1, c.zero);
        LinearFacts facts = factsOf(r);
        facts.superBlocks = false;
        const GgufBlockType *automatic = ggufTypeFor(facts, "auto"), *exact = ggufTypeFor(facts, "exact");
        if (!c.automatic) {
            EXPECT_EQ(automatic, nullptr);
            EXPECT_EQ(exact, nullptr);
            continue;
        }
        EXPECT_STREQ(automatic->name, c.automatic);
        EXPECT_STREQ(exact->name, c.exact);
        const auto bytes = encoded(*exact, r);
        std::vector<float> values(512);
        ggmlFormat(exact->id)->decode(bytes.data(), 16, values.data());
        for (std::size_t j = 0; j < 512; ++j) ASSERT_EQ(values[j], r.scales(0, 0) * static_cast<float>(r.codes(0, j) - c.zero)) << j;
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
        });
        EventList events;
        const ExportSummary summary = exportRun(run, folder / "out", "gguf", &events);
        EXPECT_TRUE(summary.verified);
        const auto whole = openModel(testData(std::string("models/") + name));
        bool ragged = false;  // columns that no block takes
        for (const BlockSpec& block : whole->spec().blocks)
            for (const LinearSpec& linear : block.linears) ragged = ragged || linear.in % 32 != 0;
        EXPECT_EQ(events.mentions("written as float32"), ragged);
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

TEST(Gguf, HoldsTheScalesOfSuperBlocks) {
    const TemporaryFolder folder;
    const std::string run = quantizedModel(folder, resource("models/demo"), [](QuantizeOptions& o) {
        o.quant.bits = 3;
        o.quant.groupSize = 16;
        o.quant.scaleType = ScaleType::K;
        o.include = {"*layers.0.*"};
    });
    EventList events;
    const ExportSummary summary = exportRun(run, folder / "out", "gguf", &events);
    EXPECT_EQ(summary.warnings, std::vector<std::string>());
    const GgufFile file(folder / "out" / summary.files.front());
    EXPECT_EQ(file.tensors().at("blk.0.ffn_up.weight").type, 11u);
    EXPECT_EQ(file.unsignedInteger("general.file_type"), 11u);
    const auto exported = openModel(folder / "out" / summary.files.front());
    const auto record = RunFile::open(run)->linear("model.layers.0.mlp.up_proj");
    EXPECT_EQ(exported->read(record.name + ".weight"), dequantize(quantizedOf(record)));
}

TEST(Gguf, NeedsALinearThatBlocksHold) {
    const TemporaryFolder folder;
    const std::string run = quantizedModel(folder, resource("models/demo"), [](QuantizeOptions& o) {
        o.quant.bits = 8;
        o.quant.scheme = Scheme::Asymmetric;
        o.include = {"*layers.0.self_attn.q_proj"};
    });
    EXPECT_NE(messageOf([&] { exportRun(run, folder / "out", "gguf"); }).find("gptq_v2"), std::string::npos);
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
