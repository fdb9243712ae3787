// SPDX-License-Identifier: GPL-3.0-or-later
// How the weights are drawn: W, beside it the change, and the use of the codes.
#include <algorithm>
#include <cmath>

#include "views/number_text.h"
#include "views/rich_text.h"
#include "views/run_names.h"
#include "views/weights/weights_model.h"

namespace qs {
namespace {

using weights_words::text;

struct MapWords {
    QString title, unit;
};

MapWords wordsOf(WeightMap map) {
    switch (map) {
        case WeightMap::Delta: return {text("Change ΔW"), text("Ŵ − W")};
        case WeightMap::Codes: return {text("Codes"), text("Code")};
        case WeightMap::Impact: return {text("|ΔW| · √E[x²]"), text("Change in the output")};
    }
    return {};
}

/// A column with one map; rows run downwards.
Chart mapColumn(const WeightPicture& data, const std::vector<double>& values, const QString& title, const QString& unit, ColourMap colours,
                double low, double high, bool first) {
    Chart chart;
    chart.x.title = text("Input channel");
    chart.x.low = 0, chart.x.high = static_cast<double>(data.columns);
    Panel panel;
    panel.title = title;
    panel.y.title = first ? text("Output channel") : QString();
    panel.y.scale = AxisScale::Named;
    panel.y.low = -static_cast<double>(data.rows), panel.y.high = 0;
    for (std::size_t r = 0; r<data.rows; r += data.rows> 64 ? 32 : 8)
        panel.y.names.emplace_back(-static_cast<double>(r), count(static_cast<qint64>(r)));
    HeatMap map;
    map.left = 0, map.right = chart.x.high, map.bottom = panel.y.low, map.top = 0;
    map.rows = data.rows, map.columns = data.columns;
    map.values = values;
    map.map = colours, map.low = low, map.high = high;
    panel.maps.push_back(std::move(map));
    for (int g = data.groupSize; data.groupSize >= 8 && g < static_cast<int>(data.columns); g += data.groupSize)
        panel.lines.push_back({{}, LineKind::Exact, -1, {double(g), double(g)}, {panel.y.low, 0}});
    if (data.channel >= 0 && data.channel < static_cast<int>(data.columns))
        panel.boxes.push_back({double(data.channel), data.channel + 1.0, panel.y.low, 0, 0, {}});
    chart.colourBar.shown = true;
    chart.colourBar.map = colours;
    chart.colourBar.axis.title = unit;
    chart.colourBar.axis.low = low, chart.colourBar.axis.high = high;
    chart.panels = {panel};
    return chart;
}

Chart secondColumn(const WeightPicture& data, bool first) {
    const MapWords words = wordsOf(data.shown);
    if (data.shown == WeightMap::Codes)
        return mapColumn(data, data.second, words.title, words.unit, ColourMap::Viridis, 0, (1 << data.bits) - 1, first);
    const double reach = std::max(magnitudeAt(data.second, 0.995), 1e-12);
    const bool change = data.shown == WeightMap::Delta;
    return mapColumn(data, data.second, words.title, words.unit, change ? ColourMap::Diverging : ColourMap::Viridis, change ? -reach : 0,
                     reach, first);
}

constexpr std::size_t kMostWords = 16;  // bars that have room for a number

/// A share that is not none is not 0.
QString shareText(double percent) { return fixedDecimals(percent, percent > 0 && percent < 0.95 ? 1 : 0); }

Chart histogram(const WeightPicture& data) {
    Chart chart;
    chart.width = 0.95;
    chart.x.title = text("Code");
    chart.x.scale = AxisScale::Named;
    const auto codes = data.codeShare.size();
    chart.x.low = -0.7, chart.x.high = static_cast<double>(codes) - 0.3;
    const std::size_t step = std::max<std::size_t>(1, codes / 8);
    for (std::size_t c = 0; c < codes; c += step) chart.x.names.emplace_back(static_cast<double>(c), count(static_cast<qint64>(c)));
    Panel panel;
    panel.title = text("Codes: %1 of %2 used").arg(data.codesUsed).arg(codes);
    panel.y.title = text("Share of weights, %");
    Bars bars;
    for (std::size_t c = 0; c < codes; ++c) {
        bars.x.push_back(static_cast<double>(c));
        bars.height.push_back(100 * data.codeShare[c]);
        if (codes <= kMostWords) panel.barWords.emplace_back(static_cast<double>(c), shareText(100 * data.codeShare[c]));
    }
    double most = *std::max_element(bars.height.begin(), bars.height.end());
    panel.bars.push_back(std::move(bars));
    if (!data.baselineShare.empty()) {
        Line ghost{{}, LineKind::Ghost, -1, {}, {}};
        for (std::size_t c = 0; c < codes; ++c) {
            ghost.x.push_back(static_cast<double>(c));
            ghost.y.push_back(100 * data.baselineShare[c]);
            most = std::max(most, ghost.y.back());
        }
        panel.lines.push_back(std::move(ghost));
    }
    panel.y.high = 1.15 * std::max(1e-9, most);
    chart.panels = {panel};
    return chart;
}

}  // namespace

Chart chartOf(const WeightPicture& data) {
    Chart chart;
    chart.heading = text("Weights");
    chart.title = text("Weights and what quantization changes");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = text("No weights to show yet");
        return chart.description = data.missing, chart;
    }
    const bool sampled = !data.weights.empty();
    if (sampled) {
        const double reach = std::max(magnitudeAt(data.weights, 0.995), 1e-12);
        Chart first = mapColumn(data, data.weights, text("W"), text("Weight"), ColourMap::Diverging, -reach, reach, true);
        first.panels.front().note = text("%1 × %2 of %3 × %4").arg(data.rows).arg(data.columns).arg(count(data.out), count(data.in));
        chart.x = first.x, chart.panels = first.panels, chart.colourBar = first.colourBar;
        chart.beside.push_back(secondColumn(data, false));
    } else {
        Chart first = secondColumn(data, true);
        chart.x = first.x, chart.panels = first.panels, chart.colourBar = first.colourBar;
    }
    chart.beside.push_back(histogram(data));
    if (!data.baselineShare.empty()) chart.legend.push_back({text("baseline: %1").arg(data.baselineName), LineKind::Ghost, -1});
    chart.subject = placeName(data.block, linearName(data.linear));
    chart.subtitle = QStringLiteral("%1 · %2 · %3").arg(data.model, chart.subject, data.runName);
    chart.figureHeight = 430;
    QStringList notes{text("%1 × %2 of %3 × %4 weights drawn").arg(data.rows).arg(data.columns).arg(count(data.out), count(data.in))};
    if (sampled) notes << text("colours end at the 99.5th percentile of the magnitude");
    else notes << text("this run recorded no sample of W, so only codes are shown");
    notes << text("%1 of %2 codes used").arg(data.codesUsed).arg(data.codeShare.size());  // the histogram has no room in a narrow card
    if (data.groupSize >= 8) notes << text("upright lines: groups of %1").arg(data.groupSize);
    chart.footnote = notes.join(QStringLiteral(" · "));
    const auto most = std::max_element(data.codeShare.begin(), data.codeShare.end());
    chart.description =
        text(
            "Heat maps of the first %1 rows and %2 columns of %3, and the use of its codes: %4 of %5 codes occur, code %6 the most, "
            "for %7 of the weights. The numbers are in the table of this view.")
            .arg(data.rows)
            .arg(data.columns)
            .arg(linearName(data.linear))
            .arg(data.codesUsed)
            .arg(data.codeShare.size())
            .arg(most - data.codeShare.begin())
            .arg(share(*most));
    return chart;
}

ChartTable tableOf(const WeightPicture& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("row"), text("channel")};
    if (!data.weights.empty()) table.header.push_back(text("weight"));
    table.header.push_back(wordsOf(data.shown).unit);
    for (std::size_t i = 0; i < data.second.size(); ++i) {
        std::vector<QVariant> row{static_cast<int>(i / data.columns), static_cast<int>(i % data.columns)};
        if (!data.weights.empty()) row.emplace_back(data.weights[i]);
        row.emplace_back(data.second[i]);
        table.rows.push_back(std::move(row));
    }
    return table;
}

QString readout(const WeightPicture& data, int channel) {
    if (!data.missing.isEmpty() || channel < 0 || channel >= static_cast<int>(data.columns)) return {};
    double sum = 0, most = 0;
    for (std::size_t r = 0; r < data.rows; ++r) {
        const double value = std::abs(data.second[r * data.columns + static_cast<std::size_t>(channel)]);
        sum += value, most = std::max(most, value);
    }
    return QStringLiteral(
               "%1<table cellspacing='0'><tr><td>%2</td><td align='right' style='padding-left:12px'>%3</td></tr><tr><td>%4</td>"
               "<td align='right' style='padding-left:12px'>%5</td></tr></table>")
        .arg(strong(text("Channel %1").arg(count(channel))), text("mean of |%1|").arg(wordsOf(data.shown).unit),
             significant(sum / static_cast<double>(data.rows)), text("largest"), significant(most));
}

}  // namespace qs
