// SPDX-License-Identifier: GPL-3.0-or-later
// study FILE
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/estimate_text.h"
#include "cli/output.h"
#include "run/study.h"

namespace qs::cli {
namespace {

using nlohmann::json;

struct ListOption {
    bool list = false;
    void describe(OptionList& options) {
        options.group("Run");
        options.flag("list", list, "List the cells of the study, and do nothing else");
    }
};

class StudyCommand : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("FILE", m_options.file, "Study file (*.json), as resources/studies has them");
        arguments.add(m_options);
        arguments.add(m_estimate);
        arguments.add(m_list);
        arguments.add(m_output);
        arguments.exclusive({"estimate", "list"});
    }
    Status run(const Arguments&) override {
        parseDevice(m_options.machine.device);
        if (m_list.list) return printCells();
        if (m_estimate.estimate) {
            const Estimate estimate = estimateStudy(m_options);
            if (m_output.json) printDocument(estimateJson(estimate));
            else print(estimateText(estimate));
            return kDone;
        }
        if (m_options.out.empty()) throw Error("--out is missing; give --out FOLDER", ErrorKind::Usage);
        StudySummary summary;
        runJob(m_output, FirstSignal::AfterPart, [&](JobContext& context) { summary = runStudy(m_options, context); });
        if (m_output.json)
            printDocument({{"comparison", summary.comparison},
                           {"table", summary.table},
                           {"cells", summary.cells},
                           {"reused", summary.reused},
                           {"seconds", summary.seconds}});
        else
            print(summary.markdown + "\nWritten to " + m_options.out + " in " + secondsText(summary.seconds) +
                  (summary.reused > 0 ? ", " + std::to_string(summary.reused) + " cells from before" : "") + "\n");
        return kDone;
    }

  private:
    Status printCells() const {
        const Study study = readStudy(m_options);
        if (m_output.json) {
            json cells = json::array();
            for (const StudyCell& cell : study.cells) {
                json labels = json::object();
                for (const auto& [axis, label] : cell.labels) labels[axis] = label;
                cells.push_back({{"id", cell.id}, {"title", cell.title()}, {"labels", labels}, {"seed", cell.options.calibration.seed}});
            }
            printDocument({{"title", study.title}, {"cells", cells}, {"notes", study.notes}});
            return kDone;
        }
        std::vector<std::vector<std::string>> rows{{"cell", "file"}};
        for (const StudyCell& cell : study.cells) rows.push_back({cell.title(), cell.id});
        print(study.title + "\n" + tableText(rows, {0, 1}) + std::to_string(study.cells.size()) + " cells, each measured by " +
              std::to_string(study.perplexities.size()) + " perplexities\n");
        for (const std::string& note : study.notes) print(note + "\n");
        return kDone;
    }

    StudyOptions m_options;
    EstimateOption m_estimate;
    ListOption m_list;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeStudy() { return std::make_unique<StudyCommand>(); }

}  // namespace qs::cli
