// SPDX-License-Identifier: GPL-3.0-or-later
// A Chart on screen: wheel and drag zoom along x, double click resets, a crosshair follows pointer or arrow keys, a card shows the values
// there.
#pragma once

#include <QWidget>
#include <memory>

#include "views/plot/chart.h"

namespace qs {

class ChartWidget : public QWidget {
    Q_OBJECT
  public:
    explicit ChartWidget(QWidget* parent = nullptr);
    ~ChartWidget() override;

    void setChart(Chart chart);
    const Chart& chart() const { return m_chart; }
    /// NaN hides the crosshair and the card.
    void setCrosshair(double x, const QString& html);
    double crosshair() const { return m_crosshair; }
    void resetZoom();
    /// Visible range of x, for tests.
    std::pair<double, double> rangeX() const;
    QSize minimumSizeHint() const override { return {320, 150}; }
    QSize sizeHint() const override { return {640, 320}; }

  signals:
    void hovered(double x);   ///< in plot coordinates
    void stepped(int steps);  ///< arrow keys: ±1, page keys: ±10
    void left();

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    struct Parts;
    void rebuild();
    void placeReadout();
    void zoom(double factor);

    std::unique_ptr<Parts> m_parts;
    Chart m_chart;
    double m_crosshair;
};

}  // namespace qs
