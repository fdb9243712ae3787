// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/empty_page.h"

#include <QVBoxLayout>

#include "app/icon_label.h"

namespace qs {

EmptyPage::EmptyPage(const QString& iconName, const QString& title, const QString& text, QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);  // an empty panel may be as small as its neighbours want
    auto* column = new QVBoxLayout(this);
    column->setSpacing(4);
    column->addStretch(1);
    column->addWidget(new IconLabel(iconName, this, 28), 0, Qt::AlignHCenter);
    for (const auto& [look, words] : {std::pair{"title", title}, {"label", text}}) {
        auto* label = new QLabel(words, this);
        label->setProperty("look", look);
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addStretch(1);
}

}  // namespace qs
