// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_builder.h"

#include <algorithm>
#include <cmath>

#include "views/plot/plot_marks.h"
#include "views/plot/reference_words.h"
#include "views/plot/ticks.h"

namespace qs {
namespace {

/// Ticks from ticks.h; as many as fit the pixels of the axis.
class Ticker : public QCPAxisTicker {
  public:
    Ticker(Axis axis, QCPAxis* drawn, double share, int taken) : m_axis(std::move(axis)), m_drawn(drawn), m_share(share), m_taken(taken) {}

    void generate(const QCPRange& range, const QLocale&, QChar, int, QVector<double>& ticks, QVector<double>* subTicks,
                  QVector<QString>* labels) override {
        const bool upright = m_drawn->orientation() == Qt::Vertical;
        const double length = lengthOf(upright);
        const int fitting = static_cast<int>(length / (upright ? 28 : 52));
        if (!m_axis.title.isEmpty()) fitTitle(upright ? length : widthOfColumn(length));
        ticks.clear();
        if (labels) labels->clear();
        double last = -1e9, lastWidth = 0;
        for (const Tick& tick :
             ticksOf(m_axis, range.lower, range.upper, std::clamp(fitting, m_axis.scale == AxisScale::Ratio ? 1 : 2, 8))) {
            if (upright || m_axis.scale == AxisScale::Named) {  // words that would run into each other are left out
                const double at = placeOf(tick.value, range) * length;
                const double width = upright ? 0 : QFontMetrics(m_drawn->tickLabelFont()).horizontalAdvance(tick.label);
                if (std::abs(at - last) < (upright ? 10 : (width + lastWidth) / 2 + 6)) continue;
                last = at, lastWidth = width;
            }
            ticks.append(tick.value);
            if (labels) labels->append(tick.label);
        }
        if (!subTicks) return;
        subTicks->clear();
        if (m_axis.scale != AxisScale::Log || range.lower <= 0) return;
        for (double decade = std::pow(10.0, std::floor(std::log10(range.lower))); decade < range.upper; decade *= 10)
            for (int digit = 2; digit < 10; ++digit)
                if (range.contains(digit * decade)) subTicks->append(digit * decade);
    }

  private:
    /// In pixels. Ticks are asked for before there is a layout, to find the margins: a guess then; BalancedRows asks again behind it.
    double lengthOf(bool upright) const {
        const QRect inside = m_drawn->axisRect()->rect(), plot = m_drawn->parentPlot()->viewport();
        if (const int known = upright ? inside.height() : inside.width(); known > 0) return known;
        return m_share * (!upright ? plot.width() * 0.85 : m_taken > 0 ? plot.height() - 48 - m_taken : (plot.height() - 60) * 0.8);
    }
    /// A title of x may be wider than the axis, but not than what it has at both sides; a guess before there is a layout.
    double widthOfColumn(double length) const {
        const QRect inside = m_drawn->axisRect()->rect(), outside = m_drawn->axisRect()->outerRect();
        if (inside.width() <= 0) return length;
        return length + 2 * std::min(inside.left() - outside.left(), outside.right() - inside.right());
    }
    /// From 0 at the lower end to 1 at the upper.
    double placeOf(double value, const QCPRange& range) const {
        const bool logarithmic = m_drawn->scaleType() == QCPAxis::stLogarithmic && range.lower > 0;
        return logarithmic ? std::log(value / range.lower) / std::log(range.upper / range.lower) : (value - range.lower) / range.size();
    }
    /// The title or its brief form; a blank of the same height where the axis is too short for both.
    void fitTitle(double room) const {
        const QFontMetrics metrics(m_drawn->labelFont());
        QString fitting = QStringLiteral(" ");
        for (const QString& text : {m_axis.brief, m_axis.title})
            if (!text.isEmpty() && metrics.horizontalAdvance(text) <= room + 6) fitting = text;
        if (m_drawn->label() != fitting) m_drawn->setLabel(fitting);
    }

    Axis m_axis;
    QCPAxis* m_drawn;
    double m_share;  ///< of the height or width of the plot
    int m_taken;     ///< pixels of the height that words and gaps of all panels need; 0: not known
};

void styleAxis(QCPAxis& axis, const Axis& spec, const Theme& theme, bool labels, double share = 1, int taken = 0) {
    Axis drawn = spec;
    if (!labels) drawn.title.clear();
    axis.setTicker(QSharedPointer<QCPAxisTicker>(new Ticker(drawn, &axis, share, taken)));
    const bool logarithmic = spec.scale == AxisScale::Log || spec.scale == AxisScale::Ratio || spec.scale == AxisScale::Percent;
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis.setRange(spec.low, spec.high);
    axis.setBasePen(QPen(theme.strongLine, 1));
    axis.setTickPen(QPen(theme.strongLine, 1));
    axis.setSubTickPen(QPen(theme.strongLine, 1));
    axis.setTickLength(0, 4);
    axis.setSubTickLength(0, 2);
    axis.setTickLabels(labels);
    axis.setTickLabelFont(uiFont(11));
    axis.setTickLabelColor(theme.ink2);
    axis.setTickLabelPadding(5);
    axis.setLabelFont(uiFont(12));
    axis.setLabelColor(theme.ink);
    axis.setLabelPadding(6);
    axis.setSelectableParts(QCPAxis::spNone);
    axis.grid()->setPen(QPen(theme.grid, 1));
    axis.grid()->setZeroLinePen(Qt::NoPen);
    axis.grid()->setVisible(axis.orientation() == Qt::Vertical && spec.scale != AxisScale::Named);
    if (labels) axis.setLabel(spec.title);
}

QCPItemText* addText(QCustomPlot& plot, QCPAxisRect* rect, const QString& text, double fx, double fy, Qt::Alignment anchor,
                     const QFont& font, const QColor& colour) {
    auto* item = new QCPItemText(&plot);
    item->setClipToAxisRect(false);
    item->position->setAxisRect(rect);
    item->position->setType(QCPItemPosition::ptAxisRectRatio);
    item->position->setCoords(fx, fy);
    item->setPositionAlignment(anchor);
    item->setText(text);
    item->setFont(font);
    item->setColor(colour);
    item->setSelectable(false);
    return item;
}

void drawWords(QCustomPlot& plot, const Frame& frame, const Panel& panel, double share, const Theme& theme) {
    for (const Level& level : panel.levels) {
        addLine(plot, frame, QPen(theme.ink3, 1, Qt::DotLine), frame.x->range().lower, level.y, frame.x->range().upper, level.y);
        auto* text = addText(plot, frame.rect, level.label, 0, 0, Qt::AlignLeft | Qt::AlignBottom, uiFont(11), theme.ink3);
        text->position->setAxes(frame.x, frame.y);
        text->position->setTypeY(QCPItemPosition::ptPlotCoords);
        text->position->setCoords(0.02, level.y);
        text->setPadding(QMargins(0, 0, 0, 2));
    }
    for (const Stroke& stroke : panel.strokes) addLine(plot, frame, QPen(theme.ink, 2), stroke.x, stroke.low, stroke.x, stroke.high);
    if (!panel.title.isEmpty() || !panel.note.isEmpty())
        new DrawnItem(plot, frame, false, [title = panel.title, note = panel.note, &theme](QCPPainter& painter, const Frame& f) {
            drawPanelWords(painter, f, title, note, theme);
        });
    if (!panel.limits.empty())
        new DrawnItem(plot, frame, false,
                      [limits = panel.limits, &theme](QCPPainter& painter, const Frame& f) { drawLimits(painter, f, limits, theme); });
    if (!panel.cornerWord.isEmpty())
        new DrawnItem(plot, frame, false,
                      [word = panel.cornerWord, &theme](QCPPainter& painter, const Frame& f) { drawCornerWord(painter, f, word, theme); });
    if (panel.rightNames.empty()) return;
    QCPAxis* right = frame.rect->addAxis(QCPAxis::atRight);
    Axis names;
    names.scale = AxisScale::Named, names.low = panel.y.low, names.high = panel.y.high, names.names = panel.rightNames;
    styleAxis(*right, names, theme, true, share);
    right->setBasePen(Qt::NoPen);
    right->setTickPen(Qt::NoPen);
    right->setTickLabelColor(theme.ink);
    addText(plot, frame.rect, panel.rightTitle, 1, 0, Qt::AlignLeft | Qt::AlignBottom, uiFont(11), theme.ink3)
        ->setPadding(QMargins(6, 0, 0, 2));
}

/// Of the height of a column.
double shareOf(const Chart& chart, const Panel& panel) {
    double shares = 0;
    for (const Panel& each : chart.panels) shares += each.share;
    return panel.share / shares;
}

/// Pixels that what stands above or beside the axes needs.
QMargins marginsOf(const Chart& chart, std::size_t index) {
    const Panel& panel = chart.panels[index];
    const bool above = !panel.rightTitle.isEmpty() || !panel.title.isEmpty() || !panel.note.isEmpty() || !panel.limits.empty() ||
                       (index == 0 && (!chart.leftOfReference.isEmpty() || !chart.bigNumber.isEmpty()));
    int below = 4;
    for (const Box& box : panel.boxes)
        if (box.bits > 0) below = 18;
    const int rightTitle = panel.rightTitle.isEmpty() ? 0 : QFontMetrics(uiFont(11)).horizontalAdvance(panel.rightTitle) + 10;
    const int halfNumber = chart.x.scale == AxisScale::Linear ? 18 : 10;  // a number at the end of the axis is left out if it were cut off
    int names = 0;  // of rows: which of them fit is known only when the panel has a height
    if (panel.y.scale == AxisScale::Named && !panel.y.names.empty()) {
        const QFontMetrics metrics(uiFont(11));
        names = metrics.horizontalAdvance(panel.cornerWord);
        for (const auto& [y, name] : panel.y.names) names = std::max(names, metrics.horizontalAdvance(name));
        names += 12;
    }
    return {names, above ? 20 : 6, std::max({halfNumber, widthOf(panel.endLabels), rightTitle}), below};
}

int takenOf(const Chart& chart) {
    int taken = 0;
    for (std::size_t i = 0; i < chart.panels.size(); ++i) {
        const QMargins margins = marginsOf(chart, i);
        taken += margins.top() + margins.bottom() + 2;
    }
    return taken;
}

Frame addFrame(QCustomPlot& plot, BalancedRows& grid, const Chart& chart, std::size_t column, std::size_t index, double width,
               QCPMarginGroup* margins, const Theme& theme) {
    const Panel& panel = chart.panels[index];
    Frame frame;
    frame.column = column, frame.panel = index;
    frame.rect = new QCPAxisRect(&plot, false);
    frame.x = frame.rect->addAxis(QCPAxis::atBottom);
    frame.y = frame.rect->addAxis(QCPAxis::atLeft);
    frame.rect->setRangeDragAxes(frame.x, nullptr);
    frame.rect->setRangeZoomAxes(frame.x, nullptr);
    frame.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    const bool last = index + 1 == chart.panels.size();
    frame.rect->setMinimumMargins(marginsOf(chart, index));
    frame.rect->setMinimumSize(20, 10);
    frame.rect->setSizeConstraintRect(QCPLayoutElement::scrInnerRect);
    styleAxis(*frame.x, panel.ownX ? *panel.ownX : chart.x, theme, panel.ownX || last, width);
    styleAxis(*frame.y, panel.y, theme, true, shareOf(chart, panel), takenOf(chart));
    if (panel.bare)
        for (QCPAxis* axis : {frame.x, frame.y}) axis->setBasePen(Qt::NoPen), axis->setTickPen(Qt::NoPen), axis->setSubTickPen(Qt::NoPen);
    grid.addRow(frame.rect, panel.share);
    return frame;
}

void drawReference(QCustomPlot& plot, const std::vector<Frame>& frames, const Chart& chart, const Theme& theme) {
    if (!std::isfinite(chart.reference)) return;
    for (const Frame& frame : frames) {
        addLine(plot, frame, QPen(theme.ink, 1.2), chart.reference, frame.y->range().lower, chart.reference, frame.y->range().upper);
    }
    if (chart.leftOfReference.isEmpty() && chart.rightOfReference.isEmpty()) return;
    new DrawnItem(plot, frames.front(), false,
                  [left = chart.leftOfReference, right = chart.rightOfReference, x = chart.reference,
                   taken = widthOfNumber(chart.bigNumber, chart.bigNumberCaption), &theme](QCPPainter& painter, const Frame& f) {
                      const QRect inside = f.rect->rect(), room = f.rect->outerRect();
                      const double end = inside.height() < kLowForNumber ? inside.right() - taken : room.right();
                      const QFontMetricsF metrics(uiFont(11));
                      const WordPlaces places =
                          placesBeside(f.pixelX(x), room.left(), end, metrics.horizontalAdvance(left), metrics.horizontalAdvance(right));
                      painter.setFont(uiFont(11));
                      painter.setPen(theme.ink2);
                      if (places.left) painter.drawText(QPointF(*places.left, inside.top() - 5), left);
                      if (places.right) painter.drawText(QPointF(*places.right, inside.top() - 5), right);
                  });
}

/// A narrow column of colours with its axis at the right, as high as the panels beside it.
void addColourBar(QCustomPlot& plot, QCPLayoutGrid& grid, int column, const ColourBar& bar, const std::vector<Frame>& beside,
                  const Theme& theme) {
    Frame frame;
    frame.rect = new QCPAxisRect(&plot, false);
    frame.x = frame.rect->addAxis(QCPAxis::atBottom);
    frame.y = frame.rect->addAxis(QCPAxis::atRight);
    styleAxis(*frame.y, bar.axis, theme, true);
    frame.y->grid()->setVisible(false);
    frame.x->setVisible(false);
    frame.x->grid()->setVisible(false);
    frame.x->setRange(0, 1);
    frame.rect->setMinimumSize(14, 20);
    frame.rect->setSizeConstraintRect(QCPLayoutElement::scrInnerRect);
    frame.rect->setMaximumSize(14, QWIDGETSIZE_MAX);
    frame.rect->setRangeDragAxes(nullptr, nullptr);
    frame.rect->setRangeZoomAxes(nullptr, nullptr);
    auto* top = new QCPMarginGroup(&plot);
    auto* bottom = new QCPMarginGroup(&plot);
    frame.rect->setMarginGroup(QCP::msTop, top);
    frame.rect->setMarginGroup(QCP::msBottom, bottom);
    beside.front().rect->setMarginGroup(QCP::msTop, top);
    beside.back().rect->setMarginGroup(QCP::msBottom, bottom);
    HeatMap map;
    map.left = 0, map.right = 1, map.bottom = bar.axis.low, map.top = bar.axis.high;
    map.rows = 128, map.columns = 1;
    map.map = bar.map;
    for (std::size_t r = 0; r < map.rows; ++r) map.values.push_back(1 - (static_cast<double>(r) + 0.5) / static_cast<double>(map.rows));
    new DrawnItem(plot, frame, true, [map, &theme](QCPPainter& painter, const Frame& f) { drawHeatMap(painter, f, map, theme, 1); });
    grid.addElement(0, column, frame.rect);
    grid.setColumnStretchFactor(column, 0.001);
}

void addBigNumber(QCustomPlot& plot, const Chart& chart, const Frame& frame, const Theme& theme) {
    if (chart.bigNumber.isEmpty()) return;
    new DrawnItem(plot, frame, false,
                  [number = chart.bigNumber, caption = chart.bigNumberCaption, &theme](QCPPainter& painter, const Frame& f) {
                      drawBigNumber(painter, f, number, caption, theme);
                  });
}

/// One column: its panels above each other, or its table; then its colours.
void addColumn(QCustomPlot& plot, const Chart& chart, std::size_t index, double share, bool stale, int& gridColumn,
               std::vector<Frame>& frames, const Theme& theme) {
    QCPLayoutGrid& layout = *plot.plotLayout();
    const double opacity = stale ? 0.4 : 1;
    if (!chart.sheet.empty()) {
        auto* sheet = new SheetElement(plot, chart.sheet, theme);
        sheet->setMinimumSize(160, 40);
        layout.addElement(0, gridColumn, sheet);
        layout.setColumnStretchFactor(gridColumn++, share);
        return;
    }
    auto* grid = new BalancedRows;
    grid->setRowSpacing(2);
    layout.addElement(0, gridColumn, grid);
    layout.setColumnStretchFactor(gridColumn++, share);
    auto* margins = new QCPMarginGroup(&plot);
    std::vector<Frame> own;
    for (std::size_t i = 0; i < chart.panels.size(); ++i) {
        own.push_back(addFrame(plot, *grid, chart, index, i, share, margins, theme));
        drawMarks(plot, own[i], chart.panels[i], theme, opacity);
        drawWords(plot, own[i], chart.panels[i], shareOf(chart, chart.panels[i]), theme);
    }
    if (!own.empty()) {
        drawReference(plot, own, chart, theme);
        addBigNumber(plot, chart, own.front(), theme);
        if (chart.colourBar.shown) addColourBar(plot, layout, gridColumn++, chart.colourBar, own, theme);
    }
    frames.insert(frames.end(), own.begin(), own.end());
}

}  // namespace

std::vector<Frame> buildPlot(QCustomPlot& plot, const Chart& chart, const Theme& theme) {
    plot.clearItems();
    plot.clearPlottables();
    plot.plotLayout()->clear();
    qDeleteAll(plot.findChildren<QCPMarginGroup*>(Qt::FindDirectChildrenOnly));  // of the plot, not of what stood in them
    plot.setBackground(theme.surface);
    plot.setPlottingHint(QCP::phFastPolylines, true);
    plot.plotLayout()->setColumnSpacing(12);
    plot.plotLayout()->setRowSpacing(2);
    double widths = chart.width;
    for (const Chart& other : chart.beside) widths += other.width;
    int gridColumn = 0;
    std::vector<Frame> frames;
    addColumn(plot, chart, 0, chart.width / widths, !chart.stale.isEmpty(), gridColumn, frames, theme);
    for (std::size_t i = 0; i < chart.beside.size(); ++i)
        addColumn(plot, chart.beside[i], i + 1, chart.beside[i].width / widths, !chart.stale.isEmpty(), gridColumn, frames, theme);
    return frames;
}

}  // namespace qs
