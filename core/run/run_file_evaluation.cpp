// SPDX-License-Identifier: GPL-3.0-or-later
// /evaluations of a run file, see schema.h.
#include <cstring>

#include "run/run_file_records.h"
#include "run/run_file_text_table.h"

namespace qs::hdf5 {
namespace {

TextTable valueTable() { return {{"name"}, {{"value", 0, H5T_NATIVE_DOUBLE}}, sizeof(double)}; }
TextTable metricTable() {
    return {{"name"}, {{"value", 0, H5T_NATIVE_DOUBLE}, {"standard_error", sizeof(double), H5T_NATIVE_DOUBLE}}, 2 * sizeof(double)};
}

/// The numbers of a row of `items`, packed.
struct ItemNumbers {
    std::int64_t item;
    double score;
};
static_assert(sizeof(ItemNumbers) == 16);
TextTable itemTable() {
    return {{"question", "given", "wanted"},
            {{"item", offsetof(ItemNumbers, item), H5T_NATIVE_INT64}, {"score", offsetof(ItemNumbers, score), H5T_NATIVE_DOUBLE}},
            sizeof(ItemNumbers)};
}

std::vector<Column> positionColumns() {
    return {{"first", offsetof(PositionMean, first), H5T_NATIVE_INT32},
            {"last", offsetof(PositionMean, last), H5T_NATIVE_INT32},
            {"value", offsetof(PositionMean, value), H5T_NATIVE_DOUBLE}};
}

}  // namespace

void writeEvaluation(hid_t file, int index, const EvaluationRecord& record) {
    if (!exists(file, "evaluations")) createGroup(file, "evaluations");
    const Id group = createGroup(file, "evaluations/" + std::to_string(index));
    writeAttribute(group, "task", record.task);
    writeAttribute(group, "subject", record.subject);
    writeTextDataset(group, "data", record.data);
    TextTable settings = valueTable(), metrics = metricTable();
    for (const auto& [name, value] : record.settings) settings.add({name}, &value);
    for (const auto& [name, value] : record.metrics) {
        const double both[] = {value.first, value.second};
        metrics.add({name}, both);
    }
    settings.write(group, "settings");
    metrics.write(group, "metrics");
    if (!record.items.empty()) {
        TextTable items = itemTable();
        for (const EvaluationItem& item : record.items) {
            const ItemNumbers numbers{item.item, item.score};
            items.add({item.question, item.given, item.wanted}, &numbers);
        }
        items.write(group, "items");
    }
    if (!record.positions.empty())
        writeTable(group, "positions", positionColumns(), sizeof(PositionMean), record.positions.size(), record.positions.data());
}

std::vector<EvaluationRecord> readEvaluations(hid_t file) {
    std::vector<EvaluationRecord> records;
    if (!exists(file, "evaluations")) return records;
    const std::size_t count = childrenOf(openGroup(file, "evaluations")).size();
    for (std::size_t i = 0; i < count; ++i) {
        const Id group = openGroup(file, "evaluations/" + std::to_string(i));
        EvaluationRecord record;
        record.task = readText(group, "task");
        record.subject = readText(group, "subject");
        record.data = readTextDataset(group, "data");
        valueTable().read(group, "settings", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
            std::memcpy(&record.settings[texts[0]], numbers, sizeof(double));
        });
        metricTable().read(group, "metrics", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
            double both[2];
            std::memcpy(both, numbers, sizeof both);
            record.metrics[texts[0]] = {both[0], both[1]};
        });
        if (exists(group, "items"))
            itemTable().read(group, "items", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
                ItemNumbers own;
                std::memcpy(&own, numbers, sizeof own);
                record.items.push_back({own.item, own.score, texts[0], texts[1], texts[2]});
            });
        if (exists(group, "positions")) record.positions = readRows<PositionMean>(group, "positions", positionColumns());
        records.push_back(std::move(record));
    }
    return records;
}

}  // namespace qs::hdf5
