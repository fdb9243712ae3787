// SPDX-License-Identifier: GPL-3.0-or-later
// How the trajectories are drawn: bands with the median, the five that moved most by name; beside them the loss per sweep.
#include <algorithm>
#include <cmath>

#include "views/number_text.h"
#include "views/rich_text.h"
#include "views/run_names.h"
#include "views/scale_trajectory/scale_trajectory_model.h"

namespace qs {
namespace {

using scale_trajectory_words::text;

std::vector<double> places(std::size_t count) {
    std::vector<double> x;
    for (std::size_t i = 0; i < count; ++i) x.push_back(static_cast<double>(i));
    return x;
}

Axis stepAxis(const std::vector<QString>& names) {
    Axis axis;
    axis.scale = AxisScale::Named;
    axis.low = -0.12, axis.high = static_cast<double>(names.size()) - 0.88;
    for (std::size_t i = 0; i < names.size(); ++i) axis.names.emplace_back(static_cast<double>(i), stepTick(names[i]));
    axis.title = text("Sweep");
    return axis;
}

Panel scalePanel(const ScaleTrajectory& data) {
    Panel panel;
    panel.y.title = text("Scale / scale after %1").arg(data.steps.front());
    const auto x = places(data.steps.size());
    panel.bands = {{text("middle 98 %"), x, data.low98, data.high98, Tone::AccentSoft},
                   {text("middle 50 %"), x, data.low50, data.high50, Tone::AccentMid}};
    double low = *std::min_element(data.low98.begin(), data.low98.end()), high = *std::max_element(data.high98.begin(), data.high98.end());
    for (const auto& mover : data.movers) {
        panel.lines.push_back({{}, LineKind::Strong, -1, x, mover.ratio});
        panel.endLabels.push_back({x.back(), mover.ratio.back(), text("row %1 · group %2").arg(count(mover.row), count(mover.group))});
        for (const double ratio : mover.ratio) low = std::min(low, ratio), high = std::max(high, ratio);
    }
    panel.lines.push_back({{}, LineKind::Accent, -1, x, data.median});
    const double pad = std::max(0.08 * (high - low), 0.01);
    panel.y.low = low - pad, panel.y.high = high + pad;
    const QString scales = count(static_cast<qint64>(data.scales));
    panel.title = data.row < 0 ? text("%1 group scales").arg(scales) : text("row %1: %2 group scales").arg(data.row).arg(scales);
    panel.note = text("median, middle 50 % and 98 %, those that moved most");
    return panel;
}

Chart lossChart(const ScaleTrajectory& data) {
    Chart chart;
    chart.width = 0.55;
    chart.x = stepAxis(data.losses.front().steps);
    for (const auto& losses : data.losses)
        if (losses.steps.size() > chart.x.names.size()) chart.x = stepAxis(losses.steps);
    Panel panel;
    panel.title = text("Loss per sweep");
    panel.y.title = text("Relative output error, %");
    double low = 1e300, high = 0;
    for (std::size_t i = 0; i < data.losses.size(); ++i) {
        const auto& losses = data.losses[i];
        Line line{losses.name, i == 0 ? LineKind::Strong : LineKind::Dashed, -1, {}, {}, true};
        for (std::size_t s = 0; s < losses.relative.size(); ++s) {
            if (!std::isfinite(losses.relative[s])) continue;
            line.x.push_back(static_cast<double>(s));
            line.y.push_back(100 * losses.relative[s]);
            low = std::min(low, line.y.back()), high = std::max(high, line.y.back());
        }
        panel.lines.push_back(std::move(line));
    }
    if (!(high >= low)) low = 0, high = 1;
    panel.y.low = std::max(0.0, low - 0.25 * std::max(high - low, 0.2 * high)),
    panel.y.high = high + 0.15 * std::max(high - low, 0.2 * high);
    chart.panels = {panel};
    return chart;
}

}  // namespace

Chart chartOf(const ScaleTrajectory& data) {
    Chart chart;
    chart.heading = text("Scale trajectory");
    chart.title = text("Group scales through the refinement sweeps");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = data.missingTitle;
        chart.emptyOptions = data.remedy;
        if (!data.remedy.empty()) chart.emptyAction = text("Turn on sweeps");
        return chart.description = data.missing, chart;
    }
    chart.subject = placeName(data.block, linearName(data.linear));
    chart.subtitle = QStringLiteral("%1 · %2 · %3").arg(data.model, chart.subject, data.runName);
    chart.figureHeight = 500;
    Chart losses = lossChart(data);
    for (std::size_t i = 0; i < data.losses.size(); ++i)
        chart.legend.push_back({data.losses[i].name, i == 0 ? LineKind::Strong : LineKind::Dashed});
    const auto& first = data.losses.front().relative;
    chart.description = text("Relative output error of %1 along its sweeps: %2 % at first, %3 % at last. ")
                            .arg(linearName(data.linear), significant(100 * first.front()), significant(100 * first.back()));
    if (data.scales == 0) {  // losses alone
        const auto legend = chart.legend;
        chart.x = losses.x;
        chart.panels = losses.panels;
        chart.footnote = text("The scales of every step were not kept; start the run with --trajectories full to see them.");
        return chart;
    }
    chart.x = stepAxis(data.steps);
    chart.panels = {scalePanel(data)};
    chart.beside = {std::move(losses)};
    chart.footnote = text("%1 scales drawn").arg(count(static_cast<qint64>(data.scales)));
    if (data.left > 0)
        chart.footnote += text(" · %1 that are not positive at some step left out").arg(count(static_cast<qint64>(data.left)));
    chart.description +=
        text(
            "The median of %1 group scales ends at %2 times its first value, the middle 98 % between %3 and %4. The numbers are in "
            "the table of this view.")
            .arg(count(static_cast<qint64>(data.scales)))
            .arg(significant(data.median.back()), significant(data.low98.back()), significant(data.high98.back()));
    return chart;
}

ChartTable tableOf(const ScaleTrajectory& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("step"), text("relative error"), text("median"), text("1 %"), text("25 %"), text("75 %"), text("99 %")};
    for (const auto& mover : data.movers) table.header.push_back(text("row %1, group %2").arg(mover.row).arg(mover.group));
    const auto& losses = data.losses.front();
    for (std::size_t s = 0; s < losses.steps.size(); ++s) {
        std::vector<QVariant> row{s < data.steps.size() ? data.steps[s] : losses.steps[s], losses.relative[s]};
        for (const auto* list : {&data.median, &data.low98, &data.low50, &data.high50, &data.high98})
            row.emplace_back(s < list->size() ? (*list)[s] : std::nan(""));
        for (const auto& mover : data.movers) row.emplace_back(s < mover.ratio.size() ? mover.ratio[s] : std::nan(""));
        table.rows.push_back(std::move(row));
    }
    return table;
}

QString readout(const ScaleTrajectory& data, int step) {
    if (!data.missing.isEmpty() || step < 0 || step >= static_cast<int>(data.steps.size()) || data.scales == 0) return {};
    const auto s = static_cast<std::size_t>(step);
    QString rows;
    const auto add = [&rows](const QString& name, double value) {
        rows += QStringLiteral("<tr><td>%1</td><td align='right' style='padding-left:12px'>%2</td></tr>").arg(name, significant(value));
    };
    add(text("median"), data.median[s]);
    add(text("middle 50 %, low"), data.low50[s]);
    add(text("middle 50 %, high"), data.high50[s]);
    if (s < data.losses.front().relative.size()) add(text("error, %"), 100 * data.losses.front().relative[s]);
    return QStringLiteral("%1<table cellspacing='0'>%2</table>").arg(strong(data.steps[s].toHtmlEscaped()), rows);
}

}  // namespace qs
