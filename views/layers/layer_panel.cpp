// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/layers/layer_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

#include "views/elided_label.h"
#include "views/empty_state.h"
#include "views/layers/layer_model.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kBeside = 48, kGaps = 14;  // of the error column: the number, and gaps
constexpr double kShortestBar = 6;
constexpr int kWide = 250, kNarrowColumn = 64, kWideColumn = 92;  // a narrow panel gives the names room

/// Error column: a bar of 16 to 44 px on a logarithmic scale, grey or red, shorter beside a long number, and the number. Badge column:
/// triangle or disc.
class LayerDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem adjusted = option;
        initStyleOption(&adjusted, index);
        const Theme& t = theme();
        const auto severity = static_cast<Severity>(index.data(LayerModel::SeverityRole).toInt());
        if (index.column() == LayerModel::ErrorColumn && severity == Severity::Failure)
            adjusted.palette.setColor(QPalette::Text, t.failure);
        if (index.data(Qt::DisplayRole).toString() == QStringLiteral("–")) adjusted.palette.setColor(QPalette::Text, t.ink3);
        QStyledItemDelegate::paint(painter, adjusted, index);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        if (const QVariant bar = index.data(LayerModel::BarRole); index.column() == LayerModel::ErrorColumn && bar.isValid()) {
            const int number = adjusted.fontMetrics.horizontalAdvance(adjusted.text) + kGaps;
            const double length = option.rect.width() - std::max(kBeside, number);
            if (length < kShortestBar) return painter->restore();  // "0.000123" in a narrow panel
            QRectF track(option.rect.left() + 4, option.rect.center().y() - 2.5, length, 6);
            painter->setBrush(t.line);
            painter->drawRoundedRect(track, 3, 3);
            track.setWidth(std::max(4.0, length * bar.toDouble()));
            painter->setBrush(severity == Severity::Failure ? t.failure : t.ink3);
            painter->drawRoundedRect(track, 3, 3);
        }
        if (index.column() == LayerModel::BadgeColumn && severity != Severity::Info) {
            const bool failed = severity == Severity::Failure;
            const QIcon badge = icon(failed ? "failure" : "warning", failed ? t.failure : t.warning);
            badge.paint(painter, QRect(option.rect.center().x() - 7, option.rect.center().y() - 7, 15, 15));
        }
        painter->restore();
    }
};

QLabel* label(const QString& look, const QString& text, QWidget* parent) {
    auto* result = new QLabel(text, parent);
    result->setProperty("look", look);
    return result;
}

}  // namespace

LayerPanel::LayerPanel(QWidget* parent) : QFrame(parent) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 4, 8);
    layout->setSpacing(6);
    auto* header = new QHBoxLayout;
    header->addWidget(label("title", tr("Layers"), this));
    m_subject = new ElidedLabel(10, this);  // cut before the title is
    m_subject->setProperty("look", "subject");
    header->addWidget(m_subject, 1);
    m_filterBox = new QLineEdit(this);
    m_filterBox->setPlaceholderText(tr("Filter: “17 down”"));
    m_filterBox->setAccessibleName(tr("Filter layers"));
    m_filterBox->setClearButtonEnabled(true);
    m_filterBox->addAction(icon("filter"), QLineEdit::LeadingPosition);
    m_model = new LayerModel(this);
    m_filter = new LayerFilter(this);
    m_filter->setSourceModel(m_model);
    m_tree = new QTreeView(this);
    m_tree->setAccessibleName(tr("Layers"));
    m_tree->setModel(m_filter);
    m_tree->setItemDelegate(new LayerDelegate(m_tree));
    m_tree->setUniformRowHeights(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setIndentation(12);
    m_tree->setSortingEnabled(true);
    m_tree->sortByColumn(LayerModel::NameColumn, Qt::AscendingOrder);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QHeaderView* columns = m_tree->header();
    columns->setStretchLastSection(false);
    columns->setMinimumSectionSize(16);
    columns->setSectionResizeMode(LayerModel::NameColumn, QHeaderView::Stretch);
    for (const auto& [column, width] :
         {std::pair{LayerModel::BitsColumn, 32}, {LayerModel::ErrorColumn, kNarrowColumn}, {LayerModel::BadgeColumn, 16}}) {
        columns->setSectionResizeMode(column, QHeaderView::Fixed);
        columns->resizeSection(column, width);
    }
    columns->setSortIndicatorShown(true);
    m_empty = new EmptyState(this, QStringLiteral("model"));
    m_empty->set({}, tr("Layers appear here\nwhen a run is open."), {});
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_tree);
    layout->addLayout(header);
    layout->addWidget(m_filterBox);
    layout->addWidget(m_stack, 1);
    connect(m_filterBox, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setWords(text);
        if (!text.isEmpty()) m_tree->expandAll();
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        if (m_following || !now.isValid()) return;
        const Selection here = m_model->selectionAt(m_filter->mapToSource(now));
        m_selection.block = here.block, m_selection.linear = here.linear;
        emit selected(m_selection);
    });
}

void LayerPanel::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    m_tree->header()->resizeSection(LayerModel::ErrorColumn, width() < kWide ? kNarrowColumn : kWideColumn);
}

void LayerPanel::setRun(std::shared_ptr<const RunFile> run) {
    m_following = true;
    m_model->setRun(std::move(run));
    m_following = false;
    const bool any = m_model->rowCount() > 0;
    m_stack->setCurrentIndex(any ? 1 : 0);
    m_subject->setText(any ? tr("error of the worst length") : QString());
}

void LayerPanel::setSelection(const Selection& selection) {
    m_selection = selection;
    m_following = true;
    m_filter->setBrushed(selection.brushed);
    m_following = false;
    if (m_model->rowCount() > 0)
        m_subject->setText(selection.brushed.empty() ? tr("error of the worst length")
                                                     : tr("%n linears brushed", nullptr, static_cast<int>(selection.brushed.size())));
    const QModelIndex index = m_filter->mapFromSource(m_model->indexOf(selection));
    if (!index.isValid()) {  // not among what is kept: no other row is marked in its place
        m_following = true;
        m_tree->setCurrentIndex({});
        m_following = false;
        return;
    }
    m_following = true;
    if (index.parent().isValid()) m_tree->expand(index.parent());
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
    m_following = false;
}

}  // namespace qs
