// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_builder.h"

#include <algorithm>
#include <cmath>

#include "views/plot/ticks.h"

namespace qs {
namespace {

QVector<double> vectorOf(const std::vector<double>& values) { return {values.begin(), values.end()}; }

/// Ticks from ticks.h; as many as fit the pixels of the axis.
class Ticker : public QCPAxisTicker {
  public:
    Ticker(Axis axis, QCPAxis* drawn, double share) : m_axis(std::move(axis)), m_drawn(drawn), m_share(share) {}

    void generate(const QCPRange& range, const QLocale&, QChar, int, QVector<double>& ticks, QVector<double>* subTicks,
                  QVector<QString>* labels) override {
        const bool upright = m_drawn->orientation() == Qt::Vertical;
        const QRect plot = m_drawn->parentPlot()->viewport();  // axis rects have their size only after the ticks are known
        const int fitting = static_cast<int>(upright ? (plot.height() - 60) * m_share / 28 : plot.width() / 90.0);
        ticks.clear();
        if (labels) labels->clear();
        for (const Tick& tick : ticksOf(m_axis, range.lower, range.upper, std::clamp(fitting, 3, 8))) {
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
    Axis m_axis;
    QCPAxis* m_drawn;
    double m_share;  ///< of the height of the plot
};

struct Frame {
    QCPAxisRect* rect = nullptr;
    QCPAxis* x = nullptr;
    QCPAxis* y = nullptr;
};

void styleAxis(QCPAxis& axis, const Axis& spec, const Theme& theme, bool labels, double share = 1) {
    axis.setTicker(QSharedPointer<QCPAxisTicker>(new Ticker(spec, &axis, share)));
    const bool logarithmic = spec.scale == AxisScale::Log || spec.scale == AxisScale::Ratio;
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

QCPItemLine* addLine(QCustomPlot& plot, const Frame& frame, const QPen& pen, double x0, double y0, double x1, double y1) {
    auto* item = new QCPItemLine(&plot);
    item->setClipAxisRect(frame.rect);
    for (auto* position : {item->start, item->end}) {
        position->setAxisRect(frame.rect);
        position->setAxes(frame.x, frame.y);
    }
    item->start->setCoords(x0, y0);
    item->end->setCoords(x1, y1);
    item->setPen(pen);
    item->setSelectable(false);
    return item;
}

QCPGraph* addGraph(QCustomPlot& plot, const Frame& frame, const QVector<double>& x, const QVector<double>& y, const QPen& pen) {
    QCPGraph* graph = plot.addGraph(frame.x, frame.y);
    graph->setData(x, y, true);
    graph->setPen(pen);
    graph->setSelectable(QCP::stNone);
    return graph;
}

void drawBand(QCustomPlot& plot, const Frame& frame, const Band& band, const Theme& theme) {
    QCPGraph* low = addGraph(plot, frame, vectorOf(band.x), vectorOf(band.low), Qt::NoPen);
    QCPGraph* high = addGraph(plot, frame, vectorOf(band.x), vectorOf(band.high), Qt::NoPen);
    QColor fill = theme.ghost;
    fill.setAlphaF(theme.dark ? 0.30F : 0.24F);
    high->setBrush(fill);
    high->setChannelFillGraph(low);
}

void drawLine(QCustomPlot& plot, const Frame& frame, const Line& line, const Theme& theme) {
    addGraph(plot, frame, vectorOf(line.x), vectorOf(line.y), penOf(line.kind, line.rank, theme));
    if (line.kind != LineKind::Smooth || line.x.empty()) return;
    QVector<double> x, y;  // a marker at the first point and a few further on, shifted by rank so that lengths do not cover each other
    for (int k = 0; k < 5; ++k) {
        const double place = k == 0 ? 0 : (k - 0.5 + 0.16 * (line.rank % 5)) / 4.6;
        const auto i = static_cast<std::size_t>(std::clamp(place, 0.0, 1.0) * static_cast<double>(line.x.size() - 1));
        x.append(line.x[i]);
        y.append(line.y[i]);
    }
    QCPGraph* markers = addGraph(plot, frame, x, y, Qt::NoPen);
    markers->setLineStyle(QCPGraph::lsNone);
    markers->setScatterStyle(markerOf(line.rank, 7, theme));
}

void drawBars(const Frame& frame, const Bars& bars, QCPBars*& below, const Theme& theme) {
    auto* item = new QCPBars(frame.x, frame.y);
    item->setData(vectorOf(bars.x), vectorOf(bars.height), true);
    item->setWidth(0.9 * bars.width);
    item->setPen(Qt::NoPen);
    item->setBrush(theme.length(bars.rank));
    item->setAntialiased(false);
    item->setStackingGap(1);
    item->setSelectable(QCP::stNone);
    if (below) item->moveAbove(below);
    below = item;
}

void drawPoints(QCustomPlot& plot, const Frame& frame, const Points& points, const Theme& theme) {
    QCPGraph* graph = plot.addGraph(frame.x, frame.y);
    graph->setData(vectorOf(points.x), vectorOf(points.y));
    graph->setPen(Qt::NoPen);
    graph->setLineStyle(QCPGraph::lsNone);
    QColor fill = theme.length(points.rank);
    fill.setAlphaF(0.45F);
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(theme.length(points.rank), 0.8), fill, 4.5));
    graph->setSelectable(QCP::stNone);
}

void drawWords(QCustomPlot& plot, const Frame& frame, const Panel& panel, const Theme& theme) {
    for (const Level& level : panel.levels) {
        addLine(plot, frame, QPen(theme.ink3, 1, Qt::DotLine), frame.x->range().lower, level.y, frame.x->range().upper, level.y);
        auto* text = addText(plot, frame.rect, level.label, 0, 0, Qt::AlignLeft | Qt::AlignBottom, uiFont(11), theme.ink3);
        text->position->setAxes(frame.x, frame.y);
        text->position->setTypeY(QCPItemPosition::ptPlotCoords);
        text->position->setCoords(0.02, level.y);
        text->setPadding(QMargins(0, 0, 0, 2));
    }
    for (const Stroke& stroke : panel.strokes) addLine(plot, frame, QPen(theme.ink, 2), stroke.x, stroke.low, stroke.x, stroke.high);
    if (panel.rightNames.empty()) return;
    QCPAxis* right = frame.rect->addAxis(QCPAxis::atRight);
    Axis names;
    names.scale = AxisScale::Named, names.low = panel.y.low, names.high = panel.y.high, names.names = panel.rightNames;
    styleAxis(*right, names, theme, true);
    right->setBasePen(Qt::NoPen);
    right->setTickPen(Qt::NoPen);
    right->setTickLabelColor(theme.ink);
    addText(plot, frame.rect, panel.rightTitle, 1, 0, Qt::AlignLeft | Qt::AlignBottom, uiFont(11), theme.ink3)
        ->setPadding(QMargins(6, 0, 0, 2));
}

Frame addFrame(QCustomPlot& plot, const Chart& chart, std::size_t index, QCPMarginGroup* margins, const Theme& theme) {
    const Panel& panel = chart.panels[index];
    Frame frame;
    frame.rect = new QCPAxisRect(&plot, false);
    frame.x = frame.rect->addAxis(QCPAxis::atBottom);
    frame.y = frame.rect->addAxis(QCPAxis::atLeft);
    frame.rect->setRangeDragAxes(frame.x, nullptr);
    frame.rect->setRangeZoomAxes(frame.x, nullptr);
    frame.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    const bool last = index + 1 == chart.panels.size(), words = !chart.leftOfReference.isEmpty() || !panel.rightTitle.isEmpty();
    frame.rect->setMinimumMargins(QMargins(0, words ? 20 : 6, 10, 4));
    styleAxis(*frame.x, chart.x, theme, last);
    double shares = 0;
    for (const Panel& other : chart.panels) shares += other.share;
    styleAxis(*frame.y, panel.y, theme, true, panel.share / shares);
    plot.plotLayout()->addElement(static_cast<int>(index), 0, frame.rect);
    plot.plotLayout()->setRowStretchFactor(static_cast<int>(index), panel.share);
    return frame;
}

void drawReference(QCustomPlot& plot, const std::vector<Frame>& frames, const Chart& chart, const Theme& theme) {
    if (!std::isfinite(chart.reference)) return;
    for (const Frame& frame : frames) {
        addLine(plot, frame, QPen(theme.ink, 1.2), chart.reference, frame.y->range().lower, chart.reference, frame.y->range().upper);
    }
    const Frame& top = frames.front();
    const std::pair<QString, Qt::Alignment> words[] = {{chart.leftOfReference, Qt::AlignRight}, {chart.rightOfReference, Qt::AlignLeft}};
    for (const auto& [word, side] : words) {
        if (word.isEmpty()) continue;
        auto* text = addText(plot, top.rect, word, 0, 0, side | Qt::AlignBottom, uiFont(11), theme.ink2);
        text->position->setAxes(top.x, top.y);
        text->position->setTypeX(QCPItemPosition::ptPlotCoords);
        text->position->setCoords(chart.reference, 0);
        text->setPadding(QMargins(6, 0, 6, 3));
    }
}

}  // namespace

QPen penOf(LineKind kind, int rank, const Theme& theme) {
    QColor colour = rank < 0 ? theme.ink : theme.length(rank);
    switch (kind) {
        case LineKind::Noise: colour.setAlphaF(0.26F); return QPen(colour, 1);
        case LineKind::Exact: colour.setAlphaF(0.8F); return QPen(colour, 1);
        case LineKind::Smooth: return QPen(colour, 1.8, lineStyle(rank), Qt::FlatCap, Qt::RoundJoin);
        case LineKind::Mix: return QPen(theme.ink, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        case LineKind::Ghost: return QPen(theme.ghost, 1.8, Qt::DashLine);
    }
    return QPen(colour, 1);
}

QCPScatterStyle markerOf(int rank, double size, const Theme& theme) {
    static constexpr QCPScatterStyle::ScatterShape shapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                               QCPScatterStyle::ssTriangle, QCPScatterStyle::ssDiamond,
                                                               QCPScatterStyle::ssTriangleInverted};
    const int i = rank < 0 ? 0 : rank;
    const bool hollow = i % 10 >= 5;
    const auto shape = hollow && i % 5 == 0 ? QCPScatterStyle::ssCircle : shapes[i % 5];
    return {shape, QPen(theme.length(i), 1.2), hollow ? QBrush(theme.surface) : QBrush(theme.length(i)), size};
}

void buildPlot(QCustomPlot& plot, const Chart& chart, const Theme& theme) {
    plot.clearItems();
    plot.clearPlottables();
    plot.plotLayout()->clear();
    plot.setBackground(theme.surface);
    plot.setPlottingHint(QCP::phFastPolylines, true);
    plot.plotLayout()->setRowSpacing(2);
    auto* margins = new QCPMarginGroup(&plot);
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < chart.panels.size(); ++i) {
        frames.push_back(addFrame(plot, chart, i, margins, theme));
        const Panel& panel = chart.panels[i];
        QCPBars* below = nullptr;
        for (const Bars& bars : panel.bars) drawBars(frames[i], bars, below, theme);
        for (const Band& band : panel.bands) drawBand(plot, frames[i], band, theme);
        for (const Points& points : panel.points) drawPoints(plot, frames[i], points, theme);
        for (const Line& line : panel.lines) drawLine(plot, frames[i], line, theme);
        drawWords(plot, frames[i], panel, theme);
    }
    if (frames.empty()) return;
    drawReference(plot, frames, chart, theme);
    if (chart.bigNumber.isEmpty()) return;
    addText(plot, frames[0].rect, chart.bigNumber, 1, 0, Qt::AlignRight | Qt::AlignTop, uiFont(20, true), theme.ink);
    addText(plot, frames[0].rect, chart.bigNumberCaption, 1, 0, Qt::AlignRight | Qt::AlignTop, uiFont(11), theme.ink2)
        ->setPadding(QMargins(0, 28, 0, 0));
}

}  // namespace qs
