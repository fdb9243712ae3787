// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/project/events.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/empty_page.h"
#include "app/event_text.h"
#include "views/run_names.h"
#include "views/theme.h"

namespace qs {

void EventModel::setRun(const std::shared_ptr<const RunFile>& run) {
    std::vector<Event> events = run ? run->events() : std::vector<Event>{};
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.severity > b.severity; });
    if (events == m_events) return;
    beginResetModel();
    m_events = std::move(events);
    m_where.assign(m_events.size(), {});
    for (std::size_t i = 0; i < m_events.size(); ++i) {
        const std::string& subject = m_events[i].subject;
        if (subject.rfind("block ", 0) == 0) m_where[i].block = std::atoi(subject.c_str() + 6);
        for (const LinearRecord& linear : run->linears())
            if (linear.name == subject) m_where[i].block = linear.block, m_where[i].linear = linear.name;
    }
    endResetModel();
}

int EventModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_events.size()); }

Selection EventModel::selectionAt(const QModelIndex& index) const {
    return index.isValid() ? m_where[static_cast<std::size_t>(index.row())] : Selection{};
}

QVariant EventModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Event& event = m_events[static_cast<std::size_t>(index.row())];
    const Selection& where = m_where[static_cast<std::size_t>(index.row())];
    QString subject = QString::fromStdString(event.subject);
    if (!where.linear.empty()) subject = tr("Block %1, %2").arg(where.block).arg(linearName(where.linear));
    const QString text = eventLine(event, subject);
    const bool failure = event.severity == Severity::Failure, warning = event.severity == Severity::Warning;
    switch (role) {
        case Qt::DisplayRole: return text;
        case Qt::ToolTipRole:
            return QStringLiteral("<p>%1</p><p>%2</p>").arg(text.toHtmlEscaped(), eventMeaning(event.kind).toHtmlEscaped());
        case Qt::AccessibleTextRole: return (failure ? tr("Failure") : warning ? tr("Warning") : tr("Note")) + ": " + text;
        case Qt::DecorationRole:
            return icon(failure   ? "failure"
                        : warning ? "warning"
                                  : "information",
                        failure   ? theme().failure
                        : warning ? theme().warning
                                  : theme().ink2);
        case SeverityRole: return static_cast<int>(event.severity);
        default: return {};
    }
}

EventPanel::EventPanel(QWidget* parent) : QFrame(parent), m_model(new EventModel(this)) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 6, 8);
    auto* header = new QHBoxLayout;
    auto* title = new QLabel(tr("Events"), this);
    title->setProperty("look", "title");
    m_count = new QLabel(this);
    m_count->setProperty("look", "subject");
    auto* copy = new QToolButton(this);
    copy->setIcon(icon("copy"));
    copy->setProperty("icon-name", "copy");
    copy->setAccessibleName(tr("Copy all events"));
    copy->setToolTip(copy->accessibleName());
    header->addWidget(title);
    header->addWidget(m_count, 1);
    header->addWidget(copy);
    layout->addLayout(header);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(
        new EmptyPage("done", tr("No events"), tr("Retries, fallbacks and failures of a run show here, with cause and remedy.")));
    m_list = new QListView(this);
    m_list->setAccessibleName(tr("Events"));
    m_list->setModel(m_model);
    m_list->setWordWrap(true);
    m_list->setIconSize({14, 14});
    m_list->setResizeMode(QListView::Adjust);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_stack->addWidget(m_list);
    layout->addWidget(m_stack, 1);
    const auto choose = [this](const QModelIndex& index) {
        if (const Selection where = m_model->selectionAt(index); where.block >= 0) emit selected(where);
    };
    connect(m_list, &QListView::activated, this, choose);
    connect(m_list, &QListView::clicked, this, choose);
    connect(copy, &QToolButton::clicked, this, [this] {
        QStringList lines;
        for (int row = 0; row < m_model->rowCount(); ++row) lines << m_model->index(row).data(Qt::AccessibleTextRole).toString();
        QGuiApplication::clipboard()->setText(lines.join('\n'));
    });
}

void EventPanel::setRun(const std::shared_ptr<const RunFile>& run) {
    m_model->setRun(run);
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
    m_count->setText(m_model->rowCount() > 0 ? tr("%n in this run", nullptr, m_model->rowCount()) : QString());
}

}  // namespace qs
