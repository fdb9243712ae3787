// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/reconstruction_error/reconstruction_error_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "views/missing_linears.h"
#include "views/run_names.h"

namespace qs {
namespace {

using reconstruction_error_words::text;

const std::vector<LengthError>& errorsOf(const LinearRecord& linear, bool heldOut) {
    return heldOut ? linear.heldOutErrors : linear.calibrationErrors;
}

std::map<std::pair<std::string, int>, double> byLinearAndLength(const RunFile& run, bool heldOut) {
    std::map<std::pair<std::string, int>, double> errors;
    for (const LinearRecord& linear : run.linears())
        for (const LengthError& error : errorsOf(linear, heldOut)) errors[{linear.name, error.length}] = error.relative();
    return errors;
}

void addPairs(ReconstructionError& data, const ViewInput& input) {
    std::map<std::pair<std::string, int>, double> baseline;
    if (data.ratio) baseline = byLinearAndLength(*input.baseline, data.heldOut);
    for (const LinearRecord& linear : input.run->linears())
        for (const LengthError& error : errorsOf(linear, data.heldOut)) {
            const auto rank = std::find(data.lengths.begin(), data.lengths.end(), error.length) - data.lengths.begin();
            ErrorPair pair{linear.name,      linear.block, error.length,    static_cast<int>(rank),
                           error.relative(), std::nan(""), error.relative()};
            if (data.ratio) {
                const auto other = baseline.find({linear.name, error.length});
                if (other != baseline.end()) pair.baseline = other->second;
                pair.value = pair.baseline / pair.relative;
            }
            if (std::isfinite(pair.value) && pair.value > 0) data.pairs.push_back(pair);
            else ++data.dropped;
        }
}

/// What both runs have in common (", 3 bit, g64") is not said twice.
void nameBoth(ReconstructionError& data, const RunFile& run, const RunFile& baseline) {
    data.baselineName = runName(baseline);
    if (data.name == data.baselineName) {  // options that no name tells differ: the files have names
        data.name = QString::fromStdString(run.path().stem().string());
        data.baselineName = QString::fromStdString(baseline.path().stem().string());
        return;
    }
    const QString mine = data.name.section(", ", 0, 0), other = data.baselineName.section(", ", 0, 0);
    const bool same = data.name.section(", ", 1) == data.baselineName.section(", ", 1);
    if (same && mine != other) data.name = mine, data.baselineName = other;
}

}  // namespace

double medianOf(std::vector<double> values) {
    if (values.empty()) return std::nan("");
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

ReconstructionError reconstructionError(const ViewInput& input) {
    ReconstructionError data;
    if (!input.run) return data.missing = text("Open a run, or start one, to see where the error sits."), data;
    const auto& linears = input.run->linears();
    data.heldOutKnown =
        std::any_of(linears.begin(), linears.end(), [](const LinearRecord& linear) { return !linear.heldOutErrors.empty(); });
    data.heldOut = data.heldOutKnown && input.settings.value("text").toString() == "held-out";
    data.ratio = input.baseline && input.baseline != input.run;
    data.lengths = lengthsOf(*input.run);
    data.name = data.runName = runName(*input.run);
    data.model = modelName(*input.run);
    data.brushed = input.selection.brushed;
    if (data.ratio) nameBoth(data, *input.run, *input.baseline);
    addPairs(data, input);
    if (data.pairs.empty()) {
        data.missing = linears.empty() ? noLinearYet(*input.run)
                       : data.ratio    ? text("The baseline has no linear and length in common with this run.")
                                       : text("This run has no errors per length.");
        return data;
    }
    const auto better = std::count_if(data.pairs.begin(), data.pairs.end(), [](const ErrorPair& pair) { return pair.value > 1; });
    data.shareBetter = static_cast<double>(better) / static_cast<double>(data.pairs.size());
    return data;
}

Figure reconstructionErrorFigure(const ViewInput& input) {
    const ReconstructionError data = reconstructionError(input);
    return {chartOf(data, input.selection.linear), tableOf(data)};
}

}  // namespace qs
