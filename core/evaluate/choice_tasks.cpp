// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/choice_tasks.h"

#include <charconv>
#include <optional>

#include "base/error.h"
#include "evaluate/python_text.h"

namespace qs {
namespace {

using Json = nlohmann::json;

bool has(const Json& record, std::initializer_list<const char*> fields) {
    for (const char* field : fields)
        if (!record.contains(field)) return false;
    return true;
}

const std::string& textOf(const Json& record, const char* field) {
    const Json& value = record.at(field);
    if (!value.is_string()) throw Error(std::string("the field '") + field + "' is not a text");
    return value.get_ref<const std::string&>();
}

/// A label as number, text of a number, or truth value.
int labelOf(const Json& record, const char* field) {
    const Json& value = record.at(field);
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (value.is_number_integer() && value >= -1 && value < 1000) return value.get<int>();
    if (value.is_string()) {
        const std::string_view text = stripped(value.get_ref<const std::string&>());
        if (text == "true" || text == "True") return 1;
        if (text == "false" || text == "False") return 0;
        int number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return number;
        if (text.empty()) throw Error(std::string("the field '") + field + "' is empty: the answers of this split are not published");
    }
    throw Error(std::string("the field '") + field + "' is not a label: " + value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Every choice behind the same context.
ChoiceItem itemOf(const std::string& context, std::vector<std::string> choices, int target) {
    ChoiceItem item{{}, std::move(choices), target};
    for (const std::string& choice : item.choices) item.requests.push_back({context, " " + choice});
    return item;
}

bool fitsBoolq(const Json& r) { return has(r, {"question", "passage"}) && (r.contains("label") || r.contains("answer")); }
ChoiceItem makeBoolq(const Json& r) {
    const std::string title = r.contains("title") ? textOf(r, "title") + " -- " : "";
    return itemOf(title + textOf(r, "passage") + "\nQuestion: " + textOf(r, "question") + "?\nAnswer:", {"no", "yes"},
                  labelOf(r, r.contains("label") ? "label" : "answer"));
}

bool fitsPiqa(const Json& r) { return has(r, {"goal", "sol1", "sol2", "label"}); }
ChoiceItem makePiqa(const Json& r) {
    return itemOf("Question: " + textOf(r, "goal") + "\nAnswer:", {textOf(r, "sol1"), textOf(r, "sol2")}, labelOf(r, "label"));
}

bool fitsSiqa(const Json& r) { return has(r, {"context", "question", "answerA", "answerB", "answerC", "label"}); }
ChoiceItem makeSiqa(const Json& r) {
    return itemOf("Q: " + textOf(r, "context") + " " + textOf(r, "question") + "\nA:",
                  {textOf(r, "answerA"), textOf(r, "answerB"), textOf(r, "answerC")}, labelOf(r, "label") - 1);
}

std::vector<std::string> textsOf(const Json& record, const char* field) {
    const Json& list = record.at(field);
    if (!list.is_array() || list.empty()) throw Error(std::string("the field '") + field + "' is not a list of texts");
    std::vector<std::string> texts;
    for (const Json& text : list) {
        if (!text.is_string()) throw Error(std::string("the field '") + field + "' is not a list of texts");
        texts.push_back(text);
    }
    return texts;
}

bool fitsHellaswag(const Json& r) { return has(r, {"activity_label", "ctx_a", "ctx_b", "endings", "label"}); }
ChoiceItem makeHellaswag(const Json& r) {
    const std::string context = textOf(r, "ctx_a") + " " + capitalized(textOf(r, "ctx_b"));
    std::vector<std::string> endings = textsOf(r, "endings");
    for (std::string& ending : endings) ending = cleanedHellaSwag(ending);
    return itemOf(cleanedHellaSwag(textOf(r, "activity_label") + ": " + context), std::move(endings), labelOf(r, "label"));
}

bool fitsWinogrande(const Json& r) { return has(r, {"sentence", "option1", "option2", "answer"}); }
ChoiceItem makeWinogrande(const Json& r) {
    const std::string& sentence = textOf(r, "sentence");
    const std::size_t blank = sentence.find('_');
    if (blank == sentence.npos) throw Error("the sentence has no blank '_'");
    const std::string rest = " " + std::string(stripped(std::string_view(sentence).substr(blank + 1)));
    ChoiceItem item;
    for (const char* option : {"option1", "option2"}) item.requests.push_back({sentence.substr(0, blank) + textOf(r, option), rest});
    item.target = labelOf(r, "answer") - 1;
    return item;
}

/// Choices of ARC and OpenBookQA: {text: […], label: […]}, or [{text, label}, …] below the question.
struct LabelledChoices {
    std::vector<std::string> texts, labels;
};
LabelledChoices labelledChoices(const Json& record) {
    const bool official = record.contains("question") && record["question"].is_object();
    const Json& choices = official ? record["question"].at("choices") : record.at("choices");
    if (choices.is_object()) return {textsOf(choices, "text"), textsOf(choices, "label")};
    LabelledChoices result;
    for (const Json& choice : choices) {
        if (!choice.is_object() || !has(choice, {"text", "label"})) throw Error("a choice is not an object with text and label");
        result.texts.push_back(textOf(choice, "text"));
        result.labels.push_back(textOf(choice, "label"));
    }
    return result;
}
const std::string& stemOf(const Json& record) {
    if (record.contains("question_stem")) return textOf(record, "question_stem");
    return record["question"].is_object() ? textOf(record["question"], "stem") : textOf(record, "question");
}
ChoiceItem makeLabelled(const Json& record, const std::string& context) {
    LabelledChoices choices = labelledChoices(record);
    if (choices.labels.size() != choices.texts.size()) throw Error("the choices have not as many labels as texts");
    const std::string_view key = stripped(textOf(record, "answerKey"));
    if (key.empty()) throw Error("the field 'answerKey' is empty: the answers of this split are not published");
    int target = -1;
    for (std::size_t i = 0; i < choices.labels.size(); ++i)
        if (choices.labels[i] == key) target = static_cast<int>(i);
    if (target < 0) throw Error("the answer '" + std::string(key) + "' is not one of the choices");
    return itemOf(context, std::move(choices.texts), target);
}

bool isOfficialLabelled(const Json& r) {
    return has(r, {"question", "answerKey"}) && r["question"].is_object() && has(r["question"], {"stem", "choices"});
}
bool fitsArc(const Json& r) { return isOfficialLabelled(r) || (has(r, {"question", "choices", "answerKey"}) && r["question"].is_string()); }
ChoiceItem makeArc(const Json& r) { return makeLabelled(r, "Question: " + stemOf(r) + "\nAnswer:"); }
bool fitsOpenbookqa(const Json& r) { return isOfficialLabelled(r) || has(r, {"question_stem", "choices", "answerKey"}); }
ChoiceItem makeOpenbookqa(const Json& r) { return makeLabelled(r, stemOf(r)); }

bool fitsLambada(const Json& r) { return has(r, {"text"}) && !r.contains("label"); }
ChoiceItem makeLambada(const Json& r) {
    const std::string& text = textOf(r, "text");
    const std::size_t last = text.rfind(' ');
    ChoiceItem item;
    item.requests.push_back({last == text.npos ? "" : text.substr(0, last), " " + text.substr(last == text.npos ? 0 : last + 1)});
    return item;
}

std::string likelyTask(const Json& record) {
    for (const ChoiceTask& task : choiceTasks())
        if (task.fits(record)) return std::string("; they look like ") + task.name;
    if (has(record, {"input", "context", "answers"})) return "; they look like LongBench (--task longbench:NAME)";
    if (record.contains("page")) return "; they look like WikiText documents (--task wikitext)";
    return "";
}

void requireValid(const ChoiceTask& task, const ChoiceItem& item) {
    if (item.target < 0 || item.target >= static_cast<int>(item.requests.size()))
        throw Error("the label names none of the " + std::to_string(item.requests.size()) + " choices of " + task.name);
    for (const std::string& choice : item.choices)
        if (choice.empty()) throw Error("a choice is empty");
}

}  // namespace

std::string cleanedHellaSwag(std::string_view text) {
    const std::string dotted = replaceAll(stripped(text), " [title]", ". ");
    std::string cleaned;
    for (std::size_t i = 0; i < dotted.size();) {
        const std::size_t close = dotted[i] == '[' ? dotted.find(']', i) : dotted.npos, line = dotted.find('\n', i);
        if (close != dotted.npos && close < line) i = close + 1;
        else cleaned += dotted[i++];
    }
    return replaceAll(cleaned, "  ", " ");
}

const std::vector<ChoiceTask>& choiceTasks() {
    static const char* const labelled =
        "question, choices{text[], label[]}, answerKey, or question{stem, choices[{text, label}]}, answerKey";
    static const std::vector<ChoiceTask> tasks{
        {"boolq", Split::Validation, "question, passage, answer (or label), and perhaps title", "acc", fitsBoolq, makeBoolq},
        {"piqa", Split::Validation, "goal, sol1, sol2, label (or a label file beside the questions)", "acc_norm", fitsPiqa, makePiqa},
        {"siqa", Split::Validation, "context, question, answerA, answerB, answerC, label (or a label file beside the questions)", "acc",
         fitsSiqa, makeSiqa},
        {"hellaswag", Split::Validation, "activity_label, ctx_a, ctx_b, endings[], label", "acc_norm", fitsHellaswag, makeHellaswag},
        {"winogrande", Split::Validation, "sentence, option1, option2, answer", "acc", fitsWinogrande, makeWinogrande},
        {"arc_easy", Split::Test, labelled, "acc_norm", fitsArc, makeArc},
        {"arc_challenge", Split::Test, labelled, "acc_norm", fitsArc, makeArc},
        {"openbookqa", Split::Test,
         "question_stem, choices{text[], label[]}, answerKey, or question{stem, choices[{text, label}]}, answerKey", "acc_norm",
         fitsOpenbookqa, makeOpenbookqa},
        {"lambada", Split::Test, "text", "acc", fitsLambada, makeLambada},
    };
    return tasks;
}

const ChoiceTask* choiceTaskOf(std::string_view name) {
    for (const ChoiceTask& task : choiceTasks())
        if (name == task.name) return &task;
    return nullptr;
}

std::vector<ChoiceItem> choiceItems(const ChoiceTask& task, const DataSet& data) {
    std::vector<ChoiceItem> items;
    for (std::size_t i = 0; i < data.records.size(); ++i) {
        const Json& record = data.records[i];
        if (!task.fits(record))
            throw Error(data.place(i) + " has the fields " + fieldsOf(record) + "; " + task.name + " needs " + task.layouts +
                        likelyTask(record));
        try {
            items.push_back(task.make(record));
            requireValid(task, items.back());
        } catch (const Error& error) {
            throw error.within(data.place(i));
        } catch (const Json::exception& error) {
            throw Error(data.place(i) + " has not the layout of " + task.name + ": " + error.what());
        }
    }
    return items;
}

}  // namespace qs
