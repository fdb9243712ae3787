// SPDX-License-Identifier: GPL-3.0-or-later
// Curves over steps: the terms of the loss, the loss of the baselines, learning rate and gradient.
#include <algorithm>
#include <cmath>

#include "views/number_text.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

constexpr std::size_t kDrawn = 100;  // points of a thick line

using Member = double TrainingStep::*;

/// Every step.
Line exactLine(const TrainingCurve& curve, Member member) {
    Line line{{}, LineKind::Noise, -1, {}, {}};
    for (const TrainingStep& step : curve.steps) {
        line.x.push_back(static_cast<double>(step.step));
        line.y.push_back(step.*member);
    }
    return line;
}

std::size_t stepsInAMean(const TrainingCurve& curve) { return std::max<std::size_t>(1, curve.steps.size() / kDrawn); }

/// Means over equal numbers of steps.
Line meanLine(const TrainingCurve& curve, Member member, LineKind kind, int rank) {
    Line line{{}, kind, rank, {}, {}};
    const std::size_t width = stepsInAMean(curve);
    for (std::size_t first = 0; first < curve.steps.size(); first += width) {
        const std::size_t end = std::min(curve.steps.size(), first + width);
        double x = 0, y = 0;
        for (std::size_t i = first; i < end; ++i) x += static_cast<double>(curve.steps[i].step), y += curve.steps[i].*member;
        line.x.push_back(x / static_cast<double>(end - first));
        line.y.push_back(y / static_cast<double>(end - first));
    }
    return line;
}

bool anyOf(const TrainingCurve& curve, Member member) {
    return std::any_of(curve.steps.begin(), curve.steps.end(), [member](const TrainingStep& step) { return step.*member != 0; });
}

/// Logarithmic where the values lie decades apart.
void fitAxis(Panel& panel) {
    double low = 1e300, high = -1e300, least = 1e300;
    for (const Line& line : panel.lines)
        for (const double y : line.y)
            if (std::isfinite(y)) low = std::min(low, y), high = std::max(high, y), least = y > 0 ? std::min(least, y) : least;
    if (!(high >= low)) low = 0, high = 1;
    if (low > 0 && high > 20 * low) {
        panel.y.scale = AxisScale::Log;
        panel.y.low = least / 1.4, panel.y.high = high * 1.4;
        return;
    }
    const double room = std::max(0.06 * (high - low), 1e-12);
    panel.y.low = low >= 0 ? (low < 0.4 * high ? 0 : std::max(0.0, low - room)) : low - room;
    panel.y.high = high + room;
}

const TrainingCurve* ownCurve(const TrainingData& data) {
    return data.record->variants.empty() ? nullptr : data.record->curveOf(data.record->variants.front().name);
}

Panel termsPanel(const TrainingCurve& own, Chart& chart) {
    struct Term {
        Member member;
        QString name;
        LineKind kind;
    };
    const std::vector<Term> terms{{&TrainingStep::loss, TrainingWords::tr("whole loss"), LineKind::Accent},
                                  {&TrainingStep::taskLoss, TrainingWords::tr("task"), LineKind::Strong},
                                  {&TrainingStep::distillation, TrainingWords::tr("distillation"), LineKind::Muted},
                                  {&TrainingStep::penalty, TrainingWords::tr("penalty, before its weight"), LineKind::Dashed}};
    Panel panel;
    panel.title = TrainingWords::tr("Terms of the loss");
    panel.y.title = TrainingWords::tr("Loss, nats");
    panel.lines.push_back(exactLine(own, &TrainingStep::loss));
    for (const Term& term : terms) {
        if (!anyOf(own, term.member)) continue;
        panel.lines.push_back(meanLine(own, term.member, term.kind, -1));
        chart.legend.push_back({term.name, term.kind});
    }
    fitAxis(panel);
    return panel;
}

/// Task loss of all variants that were trained.
Panel baselinesPanel(const TrainingData& data, std::vector<LegendEntry>& legend) {
    Panel panel;
    panel.title = TrainingWords::tr("Task loss against baselines");
    panel.y.title = TrainingWords::tr("Task loss, nats");
    for (const TrainingCurve& curve : data.record->curves) {
        if (curve.steps.empty()) continue;
        const int rank = data.rankOf(curve.variant);
        panel.lines.push_back(meanLine(curve, &TrainingStep::taskLoss, lineKindOf(rank), rank));
        legend.push_back({variantName(*data.record, curve.variant), lineKindOf(rank), rank});
    }
    std::stable_sort(panel.lines.begin(), panel.lines.end(), [](const Line& a, const Line& b) { return a.rank > b.rank; });  // own on top
    fitAxis(panel);
    return panel;
}

void noteMeans(Chart& chart, const TrainingCurve& own) {
    const std::size_t width = stepsInAMean(own);
    chart.footnote =
        width > 1 ? TrainingWords::tr("thin: every step; thick: means of %1 steps").arg(width) : TrainingWords::tr("every step is drawn");
}

}  // namespace

void drawLoss(Chart& chart, const TrainingData& data) {
    const TrainingCurve* own = ownCurve(data);
    std::vector<LegendEntry> variants;
    Panel baselines = baselinesPanel(data, variants);
    chart.x = stepAxis(data);
    if (!own || own->steps.empty()) {
        chart.description = TrainingWords::tr("The model of this run has not made a step yet.");
        if (!baselines.lines.empty()) chart.panels = {baselines}, chart.legend = variants;  // a baseline is trained first
        return;
    }
    chart.panels = {termsPanel(*own, chart)};
    if (baselines.lines.size() > 1) {
        chart.panels.push_back(std::move(baselines));
        chart.legend.insert(chart.legend.end(), variants.begin(), variants.end());
    }
    const TrainingStep &first = own->steps.front(), &last = own->steps.back();
    noteMeans(chart, *own);
    chart.description = TrainingWords::tr(
                            "Loss over %1 steps: %2 at first, %3 at last, of which the task has %4. %5 baselines were trained. "
                            "The numbers are in the table of this view.")
                            .arg(count(last.step), significant(first.loss), significant(last.loss), significant(last.taskLoss))
                            .arg(std::max<std::size_t>(1, data.record->curves.size()) - 1);
    chart.figureHeight = chart.panels.size() > 1 ? 720 : 480;
}

void drawOptimizer(Chart& chart, const TrainingData& data) {
    const TrainingCurve* own = ownCurve(data);
    if (!own || own->steps.empty()) {
        chart.description = TrainingWords::tr("No step has been made yet.");
        return;
    }
    chart.x = stepAxis(data);
    Panel rate, norm;
    rate.title = TrainingWords::tr("Learning rate");
    rate.share = 0.6;
    rate.lines = {meanLine(*own, &TrainingStep::learningRate, LineKind::Strong, -1)};
    norm.title = TrainingWords::tr("Norm of the gradient");
    norm.note = TrainingWords::tr("before it is clipped");
    norm.lines = {exactLine(*own, &TrainingStep::gradientNorm), meanLine(*own, &TrainingStep::gradientNorm, LineKind::Accent, -1)};
    fitAxis(rate);
    fitAxis(norm);
    chart.panels = {rate, norm};
    noteMeans(chart, *own);
    chart.description =
        TrainingWords::tr("Learning rate and norm of the gradient over %1 steps. The rate ends at %2, the norm at %3.")
            .arg(count(own->steps.back().step), significant(own->steps.back().learningRate), significant(own->steps.back().gradientNorm));
    chart.figureHeight = 560;
}

}  // namespace qs::training
