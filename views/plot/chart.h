// SPDX-License-Identifier: GPL-3.0-or-later
// What a plot shows, as plain values: made by view models without a widget, drawn by ChartWidget on screen and by figure export, read in
// tests.
#pragma once

#include <QString>
#include <QVariant>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace qs {

enum class AxisScale { Linear, Log, Ratio, Named };

struct Axis {
    QString title;  ///< quantity, unit
    AxisScale scale = AxisScale::Linear;
    double low = 0, high = 1;
    std::vector<std::pair<double, QString>> names;  ///< ticks of Named
};

/// How a line looks; the colour comes from `rank` (a length) or is ink.
enum class LineKind {
    Noise,   ///< every point, 1 px, faint
    Exact,   ///< every point, 1 px
    Smooth,  ///< few points (≤ 1000), thick, line style by rank
    Mix,     ///< few points, thickest, ink
    Ghost,   ///< few points, dashed grey: the baseline
};

struct Line {
    QString name;  ///< legend entry; empty = none
    LineKind kind = LineKind::Exact;
    int rank = -1;
    std::vector<double> x, y;
};

/// A grey band between two curves.
struct Band {
    QString name;
    std::vector<double> x, low, high;
};

/// Bars of one length, stacked on those of the lengths before.
struct Bars {
    QString name;
    int rank = -1;
    double width = 1;
    std::vector<double> x, height;
};

struct Points {
    int rank = -1;
    std::vector<double> x, y;
    std::vector<int> item;  ///< index into the pairs of the model, for the reader of a test
};

/// A short upright stroke: a median.
struct Stroke {
    double x = 0, low = 0, high = 0;
};

/// A level across the panel with a word at its left end.
struct Level {
    double y = 0;
    QString label;
};

struct Panel {
    Axis y;
    double share = 1;  ///< of the height
    std::vector<Band> bands;
    std::vector<Line> lines;
    std::vector<Bars> bars;
    std::vector<Points> points;
    std::vector<Stroke> strokes;
    std::vector<Level> levels;
    std::vector<std::pair<double, QString>> rightNames;  ///< words at the right edge, at a height y
    QString rightTitle;
};

struct LegendEntry {
    QString name;
    LineKind kind = LineKind::Smooth;
    int rank = -1;
    bool filled = false;  ///< a square of colour instead of a line
};

/// The numbers behind a plot: text alternative, CSV and TSV. A cell is a number or a text.
struct ChartTable {
    std::vector<QString> header;
    std::vector<std::vector<QVariant>> rows;
};

struct Chart {
    QString title, subtitle, footnote;
    QString heading, subject;  ///< shorter forms of title and subtitle for the card on screen
    QString description;       ///< the plot in one or two sentences, for a reader who cannot see it
    Axis x;
    std::vector<Panel> panels;
    std::vector<LegendEntry> legend;
    double reference = std::numeric_limits<double>::quiet_NaN();  ///< x of an upright line through all panels
    QString leftOfReference, rightOfReference;
    QString bigNumber, bigNumberCaption;  ///< at the top right
    bool empty() const { return panels.empty(); }
};

}  // namespace qs
