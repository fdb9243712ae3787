// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/length_tuner_model.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "views/length_set.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

QString text(const char* source) { return QCoreApplication::translate("LengthTuner", source); }

double meanOf(const std::vector<LengthError>& errors) {
    double sum = 0;
    for (const LengthError& error : errors) sum += error.relative();
    return errors.empty() ? std::nan("") : sum / static_cast<double>(errors.size());
}

Line curveOf(const std::vector<LengthError>& errors, const std::vector<int>& lengths, const QString& name, LineKind kind, bool circles) {
    Line line{name, kind, -1, {}, {}, circles};
    for (const LengthError& error : errors) {
        const auto at = std::find(lengths.begin(), lengths.end(), error.length) - lengths.begin();
        if (at == static_cast<std::ptrdiff_t>(lengths.size())) continue;
        line.x.push_back(static_cast<double>(at));
        line.y.push_back(100 * error.relative());
    }
    return line;
}

/// Error of every length: the run as a ghost, the trial in the accent, on held-out text dashed.
Chart errorColumn(const LengthTuner& data) {
    std::vector<int> lengths;
    for (const LengthError& error : data.run) lengths.push_back(error.length);
    Chart chart;
    chart.width = 0.45;
    chart.x.scale = AxisScale::Named;
    chart.x.low = -0.4, chart.x.high = static_cast<double>(lengths.size()) - 0.6;
    chart.x.title = text("Length, tokens");
    for (std::size_t i = 0; i < lengths.size(); ++i) chart.x.names.emplace_back(static_cast<double>(i), count(lengths[i]));
    Panel panel;
    panel.title = text("Error per length");
    panel.y.title = text("Relative output error, %");
    panel.y.brief = text("Error, %");
    panel.lines.push_back(curveOf(data.run, lengths, text("this run"), LineKind::Ghost, true));
    if (data.trial) {
        panel.lines.push_back(curveOf(data.trial->calibration, lengths, text("solved again"), LineKind::Accent, true));
        if (!data.trial->heldOut.empty())
            panel.lines.push_back(curveOf(data.trial->heldOut, lengths, text("held-out text"), LineKind::Muted, false));
    }
    double high = 0, low = 1e300;
    for (const Line& line : panel.lines)
        for (const double y : line.y) high = std::max(high, y), low = std::min(low, y);
    if (!(high > 0)) low = 0, high = 1;
    const double pad = 0.15 * std::max(high - low, 0.1 * high);
    panel.y.low = std::max(0.0, low - pad), panel.y.high = high + pad;
    chart.panels = {panel};
    return chart;
}

void addWords(Chart& chart, const LengthTuner& data) {
    const double before = meanOf(data.run);
    if (!data.trial) {
        chart.lead = text("error %1").arg(percent(before));
        chart.leadDetail = data.obstacle.isEmpty() ? text("as the run solved it · drag a chip to solve this linear again") : data.obstacle;
        return;
    }
    const double after = meanOf(data.trial->calibration);
    chart.lead = text("error %1").arg(percent(after));
    chart.leadDetail = text("mean over lengths · run %1 · %2 bits a weight with scales · solved in %3")
                           .arg(percent(before), fixedDecimals(data.trial->bits, 2), duration(data.trial->seconds));
    if (data.pending) chart.leadEstimate = text("solving again");
    chart.footnote += text(" · solved on this run's bank; blocks behind this one keep what was recorded behind the run's weights");
}

}  // namespace

TrialSettings trialOf(const ViewInput& input) {
    TrialSettings settings = trialSettingsOf(*input.run);
    OptionList list;
    settings.quant.describe(list);
    const QJsonObject wanted = input.settings.value("try").toObject();
    for (auto it = wanted.begin(); it != wanted.end(); ++it) list.set(it.key().toStdString(), it.value().toString().toStdString());
    if (input.settings.contains("mix")) {
        const std::string mix = lengthSetOf(*input.run, input.settings.value("mix").toObject()).weighting(true);
        if (mix.empty()) throw Error("no length of the chips is in this bank; put in one that was recorded", ErrorKind::Usage);
        settings.weighting = mix;
    }
    return settings;
}

std::vector<std::pair<QString, QString>> optionsOf(const ViewInput& input) {
    std::vector<std::pair<QString, QString>> options;
    if (!input.run) return options;
    if (input.settings.contains("mix")) {
        const LengthSet set = lengthSetOf(*input.run, input.settings.value("mix").toObject());
        options.emplace_back("lengths", set.lengths());
        options.emplace_back("weighting", QString::fromStdString(set.weighting(false)));
    }
    const QJsonObject wanted = input.settings.value("try").toObject();
    for (auto it = wanted.begin(); it != wanted.end(); ++it) options.emplace_back(it.key(), it.value().toString());
    return options;
}

LengthTuner lengthTuner(const ViewInput& input) {
    LengthTuner data;
    data.diagonal = hessianDiagonal(input);
    if (!input.run) return data;
    for (const LinearRecord& linear : input.run->linears())
        if (linear.name == input.selection.linear)
            data.linear = linear.name, data.run = linear.calibrationErrors, data.runBits = linear.bits;
    if (data.linear.empty()) {
        data.obstacle = text("choose a solved linear to solve it again");
        return data;
    }
    try {
        if (const std::string obstacle = trialObstacle(trialOf(input)); !obstacle.empty()) data.obstacle = QString::fromStdString(obstacle);
    } catch (const Error& error) {
        data.obstacle = QString::fromStdString(error.what());
    }
    const std::string keep = optionOf(*input.run, "keep", "full");
    if (keep != "full") data.obstacle = text("solving again needs the full bank, which this run did not keep (--keep full)");
    return data;
}

Chart chartOf(const LengthTuner& data) {
    Chart chart = chartOf(data.diagonal);
    chart.heading = text("Length tuner");
    if (chart.empty()) {
        chart.emptyTitle = text("Nothing to tune yet");
        if (!chart.emptyOptions.empty()) chart.emptyOptions = {{"keep", "full"}};  // what solving again needs
        return chart;
    }
    chart.title = text("Lengths, their mix and the error it gives");
    if (!data.run.empty()) {
        chart.beside.push_back(errorColumn(data));
        for (const Line& line : chart.beside.back().panels.front().lines)
            chart.legend.push_back({line.kind == LineKind::Ghost    ? text("error of this run")
                                    : line.kind == LineKind::Accent ? text("error solved again")
                                                                    : text("error on held-out text"),
                                    line.kind});
        chart.description +=
            text(" Mean error over lengths: %1 in this run%2.")
                .arg(percent(meanOf(data.run)),
                     data.trial ? text(", %1 when solved again").arg(percent(meanOf(data.trial->calibration))) : QString());
    }
    addWords(chart, data);
    return chart;
}

ChartTable tableOf(const LengthTuner& data) {
    ChartTable table;
    if (data.run.empty()) return tableOf(data.diagonal);
    table.header = {text("length"), text("relative error of the run"), text("solved again"), text("held-out, solved again")};
    const auto at = [](const std::vector<LengthError>& errors, int length) {
        for (const LengthError& error : errors)
            if (error.length == length) return error.relative();
        return std::nan("");
    };
    for (const LengthError& error : data.run)
        table.rows.push_back({error.length, error.relative(), data.trial ? at(data.trial->calibration, error.length) : std::nan(""),
                              data.trial ? at(data.trial->heldOut, error.length) : std::nan("")});
    return table;
}

Figure lengthTunerFigure(const ViewInput& input) {
    LengthTuner data = lengthTuner(input);
    const bool asked = input.settings.contains("mix") || input.settings.contains("try");
    if (asked && data.obstacle.isEmpty()) {
        JobContext context;
        data.trial = TrialLayer::load(*input.run, data.linear, {}, context)->solve(trialOf(input), context);
        data.trial->seconds = 0;  // a figure does not say how long it took
    }
    Chart chart = chartOf(data);
    if (data.trial)
        chart.leadDetail = text("mean over lengths · run %1 · %2 bits a weight with scales")
                               .arg(percent(meanOf(data.run)), fixedDecimals(data.trial->bits, 2));
    return {chart, tableOf(data)};
}

}  // namespace qs
