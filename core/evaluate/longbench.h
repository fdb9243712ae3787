// SPDX-License-Identifier: GPL-3.0-or-later
// LongBench: prompts, answer lengths, truncation in the middle and metrics as THUDM/LongBench at 2e00731 has them (pred.py, eval.py,
// config/), without the chat frames that it puts around prompts of chat models.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/data_set.h"
#include "evaluate/text_metrics.h"
#include "text/tokenizer.h"

namespace qs {

struct LongBenchTask {
    const char* name;    ///< "qasper"
    const char* metric;  ///< of text_metrics.h
    int newTokens;
    const char* prompt;  ///< with {context} and {input}; null where a file of prompts must give it
    bool firstLine;      ///< only the first line of the output counts
};
/// THE list: all 21 data sets.
const std::vector<LongBenchTask>& longBenchList();
/// nullptr if there is no such task.
const LongBenchTask* longBenchTaskOf(std::string_view name);

struct LongBenchItem {
    std::string prompt;
    std::vector<std::string> answers, classes;
};
/// `prompt` overrides the task's own template if not empty. Throws Error naming record and fields that are missing.
std::vector<LongBenchItem> longBenchItems(const LongBenchTask& task, const std::string& prompt, const DataSet& data);

/// The ids of a prompt: if there are more than maxLength, the texts of the first and of the last maxLength / 2 of them joined and encoded
/// anew (so that their number may come out other).
std::vector<TokenId> truncatedInTheMiddle(const Tokenizer& tokenizer, const std::string& prompt, bool special, int maxLength);

/// Maximum of the metric over the answers, at least 0; `firstLine`: of the first line only.
double bestScore(const TextMetric& metric, std::string_view prediction, const std::vector<std::string>& answers,
                 const std::vector<std::string>& classes, bool firstLine);

}  // namespace qs
