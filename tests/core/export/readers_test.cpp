// SPDX-License-Identifier: GPL-3.0-or-later
// Exports read by the programs they are for, installed from PyPI. gguf and safetensors always; torch, transformers and compressed-tensors,
// about 5 GB, with QUANTOSCOPE_READERS=full; or QUANTOSCOPE_READERS names a Python that has them. Skipped aloud where there are none.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "export_support.h"

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
        const char* type;
    } cases[] = {{4, 32, Scheme::Symmetric, "auto"}, {2, 64, Scheme::Symmetric, "auto"}, {8, 128, Scheme::Symmetric, "auto"},
                 {5, 32, Scheme::Symmetric, "auto"}, {4, 0, Scheme::Asymmetric, "k"},    {3, 0, Scheme::Symmetric, "k"},
                 {2, 0, Scheme::Asymmetric, "k"},    {2, 0, Scheme::Symmetric, "tq2_0"}};
    for (const auto& c : cases) {
        SCOPED_TRACE(std::to_string(c.bits) + " bits, " + c.type);
        const std::string run = demoRun([&](QuantizeOptions& o) {
            o.quant.bits = c.bits;
            o.quant.groupSize = c.group;
            o.quant.scheme = c.scheme;
            o.quant.scaleType = ScaleType::F16;
        });
        const std::string name = std::to_string(c.bits) + c.type;
        const ExportSummary summary = exportRun(run, m_folder / name, "gguf", nullptr, [&](ExportOptions& o) { o.ggufType = c.type; });
        exportRun(run, m_folder / (name + "-plain"), "dequantized");
        const Outcome read =
            this->run("'" + script("read_with_libraries.py") + "' gguf '" + (m_folder / name / summary.files.front()).string() + "' '" +
                      (m_folder / (name + "-plain")).string() + "'");
        EXPECT_EQ(read.status, 0) << read.text;
    }
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

TEST_F(Readers, TransformersGivesTheLogitsOfTheDequantizedModel) {
    const char* wanted = std::getenv("QUANTOSCOPE_READERS");
    if (!wanted) GTEST_SKIP() << "needs torch, transformers and compressed-tensors: QUANTOSCOPE_READERS=full installs them (5 GB)";
    if (std::string(wanted) == "full") need("full");
    else m_python = wanted;
    if (IsSkipped()) return;
    const struct {
        int bits, group;
        Scheme scheme;
        std::vector<std::string> include;
    } cases[] = {{4, 64, Scheme::Symmetric, {}}, {3, 32, Scheme::Asymmetric, {"*.mlp.*"}}, {8, 0, Scheme::Symmetric, {}}};
    for (const auto& c : cases) {
        SCOPED_TRACE(std::to_string(c.bits) + " bits");
        const std::string run = demoRun([&](QuantizeOptions& o) {
            o.quant.bits = c.bits;
            o.quant.groupSize = c.group;
            o.quant.scheme = c.scheme;
            o.include = c.include;
        });
        const std::string name = std::to_string(c.bits);
        exportRun(run, m_folder / name, "compressed-tensors");
        exportRun(run, m_folder / (name + "-plain"), "dequantized");
        const Outcome read = this->run("'" + script("load_in_transformers.py") + "' '" + (m_folder / name).string() + "' '" +
                                       (m_folder / (name + "-plain")).string() + "'");
        EXPECT_EQ(read.status, 0) << read.text;
    }
}

}  // namespace
}  // namespace qs
