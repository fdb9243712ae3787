// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/chart_view.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "views/chart_table_model.h"
#include "views/elided_label.h"
#include "views/empty_state.h"
#include "views/number_text.h"
#include "views/plot/chart_widget.h"
#include "views/plot/figure_export.h"
#include "views/plot/grown_axes.h"
#include "views/plot/legend.h"
#include "views/rich_text.h"
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
    buildHeader(layout);
    buildStaleBar(layout);
    m_extra = new QVBoxLayout;
    m_extra->setSpacing(4);
    layout->addLayout(m_extra);
    m_lead = label("label", card);
    m_lead->setTextFormat(Qt::RichText);
    m_lead->setWordWrap(true);
    m_column = layout;
    m_leadRow = new QHBoxLayout;
    m_leadRow->setSpacing(12);
    m_leadRow->addWidget(m_lead, 1);
    layout->addLayout(m_leadRow);
    m_legend = new Legend(card);
    m_stack = new QStackedWidget(card);
    m_plot = new ChartWidget(m_stack);
    m_tableView = new QTableView;
    m_tableModel = new ChartTableModel(this);
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_tableModel);
    sorted->setSortRole(ChartTableModel::SortRole);
    m_tableView->setModel(sorted);
    m_tableView->setSortingEnabled(true);
    m_tableView->sortByColumn(-1, Qt::AscendingOrder);
    m_tableView->setSelectionBehavior(QAbstractItemView::SelectRows);
    connect(m_tableView, &QTableView::activated, this,
            [this, sorted](const QModelIndex& index) { rowActivated(sorted->mapToSource(index).row()); });
    m_tableView->verticalHeader()->hide();
    m_tableView->setAlternatingRowColors(false);
    m_tableView->setTabKeyNavigation(false);
    m_empty = new EmptyState;
    for (QWidget* page : {static_cast<QWidget*>(m_plot), static_cast<QWidget*>(m_tableView), static_cast<QWidget*>(m_empty)})
        m_stack->addWidget(page);
    m_footnote = label("hint", card);
    m_footnote->setWordWrap(true);
    layout->addWidget(m_legend);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_footnote);
    connect(m_plot, &ChartWidget::hovered, this, &ChartView::moveCrosshair);
    connect(m_plot, &ChartWidget::left, this, [this] { m_plot->setCrosshair(std::nan(""), {}); });
    connect(m_plot, &ChartWidget::stepped, this, [this](int steps) {
        const double from = m_plot->crosshair();
        moveCrosshair(std::isfinite(from) ? step(from, steps) : m_plot->rangeX().first);
    });
    connect(m_empty, &EmptyState::wanted, this, [this] {
        QMap<QString, QString> options;
        for (const auto& [name, value] : m_figure.chart.emptyOptions) options[name] = value;
        emit optionsWanted(options);
    });
}

QToolButton* ChartView::addAction(const QString& iconName, const QString& text) {
    auto* button = new QToolButton(this);
    button->setIcon(icon(iconName));
    button->setProperty("icon-name", iconName);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setFixedSize(24, 24);
    m_header->addWidget(button);
    return button;
}

void ChartView::addPin() {
    m_pinButton = addAction("pin", tr("Pin what is shown as a ghost"));
    m_pinButton->setCheckable(true);
    m_header->removeWidget(m_pinButton);
    m_header->insertWidget(m_header->indexOf(m_tableButton), m_pinButton);
    connect(m_pinButton, &QToolButton::clicked, this, [this](bool on) {
        QJsonObject after = m_settings;
        if (on) after["pinned"] = pinOfNow();
        else after.remove("pinned");
        edit(tr("pin"), after);
    });
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
    m_choices.push_back({setting, group, nullptr, {}});
    for (const auto& [text, value] : values) m_choices.back().values.push_back(value);
    return group;
}

QComboBox* ChartView::addList(const QString& setting, const QString& accessibleName,
                              const std::vector<std::pair<QString, QVariant>>& values) {
    auto* list = new QComboBox(this);
    list->setAccessibleName(accessibleName);
    for (const auto& [text, value] : values) list->addItem(text, value);
    connect(list, &QComboBox::activated, this, [this, setting, list](int index) { set(setting, list->itemData(index)); });
    m_controls->addWidget(list);
    m_choices.push_back({setting, nullptr, list, {}});
    for (const auto& [text, value] : values) m_choices.back().values.push_back(value);
    return list;
}

void ChartView::set(const QString& setting, const QVariant& value) {
    QJsonObject after = m_settings;
    after[setting] = QJsonValue::fromVariant(value);
    edit(setting, after);
}

void ChartView::edit(const QString& what, const QJsonObject& after) {
    if (after == m_settings) return;
    const QJsonObject before = std::exchange(m_settings, after);
    refreshAnew();
    emit settingsEdited(what, before, after);
}

void ChartView::restoreSettings(const QJsonObject& settings) {
    m_settings = settings;
    followSettings();
    refreshAnew();
}

/// The controls show what the settings say; a setting that is not there is the first choice.
void ChartView::followSettings() {
    for (const Control& control : m_choices) {
        const auto found = std::find(control.values.begin(), control.values.end(), m_settings.value(control.setting).toVariant());
        const int index = found == control.values.end() ? 0 : static_cast<int>(found - control.values.begin());
        if (control.group) control.group->buttons()[index]->setChecked(true);
        else control.list->setCurrentIndex(index);
    }
    if (m_pinButton) m_pinButton->setChecked(m_settings.contains("pinned"));
}

/// Nothing is drawn for what is shown already: a window tells its views after every step, of which most concern one of them.
void ChartView::show(const ViewInput& input) {
    if (!m_failed && input.run == m_input.run && input.baseline == m_input.baseline && input.selection == m_input.selection &&
        input.stale == m_input.stale)
        return;
    m_input = input;
    m_stale = true;
    refreshSoon();
}

/// In a turn of the event loop of its own: several views that show a new run answer clicks in between, and several calls draw once.
void ChartView::refreshSoon() {
    if (std::exchange(m_soon, true)) return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_soon = false;
            if (isVisible()) refresh();
        },
        Qt::QueuedConnection);
}

const Figure& ChartView::figure() {
    if (m_stale && isVisible()) refresh();
    return m_figure;
}

void ChartView::refreshAnew() {
    m_stale = true;
    if (isVisible()) refresh();
}

/// What is drawn comes on top of the same picture of a run that is being written.
bool ChartView::grows(const ViewInput& input) const {
    return input.run && m_drawn.unfinished && input.run->path() == m_drawn.path && input.baseline.get() == m_drawn.baseline &&
           input.selection == m_drawn.selection && input.settings == m_drawn.settings;
}

void ChartView::refresh() {
    if (m_stale) {
        m_stale = false;
        ViewInput input = m_input;
        input.settings = m_settings;
        QString stale = m_input.stale;
        m_failed = false;
        try {
            Figure figure = compute(input);
            if (grows(input)) growAxes(figure.chart, m_figure.chart);
            m_figure = std::move(figure);
            m_drawn = {};
            if (input.run) m_drawn = {input.run->path(), !input.run->finished(), input.baseline.get(), input.selection, input.settings};
        } catch (const Error& error) {  // the file is gone or damaged since it was opened: what was read stays in view
            m_failed = true;
            stale = QString::fromStdString(error.what());
            if (m_figure.chart.empty()) m_figure.chart.description = stale;
        }
        m_figure.chart.stale = stale;
        m_plot->setChart(m_figure.chart);
    }
    const Chart& chart = m_figure.chart;
    m_title->setText(chart.heading);
    m_subject->setText(chart.subject);
    m_subject->setToolTip(chart.footnote.isEmpty() ? chart.subtitle : chart.subtitle + "\n\n" + chart.footnote);
    m_footnote->setText(chart.footnote);
    const std::vector<LegendEntry> legend = legendOf(chart);
    m_legend->setEntries(legend);
    m_hasLegend = !legend.empty();
    placeFootnote();
    m_lead->setText(QStringLiteral("%1&nbsp;&nbsp; %2&nbsp;&nbsp; <span style='color:%4'>%3</span>")
                        .arg(strong(chart.lead.toHtmlEscaped()), chart.leadDetail.toHtmlEscaped(), chart.leadEstimate.toHtmlEscaped(),
                             theme().accent.name()));
    m_lead->setVisible(!chart.lead.isEmpty());
    m_staleText->setText(tr("Stale: %1").arg(chart.stale));
    m_staleBar->setVisible(!chart.stale.isEmpty() && !chart.empty());
    m_record->setVisible(!m_failed);  // a file that cannot be read has no remedy here
    m_empty->set(chart.emptyTitle, chart.description, chart.emptyAction);
    for (QToolButton* button : {m_tableButton, m_copyButton, m_exportButton}) button->setEnabled(!chart.empty());
    if (m_pinButton) m_pinButton->setEnabled(!chart.empty());
    shown(m_figure);
    placeControls();
    if (chart.empty()) return m_stack->setCurrentIndex(EmptyPage);
    if (m_tableButton->isChecked()) {
        m_tableModel->setTable(numbers());
        m_tableView->setAccessibleName(chart.title + tr(", numbers"));
    }
    m_stack->setCurrentIndex(m_tableButton->isChecked() ? TablePage : PlotPage);
    QMetaObject::invokeMethod(this, &ChartView::orderTabs, Qt::QueuedConnection);
}

QString ChartView::readoutAt(double&) { return {}; }

void ChartView::moveCrosshair(double x) {
    const QString html = readoutAt(x);
    m_plot->setCrosshair(html.isEmpty() ? std::nan("") : x, html);
}

void ChartView::copyTable() {
    auto* both = new QMimeData;
    const ChartTable table = numbers();
    both->setText(tableText(table, '\t'));
    both->setImageData(figureImage(m_figure.chart));
    QGuiApplication::clipboard()->setMimeData(both);
    emit notice(tr("Copied the picture and %n rows", nullptr, static_cast<int>(table.rows.size())));
}

void ChartView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    refresh();
}

void ChartView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    placeControls();
    placeFootnote();
}

void ChartView::changeEvent(QEvent* event) {
    View::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    for (QToolButton* button : findChildren<QToolButton*>())
        if (const QString name = button->property("icon-name").toString(); !name.isEmpty()) button->setIcon(icon(name));
    refreshSoon();  // words in the accent
}

}  // namespace qs
