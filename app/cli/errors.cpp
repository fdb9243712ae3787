// SPDX-License-Identifier: GPL-3.0-or-later
// errors RUN
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

using nlohmann::json;

json orNull(const std::optional<double>& value) { return value ? json(*value) : json(); }

json documentOf(const ErrorsOptions& options, const ErrorsReport& report) {
    json rows = json::array();
    for (const ErrorRow& row : report.rows) {
        json entry{{"linear", row.linear},     {"block", row.block},
                   {"length", row.length},     {"sequences", row.sequences},
                   {"error", row.error},       {"energy", row.energy},
                   {"relative", row.relative}, {"relative_without_first", row.relativeWithoutFirst}};
        if (!options.baseline.empty()) entry.update({{"baseline_relative", orNull(row.baselineRelative)}, {"ratio", orNull(row.ratio)}});
        rows.push_back(std::move(entry));
    }
    json document{{"run", options.run}, {"text", report.text}, {"mean_relative", report.meanRelative}, {"errors", rows}};
    if (!options.baseline.empty()) document.update({{"baseline", options.baseline}, {"share_better", orNull(report.shareBetter)}});
    return document;
}

std::string textOf(const ErrorsOptions& options, const ErrorsReport& report) {
    const bool compared = !options.baseline.empty();
    std::vector<std::vector<std::string>> rows{{"linear", "length", "sequences", "relative error", "without first"}};
    if (compared) rows[0].insert(rows[0].end(), {"baseline", "ratio"});
    for (const ErrorRow& row : report.rows) {
        rows.push_back({row.linear, std::to_string(row.length), std::to_string(row.sequences), number(row.relative, 4),
                        number(row.relativeWithoutFirst, 4)});
        if (!compared) continue;
        rows.back().push_back(row.baselineRelative ? number(*row.baselineRelative, 4) : "");
        rows.back().push_back(row.ratio ? number(*row.ratio, 4) : "");
    }
    std::string text =
        "Errors on: " + report.text + "\n" + tableText(rows, {0}) + "\nmean relative error " + number(report.meanRelative, 5) + "\n";
    if (report.shareBetter)
        text += "better than the baseline (ratio above 1) at " + number(*report.shareBetter * 100, 4) + " % of linears × lengths\n";
    return text;
}

class Errors : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("RUN", m_options.run, "Run file of a quantization (*.qsrun)");
        arguments.omit("run");
        arguments.add(m_options);
        arguments.exclusive({"text", "held-out"});
        for (const char* field : {"lengths", "tokens", "seed", "text-field"}) arguments.needs(field, "text");
        arguments.add(m_output);
    }
    Status run(const Arguments&) override {
        parseDevice(m_options.machine.device);
        ErrorsReport report;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { report = runErrors(m_options, context); });
        if (m_output.json) printDocument(documentOf(m_options, report));
        else print(textOf(m_options, report));
        return kDone;
    }

  private:
    ErrorsOptions m_options;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeErrors() { return std::make_unique<Errors>(); }

}  // namespace qs::cli
