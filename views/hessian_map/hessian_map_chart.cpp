// SPDX-License-Identifier: GPL-3.0-or-later
// How the map is drawn: one strip an input with the shortest length on top, one scale of colours, the spectrum of the selection beside it.
#include <algorithm>
#include <cmath>

#include "views/block_axis.h"
#include "views/hessian_map/hessian_map_model.h"
#include "views/number_text.h"
#include "views/plot/ticks.h"
#include "views/rich_text.h"
#include "views/run_names.h"
#include "views/theme.h"
#include "views/thinning.h"

namespace qs {
namespace {

using hessian_map_words::text;

/// How a statistic becomes a colour.
struct MapScale {
    QString title, brief, words;  ///< of the bar, where it is long and where it is short; of the subtitle
    ColourMap map = ColourMap::Viridis;
    bool logarithmic = false, ratio = false;
    double low = 0, high = 1;  ///< of the drawn quantity: log₂ of ratios, log₁₀ of condition numbers
    double place(double value) const { return ratio ? std::log2(value) : logarithmic ? std::log10(value) : value; }
};

MapScale scaleOf(const HessianMap& data) {
    MapScale scale;
    scale.ratio = data.statistic == MapStatistic::Trace;
    scale.logarithmic = data.statistic == MapStatistic::Condition;
    const QString longest = count(data.lengths.back());
    switch (data.statistic) {
        case MapStatistic::Trace: scale.title = text("Trace per token, relative to %1").arg(longest); break;
        case MapStatistic::Condition: scale.title = text("Condition number"); break;
        case MapStatistic::EffectiveRank: scale.title = text("Effective rank"); break;
        case MapStatistic::TopShare: scale.title = text("Largest eigenvalue, share of the trace"); break;
        case MapStatistic::Drift: scale.title = text("Drift from %1 tokens, relative").arg(longest); break;
    }
    if (data.statistic == MapStatistic::Trace) scale.brief = text("Trace / %1").arg(longest);
    if (data.statistic == MapStatistic::TopShare) scale.brief = text("Largest share");
    if (data.statistic == MapStatistic::Drift) scale.brief = text("Drift");
    scale.words = scale.title.left(1).toLower() + scale.title.mid(1);
    double low = 1e300, high = -1e300;
    for (const auto& strip : data.strips)
        for (const double value : strip.values)
            if (std::isfinite(value) && (value > 0 || !(scale.ratio || scale.logarithmic)))
                low = std::min(low, scale.place(value)), high = std::max(high, scale.place(value));
    if (!(high >= low)) low = 0, high = 1;
    if (scale.ratio) {
        scale.map = ColourMap::Diverging;
        const double reach = std::clamp(std::ceil(std::max(std::abs(low), std::abs(high)) - 0.05), 1.0, 6.0);
        scale.low = -reach, scale.high = reach;
        return scale;
    }
    scale.map = data.cividis ? ColourMap::Cividis : ColourMap::Viridis;
    scale.low = data.statistic == MapStatistic::Condition ? std::floor(low) : 0;
    scale.high = data.statistic == MapStatistic::Condition ? std::max(std::ceil(high), scale.low + 1) : std::max(high, 1e-6);
    return scale;
}

ColourBar barOf(const MapScale& scale) {
    ColourBar bar;
    bar.shown = true;
    bar.map = scale.map;
    bar.axis.title = scale.title;
    bar.axis.brief = scale.brief;
    bar.axis.low = scale.low, bar.axis.high = scale.high;
    if (!scale.ratio && !scale.logarithmic) return bar;
    Axis real;
    real.scale = scale.ratio ? AxisScale::Ratio : AxisScale::Log;
    const double base = scale.ratio ? 2 : 10;
    bar.axis.scale = AxisScale::Named;
    for (const Tick& tick : ticksOf(real, std::pow(base, scale.low), std::pow(base, scale.high), 8))
        bar.axis.names.emplace_back(std::log(tick.value) / std::log(base), scale.ratio ? tick.label + QStringLiteral(" ×") : tick.label);
    return bar;
}

constexpr int kStripWords = 26, kLeastRow = 13, kBlockAxis = 46;  // pixels: of a strip's title and gap, a row with its name, the axis

/// Strips by how much one wants to see them: that of the selection, then those with the widest range of values.
std::vector<std::size_t> byInterest(const HessianMap& data, const MapScale& scale) {
    std::vector<std::size_t> order;
    std::vector<double> range;
    for (std::size_t i = 0; i < data.strips.size(); ++i) {
        double low = 1e300, high = -1e300;
        for (const double value : data.strips[i].values)
            if (std::isfinite(value)) low = std::min(low, scale.place(value)), high = std::max(high, scale.place(value));
        order.push_back(i);
        range.push_back(data.strips[i].tag == data.selectedTag ? 1e300 : high - low);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return range[a] > range[b]; });
    return order;
}

/// "block 28 selected: trace at 256 is 4.5 × the trace at 2 048".
QString noteOf(const HessianMap& data, const HessianMap::Strip& strip) {
    const double value = strip.at(0, data.selectedBlock, data.blocks);
    if (!std::isfinite(value)) return text("block %1 selected").arg(data.selectedBlock);
    if (data.statistic != MapStatistic::Trace)
        return text("block %1 selected: %2 at %3 tokens").arg(data.selectedBlock).arg(significant(value), count(data.lengths.front()));
    return text("block %1 selected: trace at %2 is %3 × the trace at %4")
        .arg(data.selectedBlock)
        .arg(count(data.lengths.front()), significant(value, 2), count(data.lengths.back()));
}

Panel stripPanel(const HessianMap& data, std::size_t index, const MapScale& scale) {
    const HessianMap::Strip& strip = data.strips[index];
    const auto rows = data.lengths.size();
    Panel panel;
    panel.bare = true;
    panel.title = inputTitle(strip.tag);
    panel.y.scale = AxisScale::Named;
    panel.y.low = -static_cast<double>(rows) + 0.5, panel.y.high = 0.5;
    for (std::size_t r = 0; r < rows; ++r) panel.y.names.emplace_back(-static_cast<double>(r), count(data.lengths[r]));
    HeatMap map;
    map.left = -0.5, map.right = data.blocks - 0.5;
    map.bottom = panel.y.low, map.top = panel.y.high;
    map.rows = rows, map.columns = static_cast<std::size_t>(data.blocks);
    map.map = scale.map, map.low = scale.low, map.high = scale.high;
    for (const double value : strip.values) map.values.push_back(std::isfinite(value) ? scale.place(value) : value);
    if (!data.keptBlocks.empty())
        for (std::size_t r = 0; r < rows; ++r)
            for (int b = 0; b < data.blocks; ++b)
                map.faded.push_back(std::find(data.keptBlocks.begin(), data.keptBlocks.end(), b) == data.keptBlocks.end());
    if (strip.tag == data.selectedTag) map.missing = text("not recorded yet");
    panel.maps.push_back(std::move(map));
    const bool selected = strip.tag == data.selectedTag && data.selectedBlock >= 0 && data.selectedBlock < data.blocks;
    if (selected) panel.boxes.push_back({data.selectedBlock - 0.5, data.selectedBlock + 0.5, panel.y.low, panel.y.high, 0, {}});
    panel.note = selected ? noteOf(data, strip) : index == 0 ? text("rows: sequence length in tokens") : QString();
    return panel;
}

/// The curves over drawn ranks; eigenvalues more than nine decades below the largest are left out and counted.
Chart spectrumChart(const HessianMap& data, int& dropped) {
    Chart chart;
    chart.width = 0.42;
    chart.x.scale = AxisScale::Log;
    chart.x.title = text("Eigenvalue rank");
    chart.x.brief = text("Rank");
    Panel panel;
    panel.title = text("Spectrum");
    panel.note = text("block %1, %2").arg(data.selectedBlock).arg(inputTitle(data.selectedTag));
    panel.y.scale = AxisScale::Log;
    panel.y.title = text("Eigenvalue of H per token");
    panel.y.brief = text("Eigenvalue");
    double high = 0;
    std::size_t longest = 1;
    for (const auto& spectrum : data.spectra) high = std::max<double>(high, spectrum.eigenvalues.front());
    const double floor = high * 1e-9;
    double low = high;
    const auto add = [&](const HessianMap::Spectrum& spectrum, LineKind kind) {
        Line line{{}, kind, spectrum.rank, {}, {}};
        longest = std::max(longest, spectrum.eigenvalues.size());
        for (const float value : spectrum.eigenvalues) dropped += kind == LineKind::Smooth && value <= floor;
        for (const int rank : drawnRanks(static_cast<int>(spectrum.eigenvalues.size()))) {
            const double value = spectrum.eigenvalues[static_cast<std::size_t>(rank - 1)];
            if (value <= floor) break;
            line.x.push_back(rank);
            line.y.push_back(value);
            low = std::min(low, value);
        }
        panel.lines.push_back(std::move(line));
    };
    for (const auto& spectrum : data.spectra) add(spectrum, LineKind::Smooth);
    if (!data.baseline.eigenvalues.empty()) {
        high = std::max<double>(high, data.baseline.eigenvalues.front());
        add(data.baseline, LineKind::Ghost);
    }
    panel.y.low = low / 1.5, panel.y.high = high * 2;
    chart.x.low = 0.85, chart.x.high = static_cast<double>(longest) * 1.12;
    chart.panels = {panel};
    return chart;
}

QString descriptionOf(const HessianMap& data, const MapScale& scale) {
    double most = -1e300;
    int block = 0;
    std::size_t length = 0;
    QString where;
    for (const auto& strip : data.strips)
        for (std::size_t r = 0; r < data.lengths.size(); ++r)
            for (int b = 0; b < data.blocks; ++b)
                if (const double v = strip.at(r, b, data.blocks); std::isfinite(v) && v > most)
                    most = v, block = b, length = r, where = inputTitle(strip.tag);
    return text(
               "Heat map of the %1 for %2 blocks, %3 inputs and %4 lengths. The largest value, %5, is at block %6, %7, %8 tokens. "
               "The numbers are in the table of this view.")
        .arg(scale.words)
        .arg(data.blocks)
        .arg(data.strips.size())
        .arg(data.lengths.size())
        .arg(significant(most))
        .arg(block)
        .arg(where, count(data.lengths[length]));
}

}  // namespace

Chart chartOf(const HessianMap& data) {
    Chart chart;
    chart.title = text("Hessian map");
    chart.heading = chart.title;
    if (!data.missing.isEmpty()) {
        chart.description = data.missing;
        chart.emptyTitle = data.missingTitle;
        chart.emptyOptions = data.remedy;
        if (!data.remedy.empty()) chart.emptyAction = text("Record it in the next run");
        return chart;
    }
    const MapScale scale = scaleOf(data);
    chart.title = text("Hessian map: %1").arg(scale.words);
    chart.subject = data.recorded < data.blocks ? text("recorded up to block %1").arg(data.recorded - 1) : scale.words;
    chart.subtitle = text("%1 · %2 inputs per block · %3").arg(data.model).arg(data.strips.size()).arg(data.sequences);
    chart.figureHeight = 560;
    chart.x = blockAxis(data.blocks);
    for (std::size_t i = 0; i < data.strips.size(); ++i) chart.panels.push_back(stripPanel(data, i, scale));
    int height = kBlockAxis;
    for (const std::size_t i : byInterest(data, scale)) {
        const bool first = height == kBlockAxis;
        height += kStripWords + kLeastRow * static_cast<int>(data.lengths.size());
        chart.panels[i].spareBelow = first ? 0 : height;
    }
    chart.spared = text("other inputs in a higher view");
    chart.colourBar = barOf(scale);
    int dropped = 0;
    if (!data.spectra.empty()) {
        chart.beside.push_back(spectrumChart(data, dropped));
        for (const auto& spectrum : data.spectra)
            chart.legend.push_back({text("%1 tokens").arg(count(spectrum.length)), LineKind::Smooth, spectrum.rank});
        if (!data.baseline.eigenvalues.empty())
            chart.legend.push_back(
                {text("baseline: %1, %2 tokens").arg(data.baselineName, count(data.baseline.length)), LineKind::Ghost, -1});
    }
    QStringList notes{text("%1 of %2 blocks recorded").arg(data.recorded).arg(data.blocks)};
    if (dropped > 0) notes << text("%1 eigenvalues below 10⁻⁹ of the largest not drawn").arg(count(dropped));
    if (data.spectra.empty()) notes << text("no spectrum recorded for this input");
    chart.footnote = notes.join(QStringLiteral(" · "));
    chart.description = descriptionOf(data, scale);
    return chart;
}

ChartTable tableOf(const HessianMap& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("block"), text("input"), text("length"), scaleOf(data).words};
    for (int block = 0; block < data.blocks; ++block)
        for (const auto& strip : data.strips)
            for (std::size_t r = 0; r < data.lengths.size(); ++r)
                if (const double value = strip.at(r, block, data.blocks); std::isfinite(value))
                    table.rows.push_back({block, QString::fromStdString(strip.tag), data.lengths[r], value});
    return table;
}

QString readout(const HessianMap& data, int block) {
    if (!data.missing.isEmpty() || block < 0 || block >= data.blocks) return {};
    QString head, rows;
    const auto cell = [](const QString& content) {
        return QStringLiteral("<td align='right' style='padding-left:12px'>") + content + "</td>";
    };
    for (std::size_t r = 0; r < data.lengths.size(); ++r)
        head += cell(QStringLiteral("<span style='color:%1'>%2</span> %3")
                         .arg(theme().length(static_cast<int>(r)).name(), markerCharacter(static_cast<int>(r)), count(data.lengths[r])));
    for (const auto& strip : data.strips) {
        rows += "<tr><td>" + inputTitle(strip.tag) + "</td>";
        for (std::size_t r = 0; r < data.lengths.size(); ++r) rows += cell(significant(strip.at(r, block, data.blocks)));
        rows += "</tr>";
    }
    return QStringLiteral("%1<table cellspacing='0'><tr><td></td>%2</tr>%3</table>").arg(strong(text("Block %1").arg(block)), head, rows);
}

}  // namespace qs
