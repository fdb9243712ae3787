// SPDX-License-Identifier: GPL-3.0-or-later
// evaluate MODEL|RUN --task TASK --data FILE
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "run/evaluation.h"

namespace qs::cli {
namespace {

using nlohmann::json;

json documentOf(const EvaluationReport& report) {
    const EvaluationRecord& record = report.record;
    json metrics = json::object(), comparison = json::object();
    for (const auto& [name, value] : record.metrics) metrics[name] = {{"value", value.first}, {"stderr", value.second}};
    json document{{"task", record.task}, {"metrics", metrics}};
    if (report.comparison.empty()) return document;
    for (const auto& [name, c] : report.comparison)
        comparison[name] = {{"baseline", c.baseline},
                            {"difference", c.difference},
                            {"stderr", c.standardError},
                            {"low", c.low},
                            {"high", c.high},
                            {"p_value", c.pValue},
                            {"items", c.items},
                            {"only_here", c.onlyHere},
                            {"only_baseline", c.onlyBaseline}};
    document["comparison"] = comparison;
    if (report.flips) document["flips"] = *report.flips;
    return document;
}

std::string comparisonText(const EvaluationReport& report) {
    std::vector<std::vector<std::string>> rows{
        {"against the baseline", "baseline", "difference", "± standard error", "95 % interval", "p"}};
    for (const auto& [name, c] : report.comparison)
        rows.push_back({name, number(c.baseline, 5), number(c.difference, 4), number(c.standardError, 3),
                        number(c.low, 4) + " … " + number(c.high, 4), number(c.pValue, 3)});
    std::string text = tableText(rows, {0});
    if (report.flips) text += "flips (items right here or there only) " + number(*report.flips * 100, 4) + " %\n";
    return text;
}

std::string textOf(const EvaluationReport& report) {
    const EvaluationRecord& record = report.record;
    std::vector<std::vector<std::string>> rows{{"metric", "value", "± standard error"}};
    for (const auto& [name, value] : record.metrics) rows.push_back({name, number(value.first, 7), number(value.second, 3)});
    std::string text = record.task + " of " + record.subject + " on " + record.data + "\n" + tableText(rows, {0});
    for (const auto& [name, value] : record.settings) text += name + " " + number(value) + "\n";
    if (!report.comparison.empty()) text += "\n" + comparisonText(report);
    return text;
}

class Evaluate : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL|RUN", m_options.measure.subject, "Hugging Face directory, GGUF file or run file (*.qsrun)");
        arguments.add(m_options);
        arguments.alias("data", "text");
        arguments.require("task");
        arguments.require("text");
        arguments.needs("resume", "items");
        arguments.add(m_output);
    }
    Status run(const Arguments&) override {
        parseDevice(m_options.measure.machine.device);
        EvaluationReport report;
        const FirstSignal first = m_options.items.empty() ? FirstSignal::Now : FirstSignal::AfterPart;
        runJob(m_output, first, [&](JobContext& context) { report = runEvaluation(m_options, context); });
        if (m_output.json) printDocument(documentOf(report));
        else print(textOf(report));
        return kDone;
    }

  private:
    EvaluationOptions m_options;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeEvaluate() { return std::make_unique<Evaluate>(); }

}  // namespace qs::cli
