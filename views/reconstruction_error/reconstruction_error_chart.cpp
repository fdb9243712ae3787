// SPDX-License-Identifier: GPL-3.0-or-later
// How the errors are drawn: a histogram stacked by length, below it one strip of points a length with its median.
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <functional>

#include "views/number_text.h"
#include "views/plot/ticks.h"
#include "views/reconstruction_error/reconstruction_error_model.h"
#include "views/rich_text.h"
#include "views/run_names.h"
#include "views/theme.h"

namespace qs {
namespace {

using reconstruction_error_words::text;

/// The horizontal axis: ratios as they are, or log₂ of them if they spread by more than a factor 4; errors as log₁₀ of percent.
struct ErrorScale {
    bool ratio = false, logarithmic = false;
    double low = 0, high = 1, step = 1;
    int outside = 0;

    double place(double value) const { return !ratio ? std::log10(100 * value) : logarithmic ? std::log2(value) : value; }
};

ErrorScale scaleOf(const ReconstructionError& data) {
    ErrorScale scale;
    scale.ratio = data.ratio;
    std::vector<double> values;
    for (const ErrorPair& pair : data.pairs) values.push_back(pair.value);
    std::sort(values.begin(), values.end());
    scale.logarithmic = !data.ratio || values.back() > 4 * values.front();
    for (double& value : values) value = scale.place(value);
    const auto quantile = [&](double q) { return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))]; };
    const double reach = 6 * std::max(quantile(0.75) - quantile(0.25), 1e-3);
    double low = std::max(values.front(), quantile(0.25) - reach), high = std::min(values.back(), quantile(0.75) + reach);
    if (data.ratio) low = std::min(low, scale.place(0.97)), high = std::max(high, scale.place(1.03));
    scale.step = niceStep(std::max(high - low, data.ratio ? 0.02 : 0.2) / 26);
    scale.low = (std::floor(low / scale.step + 1e-9) - 1) * scale.step;
    scale.high = (std::floor(high / scale.step + 1e-9) + 2) * scale.step;
    scale.outside =
        static_cast<int>(std::count_if(values.begin(), values.end(), [&](double v) { return v < scale.low || v > scale.high; }));
    return scale;
}

Axis axisOf(const ReconstructionError& data, const ErrorScale& scale) {
    Axis axis;
    axis.low = scale.low, axis.high = scale.high;
    axis.title = data.ratio ? text("Relative output error, %1 / %2").arg(data.baselineName, data.name) : text("Relative output error, %");
    if (data.ratio && !scale.logarithmic) return axis;
    axis.scale = AxisScale::Named;
    Axis real;
    real.scale = data.ratio ? AxisScale::Ratio : AxisScale::Log;
    const double base = data.ratio ? 2 : 10;
    for (const Tick& tick : ticksOf(real, std::pow(base, scale.low), std::pow(base, scale.high), 8))
        axis.names.emplace_back(std::log(tick.value) / std::log(base), tick.label);
    return axis;
}

Panel histogram(const ReconstructionError& data, const ErrorScale& scale) {
    Panel panel;
    panel.y.title = text("Pairs of linear and length");
    panel.y.brief = text("Pairs");
    panel.y.whole = true;
    const auto bins = static_cast<std::size_t>(std::lround((scale.high - scale.low) / scale.step));
    std::vector<double> total(bins, 0.0);
    for (int rank = static_cast<int>(data.lengths.size()) - 1; rank >= 0; --rank) {
        Bars bars;
        bars.name = count(data.lengths[static_cast<std::size_t>(rank)]);
        bars.rank = rank;
        bars.width = scale.step;
        bars.height.assign(bins, 0.0);
        for (std::size_t bin = 0; bin < bins; ++bin) bars.x.push_back(scale.low + (static_cast<double>(bin) + 0.5) * scale.step);
        Bars rest = bars;
        rest.faded = true;
        for (const ErrorPair& pair : data.pairs) {
            const double bin = std::floor((scale.place(pair.value) - scale.low) / scale.step + 1e-9);
            if (pair.rank != rank || bin < 0 || bin >= static_cast<double>(bins)) continue;
            ++(data.keeps(pair) ? bars : rest).height[static_cast<std::size_t>(bin)];
            ++total[static_cast<std::size_t>(bin)];
        }
        panel.bars.push_back(bars);
        if (!data.brushed.empty()) panel.bars.push_back(rest);
    }
    const double most = std::max(1.0, *std::max_element(total.begin(), total.end()));
    const auto right = total.begin() + static_cast<std::ptrdiff_t>(bins * 3 / 5);  // below the big number
    panel.y.high = (*std::max_element(right, total.end()) > 0.7 * most ? 1.5 : 1.18) * most;
    return panel;
}

/// The same small shift for the same pair in every drawing.
double jitter(const ErrorPair& pair) {
    const auto hash = std::hash<std::string>{}(pair.linear + std::to_string(pair.length));
    return (static_cast<double>(hash % 1000) / 999 - 0.5) * 0.5;
}

Panel strips(const ReconstructionError& data, const ErrorScale& scale, const std::string& selectedLinear) {
    Panel panel;
    panel.share = 0.22 * static_cast<double>(data.lengths.size());
    panel.y.title = text("Length, tokens");
    panel.y.brief = text("Length");
    panel.y.scale = AxisScale::Named;
    panel.y.low = -static_cast<double>(data.lengths.size()) + 0.4, panel.y.high = 0.6;
    panel.rightTitle = data.ratio ? text("above 1") : text("median");
    for (std::size_t rank = 0; rank < data.lengths.size(); ++rank) {
        const double y = -static_cast<double>(rank);
        Points points;
        points.rank = static_cast<int>(rank);
        Points rest = points;
        rest.faded = true;
        std::vector<double> values;
        int better = 0;
        for (std::size_t i = 0; i < data.pairs.size(); ++i) {
            const ErrorPair& pair = data.pairs[i];
            if (pair.rank != points.rank) continue;
            values.push_back(pair.value);
            better += pair.value > 1;
            const double x = scale.place(pair.value);
            if (pair.linear == selectedLinear) panel.strokes.push_back({x, y - 0.12, y + 0.12});
            Points& group = data.keeps(pair) ? points : rest;
            group.x.push_back(x);
            group.y.push_back(y + jitter(pair));
            group.item.push_back(static_cast<int>(i));
        }
        panel.y.names.emplace_back(y, count(data.lengths[rank]));
        if (values.empty()) continue;
        const double median = medianOf(values);
        panel.strokes.push_back({scale.place(median), y - 0.36, y + 0.36});
        panel.rightNames.emplace_back(y, data.ratio ? share(better / static_cast<double>(values.size())) : percent(median));
        panel.points.push_back(points);
        if (!rest.x.empty()) panel.points.push_back(rest);
    }
    return panel;
}

QString footnoteOf(const ReconstructionError& data, const ErrorScale& scale) {
    QStringList notes;
    const int pairs = static_cast<int>(data.pairs.size());
    if (data.ratio && !scale.logarithmic) notes << text("bin width %1").arg(QLocale().toString(scale.step, 'g', 3));
    else notes << text("bin width a factor of %1").arg(significant(std::pow(data.ratio ? 2.0 : 10.0, scale.step)));
    notes << text("%1 of %2 pairs inside the axis").arg(count(pairs - scale.outside), count(pairs));
    if (data.dropped > 0)
        notes
            << (data.ratio ? text("%1 pairs without a ratio left out") : text("%1 pairs without error left out")).arg(count(data.dropped));
    notes << (data.heldOut ? text("measured on held-out text") : text("measured on the calibration text"));
    return notes.join(QStringLiteral(" · "));
}

}  // namespace

Chart chartOf(const ReconstructionError& data, const std::string& selectedLinear) {
    Chart chart;
    chart.title = text("Reconstruction error");
    chart.heading = chart.title;
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = data.ratio ? text("No comparison yet") : text("No errors to show yet");
        return chart.description = data.missing, chart;
    }
    const ErrorScale scale = scaleOf(data);
    std::vector<double> values;
    for (const ErrorPair& pair : data.pairs) values.push_back(pair.value);
    const QString pairs = count(static_cast<qint64>(data.pairs.size()));
    if (data.ratio) chart.title = text("Reconstruction error, %1 against %2").arg(data.name, data.baselineName);
    chart.subtitle = text("%1 · %2 · %3 pairs of linear and length").arg(data.model, data.runName, pairs);
    chart.subject = data.ratio ? text("%1 against %2").arg(data.name, data.baselineName) : text("%1 linears × lengths").arg(pairs);
    chart.x = axisOf(data, scale);
    chart.panels = {histogram(data, scale), strips(data, scale, selectedLinear)};
    if (data.ratio) {
        chart.reference = scale.place(1);
        chart.leftOfReference = text("◂ baseline better");
        chart.rightOfReference = text("this run better ▸");
        chart.bigNumber = share(data.shareBetter);
        chart.bigNumberCaption = text("of %1 pairs above 1").arg(pairs);
    } else {
        chart.bigNumber = percent(medianOf(values));
        chart.bigNumberCaption = text("median of %1 pairs").arg(pairs);
    }
    chart.footnote = footnoteOf(data, scale);
    const auto selected =
        std::find_if(data.pairs.begin(), data.pairs.end(), [&](const ErrorPair& pair) { return pair.linear == selectedLinear; });
    if (selected != data.pairs.end())
        chart.footnote += text(" · short strokes: %1").arg(placeName(selected->block, linearName(selectedLinear)));
    for (std::size_t rank = 0; rank < data.lengths.size(); ++rank)
        chart.legend.push_back({text("%1 tokens").arg(count(data.lengths[rank])), LineKind::Smooth, static_cast<int>(rank), true});
    chart.description =
        data.ratio
            ? text("Histogram of the error of %1 divided by the error of %2: %3 of %4 pairs are above 1, where the latter is better. ")
                  .arg(data.baselineName, data.name, chart.bigNumber, pairs)
            : text("Histogram of the relative output error of %1: the median of %2 pairs is %3. ").arg(data.name, pairs, chart.bigNumber);
    chart.description += text("The numbers are in the table of this view.");
    return chart;
}

ChartTable tableOf(const ReconstructionError& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("block"), text("linear"), text("length"), text("relative error")};
    if (data.ratio) table.header.insert(table.header.end(), {text("baseline"), text("ratio")});
    for (const ErrorPair& pair : data.pairs) {
        std::vector<QVariant> row{pair.block, QString::fromStdString(pair.linear), pair.length, pair.relative};
        if (data.ratio) row.insert(row.end(), {pair.baseline, pair.value});
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::vector<std::string> linearsBetween(const ReconstructionError& data, double low, double high) {
    std::vector<std::string> linears;
    if (data.pairs.empty()) return linears;
    const ErrorScale scale = scaleOf(data);
    for (const ErrorPair& pair : data.pairs) {
        const double place = scale.place(pair.value);
        if (place >= low && place <= high && std::find(linears.begin(), linears.end(), pair.linear) == linears.end())
            linears.push_back(pair.linear);
    }
    return linears;
}

int nearestPair(const ReconstructionError& data, double x, double y) {
    if (data.pairs.empty()) return -1;
    const ErrorScale scale = scaleOf(data);
    int nearest = -1;
    double least = 1e300;
    for (std::size_t i = 0; i < data.pairs.size(); ++i) {
        const ErrorPair& pair = data.pairs[i];
        const double dx = (scale.place(pair.value) - x) / (scale.high - scale.low) * 20, dy = jitter(pair) - pair.rank - y;
        if (dx * dx + dy * dy < least) least = dx * dx + dy * dy, nearest = static_cast<int>(i);
    }
    return nearest;
}

QString readout(const ReconstructionError& data, double& x) {
    if (data.pairs.empty()) return {};
    const ErrorScale scale = scaleOf(data);
    const double bin = std::floor((x - scale.low) / scale.step + 1e-9), low = scale.low + bin * scale.step, high = low + scale.step;
    x = low + scale.step / 2;
    const auto shown = [&](double place) {
        const double value = !data.ratio ? std::pow(10.0, place) : scale.logarithmic ? std::exp2(place) : place;
        return data.ratio ? significant(value) : significant(value) + QStringLiteral(" %");
    };
    QString rows;
    for (std::size_t rank = 0; rank < data.lengths.size(); ++rank) {
        const auto here = std::count_if(data.pairs.begin(), data.pairs.end(), [&](const ErrorPair& pair) {
            const double place = scale.place(pair.value);
            return pair.rank == static_cast<int>(rank) && place >= low && place < high;
        });
        rows += QStringLiteral("<tr><td><span style='color:%1'>%2</span> %3</td><td align='right' style='padding-left:12px'>%4</td></tr>")
                    .arg(theme().length(static_cast<int>(rank)).name(), markerCharacter(static_cast<int>(rank)), count(data.lengths[rank]),
                         count(here));
    }
    return QStringLiteral("%1<table cellspacing='0'>%2</table>").arg(strong(text("%1 to %2, pairs").arg(shown(low), shown(high))), rows);
}

}  // namespace qs
