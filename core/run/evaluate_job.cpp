// SPDX-License-Identifier: GPL-3.0-or-later
// `evaluate`: opens the subject, measures, adds the record to a run, compares with a baseline.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "evaluate/statistics.h"
#include "run/choice_evaluation.h"
#include "run/classification_evaluation.h"
#include "run/evaluation_items.h"
#include "run/idle_options.h"
#include "run/jobs.h"
#include "run/longbench_evaluation.h"
#include "run/text_evaluation.h"

namespace qs {
namespace {

constexpr const char* kLongBench = "longbench:";

[[noreturn]] void wrong(const std::string& message) { throw Error(message, ErrorKind::Usage); }

std::vector<ItemResult> itemsOf(const EvaluationOptions& options, const EvaluationSubject& subject, const std::string& itemsFile,
                                JobContext& context) {
    if (options.task.starts_with(kLongBench))
        return evaluateLongBench(options.task.substr(std::string_view(kLongBench).size()), options, subject, itemsFile, context);
    if (options.task == kClassificationTask) return evaluateClassification(options, subject, itemsFile, context);
    if (options.task == "wikitext") return evaluateDocuments(options, subject, itemsFile, context);
    return evaluateChoices(*choiceTaskOf(options.task), options, subject, itemsFile, context);
}

std::vector<double> column(const std::vector<ItemResult>& items, const std::string& score) {
    std::vector<double> values;
    for (const ItemResult& item : items)
        if (const auto found = item.scores.find(score); found != item.scores.end()) values.push_back(found->second);
    return values;
}

/// The metric's mean over the items that have a score, and LongBench's own form of it: in percent, with two digits.
std::map<std::string, std::pair<double, double>> longBenchMetrics(const std::string& task, const std::vector<ItemResult>& items) {
    const std::vector<double> scores = column(items, "score");
    if (scores.empty()) throw Error("no item has a prompt that fits the model; use a smaller --max-length");
    const Mean mean = meanOf(scores);
    return {{longBenchMetric(task.substr(std::string_view(kLongBench).size())), {mean.value, mean.standardError}},
            {"score", {std::nearbyint(10000 * mean.value) / 100, 100 * mean.standardError}}};
}

/// Mean of every score over the items; of −log p its exponential.
std::map<std::string, std::pair<double, double>> metricsOf(const EvaluationOptions& options, const std::vector<ItemResult>& items) {
    const std::string& task = options.task;
    if (task == kClassificationTask) return classificationMetrics(items, options.seed);
    if (task == "wikitext") return documentMetrics(items);
    std::map<std::string, std::pair<double, double>> metrics;
    if (task.starts_with(kLongBench)) return longBenchMetrics(task, items);
    for (const auto& [score, value] : items.front().scores) {
        const Mean mean = meanOf(column(items, score));
        if (score != "neg_log_likelihood") metrics[score] = {mean.value, mean.standardError};
        else metrics["perplexity"] = {std::exp(mean.value), std::exp(mean.value) * mean.standardError};
    }
    return metrics;
}

std::vector<ItemResult> baselineItems(const EvaluationOptions& options, JobContext& context) {
    const std::filesystem::path path(options.baseline);
    if (std::filesystem::is_regular_file(path) && path.extension() == ".jsonl") return readItems(path);
    const EvaluationSubject subject = openSubject(options.baseline, "", options.measure.machine, options.roundActivations, context);
    EvaluationOptions plain = options;
    plain.resume = false;
    return itemsOf(plain, subject, "", context);
}

MetricComparison comparisonOf(const std::vector<double>& here, const std::vector<double>& baseline, std::int64_t seed) {
    const PairedDifference d = pairedDifference(here, baseline, static_cast<std::uint64_t>(seed));
    return {meanOf(baseline).value,
            d.value,
            d.standardError,
            d.low,
            d.high,
            d.pValue,
            static_cast<std::int64_t>(here.size()),
            d.aOnly,
            d.bOnly};
}

void compare(const std::vector<ItemResult>& baseline, std::int64_t seed, EvaluationReport& report) {
    std::map<std::int64_t, const ItemResult*> there;
    for (const ItemResult& item : baseline) there[item.item] = &item;
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> pairs;
    for (const ItemResult& item : report.items) {
        const auto other = there.find(item.item);
        if (other == there.end()) continue;
        for (const auto& [score, value] : item.scores) {
            const auto same = other->second->scores.find(score);
            if (same == other->second->scores.end()) continue;
            pairs[score].first.push_back(value);
            pairs[score].second.push_back(same->second);
        }
    }
    if (pairs.empty()) throw Error("the baseline has no item with a score in common with this run; give one of the same task and data");
    for (const auto& [score, values] : pairs) {
        report.comparison[score] = comparisonOf(values.first, values.second, seed);
    }
    if (const auto acc = report.comparison.find("acc"); acc != report.comparison.end())
        report.flips = static_cast<double>(acc->second.onlyHere + acc->second.onlyBaseline) / static_cast<double>(acc->second.items);
}

std::vector<EvaluationItem> itemsForPeople(const std::string& task, const std::vector<ItemResult>& results) {
    std::vector<EvaluationItem> items;
    const std::string name = task.starts_with(kLongBench) ? "score" : mainMetric(task);
    for (const ItemResult& result : results)
        if (const auto score = result.scores.find(name); score != result.scores.end())
            items.push_back({result.item, score->second, result.question, result.given, result.wanted});
    return items;
}

}  // namespace

MetricComparison compareItems(std::span<const EvaluationItem> here, std::span<const EvaluationItem> baseline) {
    std::map<std::int64_t, double> there;
    for (const EvaluationItem& item : baseline) there[item.item] = item.score;
    std::vector<double> mine, others;
    for (const EvaluationItem& item : here)
        if (const auto other = there.find(item.item); other != there.end()) {
            mine.push_back(item.score);
            others.push_back(other->second);
        }
    return mine.empty() ? MetricComparison{} : comparisonOf(mine, others, 0);
}

std::vector<std::string> evaluationTasks() {
    std::vector<std::string> names{"perplexity", "wikitext", "divergence", kClassificationTask};
    for (const ChoiceTask& task : choiceTasks()) names.emplace_back(task.name);
    for (const std::string& name : longBenchTasks()) names.push_back(kLongBench + name);
    return names;
}

void requireUsable(const EvaluationOptions& options) {
    const std::vector<std::string> tasks = evaluationTasks();
    if (std::find(tasks.begin(), tasks.end(), options.task) == tasks.end()) {
        const std::string nearest = nearestName(options.task, tasks);
        wrong("'" + options.task + "' is not a task" + (nearest.empty() ? "" : "; did you mean " + nearest + "?") +
              " (tasks: " + joinedNames(tasks) + ")");
    }
    if (options.measure.text.empty()) wrong("--data is missing; give the file or folder with the data of " + options.task);
    if (hasItems(options.task) && options.measure.text.size() > 1) wrong("--data takes one file or folder for " + options.task);
    if (!hasItems(options.task)) {
        for (const auto& [name, given] : {std::pair{"items", !options.items.empty()},
                                          {"resume", options.resume},
                                          {"baseline", !options.baseline.empty()},
                                          {"limit", options.limit != 0}})
            if (given) wrong(std::string("--") + name + " has no meaning for " + options.task + ", which has no items");
    }
    if (options.resume && options.items.empty()) wrong("--resume has a meaning only with --items, the file whose part is gone on with");
    if (!options.reference.empty() && options.task != "divergence") wrong("--reference has a meaning only for --task divergence");
    if ((options.rolling || options.stride > 0) && options.task != "perplexity")
        wrong("--rolling and --stride have a meaning only for --task perplexity");
    if (options.rolling && options.stride > 0) wrong("--rolling and --stride exclude each other; give one of them");
}

bool hasItems(const std::string& task) { return task != "perplexity" && task != "divergence"; }

std::string mainMetric(const std::string& task) {
    if (task == kClassificationTask) return "acc";
    if (const ChoiceTask* choice = choiceTaskOf(task)) return choice->metric;
    const std::vector<std::string> tasks = evaluationTasks();
    if (!task.starts_with(kLongBench) || std::find(tasks.begin(), tasks.end(), task) == tasks.end()) return {};
    return longBenchMetric(task.substr(std::string_view(kLongBench).size()));
}

EvaluationReport runEvaluation(const EvaluationOptions& options, JobContext& context) {
    requireUsable(options);
    for (const Event& event : idleOptions(options)) context.event(event);
    EvaluationReport report;
    if (!hasItems(options.task)) {
        report.record = evaluateText(options, context);
        return report;
    }
    const EvaluationSubject subject =
        openSubject(options.measure.subject, options.measure.model, options.measure.machine, options.roundActivations, context);
    report.items = itemsOf(options, subject, options.items, context);
    report.record.task = options.task;
    report.record.data = joinedNames(options.measure.text);
    report.record.subject = subject.kind();
    report.record.settings = {{"bos", options.measure.bos ? 1 : 0}, {"items", static_cast<double>(report.items.size())}};
    subject.describe(report.record);
    if (options.maxLength > 0) report.record.settings["max_length"] = options.maxLength;
    report.record.metrics = metricsOf(options, report.items);
    report.record.items = itemsForPeople(options.task, report.items);
    if (!options.baseline.empty()) compare(baselineItems(options, context), options.seed, report);
    context.report(1, options.task + " of " + std::to_string(report.items.size()) + " items");
    keepResult(subject, report.record, context);
    return report;
}

EvaluationRecord runPerplexity(const PerplexityOptions& options, JobContext& context) {
    EvaluationOptions whole;
    whole.task = "perplexity";
    whole.measure = options;
    return runEvaluation(whole, context).record;
}

}  // namespace qs
