// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/chart_widget.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>
#include <cmath>

#include "views/plot/plot_builder.h"

namespace qs {
namespace {

/// A bare widget is a "filler" for a screen reader; this makes it a named chart.
QAccessibleInterface* accessibleChart(const QString& className, QObject* object) {
    if (className != QLatin1String("qs::ChartWidget")) return nullptr;
    return new QAccessibleWidget(static_cast<QWidget*>(object), QAccessible::Chart);
}

}  // namespace

struct ChartWidget::Parts {
    QCustomPlot* plot = nullptr;
    QLabel* readout = nullptr;
    QList<QCPItemStraightLine*> crosshair;
};

ChartWidget::ChartWidget(QWidget* parent) : QWidget(parent), m_parts(new Parts), m_crosshair(std::nan("")) {
    static const bool installed = (QAccessible::installFactory(accessibleChart), true);
    static_cast<void>(installed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_parts->plot = new QCustomPlot(this);
    m_parts->plot->setFocusPolicy(Qt::NoFocus);
    m_parts->plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_parts->plot->addLayer("crosshair", nullptr, QCustomPlot::limAbove);
    m_parts->plot->layer("crosshair")->setMode(QCPLayer::lmBuffered);
    layout->addWidget(m_parts->plot);
    m_parts->readout = new QLabel(this);
    m_parts->readout->setProperty("look", "hint");
    m_parts->readout->setTextFormat(Qt::RichText);
    m_parts->readout->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_parts->readout->setAutoFillBackground(true);
    m_parts->readout->hide();
    setFocusPolicy(Qt::StrongFocus);
    connect(m_parts->plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (m_chart.empty() || event->buttons() != Qt::NoButton) return;
        const QCPAxisRect* rect = m_parts->plot->axisRect();
        if (event->pos().x() < rect->left() || event->pos().x() > rect->right()) return emit left();
        emit hovered(rect->axis(QCPAxis::atBottom)->pixelToCoord(event->pos().x()));
    });
    connect(m_parts->plot, &QCustomPlot::mouseDoubleClick, this, &ChartWidget::resetZoom);
    rebuild();
}

ChartWidget::~ChartWidget() = default;

void ChartWidget::setChart(Chart chart) {
    m_chart = std::move(chart);
    setAccessibleName(m_chart.title + (m_chart.subtitle.isEmpty() ? QString() : QStringLiteral(", ") + m_chart.subtitle));
    setAccessibleDescription(m_chart.description);
    rebuild();
}

void ChartWidget::rebuild() {
    QCustomPlot& plot = *m_parts->plot;
    m_parts->crosshair.clear();
    m_crosshair = std::nan("");
    m_parts->readout->hide();
    buildPlot(plot, m_chart, theme());
    QList<QCPAxis*> axes;
    for (QCPAxisRect* rect : plot.axisRects()) {
        QCPAxis* x = rect->axis(QCPAxis::atBottom);
        for (QCPAxis* other : axes) {
            connect(other, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), x, qOverload<const QCPRange&>(&QCPAxis::setRange));
            connect(x, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), other, qOverload<const QCPRange&>(&QCPAxis::setRange));
        }
        axes.append(x);
        auto* line = new QCPItemStraightLine(&plot);
        line->setLayer("crosshair");
        line->setClipAxisRect(rect);
        for (auto* position : {line->point1, line->point2}) {
            position->setAxisRect(rect);
            position->setAxes(x, rect->axis(QCPAxis::atLeft));
            position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
        line->setPen(QPen(theme().ink2, 1));
        line->setVisible(false);
        m_parts->crosshair.append(line);
    }
    plot.replot(QCustomPlot::rpQueuedReplot);
}

void ChartWidget::setCrosshair(double x, const QString& html) {
    m_crosshair = x;
    const bool shown = std::isfinite(x);
    for (QCPItemStraightLine* line : m_parts->crosshair) {
        line->setVisible(shown);
        if (!shown) continue;
        line->point1->setCoords(x, 0);
        line->point2->setCoords(x, 1);
    }
    m_parts->plot->layer("crosshair")->replot();
    m_parts->readout->setVisible(shown && !html.isEmpty());
    if (shown) {
        m_parts->readout->setText(html);
        placeReadout();
    }
}

void ChartWidget::placeReadout() {
    if (m_chart.empty()) return;
    QLabel& card = *m_parts->readout;
    card.setStyleSheet(QStringLiteral("background: %1; border: 1px solid %2; color: %3; border-radius: 6px; padding: 6px 8px;")
                           .arg(theme().raised.name(), theme().line.name(), theme().ink.name()));
    card.adjustSize();
    const QCPAxisRect* rect = m_parts->plot->axisRect();
    card.move(rect->right() - card.width() - 2, rect->top() + 2);
    card.raise();
}

void ChartWidget::resetZoom() {
    for (QCPAxisRect* rect : m_parts->plot->axisRects()) rect->axis(QCPAxis::atBottom)->setRange(m_chart.x.low, m_chart.x.high);
    m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartWidget::zoom(double factor) {
    if (m_chart.empty()) return;
    QCPAxis* x = m_parts->plot->axisRect()->axis(QCPAxis::atBottom);
    const double centre = std::isfinite(m_crosshair)                 ? m_crosshair
                          : x->scaleType() == QCPAxis::stLogarithmic ? std::sqrt(x->range().lower * x->range().upper)
                                                                     : x->range().center();
    x->scaleRange(factor, centre);
    m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

std::pair<double, double> ChartWidget::rangeX() const {
    if (m_chart.empty()) return {0, 0};
    const QCPRange range = m_parts->plot->axisRect()->axis(QCPAxis::atBottom)->range();
    return {range.lower, range.upper};
}

void ChartWidget::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left: return emit stepped(-1);
        case Qt::Key_Right: return emit stepped(1);
        case Qt::Key_PageUp: return emit stepped(-10);
        case Qt::Key_PageDown: return emit stepped(10);
        case Qt::Key_Plus: return zoom(0.7);
        case Qt::Key_Minus: return zoom(1 / 0.7);
        case Qt::Key_0: return resetZoom();
        case Qt::Key_Escape: return emit left();
        default: QWidget::keyPressEvent(event);
    }
}

void ChartWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    emit left();
}

void ChartWidget::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_parts->readout->isVisible()) placeReadout();
}

void ChartWidget::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) rebuild();
}

}  // namespace qs
