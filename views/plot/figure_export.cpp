// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/figure_export.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "views/plot/legend.h"
#include "views/plot/plot_builder.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kMargin = 22;

int heightOf(const QString& text, const QFont& font, int width) {
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, 400), int(Qt::AlignLeft) | Qt::AlignTop | Qt::TextWordWrap, text).height();
}

/// Writes wrapped text and returns the y below it; nothing for an empty text.
int drawText(QPainter& painter, int top, int width, const QString& text, const QFont& font, const QColor& colour) {
    if (text.isEmpty()) return top;
    const QRect box(kMargin, top, width, 400);
    const int flags = int(Qt::AlignLeft) | Qt::AlignTop | Qt::TextWordWrap;
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(box, flags, text);
    return top + heightOf(text, font, width);
}

/// "3.50 bits on average  50.6 MB  error ≈ 0.6 % estimate": bold, plain, accent.
int drawLead(QPainter& painter, int top, const Chart& chart) {
    if (chart.lead.isEmpty()) return top;
    const Theme& light = lightTheme();
    int x = kMargin;
    for (const auto& [text, font, colour] : {std::tuple{chart.lead, uiFont(13, true), light.ink},
                                             {chart.leadDetail, uiFont(12.5), light.ink2},
                                             {chart.leadEstimate, uiFont(12.5), light.accent}}) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(QRect(x, top, 600, 20), int(Qt::AlignLeft) | Qt::AlignVCenter, text);
        x += QFontMetrics(font).horizontalAdvance(text) + 12;
    }
    return top + 22;
}

/// Title, subtitle, legend, axes, footnote; the painter's unit is one pixel of `size`.
void paintFigure(QCPPainter& painter, const Chart& chart, QSize size) {
    const Theme& light = lightTheme();
    painter.fillRect(QRect(QPoint(0, 0), size), Qt::white);
    const int width = size.width() - 2 * kMargin;
    int top = drawText(painter, 16, width, chart.title, uiFont(17, true), light.ink) + 3;
    top = drawText(painter, top, width, chart.subtitle, uiFont(12.5), light.ink2) + 9;
    top = drawLead(painter, top, chart);
    if (!chart.legend.empty()) top += drawLegend(&painter, chart.legend, kMargin, top, width, light) + 4;
    const int footnote = chart.footnote.isEmpty() ? 0 : heightOf(chart.footnote, uiFont(11), width), bottom = footnote + 20;
    QCustomPlot plot;
    plot.setAttribute(Qt::WA_DontShowOnScreen);
    plot.setViewport(QRect(0, 0, width, size.height() - top - bottom));
    buildPlot(plot, chart, light);
    painter.save();
    painter.translate(kMargin, top);
    plot.toPainter(&painter, width, size.height() - top - bottom);
    painter.restore();
    drawText(painter, size.height() - footnote - 14, width, chart.footnote, uiFont(11), light.ink3);
}

/// Puts the faces into the file, so that it looks the same on a machine without them.
void embedFonts(QByteArray& svg) {
    QString faces;
    for (const auto& [file, weight] : {std::pair{"Regular", 400}, {"SemiBold", 600}}) {
        QFile font(QStringLiteral(":/fonts/QuantoscopeSans-%1.otf").arg(QLatin1String(file)));
        if (!font.open(QIODevice::ReadOnly)) continue;
        faces +=
            QStringLiteral("@font-face{font-family:'Quantoscope Sans';font-weight:%1;src:url(data:font/otf;base64,%2) format('opentype');}")
                .arg(weight)
                .arg(QString::fromLatin1(font.readAll().toBase64()));
    }
    svg.replace("<defs>", "<defs><style>" + faces.toLatin1() + "</style>");
}

/// The same figure is the same file: the date, which is all that Qt adds of its own, becomes spaces of the same length.
void dropDate(QByteArray& pdf) {
    const qsizetype from = pdf.indexOf("/CreationDate ("), to = pdf.indexOf(')', from);
    if (from < 0 || to < 0) return;
    pdf.replace(from, to + 1 - from, QByteArray(to + 1 - from, ' '));
}

/// In memory: Qt does not tell whether a device of its own was written to the end, and on a full disk it is not.
QByteArray vectorFile(const Chart& chart, QSize size, const QString& kind) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadWrite);
    QCPPainter painter;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    if (kind == "svg") {
        QSvgGenerator device;
        device.setOutputDevice(&buffer);
        device.setSize(size);
        device.setViewBox(QRect(QPoint(0, 0), size));
        device.setTitle(chart.title);
        device.setDescription(chart.description);
        painter.begin(&device);
        paintFigure(painter, chart, size);
        painter.end();
        embedFonts(bytes);
        return bytes;
    }
    QPdfWriter device(&buffer);
    device.setTitle(chart.title);
    device.setCreator("Quantoscope");
    device.setPageMargins(QMarginsF(0, 0, 0, 0));
    device.setPageSize(QPageSize(QSizeF(size) * 0.75, QPageSize::Point));  // 96 pixels an inch, 72 points an inch
    device.setResolution(96);
    painter.begin(&device);
    paintFigure(painter, chart, size);
    painter.end();
    dropDate(bytes);
    return bytes;
}

void writeBytes(const QString& path, const QByteArray& bytes) {
    requireWritable(path.toStdString());
    writeText(path.toStdString(), {bytes.constData(), static_cast<std::size_t>(bytes.size())});
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

FigureRecord recordFigure(const Chart& chart, QSize size) {
    FigureRecord record;
    record.size = size.isEmpty() ? QSize(chart.figureWidth, chart.figureHeight) : size;
    QCPPainter painter(&record.strokes);
    painter.setMode(QCPPainter::pmNoCaching);
    paintFigure(painter, chart, record.size);
    painter.end();
    return record;
}

QImage figureImage(const FigureRecord& record, double scale) {
    QImage image(record.size * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    painter.drawPicture(0, 0, record.strokes);
    painter.end();
    image.setDotsPerMeterX(static_cast<int>(96 * scale / 0.0254));
    image.setDotsPerMeterY(static_cast<int>(96 * scale / 0.0254));
    return image;
}

QImage figureImage(const Chart& chart, QSize size, double scale) { return figureImage(recordFigure(chart, size), scale); }

void writeFigure(const FigureRecord& record, const QString& path, double scale) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!figureImage(record, scale).save(&buffer, "PNG"))
        throw Error(path.toStdString() + ": too large for a picture; choose a smaller scale");
    writeBytes(path, bytes);
}

void writeFigure(const Chart& chart, const QString& path, QSize size, double scale) {
    const QString kind = QFileInfo(path).suffix().toLower();
    if (kind != "png" && kind != "pdf" && kind != "svg")
        throw Error(path.toStdString() + ": figures end in .png, .pdf, .svg, .csv or .json", ErrorKind::Usage);
    if (kind == "png") return writeFigure(recordFigure(chart, size), path, scale);
    if (size.isEmpty()) size = {chart.figureWidth, chart.figureHeight};
    writeBytes(path, vectorFile(chart, size, kind));
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
