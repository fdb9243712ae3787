// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/label.h"

#include <QLabel>

namespace qs {

QLabel* label(const QString& look, const QString& text, QWidget* parent) {
    auto* result = new QLabel(text, parent);
    result->setProperty("look", look);
    return result;
}

QLabel* wrappedLabel(const QString& look, const QString& text, QWidget* parent) {
    QLabel* result = label(look, text, parent);
    result->setWordWrap(true);
    return result;
}

}  // namespace qs
