// SPDX-License-Identifier: GPL-3.0-or-later
// Which classes are taken for which, and how accuracy falls when the layers are disturbed.
#include <algorithm>
#include <cmath>
#include <map>

#include "views/number_text.h"
#include "views/training/training_charts.h"

namespace qs::training {
namespace {

const TrainingConfusion* confusionOf(const TrainingRecord& record, const std::string& variant) {
    for (const TrainingConfusion& confusion : record.confusion)
        if (confusion.variant == variant) return &confusion;
    return nullptr;
}

std::int64_t rowSum(const Matrix<std::int64_t>& counts, std::size_t row) {
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < counts.cols(); ++c) sum += counts(row, c);
    return sum;
}

/// True classes from top to bottom.
Axis classAxis(const TrainingRecord& record, bool named) {
    Axis axis;
    axis.scale = AxisScale::Named;
    axis.low = 0.5 - static_cast<double>(record.classes.size()), axis.high = 0.5;
    for (std::size_t k = 0; named && k < record.classes.size(); ++k)
        axis.names.emplace_back(-static_cast<double>(k), QString::fromStdString(record.classes[k]));
    return axis;
}

/// Shares on a square root, so that a confusion of one in a hundred can be seen and none is still none.
ColourBar shareBar() {
    ColourBar bar;
    bar.shown = true;
    bar.axis.title = TrainingWords::tr("Share of the true class");
    bar.axis.scale = AxisScale::Named;
    for (const int share : {0, 1, 5, 10, 25, 50, 100})
        bar.axis.names.emplace_back(std::sqrt(share / 100.0), QStringLiteral("%1 %").arg(share));
    return bar;
}

Panel matrixPanel(const TrainingData& data, const Matrix<std::int64_t>& counts) {
    Panel panel;
    panel.bare = true;
    panel.title = TrainingWords::tr("Texts by true class, down, and predicted class, across");
    panel.y = classAxis(*data.record, true);
    HeatMap map;
    map.left = -0.5, map.right = static_cast<double>(counts.cols()) - 0.5;
    map.bottom = panel.y.low, map.top = panel.y.high;
    map.rows = counts.rows(), map.columns = counts.cols();
    map.gaps = true;
    for (std::size_t r = 0; r < counts.rows(); ++r)
        for (std::size_t c = 0; c < counts.cols(); ++c) {
            const auto all = static_cast<double>(std::max<std::int64_t>(1, rowSum(counts, r)));
            map.values.push_back(std::sqrt(static_cast<double>(counts(r, c)) / all));
            map.words.push_back(counts(r, c) > 0 ? count(counts(r, c)) : QString());
        }
    panel.maps = {map};
    return panel;
}

/// Recall of every class, of all models that have a confusion.
Chart recallChart(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    Chart recall;
    recall.width = 0.5;
    recall.x.title = TrainingWords::tr("Recall, %");
    Panel panel;
    panel.title = TrainingWords::tr("Found of every class");
    panel.y = classAxis(record, false);
    double least = 100;
    for (auto confusion = record.confusion.rbegin(); confusion != record.confusion.rend(); ++confusion) {  // own on top
        Points points;
        points.rank = data.rankOf(confusion->variant), points.fill = Fill::Solid;
        for (std::size_t k = 0; k < confusion->counts.rows(); ++k) {
            const std::int64_t all = rowSum(confusion->counts, k);
            if (all == 0) continue;
            points.x.push_back(100.0 * static_cast<double>(confusion->counts(k, k)) / static_cast<double>(all));
            points.y.push_back(-static_cast<double>(k));
            least = std::min(least, points.x.back());
        }
        panel.points.push_back(std::move(points));
    }
    for (const TrainingConfusion& confusion : record.confusion)
        chart.legend.push_back({variantName(record, confusion.variant), LineKind::Smooth, data.rankOf(confusion.variant), false, 0, 3});
    recall.x.high = 100 + 0.04 * (100 - least) + 0.2, recall.x.low = std::max(0.0, least - 0.08 * (100 - least) - 0.2);
    recall.panels = {panel};
    return recall;
}

/// "de taken for nl 4 times".
QString worstOf(const TrainingRecord& record, const Matrix<std::int64_t>& counts) {
    std::int64_t most = 0;
    std::size_t row = 0, column = 0;
    for (std::size_t r = 0; r < counts.rows(); ++r)
        for (std::size_t c = 0; c < counts.cols(); ++c)
            if (r != c && counts(r, c) > most) most = counts(r, c), row = r, column = c;
    if (most == 0) return TrainingWords::tr("nothing was confused");
    return TrainingWords::tr("most often %1 was taken for %2: %3 of %4")
        .arg(QString::fromStdString(record.classes[row]), QString::fromStdString(record.classes[column]), count(most),
             count(rowSum(counts, row)));
}

/// What all draws at a level gave.
struct Accuracies {
    std::vector<double> values;
    double mean() const {
        double sum = 0;
        for (const double v : values) sum += v;
        return sum / static_cast<double>(values.size());
    }
    double deviation() const {
        double squares = 0;
        const double m = mean();
        for (const double v : values) squares += (v - m) * (v - m);
        return values.size() > 1 ? std::sqrt(squares / static_cast<double>(values.size() - 1)) : 0;
    }
};

/// A curve of means with bars of one standard deviation, and every draw as a pale dot.
void addNoise(Panel& panel, const std::map<double, Accuracies>& levels, int rank, double shift) {
    Line means{{}, lineKindOf(rank), rank, {}, {}};
    Points draws;
    for (const auto& [level, accuracies] : levels) {
        const double x = level * shift, mean = 100 * accuracies.mean(), deviation = 100 * accuracies.deviation();
        means.x.push_back(x);
        means.y.push_back(mean);
        panel.lines.push_back({{}, rank < 0 ? LineKind::Accent : LineKind::Exact, rank, {x, x}, {mean - deviation, mean + deviation}});
        panel.y.low = std::min(panel.y.low, mean - deviation), panel.y.high = std::max(panel.y.high, mean + deviation);
        for (const double value : accuracies.values) panel.y.low = std::min(panel.y.low, 100 * value);
        for (const double value : accuracies.values) draws.x.push_back(x), draws.y.push_back(100 * value);
    }
    draws.rank = rank, draws.faded = true;
    panel.points.push_back(std::move(draws));
    if (rank < 0) panel.points.push_back({rank, means.x, means.y, {}, false, Fill::Solid});  // other lines have markers
    panel.lines.push_back(std::move(means));
}

/// Whose classes the confusion counts.
qint64 testTexts(const TrainingRecord& record) {
    qint64 all = 0;
    if (!record.confusion.empty())
        for (const std::int64_t texts : record.confusion.front().counts.values()) all += texts;
    return all;
}

}  // namespace

void drawConfusion(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    const TrainingConfusion* confusion = confusionOf(record, data.variant);
    if (!confusion || record.classes.empty()) {
        chart.description = record.task == "classification" ? TrainingWords::tr("Classes are counted when the training ends.")
                                                            : TrainingWords::tr("A language model has no classes.");
        return;
    }
    const QString name = variantName(record, confusion->variant);
    chart.title = TrainingWords::tr("Confusion of classes: %1").arg(name);
    chart.x = classAxis(record, false);
    chart.x.title = TrainingWords::tr("Predicted class");
    chart.x.low = -0.5, chart.x.high = static_cast<double>(record.classes.size()) - 0.5;
    for (std::size_t k = 0; k < record.classes.size(); ++k)
        chart.x.names.emplace_back(static_cast<double>(k), QString::fromStdString(record.classes[k]));
    chart.panels = {matrixPanel(data, confusion->counts)};
    chart.colourBar = shareBar();
    chart.beside = {recallChart(chart, data)};
    std::int64_t all = 0, right = 0;
    for (std::size_t k = 0; k < record.classes.size(); ++k) all += rowSum(confusion->counts, k), right += confusion->counts(k, k);
    const QString worst = worstOf(record, confusion->counts);
    chart.footnote = TrainingWords::tr("%1 of %2 texts right").arg(count(right), count(all)) + QStringLiteral(" · ") + worst;
    chart.description =
        TrainingWords::tr("Confusion of %1 classes by %2: %3 of %4 texts right; %5. The numbers are in the table of this view.")
            .arg(record.classes.size())
            .arg(name, count(right), count(all), worst);
    chart.figureHeight = std::clamp(220 + 30 * static_cast<int>(record.classes.size()), 420, 900);
}

void drawNoise(Chart& chart, const TrainingData& data) {
    const TrainingRecord& record = *data.record;
    std::map<std::string, std::map<double, Accuracies>> variants;
    for (const TrainingNoise& noise : record.noise) variants[noise.variant][noise.level].values.push_back(noise.accuracy);
    if (variants.empty()) {
        chart.description = TrainingWords::tr("Accuracy under noise is measured when the training of a classifier ends.");
        return;
    }
    Panel panel;
    panel.y.title = TrainingWords::tr("Accuracy, %");
    panel.y.low = 100, panel.y.high = 0;
    std::size_t draws = 0;
    double low = 1e300, high = 0;
    QStringList words;
    int drawn = 0;
    for (const TrainingVariant& variant : record.variants) {
        const auto found = variants.find(variant.name);
        if (found == variants.end()) continue;
        const int rank = data.rankOf(variant.name);
        const double shift = 1 + 0.025 * (drawn++ - (static_cast<double>(variants.size()) - 1) / 2);  // bars beside each other
        addNoise(panel, found->second, rank, shift);
        const QString name = variantName(record, variant.name);
        chart.legend.push_back({name, lineKindOf(rank), rank});
        const auto& last = *found->second.rbegin();
        words << TrainingWords::tr("%1 %2 % at %3").arg(name, significant(100 * last.second.mean()), significant(last.first));
        for (const auto& [level, accuracies] : found->second)
            draws = std::max(draws, accuracies.values.size()), low = std::min(low, level), high = std::max(high, level);
    }
    const double room = std::max(1.0, 0.06 * (panel.y.high - panel.y.low));
    panel.y.low = std::max(0.0, panel.y.low - room), panel.y.high = std::min(101.0, panel.y.high + room);
    chart.x.title = TrainingWords::tr("Step of the noise, relative to the largest magnitude of a tensor");
    chart.x.scale = low > 0 ? AxisScale::Log : AxisScale::Linear;
    chart.x.low = low > 0 ? low / 1.25 : -0.05 * high, chart.x.high = low > 0 ? high * 1.25 : 1.05 * high;
    chart.panels = {panel};
    chart.footnote = TrainingWords::tr("means of %1 draws at every level; bars: ± one standard deviation; pale: every draw").arg(draws);
    const qint64 all = testTexts(record);
    if (data.noiseTexts > 0 && all > 0)
        chart.footnote += QStringLiteral(" · ") +
                          (data.noiseTexts < all
                               ? TrainingWords::tr("on the first %1 of the %2 texts of the test").arg(count(data.noiseTexts), count(all))
                               : TrainingWords::tr("on all %1 texts of the test").arg(count(all)));
    chart.description = TrainingWords::tr("Accuracy with added noise, means of %1 draws: %2. The numbers are in the table of this view.")
                            .arg(draws)
                            .arg(words.join(QStringLiteral("; ")));
    chart.figureHeight = 520;
}

}  // namespace qs::training
