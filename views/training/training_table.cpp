// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers behind every picture, and the card at the crosshair.
#include <algorithm>
#include <cmath>

#include "views/number_text.h"
#include "views/theme.h"
#include "views/training/training_charts.h"

namespace qs {
namespace {

QString named(const std::string& text) { return QString::fromStdString(text); }

ChartTable updatesTable(const TrainingRecord& record) {
    ChartTable table;
    table.header = {TrainingWords::tr("step"),
                    TrainingWords::tr("layer"),
                    TrainingWords::tr("bits"),
                    TrainingWords::tr("gradient variance"),
                    TrainingWords::tr("activation error"),
                    TrainingWords::tr("sensitivity"),
                    TrainingWords::tr("held back"),
                    TrainingWords::tr("back to the width before")};
    for (const TrainingThreshold& limit : record.thresholds)
        table.header.push_back(TrainingWords::tr("limit between %1 and %2 bit").arg(limit.narrower).arg(limit.wider));
    for (const TrainingUpdate& update : record.updates)
        for (std::size_t l = 0; l < record.layers.size(); ++l) {
            table.rows.push_back({static_cast<qlonglong>(update.step), named(record.layers[l]), update.bits[l], update.gradientVariance[l],
                                  update.activationError[l], update.sensitivity[l], int(update.suppressed[l]), int(update.flickers[l])});
            for (const TrainingThreshold& limit : record.thresholds) table.rows.back().emplace_back(limit.sensitivity);
        }
    return table;
}

ChartTable curvesTable(const TrainingRecord& record) {
    ChartTable table;
    table.header = {TrainingWords::tr("variant"),       TrainingWords::tr("step"),          TrainingWords::tr("loss"),
                    TrainingWords::tr("task loss"),     TrainingWords::tr("penalty"),       TrainingWords::tr("distillation"),
                    TrainingWords::tr("learning rate"), TrainingWords::tr("gradient norm"), TrainingWords::tr("average bits")};
    for (const TrainingCurve& curve : record.curves)
        for (const TrainingStep& step : curve.steps)
            table.rows.push_back({named(curve.variant), static_cast<qlonglong>(step.step), step.loss, step.taskLoss, step.penalty,
                                  step.distillation, step.learningRate, step.gradientNorm, step.averageBits});
    return table;
}

ChartTable metricsTable(const TrainingRecord& record) {
    ChartTable table;
    table.header = {TrainingWords::tr("variant"), TrainingWords::tr("average bits"), TrainingWords::tr("metric"),
                    TrainingWords::tr("value"), TrainingWords::tr("standard error")};
    for (const TrainingMetric& metric : record.metrics) {
        double bits = 0;
        for (const TrainingVariant& variant : record.variants)
            if (variant.name == metric.variant) bits = variant.averageBits;
        table.rows.push_back({named(metric.variant), bits, named(metric.metric), metric.value, metric.standardError});
    }
    return table;
}

ChartTable confusionTable(const TrainingRecord& record) {
    ChartTable table;
    table.header = {TrainingWords::tr("variant"), TrainingWords::tr("true class"), TrainingWords::tr("predicted class"),
                    TrainingWords::tr("texts")};
    for (const TrainingConfusion& confusion : record.confusion)
        for (std::size_t r = 0; r < confusion.counts.rows(); ++r)
            for (std::size_t c = 0; c < confusion.counts.cols(); ++c)
                table.rows.push_back({named(confusion.variant), named(record.classes[r]), named(record.classes[c]),
                                      static_cast<qlonglong>(confusion.counts(r, c))});
    return table;
}

ChartTable noiseTable(const TrainingRecord& record) {
    ChartTable table;
    table.header = {TrainingWords::tr("variant"), TrainingWords::tr("level"), TrainingWords::tr("seed"), TrainingWords::tr("accuracy")};
    for (const TrainingNoise& noise : record.noise)
        table.rows.push_back({named(noise.variant), noise.level, static_cast<qlonglong>(noise.seed), noise.accuracy});
    return table;
}

ChartTable costTable(const TrainingRecord& record, const QString& quantity) {
    ChartTable table;
    table.header = {TrainingWords::tr("variant"), TrainingWords::tr("quantity"), TrainingWords::tr("unit"), TrainingWords::tr("value"),
                    TrainingWords::tr("how")};
    for (const TrainingMeasurement& m : record.measurements)
        if (quantity.isEmpty() || named(m.quantity) == quantity)
            table.rows.push_back({named(m.variant), named(m.quantity), named(m.unit), m.value,
                                  m.estimate ? TrainingWords::tr("estimate") : TrainingWords::tr("measured")});
    return table;
}

QString cell(const QString& content) { return QStringLiteral("<td align='right' style='padding-left:12px'>") + content + "</td>"; }

QString card(const QString& title, const QString& rows) {
    return QStringLiteral("<b>%1</b><table cellspacing='0'>%2</table>").arg(title, rows);
}

QString row(const QString& name, const QString& value) {
    return QStringLiteral("<tr><td>%1</td>%2</tr>").arg(name.toHtmlEscaped(), cell(value));
}

/// How many layers have which width behind a step.
QString widthsAt(const TrainingRecord& record, double step) {
    const TrainingUpdate* held = nullptr;
    for (const TrainingUpdate& update : record.updates)
        if (!held || static_cast<double>(update.step) < step) held = &update;
    if (!held) return {};
    std::vector<int> widths(held->bits.begin(), held->bits.end());
    std::sort(widths.begin(), widths.end());
    widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
    QString rows;
    for (const int bits : widths)
        rows += row(TrainingWords::tr("%1 bit").arg(bits),
                    TrainingWords::tr("%1 layers").arg(std::count(held->bits.begin(), held->bits.end(), bits)));
    return rows;
}

QString lossAt(const TrainingData& data, std::int64_t step, bool optimizer) {
    QString rows;
    for (const TrainingCurve& curve : data.record->curves) {
        const auto at = std::lower_bound(curve.steps.begin(), curve.steps.end(), step,
                                         [](const TrainingStep& each, std::int64_t wanted) { return each.step < wanted; });
        if (at == curve.steps.end()) continue;
        if (optimizer && data.rankOf(curve.variant) < 0)
            rows += row(TrainingWords::tr("learning rate"), significant(at->learningRate)) +
                    row(TrainingWords::tr("gradient norm"), significant(at->gradientNorm));
        else if (!optimizer) rows += row(variantName(*data.record, curve.variant), significant(at->taskLoss));
    }
    return rows;
}

}  // namespace

ChartTable tableOf(const TrainingData& data) {
    if (!data.record) return {};
    const TrainingRecord& record = *data.record;
    switch (data.picture) {
        case TrainingPicture::Widths:
        case TrainingPicture::Sensitivity: return updatesTable(record);
        case TrainingPicture::Loss:
        case TrainingPicture::Optimizer: return curvesTable(record);
        case TrainingPicture::Metrics: return metricsTable(record);
        case TrainingPicture::Confusion: return confusionTable(record);
        case TrainingPicture::Noise: return noiseTable(record);
        case TrainingPicture::Speed:
        case TrainingPicture::Size: return costTable(record, data.quantity);
    }
    return {};
}

QString readout(const TrainingData& data, double& x) {
    if (!data.record) return {};
    const bool curves = data.picture == TrainingPicture::Loss || data.picture == TrainingPicture::Optimizer;
    if (!curves && data.picture != TrainingPicture::Widths) return {};
    x = std::clamp(std::round(x), 1.0, std::max(1.0, static_cast<double>(data.stepsDone())));
    const auto step = static_cast<std::int64_t>(x);
    const QString rows = curves ? lossAt(data, step, data.picture == TrainingPicture::Optimizer) : widthsAt(*data.record, x);
    const QString what = data.picture == TrainingPicture::Loss ? TrainingWords::tr("Step %1, task loss") : TrainingWords::tr("Step %1");
    return rows.isEmpty() ? QString() : card(what.arg(count(step)), rows);
}

}  // namespace qs
