// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/empty_state.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

#include "views/theme.h"

namespace qs {

EmptyState::EmptyState(QWidget* parent, QString iconName) : QWidget(parent), m_iconName(std::move(iconName)) {
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(4);
    m_icon = new QLabel;
    m_title = new QLabel;
    m_title->setProperty("look", "title");
    m_why = new QLabel;
    m_why->setProperty("look", "label");
    m_why->setWordWrap(true);
    m_button = new QPushButton;
    layout->addStretch(1);
    for (QLabel* label : {m_icon, m_title, m_why}) {
        label->setAlignment(Qt::AlignCenter);
        layout->addWidget(label);
    }
    layout->addSpacing(4);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(1);
    drawIcon();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::wanted);
}

void EmptyState::drawIcon() { m_icon->setPixmap(icon(m_iconName, theme().ink3).pixmap(28, 28)); }

void EmptyState::set(const QString& title, const QString& why, const QString& action) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_why->setText(why);
    m_button->setText(action);
    m_button->setAccessibleName(action);
    m_button->setVisible(!action.isEmpty());
}

QString EmptyState::why() const { return m_why->text(); }

void EmptyState::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) drawIcon();
}

}  // namespace qs
