// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/evaluation.h"

namespace qs {

void EvaluationOptions::describe(OptionList& list) {
    std::string names;
    for (const std::string& name : evaluationTasks())
        if (!name.starts_with("longbench:")) names += name + ", ";
    list.group("Evaluation");
    list.text("task", task, "What to measure: " + names + "or longbench:NAME (multifieldqa_en, multifieldqa_zh, narrativeqa, qasper …)");
    measure.describe(list);
    list.flag("round-activations", roundActivations,
              "A trained run: round the inputs of its linears as in training, which its record was measured with");
    list.group("Perplexity");
    list.integer("stride", stride, 0, 1 << 20, "tokens",
                 "Begin a window every so many tokens and score what no window before it has; 0 = windows side by side, whose first tokens "
                 "are not predicted");
    list.flag("rolling", rolling, "Predict every token once, in windows that begin with one token of context");
    list.text("reference", reference, "Of divergence: the full-precision model; a run is compared with the model it was made from");
    list.group("Items");
    list.integer("max-length", maxLength, 0, 1 << 24, "tokens",
                 "What the model sees of a text, cut on the left (LongBench: of a prompt, cut in the middle); 0 = its positions");
    list.integer("limit", limit, 0, std::int64_t{1} << 40, "items", "The first items only; 0 = all");
    list.text("items", items, "File to write with one JSON line an item");
    list.flag("resume", resume, "Go on from the finished items of a stopped evaluation with the same --items");
    list.text("baseline", baseline, "Items file, model or run to compare with, item by item");
    list.integer("seed", seed, 0, std::int64_t{1} << 62, "", "Of the bootstrap intervals beside a baseline");
    list.text("prompts", prompts, "LongBench: JSON file with prompts by data set (dataset2prompt.json)");
    list.integer("max-new-tokens", maxNewTokens, 0, 1 << 16, "tokens", "LongBench: length of answers; 0 = the task's");
}

}  // namespace qs
