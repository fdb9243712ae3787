// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of variants side by side: a row for each variant, a column for each metric or cost. Filled: measured; a ring: an estimate.
#include <algorithm>
#include <cmath>

#include "views/number_text.h"
#include "views/plot/ticks.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

/// Room left and right of what is drawn; 0 stays the end where bars begin there.
void fitAxis(Axis& axis, const DotColumn& column) {
    double low = 1e300, high = -1e300;
    for (const Dot& dot : column.dots) low = std::min(low, dot.value - dot.error), high = std::max(high, dot.value + dot.error);
    if (!(high >= low)) low = 0, high = 1;
    if (column.fromZero) low = std::min(0.0, low);
    const double room = std::max(0.12 * (high - low), std::max(std::abs(high), 1e-9) * 1e-3);
    axis.low = column.fromZero && low >= 0 ? 0 : low - room;
    axis.high = high + room;
}

/// A few numbers, however narrow the column is.
void nameTicks(Axis& axis) {
    for (const Tick& tick : ticksOf(axis, axis.low, axis.high, 4)) axis.names.emplace_back(tick.value, tick.label);
    axis.scale = AxisScale::Named;
}

/// Of the first of several columns beside the others: that much wider as the names of its rows need.
double firstWidth(const Panel& panel, std::size_t columns, int figureWidth) {
    constexpr double kCharacter = 6.5, kMargins = 70;  // pixels
    qsizetype longest = 0;
    for (const auto& [y, name] : panel.y.names) longest = std::max(longest, name.size());
    const double names = kCharacter * static_cast<double>(longest),
                 column = (figureWidth - kMargins - names) / static_cast<double>(columns);
    return columns > 1 ? 1 + names / std::max(column, names) : 1;
}

/// Shares are drawn on one axis, so that their columns can be compared.
void shareRange(std::vector<Axis>& axes, const std::vector<DotColumn>& columns) {
    double low = 1e300, high = -1e300;
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].unit == QStringLiteral("%")) low = std::min(low, axes[c].low), high = std::max(high, axes[c].high);
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].unit == QStringLiteral("%")) axes[c].low = low, axes[c].high = high;
}

void addDots(Panel& panel, const TrainingData& data, const DotColumn& column, const std::vector<std::string>& rows) {
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const double y = -static_cast<double>(r);
        const auto found = std::find_if(column.dots.begin(), column.dots.end(), [&](const Dot& dot) { return dot.variant == rows[r]; });
        if (found == column.dots.end()) {
            panel.rightNames.emplace_back(y, QStringLiteral("–"));
            continue;
        }
        const int rank = data.rankOf(rows[r]);
        const LineKind thick = rank < 0 ? LineKind::Accent : LineKind::Strong;
        if (column.fromZero) panel.lines.push_back({{}, LineKind::Noise, -1, {0, found->value}, {y, y}});
        if (found->error > 0) panel.lines.push_back({{}, thick, -1, {found->value - found->error, found->value + found->error}, {y, y}});
        panel.points.push_back({rank, {found->value}, {y}, {}, false, found->estimate ? Fill::Hollow : Fill::Solid});
        panel.rightNames.emplace_back(y, found->word);
    }
}

/// Decimals that an error has a meaning in: two digits where it begins with 1, else one.
int decimalsOf(double error) {
    if (!(error > 0)) return 0;
    const int digits = error / std::pow(10.0, std::floor(std::log10(error))) < 2 ? 2 : 1;
    return std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(error))), 0, 6);
}

/// "97.2 ± 0.4", with as many decimals as the smallest error of the column has.
void writeWords(DotColumn& column) {
    int decimals = 0;
    for (const Dot& dot : column.dots) decimals = std::max(decimals, decimalsOf(dot.error));
    for (Dot& dot : column.dots)
        dot.word = dot.error > 0 ? QStringLiteral("%1 ± %2").arg(fixedDecimals(dot.value, decimals), fixedDecimals(dot.error, decimals))
                                 : significant(dot.value);
}

bool isShare(const std::string& metric) { return metric == "accuracy" || metric == "precision" || metric == "recall" || metric == "f1"; }

/// Bytes with their unit, other numbers, as they are drawn, without.
QString costWord(const TrainingMeasurement& m, double value) {
    const QString word = m.unit == "bytes" ? bytes(m.value) : significant(value, m.estimate ? 2 : 3);
    return m.estimate ? QStringLiteral("≈ ") + word : word;
}

/// Variants in the order of the record, then arithmetics in the order in which they come.
std::vector<std::string> rowsOf(const TrainingData& data, const std::vector<DotColumn>& columns) {
    std::vector<std::string> rows;
    for (const DotColumn& column : columns)
        for (const Dot& dot : column.dots)
            if (std::find(rows.begin(), rows.end(), dot.variant) == rows.end()) rows.push_back(dot.variant);
    const auto& variants = data.record->variants;
    std::stable_sort(rows.begin(), rows.end(), [&](const std::string& a, const std::string& b) {
        const auto place = [&](const std::string& name) {
            return std::find_if(variants.begin(), variants.end(), [&](const TrainingVariant& v) { return v.name == name; }) -
                   variants.begin();
        };
        return place(a) < place(b);
    });
    return rows;
}

/// "Latency: 0.44 × of full precision".
QString factorOf(const TrainingData& data, const DotColumn& column) {
    const Dot *own = nullptr, *full = nullptr;
    for (const Dot& dot : column.dots) {
        if (data.rankOf(dot.variant) < 0) own = &dot;
        if (dot.variant == "full" || dot.variant == "float32") full = &dot;
    }
    if (!own || !full || own == full || !(own->value > 0) || !(full->value > 0)) return {};
    return TrainingWords::tr("%1: %2 × of full precision").arg(column.title, significant(own->value / full->value, 2));
}

bool isVariant(const TrainingRecord& record, const std::string& name) {
    return std::any_of(record.variants.begin(), record.variants.end(), [&](const TrainingVariant& v) { return v.name == name; });
}

/// What was timed: "batch of 32 texts of 64 tokens".
QString batchOf(const TrainingRecord& record) {
    double rows = 0, length = 0;
    for (const TrainingMeasurement& m : record.measurements) {
        if (m.quantity == "batch") rows = m.value;
        if (m.quantity == "length") length = m.value;
    }
    if (!(rows > 0) || !(length > 0)) return {};
    return TrainingWords::tr("one forward pass of %1 texts of %2 tokens").arg(count(std::llround(rows)), count(std::llround(length)));
}

/// Of the quantities in this order; all others, in the order of the record, if there are no names.
std::vector<DotColumn> costColumns(const TrainingData& data, bool ofVariants, const std::vector<std::string>& quantities) {
    std::vector<DotColumn> columns;
    for (const std::string& quantity : quantities) {
        if (!data.quantity.isEmpty() && data.quantity.toStdString() != quantity) continue;
        DotColumn column;
        column.fromZero = true;
        for (const TrainingMeasurement& m : data.record->measurements) {
            if (m.quantity != quantity || isVariant(*data.record, m.variant) != ofVariants) continue;
            const bool size = m.unit == "bytes", energy = m.unit == "bit weights";
            const double value = m.value / (size || energy ? 1e6 : 1);
            column.title = m.estimate ? TrainingWords::tr("%1 (estimate)").arg(quantityName(quantity)) : quantityName(quantity);
            column.unit = size ? QStringLiteral("MB") : energy ? TrainingWords::tr("million bit weights") : QString::fromStdString(m.unit);
            column.dots.push_back({m.variant, value, 0, m.estimate, costWord(m, value)});
        }
        if (!column.dots.empty()) columns.push_back(std::move(column));
    }
    return columns;
}

void drawCosts(Chart& chart, const TrainingData& data, const std::vector<DotColumn>& columns, QStringList notes) {
    if (columns.empty()) {
        chart.description = data.quantity.isEmpty()
                                ? TrainingWords::tr("Time, memory and size are measured when the training ends.")
                                : TrainingWords::tr("This run did not measure: %1.").arg(quantityName(data.quantity.toStdString()));
        return;
    }
    if (columns.size() == 1) chart.title = columns.front().title;
    drawDots(chart, data, columns);
    QStringList words;
    for (const DotColumn& column : columns) {
        if (const QString factor = factorOf(data, column); !factor.isEmpty()) notes << factor;
        for (const Dot& dot : column.dots)
            words << QStringLiteral("%1, %2: %3").arg(variantName(*data.record, dot.variant), column.title, dot.word);
    }
    chart.footnote = notes.join(QStringLiteral(" · "));
    chart.description =
        TrainingWords::tr("What models cost. %1. The numbers are in the table of this view.").arg(words.join(QStringLiteral("; ")));
}

}  // namespace

void drawDots(Chart& chart, const TrainingData& data, const std::vector<DotColumn>& columns) {
    const std::vector<std::string> rows = rowsOf(data, columns);
    std::vector<Axis> axes(columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) axes[c].title = columns[c].unit, fitAxis(axes[c], columns[c]);
    shareRange(axes, columns);
    for (std::size_t c = 0; c < columns.size(); ++c) {
        Chart own;
        own.x = axes[c];
        nameTicks(own.x);
        Panel panel;
        panel.title = columns[c].title;
        panel.y.scale = AxisScale::Named;
        panel.y.low = 0.5 - static_cast<double>(rows.size()), panel.y.high = 0.5;
        for (std::size_t r = 0; c == 0 && r < rows.size(); ++r)
            panel.y.names.emplace_back(-static_cast<double>(r), variantName(*data.record, rows[r]));
        addDots(panel, data, columns[c], rows);
        own.panels = {panel};
        if (c > 0) {
            chart.beside.push_back(std::move(own));
            continue;
        }
        chart.x = own.x;
        chart.panels = own.panels;
        chart.width = firstWidth(chart.panels.front(), columns.size(), chart.figureWidth);
    }
    chart.figureHeight = std::clamp(210 + 40 * static_cast<int>(rows.size()), 320, 700);
}

void drawMetrics(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    std::vector<DotColumn> columns;
    for (const TrainingMetric& metric : record.metrics) {
        const QString title = quantityName(metric.metric);
        auto column = std::find_if(columns.begin(), columns.end(), [&](const DotColumn& each) { return each.title == title; });
        if (column == columns.end()) {
            column = columns.insert(columns.end(), {title, isShare(metric.metric) ? QStringLiteral("%") : QString(), false, {}});
        }
        const double scale = isShare(metric.metric) ? 100 : 1;
        const double value = scale * metric.value, error = scale * metric.standardError;
        column->dots.push_back({metric.variant, value, error, false, {}});
    }
    for (DotColumn& column : columns) writeWords(column);
    if (columns.empty()) {
        chart.description = TrainingWords::tr("Metrics are measured on held-out data when the training ends.");
        return;
    }
    drawDots(chart, data, columns);
    chart.footnote = TrainingWords::tr("On the held-out part of the data; bars: ± one standard error");
    QStringList words;
    for (const Dot& dot : columns.front().dots) words << QStringLiteral("%1 %2").arg(variantName(record, dot.variant), dot.word);
    chart.description = TrainingWords::tr("%1 of %2 models: %3. The numbers are in the table of this view.")
                            .arg(columns.front().title)
                            .arg(columns.front().dots.size())
                            .arg(words.join(QStringLiteral("; ")));
}

void drawSpeed(Chart& chart, const TrainingData& data) {
    QStringList notes{TrainingWords::tr("The trained model on this machine, measured")};
    if (const QString batch = batchOf(*data.record); !batch.isEmpty()) notes << batch;
    const auto columns = costColumns(data, false, {"latency", "linear-time", "cpu-time", "resident-memory"});
    if (std::any_of(columns.begin(), columns.end(), [](const DotColumn& column) { return column.dots.size() > 1; }))
        notes << TrainingWords::tr("layers of 4 and 6 bit are computed as 8 bit: processors have no narrower products");
    drawCosts(chart, data, columns, notes);
}

void drawSize(Chart& chart, const TrainingData& data) {
    drawCosts(chart, data, costColumns(data, true, {"size", "energy"}),
              {TrainingWords::tr("filled: counted or measured; ring and ≈: estimated by a formula, bits × weights for energy")});
}

}  // namespace qs::training
