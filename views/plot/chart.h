// SPDX-License-Identifier: GPL-3.0-or-later
// What a plot shows, as plain values: made by view models without a widget, drawn by ChartWidget on screen and by figure export, read in
// tests.
#pragma once

#include <QString>
#include <QVariant>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace qs {

enum class AxisScale { Linear, Log, Ratio, Percent, Named };  ///< Percent: logarithmic, ticks 0.01 %, 0.03 %, 0.1 % …

struct Axis {
    QString title;       ///< quantity, unit
    QString brief = {};  ///< the same where the title does not fit
    AxisScale scale = AxisScale::Linear;
    double low = 0, high = 1;
    std::vector<std::pair<double, QString>> names;  ///< ticks of Named
    bool whole = false;                             ///< counts: no ticks between whole numbers
};

/// How a line looks; the colour comes from `rank` (a length) or is ink.
enum class LineKind {
    Noise,   ///< every point, 1 px, faint
    Exact,   ///< every point, 1 px
    Smooth,  ///< few points (≤ 1000), thick, line style by rank
    Mix,     ///< few points, thickest, ink
    Ghost,   ///< few points, dashed grey: the baseline
    Strong,  ///< few points, ink, solid
    Dashed,  ///< few points, ink, dashed
    Muted,   ///< few points, second ink, dashed: run A
    Accent,  ///< few points, accent, solid: run B, an estimate
};

struct Line {
    QString name;  ///< legend entry; empty = none
    LineKind kind = LineKind::Exact;
    int rank = -1;
    std::vector<double> x, y;
    bool circles = false;  ///< a hollow circle at every point
};

enum class Tone { Ghost, AccentSoft, AccentMid };

/// A band between two curves; grey unless told otherwise.
struct Band {
    QString name;
    std::vector<double> x, low, high;
    Tone tone = Tone::Ghost;
};

/// Bars of one length (rank ≥ 0) or of a plain quantity (−1), stacked on those before.
struct Bars {
    QString name;
    int rank = -1;
    bool faded = false;  ///< outside the brush
    double width = 1;
    std::vector<double> x, height;
};

enum class Fill {
    Soft,   ///< small, see-through: many points
    Solid,  ///< the marker of the rank; −1: a disc in the accent
    Hollow  ///< a ring: an estimate
};

struct Points {
    int rank = -1;
    std::vector<double> x, y;
    std::vector<int> item = {};  ///< index into the pairs of the model, for the reader of a test
    bool faded = false;          ///< outside the brush
    Fill fill = Fill::Soft;
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

/// Sequential maps for magnitudes, a diverging one for signed numbers and ratios, the ramp of widths.
enum class ColourMap { Viridis, Cividis, Diverging, Bits };

/// Cells of equal size between (left, bottom) and (right, top); the first row is at the top. NaN: hatched, not recorded.
struct HeatMap {
    double left = -0.5, right = 0.5, bottom = -0.5, top = 0.5;
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;  ///< row by row; what they are is said by `map`: a number between low and high, or bits
    std::vector<QString> words;  ///< a word for each cell, drawn where it fits; or empty
    std::vector<char> faded;     ///< cells outside the brush; or empty
    ColourMap map = ColourMap::Viridis;
    double low = 0, high = 1;  ///< ends of the colours; values beyond are clipped
    bool gaps = false;         ///< a pixel of ground between cells
    bool spans = false;        ///< equal neighbours in a row are one cell with one word
    QString missing;           ///< words over the cells without a value
    double at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// A frame, or a filled box with a word in or under it.
struct Box {
    double left = 0, right = 0, bottom = 0, top = 0;
    int bits = 0;  ///< filled in the colour of this width; 0: a frame in ink
    QString word;  ///< under its left end
};

/// A single point with a word beside it.
struct Mark {
    double x = 0, y = 0;
    bool square = false, accent = false;  ///< always hollow
    QString word;
    bool wordLeft = false, wordBelow = false;
};

/// A word at a height of the right edge; neighbours are moved apart, with a thin leader to the curve.
struct EndLabel {
    double x = 0, y = 0;  ///< where the curve ends
    QString word;
};

/// An upright dashed line, its word above the panel: a limit between two ranges of x.
struct Limit {
    double x = 0;
    QString word;
};

/// An upright line that a person can drag, with a square on the axis.
struct Handle {
    double x = std::numeric_limits<double>::quiet_NaN();
    QString word;
};

struct Panel {
    QString title, note;  ///< above: bold at the left, plain at the right
    Axis y;
    std::vector<HeatMap> maps;
    std::vector<Box> boxes;
    std::vector<Mark> marks;
    std::vector<EndLabel> endLabels;
    std::vector<std::pair<double, QString>> barWords;  ///< above the bars, at x
    std::vector<Limit> limits;
    Handle handle;
    QString cornerWord;        ///< what the numbers below the panel count, where its rows have their names: an axis title takes more room
    std::optional<Axis> ownX;  ///< an x axis of its own instead of the one that the column shares
    bool bare = false;         ///< labels without axis lines: maps and boxes
    int spareBelow = 0;        ///< left out where the plot is lower than so many pixels
    double share = 1;          ///< of the height
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
    int bits = 0;         ///< a square in the colour of this width, with the digit in it
    int shape = 0;        ///< instead of a line: 1 hollow square, 2 hollow circle, 3 the marker of the rank (−1: a disc in the accent)
    bool operator==(const LegendEntry&) const = default;
};

/// Colours of the maps of a column, with an axis.
struct ColourBar {
    Axis axis;
    ColourMap map = ColourMap::Viridis;
    bool shown = false;
};

/// Lines of words and numbers drawn as part of a figure: a table with groups.
struct SheetRow {
    enum Kind { Heading, Entry } kind = Entry;
    std::vector<QString> cells;
    int strong = -1;      ///< index of a cell in semibold
    bool accent = false;  ///< that cell in the accent: an improvement
};
struct Sheet {
    std::vector<QString> header;
    std::vector<SheetRow> rows;
    bool empty() const { return rows.empty(); }
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
    QString bigNumber, bigNumberCaption;     ///< at the top right
    QString stale;                           ///< why the numbers are old: marks fade to 40 %, axes and numbers keep their contrast
    QString spared;                          ///< behind the title of x where panels were left out for want of height
    QString lead, leadDetail, leadEstimate;  ///< a line above the plot: bold, plain, accent
    ColourBar colourBar;
    Sheet sheet;                      ///< drawn instead of panels in a column
    std::vector<Chart> beside;        ///< columns to the right, each with an x axis of its own
    double width = 1;                 ///< share of the width
    QString emptyTitle, emptyAction;  ///< of a chart without panels: what is missing, and the button that fills it
    std::vector<std::pair<QString, QString>> emptyOptions = {};  ///< options of the next run that the button asks for
    int figureWidth = 1000, figureHeight = 620;                  ///< of an export, in pixels of 1/96 inch
    bool empty() const { return panels.empty() && sheet.empty(); }
};

}  // namespace qs
