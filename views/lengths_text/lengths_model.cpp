// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/lengths_text/lengths_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using lengths_text_words::text;

/// Bars of a quarter octave; the axis counts in powers of two.
Panel documentPanel(const LengthsPicture& data, Axis& x) {
    Panel panel;
    panel.title = text("Documents of the calibration text");
    panel.y.title = text("Documents");
    panel.y.whole = true;
    std::size_t first = 0;
    while (first + 1 < data.documents.size() && data.documents[first] == 0) ++first;
    double low = static_cast<double>(first) / 4, high = static_cast<double>(data.documents.size()) / 4;
    for (const auto& bucket : data.buckets) low = std::min(low, std::log2(bucket.length)), high = std::max(high, std::log2(bucket.length));
    x.low = std::floor(low) - 0.2, x.high = std::ceil(high) + 0.2;
    Bars bars;
    bars.width = 0.25;
    double most = 1;
    for (std::size_t bin = first; bin < data.documents.size(); ++bin) {
        bars.x.push_back((static_cast<double>(bin) + 0.5) / 4);
        bars.height.push_back(static_cast<double>(data.documents[bin]));
        most = std::max(most, bars.height.back());
    }
    panel.y.high = 1.15 * most;
    panel.bars.push_back(std::move(bars));
    for (const auto& bucket : data.buckets) {  // where the lengths of the set stand
        const double at = std::log2(bucket.length);
        panel.lines.push_back({{}, LineKind::Smooth, bucket.rank, {at, at}, {panel.y.high, 0}});
    }
    return panel;
}

Panel bucketPanel(const LengthsPicture& data) {
    Panel panel;
    panel.share = 0.5;
    panel.title = text("Tokens by length");
    Axis x;
    x.scale = AxisScale::Named;
    x.low = -0.6, x.high = static_cast<double>(data.buckets.size()) - 0.4;
    x.title = text("Length, tokens");
    panel.y.title = text("Tokens");
    panel.y.whole = true;
    double most = 1;
    for (std::size_t i = 0; i < data.buckets.size(); ++i) {
        const auto& bucket = data.buckets[i];
        x.names.emplace_back(static_cast<double>(i), count(bucket.length));
        Bars bars;
        bars.rank = bucket.rank;
        bars.width = 0.8;
        bars.faded = data.length > 0 && data.length != bucket.length;
        bars.x = {static_cast<double>(i)};
        bars.height = {static_cast<double>(bucket.tokens)};
        most = std::max(most, bars.height[0]);
        panel.bars.push_back(std::move(bars));
    }
    panel.ownX = x;
    panel.y.high = 1.2 * most;
    return panel;
}

}  // namespace

LengthsPicture lengthsPicture(const ViewInput& input) {
    LengthsPicture data;
    if (!input.run) return data.missing = text("Open a run, or start one, to see the text behind it."), data;
    const RunFile& run = *input.run;
    data.model = modelName(run), data.runName = runName(run);
    data.documents = run.provenance().documentLengths;
    data.length = input.selection.length;
    data.low = input.settings.value("low").toBool();
    std::map<int, LengthsPicture::Bucket> buckets;
    std::map<int, std::set<int>> documents;
    for (const SequenceRecord& sequence : run.sequences()) {
        LengthsPicture::Bucket& bucket = buckets[sequence.length];
        bucket.length = sequence.length;
        if (sequence.heldOut) {
            ++bucket.heldOut;
            continue;
        }
        ++bucket.sequences, bucket.tokens += sequence.length;
        ++data.sequences, data.tokens += sequence.length;
        if (sequence.document >= 0) documents[sequence.length].insert(sequence.document);
    }
    if (buckets.empty()) return data.missing = text("This run records no sequences."), data;
    for (auto& [length, bucket] : buckets) {
        bucket.rank = static_cast<int>(data.buckets.size());
        bucket.documents = static_cast<int>(documents[length].size());
        data.buckets.push_back(bucket);
    }
    return data;
}

Chart chartOf(const LengthsPicture& data) {
    Chart chart;
    chart.title = chart.heading = text("Lengths and text");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = text("No text to show yet");
        return chart.description = data.missing, chart;
    }
    chart.subject = text("%1 sequences · %2 tokens").arg(count(data.sequences), count(data.tokens));
    chart.subtitle = text("%1 · %2 · %3 sequences, %4 tokens").arg(data.model, data.runName, count(data.sequences), count(data.tokens));
    qint64 documents = 0;
    for (const auto n : data.documents) documents += n;
    if (documents > 0) {
        chart.x.title = text("Tokens of a document");
        chart.x.scale = AxisScale::Named;
        Panel panel = documentPanel(data, chart.x);
        for (double k = std::ceil(chart.x.low); k <= chart.x.high; ++k)
            chart.x.names.emplace_back(k, count(static_cast<qint64>(std::exp2(k))));
        panel.ownX = chart.x;
        chart.panels.push_back(std::move(panel));
        chart.footnote = text("%1 documents, bins of a quarter octave; upright lines: the lengths of the set").arg(count(documents));
    } else {
        chart.footnote = text("Token ids were given, or the run is older than this view: document lengths are not recorded");
    }
    Panel buckets = bucketPanel(data);
    if (data.low && !chart.panels.empty()) {
        Chart column;
        column.width = 0.7;
        column.x = *buckets.ownX;
        buckets.ownX.reset();
        column.panels.push_back(std::move(buckets));
        chart.beside.push_back(std::move(column));
    } else {
        chart.panels.push_back(std::move(buckets));
    }
    for (const auto& bucket : data.buckets)
        chart.legend.push_back(
            {text("%1 tokens: %2 sequences").arg(count(bucket.length), count(bucket.sequences)), LineKind::Smooth, bucket.rank});
    chart.description = text(
                            "Histogram of the token lengths of %1 documents, and the calibration tokens of %2 lengths. The numbers are in "
                            "the table of this view.")
                            .arg(count(documents))
                            .arg(data.buckets.size());
    return chart;
}

ChartTable tableOf(const LengthsPicture& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("length"), text("sequences"), text("tokens"), text("documents"), text("held-out sequences")};
    for (const auto& b : data.buckets) table.rows.push_back({b.length, b.sequences, QVariant::fromValue(b.tokens), b.documents, b.heldOut});
    return table;
}

bool isOfBuckets(const LengthsPicture& data, std::size_t column, std::size_t panel) {
    const bool both = std::any_of(data.documents.begin(), data.documents.end(), [](auto n) { return n > 0; });
    return data.low && both ? column == 1 : panel == (both ? 1 : 0);
}

Figure lengthsFigure(const ViewInput& input) {
    const LengthsPicture data = lengthsPicture(input);
    return {chartOf(data), tableOf(data)};
}

void SequenceModel::setRun(std::shared_ptr<const RunFile> run, int length) {
    beginResetModel();
    m_run = std::move(run);
    m_rows.clear();
    for (std::size_t i = 0; m_run && i < m_run->sequences().size(); ++i)
        if (length == 0 || m_run->sequences()[i].length == length) m_rows.push_back(i);
    endResetModel();
}

int SequenceModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int SequenceModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant SequenceModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    if (role == Qt::TextAlignmentRole) return int((index.column() == UseColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    const SequenceRecord& sequence = m_run->sequences()[sequenceAt(index.row())];
    switch (index.column()) {
        case LengthColumn: return count(sequence.length);
        case DocumentColumn: return sequence.document < 0 ? QStringLiteral("–") : count(sequence.document);
        case OffsetColumn: return count(sequence.offset);
        default: return sequence.heldOut ? text("held-out") : text("calibration");
    }
}

QVariant SequenceModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    static const char* names[] = {QT_TRANSLATE_NOOP("LengthsText", "length"), QT_TRANSLATE_NOOP("LengthsText", "document"),
                                  QT_TRANSLATE_NOOP("LengthsText", "from token"), QT_TRANSLATE_NOOP("LengthsText", "used for")};
    return text(names[section]);
}

}  // namespace qs
