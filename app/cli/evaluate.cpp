// SPDX-License-Identifier: GPL-3.0-or-later
// evaluate MODEL|RUN --task perplexity
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

enum class Task { Perplexity };

}  // namespace
}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::Task> {
    static constexpr std::pair<qs::cli::Task, const char*> values[] = {{qs::cli::Task::Perplexity, "perplexity"}};
};

namespace qs::cli {
namespace {

using nlohmann::json;

struct TaskOption {
    Task task = Task::Perplexity;
    void describe(OptionList& list) {
        list.group("Evaluation");
        list.choice("task", task, "What to measure");
    }
};

json documentOf(const EvaluationRecord& record) {
    json metrics = json::object();
    for (const auto& [name, value] : record.metrics) metrics[name] = {{"value", value.first}, {"stderr", value.second}};
    return {{"task", record.task}, {"metrics", metrics}};
}

std::string textOf(const EvaluationRecord& record) {
    std::vector<std::vector<std::string>> rows{{"metric", "value", "± standard error"}};
    for (const auto& [name, value] : record.metrics) rows.push_back({name, number(value.first, 7), number(value.second, 3)});
    std::string text = record.task + " of " + record.subject + " on " + record.data + "\n" + tableText(rows, {0});
    for (const auto& [name, value] : record.settings) text += name + " " + number(value) + "\n";
    return text;
}

class Evaluate : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL|RUN", m_options.subject, "Hugging Face directory, GGUF file or run file (*.qsrun)");
        arguments.add(m_task);
        arguments.add(m_options);
        arguments.alias("data", "text");
        arguments.require("task");
        arguments.require("text");
        arguments.add(m_output);
    }
    Status run(const Arguments&) override {
        parseDevice(m_options.machine.device);
        EvaluationRecord record;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { record = runPerplexity(m_options, context); });
        if (m_output.json) printDocument(documentOf(record));
        else print(textOf(record));
        return kDone;
    }

  private:
    TaskOption m_task;
    PerplexityOptions m_options;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeEvaluate() { return std::make_unique<Evaluate>(); }

}  // namespace qs::cli
