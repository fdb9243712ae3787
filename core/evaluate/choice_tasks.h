// SPDX-License-Identifier: GPL-3.0-or-later
// Zero-shot choice tasks: from a record of the data set to the texts whose likelihoods are compared. Prompts, choices and answers are those
// of lm-eval 0.4.13 (the task's own files there); several layouts of each data set are recognised by their fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evaluate/data_set.h"

namespace qs {

/// One text to score: log p(continuation | context).
struct ChoiceRequest {
    std::string context, continuation;
};

struct ChoiceItem {
    std::vector<ChoiceRequest> requests;  ///< one a choice
    std::vector<std::string> choices;     ///< texts whose lengths normalise the scores; empty where the task compares equal continuations
    int target = 0;                       ///< the right choice
};

struct ChoiceTask {
    const char* name;     ///< "arc_easy"
    Split split;          ///< that published scores are measured on, as far as folders hold several
    const char* layouts;  ///< fields of the layouts that are known, for messages
    const char* metric;   ///< "acc_norm" or "acc": the one that enters means over tasks (design: acc_norm where lm-eval reports it)
    bool (*fits)(const nlohmann::json& record);
    ChoiceItem (*make)(const nlohmann::json& record);
};

/// THE list. lambada has one continuation an item: its accuracy is that of the greedy continuation.
const std::vector<ChoiceTask>& choiceTasks();
/// nullptr if there is no such task.
const ChoiceTask* choiceTaskOf(std::string_view name);

/// The items of a data set. Throws Error naming the place: fields that no layout of the task has (with what was found, what is expected and
/// which task they look like), no label, a label that names no choice, an empty choice.
std::vector<ChoiceItem> choiceItems(const ChoiceTask& task, const DataSet& data);

/// HellaSwag's clean-up: strip, " [title]" -> ". ", [anything] removed, double blanks made single once.
std::string cleanedHellaSwag(std::string_view text);

}  // namespace qs
