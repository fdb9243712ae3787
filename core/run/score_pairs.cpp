// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/score_pairs.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/options.h"
#include "evaluate/classification_metrics.h"
#include "evaluate/data_set.h"
#include "evaluate/longbench.h"
#include "evaluate/statistics.h"
#include "evaluate/text_metrics.h"

namespace qs {
namespace {

using nlohmann::json;

constexpr const char* kLabels = "labels";

const json& fieldOf(const DataSet& data, std::size_t i, std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (data.records[i].contains(name)) return data.records[i][name];
    throw Error(data.place(i) + " has the fields " + fieldsOf(data.records[i]) + ", no '" + *names.begin() + "'");
}

std::string textOf(const DataSet& data, std::size_t i, std::initializer_list<const char*> names) {
    const json& value = fieldOf(data, i, names);
    if (!value.is_string()) throw Error(data.place(i) + ": the field '" + *names.begin() + "' is not a text");
    return value;
}

std::vector<std::string> textsOf(const DataSet& data, std::size_t i, const json& value, const char* name) {
    std::vector<std::string> texts;
    for (const json& text : value.is_array() ? value : json::array({value})) {
        if (!text.is_string()) throw Error(data.place(i) + ": the field '" + name + "' is not a text or a list of texts");
        texts.push_back(text);
    }
    return texts;
}

/// Labels may be numbers, texts or truth values.
std::string labelOf(const DataSet& data, std::size_t i, std::initializer_list<const char*> names) {
    const json& value = fieldOf(data, i, names);
    if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
    if (value.is_string()) return value;
    if (value.is_number()) return value.dump();
    throw Error(data.place(i) + ": the field '" + *names.begin() + "' is not a label");
}

PairScores textScores(const TextMetric& metric, bool firstLine, const DataSet& data) {
    PairScores scores;
    for (std::size_t i = 0; i < data.records.size(); ++i) {
        const std::string prediction = textOf(data, i, {"prediction", "pred"});
        const std::vector<std::string> answers = textsOf(data, i, fieldOf(data, i, {"answers", "answer"}), "answers");
        std::vector<std::string> classes;
        const json& record = data.records[i];
        if (record.contains("all_classes") && !record["all_classes"].is_null())
            classes = textsOf(data, i, record["all_classes"], "all_classes");
        if (classes.empty() && std::string_view(metric.name) == "classification")
            throw Error(data.place(i) + " has no 'all_classes', the list of classes that " + metric.name + " looks for");
        try {
            scores.perItem.push_back(bestScore(metric, prediction, answers, classes, firstLine));
        } catch (const Error& error) {
            throw error.within(data.place(i));
        }
    }
    const Mean mean = meanOf(scores.perItem);
    scores.mean = mean.value;
    scores.standardError = mean.standardError;
    scores.percent = std::nearbyint(10000 * mean.value) / 100;
    return scores;
}

LabelScores named(const std::string& name, const PrecisionRecall& values, int support = -1) {
    return {name, values.precision, values.recall, values.f1, support};
}

PairScores labelScores(const DataSet& data) {
    std::vector<std::string> truth, prediction;
    std::vector<double> right;
    for (std::size_t i = 0; i < data.records.size(); ++i) {
        truth.push_back(labelOf(data, i, {"truth", "label"}));
        prediction.push_back(labelOf(data, i, {"prediction", "pred"}));
        right.push_back(truth.back() == prediction.back() ? 1 : 0);
    }
    const ClassificationReport report = classificationReport(truth, prediction);
    PairScores scores;
    scores.mean = report.accuracy;
    scores.standardError = meanOf(right).standardError;
    scores.percent = std::nearbyint(10000 * report.accuracy) / 100;
    scores.labels = report.labels;
    scores.confusion = report.confusion;
    scores.mcc = report.mcc;
    scores.averages = {named("macro", report.macro), named("micro", report.micro), named("weighted", report.weighted)};
    if (report.isBinary) scores.averages.insert(scores.averages.begin(), named("binary", report.binary));
    for (std::size_t k = 0; k < report.labels.size(); ++k)
        scores.perLabel.push_back(named(report.labels[k], report.perClass[k], report.support[k]));
    return scores;
}

}  // namespace

std::vector<std::string> scoreMetrics() {
    std::vector<std::string> names;
    for (const TextMetric& metric : textMetrics()) names.emplace_back(metric.name);
    names.emplace_back(kLabels);
    for (const LongBenchTask& task : longBenchList()) names.emplace_back(task.name);
    return names;
}

PairScores scorePairs(const std::string& metric, const std::string& file) {
    const LongBenchTask* task = longBenchTaskOf(metric);
    const TextMetric* text = textMetricOf(task ? task->metric : metric);
    const bool named = metric == kLabels || metric == "accuracy" || metric == "f1";
    if (!text && !named) {
        const std::vector<std::string> known = scoreMetrics();
        const std::string nearest = nearestName(metric, known);
        throw Error("'" + metric + "' is not a metric" + (nearest.empty() ? "" : "; did you mean " + nearest + "?") +
                        " (metrics: " + joinTexts(known) + ")",
                    ErrorKind::Usage);
    }
    const DataSet data = readDataSet(file, Split::Test);
    const bool areLabels = data.records.front().contains("truth") && (named || metric.starts_with("classification"));
    PairScores scores = named || areLabels ? labelScores(data) : textScores(*text, task && task->firstLine, data);
    scores.metric = named || areLabels ? kLabels : text->name;
    return scores;
}

}  // namespace qs
