// SPDX-License-Identifier: GPL-3.0-or-later
// What a panel shows while it has nothing: an icon, what is missing, why.
#pragma once

#include <QWidget>

namespace qs {

class EmptyPage : public QWidget {
    Q_OBJECT
  public:
    EmptyPage(const QString& iconName, const QString& title, const QString& text, QWidget* parent = nullptr);
};

}  // namespace qs
