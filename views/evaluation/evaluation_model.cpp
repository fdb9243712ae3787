// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/evaluation/evaluation_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "run/evaluation.h"
#include "views/run_names.h"

namespace qs {
namespace {

using evaluation_words::text;

/// Task, data and, of tasks on text, the window.
using Key = std::tuple<std::string, std::string, int>;
using Records = std::map<Key, EvaluationRecord>;

int windowOf(const EvaluationRecord& record) {
    const auto found = record.settings.find("window");
    return found == record.settings.end() ? 0 : static_cast<int>(found->second);
}

QString dataName(const std::string& data) { return QString::fromStdString(data).section('/', -1); }

Records newest(const RunFile* run) {
    Records records;
    if (!run) return records;
    for (EvaluationRecord& record : run->evaluations()) {
        const Key key{record.task, dataName(record.data).toStdString(), windowOf(record)};
        records[key] = std::move(record);
    }
    return records;
}

const EvaluationRecord* find(const Records& records, const Key& key) {
    const auto found = records.find(key);
    return found == records.end() ? nullptr : &found->second;
}

Evaluations::Value valueOf(const EvaluationRecord* record, const std::string& metric) {
    if (!record) return {};
    const auto found = record->metrics.find(metric);
    return found == record->metrics.end() ? Evaluations::Value{} : Evaluations::Value{found->second.first, found->second.second};
}

bool isShare(const std::string& metric) {
    return metric.starts_with("acc") || metric == "top1_agreement" || metric.ends_with("f1") || metric.ends_with("score");
}

/// Details that other modes of the view show, or that repeat a metric in another unit.
bool isMinor(const std::string& task, const std::string& metric) {
    return metric.find("_quarter_") != std::string::npos || metric == "log_likelihood" ||
           (task.starts_with("longbench:") && metric == "score");
}

bool lowerIsBetter(const std::string& metric) {
    return metric.find("perplexity") != std::string::npos || metric.find("divergence") != std::string::npos ||
           metric.find("bits_per") != std::string::npos;
}

Evaluations::Row rowOf(const Key& key, const std::string& metric, const EvaluationRecord* a, const EvaluationRecord* b) {
    const auto& [task, data, window] = key;
    Evaluations::Row row;
    row.task = QString::fromStdString(task);
    row.data = window > 0 ? text("%1, window %2").arg(QString::fromStdString(data)).arg(window) : QString::fromStdString(data);
    row.metric = QString::fromStdString(metric);
    row.a = valueOf(a, metric), row.b = valueOf(b, metric);
    row.share = isShare(metric) && !(row.a.value > 1) && !(row.b.value > 1);
    row.lowerIsBetter = lowerIsBetter(metric);
    row.main = metric == mainMetric(task);
    if (!row.a.known() || !row.b.known()) return row;
    row.difference.value = row.b.value - row.a.value;
    if (!row.main) return row;
    const MetricComparison paired = compareItems(b->items, a->items);
    if (paired.items == 0) return row;
    row.difference = {paired.difference, paired.standardError};
    row.low = paired.low, row.high = paired.high, row.p = paired.pValue;
    row.items = paired.items, row.onlyB = paired.onlyHere, row.onlyA = paired.onlyBaseline;
    return row;
}

void addRows(Evaluations& data, const std::set<Key>& keys, const Records& a, const Records& b) {
    for (const Key& key : keys) {
        const EvaluationRecord *left = find(a, key), *right = find(b, key);
        std::set<std::string> metrics;
        for (const EvaluationRecord* record : {left, right})
            if (record)
                for (const auto& [metric, value] : record->metrics)
                    if (!isMinor(record->task, metric)) metrics.insert(metric);
        for (const std::string& metric : metrics) data.rows.push_back(rowOf(key, metric, left, right));
    }
}

void addItems(Evaluations& data, const std::set<Key>& keys, const Records& a, const Records& b) {
    const auto string = [](const std::string& s) { return QString::fromStdString(s); };
    for (const Key& key : keys) {
        const EvaluationRecord *left = find(a, key), *right = find(b, key);
        if (!right) continue;
        std::map<std::int64_t, const EvaluationItem*> others;
        if (left)
            for (const EvaluationItem& item : left->items) others[item.item] = &item;
        for (const EvaluationItem& item : right->items) {
            const auto other = others.find(item.item);
            if (data.both ? other == others.end() || (other->second->score == item.score && other->second->given == item.given)
                          : item.score >= 1)
                continue;
            Evaluations::Item row{string(right->task),   item.item, Evaluations::kUnknown, item.score,
                                  string(item.question), {},        string(item.given),    string(item.wanted)};
            if (data.both) row.scoreA = other->second->score, row.givenA = string(other->second->given);
            data.items.push_back(std::move(row));
        }
    }
}

void addWindows(Evaluations& data, const std::set<Key>& keys, const Records& a, const Records& b) {
    std::map<std::string, std::vector<Evaluations::Window>> curves;
    for (const Key& key : keys) {
        const auto& [task, name, window] = key;
        if (task != "perplexity") continue;
        curves[name].push_back({window, valueOf(find(a, key), "perplexity"), valueOf(find(b, key), "perplexity")});
    }
    for (auto& [name, windows] : curves) data.windows.push_back({QString::fromStdString(name), std::move(windows)});
}

/// The largest window of every text, where drift has most room.
void addPositions(Evaluations& data, const std::set<Key>& keys, const Records& a, const Records& b) {
    std::map<std::pair<std::string, bool>, Key> largest;
    for (const Key& key : keys) {
        const EvaluationRecord* right = find(b, key);
        if (right && !right->positions.empty()) largest[{std::get<1>(key), right->task == "divergence"}] = key;
    }
    for (const auto& [what, key] : largest) {
        Evaluations::PositionCurve curve{QString::fromStdString(what.first), std::get<2>(key), what.second, {}, find(b, key)->positions};
        if (const EvaluationRecord* left = find(a, key)) curve.a = left->positions;
        data.positions.push_back(std::move(curve));
    }
}

}  // namespace

Evaluations evaluations(const ViewInput& input) {
    Evaluations data;
    if (!input.run) return data.missing = text("Open a run to see how it was evaluated."), data;
    const RunFile* baseline = input.baseline && input.baseline != input.run ? input.baseline.get() : nullptr;
    data.model = modelName(*input.run);
    data.nameB = runName(*input.run);
    if (baseline) data.nameA = runName(*baseline);
    const std::string mode = input.settings.value("show").toString().toStdString();
    data.mode = std::set<std::string>{"items", "windows", "positions"}.count(mode) > 0 ? mode : "tasks";
    try {
        const Records a = newest(baseline), b = newest(input.run.get());
        data.both = baseline && !a.empty();
        std::set<Key> keys;
        for (const Records* records : {&a, &b})
            for (const auto& [key, record] : *records) keys.insert(key);
        addRows(data, keys, a, b);
        addItems(data, keys, a, b);
        addWindows(data, keys, a, b);
        addPositions(data, keys, a, b);
    } catch (const Error& error) {
        return data.missing = QString::fromStdString(error.what()), data;
    }
    if (data.rows.empty())
        data.missing = text(
            "Nothing was evaluated on this run yet. Perplexity, divergence from the original model and tasks with answers are kept in the "
            "run "
            "file and appear here.");
    return data;
}

Figure evaluationFigure(const ViewInput& input) {
    const Evaluations data = evaluations(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
