// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/figure_export.h"

#include <QFile>
#include <QFileInfo>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <filesystem>
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
void embedFonts(const QString& path) {
    QString faces;
    for (const auto& [file, weight] : {std::pair{"Regular", 400}, {"SemiBold", 600}}) {
        QFile font(QStringLiteral(":/fonts/QuantoscopeSans-%1.otf").arg(QLatin1String(file)));
        if (!font.open(QIODevice::ReadOnly)) continue;
        faces +=
            QStringLiteral("@font-face{font-family:'Quantoscope Sans';font-weight:%1;src:url(data:font/otf;base64,%2) format('opentype');}")
                .arg(weight)
                .arg(QString::fromLatin1(font.readAll().toBase64()));
    }
    QFile svg(path);
    if (!svg.open(QIODevice::ReadWrite)) throw Error(path.toStdString() + ": cannot be written");
    QByteArray text = svg.readAll();
    text.replace("<defs>", "<defs><style>" + faces.toLatin1() + "</style>");
    svg.resize(0);
    if (svg.write(text) != text.size()) throw Error(path.toStdString() + ": cannot be written");
}

/// The same figure is the same file: the date, which is all that Qt adds of its own, becomes spaces of the same length.
void dropDate(const QString& path) {
    QFile pdf(path);
    if (!pdf.open(QIODevice::ReadWrite)) throw Error(path.toStdString() + ": cannot be written");
    const QByteArray bytes = pdf.readAll();
    const qsizetype from = bytes.indexOf("/CreationDate ("), to = bytes.indexOf(')', from);
    if (from < 0 || to < 0) return;
    pdf.seek(from);
    pdf.write(QByteArray(to + 1 - from, ' '));
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
        return embedFonts(path);
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
    dropDate(path);
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
    requireWritable(path.toStdString());
    writeAtomically(path.toStdString(), [&](const std::filesystem::path& temporary) {
        if (!figureImage(record, scale).save(QString::fromStdString(temporary.string()), "PNG"))
            throw Error(path.toStdString() + ": cannot be written");
    });
}

void writeFigure(const Chart& chart, const QString& path, QSize size, double scale) {
    const QString kind = QFileInfo(path).suffix().toLower();
    if (kind != "png" && kind != "pdf" && kind != "svg")
        throw Error(path.toStdString() + ": figures end in .png, .pdf, .svg, .csv or .json", ErrorKind::Usage);
    if (kind == "png") return writeFigure(recordFigure(chart, size), path, scale);
    if (size.isEmpty()) size = {chart.figureWidth, chart.figureHeight};
    requireWritable(path.toStdString());
    writeAtomically(path.toStdString(), [&](const std::filesystem::path& temporary) {
        writeVector(chart, QString::fromStdString(temporary.string()), size, kind);
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
