// SPDX-License-Identifier: GPL-3.0-or-later
// train MODEL|--scratch --task TASK --text FILE
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/estimate_text.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/run_summary.h"
#include "export/tokenizer_json.h"
#include "run/train_job.h"

namespace qs::cli {
namespace {

class Train : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL", m_options.model, "Hugging Face directory or GGUF file to train further; none with --scratch", false);
        arguments.omit("model");
        arguments.add(m_options);
        arguments.alias("data", "text");
        arguments.require("task");
        arguments.require("text");
        arguments.needs("tokenizer", "scratch");
        arguments.add(m_estimate);
        arguments.add(m_output);
        arguments.add(m_force);
    }
    Status run(const Arguments&) override {
        m_options.check();
        m_options.writeTokenizer = [](const auto& gguf, const auto& folder) { writeTokenizerOfGguf(gguf, folder); };
        if (m_estimate.estimate) {
            const Estimate estimate = estimateTrain(m_options);
            if (m_output.json) printDocument(estimateJson(estimate));
            else print(estimateText(estimate));
            return kDone;
        }
        if (m_options.out.empty()) throw Error("--out is missing; give --out RUN.qsrun", ErrorKind::Usage);
        std::vector<std::string> inputs = m_options.text;
        inputs.push_back(m_options.model);
        inputs.push_back(m_options.tokenizer);
        checkOutputFile(m_options.out, inputs);
        checkReplaced(m_options.out, m_force);
        runJob(m_output, FirstSignal::AfterPart, [this](JobContext& context) { runTrain(m_options, context); });
        if (m_output.json) printDocument(runSummaryJson(m_options.out));
        else print(runSummaryText(m_options.out));
        return kDone;
    }

  private:
    TrainOptions m_options;
    EstimateOption m_estimate;
    OutputOptions m_output;
    ForceOption m_force;
};

}  // namespace

std::unique_ptr<Command> makeTrain() { return std::make_unique<Train>(); }

}  // namespace qs::cli
