// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of a card go: header, controls, legend and footnote, by the room there is.
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

#include "views/chart_view.h"
#include "views/elided_label.h"
#include "views/plot/chart_widget.h"
#include "views/plot/legend.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kLowCard = 320;

}  // namespace

void ChartView::buildHeader(QVBoxLayout* layout) {
    m_title = new QLabel(this);
    m_title->setProperty("look", "title");
    m_title->setObjectName("view-title");  // a window may hide it where a tab says the same
    m_subject = new ElidedLabel(10, this);
    m_subject->setProperty("look", "subject");
    m_controlBox = new QWidget(this);
    m_controls = new QHBoxLayout(m_controlBox);
    m_controls->setContentsMargins(0, 0, 0, 0);
    m_controls->setSpacing(8);
    m_header = new QHBoxLayout;
    m_secondRow = new QHBoxLayout;
    layout->addLayout(m_header);
    layout->addLayout(m_secondRow);
    m_header->addWidget(m_title);
    m_header->addSpacing(6);
    m_header->addWidget(m_subject, 1);
    m_header->addWidget(m_controlBox);
    m_tableButton = addAction("table", tr("Show the numbers as a table"));
    m_tableButton->setCheckable(true);
    m_copyButton = addAction("copy", tr("Copy picture and numbers"));
    m_exportButton = addAction("export", tr("Export figure"));
    connect(m_tableButton, &QToolButton::toggled, this, [this] { refresh(); });
    connect(m_copyButton, &QToolButton::clicked, this, &ChartView::copyTable);
    connect(m_exportButton, &QToolButton::clicked, this, &View::exportWanted);
}

void ChartView::buildStaleBar(QVBoxLayout* layout) {
    m_staleBar = new QFrame(this);
    m_staleBar->setProperty("look", "warning");
    auto* row = new QHBoxLayout(m_staleBar);
    row->setContentsMargins(8, 4, 8, 4);
    auto* clock = new QLabel;
    clock->setPixmap(icon("clock", theme().warning).pixmap(16, 16));
    m_staleText = new QLabel;
    m_staleText->setWordWrap(true);
    row->addWidget(clock);
    row->addWidget(m_staleText, 1);
    m_record = new QPushButton(tr("Record again"));
    m_record->setAccessibleName(m_record->text());
    m_record->setToolTip(tr("Start the run once more with what was tried"));
    row->addWidget(m_record);
    connect(m_record, &QPushButton::clicked, this, &View::recordWanted);
    m_staleBar->hide();
    layout->addWidget(m_staleBar);
}

/// Controls go to a row of their own where the header is too narrow for them; a low card gives up the subject first, which the window
/// says above.
void ChartView::placeControls() {
    const int buttons = m_pinButton ? 4 : 3, title = m_title->isHidden() ? 0 : m_title->sizeHint().width();
    const int needed = title + m_controlBox->sizeHint().width() + buttons * 30 + 30, subject = std::min(150, m_subject->sizeHint().width());
    const bool low = height()<kLowCard, below = needed + (low ? 0 : subject)> width(), isBelow = m_secondRow->count() > 0;
    m_subject->setText(low && !below && needed + subject > width() ? QString() : m_figure.chart.subject);
    if (below == isBelow || m_controls->count() == 0) return;
    (isBelow ? m_secondRow : m_header)->removeWidget(m_controlBox);
    if (below) m_secondRow->addWidget(m_controlBox, 0, Qt::AlignLeft);
    else m_header->insertWidget(3, m_controlBox);
}

/// A low card gives its pixels to the plot: the tool tip of the subject says the same, and chips name the lengths.
void ChartView::placeFootnote() {
    const bool low = height() < kLowCard;
    m_footnote->setVisible(!m_footnote->text().isEmpty() && !low);
    placeLegend();
    m_legend->setVisible(m_hasLegend && !(low && m_extra->count() > 0));
}

/// Behind the words above the plot where both fit into one row, else in a row of its own.
void ChartView::placeLegend() {
    const Chart& chart = m_figure.chart;
    const int words = m_lead->fontMetrics().horizontalAdvance(chart.lead + chart.leadDetail + chart.leadEstimate) * 21 / 20 + 40;
    const bool beside =
        m_leadRow->indexOf(m_lead) >= 0 && !chart.lead.isEmpty() && m_hasLegend && words + m_legend->rowWidth() + 40 <= width();
    const bool isBeside = m_leadRow->indexOf(m_legend) >= 0;
    m_legend->setFixedWidth(beside ? m_legend->rowWidth() : QWIDGETSIZE_MAX);
    if (!beside) m_legend->setMinimumWidth(0);
    if (beside == isBeside) return;
    if (beside) m_leadRow->addWidget(m_legend, 0, Qt::AlignVCenter);
    else m_column->insertWidget(m_column->indexOf(m_stack), m_legend);
}

/// Tab goes as one reads, also through what was made after the rest, as chips are.
void ChartView::orderTabs() {
    QList<QWidget*> stops;
    for (QWidget* each : findChildren<QWidget*>())
        if ((each->focusPolicy() & Qt::TabFocus) && !each->focusProxy() && each->isVisibleTo(this)) stops.append(each);
    if (stops.size() == std::exchange(m_tabStops, stops.size()) || !isVisible()) return;
    const auto place = [this](const QWidget* widget) {
        const QPoint centre = widget->mapTo(this, widget->rect().center());
        return std::pair(widget == m_plot ? height() : centre.y() / 16, centre.x());  // the plot behind all that sets it
    };
    std::stable_sort(stops.begin(), stops.end(), [&](const QWidget* a, const QWidget* b) { return place(a) < place(b); });
    for (qsizetype i = 0; i + 1 < stops.size(); ++i) setTabOrder(stops[i], stops[i + 1]);
}

}  // namespace qs
