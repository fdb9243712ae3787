// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/legend.h"

#include <QFontMetrics>
#include <QPainter>
#include <QResizeEvent>

#include "views/plot/colour_map.h"
#include "views/plot/plot_builder.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kRow = 18, kSample = 28, kGap = 6, kBetween = 16;

/// The marker of a length by rank; a disc in the accent below 0.
void drawMarker(QPainter& painter, int rank, QPointF c, const Theme& theme) {
    constexpr double r = 4;
    const QColor colour = rank < 0 ? theme.accent : theme.length(rank);
    const bool hollow = rank % 10 >= 5;  // the second round of colours
    painter.setPen(hollow ? QPen(colour, 1.2) : QPen(Qt::NoPen));
    painter.setBrush(hollow ? theme.surface : colour);
    switch (rank < 0 ? 0 : rank % 5) {
        case 0: painter.drawEllipse(c, r, r); break;
        case 1: painter.drawRect(QRectF(c.x() - 3.5, c.y() - 3.5, 7, 7)); break;
        case 2: painter.drawPolygon(QPolygonF({c + QPointF(0, -r), c + QPointF(r, r * 0.8), c + QPointF(-r, r * 0.8)})); break;
        case 3: painter.drawPolygon(QPolygonF({c + QPointF(0, -r), c + QPointF(r, 0), c + QPointF(0, r), c + QPointF(-r, 0)})); break;
        default: painter.drawPolygon(QPolygonF({c + QPointF(0, r), c + QPointF(r, -r * 0.8), c + QPointF(-r, -r * 0.8)})); break;
    }
    painter.setBrush(Qt::NoBrush);
}

void drawSample(QPainter& painter, const LegendEntry& entry, QRectF box, const Theme& theme) {
    if (entry.bits > 0) {
        const QRectF chip(box.left(), box.center().y() - 8, 20, 16);
        painter.setPen(Qt::NoPen);
        painter.setBrush(bitsColour(entry.bits, theme));
        painter.drawRoundedRect(chip, 2, 2);
        painter.setFont(uiFont(11, true));
        painter.setPen(wordColour(bitsColour(entry.bits, theme), theme));
        painter.drawText(chip, Qt::AlignCenter, QString::number(entry.bits));
        painter.setBrush(Qt::NoBrush);
        return;
    }
    if (entry.shape == 3) return drawMarker(painter, entry.rank, box.center(), theme);
    if (entry.shape > 0) {
        painter.setPen(QPen(entry.shape == 1 ? theme.ink2 : theme.accent, 1.6));
        painter.setBrush(theme.surface);
        if (entry.shape == 1) painter.drawRect(QRectF(box.center().x() - 4, box.center().y() - 4, 8, 8));
        else painter.drawEllipse(box.center(), 4.5, 4.5);
        painter.setBrush(Qt::NoBrush);
        return;
    }
    if (entry.filled) {
        QColor fill = entry.rank < 0 ? theme.ghost : theme.length(entry.rank);
        if (entry.rank < 0) fill.setAlphaF(0.35F);
        painter.fillRect(QRectF(box.center().x() - 5, box.center().y() - 5, 10, 10), fill);
        return;
    }
    painter.setPen(penOf(entry.kind, entry.rank, theme));
    painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()));
    if (entry.rank < 0 || (entry.kind != LineKind::Smooth && entry.kind != LineKind::Exact)) return;
    drawMarker(painter, entry.rank, box.center(), theme);
}

int sampleWidth(const LegendEntry& entry) { return entry.bits > 0 ? 20 : entry.filled || entry.shape > 0 ? 12 : kSample; }

}  // namespace

int drawLegend(QPainter* painter, const std::vector<LegendEntry>& entries, int left, int top, int width, const Theme& theme) {
    const QFont font = uiFont(11);
    const QFontMetrics metrics(font);
    int x = left, y = top;
    for (const LegendEntry& entry : entries) {
        const int sample = sampleWidth(entry), words = metrics.horizontalAdvance(entry.name);
        if (x > left && x + sample + kGap + words > left + width) x = left, y += kRow;
        if (painter) {
            painter->setRenderHint(QPainter::Antialiasing);
            drawSample(*painter, entry, QRectF(x, y, sample, kRow), theme);
            painter->setFont(font);
            painter->setPen(theme.ink2);
            painter->drawText(QRect(x + sample + kGap, y, words + 8, kRow), Qt::AlignVCenter | Qt::AlignLeft, entry.name);
        }
        x += sample + kGap + words + kBetween;
    }
    return y - top + kRow;
}

Legend::Legend(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void Legend::setEntries(std::vector<LegendEntry> entries) {
    if (entries == m_entries) return;
    m_entries = std::move(entries);
    takeHeight();
    updateGeometry();
    update();
}

int Legend::rowWidth() const {
    int width = 0;
    for (const LegendEntry& entry : m_entries)
        width += sampleWidth(entry) + kGap + QFontMetrics(uiFont(11)).horizontalAdvance(entry.name) + (width > 0 ? kBetween : 0);
    return width + 8;
}

/// As many rows as the entries need at this width.
void Legend::takeHeight() { setMinimumHeight(heightForWidth(std::max(width(), 300))); }

void Legend::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) takeHeight();
}

int Legend::heightForWidth(int width) const { return drawLegend(nullptr, m_entries, 0, 0, width, theme()); }

void Legend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawLegend(&painter, m_entries, 0, 0, width(), theme());
}

}  // namespace qs
