// SPDX-License-Identifier: GPL-3.0-or-later
// `evaluate`: a model or a run on a task, item by item where the task has items, and two of them compared on the same items.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/job.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

struct EvaluationOptions {
    std::string task;
    PerplexityOptions measure;     ///< subject, data, machine, and what perplexity needs
    bool roundActivations = true;  ///< of a trained run: as in training
    int maxLength = 0;             ///< tokens that the model sees; 0 = all its positions
    std::int64_t limit = 0;        ///< items; 0 = all
    int stride = 0;                ///< of perplexity windows; 0 = the window
    bool rolling = false;          ///< perplexity: whole text in windows of one token of context
    std::string items;             ///< file to write, one JSON line an item
    bool resume = false;
    std::string baseline;   ///< items file, model or run to compare with on the same items
    std::string reference;  ///< divergence: the full-precision model; of a run its own original
    std::string prompts;    ///< longbench: JSON file of prompt templates by task
    int maxNewTokens = 0;   ///< longbench: 0 = the task's
    std::int64_t seed = 0;  ///< of the bootstrap
    void describe(OptionList& list);
};

/// One item: its JSON line (names as in the reference data), and the numbers that metrics are means of.
struct ItemResult {
    std::int64_t item = 0;
    std::string json;
    std::map<std::string, double> scores;                ///< "acc", "acc_norm", "f1" …
    std::string question = {}, given = {}, wanted = {};  ///< for people, cut (EvaluationItem)
};

/// A metric of this run against the same of the baseline, on the items of both.
struct MetricComparison {
    double baseline = 0, difference = 0, standardError = 0, low = 0, high = 0, pValue = 1;
    std::int64_t items = 0, onlyHere = 0, onlyBaseline = 0;  ///< right here and wrong there, and the reverse (0/1 metrics)
};

struct EvaluationReport {
    EvaluationRecord record;
    std::vector<ItemResult> items;  ///< ascending; empty for tasks without items
    std::map<std::string, MetricComparison> comparison;
    std::optional<double> flips;  ///< share of items whose correctness differs from the baseline's
};

/// Two runs on the items that both have: difference `here` − `baseline` of the mean scores.
MetricComparison compareItems(std::span<const EvaluationItem> here, std::span<const EvaluationItem> baseline);

/// Names of all tasks, for help and errors.
std::vector<std::string> evaluationTasks();
/// True if the task is measured item by item, so that it can be resumed and compared.
bool hasItems(const std::string& task);

/// The metric that the scores of a task's items are of: acc_norm where published results report it, else acc; LongBench's own. Empty for
/// tasks without items or an unknown one.
std::string mainMetric(const std::string& task);

/// Throws Error(Usage) for an unknown task or options that the task has no use for. Reads nothing.
void requireUsable(const EvaluationOptions& options);

/// Throws as requireUsable; Error(Stopped) when stopped with --items.
/// Adds the result to a run file.
EvaluationReport runEvaluation(const EvaluationOptions& options, JobContext& context);

}  // namespace qs
