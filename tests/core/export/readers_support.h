// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that read exports, in an interpreter of their own, and the runs they are shown.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "export_support.h"
#include "kernels/blas.h"
#include "model/run_model.h"
#include "model/safetensors_writer.h"

namespace qs::testing {

struct Outcome {
    int status = 0;
    std::string text;
};

inline Outcome shell(const std::string& command) {
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

inline std::string script(const char* name) { return (std::filesystem::path(QS_SOURCE_DIR) / "tests/core/export" / name).string(); }

inline std::string lastLine(const std::string& text) { return text.substr(text.rfind('\n') + 1); }

class Readers : public ::testing::Test {
  protected:
    /// Whether QUANTOSCOPE_READERS, words separated by commas, holds this one; another word is a Python.
    static bool isAsked(const std::string& word) {
        const char* wanted = std::getenv("QUANTOSCOPE_READERS");
        return wanted && ("," + std::string(wanted) + ",").find("," + word + ",") != std::string::npos;
    }
    /// Of programs that take long to install: sets the interpreter that has them and can do `statement`, or skips.
    void needAsked(const std::string& kind, const std::string& statement, const std::string& cost) {
        if (isAsked(kind)) return need(kind);
        const char* wanted = std::getenv("QUANTOSCOPE_READERS");
        if (!wanted || isAsked("full") || isAsked("llama"))
            GTEST_SKIP() << "QUANTOSCOPE_READERS=" << kind << " installs what this needs (" << cost << ")";
        m_python = wanted;
        if (const Outcome there = run("-c '" + statement + "'"); there.status != 0)
            GTEST_SKIP() << wanted << " cannot do this: " << lastLine(there.text);
    }
    /// Sets the interpreter, or skips.
    void need(const std::string& kind) {
        const Outcome found = shell("'" + script("reader_environment") + "' " + kind);
        if (found.status != 0) GTEST_SKIP() << "the readers cannot be installed: " << lastLine(found.text);
        m_python = lastLine(found.text);
    }
    std::string demoRun(const std::function<void(QuantizeOptions&)>& change) {
        return quantizedModel(m_folder, resource("models/demo"), change);
    }
    /// Logits of our own forward pass over the dequantized export, in float32.
    void writeLogits(const std::filesystem::path& folder, const std::filesystem::path& file,
                     const std::vector<std::vector<std::int32_t>>& ids) {
        const auto model = openModel(folder);
        ThreadPool pool(2, beginSingleThreadedMath);
        const auto executor = makeReferenceExecutor(*model, {}, DType::F32);
        JobContext context;
        writeSafetensors(file, forwardOutputs(model->spec(), ids, {}), {}, [&](SafetensorsSink& sink) {
            runModel(*model, *executor, ids, {}, pool, context,
                     [&](const std::string& name, const Matrix<float>& values) { sink.write(name, std::as_bytes(values.values())); });
        });
    }
    Outcome run(const std::string& arguments) { return shell("'" + m_python + "' " + arguments); }

    TemporaryFolder m_folder;
    std::string m_python;
};

inline void grid(QuantizeOptions& o, int bits, int group, Scheme scheme) {
    o.quant.bits = bits;
    o.quant.groupSize = group;
    o.quant.scheme = scheme;
    o.quant.scaleType = ScaleType::F16;
}

inline std::function<void(QuantizeOptions&)> gridOf(int bits, int group, Scheme scheme) {
    return [=](QuantizeOptions& o) { grid(o, bits, group, scheme); };
}

/// GPTQ in the order of the Hessian diagonal.
inline std::function<void(QuantizeOptions&)> actOrder(bool staticGroups) {
    return [=](QuantizeOptions& o) {
        grid(o, 4, 32, Scheme::Symmetric);
        o.quant.method = Method::Gptq;
        o.quant.actOrder = true;
        o.quant.staticGroups = staticGroups;
    };
}

/// A plan of several widths.
inline void planned(QuantizeOptions& o) {
    grid(o, 4, 32, Scheme::Symmetric);
    o.quant.method = Method::Gptq;
    o.plan.budget = 3.6;
    o.plan.widths = {2, 3, 4, 8};
}

inline std::string small(const char* name) { return testing::testData(std::string("models/") + name).string(); }

}  // namespace qs::testing
