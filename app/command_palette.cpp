// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "views/theme.h"

namespace qs {
namespace {

/// How well a word fits a title: 3 a beginning of the title, 2 of a word in it, 1 inside, 0 only in the detail, −1 nowhere.
int fit(const PaletteItem& item, const QString& word) {
    const auto at = item.title.indexOf(word, 0, Qt::CaseInsensitive);
    if (at == 0) return 3;
    if (at > 0) return item.title[at - 1].isLetterOrNumber() ? 1 : 2;
    return item.detail.contains(word, Qt::CaseInsensitive) ? 0 : -1;
}

/// Title at the left, kind and shortcut at the right.
class PaletteDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Theme& t = theme();
        QStyleOptionViewItem item = option;
        const QString keys = index.data(PaletteModel::KeysRole).toString(), detail = index.data(PaletteModel::DetailRole).toString();
        const QString right = keys.isEmpty() ? detail : detail + QStringLiteral("   ") + keys;
        item.rect.setLeft(option.rect.left() + 8);
        item.rect.setRight(option.rect.right() - option.fontMetrics.horizontalAdvance(right) - 20);
        const bool enabled = index.data(PaletteModel::EnabledRole).toBool();
        item.palette.setColor(QPalette::Text, enabled ? t.ink : t.ink3);
        item.palette.setColor(QPalette::HighlightedText, enabled ? t.ink : t.ink3);
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, t.selection);
        QStyledItemDelegate::paint(painter, item, index);
        painter->setPen(t.ink2);
        painter->drawText(option.rect.adjusted(0, 0, -10, 0), Qt::AlignRight | Qt::AlignVCenter, right);
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, 26}; }
};

}  // namespace

void PaletteModel::setItems(std::vector<PaletteItem> items) {
    beginResetModel();
    m_items = std::move(items);
    filter();
    endResetModel();
}

void PaletteModel::setQuery(const QString& query) {
    beginResetModel();
    m_words = query.split(' ', Qt::SkipEmptyParts);
    filter();
    endResetModel();
}

void PaletteModel::filter() {
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        int score = 0;
        bool all = true;
        for (const QString& word : m_words) {
            const int here = fit(m_items[i], word);
            all = all && here >= 0;
            score += here;
        }
        if (all) found.emplace_back(score + (m_items[i].enabled ? 1 : 0), i);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_shown.clear();
    for (const auto& [score, i] : found) m_shown.push_back(i);
}

const PaletteItem* PaletteModel::at(const QModelIndex& index) const {
    return index.isValid() ? &m_items[m_shown[static_cast<std::size_t>(index.row())]] : nullptr;
}

int PaletteModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_shown.size()); }

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const PaletteItem& item = *at(index);
    switch (role) {
        case Qt::DisplayRole: return item.title;
        case Qt::AccessibleTextRole: return item.detail.isEmpty() ? item.title : item.title + ", " + item.detail;
        case DetailRole: return item.detail;
        case KeysRole: return item.keys;
        case EnabledRole: return item.enabled;
        default: return {};
    }
}

CommandPalette::CommandPalette(QWidget* window) : QFrame(window), m_model(new PaletteModel(this)) {
    setProperty("look", "palette");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    m_box = new QLineEdit(this);
    m_box->setPlaceholderText(tr("Search actions, layers, runs"));
    m_box->setAccessibleName(tr("Search actions, layers, runs"));
    m_box->addAction(icon("search"), QLineEdit::LeadingPosition);
    m_list = new QListView(this);
    m_list->setAccessibleName(tr("What was found"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus);
    column->addWidget(m_box);
    column->addWidget(m_list);
    auto* nothing = new QLabel(tr("Nothing found. Layers can be found once they are solved."), this);
    nothing->setProperty("look", "label");
    nothing->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    nothing->setWordWrap(true);
    nothing->hide();
    column->addWidget(nothing, 1);
    m_box->installEventFilter(this);
    connect(m_box, &QLineEdit::textChanged, this, [this, nothing](const QString& text) {
        m_model->setQuery(text);
        m_list->setVisible(m_model->rowCount() > 0);
        nothing->setVisible(m_model->rowCount() == 0);
        m_list->setCurrentIndex(m_model->index(0));
        takeHeight();
    });
    connect(m_list, &QListView::clicked, this, &CommandPalette::choose);
    hide();
}

void CommandPalette::open(std::vector<PaletteItem> items) {
    if (!isVisible()) m_before = QApplication::focusWidget();
    m_model->setItems(std::move(items));
    m_box->clear();
    m_list->setCurrentIndex(m_model->index(0));
    takeHeight();
    show();
    raise();
    m_box->setFocus();
}

/// As high as what was found, within the window.
void CommandPalette::takeHeight() {
    const int wide = std::min(620, parentWidget()->width() - 40), rows = std::max(2, m_model->rowCount());
    const int needed = m_box->sizeHint().height() + 30 + rows * std::max(20, m_list->sizeHintForRow(0));
    setGeometry((parentWidget()->width() - wide) / 2, 52, wide, std::min({420, needed, parentWidget()->height() - 80}));
}

void CommandPalette::close() {
    if (!isVisible()) return;
    hide();
    if (m_before && parentWidget()->isAncestorOf(m_before)) m_before->setFocus();
    m_before = nullptr;
}

void CommandPalette::choose(const QModelIndex& index) {
    const PaletteItem* item = m_model->at(index);
    if (!item || !item->enabled) return;
    const auto action = item->action;
    close();
    action();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut) {
        hide();
        m_before = nullptr;
    }
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const int row = m_list->currentIndex().row();
    const auto select = [this](int to) {
        m_list->setCurrentIndex(m_model->index(std::clamp(to, 0, std::max(0, m_model->rowCount() - 1))));
    };
    switch (key->key()) {
        case Qt::Key_Escape: close(); return true;
        case Qt::Key_Down: select(row + 1); return true;
        case Qt::Key_Up: select(row - 1); return true;
        case Qt::Key_PageDown: select(row + 10); return true;
        case Qt::Key_PageUp: select(row - 10); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: choose(m_list->currentIndex()); return true;
        default: return QFrame::eventFilter(watched, event);
    }
}

}  // namespace qs
