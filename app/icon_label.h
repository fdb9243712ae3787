// SPDX-License-Identifier: GPL-3.0-or-later
// An icon beside a value; follows the theme.
#pragma once

#include <QEvent>
#include <QLabel>

#include "views/theme.h"

namespace qs {

class IconLabel : public QLabel {
  public:
    explicit IconLabel(const QString& name, QWidget* parent = nullptr, int size = 14) : QLabel(parent), m_name(name), m_size(size) {
        setFixedSize(size + 2, size + 2);
        tint();
    }

  protected:
    void changeEvent(QEvent* event) override {
        if (event->type() == QEvent::StyleChange) tint();
        QLabel::changeEvent(event);
    }

  private:
    void tint() { setPixmap(icon(m_name).pixmap(m_size, m_size)); }
    QString m_name;
    int m_size;
};

}  // namespace qs
