// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/bit_allocation/bit_allocation_model.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "views/block_axis.h"
#include "views/missing_linears.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using bit_allocation_words::text;

/// "down_proj" -> "down".
QString shortRole(const std::string& role) {
    QString name = QString::fromStdString(role);
    if (name.endsWith("_proj")) name.chop(5);
    return name;
}

Panel mapPanel(const BitAllocation& data) {
    Panel panel;
    panel.bare = true;
    panel.share = 0.9;
    panel.ownX = blockAxis(data.blocks);
    panel.ownX->title.clear();
    panel.cornerWord = text("block");
    const auto rows = data.roles.size();
    panel.y.scale = AxisScale::Named;
    panel.y.low = -static_cast<double>(rows) + 0.5, panel.y.high = 0.5;
    HeatMap map;
    map.left = -0.5, map.right = data.blocks - 0.5, map.bottom = panel.y.low, map.top = panel.y.high;
    map.rows = rows, map.columns = static_cast<std::size_t>(data.blocks);
    map.map = ColourMap::Bits, map.gaps = true, map.missing = text("not solved yet");
    for (std::size_t r = 0; r < rows; ++r) {
        panel.y.names.emplace_back(-static_cast<double>(r), shortRole(data.roles[r]));
        for (int b = 0; b < data.blocks; ++b) {
            const auto linear = data.linearAt(static_cast<int>(r), b);
            const int width = linear ? data.plan.widths[*linear] : 0;
            map.values.push_back(linear ? width : std::nan(""));
            map.words.push_back(linear ? QString::number(width) : QString());
            map.faded.push_back(linear && !data.brushed.empty() &&
                                std::find(data.brushed.begin(), data.brushed.end(), data.plan.linears[*linear].name) == data.brushed.end());
            if (linear && data.plan.linears[*linear].name == data.selected)
                panel.boxes.push_back({b - 0.5, b + 0.5, -static_cast<double>(r) - 0.5, -static_cast<double>(r) + 0.5, 0, {}});
        }
    }
    panel.maps.push_back(std::move(map));
    return panel;
}

/// One bar, as long as the model is large, in pieces by width.
Panel sizePanel(const BitAllocation& data) {
    Panel panel;
    panel.bare = true;
    panel.share = 0.08;
    Axis none;
    none.scale = AxisScale::Named;
    none.low = 0, none.high = std::max(data.plan.bytes(), 1.0);
    panel.ownX = none;
    panel.y.scale = AxisScale::Named;
    panel.y.names = {{0.5, text("size")}};
    panel.spareBelow = 310;
    panel.y.low = 0, panel.y.high = 1;
    std::map<int, double> sizes;
    for (std::size_t i = 0; i < data.plan.linears.size(); ++i)
        sizes[data.plan.widths[i]] += data.plan.linears[i].bytesAt(data.plan.widths[i]);
    double left = 0;
    for (const auto& [width, size] : sizes) {
        panel.boxes.push_back({left, left + size, 0.05, 0.95, width, text("%1 bit · %2").arg(width).arg(bytes(size))});
        left += size;
    }
    return panel;
}

/// Errors as they are drawn: percent if relative.
double drawn(const BitPlan& plan, double error) { return plan.objective.empty() ? 100 * error : error; }

QString errorText(const BitPlan& plan) {
    if (plan.objective.empty()) return percent(plan.error());
    const QString number = significant(plan.error());
    return plan.objective == "sensitivity" ? text("%1 nats a token").arg(number) : number;
}

Axis errorAxis(const BitPlan& plan) {
    Axis axis;
    axis.scale = plan.objective.empty() ? AxisScale::Percent : AxisScale::Log;
    axis.title = plan.objective.empty()            ? text("Mean relative output error")
                 : plan.objective == "sensitivity" ? text("Divergence, nats a token")
                                                   : text("Sum of output errors");
    axis.brief = plan.objective.empty() ? text("Rel. error") : plan.objective == "sensitivity" ? text("Divergence") : text("Error");
    return axis;
}

QString footnoteOf(const BitPlan& plan) {
    if (plan.objective == "sensitivity")
        return text(
            "Divergence of the prediction from that of the model, estimated from the errors of every width that this run tried; linears "
            "are solved one by one, so a sum of them is an estimate.");
    if (plan.objective == "absolute")
        return text("Sum of the output errors of every width that this run tried; linears are solved one by one, so a sum is an estimate.");
    if (plan.ofWeights)
        return text(
            "Error of the weights alone, ‖ΔW‖² / ‖W‖², mean over linears: this run has no errors of outputs. Other widths are estimates (a "
            "bit less is 4 × the error).");
    return text(
        "Error: mean over linears and lengths. Other widths than the solved ones are estimates (as measured for a budget, else a bit "
        "less is 4 × the error); a plan is an estimate until it is solved.");
}

/// The baseline: dashed lines from both axes to where it stands.
void addBaseline(Panel& panel, const BitAllocation& data) {
    if (!data.baseline) return;
    const BitBaseline& base = *data.baseline;
    const bool placed = base.comparable && base.error > 0;
    const double y =
        placed ? drawn(data.plan, base.error) : panel.y.high * std::pow(panel.y.low / panel.y.high, 0.15);  // below the word of the handle
    panel.lines.push_back({{}, LineKind::Ghost, -1, {base.averageBits, base.averageBits}, {panel.y.low, y}});
    if (placed) panel.lines.push_back({{}, LineKind::Ghost, -1, {panel.ownX->low, base.averageBits}, {y, y}});
}

Panel curvePanel(const BitAllocation& data) {
    Panel panel;
    Axis axis;
    axis.title = text("Average bits per weight");
    axis.low = 1.85, axis.high = 8.15;
    axis.whole = true;
    panel.ownX = axis;
    panel.y = errorAxis(data.plan);
    Line curve{{}, LineKind::Accent, -1, {}, {}};
    double low = 1e300, high = 0;
    for (const auto& [bits, error] : data.curve) {
        if (!(error > 0)) continue;
        curve.x.push_back(bits);
        curve.y.push_back(drawn(data.plan, error));
        low = std::min(low, curve.y.back()), high = std::max(high, curve.y.back());
    }
    for (const auto& [width, place] : data.uniform) {
        if (!(place.second > 0)) continue;
        const double y = drawn(data.plan, place.second);
        const bool atHandle =
            width > data.plan.choices.front() && data.handle > width - 0.1 && data.handle < width + 1;  // its line is not crossed
        panel.marks.push_back(
            {place.first, y, true, false, data.low ? QString::number(width) : text("all %1 bit").arg(width), atHandle, false});
        low = std::min(low, y), high = std::max(high, y);
    }
    const double error = drawn(data.plan, data.plan.error());
    if (error > 0) panel.marks.push_back({data.plan.averageBits(), error, false, true, {}, false, false});
    panel.handle = {data.handle, text("budget %1").arg(fixedDecimals(data.handle, 2))};
    if (data.baseline && data.baseline->comparable && data.baseline->error > 0) {
        const double y = drawn(data.plan, data.baseline->error);
        low = std::min(low, y), high = std::max(high, y);
    }
    panel.y.low = (high > 0 ? low : 0.1) / 4, panel.y.high = (high > 0 ? high : 10) * 5;
    addBaseline(panel, data);
    panel.lines.push_back(std::move(curve));
    return panel;
}

}  // namespace

std::optional<std::size_t> BitAllocation::linearAt(int row, int block) const {
    if (row < 0 || row >= static_cast<int>(roles.size())) return std::nullopt;
    for (std::size_t i = 0; i < plan.linears.size(); ++i)
        if (plan.linears[i].block == block && plan.linears[i].role == roles[static_cast<std::size_t>(row)]) return i;
    return std::nullopt;
}

namespace {

/// None if it has no plan, or is damaged: that is said where it was opened.
std::optional<BitBaseline> baselineOf(const RunFile& run, const BitPlan& own) {
    try {
        const BitPlan plan = planOf(run);
        if (plan.linears.empty() || !plan.solved) return std::nullopt;
        BitBaseline baseline{runName(run), plan.averageBits(), plan.error(), false, {}};
        baseline.comparable = plan.objective == own.objective && plan.ofWeights == own.ofWeights;
        for (const PlannedLinear& linear : plan.linears) baseline.widths[linear.name] = linear.bits;
        return baseline;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

BitGround bitGround(const RunFile* run, const RunFile* baseline) {
    BitGround ground;
    if (!run) return ground.missing = text("Open a run, or start one, to see what each linear costs."), ground;
    ground.plan = planOf(*run);
    if (ground.plan.linears.empty()) return ground.missing = noLinearYet(*run), ground;
    ground.blocks = run->provenance().blocks;
    for (const PlannedLinear& linear : ground.plan.linears) {
        ground.blocks = std::max(ground.blocks, linear.block + 1);
        if (std::find(ground.roles.begin(), ground.roles.end(), linear.role) == ground.roles.end()) ground.roles.push_back(linear.role);
    }
    for (const int width : ground.plan.choices) ground.uniform.push_back({width, {double(width), uniformPlan(ground.plan, width).error()}});
    if (!ground.plan.solved) ground.budget = std::stod(optionOf(*run, "budget", "0"));
    ground.model = modelName(*run);
    ground.runName = runName(*run);
    if (baseline && baseline != run) ground.baseline = baselineOf(*baseline, ground.plan);
    return ground;
}

BitAllocation bitAllocation(const ViewInput& input) {
    BitGround ground = bitGround(input.run.get(), input.baseline.get());
    if (ground.missing.isEmpty()) ground.curve = paretoCurve(ground.plan);
    return bitAllocation(input, ground);
}

BitAllocation bitAllocation(const ViewInput& input, const BitGround& ground) {
    BitAllocation data{ground, {}, {}, 0, input.settings.value("low").toBool()};
    if (!data.missing.isEmpty()) return data;
    data.handle = data.plan.averageBits();
    const double budget = input.settings.value("budget").toDouble(data.budget);
    if (budget > 0) {
        data.handle = std::clamp(budget, 2.0, 8.0);
        data.plan = planFor(data.plan, data.handle);
    }
    const QJsonObject moves = input.settings.value("moves").toObject();
    for (std::size_t i = 0; i < data.plan.linears.size(); ++i)
        if (const int steps = moves.value(QString::fromStdString(data.plan.linears[i].name)).toInt(); steps != 0)
            moveWidth(data.plan, i, steps);
    data.selected = input.selection.linear;
    data.brushed = input.selection.brushed;
    return data;
}

namespace {

/// How many linears have another width in the baseline.
QString baselineWords(const BitAllocation& data) {
    int others = 0, common = 0;
    for (std::size_t i = 0; i < data.plan.linears.size(); ++i)
        if (const auto found = data.baseline->widths.find(data.plan.linears[i].name); found != data.baseline->widths.end())
            ++common, others += found->second != data.plan.widths[i];
    return text("Dashed: the baseline, %1 bits on average, other widths in %2 of %3 linears.")
        .arg(fixedDecimals(data.baseline->averageBits, 2))
        .arg(others)
        .arg(common);
}

}  // namespace

Chart chartOf(const BitAllocation& data) {
    Chart chart;
    chart.title = chart.heading = text("Bit allocation");
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = text("No bits to show yet");
        return chart.description = data.missing, chart;
    }
    const bool solved = data.plan.asSolved();
    chart.subject = solved             ? text("as solved")
                    : data.plan.solved ? text("plan, not solved")
                                       : text("plan of the widths tried so far, not solved");
    chart.subtitle =
        text("%1 · %2 · inputs shared by several linears keep one width · size without embeddings").arg(data.model, data.runName);
    chart.lead = text("%1 bits on average").arg(fixedDecimals(data.plan.averageBits(), 2));
    chart.leadDetail = bytes(data.plan.bytes());
    const bool measured = solved && data.plan.objective.empty();
    if (measured) chart.leadDetail += text(" · error %1").arg(errorText(data.plan));
    else
        chart.leadEstimate = data.plan.objective == "sensitivity" ? text("divergence ≈ %1 estimate").arg(errorText(data.plan))
                                                                  : text("error ≈ %1 estimate").arg(errorText(data.plan));
    chart.figureHeight = 660;
    chart.panels = {mapPanel(data), sizePanel(data), curvePanel(data)};
    if (data.low) {
        Chart column;
        column.width = 0.8;
        column.x = *chart.panels.back().ownX;
        column.panels = {chart.panels.back()};
        chart.panels.pop_back();
        chart.beside = {std::move(column)};
    }
    for (const int width : data.plan.choices)
        chart.legend.push_back({width == data.plan.choices.back() ? text("bits") : QString(), LineKind::Smooth, -1, false, width});
    chart.legend.push_back({text("uniform"), LineKind::Smooth, -1, false, 0, 1});
    chart.legend.push_back({solved ? text("this run") : text("this plan, estimate"), LineKind::Smooth, -1, false, 0, 2});
    chart.footnote = footnoteOf(data.plan);
    if (data.baseline) {
        chart.legend.push_back({text("baseline: %1").arg(data.baseline->name), LineKind::Ghost, -1});
        chart.footnote += QStringLiteral(" ") + baselineWords(data);
    }
    chart.description = text(
                            "Map of the bits of %1 linears in %2 blocks: %3 bits on average, %4, error %5%6. Below it the "
                            "best error for every size. The numbers are in the table of this view.")
                            .arg(data.plan.linears.size())
                            .arg(data.blocks)
                            .arg(fixedDecimals(data.plan.averageBits(), 2), bytes(data.plan.bytes()), errorText(data.plan),
                                 measured ? QString() : text(" (estimate)"));
    return chart;
}

ChartTable tableOf(const BitAllocation& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    table.header = {text("block"),   text("linear"),
                    text("bits"),    text("solved bits"),
                    text("bytes"),   data.plan.objective.empty() ? text("relative error") : text("part of the objective"),
                    text("estimate")};
    if (data.baseline) table.header.push_back(text("baseline bits"));
    for (std::size_t i = 0; i < data.plan.linears.size(); ++i) {
        const PlannedLinear& linear = data.plan.linears[i];
        const int width = data.plan.widths[i];
        table.rows.push_back({linear.block, QString::fromStdString(linear.name), width, linear.bits, linear.bytesAt(width),
                              linear.errorAt(width), width == linear.bits && data.plan.objective.empty() ? text("no") : text("yes")});
        if (!data.baseline) continue;
        const auto found = data.baseline->widths.find(linear.name);
        table.rows.back().push_back(found != data.baseline->widths.end() ? QVariant(found->second) : QVariant());
    }
    return table;
}

Figure bitAllocationFigure(const ViewInput& input) {
    const BitAllocation data = bitAllocation(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
