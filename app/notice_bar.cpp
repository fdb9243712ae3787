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
namespace {
constexpr std::size_t kMost = 8;
}  // namespace

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
    connect(close, &QToolButton::clicked, this, &NoticeBar::dismiss);
    m_more = new QLabel(this);
    m_more->setProperty("look", "hint");
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(column, 1);
    row->addWidget(m_more, 0, Qt::AlignTop);
    row->addWidget(close, 0, Qt::AlignTop);
    hide();
}

void NoticeBar::showFailure(const QString& title, const QString& details, std::vector<Button> buttons) {
    buttons.push_back({tr("Copy details"), false, nullptr});
    add({"failure", title, details, std::move(buttons)});
}

void NoticeBar::ask(const QString& title, const QString& details, std::vector<Button> buttons) {
    add({"warning", title, details, std::move(buttons)});
}

void NoticeBar::add(Notice notice) {
    std::erase_if(m_notices, [&](const Notice& old) { return old.title == notice.title && old.details == notice.details; });
    if (m_notices.size() >= kMost) m_notices.erase(m_notices.begin());
    m_notices.push_back(std::move(notice));
    refresh();
}

void NoticeBar::dismiss() {
    if (!m_notices.empty()) m_notices.pop_back();
    refresh();
}

void NoticeBar::clear() {
    m_notices.clear();
    refresh();
}

void NoticeBar::refresh() {
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (item->widget()) item->widget()->hide(), item->widget()->deleteLater();
        delete item;
    }
    const bool shown = !m_notices.empty();
    if (shown) {
        const Notice& notice = m_notices.back();
        setProperty("look", notice.look);
        style()->unpolish(this);
        style()->polish(this);
        m_icon->setPixmap(icon(notice.look, notice.look == "failure" ? theme().failure : theme().warning).pixmap(18, 18));
        m_title->setText(notice.title);
        m_text->setText(notice.details);
        m_text->setVisible(!notice.details.isEmpty());
        m_more->setText(m_notices.size() > 1 ? tr("%n more", nullptr, static_cast<int>(m_notices.size()) - 1) : QString());
        setAccessibleName(notice.title);
        setAccessibleDescription(notice.details);
        for (const Button& spec : notice.buttons) addButton(spec);
        m_buttons->addStretch(1);
    }
    setVisible(shown);
    emit visibilityChanged(shown);
}

void NoticeBar::addButton(const Button& spec) {
    auto* button = new QPushButton(spec.text, this);
    if (spec.primary) button->setProperty("look", "primary");
    button->setAccessibleName(spec.text);
    connect(button, &QPushButton::clicked, this, [this, action = spec.action] {
        if (!action) return QGuiApplication::clipboard()->setText(details());
        dismiss();
        action();
    });
    m_buttons->addWidget(button);
    button->show();  // at once; its layout would do so in the event loop
}

}  // namespace qs
