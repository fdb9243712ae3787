// SPDX-License-Identifier: GPL-3.0-or-later
// Exports read by the programs they are for, installed from PyPI. gguf and safetensors always; torch, transformers, compressed-tensors and
// GPTQModel, about 5 GB, with QUANTOSCOPE_READERS=full; or QUANTOSCOPE_READERS names a Python that has them. Skipped aloud where there are
// none.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "export_support.h"
#include "kernels/blas.h"
#include "model/run_model.h"
#include "model/safetensors_writer.h"

namespace qs {
namespace {

using testing::exportRun;
using testing::quantizedModel;
using testing::resource;
using testing::TemporaryFolder;

struct Outcome {
    int status = 0;
    std::string text;
};

Outcome shell(const std::string& command) {
    std::FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
    if (!pipe) return {127, "no shell"};
    Outcome outcome;
    std::array<char, 4096> buffer;
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) outcome.text.append(buffer.data(), size);
    const int status = ::pclose(pipe);
    outcome.status = status;
    while (!outcome.text.empty() && outcome.text.back() == '\n') outcome.text.pop_back();
    return outcome;
}

std::string script(const char* name) { return (std::filesystem::path(QS_SOURCE_DIR) / "tests/core/export" / name).string(); }

std::string lastLine(const std::string& text) { return text.substr(text.rfind('\n') + 1); }

class Readers : public ::testing::Test {
  protected:
    /// Sets the interpreter, or skips.
    void need(const std::string& kind) {
        const Outcome found = shell("'" + script("reader_environment") + "' " + kind);
        if (found.status != 0) GTEST_SKIP() << "the readers cannot be installed: " << lastLine(found.text);
        m_python = lastLine(found.text);
    }
    std::string demoRun(const std::function<void(QuantizeOptions&)>& change) {
        return quantizedModel(m_folder, resource("models/demo"), change);
    }
    Outcome run(const std::string& arguments) { return shell("'" + m_python + "' " + arguments); }

    TemporaryFolder m_folder;
    std::string m_python;
};

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

void grid(QuantizeOptions& o, int bits, int group, Scheme scheme) {
    o.quant.bits = bits;
    o.quant.groupSize = group;
    o.quant.scheme = scheme;
    o.quant.scaleType = ScaleType::F16;
}

std::function<void(QuantizeOptions&)> gridOf(int bits, int group, Scheme scheme) {
    return [=](QuantizeOptions& o) { grid(o, bits, group, scheme); };
}

/// GPTQ in the order of the Hessian diagonal.
std::function<void(QuantizeOptions&)> actOrder(bool staticGroups) {
    return [=](QuantizeOptions& o) {
        grid(o, 4, 32, Scheme::Symmetric);
        o.quant.method = Method::Gptq;
        o.quant.actOrder = true;
        o.quant.staticGroups = staticGroups;
    };
}

/// A plan of several widths.
void planned(QuantizeOptions& o) {
    grid(o, 4, 32, Scheme::Symmetric);
    o.quant.method = Method::Gptq;
    o.plan.budget = 3.6;
    o.plan.widths = {2, 3, 4, 8};
}

std::string small(const char* name) { return testing::testData(std::string("models/") + name).string(); }

class Loaded : public Readers {
  protected:
    /// The interpreter that has torch, transformers and compressed-tensors, or skips.
    void needFull() {
        const char* wanted = std::getenv("QUANTOSCOPE_READERS");
        if (!wanted) GTEST_SKIP() << "needs torch, transformers and compressed-tensors: QUANTOSCOPE_READERS=full installs them (5 GB)";
        if (std::string(wanted) == "full") need("full");
        else m_python = wanted;
    }

    /// Logits of our own forward pass over the dequantized export, in float32.
    void writeLogits(const std::filesystem::path& folder, const std::filesystem::path& file) {
        const auto model = openModel(folder);
        ThreadPool pool(2, beginSingleThreadedMath);
        const auto executor = makeReferenceExecutor(*model, {}, DType::F32);
        JobContext context;
        writeSafetensors(file, forwardOutputs(model->spec(), m_ids, {}), {}, [&](SafetensorsSink& sink) {
            runModel(*model, *executor, m_ids, {}, pool, context,
                     [&](const std::string& name, const Matrix<float>& values) { sink.write(name, std::as_bytes(values.values())); });
        });
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
            writeLogits(m_folder / plain, logits);
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
