// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/chart_widget.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>
#include <cmath>

#include "views/plot/drawn_chart.h"
#include "views/plot/plot_builder.h"

namespace qs {
namespace {

constexpr std::size_t kLongestHistory = 50;

/// A bare widget is a "filler" for a screen reader; this makes it a named chart.
QAccessibleInterface* accessibleChart(const QString& className, QObject* object) {
    if (className != QLatin1String("qs::ChartWidget")) return nullptr;
    return new QAccessibleWidget(static_cast<QWidget*>(object), QAccessible::Chart);
}

/// Categories do not zoom.
bool zooms(const Chart& chart) { return !chart.empty() && !chart.panels.empty() && chart.x.scale != AxisScale::Named; }

}  // namespace

struct ChartWidget::Parts {
    QCustomPlot* plot = nullptr;
    QLabel* readout = nullptr;
    std::vector<Frame> frames;
    QList<QCPItemStraightLine*> crosshair;
    QList<QCPItemRect*> brush;
    QPoint pressedAt;
    bool pressed = false, grabbing = false, brushing = false, panning = false;
    double brushFrom = 0;
    QCPRange before;                ///< the range when a pan began
    std::size_t columns = 1;        ///< that fit the width
    std::vector<std::size_t> kept;  ///< panels of the first column that the height has room for
    const Frame* first() const { return frames.empty() || frames.front().column != 0 ? nullptr : &frames.front(); }
};

ChartWidget::ChartWidget(QWidget* parent) : QWidget(parent), m_parts(new Parts), m_crosshair(std::nan("")) {
    static const bool installed = (QAccessible::installFactory(accessibleChart), true);
    static_cast<void>(installed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);  // for the frame of the focus
    m_parts->plot = new QCustomPlot(this);
    m_parts->plot->setFocusPolicy(Qt::NoFocus);
    m_parts->plot->setMouseTracking(true);
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
    connectMouse();
    rebuild();
}

ChartWidget::~ChartWidget() = default;

void ChartWidget::setChart(Chart chart) {
    const bool same = !m_chart.empty() && !chart.empty() && m_chart.x.scale == chart.x.scale && m_chart.x.title == chart.x.title &&
                      m_chart.x.low == chart.x.low && m_chart.x.high == chart.x.high && zooms(chart);
    const auto range = rangeX();
    m_chart = std::move(chart);
    setAccessibleName(m_chart.title + (m_chart.subtitle.isEmpty() ? QString() : QStringLiteral(", ") + m_chart.subtitle));
    setAccessibleDescription(m_chart.description);
    rebuild();
    if (same) setRangeX(range.first, range.second);
    else m_back.clear(), m_forward.clear();
}

void ChartWidget::rebuild() {
    QCustomPlot& plot = *m_parts->plot;
    m_otherColours = false;
    m_parts->crosshair.clear();
    m_parts->brush.clear();
    m_crosshair = std::nan("");
    m_parts->readout->hide();
    m_parts->columns = columnsFor(width());
    m_parts->kept = keptPanels(m_chart, height());
    m_parts->frames = buildPlot(plot, drawnChart(m_chart, width(), height()), theme());
    for (Frame& frame : m_parts->frames)
        if (frame.column == 0) frame.panel = m_parts->kept[frame.panel];
    plot.setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    linkAxes();
    for (const Frame& frame : m_parts->frames) {
        if (!zooms(frame.column == 0 ? m_chart : m_chart.beside[frame.column - 1])) {
            frame.rect->setRangeDragAxes(nullptr, nullptr);
            frame.rect->setRangeZoomAxes(nullptr, nullptr);
        }
        if (frame.column != 0 || m_chart.panels[frame.panel].ownX) continue;
        auto* line = new QCPItemStraightLine(&plot);
        line->setLayer("crosshair");
        line->setClipAxisRect(frame.rect);
        for (auto* position : {line->point1, line->point2}) {
            position->setAxisRect(frame.rect);
            position->setAxes(frame.x, frame.y);
            position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
        line->setPen(QPen(theme().ink2, 1));
        line->setVisible(false);
        m_parts->crosshair.append(line);
        auto* brush = new QCPItemRect(&plot);
        brush->setLayer("crosshair");
        brush->setClipAxisRect(frame.rect);
        for (auto* position : {brush->topLeft, brush->bottomRight}) {
            position->setAxisRect(frame.rect);
            position->setAxes(frame.x, frame.y);
            position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        }
        QColor fill = theme().accent;
        fill.setAlphaF(0.14F);
        brush->setBrush(fill);
        brush->setPen(QPen(theme().accent, 1));
        brush->setVisible(false);
        m_parts->brush.append(brush);
    }
    plot.replot(QCustomPlot::rpQueuedReplot);
}

/// Panels of a column share their x axis.
void ChartWidget::linkAxes() {
    for (std::size_t i = 0; i < m_parts->frames.size(); ++i)
        for (std::size_t k = 0; k < m_parts->frames.size(); ++k) {
            const Frame &a = m_parts->frames[i], &b = m_parts->frames[k];
            const auto own = [&](const Frame& f) { return (f.column == 0 ? m_chart : m_chart.beside[f.column - 1]).panels[f.panel].ownX; };
            if (i == k || a.column != b.column || own(a) || own(b)) continue;
            connect(a.x, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), b.x, qOverload<const QCPRange&>(&QCPAxis::setRange));
        }
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
    const Frame* frame = m_parts->first();
    if (!frame) return;
    QLabel& card = *m_parts->readout;
    card.setStyleSheet(QStringLiteral("background: %1; border: 1px solid %2; color: %3; border-radius: 6px; padding: 6px 8px;")
                           .arg(theme().raised.name(), theme().line.name(), theme().ink.name()));
    card.adjustSize();
    const QRect inside = frame->rect->rect();
    // The corner at the top right, unless the crosshair stands under the card.
    const bool covered = frame->pixelX(m_crosshair) > inside.right() - card.width() - 8 && inside.width() > 2 * card.width();
    card.move(covered ? inside.left() + 6 : std::max(0, inside.right() - card.width() - 2), inside.top() + 2);
    card.raise();
}

void ChartWidget::setRangeX(double low, double high) {
    if (const Frame* frame = m_parts->first()) frame->x->setRange(low, high);
    m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

void ChartWidget::remember() {
    if (!m_parts->first()) return;
    m_back.push_back(rangeX());
    if (m_back.size() > kLongestHistory) m_back.erase(m_back.begin());
    m_forward.clear();
}

void ChartWidget::resetZoom() {
    if (!zooms(m_chart) || rangeX() == std::pair(m_chart.x.low, m_chart.x.high)) return;
    remember();
    setRangeX(m_chart.x.low, m_chart.x.high);
}

void ChartWidget::zoom(double factor) {
    const Frame* frame = m_parts->first();
    if (!frame || !zooms(m_chart)) return;
    remember();
    QCPAxis* x = frame->x;
    const double centre = std::isfinite(m_crosshair)                 ? m_crosshair
                          : x->scaleType() == QCPAxis::stLogarithmic ? std::sqrt(x->range().lower * x->range().upper)
                                                                     : x->range().center();
    x->scaleRange(factor, centre);
    m_parts->plot->replot(QCustomPlot::rpQueuedReplot);
}

bool ChartWidget::travel(std::vector<std::pair<double, double>>& from, std::vector<std::pair<double, double>>& to) {
    if (from.empty() || !m_parts->first()) return false;
    to.push_back(rangeX());
    const auto [low, high] = from.back();
    from.pop_back();
    setRangeX(low, high);
    return true;
}

bool ChartWidget::zoomBack() { return travel(m_back, m_forward); }
bool ChartWidget::zoomForward() { return travel(m_forward, m_back); }

std::pair<double, double> ChartWidget::rangeX() const {
    const Frame* frame = m_parts->first();
    return frame ? std::pair(frame->x->range().lower, frame->x->range().upper) : std::pair(0.0, 0.0);
}

const std::vector<std::size_t>& ChartWidget::drawnPanels() const { return m_parts->kept; }

QPoint ChartWidget::pixelOf(const PlotPoint& point) const {
    for (const Frame& frame : m_parts->frames)
        if (frame.column == point.column && frame.panel == point.panel)
            return {static_cast<int>(std::lround(frame.pixelX(point.x))), static_cast<int>(std::lround(frame.pixelY(point.y)))};
    return {};
}

std::optional<PlotPoint> ChartWidget::pointAt(const QPoint& pixel) const {
    for (const Frame& frame : m_parts->frames)
        if (frame.rect->rect().adjusted(-6, -2, 6, 10).contains(pixel))
            return PlotPoint{frame.column, frame.panel, frame.x->pixelToCoord(pixel.x()), frame.y->pixelToCoord(pixel.y())};
    return std::nullopt;
}

void ChartWidget::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_parts->readout->isVisible()) placeReadout();
    const bool other = !m_chart.beside.empty() && columnsFor(width()) != m_parts->columns;
    if (other || keptPanels(m_chart, height()) != m_parts->kept) redraw();
}

void ChartWidget::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ChartWidget::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void ChartWidget::paintEvent(QPaintEvent*) {
    if (!hasFocus()) return;
    QPainter painter(this);
    painter.setPen(QPen(theme().accent, 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void ChartWidget::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    if (isVisible()) redraw();
    else m_otherColours = true;
}

void ChartWidget::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_otherColours) redraw();
}

/// The same picture at this size in the colours of the theme; what was zoomed stays so.
void ChartWidget::redraw() {
    const auto range = rangeX();
    rebuild();
    if (zooms(m_chart)) setRangeX(range.first, range.second);
}

void ChartWidget::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    emit left();
}

void ChartWidget::keyPressEvent(QKeyEvent* event) {
    const bool alt = event->modifiers() & Qt::AltModifier, shift = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right: {
            const int way = event->key() == Qt::Key_Left ? -1 : 1;
            if (alt) return static_cast<void>(way < 0 ? zoomBack() : zoomForward());
            const double from = m_parts->brushing ? m_parts->brushFrom : m_crosshair;
            emit stepped(way);
            if (!shift || !m_brushable || !std::isfinite(from) || !std::isfinite(m_crosshair)) return;
            if (!m_parts->brushing) m_parts->brushing = true, m_parts->brushFrom = from;
            showBrush(std::min(from, m_crosshair), std::max(from, m_crosshair));
            return emit brushed(std::min(from, m_crosshair), std::max(from, m_crosshair));
        }
        case Qt::Key_PageUp: return emit stepped(-10);
        case Qt::Key_PageDown: return emit stepped(10);
        case Qt::Key_Plus: return zoom(0.7);
        case Qt::Key_Minus: return zoom(1 / 0.7);
        case Qt::Key_0: return resetZoom();
        case Qt::Key_Backspace: return static_cast<void>(shift ? zoomForward() : zoomBack());
        case Qt::Key_Return:
        case Qt::Key_Space: return emit activated();
        case Qt::Key_Escape:
            m_parts->brushing = false;
            showBrush(0, 0);
            emit brushCleared();
            return emit left();
        default: QWidget::keyPressEvent(event);
    }
}

void ChartWidget::connectMouse() {
    connect(m_parts->plot, &QCustomPlot::mousePress, this, &ChartWidget::pressed);
    connect(m_parts->plot, &QCustomPlot::mouseMove, this, &ChartWidget::moved);
    connect(m_parts->plot, &QCustomPlot::mouseRelease, this, &ChartWidget::released);
    connect(m_parts->plot, &QCustomPlot::mouseDoubleClick, this, &ChartWidget::resetZoom);
    connect(m_parts->plot, &QCustomPlot::mouseWheel, this, [this] {
        if (zooms(m_chart)) remember();
    });
}

void ChartWidget::pressed(QMouseEvent* event) {
    if (event->button() == Qt::BackButton) return static_cast<void>(zoomBack());
    if (event->button() == Qt::ForwardButton) return static_cast<void>(zoomForward());
    const auto point = pointAt(event->pos());
    if (!point || event->button() != Qt::LeftButton) return;
    setFocus(Qt::MouseFocusReason);
    m_parts->pressed = true;
    m_parts->pressedAt = event->pos();
    const bool brush = (event->modifiers() & Qt::ShiftModifier) && m_brushable && point->column == 0 && !m_parts->crosshair.isEmpty();
    m_parts->brushing = brush;
    m_parts->brushFrom = point->x;
    m_parts->grabbing = !brush && m_grab && m_grab(*point);
    if (const Frame* frame = m_parts->first()) m_parts->before = frame->x->range();
    if (brush || m_parts->grabbing) m_parts->plot->setInteraction(QCP::iRangeDrag, false);
    if (m_parts->grabbing) emit grabbed(*point);
}

void ChartWidget::moved(QMouseEvent* event) {
    const auto point = pointAt(event->pos());
    if (m_parts->grabbing && point) return emit dragged(*point);
    if (m_parts->brushing && m_parts->pressed) {
        const Frame* frame = m_parts->first();
        const double x = frame->x->pixelToCoord(std::clamp(event->pos().x(), frame->rect->left(), frame->rect->right()));
        return showBrush(std::min(x, m_parts->brushFrom), std::max(x, m_parts->brushFrom));
    }
    if (m_chart.empty() || event->buttons() != Qt::NoButton) return;
    m_parts->plot->setCursor(point && m_grab && m_grab(*point) ? m_grabCursor : Qt::ArrowCursor);
    if (!point || point->column != 0) return emit left();
    emit hovered(point->x);
}

void ChartWidget::released(QMouseEvent* event) {
    m_parts->plot->setInteraction(QCP::iRangeDrag, true);
    if (!std::exchange(m_parts->pressed, false)) return;
    const auto point = pointAt(event->pos());
    const bool still = (event->pos() - m_parts->pressedAt).manhattanLength() < 4;
    if (m_parts->grabbing) {
        m_parts->grabbing = false;
        emit dropped();
        if (still && point) emit clicked(*point);
        return;
    }
    if (std::exchange(m_parts->brushing, false)) {
        if (still || !point) return showBrush(0, 0), emit brushCleared();
        return emit brushed(std::min(point->x, m_parts->brushFrom), std::max(point->x, m_parts->brushFrom));
    }
    const Frame* frame = m_parts->first();
    if (!still && frame && frame->x->range() != m_parts->before) {
        m_back.emplace_back(m_parts->before.lower, m_parts->before.upper);
        m_forward.clear();
    }
    if (still && point) emit clicked(*point);
}

void ChartWidget::showBrush(double low, double high) {
    for (QCPItemRect* brush : m_parts->brush) {
        brush->setVisible(high > low);
        brush->topLeft->setCoords(low, 0);
        brush->bottomRight->setCoords(high, 1);
    }
    m_parts->plot->layer("crosshair")->replot();
}

}  // namespace qs
