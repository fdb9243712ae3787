// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/longbench.h"

#include <algorithm>

#include "base/error.h"
#include "evaluate/python_text.h"

namespace qs {
namespace {

using Json = nlohmann::json;

// The prompts are part of what is measured, down to their typing errors ("asconcisely") and blanks.
constexpr const char* kNarrativeQa =
    "You are given a story, which can be either a novel or a movie script, and a question. Answer the question asconcisely as you can, "
    "using a single phrase if possible. Do not provide any explanation.\n\nStory: {context}\n\nNow, answer the question based on the story "
    "asconcisely as you can, using a single phrase if possible. Do not provide any explanation.\n\nQuestion: {input}\n\nAnswer:";
constexpr const char* kQasper =
    "You are given a scientific article and a question. Answer the question as concisely as you can, using a single phrase or sentence if "
    "possible. If the question cannot be answered based on the information in the article, write \"unanswerable\". If the question is a "
    "yes/no question, answer \"yes\", \"no\", or \"unanswerable\". Do not provide any explanation.\n\nArticle: {context}\n\n Answer the "
    "question based on the above article as concisely as you can, using a single phrase or sentence if possible. If the question cannot be "
    "answered based on the information in the article, write \"unanswerable\". If the question is a yes/no question, answer \"yes\", "
    "\"no\", or \"unanswerable\". Do not provide any explanation.\n\nQuestion: {input}\n\nAnswer:";
constexpr const char* kMultiFieldQaEn =
    "Read the following text and answer briefly.\n\n{context}\n\nNow, answer the following question based on the above text, only give me "
    "the answer and do not output any other words.\n\nQuestion: {input}\nAnswer:";
constexpr const char* kMultiFieldQaZh =
    "阅读以下文字并用中文简短回答：\n\n{context}\n\n现在请基于上面的文章回答下面的问题，只告诉我答案，不要输出任何其他字词。\n\n问题：{"
    "input}\n回答：";

std::string filled(std::string_view pattern, const std::string& context, const std::string& input) {
    std::string text;
    while (!pattern.empty()) {
        if (pattern.starts_with("{context}")) {
            text += context;
            pattern.remove_prefix(9);
        } else if (pattern.starts_with("{input}")) {
            text += input;
            pattern.remove_prefix(7);
        } else {
            text += pattern.front();
            pattern.remove_prefix(1);
        }
    }
    return text;
}

std::string textField(const Json& record, const char* field) {
    if (!record.contains(field) || !record[field].is_string()) throw Error(std::string("has no text '") + field + "'");
    return record[field];
}

std::vector<std::string> textList(const Json& record, const char* field) {
    std::vector<std::string> texts;
    if (!record.contains(field) || record[field].is_null()) return texts;
    if (!record[field].is_array()) throw Error(std::string("the field '") + field + "' is not a list");
    for (const Json& text : record[field]) {
        if (!text.is_string()) throw Error(std::string("the field '") + field + "' is not a list of texts");
        texts.push_back(text);
    }
    return texts;
}

LongBenchItem itemOf(const Json& record, const std::string& pattern) {
    LongBenchItem item;
    const std::string input = textField(record, !record.contains("input") && record.contains("question") ? "question" : "input");
    item.prompt = filled(pattern, textField(record, "context"), input);
    item.answers = textList(record, "answers");
    item.classes = textList(record, "all_classes");
    if (item.answers.empty()) throw Error("has no answers");
    return item;
}

}  // namespace

const std::vector<LongBenchTask>& longBenchList() {
    static const std::vector<LongBenchTask> tasks{
        {"narrativeqa", "qa_f1", 128, kNarrativeQa, false},
        {"qasper", "qa_f1", 128, kQasper, false},
        {"multifieldqa_en", "qa_f1", 64, kMultiFieldQaEn, false},
        {"multifieldqa_zh", "qa_f1_zh", 64, kMultiFieldQaZh, false},
        {"hotpotqa", "qa_f1", 32, nullptr, false},
        {"2wikimqa", "qa_f1", 32, nullptr, false},
        {"musique", "qa_f1", 32, nullptr, false},
        {"dureader", "rouge_zh", 128, nullptr, false},
        {"gov_report", "rouge", 512, nullptr, false},
        {"qmsum", "rouge", 512, nullptr, false},
        {"multi_news", "rouge", 512, nullptr, false},
        {"vcsum", "rouge_zh", 512, nullptr, false},
        {"trec", "classification", 64, nullptr, true},
        {"triviaqa", "qa_f1", 32, nullptr, true},
        {"samsum", "rouge", 128, nullptr, true},
        {"lsht", "classification", 64, nullptr, true},
        {"passage_count", "count", 32, nullptr, false},
        {"passage_retrieval_en", "retrieval", 32, nullptr, false},
        {"passage_retrieval_zh", "retrieval_zh", 32, nullptr, false},
        {"lcc", "code_sim", 64, nullptr, false},
        {"repobench-p", "code_sim", 64, nullptr, false},
    };
    return tasks;
}

const LongBenchTask* longBenchTaskOf(std::string_view name) {
    for (const LongBenchTask& task : longBenchList())
        if (name == task.name) return &task;
    return nullptr;
}

std::vector<LongBenchItem> longBenchItems(const LongBenchTask& task, const std::string& prompt, const DataSet& data) {
    if (prompt.empty() && !task.prompt)
        throw Error(std::string("longbench:") + task.name + " needs --prompts FILE with LongBench's dataset2prompt.json", ErrorKind::Usage);
    std::vector<LongBenchItem> items;
    for (std::size_t i = 0; i < data.records.size(); ++i) try {
            items.push_back(itemOf(data.records[i], prompt.empty() ? task.prompt : prompt));
        } catch (const Error& error) {
            throw Error(data.place(i) + " " + error.what() + "; it has the fields " + fieldsOf(data.records[i]) +
                        ", LongBench needs input (or question), context, answers[]");
        }
    return items;
}

std::vector<TokenId> truncatedInTheMiddle(const Tokenizer& tokenizer, const std::string& prompt, bool special, int maxLength) {
    std::vector<TokenId> ids = tokenizer.encode(prompt, special);
    if (ids.size() <= static_cast<std::size_t>(maxLength)) return ids;
    const auto half = static_cast<std::size_t>(maxLength / 2);
    const std::span<const TokenId> all(ids);
    return tokenizer.encode(tokenizer.decode(all.first(half), true) + tokenizer.decode(all.last(half), true), special);
}

double bestScore(const TextMetric& metric, std::string_view prediction, const std::vector<std::string>& answers,
                 const std::vector<std::string>& classes, bool firstLine) {
    if (firstLine) {
        prediction.remove_prefix(std::min(prediction.find_first_not_of('\n'), prediction.size()));
        prediction = prediction.substr(0, prediction.find('\n'));
    }
    double best = 0;
    for (const std::string& answer : answers) best = std::max(best, metric.score({std::string(prediction), answer, classes}));
    return best;
}

}  // namespace qs
