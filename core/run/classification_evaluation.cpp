// SPDX-License-Identifier: GPL-3.0-or-later
// The model is that of trainable_model.h: the class is the largest of score.weight · (mean over positions of the final norm). Weights are
// those of the run, inputs of its linears are rounded as in training (unless told not to), so that the part of the data that was held out
// for the test gives what the training's record says.
#include "run/classification_evaluation.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "evaluate/classification_metrics.h"
#include "evaluate/data_set.h"
#include "model/block_tensors.h"
#include "qat/task_data.h"
#include "qat/task_score.h"
#include "run/evaluation_items.h"
#include "run/run_weights.h"
#include "run/trained_activations.h"

namespace qs {
namespace {

using nlohmann::json;

struct Labelled {
    std::string text, label, place;
};

std::vector<std::string> classesOf(const Model& model) {
    const json config = json::parse(model.config());
    bool hasHead = false;
    for (const TensorInfo& tensor : model.tensors()) hasHead = hasHead || tensor.name == kScoreName;
    std::vector<std::string> classes;
    if (const auto names = config.find("id2label"); hasHead && names != config.end())
        for (std::size_t k = 0; names->contains(std::to_string(k)); ++k) classes.push_back(names->at(std::to_string(k)).get<std::string>());
    if (classes.size() < 2)
        throw Error(model.path().string() + ": is no classifier (it has no " + kScoreName +
                    " with names of classes); give a run or a model that `train --task classification` made");
    return classes;
}

/// The widths of texts that a training cut to, or what the model has positions for.
int longestText(const EvaluationOptions& options, const EvaluationSubject& subject) {
    if (options.maxLength > 0) return options.maxLength;
    int longest = 0;
    if (subject.run) {
        std::istringstream lengths(trainingOption(*subject.run, "lengths", ""));
        for (std::string length; std::getline(lengths, length, ',');) longest = std::max(longest, std::stoi(length));
    }
    return longest > 0 ? longest : std::max(1, subject.session.model->spec().maxPositions);
}

ClassificationOptions splitOf(const EvaluationSubject& subject) {
    ClassificationOptions options;
    const OptionList list = describeOptions(options);
    if (subject.run)
        for (const OptionField& field : list.fields()) field.set(trainingOption(*subject.run, field.name, field.get()));
    return options;
}

/// Whether these are the data that the run was trained on, all of them, wherever the file lies now.
bool trainedOn(const EvaluationSubject& subject, const ClassificationData& data) {
    const auto training = subject.run ? subject.run->training() : std::nullopt;
    return training && training->data.ends_with(": " + data.description());
}

std::vector<Labelled> wholeFile(const std::string& path, const ClassificationOptions& fields, std::int64_t limit) {
    const DataSet set = readDataSet(path, Split::Test, static_cast<std::size_t>(limit));
    std::vector<Labelled> texts;
    for (std::size_t i = 0; i < set.records.size(); ++i)
        texts.push_back({recordText(set, i, fields.textField, false), recordText(set, i, fields.labelField, true), set.place(i)});
    return texts;
}

/// The test part of the data of the training, every text of another file.
std::vector<Labelled> textsOf(const EvaluationOptions& options, const EvaluationSubject& subject, JobContext& context) {
    const std::string& path = options.measure.text.front();
    const ClassificationOptions fields = splitOf(subject);
    if (subject.run && options.limit == 0) {
        try {
            const ClassificationData data = loadClassificationData(path, fields);
            if (trainedOn(subject, data)) {
                context.event({Severity::Info, "test-part", path,
                               "the run was trained on these data; the " + std::to_string(data.test.size()) +
                                   " texts of their test part are evaluated, as in its record"});
                std::vector<Labelled> texts;
                for (const LabelledText& text : data.test)
                    texts.push_back({text.text, data.classes[static_cast<std::size_t>(text.label)], data.name});
                return texts;
            }
        } catch (const Error&) {  // data that cannot be split are another file
        }
    }
    return wholeFile(path, fields, options.limit);
}

/// The model's values with the linears of the run in their place.
std::vector<at::Tensor> valuesOf(const TrainableModel& model, const EvaluationSubject& subject) {
    std::vector<at::Tensor> values = model.values();
    if (!subject.run) return values;
    std::size_t layer = 0;
    for (std::size_t b = 0; b < model.spec().blocks.size(); ++b) {
        BlockWeights block = blockOfRun(*subject.session.model, *subject.run, static_cast<int>(b));
        for (const LinearSpec& linear : model.spec().blocks[b].linears) {
            at::Tensor& value = values[model.layerParameter(layer++)];
            value = tensorOf(block[linear.role].W.view(), value.options());
        }
    }
    return values;
}

Variant variantOf(const TrainableModel& model, const EvaluationSubject& subject) {
    const std::vector<at::Tensor> values = valuesOf(model, subject);
    const LinearFn plain = fullPrecisionVariant(model, values).linear;
    if (!subject.activations.rounds()) return {values, plain};
    return {values, [plain, wrapper = subject.activations.wrapper()](const LinearSpec& spec, const at::Tensor& x) {
                return wrapper(spec, x, plain);
            }};
}

}  // namespace

std::vector<ItemResult> evaluateClassification(const EvaluationOptions& options, const EvaluationSubject& subject,
                                               const std::string& itemsFile, JobContext& context) {
    const std::vector<std::string> classes = classesOf(*subject.session.model);
    const std::vector<Labelled> texts = textsOf(options, subject, context);
    if (texts.empty()) throw Error(options.measure.text.front() + ": has no text");
    std::vector<LabelledText> labelled;
    for (const Labelled& text : texts) {
        const auto found = std::find(classes.begin(), classes.end(), text.label);
        if (found == classes.end()) throw Error(text.place + ": label '" + text.label + "' is none of the classes of the model");
        labelled.push_back({text.text, static_cast<int>(found - classes.begin())});
    }
    const std::vector<TokenizedText> ids = tokenized(labelled, *subject.tokenizer);
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (ids[i].ids.empty()) throw Error(texts[i].place + ": the text has no tokens");
    const TrainableModel model(*subject.session.model, static_cast<int>(classes.size()), 0, subject.session.device());
    const Variant variant = variantOf(model, subject);
    context.report(0, kClassificationTask);
    const std::vector<int> predicted = classify(
        model, variant.values, [&](std::size_t) { return variant.linear; }, evaluationBatches(ids, longestText(options, subject)),
        *subject.session.pool);
    ItemsFile file(itemsFile, {{"task", kClassificationTask}, {"model", subject.fingerprint()}, {"items", texts.size()}}, false);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string& given = classes[static_cast<std::size_t>(predicted[i])];
        const nlohmann::ordered_json line{
            {"item", i}, {"truth", texts[i].label}, {"prediction", given}, {"acc", given == texts[i].label ? 1 : 0}};
        ItemResult item = itemFromJson(line.dump(), "item");
        item.question = beginningOf(texts[i].text);
        item.given = given;
        item.wanted = texts[i].label;
        file.add(std::move(item));
    }
    return file.finish();
}

std::map<std::string, std::pair<double, double>> classificationMetrics(const std::vector<ItemResult>& items, std::int64_t seed) {
    std::vector<std::string> truth, prediction;
    for (const ItemResult& item : items) {
        const json line = json::parse(item.json);
        truth.push_back(line.at("truth"));
        prediction.push_back(line.at("prediction"));
    }
    const ClassificationReport report = classificationReport(truth, prediction);
    const ClassificationErrors errors = classificationErrors(report, static_cast<std::uint64_t>(seed));
    return {{"accuracy", {report.accuracy, errors.accuracy}},
            {"precision", {report.macro.precision, errors.macro.precision}},
            {"recall", {report.macro.recall, errors.macro.recall}},
            {"f1", {report.macro.f1, errors.macro.f1}}};
}

}  // namespace qs
