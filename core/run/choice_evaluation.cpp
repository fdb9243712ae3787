// SPDX-License-Identifier: GPL-3.0-or-later
//   acc: argmax of ll, acc_norm: argmax of ll / characters of the choice, acc_bytes: argmax of ll / UTF-8 bytes; the first of equals wins.
#include "run/choice_evaluation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "evaluate/likelihood.h"
#include "evaluate/python_text.h"
#include "run/evaluation_items.h"

namespace qs {
namespace {

using nlohmann::json;

int largest(const std::vector<double>& values) { return static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin()); }

std::vector<double> divided(const std::vector<double>& values, const std::vector<std::size_t>& lengths) {
    std::vector<double> quotients;
    for (std::size_t i = 0; i < values.size(); ++i) quotients.push_back(values[i] / static_cast<double>(lengths[i]));
    return quotients;
}

void addNormalised(const ChoiceItem& item, const std::vector<double>& scores, nlohmann::ordered_json& line) {
    std::vector<std::size_t> characters, bytes;
    for (const std::string& choice : item.choices) {
        characters.push_back(characterCount(choice));
        bytes.push_back(choice.size());
    }
    const int byCharacters = largest(divided(scores, characters)), byBytes = largest(divided(scores, bytes));
    line["choice_chars"] = characters;
    line["choice_bytes"] = bytes;
    line["choice_norm_chars"] = byCharacters;
    line["choice_norm_bytes"] = byBytes;
    line["acc_norm"] = byCharacters == item.target ? 1 : 0;
    line["acc_bytes"] = byBytes == item.target ? 1 : 0;
}

ItemResult resultOf(std::size_t index, const ChoiceItem& item, const std::vector<TokenRequest>& requests,
                    const std::vector<RequestScore>& scores) {
    nlohmann::ordered_json line{{"item", index}};
    std::vector<double> values;
    std::vector<bool> greedy;
    std::vector<int> context, continuation, truncated;
    for (std::size_t r = 0; r < requests.size(); ++r) {
        values.push_back(scores[r].logLikelihood);
        greedy.push_back(scores[r].greedy);
        context.push_back(requests[r].contextTokens);
        continuation.push_back(requests[r].scored);
        truncated.push_back(requests[r].leftTruncatedTokens);
    }
    line["loglikelihood"] = values;
    line["is_greedy"] = greedy;
    line["context_tokens"] = context;
    line["continuation_tokens"] = continuation;
    line["left_truncated_tokens"] = truncated;
    if (requests.size() == 1) {
        line["acc"] = greedy[0] ? 1 : 0;
        line["neg_log_likelihood"] = -values[0];
    } else {
        line["target"] = item.target;
        line["choice"] = largest(values);
        line["acc"] = largest(values) == item.target ? 1 : 0;
        if (!item.choices.empty()) addNormalised(item, values, line);
    }
    return itemFromJson(line.dump(), "item");
}

/// Question, the choice by the task's main metric and the right one. Choices that differ in the context (WinoGrande) are shown with it.
void addTexts(const ChoiceTask& task, const ChoiceItem& item, ItemResult& result) {
    const auto& requests = item.requests;
    const bool oneContext = std::all_of(requests.begin(), requests.end(),
                                        [&](const ChoiceRequest& request) { return request.context == requests.front().context; });
    const auto shown = [&](std::size_t k) {
        return oneContext ? beginningOf(requests[k].continuation) : endOf(requests[k].context + requests[k].continuation);
    };
    if (oneContext) result.question = endOf(requests.front().context);
    const std::size_t target = requests.size() == 1 ? 0 : static_cast<std::size_t>(item.target);
    if (target < requests.size()) result.wanted = shown(target);
    const json line = json::parse(result.json);
    const char* chosen = std::string_view(task.metric) == "acc_norm" && line.contains("choice_norm_chars") ? "choice_norm_chars" : "choice";
    if (line.contains(chosen)) result.given = shown(line[chosen].get<std::size_t>());
    else if (result.scores["acc"] == 1) result.given = result.wanted;
}

}  // namespace

std::vector<ItemResult> evaluateChoices(const ChoiceTask& task, const EvaluationOptions& options, const EvaluationSubject& subject,
                                        const std::string& itemsFile, JobContext& context) {
    context.report(0, "reading " + options.measure.text.front());
    const DataSet data = readDataSet(options.measure.text.front(), task.split, static_cast<std::size_t>(options.limit));
    const std::vector<ChoiceItem> items = choiceItems(task, data);
    const RequestEncoder encoder = encoderFor(subject, options.measure.bos, options.maxLength);
    ItemsFile file(itemsFile,
                   {{"task", task.name},
                    {"model", subject.fingerprint()},
                    {"data", data.name},
                    {"items", items.size()},
                    {"max_length", encoder.maxLength()},
                    {"bos", options.measure.bos},
                    {"compute", nameOfEnum(options.measure.machine.compute)}},
                   options.resume);
    std::set<std::size_t> there;
    for (const ItemResult& item : file.finished()) there.insert(static_cast<std::size_t>(item.item));
    std::vector<std::size_t> open;  // items that are still to be scored
    std::vector<std::vector<TokenRequest>> requests;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (there.count(i)) continue;
        context.check();
        open.push_back(i);
        auto& own = requests.emplace_back();
        try {
            for (const ChoiceRequest& request : items[i].requests) own.push_back(encoder.encode(request));
        } catch (const Error& error) {
            throw error.within(data.place(i));
        }
    }
    ForwardModel model = forwardModelOf(subject, options.measure.machine);
    const double done = static_cast<double>(there.size()) / static_cast<double>(items.size());
    scoreItems(model, requests, task.name, done, context, [&](std::size_t k, const std::vector<RequestScore>& scores) {
        file.add(resultOf(open[k], items[open[k]], requests[k], scores));
    });
    std::vector<ItemResult> results = file.finish();
    for (ItemResult& result : results) addTexts(task, items[static_cast<std::size_t>(result.item)], result);
    return results;
}

}  // namespace qs
