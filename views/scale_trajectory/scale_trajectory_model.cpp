// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scale_trajectory/scale_trajectory_model.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "views/missing_linears.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using scale_trajectory_words::text;

constexpr std::size_t kMovers = 5;

QString methodName(const RunFile& run) { return QString::fromStdString(optionOf(run, "method", "gptq")).toUpper(); }

QString stepName(const std::string& name, const RunFile& run) {
    if (name == "stage 1") return text("stage 1");
    if (name == "codes") return methodName(run);
    if (name == "joint") return text("joint");
    return text("sweep %1").arg(QString::fromStdString(name).section(' ', 1));
}

}  // namespace

QString stepTick(const QString& step) { return step.startsWith(text("sweep %1").arg(QString())) ? step.section(' ', -1) : step; }

namespace {

double quantile(std::vector<double>& values, double q) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

ScaleTrajectory::Losses lossesOf(const RunFile& run, const LinearRecord& linear, const std::vector<ScaleStepRecord>& steps) {
    ScaleTrajectory::Losses losses;
    const bool stageOne = optionOf(run, "search") == "hessian";
    losses.name = stageOne ? text("stage 1 on") : text("stage 1 off");
    for (const ScaleStepRecord& step : steps) {
        if (step.name == "stage 1") continue;  // codes rounded to nearest: far above everything that follows
        const QString name = stepName(step.name, run);
        losses.steps.push_back(stepTick(name));
        losses.relative.push_back(linear.energy > 0 ? step.loss / linear.energy : std::nan(""));
    }
    return losses;
}

void summarise(ScaleTrajectory& data, const std::vector<ScaleStepRecord>& steps, const Matrix<float>& base) {
    const std::size_t groups = base.cols();
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < base.size(); ++i) {
        if (data.row >= 0 && i / groups != static_cast<std::size_t>(data.row)) continue;
        const bool positive = std::all_of(steps.begin(), steps.end(), [&](const auto& step) { return step.scales.values()[i] > 0; });
        if (positive) used.push_back(i);
        else ++data.left;
    }
    data.scales = used.size();
    if (used.empty()) return;
    std::vector<double> moved(used.size(), 0.0), values(used.size());
    for (const ScaleStepRecord& step : steps) {
        for (std::size_t k = 0; k < used.size(); ++k) {
            values[k] = double(step.scales.values()[used[k]]) / base.values()[used[k]];
            moved[k] = std::max(moved[k], std::abs(std::log(values[k])));
        }
        for (const auto& [list, q] :
             {std::pair{&data.median, 0.5}, {&data.low50, 0.25}, {&data.high50, 0.75}, {&data.low98, 0.01}, {&data.high98, 0.99}})
            list->push_back(quantile(values, q));
    }
    std::vector<std::size_t> order(used.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    const std::size_t most = std::min(kMovers, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                      [&](std::size_t a, std::size_t b) { return moved[a] > moved[b]; });
    for (std::size_t k = 0; k < most && moved[order[k]] > 1e-6; ++k) {
        const std::size_t i = used[order[k]];
        ScaleTrajectory::Mover mover{static_cast<int>(i / groups), static_cast<int>(i % groups), {}};
        for (const ScaleStepRecord& step : steps) mover.ratio.push_back(double(step.scales.values()[i]) / base.values()[i]);
        data.movers.push_back(std::move(mover));
    }
}

const LinearRecord* find(const RunFile& run, const std::string& name) {
    for (const LinearRecord& linear : run.linears())
        if (linear.name == name) return &linear;
    return nullptr;
}

/// The selected linear, else the first of the selected block, else the first that has steps.
const LinearRecord* choose(const ViewInput& input) {
    if (const LinearRecord* linear = find(*input.run, input.selection.linear)) return linear;
    for (const LinearRecord& linear : input.run->linears())
        if (linear.block == input.selection.block && !linear.scaleSteps.empty()) return &linear;
    for (const LinearRecord& linear : input.run->linears())
        if (!linear.scaleSteps.empty()) return &linear;
    return input.run->linears().empty() ? nullptr : &input.run->linears().front();
}

}  // namespace

ScaleTrajectory scaleTrajectory(const ViewInput& input) {
    ScaleTrajectory data;
    data.missingTitle = text("No scales recorded");
    if (!input.run) return data.missing = text("Open a run, or start one with Refine, to follow its group scales."), data;
    const LinearRecord* linear = choose(input);
    if (!linear) return data.missing = noLinearYet(*input.run), data;
    std::vector<ScaleStepRecord> steps;
    try {
        steps = input.run->scaleSteps(linear->name);
    } catch (const Error& error) {
        return data.missing = QString::fromStdString(error.what()), data;
    }
    if (steps.empty()) {
        data.missing = text("Turn on Refine to record every scale per sweep.");
        data.remedy = {{"refine", "sweeps"}};
        return data;
    }
    data.block = linear->block;
    data.linear = linear->name;
    data.model = modelName(*input.run), data.runName = runName(*input.run);
    data.losses.push_back(lossesOf(*input.run, *linear, steps));
    if (input.baseline && input.baseline != input.run)
        if (const LinearRecord* other = find(*input.baseline, linear->name); other && !other->scaleSteps.empty()) {
            data.losses.push_back(lossesOf(*input.baseline, *other, other->scaleSteps));
            if (data.losses[0].name == data.losses[1].name)
                data.losses[0].name = data.runName, data.losses[1].name = runName(*input.baseline);
        }
    std::erase_if(steps, [&](const ScaleStepRecord& step) { return step.name == "stage 1" || step.scales.empty(); });
    if (steps.empty()) return data;  // only losses were kept
    const int rows = static_cast<int>(steps.front().scales.rows());
    data.row = std::clamp(input.settings.value("row").toInt(-1), -1, rows - 1);
    for (const ScaleStepRecord& step : steps) data.steps.push_back(stepName(step.name, *input.run));
    summarise(data, steps, steps.front().scales);
    return data;
}

Figure scaleTrajectoryFigure(const ViewInput& input) {
    const ScaleTrajectory data = scaleTrajectory(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
