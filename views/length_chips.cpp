// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/length_chips.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "views/number_text.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr double kStep = 0.01, kBigStep = 0.05;

QAccessibleInterface* accessibleChip(const QString& className, QObject* object) {
    if (className != QLatin1String("qs::LengthChip")) return nullptr;
    return new QAccessibleWidget(static_cast<QWidget*>(object), QAccessible::Slider);
}

}  // namespace

LengthChip::LengthChip(QWidget* parent) : QWidget(parent) {
    static const bool installed = (QAccessible::installFactory(accessibleChip), true);
    static_cast<void>(installed);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMaximumWidth(112);
    setMinimumWidth(78);
}

void LengthChip::setEntry(const LengthSet::Entry& entry) {
    m_entry = entry;
    const QString tokens = tr("%1 tokens").arg(count(entry.length));
    setAccessibleName(used() ? tr("%1, weight %2").arg(tokens, share(entry.share)) : tr("%1, not in the set").arg(tokens));
    setAccessibleDescription(used() ? tr("Arrow keys change the weight, Delete takes the length out") : tr("Return puts the length in"));
    setToolTip(!used()          ? tr("Click to put %1 into the set").arg(tokens)
               : entry.recorded ? tr("Drag to weight %1; double click takes it out").arg(tokens)
                                : tr("%1 are not in this bank: they count from the next run on").arg(tokens));
    setCursor(used() ? Qt::SizeHorCursor : Qt::PointingHandCursor);
    update();
}

void LengthChip::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPen edge(hasFocus() ? t.accent : used() ? t.strongLine : t.line, hasFocus() ? 2 : 1, used() ? Qt::SolidLine : Qt::DashLine);
    painter.setPen(edge);
    painter.setBrush(used() ? QBrush(t.surface) : Qt::NoBrush);
    painter.drawRoundedRect(box, 6, 6);
    const QRect words = rect().adjusted(10, 0, -8, -4);
    if (!used()) {
        painter.setFont(uiFont(12));
        painter.setPen(t.ink3);
        painter.drawText(words, Qt::AlignCenter, QStringLiteral("+ ") + count(m_entry.length));
        return;
    }
    painter.setFont(uiFont(13));
    painter.setPen(t.length(m_entry.rank));
    const QString marker = markerCharacter(m_entry.rank);
    painter.drawText(words, int(Qt::AlignLeft) | Qt::AlignVCenter, marker);
    const int after = QFontMetrics(painter.font()).horizontalAdvance(marker) + 6;
    painter.setFont(uiFont(12.5, true));
    painter.setPen(t.ink);
    painter.drawText(words.adjusted(after, 0, 0, 0), int(Qt::AlignLeft) | Qt::AlignVCenter, count(m_entry.length));
    painter.setFont(uiFont(11));
    painter.setPen(t.ink2);
    const QFontMetrics small(painter.font());
    const int taken = after + QFontMetrics(uiFont(12.5, true)).horizontalAdvance(count(m_entry.length)) + 4;
    if (taken + small.horizontalAdvance(share(m_entry.share)) <= words.width())
        painter.drawText(words, int(Qt::AlignRight) | Qt::AlignVCenter, share(m_entry.share));
    QPainterPath clip;
    clip.addRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5);
    painter.setClipPath(clip);
    const double top = height() - 5;
    painter.fillRect(QRectF(1, top, width() - 2, 4), t.line);
    painter.fillRect(QRectF(1, top, (width() - 2) * m_entry.share, 4),
                     m_entry.recorded ? QBrush(t.length(m_entry.rank)) : QBrush(t.length(m_entry.rank), Qt::BDiagPattern));
}

void LengthChip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_pressedAt = event->pos().x();
    m_shareAtPress = m_entry.share;
}

void LengthChip::mouseMoveEvent(QMouseEvent* event) {
    if (m_pressedAt < 0 || m_shareAtPress <= 0) return;
    const double wanted = m_shareAtPress + double(event->pos().x() - m_pressedAt) / std::max(1, width());
    emit weightWanted(m_entry.length, std::clamp(wanted, 0.01, 1.0));
}

void LengthChip::mouseReleaseEvent(QMouseEvent* event) {
    if (m_pressedAt >= 0 && m_shareAtPress <= 0 && rect().contains(event->pos())) emit addWanted(m_entry.length);
    m_pressedAt = -1;
}

void LengthChip::mouseDoubleClickEvent(QMouseEvent*) {
    m_pressedAt = -1;
    if (used()) emit removeWanted(m_entry.length);
}

void LengthChip::keyPressEvent(QKeyEvent* event) {
    const double step = event->modifiers() & Qt::ShiftModifier ? kBigStep : kStep;
    switch (event->key()) {
        case Qt::Key_Right:
        case Qt::Key_Up:
            if (used()) emit weightWanted(m_entry.length, std::min(1.0, m_entry.share + step));
            return;
        case Qt::Key_Left:
        case Qt::Key_Down:
            if (used()) emit weightWanted(m_entry.length, std::max(0.01, m_entry.share - step));
            return;
        case Qt::Key_Delete:
        case Qt::Key_Backspace:
            if (used()) emit removeWanted(m_entry.length);
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            if (!used()) emit addWanted(m_entry.length);
            return;
        default: QWidget::keyPressEvent(event);
    }
}

void LengthChip::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    const int length = m_entry.length;
    if (used()) menu.addAction(tr("Take %1 out").arg(count(length)), this, [this, length] { emit removeWanted(length); });
    else menu.addAction(tr("Put %1 in").arg(count(length)), this, [this, length] { emit addWanted(length); });
    menu.exec(event->globalPos());
}

void LengthChip::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void LengthChip::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void TokenBar::setSet(const LengthSet& set) {
    m_set = set;
    qint64 tokens = 0;
    int sequences = 0;
    for (const auto& entry : set.entries) tokens += entry.tokens, sequences += entry.sequences;
    setAccessibleName(tr("Recorded: %1 sequences, %2 tokens").arg(count(sequences), count(tokens)));
    update();
}

void TokenBar::paintEvent(QPaintEvent*) {
    if (width() < 90) return;
    const Theme& t = theme();
    QPainter painter(this);
    qint64 tokens = 0;
    int sequences = 0;
    for (const auto& entry : m_set.entries) tokens += entry.tokens, sequences += entry.sequences;
    painter.setFont(uiFont(11));
    painter.setPen(t.ink2);
    const QRect words(0, 2, width(), 18);
    const QString right = tr("%1 tokens").arg(count(tokens)), left = tr("%1 sequences").arg(count(sequences));
    painter.drawText(words, int(Qt::AlignRight) | Qt::AlignVCenter, right);
    const QFontMetrics metrics(painter.font());
    if (metrics.horizontalAdvance(left) + metrics.horizontalAdvance(right) + 10 < width())
        painter.drawText(words, int(Qt::AlignLeft) | Qt::AlignVCenter, left);
    double x = 0;
    for (const auto& entry : m_set.entries) {
        const double w = tokens > 0 ? double(entry.tokens) / static_cast<double>(tokens) * width() : 0;
        painter.fillRect(QRectF(x, 24, std::max(0.0, w - 1), 7), t.length(entry.rank));
        x += w;
    }
}

LengthChips::LengthChips(QWidget* parent) : QWidget(parent) {
    m_layout = new QHBoxLayout(this);
    m_layout->setContentsMargins(0, 2, 0, 2);
    m_layout->setSpacing(8);
    m_bar = new TokenBar(this);
    m_bar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_layout->addWidget(m_bar, 1);
}

LengthChip* LengthChips::makeChip() {
    auto* chip = new LengthChip(this);
    connect(chip, &LengthChip::weightWanted, this,
            [this](int length, double share) { edit([&](LengthSet& set) { set.setShare(length, share); }); });
    connect(chip, &LengthChip::addWanted, this, [this](int length) { edit([&](LengthSet& set) { set.add(length); }); });
    connect(chip, &LengthChip::removeWanted, this, [this](int length) { edit([&](LengthSet& set) { set.remove(length); }); });
    m_layout->insertWidget(static_cast<int>(m_chips.size()), chip);
    m_chips.push_back(chip);
    return chip;
}

void LengthChips::edit(const std::function<void(LengthSet&)>& change) {
    LengthSet set = m_set;
    change(set);
    if (set == m_set) return;
    setSet(set);
    emit changed(m_set);
}

/// Chips are kept and filled anew, so that a drag does not lose its chip. The last one offers the next length.
void LengthChips::setSet(const LengthSet& set) {
    m_set = set;
    const std::size_t wanted = set.entries.empty() ? 0 : set.entries.size() + 1;
    while (m_chips.size() < wanted) makeChip();
    for (std::size_t i = 0; i < m_chips.size(); ++i) {
        m_chips[i]->setVisible(i < wanted);
        if (i + 1 < wanted) m_chips[i]->setEntry(set.entries[i]);
        else if (i < wanted) m_chips[i]->setEntry({set.suggestion(), static_cast<int>(set.entries.size()), 0, false, 0, 0});
    }
    m_bar->setSet(set);
    m_bar->setVisible(wanted > 0);
}

}  // namespace qs
