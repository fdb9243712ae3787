// SPDX-License-Identifier: GPL-3.0-or-later
// How the diagonal is drawn: every channel faint, a running median on top, the mix in ink; below, the same divided by the mix.
#include <algorithm>
#include <cmath>

#include "views/hessian_diagonal/hessian_diagonal_model.h"
#include "views/number_text.h"
#include "views/rich_text.h"
#include "views/run_names.h"
#include "views/theme.h"

namespace qs {
namespace {

using hessian_diagonal_words::text;

QString tokens(int length) { return text("%1 tokens").arg(count(length)); }

/// Values in drawing order: by rank or by channel.
std::vector<double> ordered(const HessianDiagonal& data, const std::vector<double>& byChannel) {
    if (data.channelOrder == ChannelOrder::Channel) return byChannel;
    std::vector<double> values;
    values.reserve(byChannel.size());
    for (const int channel : data.order) values.push_back(byChannel[static_cast<std::size_t>(channel)]);
    return values;
}

std::vector<double> divided(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> ratio(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) ratio[i] = b[i] > 0 ? a[i] / b[i] : std::nan("");
    return ratio;
}

/// x and y of the entries that a logarithmic axis can show.
void addPositive(Line& line, const std::vector<double>& x, const std::vector<double>& y) {
    line.x.reserve(y.size()), line.y.reserve(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
        if (std::isfinite(y[i]) && y[i] > 0) line.x.push_back(x[i]), line.y.push_back(y[i]);
}

struct Positions {
    std::vector<double> all;    ///< rank from 1, or channel
    std::vector<double> drawn;  ///< of the smooth curves
    std::vector<int> ranks;
};

Positions positionsOf(const HessianDiagonal& data) {
    Positions p;
    const bool byRank = data.channelOrder == ChannelOrder::Rank;
    for (int i = 0; i < data.channels; ++i) p.all.push_back(i + (byRank ? 1 : 0));
    if (byRank) p.ranks = drawnRanks(data.channels - data.dead);
    p.drawn.assign(p.ranks.begin(), p.ranks.end());
    return p;
}

/// One curve: by rank every channel faint and the median on top, by channel every channel at one pixel.
void addCurve(std::vector<Line>& lines, const HessianDiagonal& data, const Positions& p, const std::vector<double>& values, LineKind smooth,
              int rank, bool noise) {
    if (data.channelOrder == ChannelOrder::Channel) {
        lines.push_back({{}, smooth == LineKind::Ghost ? LineKind::Noise : LineKind::Exact, rank, {}, {}});
        return addPositive(lines.back(), p.all, values);
    }
    if (noise) {
        lines.push_back({{}, LineKind::Noise, rank, {}, {}});
        addPositive(lines.back(), p.all, values);
    }
    lines.push_back({{}, smooth, rank, {}, {}});
    addPositive(lines.back(), p.drawn, runningMedian(values, p.ranks));
}

void fitLog(Axis& axis, const std::vector<Line>& lines, double around) {
    double low = 1e300, high = 0;
    for (const Line& line : lines)
        for (const double y : line.y) low = std::min(low, y), high = std::max(high, y);
    if (!(high > 0)) low = 0.1, high = 10;
    if (around > 0) {  // symmetric about `around`, between a factor 1.25 and 16 each way
        const double factor = std::clamp(1.15 * std::max(high / around, around / low), 1.25, 16.0);
        low = around / factor, high = around * factor;
    } else {
        const double pad = std::pow(high / low, 0.05) * 1.05;
        low /= pad, high *= pad;
    }
    axis.low = low, axis.high = high;
}

Panel ratioPanel(const HessianDiagonal& data, const Positions& p, const std::vector<std::vector<double>>& curves) {
    Panel panel;
    panel.share = 0.42;
    panel.y.title = text("× mix");
    panel.y.brief = QStringLiteral("×");
    panel.y.scale = AxisScale::Ratio;
    const auto mix = ordered(data, data.mix);
    if (!data.noise.empty() && data.channelOrder == ChannelOrder::Rank) {
        Band band{text("sampling noise, ± 2 standard errors"), p.drawn, {}, {}};
        for (const int rank : p.ranks) {
            const double spread = 1 + 2 * data.noise[static_cast<std::size_t>(rank - 1)];
            band.low.push_back(1 / spread);
            band.high.push_back(spread);
        }
        panel.bands.push_back(band);
    }
    for (std::size_t i = 0; i < curves.size(); ++i)
        addCurve(panel.lines, data, p, divided(curves[i], mix), LineKind::Smooth, data.curves[i].rank, false);
    for (const auto* ghost : {&data.baselineMix, &data.pinnedMix})
        if (!ghost->empty()) addCurve(panel.lines, data, p, divided(ordered(data, *ghost), mix), LineKind::Ghost, -1, false);
    panel.lines.push_back({{}, LineKind::Mix, -1, {p.all.front(), p.all.back()}, {1, 1}});
    if (data.channelOrder == ChannelOrder::Channel) panel.lines.back().kind = LineKind::Exact;
    fitLog(panel.y, panel.lines, 1);
    for (const Band& band : panel.bands)  // the whole band, as long as it is not wilder than the curves are tall
        for (const double high : band.high) panel.y.high = std::max(panel.y.high, std::min(1.05 * high, 3.0));
    panel.y.low = 1 / panel.y.high;
    return panel;
}

std::vector<LegendEntry> legendOf(const HessianDiagonal& data) {
    std::vector<LegendEntry> legend;
    const bool byRank = data.channelOrder == ChannelOrder::Rank;
    for (const auto& curve : data.curves)
        legend.push_back({tokens(curve.length), byRank ? LineKind::Smooth : LineKind::Exact, curve.rank, false});
    legend.push_back({text("mix (%1)").arg(data.weighting), LineKind::Mix, -1, false});
    if (!data.baselineMix.empty()) legend.push_back({text("baseline: %1").arg(data.baselineWeighting), LineKind::Ghost, -1, false});
    if (!data.pinnedMix.empty()) legend.push_back({text("pinned: %1").arg(data.pinnedName), LineKind::Ghost, -1, false});
    if (byRank && !data.noise.empty()) legend.push_back({text("noise, ± 2 σ"), LineKind::Noise, -1, true});
    return legend;
}

QString footnoteOf(const HessianDiagonal& data) {
    QStringList notes{text("%1 of %2 channels drawn").arg(count(data.channels - data.dead), count(data.channels))};
    if (data.dead > 0) notes << text("%1 dead channels have no mark on a logarithmic axis").arg(count(data.dead));
    if (data.channelOrder == ChannelOrder::Rank) notes << text("faint: every channel, solid: running median over ±9 % of rank");
    if (!data.firstToken) notes << text("first token of every sequence left out");
    return notes.join(QStringLiteral(" · "));
}

QString descriptionOf(const HessianDiagonal& data) {
    const auto top = static_cast<std::size_t>(data.order.front());
    QStringList ratios;
    for (const auto& curve : data.curves)
        if (data.mix[top] > 0) ratios << text("%1: %2 ×").arg(tokens(curve.length), significant(curve.value[top] / data.mix[top]));
    return text(
               "Mean square of %1 input channels of block %2, %3, per sequence length on a logarithmic axis. The largest channel is %4 "
               "with %5 in "
               "the mix; relative to the mix it has %6. The numbers are in the table of this view.")
        .arg(count(data.channels))
        .arg(data.block)
        .arg(data.input)
        .arg(data.order.front())
        .arg(significant(data.mix[top]), ratios.join(QStringLiteral(", ")));
}

}  // namespace

Chart chartOf(const HessianDiagonal& data) {
    Chart chart;
    chart.title = text("Hessian diagonal per sequence length");
    chart.heading = text("Hessian diagonal");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = text("No diagonal to show");
        chart.emptyOptions = data.remedy;
        if (!data.remedy.empty()) chart.emptyAction = text("Record it in the next run");
        return chart.description = data.missing, chart;
    }
    int sequences = 0;
    for (const auto& curve : data.curves) sequences += curve.sequences;
    chart.subtitle = text("%1 · block %2 · %3 · %4 channels · %5 sequences")
                         .arg(data.model)
                         .arg(data.block)
                         .arg(data.input, count(data.channels), count(sequences));
    chart.subject = data.place;
    const Positions p = positionsOf(data);
    const bool byRank = data.channelOrder == ChannelOrder::Rank;
    chart.x.title = byRank ? text("Channel, ranked by the mix") : text("Channel");
    chart.x.scale = byRank ? AxisScale::Log : AxisScale::Linear;
    chart.x.whole = true;
    chart.x.low = byRank ? 0.85 : -0.01 * data.channels;
    chart.x.high = byRank ? data.channels * 1.12 : 1.01 * data.channels;
    Panel top;
    top.y.title = text("E[x²] per token");
    top.y.brief = text("E[x²]");
    top.y.scale = AxisScale::Log;
    std::vector<std::vector<double>> curves;
    for (const auto& curve : data.curves) {
        curves.push_back(ordered(data, curve.value));
        addCurve(top.lines, data, p, curves.back(), LineKind::Smooth, curve.rank, true);
    }
    for (const auto* ghost : {&data.baselineMix, &data.pinnedMix})
        if (!ghost->empty()) addCurve(top.lines, data, p, ordered(data, *ghost), LineKind::Ghost, -1, false);
    addCurve(top.lines, data, p, ordered(data, data.mix), LineKind::Mix, -1, false);
    fitLog(top.y, top.lines, 0);
    double sum = 0;
    for (const double value : data.mix) sum += value;
    const double mean = sum / std::max(1, data.channels - data.dead);
    if (data.damping > 0 && mean > 0) {
        top.levels.push_back(
            {data.damping, text("damping adds %1 of the mean = %2").arg(percent(data.damping / mean), significant(data.damping))});
        top.y.low = std::min(top.y.low, data.damping / 1.5);
    }
    chart.panels = {top, ratioPanel(data, p, curves)};
    chart.panels.back().spareBelow = 190;
    chart.legend = legendOf(data);
    chart.footnote = footnoteOf(data);
    chart.description = descriptionOf(data);
    return chart;
}

ChartTable tableOf(const HessianDiagonal& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("rank"), text("channel")};
    for (const auto& curve : data.curves) table.header.push_back(text("E[x²] at %1 tokens").arg(curve.length));
    table.header.push_back(text("mix"));
    if (!data.baselineMix.empty()) table.header.push_back(text("baseline mix"));
    if (!data.pinnedMix.empty()) table.header.push_back(text("pinned mix"));
    if (!data.noise.empty()) table.header.push_back(text("relative standard error"));
    for (std::size_t r = 0; r < data.order.size(); ++r) {
        const auto channel = static_cast<std::size_t>(data.order[r]);
        std::vector<QVariant> row{static_cast<int>(r) + 1, data.order[r]};
        for (const auto& curve : data.curves) row.emplace_back(curve.value[channel]);
        row.emplace_back(data.mix[channel]);
        if (!data.baselineMix.empty()) row.emplace_back(data.baselineMix[channel]);
        if (!data.pinnedMix.empty()) row.emplace_back(data.pinnedMix[channel]);
        if (!data.noise.empty()) row.emplace_back(data.noise[r]);
        table.rows.push_back(std::move(row));
    }
    return table;
}

int nearestPosition(const HessianDiagonal& data, double x) {
    const int first = data.channelOrder == ChannelOrder::Rank ? 1 : 0;
    return std::clamp(static_cast<int>(std::lround(std::min(x, 1e9))), first, first + data.channels - 1);
}

QString readout(const HessianDiagonal& data, int position) {
    if (!data.missing.isEmpty()) return {};
    const bool byRank = data.channelOrder == ChannelOrder::Rank;
    const int channel = byRank ? data.order[static_cast<std::size_t>(position - 1)] : position;
    const auto c = static_cast<std::size_t>(channel);
    const int rank = static_cast<int>(std::find(data.order.begin(), data.order.end(), channel) - data.order.begin()) + 1;
    QString heads, values, ratios;
    const auto cell = [](const QString& content) {
        return QStringLiteral("<td align='right' style='padding-left:12px'>") + content + "</td>";
    };
    for (const auto& curve : data.curves) {
        heads += cell(QStringLiteral("<span style='color:%1'>%2</span> %3")
                          .arg(theme().length(curve.rank).name(), markerCharacter(curve.rank), count(curve.length)));
        values += cell(significant(curve.value[c]));
        ratios += cell(data.mix[c] > 0 ? significant(curve.value[c] / data.mix[c]) : QStringLiteral("–"));
    }
    return QStringLiteral("%1<table cellspacing='0'><tr><td></td>%2%3</tr><tr><td>E[x²]</td>%4%5</tr><tr><td>× mix</td>%6%7</tr></table>")
        .arg(strong(text("Channel %1, rank %2 of %3").arg(count(channel), count(rank), count(data.channels))))
        .arg(heads, cell(strong(text("mix"))), values, cell(strong(significant(data.mix[c]))), ratios, cell(strong(QString::number(1))));
}

}  // namespace qs
