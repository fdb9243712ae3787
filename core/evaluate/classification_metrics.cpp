// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/classification_metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

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
    for (std::size_t k = 0; k < n; ++k) {
        double predicted = 0, actual = 0;
        for (std::size_t j = 0; j < n; ++j) predicted += report.confusion[j][k], actual += report.confusion[k][j];
        const double hit = report.confusion[k][k];
        report.perClass.push_back(scores(hit, predicted, actual));
        report.support.push_back(static_cast<int>(actual));
        add(report.macro, report.perClass.back(), 1 / static_cast<double>(n));
        add(report.weighted, report.perClass.back(), actual / total);
        hits += hit;
        products += predicted * actual;
        predictedSquares += predicted * predicted;
        actualSquares += actual * actual;
    }
    report.micro = scores(hits, total, total);
    report.accuracy = hits / total;
    report.mcc = ratio(hits * total - products, std::sqrt((total * total - predictedSquares) * (total * total - actualSquares)));
    report.isBinary = n == 2 && report.labels[0] == "0" && report.labels[1] == "1";
    if (report.isBinary) report.binary = report.perClass[1];
    return report;
}

}  // namespace qs
