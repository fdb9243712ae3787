// SPDX-License-Identifier: GPL-3.0-or-later
// How two runs are drawn: a table with deltas, and the error along the blocks with A dashed and B in the accent.
#include <algorithm>
#include <cmath>

#include "views/block_axis.h"
#include "views/compare/compare_model.h"
#include "views/number_text.h"

namespace qs {
namespace {

using compare_words::text;

QString numberText(double value, int decimals) { return std::isfinite(value) ? fixedDecimals(value, decimals) : QStringLiteral("–"); }

/// Of what is shown: numbers that look equal have no delta.
double shownDelta(const Comparison::Metric& metric) {
    const double unit = std::pow(10.0, metric.decimals);
    return std::round(metric.b * unit) / unit - std::round(metric.a * unit) / unit;
}

QString deltaText(const Comparison::Metric& metric) {
    const double delta = shownDelta(metric);
    if (!std::isfinite(delta)) return {};
    if (std::abs(delta) < 0.5 * std::pow(10.0, -metric.decimals)) return text("same");
    const QString number = fixedDecimals(delta, metric.decimals);
    return delta > 0 ? QLatin1Char('+') + number : number;
}

Sheet sheetOf(const Comparison& data) {
    Sheet sheet;
    sheet.header = data.both ? std::vector<QString>{{}, text("A"), text("B"), text("B − A")} : std::vector<QString>{{}, data.nameB};
    sheet.rows.push_back({SheetRow::Heading, {data.both && !data.all ? text("Options that differ") : text("Options")}});
    for (const auto& option : data.options)
        sheet.rows.push_back({SheetRow::Entry, data.both ? std::vector<QString>{option.name, option.a, option.b, {}}
                                                         : std::vector<QString>{option.name, option.b}});
    if (data.options.empty()) sheet.rows.push_back({SheetRow::Entry, {text("none")}});
    QString section;
    for (const auto& metric : data.metrics) {
        if (metric.section != section) sheet.rows.push_back({SheetRow::Heading, {section = metric.section}});
        SheetRow row{SheetRow::Entry, {metric.name}};
        if (data.both) row.cells.push_back(numberText(metric.a, metric.decimals));
        row.cells.push_back(numberText(metric.b, metric.decimals));
        if (data.both) {
            row.cells.push_back(deltaText(metric));
            row.strong = 3;
            const double gain = metric.lowerIsBetter ? -shownDelta(metric) : shownDelta(metric);
            row.accent = gain > 0.5 * std::pow(10.0, -metric.decimals);
        }
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

Chart errorChart(const Comparison& data) {
    Chart chart;
    chart.width = 0.8;
    chart.x = blockAxis(data.blocks);
    Panel panel;
    panel.y.title = text("Relative output error of %1 at %2 tokens, %").arg(data.role, count(data.length));
    panel.y.brief = text("Relative error, %");
    panel.y.scale = AxisScale::Log;
    Line a{data.nameA, LineKind::Muted, -1, {}, {}}, b{data.nameB, LineKind::Accent, -1, {}, {}};
    double low = 1e300, high = 0;
    for (const auto& error : data.errors)
        for (const auto& [line, value] : {std::pair{&a, error.a}, {&b, error.b}}) {
            if (!(value > 0)) continue;
            line->x.push_back(error.block);
            line->y.push_back(100 * value);
            low = std::min(low, 100 * value), high = std::max(high, 100 * value);
        }
    if (!(high > 0)) low = 0.1, high = 10;
    panel.y.low = low / 1.4, panel.y.high = high * 1.3;
    if (data.both) panel.lines.push_back(std::move(a));
    panel.lines.push_back(std::move(b));
    chart.panels = {panel};
    return chart;
}

}  // namespace

Chart chartOf(const Comparison& data) {
    Chart chart;
    chart.title = chart.heading = text("Compare runs");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = text("No comparison yet");
        return chart.description = data.missing, chart;
    }
    chart.subject = data.both ? text("%1 against %2").arg(data.nameB, data.nameA) : text("no baseline open");
    chart.subtitle = data.both ? text("%1 · %2 · delta is B − A, in colour where B is better")
                                     .arg(data.model, data.all ? text("all options") : text("differences only"))
                               : text("%1 · %2 · open a baseline to compare").arg(data.model, data.nameB);
    chart.sheet = sheetOf(data);
    chart.figureHeight = std::clamp(170 + 24 * static_cast<int>(chart.sheet.rows.size()), 460, 900);
    if (!data.errors.empty()) chart.beside.push_back(errorChart(data));
    if (data.both) chart.legend.push_back({text("A · %1").arg(data.nameA), LineKind::Muted});
    if (data.both || !data.errors.empty())
        chart.legend.push_back({data.both ? text("B · %1").arg(data.nameB) : data.nameB, LineKind::Accent});
    int better = 0, counted = 0;
    for (const auto& metric : data.metrics)
        if (metric.quality && std::isfinite(metric.a) && std::isfinite(metric.b))
            ++counted, better += metric.lowerIsBetter ? metric.b < metric.a : metric.b > metric.a;
    chart.description =
        data.both ? text("%1 options differ between A, %2, and B, %3. B is better in %4 of %5 numbers. All are in the table of this view.")
                        .arg(data.options.size())
                        .arg(data.nameA, data.nameB)
                        .arg(better)
                        .arg(counted)
                  : text("Options and errors of %1; no baseline is open. All are in the table of this view.").arg(data.nameB);
    if (data.both)
        chart.footnote = text(
            "Errors are relative to the energy of each layer's output; means over all linears of a run. B is better where the delta is in "
            "colour.");
    return chart;
}

ChartTable tableOf(const Comparison& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("section"), text("name"), text("A"), text("B"), text("B − A")};
    for (const auto& option : data.options) table.rows.push_back({text("option"), option.name, option.a, option.b, QString()});
    const auto number = [](double value) { return std::isfinite(value) ? QVariant(value) : QVariant(QString()); };
    for (const auto& metric : data.metrics)
        table.rows.push_back({metric.section, metric.name, number(metric.a), number(metric.b), number(metric.b - metric.a)});
    for (const auto& error : data.errors)
        table.rows.push_back({text("relative error of %1 at %2 tokens").arg(data.role).arg(data.length), text("block %1").arg(error.block),
                              number(error.a), number(error.b), number(error.b - error.a)});
    return table;
}

}  // namespace qs
