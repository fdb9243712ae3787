// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of the method: which width every layer had at which step; below it the average and how many layers changed.
#include <algorithm>
#include <cmath>
#include <set>

#include "views/number_text.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

constexpr std::size_t kRowsApart = 60;  // more are too thin for a gap between them

struct Changes {
    std::vector<double> steps, changed, held;
    int updates = 0, all = 0, suppressed = 0, flickers = 0;
};

Changes changesOf(const TrainingRecord& record) {
    Changes changes;
    for (std::size_t u = 1; u < record.updates.size(); ++u) {
        const TrainingUpdate &now = record.updates[u], &before = record.updates[u - 1];
        int changed = 0, held = 0;
        for (std::size_t l = 0; l < now.bits.size(); ++l) {
            changed += now.bits[l] != before.bits[l];
            held += now.suppressed[l] != 0;
            changes.flickers += now.flickers[l] != 0;
        }
        changes.steps.push_back(static_cast<double>(now.step));
        changes.changed.push_back(changed);
        changes.held.push_back(held);
        changes.all += changed, changes.suppressed += held, ++changes.updates;
    }
    return changes;
}

/// The update whose widths hold in column c: the last one that is not after its first step.
std::vector<std::size_t> updateOfColumns(const TrainingRecord& record, const LayerMap& grid) {
    std::vector<std::size_t> of(grid.columns, 0);
    std::size_t u = 0;
    for (std::size_t c = 0; c < grid.columns; ++c) {
        while (u + 1 < record.updates.size() && static_cast<double>(record.updates[u + 1].step) <= static_cast<double>(c) * grid.width) ++u;
        of[c] = u;
    }
    return of;
}

Panel mapPanel(const TrainingData& data, const LayerMap& grid) {
    Panel panel;
    panel.bare = true;
    panel.title = TrainingWords::tr("Bits of every layer");
    panel.y = layerAxis(data, true);
    const TrainingRecord& record = *data.record;
    const auto updates = updateOfColumns(record, grid);
    panel.maps =
        layerMaps(data, grid, [&](std::size_t column, std::size_t layer) { return double(record.updates[updates[column]].bits[layer]); });
    for (HeatMap& map : panel.maps) {
        map.map = ColourMap::Bits;
        map.spans = true;
        map.gaps = data.rows.size() <= kRowsApart;
        for (const double bits : map.values) map.words.push_back(QString::number(static_cast<int>(bits)));
    }
    const double right = panel.maps.front().right;
    if (right < static_cast<double>(record.steps)) {  // of a training that runs, or was stopped
        HeatMap open;
        open.left = right, open.right = static_cast<double>(record.steps);
        open.bottom = panel.y.low, open.top = panel.y.high;
        open.rows = open.columns = 1;
        open.values = {std::nan("")};
        open.missing = TrainingWords::tr("not trained yet");
        panel.maps.push_back(std::move(open));
    }
    frameSelected(panel, data, right);
    return panel;
}

/// A staircase: widths change at updates only.
Line averageLine(const TrainingData& data, bool bySize) {
    const TrainingRecord& record = *data.record;
    Line line{{}, bySize ? LineKind::Dashed : LineKind::Strong, -1, {}, {}};
    for (const TrainingUpdate& update : record.updates) {
        double sum = 0, weights = 0;
        for (std::size_t l = 0; l < update.bits.size(); ++l) {
            const double weight = bySize ? static_cast<double>(record.layerWeights[l]) : 1;
            sum += weight * update.bits[l], weights += weight;
        }
        if (!line.y.empty()) line.x.push_back(static_cast<double>(update.step)), line.y.push_back(line.y.back());
        line.x.push_back(static_cast<double>(update.step));
        line.y.push_back(weights > 0 ? sum / weights : 0);
    }
    line.x.push_back(static_cast<double>(data.stepsDone()));
    line.y.push_back(line.y.back());
    return line;
}

Panel averagePanel(const TrainingData& data, const std::set<int>& widths) {
    Panel panel;
    panel.share = 0.24;
    panel.title = TrainingWords::tr("Average bits");
    panel.note = TrainingWords::tr("solid: mean of layers, dashed: mean of weights");
    panel.lines = {averageLine(data, true), averageLine(data, false)};
    const double least = *widths.begin(), most = *widths.rbegin();
    panel.y.low = std::max(0.0, least - 0.5), panel.y.high = most + 0.5;
    panel.y.scale = AxisScale::Named;
    for (const int bits : widths) panel.y.names.emplace_back(bits, QString::number(bits));
    return panel;
}

Panel changePanel(const Changes& changes, double width) {
    Panel panel;
    panel.share = 0.17;
    panel.title = TrainingWords::tr("Layers that changed");
    panel.note = TrainingWords::tr("pale: held back, the gain was too small");
    panel.bars = {{{}, -1, false, width, changes.steps, changes.changed}, {{}, -1, true, width, changes.steps, changes.held}};
    double high = 1;
    for (std::size_t i = 0; i < changes.steps.size(); ++i) high = std::max(high, changes.changed[i] + changes.held[i]);
    panel.y.high = high * 1.1;
    panel.y.whole = true;
    return panel;
}

QString descriptionOf(const TrainingData& data, const Changes& changes) {
    const TrainingUpdate& last = data.record->updates.back();
    QStringList parts;
    std::set<int> widths(last.bits.begin(), last.bits.end());
    for (const int bits : widths)
        parts << TrainingWords::tr("%1 at %2 bit").arg(std::count(last.bits.begin(), last.bits.end(), bits)).arg(bits);
    return TrainingWords::tr(
               "Map of the bits of %1 layers over %2 steps. At the end: %3. %4 changes in %5 updates; %6 were held back. The "
               "numbers are in the table of this view.")
        .arg(data.record->layers.size())
        .arg(count(data.stepsDone()), parts.join(QStringLiteral(", ")))
        .arg(changes.all)
        .arg(changes.updates)
        .arg(changes.suppressed);
}

}  // namespace

void drawWidths(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    if (record.updates.empty() || record.layers.empty()) {
        chart.description = record.method == "full"
                                ? TrainingWords::tr("It trained in full precision: there are no widths.")
                                : TrainingWords::tr("No width has been chosen yet; the first ones come with the first step.");
        return;
    }
    const LayerMap grid = columnsOf(data);
    const Changes changes = changesOf(record);
    std::set<int> widths;
    for (const TrainingUpdate& update : record.updates) widths.insert(update.bits.begin(), update.bits.end());
    chart.x = stepAxis(data);
    chart.panels = {mapPanel(data, grid)};
    if (changes.updates > 0) {
        chart.panels.push_back(averagePanel(data, widths));
        const double gap = chart.x.high / std::max(1, changes.updates);
        if (!data.compact) chart.panels.push_back(changePanel(changes, std::min(gap, grid.width)));
    }
    for (const int bits : widths) chart.legend.push_back({TrainingWords::tr("bit"), LineKind::Smooth, -1, false, bits});
    const double mean = averageLine(data, false).y.back(), bySize = averageLine(data, true).y.back();
    chart.lead = TrainingWords::tr("%1 bit on average").arg(fixedDecimals(mean, 2));
    chart.leadDetail =
        TrainingWords::tr("%1 × smaller than 32 bit · %2 bit weighted by size").arg(fixedDecimals(32 / mean, 1), fixedDecimals(bySize, 2));
    QStringList notes{TrainingWords::tr("%1 changes in %2 updates").arg(changes.all).arg(changes.updates)};
    notes << TrainingWords::tr("%1 held back by the hysteresis").arg(changes.suppressed);
    if (changes.flickers > 0) notes << TrainingWords::tr("%1 went back to the width before").arg(changes.flickers);
    chart.footnote = notes.join(QStringLiteral(" · "));
    chart.description = descriptionOf(data, changes);
    chart.figureHeight = std::clamp(330 + 24 * static_cast<int>(record.layers.size()), 560, 1100);
}

}  // namespace qs::training
