// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/task_data.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/content_hash.h"
#include "base/error.h"
#include "evaluate/classification_metrics.h"
#include "evaluate/data_set.h"
#include "evaluate/python_text.h"
#include "text/random.h"

namespace qs {
namespace {

struct Entry {
    std::string text, label, key;  ///< key: the words of the text
};

/// What is left of the file, in its order.
std::vector<Entry> distinctEntries(const DataSet& set, const ClassificationOptions& options, ClassificationData& data) {
    std::vector<Entry> entries;
    std::map<std::string, std::set<std::string>> labels;
    for (std::size_t i = 0; i < set.records.size(); ++i) {
        Entry entry{recordText(set, i, options.textField, false), recordText(set, i, options.labelField, true), {}};
        entry.key = join(words(entry.text), " ");
        if (entry.key.empty()) ++data.blank;
        else if (!labels[entry.key].insert(entry.label).second) ++data.duplicates;
        else entries.push_back(std::move(entry));
    }
    std::erase_if(entries, [&](const Entry& entry) { return labels[entry.key].size() > 1; });
    for (const auto& [key, given] : labels) data.contradictions += given.size() > 1;
    return entries;
}

/// In [0, 1).
double placeOf(const std::string& key) {
    ContentHash hash;
    hash.add(key);
    return std::ldexp(static_cast<double>(Random(hash.value()).next() >> 11), -53);  // the generator mixes the bits of the hash
}

void requireParts(const ClassificationData& data) {
    if (data.classes.size() < 2)
        throw Error(data.name + ": has texts of " + std::to_string(data.classes.size()) + " class; at least two are needed to tell apart");
    const std::pair<const char*, const std::vector<LabelledText>*> parts[] = {
        {"training", &data.train}, {"validation", &data.validation}, {"test", &data.test}};
    for (const auto& [name, texts] : parts)
        if (texts->empty()) throw Error(data.name + ": no text falls into the part for " + name + "; give more texts or another share");
    std::vector<int> counts(data.classes.size());
    for (const LabelledText& text : data.train) ++counts[static_cast<std::size_t>(text.label)];
    for (std::size_t k = 0; k < counts.size(); ++k)
        if (counts[k] == 0) throw Error(data.name + ": no text of class '" + data.classes[k] + "' is left for training; give more of them");
}

}  // namespace

std::string recordText(const DataSet& set, std::size_t record, const std::string& field, bool numberAllowed) {
    const nlohmann::json& object = set.records[record];
    const auto found = object.find(field);
    if (found == object.end())
        throw Error(set.place(record) + " has no field '" + field + "' (fields: " + fieldsOf(object) + "); name the field that is meant");
    if (found->is_string()) return found->get<std::string>();
    if (numberAllowed && found->is_number_integer()) return std::to_string(found->get<std::int64_t>());
    throw Error(set.place(record) + ": field '" + field + "' is not " + (numberAllowed ? "a text or a whole number" : "a text"));
}

void ClassificationOptions::describe(OptionList& list) {
    list.text("text-field", textField, "Field of a record that holds the text");
    list.text("label-field", labelField, "Field of a record that holds the class, a text or a whole number");
    list.real("test-share", testShare, 0.001, 0.9, "", "Share of the texts that is kept for the test");
    list.real("validation-share", validationShare, 0.001, 0.9, "", "Share of the texts that is kept for looking at while training");
}

std::string ClassificationData::description() const {
    const auto part = [](std::size_t count, const char* what) { return std::to_string(count) + what; };
    return part(train.size(), " texts for training, ") + part(validation.size(), " for validation, ") +
           part(test.size(), " for the test, split by a hash of the text; left out: ") + part(duplicates, " duplicates, ") +
           part(contradictions, " texts with several labels, ") + part(blank, " blank ones");
}

ClassificationData loadClassificationData(const std::filesystem::path& path, const ClassificationOptions& options) {
    if (options.testShare + options.validationShare >= 1)
        throw Error("--test-share and --validation-share leave nothing to train on; give shares that add up to less than 1",
                    ErrorKind::Usage);
    const DataSet set = readDataSet(path, Split::Test);
    ClassificationData data;
    data.name = set.name;
    data.records = set.records.size();
    const std::vector<Entry> entries = distinctEntries(set, options, data);
    std::vector<std::string> labels;
    for (const Entry& entry : entries) labels.push_back(entry.label);
    data.classes = classificationReport(labels, labels).labels;
    std::map<std::string, int> index;
    for (std::size_t k = 0; k < data.classes.size(); ++k) index[data.classes[k]] = static_cast<int>(k);
    ContentHash hash;
    for (const Entry& entry : entries) {
        hash.add(entry.text);
        hash.add(entry.label);
        const double place = placeOf(entry.key);
        auto& part = place < options.testShare                             ? data.test
                     : place < options.testShare + options.validationShare ? data.validation
                                                                           : data.train;
        part.push_back({entry.text, index.at(entry.label)});
    }
    data.hash = hash.text();
    requireParts(data);
    return data;
}

}  // namespace qs
