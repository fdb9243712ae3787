// SPDX-License-Identifier: GPL-3.0-or-later
// export RUN --format FORMAT --out FOLDER
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

enum class Format { CompressedTensors, Gptq, GptqV2, Awq, Gguf, Dequantized };

/// Block types of the linears in a GGUF file.
enum class GgufType { Auto, Exact, K, Tq2 };

}  // namespace
}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::GgufType> {
    using G = qs::cli::GgufType;
    static constexpr std::pair<G, const char*> values[] = {{G::Auto, "auto"}, {G::Exact, "exact"}, {G::K, "k"}, {G::Tq2, "tq2_0"}};
};

template <>
struct qs::EnumNames<qs::cli::Format> {
    using F = qs::cli::Format;
    static constexpr std::pair<F, const char*> values[] = {{F::CompressedTensors, "compressed-tensors"},
                                                           {F::Gptq, "gptq"},
                                                           {F::GptqV2, "gptq_v2"},
                                                           {F::Awq, "awq"},
                                                           {F::Gguf, "gguf"},
                                                           {F::Dequantized, "dequantized"}};
};

namespace qs::cli {
namespace {

struct FormatOptions {
    Format format = Format::Dequantized;
    std::string out, model;
    int shardSize = ExportOptions().shardSize;
    GgufType ggufType = GgufType::Auto;
    void describe(OptionList& list) {
        list.group("Export");
        list.choice(
            "format", format,
            "compressed-tensors: pack-quantized, any width, for transformers and vLLM. gptq: zero points minus one, right for symmetric "
            "runs of 2, 3, 4, 8 bits. gptq_v2: zero points as they are, for asymmetric ones. awq: GEMM layout, 4 bits. gguf: one file for "
            "llama.cpp with metadata and tokenizer. dequantized: float32 weights that every loader reads. What a loader will not take is "
            "said before anything is written");
        list.text("out", out, "Folder to write; it must be new or empty");
        list.choice("gguf-type", ggufType,
                    "Blocks of a GGUF file. auto: Q4_0, Q5_0, Q8_0, Q4_1 and Q5_1 for asymmetric runs of 4 and 5 bits (their offsets are "
                    "rounded to "
                    "float16), and Q2_K to Q6_K for runs with --scale-type k. exact: no Q4_1 and Q5_1. k: Q2_K to Q6_K wherever they hold "
                    "the integers "
                    "exactly, as with one group for 256 columns, else as auto. tq2_0: the same for symmetric 2 bits. What no block holds "
                    "becomes float32");
        list.integer("shard-size", shardSize, 1, 1 << 20, "MiB", "Largest safetensors file; more weights go into several");
        list.text("model", model, "Where the original model lies now, if it has moved since the run");
    }
};

std::string textOf(const std::string& folder, const ExportSummary& summary) {
    std::string text;
    for (const std::string& file : summary.files) text += file + "\n";
    return text + std::to_string(summary.linears) + " linears, " + bytesText(static_cast<double>(summary.bytes)) + " written to " + folder +
           (summary.verified ? ", read back and found equal\n" : "\n");
}

class Export : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("RUN", m_options.run, "Run file of a quantization (*.qsrun)");
        arguments.add(m_format);
        arguments.require("format");
        arguments.require("out");
        arguments.add(m_output);
    }
    Status run(const Arguments& arguments) override {
        const bool gguf = m_format.format == Format::Gguf;
        if (arguments.given("gguf-type") && !gguf) throw Error("--gguf-type has a meaning only with --format gguf", ErrorKind::Usage);
        if (arguments.given("shard-size") && gguf) throw Error("--shard-size has no meaning with --format gguf", ErrorKind::Usage);
        m_options.format = nameOfEnum(m_format.format);
        m_options.out = m_format.out;
        m_options.model = m_format.model;
        m_options.shardSize = m_format.shardSize;
        m_options.ggufType = nameOfEnum(m_format.ggufType);
        checkOutputFolder(m_options.out);
        ExportSummary summary;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { summary = runExport(m_options, context); });
        if (m_output.json)
            printDocument({{"out", m_options.out},
                           {"format", m_options.format},
                           {"files", summary.files},
                           {"bytes", summary.bytes},
                           {"linears", summary.linears},
                           {"warnings", summary.warnings},
                           {"verified", summary.verified}});
        else print(textOf(m_options.out, summary));
        return kDone;
    }

  private:
    ExportOptions m_options;
    FormatOptions m_format;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeExport() { return std::make_unique<Export>(); }

}  // namespace qs::cli
