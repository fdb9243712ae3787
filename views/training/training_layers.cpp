// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of layers over steps: the grid of their cells, and their axes.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/number_text.h"
#include "views/run_names.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

constexpr std::int64_t kMostColumns = 1200;  // more than pixels of a card
constexpr std::size_t kMostNames = 28;       // of layers; of groups beyond

/// "0 · q_proj" inside of its block, "q_proj · 0" among its kind.
QString rowName(const TrainingData& data, const TrainingRow& row) {
    const std::string& layer = data.record->layers[row.layer];
    const int block = blockOf(layer);
    if (block < 0) return linearName(layer);
    return data.byKind ? QStringLiteral("%1 · %2").arg(linearName(layer)).arg(block)
                       : QStringLiteral("%1 · %2").arg(block).arg(linearName(layer));
}

QString groupName(const TrainingData& data, const TrainingRow& row) {
    const std::string& layer = data.record->layers[row.layer];
    return data.byKind ? linearName(layer) : TrainingWords::tr("block %1").arg(blockOf(layer));
}

}  // namespace

Axis stepAxis(const TrainingData& data) {
    Axis axis;
    axis.title = TrainingWords::tr("Step");
    axis.whole = true;
    axis.high = static_cast<double>(std::max<std::int64_t>({1, data.record->steps, data.stepsDone()}));
    return axis;
}

Axis layerAxis(const TrainingData& data, bool named) {
    Axis axis;
    axis.scale = AxisScale::Named;
    axis.low = data.rows.back().y - 0.5, axis.high = 0.5;
    if (!named) return axis;
    if (data.rows.size() <= kMostNames) {
        for (const TrainingRow& row : data.rows) axis.names.emplace_back(row.y, rowName(data, row));
        return axis;
    }
    for (std::size_t first = 0, next = 0; first < data.rows.size(); first = next) {
        while (next < data.rows.size() && data.rows[next].group == data.rows[first].group) ++next;
        axis.names.emplace_back((data.rows[first].y + data.rows[next - 1].y) / 2, groupName(data, data.rows[first]));
    }
    return axis;
}

LayerMap columnsOf(const TrainingData& data) {
    const std::int64_t done = std::max<std::int64_t>(1, data.stepsDone());
    std::int64_t width = data.record->steps;
    for (const TrainingUpdate& update : data.record->updates) width = std::gcd(width, update.step);
    width = std::max({width, (done + kMostColumns - 1) / kMostColumns, std::int64_t{1}});
    return {static_cast<std::size_t>((done + width - 1) / width), static_cast<double>(width)};
}

void frameSelected(Panel& panel, const TrainingData& data, double right) {
    for (const TrainingRow& row : data.rows)
        if (data.record->layers[row.layer] == data.selection.linear) {
            panel.boxes.push_back({0, right, row.y - 0.5, row.y + 0.5, 0, {}});
            panel.note = layerName(data.selection.linear);
        }
}

LineKind lineKindOf(int rank) { return rank < 0 ? LineKind::Accent : LineKind::Smooth; }

}  // namespace qs::training
