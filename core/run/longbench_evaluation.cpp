// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/longbench_evaluation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/generation.h"
#include "evaluate/longbench.h"
#include "run/evaluation_items.h"

namespace qs {
namespace {

using nlohmann::json;

/// The template of a task in a file of LongBench's shape {"qasper": "…{context}…{input}…"}; empty without a file.
std::string promptFrom(const std::string& file, const std::string& name) {
    if (file.empty()) return {};
    const json prompts = json::parse(readText(file), nullptr, false);
    if (!prompts.is_object()) throw Error(file + ": is not a JSON object of prompts by data set");
    if (!prompts.contains(name) || !prompts[name].is_string()) throw Error(file + ": has no prompt for '" + name + "'");
    return prompts[name];
}

/// Everything that the items of one evaluation share.
struct LongBenchRun {
    const LongBenchTask& task;
    const EvaluationSubject& subject;
    GenerationLimits limits;
    int maxLength;
    bool special;

    std::vector<TokenId> promptIds(const LongBenchItem& item) const {
        return truncatedInTheMiddle(*subject.tokenizer, item.prompt, special, maxLength);
    }
    bool fits(std::size_t tokens) const {
        const int positions = subject.session.model->spec().maxPositions;
        return positions == 0 || static_cast<int>(tokens) + limits.newTokens <= positions;
    }
    ItemResult result(std::size_t index, const LongBenchItem& item, std::size_t inputTokens, const std::vector<TokenId>* text) const {
        nlohmann::ordered_json line{{"item", index}, {"input_tokens", inputTokens}};
        if (text) {
            const std::string prediction = subject.tokenizer->decode(*text, true);
            line["generated_ids"] = *text;
            line["prediction"] = prediction;
            line["answers"] = item.answers;
            line["score"] = bestScore(*textMetricOf(task.metric), prediction, item.answers, item.classes, task.firstLine);
        } else {
            line["prediction"] = nullptr;
        }
        return itemFromJson(line.dump(-1, ' ', false, json::error_handler_t::replace), "item");
    }
};

LongBenchRun runOf(const LongBenchTask& task, const EvaluationOptions& options, const EvaluationSubject& subject) {
    const Model& model = *subject.session.model;
    LongBenchRun run{task, subject, {}, 0, options.measure.bos};
    run.limits.newTokens = options.maxNewTokens > 0 ? options.maxNewTokens : task.newTokens;
    run.limits.ends = endTokens(*subject.tokenizer, model.path(), model.config());
    if (std::string_view(task.name) == "samsum") {  // its answers end with their line
        run.limits.ends.push_back(subject.tokenizer->encode("\n", false).back());
        run.limits.atLeastOne = true;
    }
    const int longest = encoderFor(subject, run.special, options.maxLength).maxLength();
    run.maxLength = options.maxLength > 0 ? options.maxLength : longest - run.limits.newTokens;
    if (run.maxLength < 2)
        throw Error("the model's " + std::to_string(longest) + " positions leave no room for a prompt and " +
                        std::to_string(run.limits.newTokens) + " new tokens; use a smaller --max-new-tokens",
                    ErrorKind::Usage);
    return run;
}

/// The question stands at the end of a prompt.
void addTexts(const LongBenchItem& item, ItemResult& result) {
    result.question = endOf(item.prompt);
    if (!item.answers.empty()) result.wanted = beginningOf(item.answers.front());
    const json line = json::parse(result.json);
    if (line.contains("prediction") && line["prediction"].is_string()) result.given = beginningOf(line["prediction"]);
}

}  // namespace

std::vector<std::string> longBenchTasks() {
    std::vector<std::string> names;
    for (const LongBenchTask& task : longBenchList()) names.emplace_back(task.name);
    return names;
}

std::string longBenchMetric(const std::string& name) { return longBenchTaskOf(name)->metric; }

std::vector<ItemResult> evaluateLongBench(const std::string& name, const EvaluationOptions& options, const EvaluationSubject& subject,
                                          const std::string& itemsFile, JobContext& context) {
    const LongBenchRun run = runOf(*longBenchTaskOf(name), options, subject);
    const DataSet data = readDataSet(options.measure.text.front(), Split::Test, static_cast<std::size_t>(options.limit));
    const std::vector<LongBenchItem> items = longBenchItems(run.task, promptFrom(options.prompts, name), data);
    // What the metric needs (a dictionary, answers of its kind) must be there before hours of generation.
    bestScore(*textMetricOf(run.task.metric), "", items.front().answers, items.front().classes, run.task.firstLine);
    ItemsFile file(itemsFile,
                   {{"task", "longbench:" + name},
                    {"model", subject.fingerprint()},
                    {"data", data.name},
                    {"items", items.size()},
                    {"max_length", run.maxLength},
                    {"max_new_tokens", run.limits.newTokens},
                    {"bos", run.special},
                    {"compute", nameOfEnum(options.measure.machine.compute)}},
                   options.resume);
    std::set<std::int64_t> there;
    for (const ItemResult& item : file.finished()) there.insert(item.item);
    std::vector<std::size_t> open;
    std::vector<std::vector<TokenId>> prompts;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (there.count(static_cast<std::int64_t>(i))) continue;
        context.check();
        context.report(0, "tokenising, prompt " + std::to_string(i + 1) + " of " + std::to_string(items.size()));
        std::vector<TokenId> ids = run.promptIds(items[i]);
        if (!run.fits(ids.size())) {
            context.event({Severity::Warning, "skipped-item", "",
                           data.place(i) + ": the truncated prompt has " + std::to_string(ids.size()) +
                               " tokens when encoded again, and with " + std::to_string(run.limits.newTokens) +
                               " new ones does not fit the model; it has no score. Use a smaller --max-length"});
            file.add(run.result(i, items[i], ids.size(), nullptr));
            continue;
        }
        open.push_back(i);
        prompts.push_back(std::move(ids));
    }
    std::vector<int> lengths;
    for (const auto& prompt : prompts) lengths.push_back(static_cast<int>(prompt.size()));
    ForwardModel model = forwardModelOf(subject, options.measure.machine);
    const std::size_t budget = activationBudget(options.measure.machine) / 4;
    for (std::size_t first = 0; first < open.size();) {
        const std::size_t count = promptsAtOnce(model, std::span(lengths).subspan(first), run.limits.newTokens, budget);
        const double done = static_cast<double>(items.size() - open.size() + first), all = static_cast<double>(items.size());
        const auto progress = [&](int token, int tokens) {
            context.report((done + static_cast<double>(count) * token / tokens) / all,
                           name + ", items " + std::to_string(first + 1) + " to " + std::to_string(first + count) + " of " +
                               std::to_string(open.size()) + ", token " + std::to_string(token));
        };
        const auto texts = generate(model, std::span(prompts).subspan(first, count), run.limits, context, progress);
        for (std::size_t k = 0; k < count; ++k)
            file.add(run.result(open[first + k], items[open[first + k]], prompts[first + k].size(), &texts[k]));
        first += count;
        if (first < open.size() && context.shouldStopAfterPart()) throw Cancelled();
    }
    std::vector<ItemResult> results = file.finish();
    for (ItemResult& result : results) addTexts(items[static_cast<std::size_t>(result.item)], result);
    return results;
}

}  // namespace qs
