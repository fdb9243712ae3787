// SPDX-License-Identifier: GPL-3.0-or-later
// What the widths were chosen by: a term of the sensitivity for every layer and update, and its last values beside the bits they led to.
#include <algorithm>
#include <cmath>
#include <set>

#include "views/number_text.h"
#include "views/plot/ticks.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

struct Term {
    std::vector<double> TrainingUpdate::*values;
    QString title, brief;
};

Term termOf(const TrainingData& data) {
    if (data.term == "gradient")
        return {&TrainingUpdate::gradientVariance, TrainingWords::tr("Variance of the gradient"), TrainingWords::tr("Variance")};
    if (data.term == "activation")
        return {&TrainingUpdate::activationError, TrainingWords::tr("Error of the activations"), TrainingWords::tr("Error")};
    return {&TrainingUpdate::sensitivity, TrainingWords::tr("Sensitivity, smoothed"), TrainingWords::tr("Sensitivity")};
}

/// The first update holds the widths at the start and no figures.
std::vector<const TrainingUpdate*> measuredUpdates(const TrainingRecord& record) {
    std::vector<const TrainingUpdate*> updates;
    for (const TrainingUpdate& update : record.updates)
        if (update.step > 0) updates.push_back(&update);
    return updates;
}

std::pair<double, double> rangeOf(const std::vector<const TrainingUpdate*>& updates, const Term& term) {
    double low = 1e300, high = 0;
    for (const TrainingUpdate* update : updates)
        for (const double value : update->*term.values)
            if (value > 0 && std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    return high > 0 ? std::pair(low, std::max(high, low * 1.01)) : std::pair(0.1, 1.0);
}

ColourBar barOf(const Term& term, std::pair<double, double> range) {
    ColourBar bar;
    bar.shown = true;
    bar.axis.title = term.title;
    bar.axis.scale = AxisScale::Named;
    bar.axis.low = std::log10(range.first), bar.axis.high = std::log10(range.second);
    Axis real;
    real.scale = AxisScale::Log;
    for (const Tick& tick : ticksOf(real, range.first, range.second, 8)) bar.axis.names.emplace_back(std::log10(tick.value), tick.label);
    return bar;
}

Panel mapPanel(const TrainingData& data, const std::vector<const TrainingUpdate*>& updates, const Term& term,
               std::pair<double, double> range) {
    LayerMap grid = columnsOf(data);
    const auto last = static_cast<double>(updates.back()->step);
    grid.columns = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(last / grid.width)));
    std::vector<std::size_t> of(grid.columns, 0);  // a column shows what was measured over its steps, at the update behind them
    for (std::size_t c = 0, u = 0; c < grid.columns; ++c) {
        while (u + 1 < updates.size() && static_cast<double>(updates[u]->step) < (static_cast<double>(c) + 1) * grid.width - 0.5) ++u;
        of[c] = u;
    }
    Panel panel;
    panel.bare = true;
    panel.title = term.title;
    panel.y = layerAxis(data, true);
    panel.maps = layerMaps(data, grid, [&](std::size_t column, std::size_t layer) {
        const double value = (updates[of[column]]->*term.values)[layer];
        return value > 0 ? std::log10(value) : std::log10(range.first);
    });
    for (HeatMap& map : panel.maps) map.low = std::log10(range.first), map.high = std::log10(range.second), map.spans = true;
    frameSelected(panel, data, panel.maps.front().right);
    return panel;
}

/// The thresholds that the widths were chosen by; other terms than the whole sensitivity are not compared with them.
std::vector<TrainingThreshold> limitsOf(const TrainingData& data) {
    return data.term == "sensitivity" ? data.record->thresholds : std::vector<TrainingThreshold>{};
}

constexpr double kNear = 30;  // times the largest value, or a part of the smallest: a limit beyond would squeeze the layers into a corner

/// Layers at their last value, with the bits that they were given, and the limits between widths.
Chart lastChart(const TrainingData& data, const TrainingUpdate& last, const Term& term) {
    Chart chart;
    chart.width = 0.42;
    chart.x.scale = AxisScale::Log;
    chart.x.title = TrainingWords::tr("%1 at step %2").arg(term.brief, count(last.step));
    chart.x.brief = term.brief;
    Panel panel;
    panel.y = layerAxis(data, false);
    panel.rightTitle = TrainingWords::tr("bit");
    Points points;
    points.fill = Fill::Solid;
    double low = 1e300, high = 0;
    for (const TrainingRow& row : data.rows) {
        panel.rightNames.emplace_back(row.y, QString::number(last.bits[row.layer]));
        const double value = (last.*term.values)[row.layer];
        if (!(value > 0)) continue;
        points.x.push_back(value);
        points.y.push_back(row.y);
        panel.lines.push_back({{}, LineKind::Noise, -1, {value * 1e-9, value}, {row.y, row.y}});
        low = std::min(low, value), high = std::max(high, value);
    }
    if (!(high > 0)) low = 0.1, high = 1;
    const double least = low / kNear, most = high * kNear;
    for (const TrainingThreshold& limit : limitsOf(data)) {
        if (!(limit.sensitivity > least && limit.sensitivity < most)) continue;
        panel.limits.push_back({limit.sensitivity, TrainingWords::tr("%1 | %2 bit").arg(limit.narrower).arg(limit.wider)});
        low = std::min(low, limit.sensitivity), high = std::max(high, limit.sensitivity);
    }
    chart.x.low = low / 1.5, chart.x.high = high * 1.5;
    for (Line& line : panel.lines) line.x.front() = chart.x.low;
    panel.points = {points};
    chart.panels = {panel};
    return chart;
}

/// "Above 0.7 a layer is given 6 bits instead of 4", for every limit.
QString limitWords(const TrainingData& data) {
    QStringList words;
    for (const TrainingThreshold& limit : limitsOf(data))
        words << TrainingWords::tr("above %1 a layer is better off with %2 bits than with %3")
                     .arg(significant(limit.sensitivity))
                     .arg(limit.wider)
                     .arg(limit.narrower);
    return words.join(QStringLiteral(", "));
}

}  // namespace

void drawSensitivity(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    const auto updates = measuredUpdates(record);
    if (updates.empty() || record.layers.empty()) {
        chart.description = record.method == "dsa-qat" ? TrainingWords::tr("The first update of the widths is still to come.")
                                                       : TrainingWords::tr("Only --method dsa-qat measures how sensitive layers are.");
        return;
    }
    const Term term = termOf(data);
    const auto range = rangeOf(updates, term);
    chart.x = stepAxis(data);
    chart.x.high = std::max(chart.x.high * 0.02, static_cast<double>(updates.back()->step));
    chart.panels = {mapPanel(data, updates, term, range)};
    chart.colourBar = barOf(term, range);
    chart.beside = {lastChart(data, *updates.back(), term)};
    const auto& values = updates.back()->*term.values;
    const auto most = std::max_element(values.begin(), values.end()), least = std::min_element(values.begin(), values.end());
    const auto nameAt = [&](auto at) { return layerName(record.layers[static_cast<std::size_t>(at - values.begin())]); };
    chart.footnote =
        TrainingWords::tr("%1 updates · terms are divided by their mean over layers before they are added").arg(updates.size());
    const QString limits = limitWords(data);
    if (!limits.isEmpty()) {
        chart.legend.push_back({TrainingWords::tr("limit between two widths"), LineKind::Dashed});
        chart.footnote += QStringLiteral(" · ") + TrainingWords::tr("%1; the hysteresis may hold a change back").arg(limits);
    }
    chart.description = TrainingWords::tr(
                            "%1 of %2 layers at %3 updates. At the last one %4 has the largest value, %5, and %6 the smallest, "
                            "%7. The numbers are in the table of this view.")
                            .arg(term.title)
                            .arg(record.layers.size())
                            .arg(updates.size())
                            .arg(nameAt(most), significant(*most), nameAt(least), significant(*least));
    if (!limits.isEmpty()) chart.description += QStringLiteral(" ") + TrainingWords::tr("Limits: %1.").arg(limits);
    chart.figureHeight = std::clamp(240 + 16 * static_cast<int>(record.layers.size()), 480, 1000);
}

}  // namespace qs::training
