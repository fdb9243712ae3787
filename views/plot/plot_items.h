// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a plot that QCustomPlot does not have: cells with words, boxes, words at the right edge that keep apart, a table. Included by
// views/plot only.
#pragma once

#include <qcustomplot.h>

#include "views/plot/chart.h"

namespace qs {

struct Theme;

/// An axis rect with its two axes.
struct Frame {
    QCPAxisRect* rect = nullptr;
    QCPAxis* x = nullptr;
    QCPAxis* y = nullptr;
    std::size_t column = 0, panel = 0;
    double pixelX(double v) const { return x->coordToPixel(v); }
    double pixelY(double v) const { return y->coordToPixel(v); }
};

/// An item that draws itself inside a frame with a function.
class DrawnItem : public QCPAbstractItem {
  public:
    using Draw = std::function<void(QCPPainter&, const Frame&)>;
    DrawnItem(QCustomPlot& plot, const Frame& frame, bool clipped, Draw draw);
    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }

  protected:
    void draw(QCPPainter* painter) override { m_draw(*painter, m_frame); }

  private:
    Frame m_frame;
    Draw m_draw;
};

/// Cells of a map. Few cells are rectangles with their words, many become one picture with sharp cells.
void drawHeatMap(QCPPainter& painter, const Frame& frame, const HeatMap& map, const Theme& theme, double opacity);
void drawBox(QCPPainter& painter, const Frame& frame, const Box& box, const Theme& theme);
void drawMark(QCPPainter& painter, const Frame& frame, const Mark& mark, const Theme& theme);
void drawEndLabels(QCPPainter& painter, const Frame& frame, const std::vector<EndLabel>& labels, const Theme& theme);
/// Words that would run into each other are left out.
void drawLimits(QCPPainter& painter, const Frame& frame, const std::vector<Limit>& limits, const Theme& theme);
void drawCornerWord(QCPPainter& painter, const Frame& frame, const QString& word, const Theme& theme);
/// Panels lower than this have the big number above them, in one line with its caption.
inline constexpr int kLowForNumber = 110;
/// Pixels that number and caption take in one line, with a gap before them; 0 without a number.
int widthOfNumber(const QString& number, const QString& caption);
void drawBigNumber(QCPPainter& painter, const Frame& frame, const QString& number, const QString& caption, const Theme& theme);
/// Title at the left, the note at the right where it fits.
void drawPanelWords(QCPPainter& painter, const Frame& frame, const QString& title, const QString& note, const Theme& theme);
void drawHandle(QCPPainter& painter, const Frame& frame, const Handle& handle, const Theme& theme);
/// Pixels that the longest of the labels needs at the right edge.
int widthOf(const std::vector<EndLabel>& labels);

/// Panels above each other whose inner heights, without what the axes need, stand in the ratio of their shares.
class BalancedRows : public QCPLayoutGrid {
  public:
    void addRow(QCPAxisRect* rect, double share);

  protected:
    void updateLayout() override;

  private:
    std::vector<std::pair<QCPAxisRect*, double>> m_rows;
};

/// A table as a column of the layout.
class SheetElement : public QCPLayoutElement {
  public:
    SheetElement(QCustomPlot& plot, Sheet sheet, const Theme& theme);

  protected:
    void draw(QCPPainter* painter) override;

  private:
    std::vector<int> columnWidths() const;
    Sheet m_sheet;
    const Theme& m_theme;
};

}  // namespace qs
