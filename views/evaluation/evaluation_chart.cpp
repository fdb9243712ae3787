// SPDX-License-Identifier: GPL-3.0-or-later
// How evaluations are drawn: a table with differences beside their 95 % intervals, a list of items, curves over windows and positions with
// A dashed and B in the accent.
#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "views/evaluation/evaluation_model.h"
#include "views/number_text.h"

namespace qs {
namespace {

using Value = Evaluations::Value;

using evaluation_words::text;

QString signedNumber(double value, int decimals) {
    const QString number = fixedDecimals(value, decimals);
    return value > 0 ? QLatin1Char('+') + number : number;
}

QString groupName(const Evaluations::Row& row) { return QStringLiteral("%1 · %2").arg(row.task, row.data); }

QString pText(const Evaluations::Row& row) {
    if (!std::isfinite(row.p)) return QStringLiteral("–");
    return row.p < 0.001 ? QStringLiteral("< 0.001") : fixedDecimals(row.p, row.p < 0.1 ? 3 : 2);
}

/// A difference that chance does not explain: by the paired test, else by the errors of both as if they were independent.
bool isSure(const Evaluations::Row& row) {
    if (std::isfinite(row.p)) return row.p < 0.05;
    return row.a.error > 0 && row.b.error > 0 && std::abs(row.difference.value) > 1.96 * std::hypot(row.a.error, row.b.error);
}
bool isGain(const Evaluations::Row& row) { return row.lowerIsBetter ? row.difference.value < 0 : row.difference.value > 0; }

Sheet taskSheet(const Evaluations& data) {
    Sheet sheet;
    sheet.header.emplace_back();
    if (data.both) sheet.header.insert(sheet.header.end(), {text("A"), text("B"), text("B − A"), text("p")});
    else sheet.header.push_back(data.nameB);
    QString group;
    for (const auto& row : data.rows) {
        if (groupName(row) != group) sheet.rows.push_back({SheetRow::Heading, {group = groupName(row)}});
        SheetRow line{SheetRow::Entry, {row.share ? text("%1, %").arg(row.metric) : row.metric}};
        if (data.both) line.cells.push_back(valueText(row.a, row.share));
        line.cells.push_back(valueText(row.b, row.share));
        if (data.both) {
            line.cells.push_back(valueText(row.difference, row.share, true));
            line.cells.push_back(pText(row));
            line.strong = 3;
            line.accent = isGain(row) && isSure(row);
        }
        sheet.rows.push_back(std::move(line));
    }
    return sheet;
}

/// Points of percent, one row a task: differences with their 95 % intervals, or with one run the values with two standard errors.
std::optional<Chart> intervalChart(const Evaluations& data) {
    Chart chart;
    chart.width = 0.6;
    Panel panel;
    panel.y.scale = AxisScale::Named;
    double low = 0, high = 0;
    std::vector<const Evaluations::Row*> rows;
    for (const auto& row : data.rows)
        if (row.share && (data.both ? std::isfinite(row.low) : row.main && row.b.known() && row.b.error > 0)) rows.push_back(&row);
    if (rows.empty()) return std::nullopt;
    if (!data.both) low = 100;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = *rows[i];
        const double y = static_cast<double>(rows.size() - 1 - i);
        const double middle = 100 * (data.both ? row.difference.value : row.b.value);
        const double from = data.both ? 100 * row.low : middle - 200 * row.b.error,
                     to = data.both ? 100 * row.high : middle + 200 * row.b.error;
        panel.lines.push_back({{}, LineKind::Strong, -1, {from, to}, {y, y}});
        panel.marks.push_back({middle, y, false, true, {}, false, false});
        panel.y.names.emplace_back(y, QStringLiteral("%1, %2").arg(row.task, row.metric));
        low = std::min(low, from), high = std::max(high, to);
    }
    const double room = std::max(1.0, 0.08 * (high - low));
    chart.x.low = low - room, chart.x.high = high + room;
    chart.x.title = data.both ? text("B − A, points, 95 % intervals") : text("Percent, ± 2 standard errors");
    if (data.both) {
        chart.reference = 0;
        chart.leftOfReference = text("A better");
        chart.rightOfReference = text("B better");
    }
    panel.y.low = -0.6, panel.y.high = static_cast<double>(rows.size()) - 0.4;
    chart.panels = {std::move(panel)};
    return chart;
}

Sheet itemSheet(const Evaluations& data) {
    Sheet sheet;
    sheet.header.push_back(text("Question"));
    if (data.both) sheet.header.insert(sheet.header.end(), {text("A answered"), text("B answered")});
    else sheet.header.push_back(text("answered"));
    sheet.header.push_back(text("right"));
    const auto kindOf = [&](const Evaluations::Item& item) {
        return !data.both ? 0 : item.scoreB > item.scoreA ? 1 : item.scoreB < item.scoreA ? 2 : 3;
    };
    const QString kinds[] = {text("not right"), text("better in B"), text("better in A"), text("other answer, same score")};
    std::vector<const Evaluations::Item*> sorted;
    for (const auto& item : data.items) sorted.push_back(&item);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const auto* x, const auto* y) { return std::pair(x->task, kindOf(*x)) < std::pair(y->task, kindOf(*y)); });
    std::vector<std::pair<QString, std::vector<const Evaluations::Item*>>> groups;
    for (const auto* item : sorted) {
        const QString name = QStringLiteral("%1 · %2").arg(item->task, kinds[kindOf(*item)]);
        if (groups.empty() || groups.back().first != name) groups.push_back({name, {}});
        groups.back().second.push_back(item);
    }
    for (const auto& [name, items] : groups) {
        sheet.rows.push_back({SheetRow::Heading, {text("%1: %2").arg(name, count(static_cast<qint64>(items.size())))}});
        for (const auto* item : items) {
            SheetRow row{SheetRow::Entry, {QStringLiteral("%1  %2").arg(item->item + 1).arg(item->question)}};
            if (data.both) row.cells.push_back(item->givenA);
            row.cells.insert(row.cells.end(), {item->givenB, item->wanted});
            sheet.rows.push_back(std::move(row));
        }
    }
    return sheet;
}

struct Extent {
    double low = 1e300, high = -1e300;
    void add(double value) {
        if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    }
};

/// A curve a text, lines over the window length, standard errors as strokes.
void drawWindows(const Evaluations& data, Chart& chart) {
    Extent x;
    for (const auto& curve : data.windows) {
        Panel panel;
        panel.title = curve.data;
        panel.y.title = text("Perplexity");
        panel.y.scale = AxisScale::Log;
        Line a{data.nameA, LineKind::Muted, -1, {}, {}, true}, b{data.nameB, LineKind::Accent, -1, {}, {}, true};
        Extent y;
        for (const auto& window : curve.windows)
            for (const auto& [line, value] : {std::pair{&a, window.a}, {&b, window.b}}) {
                if (!(value.value > 0)) continue;
                line->x.push_back(window.window);
                line->y.push_back(value.value);
                if (value.error > 0)
                    panel.strokes.push_back({static_cast<double>(window.window), value.value - value.error, value.value + value.error});
                y.add(value.value - value.error), y.add(value.value + value.error);
                x.add(window.window);
            }
        panel.y.low = std::max(0.5, y.low / 1.15), panel.y.high = y.high * 1.15;
        if (!a.x.empty()) panel.lines.push_back(std::move(a));
        panel.lines.push_back(std::move(b));
        chart.panels.push_back(std::move(panel));
    }
    chart.x.title = text("Window, tokens");
    chart.x.scale = AxisScale::Log;
    chart.x.low = x.low / 1.3, chart.x.high = x.high * 1.3;
}

std::pair<std::vector<double>, std::vector<double>> pointsOf(const std::vector<PositionMean>& means) {
    std::pair<std::vector<double>, std::vector<double>> points;
    for (const PositionMean& mean : means) {  // positions count from 1 on the axis, which is logarithmic
        points.first.push_back(std::sqrt((mean.first + 1.0) * (mean.last + 1.0)));
        points.second.push_back(mean.value);
    }
    return points;
}

/// Means at the same positions, B − A; empty if they are not the same.
std::vector<double> differences(const Evaluations::PositionCurve& curve) {
    std::vector<double> values;
    if (curve.a.size() != curve.b.size()) return values;
    for (std::size_t i = 0; i < curve.a.size(); ++i) values.push_back(curve.b[i].value - curve.a[i].value);
    return values;
}

void drawPositions(const Evaluations& data, Chart& chart) {
    int longest = 2;
    for (const auto& curve : data.positions) {
        longest = std::max(longest, curve.window);
        Panel panel;
        panel.title = text("%1, window %2").arg(curve.data).arg(curve.window);
        panel.y.title = curve.divergence ? text("Divergence from full precision, nats a token") : text("Loss −log p, nats a token");
        panel.y.brief = curve.divergence ? text("Divergence, nats") : text("Loss, nats");
        panel.y.scale = curve.divergence ? AxisScale::Log : AxisScale::Linear;
        Extent y;
        for (const auto& [name, kind, means] :
             {std::tuple{data.nameA, LineKind::Muted, &curve.a}, {data.nameB, LineKind::Accent, &curve.b}}) {
            if (means->empty()) continue;
            auto [xs, ys] = pointsOf(*means);
            for (const double value : ys) y.add(value);
            panel.lines.push_back({name, kind, -1, std::move(xs), std::move(ys)});
        }
        const double margin = 0.06 * (y.high - y.low);
        panel.y.low = curve.divergence ? std::max(1e-9, y.low / 1.2) : y.low - margin;
        panel.y.high = curve.divergence ? y.high * 1.2 : y.high + margin;
        chart.panels.push_back(std::move(panel));
        const std::vector<double> drift = differences(curve);
        if (drift.empty() || curve.divergence) continue;
        Panel below;
        below.share = 0.6;
        below.y.title = below.y.brief = text("B − A, nats");
        Extent range;
        range.add(0);
        for (const double value : drift) range.add(value);
        const double space = std::max(0.01, 0.1 * (range.high - range.low));
        below.y.low = range.low - space, below.y.high = range.high + space;
        below.levels = {{0, text("same")}};
        below.lines.push_back({{}, LineKind::Strong, -1, pointsOf(curve.b).first, drift});
        chart.panels.push_back(std::move(below));
    }
    chart.x.title = text("Position in the window, tokens");
    chart.x.scale = AxisScale::Log;
    chart.x.low = 0.9, chart.x.high = longest;
}

QString missingOf(const Evaluations& data) {
    if (data.mode == "items" && data.items.empty())
        return data.both ? text("No item is answered differently by the two runs, or they were not evaluated on the same task and data.")
                         : text(
                               "No items are recorded. Tasks with items are all but perplexity and divergence; runs of older versions kept "
                               "only means.");
    if (data.mode == "windows" && data.windows.empty())
        return text("No perplexity is recorded. Every evaluation with the task perplexity adds one; several windows make a curve.");
    if (data.mode == "positions" && data.positions.empty())
        return text("No losses by position are recorded. Perplexity and divergence keep them since version 1.3 of the run file.");
    return {};
}

QString describe(const Evaluations& data) {
    int sure = 0, compared = 0;
    for (const auto& row : data.rows)
        if (std::isfinite(row.p)) ++compared, sure += isSure(row);
    if (!data.both)
        return text("%1 metrics of %2; no baseline is open. All are in the table of this view.").arg(data.rows.size()).arg(data.nameB);
    return text(
               "%1 metrics of B, %2, against A, %3. Of %4 that were measured on the same items %5 differ by more than chance (p < 0.05). "
               "All are in "
               "the table of this view.")
        .arg(data.rows.size())
        .arg(data.nameB, data.nameA)
        .arg(compared)
        .arg(sure);
}

}  // namespace

QString valueText(const Value& value, bool share, bool sign) {
    if (!value.known()) return QStringLiteral("–");
    const double factor = share ? 100 : 1;
    const int decimals = share || std::abs(value.value) >= 100 ? 1 : std::abs(value.value) < 0.1 ? 4 : std::abs(value.value) < 1 ? 3 : 2;
    const QString number = sign ? signedNumber(factor * value.value, decimals) : fixedDecimals(factor * value.value, decimals);
    return value.error > 0 ? QStringLiteral("%1 ± %2").arg(number, fixedDecimals(factor * value.error, decimals)) : number;
}

Chart chartOf(const Evaluations& data) {
    Chart chart;
    chart.title = chart.heading = text("Evaluation");
    const QString missing = !data.missing.isEmpty() ? data.missing : missingOf(data);
    if (!missing.isEmpty()) {
        chart.emptyTitle = data.missing.isEmpty() ? text("Nothing to show here yet") : text("No evaluation yet");
        if (!data.nameB.isEmpty()) chart.emptyAction = text("Evaluate…");
        return chart.description = missing, chart;
    }
    chart.subject = data.both ? text("%1 against %2").arg(data.nameB, data.nameA) : data.nameB;
    chart.subtitle = !data.both             ? text("%1 · %2 · open a baseline to compare").arg(data.model, data.nameB)
                     : data.mode == "tasks" ? text("%1 · delta is B − A, in colour where B is better by more than chance").arg(data.model)
                     : data.mode == "items" ? text("%1 · items that the two runs answer differently").arg(data.model)
                                            : data.model;
    if (data.mode == "items") {
        chart.sheet = itemSheet(data);
        chart.figureHeight = std::clamp(120 + 22 * static_cast<int>(chart.sheet.rows.size()), 400, 900);
    } else if (data.mode == "windows") {
        drawWindows(data, chart);
    } else if (data.mode == "positions") {
        drawPositions(data, chart);
    } else {
        chart.sheet = taskSheet(data);
        chart.figureHeight = std::clamp(170 + 24 * static_cast<int>(chart.sheet.rows.size()), 400, 900);
        if (auto intervals = intervalChart(data)) chart.beside.push_back(std::move(*intervals));
        chart.footnote = data.both ? text(
                                         "± is one standard error, of differences that of the paired items; p by McNemar's exact test for "
                                         "right and wrong; without p, chance is judged by both errors.")
                                   : text("± is one standard error.");
    }
    if (data.both && data.mode != "items") chart.legend.push_back({text("A · %1").arg(data.nameA), LineKind::Muted});
    if (data.mode == "windows" || data.mode == "positions" || data.both)
        if (data.mode != "items") chart.legend.push_back({data.both ? text("B · %1").arg(data.nameB) : data.nameB, LineKind::Accent});
    chart.description = describe(data);
    return chart;
}

}  // namespace qs
