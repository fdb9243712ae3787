// SPDX-License-Identifier: GPL-3.0-or-later
// export RUN --format dequantized
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

enum class Format { Dequantized };

}  // namespace
}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::Format> {
    static constexpr std::pair<qs::cli::Format, const char*> values[] = {{qs::cli::Format::Dequantized, "dequantized"}};
};

namespace qs::cli {
namespace {

struct FormatOptions {
    Format format = Format::Dequantized;
    std::string out, model;
    void describe(OptionList& list) {
        list.group("Export");
        list.choice("format", format, "Format of the files; dequantized writes float32 weights that every loader reads");
        list.text("out", out, "Folder to write; it must be new or empty");
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
    Status run(const Arguments&) override {
        m_options.format = nameOfEnum(m_format.format);
        m_options.out = m_format.out;
        m_options.model = m_format.model;
        checkOutputFolder(m_options.out);
        ExportSummary summary;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { summary = runExport(m_options, context); });
        if (m_output.json)
            printDocument({{"out", m_options.out},
                           {"format", m_options.format},
                           {"files", summary.files},
                           {"bytes", summary.bytes},
                           {"linears", summary.linears},
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
