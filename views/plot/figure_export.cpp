// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/figure_export.h"

#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "views/plot/legend.h"
#include "views/plot/plot_builder.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kMargin = 22;

void drawText(QPainter& painter, QRect box, const QString& text, const QFont& font, const QColor& colour) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, text);
}

/// Title, subtitle, legend, axes, footnote; the painter's unit is one pixel of `size`.
void paintFigure(QCPPainter& painter, const Chart& chart, QSize size) {
    const Theme& light = lightTheme();
    painter.fillRect(QRect(QPoint(0, 0), size), Qt::white);
    const int width = size.width() - 2 * kMargin;
    drawText(painter, {kMargin, 14, width, 26}, chart.title, uiFont(17, true), light.ink);
    drawText(painter, {kMargin, 40, width, 20}, chart.subtitle, uiFont(12.5), light.ink2);
    const int legend = drawLegend(&painter, chart.legend, kMargin, 68, width, light);
    const int top = 68 + legend + 6, bottom = 40;
    QCustomPlot plot;
    plot.setAttribute(Qt::WA_DontShowOnScreen);
    buildPlot(plot, chart, light);
    painter.save();
    painter.translate(kMargin, top);
    plot.toPainter(&painter, width, size.height() - top - bottom);
    painter.restore();
    drawText(painter, {kMargin, size.height() - bottom + 4, width, bottom - 10}, chart.footnote, uiFont(11), light.ink3);
}

void writeVector(const Chart& chart, const QString& path, QSize size, const QString& kind) {
    QCPPainter painter;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    if (kind == "svg") {
        QSvgGenerator device;
        device.setFileName(path);
        device.setSize(size);
        device.setViewBox(QRect(QPoint(0, 0), size));
        device.setTitle(chart.title);
        device.setDescription(chart.description);
        if (!painter.begin(&device)) throw Error(path.toStdString() + ": cannot be written");
        paintFigure(painter, chart, size);
        painter.end();
        return;
    }
    QPdfWriter device(path);
    device.setTitle(chart.title);
    device.setCreator("Quantoscope");
    device.setPageMargins(QMarginsF(0, 0, 0, 0));
    device.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point));  // 96 pixels an inch, 72 points an inch
    device.setResolution(96);
    if (!painter.begin(&device)) throw Error(path.toStdString() + ": cannot be written");
    paintFigure(painter, chart, size);
    painter.end();
}

QString cellText(const QVariant& cell, QChar separator) {
    if (cell.typeId() == QMetaType::Double) {
        const double value = cell.toDouble();
        return value == value ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
    }
    QString text = cell.toString();
    if (text.contains(separator) || text.contains('"') || text.contains('\n')) text = '"' + text.replace('"', "\"\"") + '"';
    return text;
}

}  // namespace

QImage figureImage(const Chart& chart, QSize size, double scale) {
    QImage image(size * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    image.setDotsPerMeterX(static_cast<int>(96 * scale / 0.0254));
    image.setDotsPerMeterY(static_cast<int>(96 * scale / 0.0254));
    QCPPainter painter(&image);
    painter.setMode(QCPPainter::pmNoCaching);
    paintFigure(painter, chart, size);
    painter.end();
    return image;
}

void writeFigure(const Chart& chart, const QString& path, QSize size, double scale) {
    const QString kind = QFileInfo(path).suffix().toLower();
    if (kind != "png" && kind != "pdf" && kind != "svg")
        throw Error(path.toStdString() + ": figures end in .png, .pdf, .svg, .csv or .json", ErrorKind::Usage);
    requireWritable(path.toStdString());
    writeAtomically(path.toStdString(), [&](const std::filesystem::path& temporary) {
        const QString name = QString::fromStdString(temporary.string());
        if (kind != "png") return writeVector(chart, name, size, kind);
        if (!figureImage(chart, size, scale).save(name, "PNG")) throw Error(path.toStdString() + ": cannot be written");
    });
}

QString tableText(const ChartTable& table, QChar separator) {
    QString text;
    QStringList cells;
    for (const QString& title : table.header) cells.append(cellText(title, separator));
    text += cells.join(separator) + '\n';
    for (const auto& row : table.rows) {
        cells.clear();
        for (const QVariant& cell : row) cells.append(cellText(cell, separator));
        text += cells.join(separator) + '\n';
    }
    return text;
}

}  // namespace qs
