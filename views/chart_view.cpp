// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/chart_view.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "views/chart_table_model.h"
#include "views/plot/chart_widget.h"
#include "views/plot/figure_export.h"
#include "views/plot/legend.h"
#include "views/theme.h"

namespace qs {
namespace {

QLabel* label(const QString& look, QWidget* parent) {
    auto* result = new QLabel(parent);
    result->setProperty("look", look);
    return result;
}

enum Page { PlotPage, TablePage, EmptyPage };

}  // namespace

ChartView::ChartView(QWidget* parent) : View(parent) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* card = new QFrame(this);
    card->setProperty("look", "card");
    outer->addWidget(card);
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(12, 6, 12, 8);
    layout->setSpacing(4);
    m_header = new QHBoxLayout;
    m_controls = new QHBoxLayout;
    m_controls->setSpacing(8);
    layout->addLayout(m_header);
    m_title = label("title", card);
    m_title->setObjectName("view-title");  // the window hides it where a tab says the same
    m_subject = label("subject", card);
    m_legend = new Legend(card);
    m_stack = new QStackedWidget(card);
    m_plot = new ChartWidget(m_stack);
    m_tableView = new QTableView;
    m_tableModel = new ChartTableModel(this);
    m_tableView->setModel(m_tableModel);
    m_tableView->verticalHeader()->hide();
    m_tableView->setAlternatingRowColors(false);
    m_tableView->setTabKeyNavigation(false);
    m_empty = label("label", card);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    for (QWidget* page : {static_cast<QWidget*>(m_plot), static_cast<QWidget*>(m_tableView), static_cast<QWidget*>(m_empty)})
        m_stack->addWidget(page);
    m_footnote = label("hint", card);
    m_footnote->setWordWrap(true);
    layout->addWidget(m_legend);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_footnote);
    buildHeader();
    connect(m_plot, &ChartWidget::hovered, this, &ChartView::moveCrosshair);
    connect(m_plot, &ChartWidget::left, this, [this] { m_plot->setCrosshair(std::nan(""), {}); });
    connect(m_plot, &ChartWidget::stepped, this, [this](int steps) {
        const double from = m_plot->crosshair();
        moveCrosshair(std::isfinite(from) ? step(from, steps) : m_plot->rangeX().first);
    });
}

QToolButton* ChartView::addAction(const QString& iconName, const QString& text, const QString& shortcut) {
    auto* button = new QToolButton(this);
    button->setIcon(icon(iconName));
    button->setProperty("icon-name", iconName);
    button->setToolTip(shortcut.isEmpty() ? text : text + " (" + shortcut + ")");
    button->setAccessibleName(text);
    button->setFixedSize(24, 24);
    m_header->addWidget(button);
    return button;
}

void ChartView::buildHeader() {
    m_header->addWidget(m_title);
    m_header->addSpacing(6);
    m_subject->setMinimumWidth(40);
    m_subject->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_header->addWidget(m_subject, 1);
    m_header->addLayout(m_controls);
    m_tableButton = addAction("table", tr("Show the numbers as a table"), {});
    m_tableButton->setCheckable(true);
    m_copyButton = addAction("copy", tr("Copy the numbers"), {});
    m_exportButton = addAction("export", tr("Export figure"), {});
    connect(m_tableButton, &QToolButton::toggled, this, [this] { refresh(); });
    connect(m_copyButton, &QToolButton::clicked, this, &ChartView::copyTable);
    connect(m_exportButton, &QToolButton::clicked, this, &View::exportWanted);
}

QButtonGroup* ChartView::addChoice(const QString& setting, const QString& accessibleName,
                                   const std::vector<std::pair<QString, QVariant>>& values) {
    auto* group = new QButtonGroup(this);
    auto* row = new QHBoxLayout;
    row->setSpacing(3);
    for (const auto& [text, value] : values) {
        auto* button = new QPushButton(text, this);
        button->setProperty("look", "segment");
        button->setCheckable(true);
        button->setAccessibleName(accessibleName + ": " + text);
        button->setChecked(group->buttons().isEmpty());
        group->addButton(button);
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, setting, v = value] { set(setting, v); });
    }
    m_controls->addLayout(row);
    return group;
}

void ChartView::set(const QString& setting, const QVariant& value) {
    m_settings[setting] = QJsonValue::fromVariant(value);
    m_stale = true;
    refresh();
}

void ChartView::show(const ViewInput& input) {
    m_input = input;
    m_stale = true;
    if (isVisible()) refresh();
}

void ChartView::refresh() {
    if (m_stale) {
        m_stale = false;
        ViewInput input = m_input;
        input.settings = m_settings;
        m_figure = compute(input);
        m_plot->setChart(m_figure.chart);
    }
    const Chart& chart = m_figure.chart;
    m_title->setText(chart.heading);
    m_subject->setText(chart.subject);
    m_subject->setToolTip(chart.subtitle);
    m_footnote->setText(chart.footnote);
    m_footnote->setVisible(!chart.footnote.isEmpty());
    m_legend->setEntries(chart.legend);
    m_legend->setVisible(!chart.legend.empty());
    m_empty->setText(chart.description);
    for (QToolButton* button : {m_tableButton, m_copyButton, m_exportButton}) button->setEnabled(!chart.empty());
    if (chart.empty()) return m_stack->setCurrentIndex(EmptyPage);
    if (m_tableButton->isChecked()) {
        m_tableModel->setTable(m_figure.table);
        m_tableView->setAccessibleName(chart.title + tr(", numbers"));
    }
    m_stack->setCurrentIndex(m_tableButton->isChecked() ? TablePage : PlotPage);
}

QString ChartView::readoutAt(double&) { return {}; }

void ChartView::moveCrosshair(double x) {
    const QString html = readoutAt(x);
    m_plot->setCrosshair(html.isEmpty() ? std::nan("") : x, html);
}

void ChartView::copyTable() {
    QGuiApplication::clipboard()->setText(tableText(m_figure.table, '\t'));
    emit notice(tr("Copied %n rows", nullptr, static_cast<int>(m_figure.table.rows.size())));
}

void ChartView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    refresh();
}

void ChartView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    for (QToolButton* button : findChildren<QToolButton*>())
        if (const QString name = button->property("icon-name").toString(); !name.isEmpty()) button->setIcon(icon(name));
}

}  // namespace qs
