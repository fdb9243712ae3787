// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures of a training, one function each; chartOf() adds what they have in common. A picture without data is left empty, with the
// reason in its description.
#pragma once

#include "views/training/training_model.h"

namespace qs::training {

void drawWidths(Chart& chart, const TrainingData& data);
void drawSensitivity(Chart& chart, const TrainingData& data);
void drawLoss(Chart& chart, const TrainingData& data);
void drawOptimizer(Chart& chart, const TrainingData& data);
void drawMetrics(Chart& chart, const TrainingData& data);
void drawConfusion(Chart& chart, const TrainingData& data);
void drawNoise(Chart& chart, const TrainingData& data);
/// Measured for every arithmetic that the model of the run can be computed with.
void drawSpeed(Chart& chart, const TrainingData& data);
/// What every variant takes: bytes, and energy.
void drawSize(Chart& chart, const TrainingData& data);

/// Steps along an axis, from 0 to the last planned one.
Axis stepAxis(const TrainingData& data);
/// The axis of layers of a map: names of layers or of groups; `named` false: without names.
Axis layerAxis(const TrainingData& data, bool named);
/// Maps of layers × steps: one for each group of rows, `columns` cells of `width` steps; valueOf(column, layer) may be NaN.
struct LayerMap {
    std::size_t columns = 0;
    double width = 1;
};
template <class ValueOf>
std::vector<HeatMap> layerMaps(const TrainingData& data, const LayerMap& grid, ValueOf valueOf) {
    std::vector<HeatMap> maps;
    int group = -1;
    for (const TrainingRow& row : data.rows) {
        if (row.group != group) {
            group = row.group;
            HeatMap& map = maps.emplace_back();
            map.left = 0, map.right = static_cast<double>(grid.columns) * grid.width;
            map.top = row.y + 0.5;
            map.columns = grid.columns;
        }
        HeatMap& map = maps.back();
        map.bottom = row.y - 0.5;
        ++map.rows;
        const bool kept = data.selection.keeps(data.record->layers[row.layer]);
        for (std::size_t c = 0; c < grid.columns; ++c) {
            map.values.push_back(valueOf(c, row.layer));
            if (!data.selection.brushed.empty()) map.faded.push_back(!kept);
        }
    }
    return maps;
}
/// A frame around the row of the selected layer, as wide as the map.
void frameSelected(Panel& panel, const TrainingData& data, double right);

/// Columns of `width` steps that every update of the widths begins at the edge of; wider where there would be too many to see.
LayerMap columnsOf(const TrainingData& data);

/// How a variant is drawn.
LineKind lineKindOf(int rank);

/// A number of a variant, with the error of it.
struct Dot {
    std::string variant;
    double value = 0, error = 0;  ///< error: half the length of the bar; 0: none
    bool estimate = false;
    QString word;  ///< at the right edge
};
/// One row for each variant; a column of numbers.
struct DotColumn {
    QString title, unit;  ///< unit heads the numbers
    bool fromZero = false;
    std::vector<Dot> dots;
};
/// Columns with the same rows beside each other; the first one has the names of the rows.
void drawDots(Chart& chart, const TrainingData& data, const std::vector<DotColumn>& columns);

}  // namespace qs::training
