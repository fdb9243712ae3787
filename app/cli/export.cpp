// SPDX-License-Identifier: GPL-3.0-or-later
// export RUN --format FORMAT --out FOLDER
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "run/export_choice.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

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
        const bool gguf = m_format.format == ExportFormat::Gguf;
        if (arguments.given("gguf-type") && !gguf) throw Error("--gguf-type has a meaning only with --format gguf", ErrorKind::Usage);
        if (arguments.given("shard-size") && gguf) throw Error("--shard-size has no meaning with --format gguf", ErrorKind::Usage);
        m_options = m_format.of(m_options.run);
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
    ExportChoice m_format;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeExport() { return std::make_unique<Export>(); }

}  // namespace qs::cli
