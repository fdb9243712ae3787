// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/lengths_text/lengths_view.h"

#include <QHeaderView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "run/sequence_text.h"
#include "views/background.h"
#include "views/chart_view.h"
#include "views/lengths_text/lengths_model.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using lengths_text_words::text;

constexpr std::size_t kShownTokens = 4096;

class LengthsView : public ChartView {
  public:
    explicit LengthsView(QWidget* parent) : ChartView(parent), m_background(this) {
        m_model = new SequenceModel(this);
        m_table = new QTableView;
        m_table->setModel(m_model);
        m_table->verticalHeader()->hide();
        m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
        m_table->setSelectionMode(QAbstractItemView::SingleSelection);
        m_table->setTabKeyNavigation(false);
        m_table->setAccessibleName(text("Sequences of the run"));
        m_text = new QPlainTextEdit;
        m_text->setReadOnly(true);
        m_text->setAccessibleName(text("Text of the chosen sequence"));
        m_text->setPlaceholderText(text("Choose a sequence to read its text"));
        auto* split = new QSplitter(Qt::Horizontal);
        split->addWidget(m_table);
        split->addWidget(m_text);
        split->setStretchFactor(1, 1);
        split->setSizes({260, 400});
        split->setMinimumHeight(60);
        m_split = split;
        extra()->addWidget(split);
        connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) { read(row); });
        connect(&m_background, &Background::failed, this, [this](const QString& message) { m_text->setPlainText(message); });
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) { choose(point); });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_low = isLow();
        ViewInput fitted = input;
        fitted.settings["low"] = m_low;
        m_data = lengthsPicture(fitted);
        if (m_run != input.run || m_length != m_data.length) {
            if (m_run != input.run) m_reader.reset(), m_text->clear();
            m_run = input.run, m_length = m_data.length;
            m_model->setRun(m_run, m_length);
            showTable();
        }
        return {chartOf(m_data), tableOf(m_data)};
    }

    /// Table and text get a third of the card.
    void resizeEvent(QResizeEvent* event) override {
        m_split->setMaximumHeight(std::clamp(height() / 3, 80, 600));
        ChartView::resizeEvent(event);
        if (m_run && m_low != isLow()) refreshAnew();
    }

    void shown(const Figure& figure) override { m_split->setVisible(!figure.chart.empty()); }

  private:
    bool isLow() const { return height() < 480; }

    /// All columns in sight, and the text of the first sequence.
    void showTable() {
        m_table->resizeColumnsToContents();
        const int columns = m_table->horizontalHeader()->length() + 18;
        m_split->setSizes({columns, std::max(200, m_split->width() - columns)});
        if (m_model->rowCount() > 0) m_table->selectRow(0);
    }

    /// A click on a bar keeps the sequences of its length; a second click lets all come back.
    void choose(const PlotPoint& point) {
        const auto index = std::lround(point.x);
        if (!isOfBuckets(m_data, point.column, point.panel) || index < 0 || index >= static_cast<long>(m_data.buckets.size())) return;
        Selection selection = input().selection;
        const int length = m_data.buckets[static_cast<std::size_t>(index)].length;
        selection.length = selection.length == length ? 0 : length;
        emit selected(selection);
    }

    void read(const QModelIndex& row) {
        if (!row.isValid() || !m_run) return;
        if (!m_reader) m_reader = std::make_shared<std::shared_ptr<SequenceReader>>();
        m_background.request(
            [this, run = m_run, reader = m_reader, sequence = m_model->sequenceAt(row.row())](JobContext&) -> Background::Deliver {
                if (!*reader) *reader = std::make_shared<SequenceReader>(run);
                const QString words = QString::fromStdString((*reader)->text(sequence, kShownTokens));
                return [this, words] { m_text->setPlainText(words); };
            });
    }

    LengthsPicture m_data;
    SequenceModel* m_model;
    QTableView* m_table;
    QPlainTextEdit* m_text;
    QSplitter* m_split;
    std::shared_ptr<const RunFile> m_run;
    std::shared_ptr<std::shared_ptr<SequenceReader>> m_reader;  ///< filled and used by the background only
    int m_length = 0;
    bool m_low = false;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

}  // namespace

View* makeLengthsView(QWidget* parent) { return new LengthsView(parent); }

}  // namespace qs
