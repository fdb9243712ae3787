// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/primary_button.h"

#include <QDialogButtonBox>
#include <QPushButton>
#include <QStyle>

namespace qs {

QPushButton* addPrimaryButton(QDialogButtonBox& box, const QString& text) {
    QPushButton* button = box.addButton(text, QDialogButtonBox::AcceptRole);
    button->setDefault(true);
    button->setProperty("look", "primary");
    button->style()->unpolish(button);  // the box has given it its looks already
    button->style()->polish(button);
    return button;
}

}  // namespace qs
