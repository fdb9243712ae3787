// SPDX-License-Identifier: GPL-3.0-or-later
// A Chart on screen: wheel and drag zoom along x with a history (Backspace, or the side buttons of the mouse), Shift and drag brushes a
// range, a crosshair follows pointer or arrow keys, a card shows the values there. Marks can be clicked and dragged by views that ask for
// it.
#pragma once

#include <QWidget>
#include <functional>
#include <memory>

#include "views/plot/chart.h"

namespace qs {

/// A place in a chart, in the coordinates of a panel.
struct PlotPoint {
    std::size_t column = 0, panel = 0;
    double x = 0, y = 0;
};

class ChartWidget : public QWidget {
    Q_OBJECT
  public:
    explicit ChartWidget(QWidget* parent = nullptr);
    ~ChartWidget() override;

    /// Keeps the zoom if the x axis is the same.
    void setChart(Chart chart);
    const Chart& chart() const { return m_chart; }
    /// NaN hides the crosshair and the card.
    void setCrosshair(double x, const QString& html);
    double crosshair() const { return m_crosshair; }
    void resetZoom();
    void setRangeX(double low, double high);
    /// Steps through the ranges that were visible. False at the end of the history.
    bool zoomBack();
    bool zoomForward();
    /// Visible range of x, for tests.
    std::pair<double, double> rangeX() const;
    /// Panels of the first column that the height has room for.
    const std::vector<std::size_t>& drawnPanels() const;
    /// Where a place of the chart lies on the widget, and back. Nothing outside all panels.
    QPoint pixelOf(const PlotPoint& point) const;
    std::optional<PlotPoint> pointAt(const QPoint& pixel) const;
    /// Tells whether a press at a place takes the drag away from panning: grabbed(), dragged() and dropped() follow then.
    void setGrab(std::function<bool(const PlotPoint&)> grab) { m_grab = std::move(grab); }
    /// The cursor where a press would be grabbed.
    void setGrabCursor(Qt::CursorShape shape) { m_grabCursor = shape; }
    void setBrushable(bool brushable) { m_brushable = brushable; }
    QSize minimumSizeHint() const override { return {280, 100}; }
    QSize sizeHint() const override { return {640, 320}; }

  signals:
    void hovered(double x);   ///< in coordinates of the first column
    void stepped(int steps);  ///< arrow keys: ±1, page keys: ±10
    void left();
    void clicked(const qs::PlotPoint& point);
    void grabbed(const qs::PlotPoint& point);
    void dragged(const qs::PlotPoint& point);
    void dropped();
    void brushed(double low, double high);  ///< in coordinates of x
    void brushCleared();
    void activated();  ///< Return or Space at the crosshair

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    struct Parts;
    void rebuild();
    void redraw();
    void linkAxes();
    void connectMouse();
    void pressed(QMouseEvent* event);
    void moved(QMouseEvent* event);
    void released(QMouseEvent* event);
    void showBrush(double low, double high);
    void placeReadout();
    void zoom(double factor);
    void remember();
    bool travel(std::vector<std::pair<double, double>>& from, std::vector<std::pair<double, double>>& to);

    std::unique_ptr<Parts> m_parts;
    Chart m_chart;
    double m_crosshair;
    std::function<bool(const PlotPoint&)> m_grab;
    Qt::CursorShape m_grabCursor = Qt::PointingHandCursor;
    bool m_brushable = false;
    bool m_otherColours = false;                               ///< drawn in those of another theme, while hidden
    std::vector<std::pair<double, double>> m_back, m_forward;  ///< ranges of x
};

}  // namespace qs
