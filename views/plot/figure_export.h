// SPDX-License-Identifier: GPL-3.0-or-later
// Figures: PNG (2 × or 4 ×), PDF, SVG, CSV and TSV of a chart. Always the light colours on white, whatever the theme of the window.
#pragma once

#include <QImage>
#include <QPicture>
#include <QSize>
#include <QString>

#include "views/plot/chart.h"

namespace qs {

/// Writes the figure at `size` (empty: that of the chart) in the format of the extension (png, pdf, svg); the file is complete or absent.
/// Throws Error naming the file for another extension and when it cannot be written.
void writeFigure(const Chart& chart, const QString& path, QSize size = {}, double scale = 2);
QImage figureImage(const Chart& chart, QSize size = {}, double scale = 2);

/// Every stroke of a figure. Recording needs the thread of the window, since plots are widgets, but is quick; painting may happen anywhere.
struct FigureRecord {
    QPicture strokes;
    QSize size;
};
FigureRecord recordFigure(const Chart& chart, QSize size = {});
QImage figureImage(const FigureRecord& record, double scale);
/// As PNG; complete or absent. Throws Error naming the file.
void writeFigure(const FigureRecord& record, const QString& path, double scale);

/// Header and rows with `separator`; numbers in the C locale with 17 significant digits where needed, texts quoted for commas.
QString tableText(const ChartTable& table, QChar separator);

}  // namespace qs
