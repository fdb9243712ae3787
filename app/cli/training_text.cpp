// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/training_text.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "evaluate/statistics.h"

namespace qs::cli {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

/// Values in order of their first appearance.
template <class Row>
std::vector<std::string> namesOf(const std::vector<Row>& rows, std::string Row::*member) {
    std::vector<std::string> names;
    for (const Row& row : rows)
        if (std::find(names.begin(), names.end(), row.*member) == names.end()) names.push_back(row.*member);
    return names;
}

std::string metricTable(const TrainingRecord& record) {
    const std::vector<std::string> metrics = namesOf(record.metrics, &TrainingMetric::metric);
    Rows rows{{"variant", "bits"}};
    rows[0].insert(rows[0].end(), metrics.begin(), metrics.end());
    rows[0].emplace_back("");
    for (const TrainingVariant& variant : record.variants) {
        if (variant.averageBits == 0) continue;
        std::vector<std::string> row{variant.name, number(variant.averageBits, 3)};
        for (const std::string& name : metrics) {
            const TrainingMetric* metric = record.metricOf(variant.name, name);
            row.push_back(metric ? number(metric->value, 4) + " ± " + number(metric->standardError, 2) : "");
        }
        row.push_back(variant.label);
        rows.push_back(std::move(row));
    }
    return tableText(rows, {0, rows[0].size() - 1});
}

/// Mean and standard deviation of the accuracy over draws.
std::string noiseTable(const TrainingRecord& record) {
    if (record.noise.empty()) return "";
    std::vector<double> levels;
    std::map<std::pair<std::string, double>, std::vector<double>> accuracies;
    for (const TrainingNoise& row : record.noise) {
        if (std::find(levels.begin(), levels.end(), row.level) == levels.end()) levels.push_back(row.level);
        accuracies[{row.variant, row.level}].push_back(row.accuracy);
    }
    Rows rows{{"accuracy with noise of"}};
    for (const double level : levels) rows[0].push_back(number(level));
    for (const std::string& variant : namesOf(record.noise, &TrainingNoise::variant)) {
        std::vector<std::string> row{variant};
        for (const double level : levels) {
            const std::vector<double>& values = accuracies[{variant, level}];
            row.push_back(number(meanOf(values).value, 3) + " ± " + number(deviationOf(values), 2));
        }
        rows.push_back(std::move(row));
    }
    return "\n" + tableText(rows, {0});
}

std::string measurementTable(const TrainingRecord& record) {
    const std::vector<std::string> quantities = namesOf(record.measurements, &TrainingMeasurement::quantity);
    Rows rows{{"measured"}};
    const std::vector<std::string> variants = namesOf(record.measurements, &TrainingMeasurement::variant);
    rows[0].insert(rows[0].end(), variants.begin(), variants.end());
    for (const std::string& quantity : quantities) {
        std::vector<std::string> row(variants.size() + 1);
        for (const TrainingMeasurement& m : record.measurements) {
            if (m.quantity != quantity) continue;
            row[0] = quantity + " [" + m.unit + "]" + (m.estimate ? " (estimate)" : "");
            const auto column = std::find(variants.begin(), variants.end(), m.variant) - variants.begin();
            row[static_cast<std::size_t>(column) + 1] = number(m.value, 4);
        }
        rows.push_back(std::move(row));
    }
    return rows.size() > 1 ? "\n" + tableText(rows, {0}) : "";
}

}  // namespace

std::string trainingText(const TrainingRecord& record) {
    return record.data + "\n\n" + metricTable(record) + noiseTable(record) + measurementTable(record);
}

json trainingJson(const TrainingRecord& record) {
    json metrics = json::object(), variants = json::array(), noise = json::array(), measurements = json::array();
    for (const TrainingVariant& v : record.variants)
        variants.push_back({{"name", v.name}, {"label", v.label}, {"average_bits", v.averageBits}});
    for (const TrainingMetric& m : record.metrics) metrics[m.variant][m.metric] = {{"value", m.value}, {"stderr", m.standardError}};
    for (const TrainingNoise& n : record.noise)
        noise.push_back({{"variant", n.variant}, {"level", n.level}, {"seed", n.seed}, {"accuracy", n.accuracy}});
    for (const TrainingMeasurement& m : record.measurements)
        measurements.push_back(
            {{"variant", m.variant}, {"quantity", m.quantity}, {"unit", m.unit}, {"value", m.value}, {"estimate", m.estimate}});
    json losses = json::object();
    for (const TrainingCurve& curve : record.curves)
        for (const TrainingStep& step : curve.steps) losses[curve.variant].push_back(step.taskLoss);
    json document{{"task", record.task},         {"method", record.method}, {"data", record.data}, {"steps", record.steps},
                  {"classes", record.classes},   {"variants", variants},    {"metrics", metrics},  {"noise", noise},
                  {"measurements", measurements}};
    document["task_loss"] = losses;  // of every step
    if (!record.updates.empty()) {
        json bits = json::object();
        for (std::size_t l = 0; l < record.layers.size(); ++l) bits[record.layers[l]] = record.updates.back().bits[l];
        document["bits"] = bits;
    }
    return document;
}

}  // namespace qs::cli
