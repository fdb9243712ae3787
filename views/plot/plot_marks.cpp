// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_marks.h"

#include <algorithm>
#include <cmath>

#include "views/plot/colour_map.h"
#include "views/plot/plot_builder.h"

namespace qs {
namespace {

QVector<double> vectorOf(const std::vector<double>& values) { return {values.begin(), values.end()}; }

QColor faded(QColor colour, double opacity) {
    colour.setAlphaF(static_cast<float>(colour.alphaF() * opacity));
    return colour;
}

QCPGraph* addGraph(QCustomPlot& plot, const Frame& frame, const QVector<double>& x, const QVector<double>& y, const QPen& pen) {
    QCPGraph* graph = plot.addGraph(frame.x, frame.y);
    graph->setData(x, y, true);
    graph->setPen(pen);
    graph->setSelectable(QCP::stNone);
    return graph;
}

void drawBand(QCustomPlot& plot, const Frame& frame, const Band& band, const Theme& theme, double opacity) {
    QCPGraph* low = addGraph(plot, frame, vectorOf(band.x), vectorOf(band.low), Qt::NoPen);
    QCPGraph* high = addGraph(plot, frame, vectorOf(band.x), vectorOf(band.high), Qt::NoPen);
    QColor fill = band.tone == Tone::Ghost ? theme.ghost : theme.accent;
    const double strength = band.tone == Tone::Ghost ? (theme.dark ? 0.30 : 0.24) : band.tone == Tone::AccentSoft ? 0.10 : 0.22;
    fill.setAlphaF(static_cast<float>(opacity * strength));
    high->setBrush(fill);
    high->setChannelFillGraph(low);
}

void drawLine(QCustomPlot& plot, const Frame& frame, const Line& line, const Theme& theme, double opacity) {
    QPen pen = penOf(line.kind, line.rank, theme);
    pen.setColor(faded(pen.color(), opacity));
    QCPGraph* graph = addGraph(plot, frame, vectorOf(line.x), vectorOf(line.y), pen);
    if (line.circles) graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(pen.color(), 1.6), theme.surface, 8));
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

void drawBars(const Frame& frame, const Bars& bars, QCPBars*& below, const Theme& theme, double opacity) {
    auto* item = new QCPBars(frame.x, frame.y);
    item->setData(vectorOf(bars.x), vectorOf(bars.height), true);
    item->setWidth(0.9 * bars.width);
    item->setPen(Qt::NoPen);
    item->setBrush(faded(bars.rank < 0 ? bitsColour(6, theme) : theme.length(bars.rank), opacity * (bars.faded ? 0.25 : 1)));
    item->setAntialiased(false);
    item->setStackingGap(1);
    item->setSelectable(QCP::stNone);
    if (below) item->moveAbove(below);
    below = item;
}

void drawPoints(QCustomPlot& plot, const Frame& frame, const Points& points, const Theme& theme, double opacity) {
    QCPGraph* graph = plot.addGraph(frame.x, frame.y);
    graph->setData(vectorOf(points.x), vectorOf(points.y));
    graph->setPen(Qt::NoPen);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setSelectable(QCP::stNone);
    if (points.fill != Fill::Soft) {
        QCPScatterStyle style = markerOf(points.rank, 8, theme);
        if (points.rank < 0) style = {QCPScatterStyle::ssDisc, QPen(theme.accent, 1.6), QBrush(theme.accent), 8};
        if (points.fill == Fill::Hollow) style = {QCPScatterStyle::ssCircle, QPen(style.pen().color(), 1.6), QBrush(theme.surface), 8};
        QPen pen = style.pen();
        pen.setColor(faded(pen.color(), opacity));
        style.setPen(pen);
        if (points.fill == Fill::Solid) style.setBrush(faded(style.brush().color(), opacity));
        return graph->setScatterStyle(style);
    }
    const QColor own = points.rank < 0 ? theme.accent : theme.length(points.rank);
    QColor fill = own;
    const double strength = opacity * (points.faded ? 0.18 : 1);
    fill.setAlphaF(static_cast<float>(0.45 * strength));
    graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(faded(own, strength), 0.8), fill, 4.5));
}

void drawBarWords(QCustomPlot& plot, const Frame& frame, const Panel& panel, const Theme& theme) {
    if (panel.barWords.empty() || panel.bars.empty()) return;
    new DrawnItem(plot, frame, false, [words = panel.barWords, bars = panel.bars.front(), &theme](QCPPainter& painter, const Frame& f) {
        painter.setFont(uiFont(11));
        painter.setPen(theme.ink2);
        const QFontMetrics metrics(painter.font());
        const double room = std::abs(f.pixelX(bars.width) - f.pixelX(0));
        for (std::size_t i = 0; i < words.size() && i < bars.height.size(); ++i) {
            const double w = metrics.horizontalAdvance(words[i].second);
            if (w > room + 4) continue;
            painter.drawText(QPointF(f.pixelX(words[i].first) - w / 2, f.pixelY(bars.height[i]) - 4), words[i].second);
        }
    });
}

}  // namespace

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

void drawMarks(QCustomPlot& plot, const Frame& frame, const Panel& panel, const Theme& theme, double opacity) {
    for (const HeatMap& map : panel.maps)
        new DrawnItem(plot, frame, true,
                      [map, &theme, opacity](QCPPainter& painter, const Frame& f) { drawHeatMap(painter, f, map, theme, opacity); });
    QCPBars* below = nullptr;
    for (const Bars& bars : panel.bars) drawBars(frame, bars, below, theme, opacity);
    for (const Band& band : panel.bands) drawBand(plot, frame, band, theme, opacity);
    for (const Points& points : panel.points) drawPoints(plot, frame, points, theme, opacity);
    for (const Line& line : panel.lines) drawLine(plot, frame, line, theme, opacity);
    for (const Box& box : panel.boxes)
        new DrawnItem(plot, frame, false, [box, &theme](QCPPainter& painter, const Frame& f) { drawBox(painter, f, box, theme); });
    if (std::isfinite(panel.handle.x))
        new DrawnItem(plot, frame, false,
                      [handle = panel.handle, &theme](QCPPainter& painter, const Frame& f) { drawHandle(painter, f, handle, theme); });
    for (const Mark& mark : panel.marks)
        new DrawnItem(plot, frame, false, [mark, &theme](QCPPainter& painter, const Frame& f) { drawMark(painter, f, mark, theme); });
    if (!panel.endLabels.empty())
        new DrawnItem(plot, frame, false, [labels = panel.endLabels, &theme](QCPPainter& painter, const Frame& f) {
            drawEndLabels(painter, f, labels, theme);
        });
    drawBarWords(plot, frame, panel, theme);
}

QPen penOf(LineKind kind, int rank, const Theme& theme) {
    QColor colour = rank < 0 ? theme.ink : theme.length(rank);
    switch (kind) {
        case LineKind::Noise: colour.setAlphaF(0.26F); return QPen(colour, 1);
        case LineKind::Exact: colour.setAlphaF(0.8F); return QPen(colour, 1);
        case LineKind::Smooth: return QPen(colour, 1.8, lineStyle(rank), Qt::FlatCap, Qt::RoundJoin);
        case LineKind::Mix: return QPen(theme.ink, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        case LineKind::Ghost: return QPen(theme.ghost, 1.8, Qt::DashLine);
        case LineKind::Strong: return QPen(theme.ink, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
        case LineKind::Dashed: return QPen(theme.ink, 1.6, Qt::DashLine);
        case LineKind::Muted: return QPen(theme.ink2, 1.6, Qt::DashLine);
        case LineKind::Accent: return QPen(theme.accent, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
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

}  // namespace qs
