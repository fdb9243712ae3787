// SPDX-License-Identifier: GPL-3.0-or-later
// Exports read by the programs they are for, installed from PyPI. gguf and safetensors always; torch, transformers, compressed-tensors and
// GPTQModel, about 5 GB, with QUANTOSCOPE_READERS=full (llama.cpp: llama_cpp_test.cpp); or QUANTOSCOPE_READERS names a Python that has
// them. Skipped aloud where there are none.
#include "readers_support.h"

namespace qs {
namespace {

using namespace testing;

TEST_F(Readers, GgufPackageDecodesTheSameValues) {
    need("small");
    if (IsSkipped()) return;
    const struct {
        int bits, group;
        Scheme scheme;
        const char *type, *block;
        ScaleType scale = ScaleType::F16;
    } cases[] = {{4, 32, Scheme::Symmetric, "auto", "Q4_0"},
                 {3, 64, Scheme::Asymmetric, "auto", "Q4_0"},
                 {4, 64, Scheme::Asymmetric, "exact", "Q5_0"},
                 {5, 32, Scheme::Symmetric, "auto", "Q5_0"},
                 {8, 128, Scheme::Symmetric, "auto", "Q8_0"},
                 {7, 32, Scheme::Asymmetric, "auto", "Q8_0"},
                 {4, 0, Scheme::Asymmetric, "k", "Q4_K"},
                 {3, 0, Scheme::Symmetric, "k", "Q3_K"},
                 {2, 0, Scheme::Asymmetric, "k", "Q2_K"},
                 {2, 0, Scheme::Symmetric, "tq2_0", "TQ2_0"},
                 {2, 16, Scheme::Symmetric, "auto", "Q2_K", ScaleType::K},
                 {3, 16, Scheme::Symmetric, "auto", "Q3_K", ScaleType::K},
                 {4, 32, Scheme::Symmetric, "k", "Q4_K", ScaleType::K},
                 {5, 64, Scheme::Symmetric, "auto", "Q5_K", ScaleType::K},
                 {6, 16, Scheme::Symmetric, "k", "Q6_K", ScaleType::K}};
    std::string files;
    for (const auto& c : cases) {
        SCOPED_TRACE(std::to_string(c.bits) + " bits, " + c.type);
        const std::string run = demoRun([&](QuantizeOptions& o) {
            o.quant.bits = c.bits;
            o.quant.groupSize = c.group;
            o.quant.scheme = c.scheme;
            o.quant.scaleType = c.scale;
        });
        const std::string name = std::to_string(c.bits) + "-" + std::to_string(c.group) + c.type;
        const ExportSummary summary = exportRun(run, m_folder / name, "gguf", nullptr, [&](ExportOptions& o) { o.ggufType = c.type; });
        exportRun(run, m_folder / (name + "-plain"), "dequantized");
        EXPECT_NE(summary.files.front().find(c.block), std::string::npos) << summary.files.front();
        files += " '" + (m_folder / name / summary.files.front()).string() + "' '" + (m_folder / (name + "-plain")).string() + "'";
    }
    const Outcome read = this->run("'" + script("read_with_libraries.py") + "' gguf" + files);
    EXPECT_EQ(read.status, 0) << read.text;
}

TEST_F(Readers, SafetensorsPackageOpensEveryFormat) {
    need("small");
    if (IsSkipped()) return;
    const std::string run = demoRun([](QuantizeOptions& o) {
        o.quant.bits = 4;
        o.quant.groupSize = 64;
    });
    for (const char* format : {"compressed-tensors", "gptq", "gptq_v2", "awq"}) {
        exportRun(run, m_folder / format, format);
        const Outcome read = this->run("'" + script("read_with_libraries.py") + "' safetensors '" + (m_folder / format).string() + "'");
        EXPECT_EQ(read.status, 0) << format << ": " << read.text;
    }
}

/// What transformers and GPTQModel are asked to load: a run of some model.
struct LoadedCase {
    const char* name;
    std::string model;
    std::vector<const char*> formats;
    std::function<void(QuantizeOptions&)> change;
};

class Loaded : public Readers {
  protected:
    /// The interpreter that has torch, transformers and compressed-tensors, or skips.
    void needFull() {
        needAsked("full", "import torch, transformers, compressed_tensors", "torch, transformers and compressed-tensors, 5 GB");
    }

    /// Exports every case and has all of them loaded by one process.
    void expectTheSameLogits(const std::string& program, const std::vector<LoadedCase>& cases) {
        std::ofstream(m_folder / "ids.list") << nlohmann::json(m_ids);
        std::string arguments;
        for (const LoadedCase& c : cases) {
            SCOPED_TRACE(c.name);
            const std::string run = quantizedModel(m_folder, c.model, c.change), plain = std::string(c.name) + "-plain";
            exportRun(run, m_folder / plain, "dequantized");
            const std::string logits = (m_folder / (plain + ".safetensors")).string();
            writeLogits(m_folder / plain, logits, m_ids);
            for (const char* format : c.formats) {
                std::filesystem::path out = m_folder / (std::string(c.name) + "-" + format);
                const ExportSummary summary = exportRun(run, out, format);
                if (std::string(format) == "gguf") out /= summary.files.front();
                arguments += " '" + out.string() + "' '" + logits + "'";
            }
        }
        const Outcome read = this->run("-W ignore '" + script("compare_logits.py") + "' " + program + " '" +
                                       (m_folder / "ids.list").string() + "'" + arguments);
        EXPECT_EQ(read.status, 0) << read.text;
        if (read.status == 0) std::printf("%s\n", read.text.c_str());
    }

    const std::vector<std::vector<std::int32_t>> m_ids{
        {3, 70, 12, 88, 45, 9, 61, 27, 33, 80, 5, 17, 52, 90, 41, 66, 23, 78, 14, 36, 59, 84, 2, 49, 95, 31, 72, 18, 64, 7, 55, 20},
        {91, 4, 63, 29, 85, 11, 47, 76, 38, 57, 22, 69}};
};

TEST_F(Loaded, TransformersGivesTheLogitsOfOurForwardPass) {
    needFull();
    if (IsSkipped()) return;
    const auto symmetric = Scheme::Symmetric, asymmetric = Scheme::Asymmetric;
    const std::string demo = resource("models/demo").string();
    expectTheSameLogits("transformers",
                        {{"demo-4-g64", demo, {"compressed-tensors", "gguf", "dequantized"}, gridOf(4, 64, symmetric)},
                         {"demo-3-g32-asym", demo, {"compressed-tensors", "gguf"}, gridOf(3, 32, asymmetric)},
                         {"demo-2-g128-asym", demo, {"compressed-tensors"}, gridOf(2, 128, asymmetric)},
                         {"demo-8-channel", demo, {"compressed-tensors", "gguf"}, gridOf(8, 0, symmetric)},
                         {"demo-4-channel-asym", demo, {"compressed-tensors"}, gridOf(4, 0, asymmetric)},
                         {"demo-4-act-order", demo, {"compressed-tensors"}, actOrder(true)},
                         {"demo-plan", demo, {"compressed-tensors", "gguf"}, planned},
                         {"demo-mlp",
                          demo,
                          {"compressed-tensors"},
                          [](QuantizeOptions& o) {
                              grid(o, 4, 128, Scheme::Symmetric);
                              o.include = {"*.mlp.*"};
                          }},
                         {"llama-untied", small("llama3-rope-bf16"), {"compressed-tensors", "gguf"}, gridOf(4, 32, symmetric)},
                         {"mistral-window", small("mistral-window-f16"), {"compressed-tensors"}, gridOf(4, 0, symmetric)},
                         {"qwen2-bias", small("qwen2-bias-bf16"), {"compressed-tensors", "gguf"}, gridOf(4, 0, symmetric)},
                         {"qwen3-untied", small("qwen3-untied-bf16-sharded"), {"compressed-tensors"}, gridOf(8, 0, asymmetric)},
                         {"gemma3", small("gemma3-bf16"), {"compressed-tensors", "gguf"}, gridOf(4, 0, symmetric)}});
}

TEST_F(Loaded, GptqModelGivesTheLogitsOfOurForwardPass) {
    needFull();
    if (IsSkipped()) return;
    if (const Outcome there = this->run("-c 'import gptqmodel'"); there.status != 0)
        GTEST_SKIP() << "GPTQModel is not installed; GPTQ and AWQ files are checked by the independent decoder alone: "
                     << lastLine(there.text);
    const std::string demo = resource("models/demo").string(), llama = small("llama3-rope-bf16");
    expectTheSameLogits("gptqmodel", {{"demo-4-g64", demo, {"gptq", "gptq_v2", "awq"}, gridOf(4, 64, Scheme::Symmetric)},
                                      {"demo-4-g32-asym", demo, {"gptq_v2", "awq"}, gridOf(4, 32, Scheme::Asymmetric)},
                                      {"demo-2-g64-asym", demo, {"gptq_v2"}, gridOf(2, 64, Scheme::Asymmetric)},
                                      {"demo-3-g128", demo, {"gptq"}, gridOf(3, 128, Scheme::Symmetric)},
                                      {"demo-8-channel", demo, {"gptq"}, gridOf(8, 0, Scheme::Symmetric)},
                                      {"demo-4-g-idx", demo, {"gptq"}, actOrder(false)},
                                      {"demo-plan", demo, {"gptq"}, planned},
                                      {"llama-4-g32", llama, {"gptq", "awq"}, gridOf(4, 32, Scheme::Symmetric)}});
}

}  // namespace
}  // namespace qs
