// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_items.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/plot/colour_map.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr std::size_t kMostRectangles = 4000;
constexpr int kLabelGap = 16, kLabelHeight = 15;

constexpr double kGapped = 4;  // pixels of a cell from which on a gap of one leaves more of it than stripes

QRectF cellBox(const Frame& frame, const HeatMap& map, std::size_t row, std::size_t column) {
    const double left = frame.pixelX(map.left), right = frame.pixelX(map.right), top = frame.pixelY(map.top),
                 bottom = frame.pixelY(map.bottom);
    const double w = (right - left) / static_cast<double>(map.columns), h = (bottom - top) / static_cast<double>(map.rows);
    const double x0 = left + static_cast<double>(column) * w, y0 = top + static_cast<double>(row) * h;
    // Whole pixels, so that neighbours neither overlap nor leave hairlines.
    const auto gap = [&](double size) { return map.gaps && std::abs(size) >= kGapped ? 1 : 0; };
    const double l = std::round(x0), t = std::round(y0), r = std::round(left + static_cast<double>(column + 1) * w),
                 b = std::round(top + static_cast<double>(row + 1) * h);
    return {l, t, r - l - gap(w), b - t - gap(h)};
}

void drawMissing(QCPPainter& painter, const Frame& frame, const HeatMap& map, const Theme& theme) {
    QRectF all;
    for (std::size_t r = 0; r < map.rows; ++r)
        for (std::size_t c = 0; c < map.columns; ++c) {
            if (std::isfinite(map.at(r, c))) continue;
            const QRectF box = cellBox(frame, map, r, c);
            painter.fillRect(box, theme.raised);
            painter.fillRect(box, QBrush(theme.line, Qt::BDiagPattern));
            all = all.united(box);
        }
    if (map.missing.isEmpty() || all.isEmpty()) return;
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    QRectF words(0, 0, metrics.horizontalAdvance(map.missing) + 14, 20);
    if (words.width() > all.width() || words.height() > all.height()) return;
    words.moveCenter(all.center());
    painter.fillRect(words, theme.surface);
    painter.setPen(theme.ink2);
    painter.drawText(words, Qt::AlignCenter, map.missing);
}

QColor shaded(QColor colour, double opacity) {
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

/// One picture for many cells; every cell at least four pixels wide, so that a viewer that smooths pictures does not blur them.
void drawPicture(QCPPainter& painter, const Frame& frame, const HeatMap& map, const Theme& theme, double opacity) {
    QImage image(static_cast<int>(map.columns), static_cast<int>(map.rows), QImage::Format_ARGB32);
    for (std::size_t r = 0; r < map.rows; ++r)
        for (std::size_t c = 0; c < map.columns; ++c) {
            const double value = map.at(r, c);
            const QColor colour = std::isfinite(value) ? shaded(cellColour(map, value, theme), opacity) : QColor(Qt::transparent);
            image.setPixelColor(static_cast<int>(c), static_cast<int>(r), colour);
        }
    const QRectF box(QPointF(frame.pixelX(map.left), frame.pixelY(map.top)), QPointF(frame.pixelX(map.right), frame.pixelY(map.bottom)));
    const bool vector = painter.modes().testFlag(QCPPainter::pmVectorized);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(box, vector ? image.scaled(image.size() * 4, Qt::IgnoreAspectRatio, Qt::FastTransformation) : image);
}

/// Rows that are a pixel apart in height by rounding all have words, or none.
bool takesWord(const Frame& frame, const HeatMap& map, const QString& word, const QRectF& box, const QFontMetrics& metrics) {
    const double row = std::abs(frame.pixelY(map.bottom) - frame.pixelY(map.top)) / static_cast<double>(map.rows);
    return row >= 12 && metrics.horizontalAdvance(word) + 2 <= box.width();
}

/// Equal neighbours in a row as one box with its word in the middle; few boxes however many cells there are.
void drawSpans(QCPPainter& painter, const Frame& frame, const HeatMap& map, const Theme& theme, double opacity) {
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    for (std::size_t r = 0; r < map.rows; ++r)
        for (std::size_t c = 0, next = 0; c < map.columns; c = next) {
            const double value = map.at(r, c);
            for (next = c + 1; next < map.columns && map.at(r, next) == value;) ++next;
            if (!std::isfinite(value)) continue;
            const std::size_t index = r * map.columns + c;
            const bool faded = !map.faded.empty() && map.faded[index];
            const QRectF box = cellBox(frame, map, r, c).united(cellBox(frame, map, r, next - 1));
            const QColor colour = cellColour(map, value, theme);
            painter.fillRect(box, shaded(colour, opacity * (faded ? 0.3 : 1)));
            if (map.words.empty() || !takesWord(frame, map, map.words[index], box, metrics)) continue;
            painter.setPen(faded || opacity < 1 ? theme.ink2 : wordColour(colour, theme));
            painter.drawText(box, Qt::AlignCenter, map.words[index]);
        }
}

}  // namespace

DrawnItem::DrawnItem(QCustomPlot& plot, const Frame& frame, bool clipped, Draw draw)
    : QCPAbstractItem(&plot), m_frame(frame), m_draw(std::move(draw)) {
    setClipAxisRect(frame.rect);
    setClipToAxisRect(clipped);
    setSelectable(false);
}

void drawHeatMap(QCPPainter& painter, const Frame& frame, const HeatMap& map, const Theme& theme, double opacity) {
    if (map.rows == 0 || map.columns == 0) return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    drawMissing(painter, frame, map, theme);
    if (map.spans) return drawSpans(painter, frame, map, theme, opacity);
    if (map.rows * map.columns > kMostRectangles) return drawPicture(painter, frame, map, theme, opacity);
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    for (std::size_t r = 0; r < map.rows; ++r)
        for (std::size_t c = 0; c < map.columns; ++c) {
            const double value = map.at(r, c);
            if (!std::isfinite(value)) continue;
            const QRectF box = cellBox(frame, map, r, c);
            const std::size_t index = r * map.columns + c;
            const bool faded = !map.faded.empty() && map.faded[index];
            const QColor colour = cellColour(map, value, theme);
            painter.fillRect(box, shaded(colour, opacity * (faded ? 0.3 : 1)));
            if (map.words.empty() || !takesWord(frame, map, map.words[index], box, metrics)) continue;
            painter.setPen(faded || opacity < 1 ? theme.ink2 : wordColour(colour, theme));
            painter.drawText(box, Qt::AlignCenter, map.words[index]);
        }
}

void drawBox(QCPPainter& painter, const Frame& frame, const Box& box, const Theme& theme) {
    const QRectF area(QPointF(std::round(frame.pixelX(box.left)), std::round(frame.pixelY(box.top))),
                      QPointF(std::round(frame.pixelX(box.right)), std::round(frame.pixelY(box.bottom))));
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (box.bits == 0) {
        painter.setPen(QPen(theme.ink, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area.adjusted(0, 0, -1, -1));
        return;
    }
    painter.fillRect(area.adjusted(0, 0, -1, 0), bitsColour(box.bits, theme));
    painter.setFont(uiFont(11));
    painter.setPen(theme.ink2);
    const QFontMetrics metrics(painter.font());
    if (metrics.horizontalAdvance(box.word) <= area.width() + 1)
        painter.drawText(QPointF(area.left(), area.bottom() + metrics.ascent() + 4), box.word);
}

void drawMark(QCPPainter& painter, const Frame& frame, const Mark& mark, const Theme& theme) {
    const QPointF at(frame.pixelX(mark.x), frame.pixelY(mark.y));
    painter.setAntialiasing(true);
    painter.setPen(QPen(mark.accent ? theme.accent : theme.ink2, mark.accent ? 2 : 1.4));
    painter.setBrush(theme.surface);
    if (mark.square) painter.drawRect(QRectF(at.x() - 4, at.y() - 4, 8, 8));
    else painter.drawEllipse(at, 5.5, 5.5);
    if (mark.word.isEmpty()) return;
    painter.setFont(uiFont(11));
    painter.setPen(theme.ink2);
    const QFontMetrics metrics(painter.font());
    const double w = metrics.horizontalAdvance(mark.word);
    const QRect inside = frame.rect->rect();
    const bool left = mark.wordLeft || at.x() + 10 + w > inside.right();
    const bool below = mark.wordBelow || left;  // a falling curve comes from the upper left
    painter.drawText(QPointF(left ? at.x() - 10 - w : at.x() + 10, at.y() + (below ? metrics.ascent() + 1 : -5)), mark.word);
}

int widthOf(const std::vector<EndLabel>& labels) {
    int widest = 0;
    const QFontMetrics metrics(uiFont(11));
    for (const EndLabel& label : labels) widest = std::max(widest, metrics.horizontalAdvance(label.word));
    return widest > 0 ? widest + kLabelGap + 6 : 0;
}

void drawEndLabels(QCPPainter& painter, const Frame& frame, const std::vector<EndLabel>& labels, const Theme& theme) {
    std::vector<std::pair<double, std::size_t>> places;
    for (std::size_t i = 0; i < labels.size(); ++i) places.emplace_back(frame.pixelY(labels[i].y), i);
    std::sort(places.begin(), places.end());
    std::vector<double> drawn;
    for (const auto& [y, i] : places) drawn.push_back(y);
    for (int round = 0; round < 60; ++round)  // push neighbours apart, evenly both ways
        for (std::size_t k = 1; k < drawn.size(); ++k)
            if (const double overlap = drawn[k - 1] + kLabelHeight - drawn[k]; overlap > 0)
                drawn[k - 1] -= overlap / 2, drawn[k] += overlap / 2;
    if (!drawn.empty()) {
        const QRect inside = frame.rect->rect();
        double least = inside.top() + 4;
        for (double& y : drawn) y = std::max(y, least), least = y + kLabelHeight;
        double most = inside.bottom() - 2;
        for (auto y = drawn.rbegin(); y != drawn.rend(); ++y) *y = std::min(*y, most), most = *y - kLabelHeight;
    }
    const double edge = frame.rect->rect().right() + 1;
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    painter.setAntialiasing(true);
    for (std::size_t k = 0; k < places.size(); ++k) {
        painter.setPen(QPen(theme.strongLine, 1));
        const double from = frame.pixelX(labels[places[k].second].x);
        painter.drawLine(QLineF(from + 2, places[k].first, edge, places[k].first));
        painter.drawLine(QLineF(edge, places[k].first, edge + kLabelGap - 4, drawn[k]));
        painter.setPen(theme.ink);
        painter.drawText(QPointF(edge + kLabelGap, drawn[k] + metrics.ascent() / 2.0 - 1), labels[places[k].second].word);
    }
}

void drawHandle(QCPPainter& painter, const Frame& frame, const Handle& handle, const Theme& theme) {
    const double x = std::round(frame.pixelX(handle.x));
    const QRect inside = frame.rect->rect();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(x - 1, inside.top(), 2, inside.height()), theme.accent);
    painter.fillRect(QRectF(x - 6, inside.bottom() - 5, 12, 12), theme.accent);
    painter.setFont(uiFont(11, true));
    painter.setPen(theme.accent);
    const QFontMetrics metrics(painter.font());
    const double w = metrics.horizontalAdvance(handle.word);
    const bool low = inside.height() < 90;  // a falling curve leaves room above it in a high panel, below it in a low one
    const double y = low ? inside.bottom() - metrics.descent() : inside.top() + metrics.ascent() + 2;
    painter.drawText(QPointF(x + 8 + w > inside.right() ? x - 8 - w : x + 8, y), handle.word);
}

void drawLimits(QCPPainter& painter, const Frame& frame, const std::vector<Limit>& limits, const Theme& theme) {
    const QRect inside = frame.rect->rect();
    painter.setFont(uiFont(11));
    const QFontMetrics metrics(painter.font());
    double free = -1e9;
    for (const Limit& limit : limits) {
        const double x = std::round(frame.pixelX(limit.x));
        if (x < inside.left() || x > inside.right()) continue;
        painter.setAntialiasing(false);
        painter.setPen(QPen(theme.ink, 1, Qt::DashLine));
        painter.drawLine(QLineF(x, inside.top() - 2, x, inside.bottom()));
        const double width = metrics.horizontalAdvance(limit.word), left = x - width / 2;
        if (left < free) continue;
        free = left + width + 6;
        painter.setPen(theme.ink2);
        painter.drawText(QPointF(left, inside.top() - 6), limit.word);
    }
}

void drawCornerWord(QCPPainter& painter, const Frame& frame, const QString& word, const Theme& theme) {
    const QRect inside = frame.rect->rect();
    const int gap = frame.y->tickLengthOut() + frame.y->tickLabelPadding();  // as the names of the rows keep
    painter.setFont(uiFont(11));
    painter.setPen(theme.ink2);
    const QRect box(inside.left() - gap - 200, inside.bottom() + 1 + gap, 200, QFontMetrics(painter.font()).height());
    painter.drawText(box, int(Qt::AlignRight) | Qt::AlignTop, word);
}

int widthOfNumber(const QString& number, const QString& caption) {
    if (number.isEmpty()) return 0;
    return QFontMetrics(uiFont(11)).horizontalAdvance(caption) + QFontMetrics(uiFont(12, true)).horizontalAdvance(number) + 17;
}

/// At the top right of the panel, or in one line above a panel that is too low.
void drawBigNumber(QCPPainter& painter, const Frame& frame, const QString& number, const QString& caption, const Theme& theme) {
    const QRect inside = frame.rect->rect();
    const QFontMetrics small(uiFont(11));
    const auto write = [&](const QString& word, const QFont& font, const QColor& colour, int right, int bottom) {
        painter.setFont(font);
        painter.setPen(colour);
        painter.drawText(QPointF(right - QFontMetricsF(font).horizontalAdvance(word), bottom), word);
    };
    if (inside.height() >= kLowForNumber) {
        write(number, uiFont(20, true), theme.ink, inside.right(), inside.top() + 20);
        return write(caption, uiFont(11), theme.ink2, inside.right(), inside.top() + 38);
    }
    write(caption, uiFont(11), theme.ink2, inside.right(), inside.top() - 5);
    write(number, uiFont(12, true), theme.ink, inside.right() - small.horizontalAdvance(caption) - 5, inside.top() - 5);
}

void drawPanelWords(QCPPainter& painter, const Frame& frame, const QString& title, const QString& note, const Theme& theme) {
    const QRect inside = frame.rect->rect();
    const QRect box(inside.left(), inside.top() - 20, std::max(60, inside.width()), 17);
    const QFontMetrics bold(uiFont(11.5, true)), plain(uiFont(11));
    painter.setFont(uiFont(11.5, true));
    painter.setPen(theme.ink);
    painter.drawText(box, int(Qt::AlignLeft) | Qt::AlignBottom, bold.elidedText(title, Qt::ElideRight, box.width()));
    if (bold.horizontalAdvance(title) + plain.horizontalAdvance(note) + 12 > box.width()) return;
    painter.setFont(uiFont(11));
    painter.setPen(theme.ink2);
    painter.drawText(box, int(Qt::AlignRight) | Qt::AlignBottom, note);
}

void BalancedRows::addRow(QCPAxisRect* rect, double share) {
    addElement(static_cast<int>(m_rows.size()), 0, rect);
    m_rows.emplace_back(rect, share);
}

/// Margins are known by now; what they leave is shared.
void BalancedRows::updateLayout() {
    double margins = 0, shares = 0;
    for (const auto& [rect, share] : m_rows) margins += rect->margins().top() + rect->margins().bottom(), shares += share;
    const double room = std::max(1.0, mRect.height() - margins - rowSpacing() * (static_cast<double>(m_rows.size()) - 1));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QMargins around = m_rows[i].first->margins();
        setRowStretchFactor(static_cast<int>(i), std::max(1.0, room * m_rows[i].second / shares + around.top() + around.bottom()));
    }
    QCPLayoutGrid::updateLayout();
    for (const auto& row : m_rows) row.first->update(QCPLayoutElement::upPreparation);  // ticks anew, now that axes have a length
}

SheetElement::SheetElement(QCustomPlot& plot, Sheet sheet, const Theme& theme)
    : QCPLayoutElement(&plot), m_sheet(std::move(sheet)), m_theme(theme) {}

/// Widths of the columns: equal ones behind the first, or as wide as their words where equal ones are too narrow and three quarters of the
/// room suffice. The first takes the rest.
std::vector<int> SheetElement::columnWidths() const {
    const std::size_t columns = m_sheet.header.size();
    const int room = rect().width(), equal = columns > 1 ? room * 56 / 100 / static_cast<int>(columns - 1) : 0;
    std::vector<int> equals(columns, equal), widths(columns, 0);
    for (std::size_t c = 1; c < columns; ++c) {
        widths[c] = QFontMetrics(uiFont(11)).horizontalAdvance(m_sheet.header[c]);
        for (const SheetRow& row : m_sheet.rows)
            if (row.kind == SheetRow::Entry && c < row.cells.size())
                widths[c] =
                    std::max(widths[c], QFontMetrics(uiFont(12, static_cast<int>(c) == row.strong)).horizontalAdvance(row.cells[c]));
        widths[c] += 14;  // a gap to the column before, and the margin of columnBox
    }
    const int needed = std::accumulate(widths.begin(), widths.end(), 0);
    const bool narrow = std::any_of(widths.begin(), widths.end(), [&](int width) { return width > equal; });
    std::vector<int>& chosen = narrow && needed <= room * 3 / 4 ? widths : equals;
    if (columns > 0) chosen[0] = room - std::accumulate(chosen.begin() + 1, chosen.end(), 0);
    return chosen;
}

void SheetElement::draw(QCPPainter* painter) {
    const int header = 24, least = 17;
    const int rows = static_cast<int>(m_sheet.rows.size()), room = rect().height() - header - 4;
    const int height = std::clamp(rows > 0 ? room / rows : least, least, 27), fitting = std::min(rows, room / height);
    const std::vector<int> widths = columnWidths();
    const auto write = [&](std::size_t column, int top, const QString& word, const QFont& font, const QColor& colour) {
        const auto before = widths.begin() + static_cast<std::ptrdiff_t>(column);
        const QRect box(rect().left() + std::accumulate(widths.begin(), before, 0), top, *before - 6, height);
        painter->setFont(font);
        painter->setPen(colour);
        painter->drawText(box, int(column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter,
                          QFontMetrics(font).elidedText(word, Qt::ElideMiddle, box.width()));
    };
    for (std::size_t c = 0; c < m_sheet.header.size(); ++c) write(c, rect().top(), m_sheet.header[c], uiFont(11), m_theme.ink3);
    painter->setPen(QPen(m_theme.line, 1));
    painter->drawLine(QLineF(rect().left(), rect().top() + header, rect().right(), rect().top() + header));
    for (int r = 0; r < fitting; ++r) {
        const SheetRow& row = m_sheet.rows[static_cast<std::size_t>(r)];
        const int top = rect().top() + header + 4 + r * height;
        if (r + 1 == fitting && fitting < rows) {
            painter->setFont(uiFont(11));
            painter->setPen(m_theme.ink3);
            painter->drawText(QRect(rect().left(), top, rect().width(), height), Qt::AlignLeft | Qt::AlignVCenter,
                              QCoreApplication::translate("Sheet", "%n more rows, all in the table", nullptr, rows - r));
            break;
        }
        if (row.kind == SheetRow::Heading) {
            painter->setFont(uiFont(12, true));
            painter->setPen(m_theme.ink);
            painter->drawText(QRect(rect().left(), top, rect().width(), height), Qt::AlignLeft | Qt::AlignVCenter, row.cells.front());
            continue;
        }
        for (std::size_t c = 0; c < row.cells.size(); ++c) {
            const bool strong = static_cast<int>(c) == row.strong;
            write(c, top, row.cells[c], uiFont(12, strong), c == 0 ? m_theme.ink2 : strong && row.accent ? m_theme.accent : m_theme.ink);
        }
    }
}

}  // namespace qs
