// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/elided_label.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

namespace qs {

ElidedLabel::ElidedLabel(int least, QWidget* parent) : QLabel(parent), m_least(least) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

QString ElidedLabel::drawn() const {
    const QString fitting = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
    return fitting != text() && fitting.size() < 5 ? QString() : fitting;  // "b…" says nothing
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || !toolTip().isEmpty() || drawn() == text()) return QLabel::event(event);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text(), this);
    return true;
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), int(alignment()), palette(), isEnabled(), drawn(), foregroundRole());
}

}  // namespace qs
