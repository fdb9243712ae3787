// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/classification_metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "evaluate/statistics.h"
#include "text/random.h"

namespace qs {
namespace {

std::optional<double> numberOf(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

PrecisionRecall scores(double hit, double predicted, double actual) {
    const double precision = ratio(hit, predicted), recall = ratio(hit, actual);
    return {precision, recall, ratio(2 * precision * recall, precision + recall)};
}

void add(PrecisionRecall& sum, const PrecisionRecall& part, double weight) {
    sum.precision += weight * part.precision;
    sum.recall += weight * part.recall;
    sum.f1 += weight * part.f1;
}

/// Class by class from a confusion matrix; `visit(scores of class k, true count)`.
template <class F>
void eachClass(const std::vector<std::vector<int>>& confusion, const F& visit) {
    for (std::size_t k = 0; k < confusion.size(); ++k) {
        double predicted = 0, actual = 0;
        for (std::size_t j = 0; j < confusion.size(); ++j) predicted += confusion[j][k], actual += confusion[k][j];
        visit(scores(confusion[k][k], predicted, actual), predicted, actual);
    }
}

}  // namespace

ClassificationReport classificationReport(const std::vector<std::string>& truth, const std::vector<std::string>& prediction,
                                          const std::vector<std::string>& labels) {
    ClassificationReport report;
    report.labels = labels;
    report.labels.insert(report.labels.end(), truth.begin(), truth.end());
    report.labels.insert(report.labels.end(), prediction.begin(), prediction.end());
    std::sort(report.labels.begin(), report.labels.end(), [](const std::string& a, const std::string& b) {
        const auto x = numberOf(a), y = numberOf(b);
        if (x && y && *x != *y) return *x < *y;
        return x.has_value() != y.has_value() ? x.has_value() : a < b;
    });
    report.labels.erase(std::unique(report.labels.begin(), report.labels.end()), report.labels.end());
    const std::size_t n = report.labels.size();
    std::map<std::string, std::size_t> index;
    for (std::size_t k = 0; k < n; ++k) index[report.labels[k]] = k;
    report.confusion.assign(n, std::vector<int>(n));
    for (std::size_t i = 0; i < truth.size(); ++i) ++report.confusion[index.at(truth[i])][index.at(prediction[i])];
    const auto total = static_cast<double>(truth.size());
    double hits = 0, products = 0, predictedSquares = 0, actualSquares = 0;
    eachClass(report.confusion, [&](const PrecisionRecall& own, double predicted, double actual) {
        hits += report.confusion[report.perClass.size()][report.perClass.size()];
        report.perClass.push_back(own);
        report.support.push_back(static_cast<int>(actual));
        add(report.macro, own, 1 / static_cast<double>(n));
        add(report.weighted, own, actual / total);
        products += predicted * actual;
        predictedSquares += predicted * predicted;
        actualSquares += actual * actual;
    });
    report.micro = scores(hits, total, total);
    report.accuracy = hits / total;
    report.mcc = ratio(hits * total - products, std::sqrt((total * total - predictedSquares) * (total * total - actualSquares)));
    report.isBinary = n == 2 && report.labels[0] == "0" && report.labels[1] == "1";
    if (report.isBinary) report.binary = report.perClass[1];
    return report;
}

ClassificationErrors classificationErrors(const ClassificationReport& report, std::uint64_t seed) {
    const std::size_t n = report.labels.size();
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) pairs.insert(pairs.end(), static_cast<std::size_t>(report.confusion[i][j]), {i, j});
    constexpr int kDraws = 1000;
    Random random(seed);
    std::vector<double> accuracy, precision, recall, f1;
    for (int draw = 0; draw < kDraws; ++draw) {
        std::vector<std::vector<int>> confusion(n, std::vector<int>(n));
        double hits = 0;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto& [truth, prediction] = pairs[random.below(pairs.size())];
            ++confusion[truth][prediction];
            hits += truth == prediction;
        }
        PrecisionRecall macro;
        eachClass(confusion, [&](const PrecisionRecall& own, double, double) { add(macro, own, 1 / static_cast<double>(n)); });
        accuracy.push_back(hits / static_cast<double>(pairs.size()));
        precision.push_back(macro.precision);
        recall.push_back(macro.recall);
        f1.push_back(macro.f1);
    }
    return {deviationOf(accuracy), {deviationOf(precision), deviationOf(recall), deviationOf(f1)}};
}

}  // namespace qs
