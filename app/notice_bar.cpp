// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/notice_bar.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/theme.h"

namespace qs {

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 10, 10, 10);
    row->setSpacing(10);
    m_icon = new QLabel(this);
    m_title = new QLabel(this);
    m_title->setProperty("look", "title");
    m_title->setWordWrap(true);
    m_text = new QLabel(this);
    m_text->setProperty("look", "label");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFocusPolicy(Qt::ClickFocus);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addLayout(m_buttons);
    auto* close = new QToolButton(this);
    close->setIcon(icon("close"));
    close->setProperty("icon-name", "close");
    close->setAccessibleName(tr("Dismiss"));
    close->setToolTip(tr("Dismiss"));
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        emit visibilityChanged(false);
    });
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void NoticeBar::showFailure(const QString& title, const QString& details, std::vector<Button> buttons) {
    fill("failure", title, details, std::move(buttons), true);
}

void NoticeBar::ask(const QString& title, const QString& details, std::vector<Button> buttons) {
    fill("warning", title, details, std::move(buttons), false);
}

void NoticeBar::fill(const QString& look, const QString& title, const QString& details, std::vector<Button> buttons, bool copy) {
    m_details = title + '\n' + details;
    setProperty("look", look);
    style()->unpolish(this);
    style()->polish(this);
    m_icon->setPixmap(icon(look, look == "failure" ? theme().failure : theme().warning).pixmap(18, 18));
    m_title->setText(title);
    m_text->setText(details);
    m_text->setVisible(!details.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(details);
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    if (copy) buttons.push_back({tr("Copy details"), false, nullptr});
    for (const Button& spec : buttons) {
        auto* button = new QPushButton(spec.text, this);
        if (spec.primary) button->setProperty("look", "primary");
        button->setAccessibleName(spec.text);
        connect(button, &QPushButton::clicked, this, [this, action = spec.action] {
            if (!action) return QGuiApplication::clipboard()->setText(m_details);
            hide();
            emit visibilityChanged(false);
            action();
        });
        m_buttons->addWidget(button);
    }
    m_buttons->addStretch(1);
    show();
    emit visibilityChanged(true);
}

}  // namespace qs
