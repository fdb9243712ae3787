// SPDX-License-Identifier: GPL-3.0-or-later
// One row above the axes: a sample of the line with its marker, and its name. Wraps to a second row where it must.
#pragma once

#include <QWidget>
#include <vector>

#include "views/plot/chart.h"

class QPainter;

namespace qs {

struct Theme;

/// Draws the entries from `left`, wrapping at `width`; returns the height used. Pass nullptr to measure only.
int drawLegend(QPainter* painter, const std::vector<LegendEntry>& entries, int left, int top, int width, const Theme& theme);

class Legend : public QWidget {
    Q_OBJECT
  public:
    explicit Legend(QWidget* parent = nullptr);
    void setEntries(std::vector<LegendEntry> entries);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {300, 18}; }
    /// Of all entries in one row.
    int rowWidth() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void takeHeight();

    std::vector<LegendEntry> m_entries;
};

}  // namespace qs
