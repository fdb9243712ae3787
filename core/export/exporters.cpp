// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of export formats, and the job that runs one of them.
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "export/awq.h"
#include "export/compressed_tensors.h"
#include "export/dequantized.h"
#include "export/exporter.h"
#include "export/gguf.h"
#include "export/gptq.h"
#include "export/loader_rules.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

const ExporterEntry& exporterOf(const std::string& name) {
    const auto& list = exporters();
    const auto found = std::find_if(list.begin(), list.end(), [&](const ExporterEntry& e) { return name == e.name; });
    if (found != list.end()) return *found;
    std::string names;
    for (const ExporterEntry& entry : list) names += (names.empty() ? "" : ", ") + std::string(entry.name);
    throw Error("--format: '" + name + "' is not a format; give one of " + names, ErrorKind::Usage);
}

/// The folder that takes the result while it is being written, gone again if anything fails.
class Workplace {
  public:
    explicit Workplace(const fs::path& out) : m_out(out), m_path(out.string() + ".writing-" + std::to_string(::getpid())) {
        std::error_code error;
        if (fs::exists(out, error) && !(fs::is_directory(out, error) && fs::is_empty(out, error)))
            throw Error(out.string() + ": exists and is not an empty folder; choose another --out or remove it");
        requireWritable(m_path);
        fs::create_directory(m_path, error);
        if (error) throw Error(m_path.string() + ": cannot be created: " + error.message());
    }
    ~Workplace() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;

    const fs::path& path() const { return m_path; }
    /// The error as the user knows the place.
    Error inOut(const Error& error) const {
        std::string message = error.what();
        const std::string own = m_path.string();
        if (const std::size_t at = message.find(own); at != std::string::npos) message.replace(at, own.size(), m_out.string());
        return Error(message, error.kind());
    }
    void keep() {
        std::error_code error;
        fs::remove(m_out, error);  // an empty folder
        fs::rename(m_path, m_out, error);
        if (error) throw Error(m_out.string() + ": cannot be written: " + error.message());
    }

  private:
    fs::path m_out, m_path;
};

}  // namespace

const std::vector<ExporterEntry>& exporters() {
    static const std::vector<ExporterEntry> list{
        {"compressed-tensors", "pack-quantized, for transformers with compressed-tensors and vLLM", exportCompressedTensors},
        {"gptq", "GPTQ with zero points minus one (version 1), for GPTQModel, transformers and vLLM; right for symmetric runs", exportGptq},
        {"gptq_v2", "GPTQ with zero points as they are (version 2), for asymmetric runs", exportGptqV2},
        {"awq", "AWQ GEMM, 4 bits, for transformers and vLLM", exportAwq},
        {"gguf", "one GGUF v3 file for llama.cpp and its kin", exportGguf},
        {"dequantized", "float32 weights that every loader reads", exportDequantized},
    };
    return list;
}

ExportSummary runExport(const ExportOptions& options, JobContext& context) {
    const ExporterEntry& exporter = exporterOf(options.format);
    if (options.out.empty()) throw Error("--out is missing; give a folder to write", ErrorKind::Usage);
    fs::path out = fs::absolute(options.out).lexically_normal();
    if (!out.has_filename()) out = out.parent_path();
    const auto run = openQuantization(options.run);
    const auto model = modelOfRun(*run, options.model);
    Survey survey = surveyOf(*run, *model, context);
    survey.ggufType = options.ggufType;
    std::vector<std::string> warnings = requireLoadable(exporter.name, survey, context);
    Workplace workplace(out);
    ExportSummary summary;
    try {
        summary = exporter.write({*run, *model, survey, options, workplace.path()}, context);
    } catch (const Error& error) {
        throw workplace.inOut(error);
    }
    summary.warnings = std::move(warnings);
    workplace.keep();
    context.report(1, "done");
    return summary;
}

}  // namespace qs
