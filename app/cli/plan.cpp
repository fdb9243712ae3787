// SPDX-License-Identifier: GPL-3.0-or-later
// plan RUN
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/plan_text.h"
#include "run/jobs.h"

namespace qs::cli {
namespace {

using nlohmann::json;

json documentOf(const std::string& run, const PlanReport& report) {
    json document = json::parse(bitPlanJson(report.plan));
    document["run"] = run;
    document["measured_now"] = report.measured;
    document["seconds"] = report.seconds;
    document["check"] = report.check ? planCheckJson(*report.check) : json();
    return document;
}

class Plan : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("RUN", m_options.run, "Run file with a full bank, or with errors per width (*.qsrun)");
        arguments.omit("bits");
        arguments.add(m_options);
        arguments.shorthand("symmetric", "scheme", "sym");
        arguments.shorthand("asymmetric", "scheme", "asym");
        arguments.shorthand("stage1", "search", "hessian");
        arguments.exclusive({"budget", "budget-bytes"});
        arguments.add(m_output);
        arguments.add(m_force);
    }
    Status run(const Arguments& arguments) override {
        for (const OptionField& field : arguments.fields())
            if (arguments.given(field.name) && isMeasuring(field.name)) m_options.changed.push_back(field.name);
        m_options.ownWidths = arguments.given("widths");
        refuseWithoutBudget(arguments);
        checkBitPlanOptions(m_options.plan);
        if (!m_options.out.empty()) {
            checkOutputFile(m_options.out, {m_options.run});
            checkReplaced(m_options.out, m_force);
        }
        PlanReport report;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { report = runPlan(m_options, context); });
        if (m_output.json) {
            printDocument(documentOf(m_options.run, report));
            return kDone;
        }
        print(planWidthsText(report.plan) + "\n" + planText(report.plan));
        if (report.check) print("\n" + planCheckText(*report.check));
        if (!m_options.out.empty())
            print("\nWritten to " + m_options.out + "; next: quantoscope-cli quantize … --bit-plan " + m_options.out + "\n");
        return kDone;
    }

  private:
    static bool isMeasuring(const std::string& name) {
        const std::vector<std::string> names = planSettingNames();
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void refuseWithoutBudget(const Arguments& arguments) const {
        if (m_options.plan.hasBudget()) return;
        for (const char* field : {"pin", "ties", "widths", "objective"})
            if (arguments.given(field))
                throw Error(std::string("--") + field + " has a meaning only with --budget or --budget-bytes", ErrorKind::Usage);
        if (!m_options.changed.empty())
            throw Error("--" + m_options.changed.front() + " has a meaning only with --budget or --budget-bytes", ErrorKind::Usage);
    }

    PlanOptions m_options;
    OutputOptions m_output;
    ForceOption m_force;
};

}  // namespace

std::unique_ptr<Command> makePlan() { return std::make_unique<Plan>(); }

}  // namespace qs::cli
