// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "run/run_file_records.h"
#include "run/run_file_text_table.h"

namespace qs::hdf5 {
namespace {

std::vector<Column> stepColumns() {
    return {{"step", offsetof(TrainingStep, step), H5T_NATIVE_INT64},
            {"loss", offsetof(TrainingStep, loss), H5T_NATIVE_DOUBLE},
            {"task_loss", offsetof(TrainingStep, taskLoss), H5T_NATIVE_DOUBLE},
            {"penalty", offsetof(TrainingStep, penalty), H5T_NATIVE_DOUBLE},
            {"distillation", offsetof(TrainingStep, distillation), H5T_NATIVE_DOUBLE},
            {"learning_rate", offsetof(TrainingStep, learningRate), H5T_NATIVE_DOUBLE},
            {"gradient_norm", offsetof(TrainingStep, gradientNorm), H5T_NATIVE_DOUBLE},
            {"average_bits", offsetof(TrainingStep, averageBits), H5T_NATIVE_DOUBLE}};
}

std::vector<Column> thresholdColumns() {
    return {{"narrower", offsetof(TrainingThreshold, narrower), H5T_NATIVE_INT32},
            {"wider", offsetof(TrainingThreshold, wider), H5T_NATIVE_INT32},
            {"sensitivity", offsetof(TrainingThreshold, sensitivity), H5T_NATIVE_DOUBLE}};
}

struct NoiseRow {
    double level;
    std::int64_t seed;
    double accuracy;
};
struct MeasurementRow {
    double value;
    std::uint8_t estimate;
};

TextTable layerTable() { return {{"name"}, {{"weights", 0, H5T_NATIVE_INT64}}, sizeof(std::int64_t)}; }
TextTable classTable() { return {{"name"}, {}, 0}; }
TextTable variantTable() { return {{"name", "label"}, {{"average_bits", 0, H5T_NATIVE_DOUBLE}}, sizeof(double)}; }
TextTable trainingMetricTable() {
    return {{"variant", "metric"},
            {{"value", 0, H5T_NATIVE_DOUBLE}, {"standard_error", sizeof(double), H5T_NATIVE_DOUBLE}},
            2 * sizeof(double)};
}
TextTable noiseTable() {
    return {{"variant"},
            {{"level", offsetof(NoiseRow, level), H5T_NATIVE_DOUBLE},
             {"seed", offsetof(NoiseRow, seed), H5T_NATIVE_INT64},
             {"accuracy", offsetof(NoiseRow, accuracy), H5T_NATIVE_DOUBLE}},
            sizeof(NoiseRow)};
}
TextTable measurementTable() {
    return {
        {"variant", "quantity", "unit"},
        {{"value", offsetof(MeasurementRow, value), H5T_NATIVE_DOUBLE}, {"estimate", offsetof(MeasurementRow, estimate), H5T_NATIVE_UINT8}},
        sizeof(MeasurementRow)};
}

template <class T>
T valueAt(const std::byte* numbers) {
    T value{};
    std::memcpy(&value, numbers, sizeof value);
    return value;
}

/// A member of all updates as [updates, layers].
template <class T>
void writeOfUpdates(hid_t group, const char* name, const TrainingRecord& record, std::vector<T> TrainingUpdate::*member) {
    std::vector<T> values;
    for (const TrainingUpdate& update : record.updates) values.insert(values.end(), (update.*member).begin(), (update.*member).end());
    const std::array<hsize_t, 2> shape{record.updates.size(), record.layers.size()};
    if (values.size() != shape[0] * shape[1]) throw Error(std::string("training/updates/") + name + ": a value for every layer is needed");
    writeDataset(group, name, shape, values.data());
}

/// Before memory is taken for it.
void requireShape(hid_t group, const std::string& name, const std::array<hsize_t, 2>& shape) {
    const auto stored = shapeOf(group, name);
    if (!std::equal(stored.begin(), stored.end(), shape.begin(), shape.end()))
        throw Error("training: " + name + " has an impossible shape");
}

template <class T>
void readOfUpdates(hid_t group, const char* name, TrainingRecord& record, std::vector<T> TrainingUpdate::*member) {
    const std::size_t layers = record.layers.size();
    const std::array<hsize_t, 2> shape{record.updates.size(), layers};
    requireShape(group, name, shape);
    std::vector<T> values(shape[0] * shape[1]);
    readDataset(group, name, shape, values.data());
    for (std::size_t u = 0; u < record.updates.size(); ++u) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(u * layers);
        (record.updates[u].*member).assign(first, first + static_cast<std::ptrdiff_t>(layers));
    }
}

/// each(name, member) for the members of an update.
template <class Each>
void forUpdateMembers(Each each) {
    each("bits", &TrainingUpdate::bits);
    each("gradient_variance", &TrainingUpdate::gradientVariance);
    each("activation_error", &TrainingUpdate::activationError);
    each("sensitivity", &TrainingUpdate::sensitivity);
    each("suppressed", &TrainingUpdate::suppressed);
    each("flickers", &TrainingUpdate::flickers);
}

void writeUpdates(hid_t parent, const TrainingRecord& record) {
    const Id group = createGroup(parent, "updates");
    std::vector<std::int64_t> steps;
    for (const TrainingUpdate& update : record.updates) steps.push_back(update.step);
    writeDataset(group, "steps", steps);
    if (record.updates.empty()) return;
    forUpdateMembers([&](const char* name, auto member) { writeOfUpdates(group, name, record, member); });
}

void readUpdates(hid_t parent, TrainingRecord& record) {
    const Id group = openGroup(parent, "updates");
    for (const std::int64_t step : readVector<std::int64_t>(group, "steps")) {
        record.updates.emplace_back();
        record.updates.back().step = step;
    }
    if (record.updates.empty()) return;
    forUpdateMembers([&](const char* name, auto member) { readOfUpdates(group, name, record, member); });
}

void writeTables(hid_t group, const TrainingRecord& record) {
    TextTable layers = layerTable(), classes = classTable(), variants = variantTable(), metrics = trainingMetricTable(),
              noise = noiseTable(), measurements = measurementTable();
    for (std::size_t l = 0; l < record.layers.size(); ++l) layers.add({record.layers[l]}, &record.layerWeights.at(l));
    for (const std::string& name : record.classes) classes.add({name});
    for (const TrainingVariant& v : record.variants) variants.add({v.name, v.label}, &v.averageBits);
    for (const TrainingMetric& m : record.metrics) {
        const double both[] = {m.value, m.standardError};
        metrics.add({m.variant, m.metric}, both);
    }
    for (const TrainingNoise& n : record.noise) {
        const NoiseRow row{n.level, n.seed, n.accuracy};
        noise.add({n.variant}, &row);
    }
    for (const TrainingMeasurement& m : record.measurements) {
        const MeasurementRow row{m.value, m.estimate};
        measurements.add({m.variant, m.quantity, m.unit}, &row);
    }
    layers.write(group, "layers");
    classes.write(group, "classes");
    variants.write(group, "variants");
    metrics.write(group, "metrics");
    noise.write(group, "noise");
    measurements.write(group, "measurements");
}

using Texts = std::vector<std::string>;

void readTables(hid_t group, TrainingRecord& record) {
    layerTable().read(group, "layers", [&](const Texts& texts, const std::byte* numbers) {
        record.layers.push_back(texts[0]);
        record.layerWeights.push_back(valueAt<std::int64_t>(numbers));
    });
    classTable().read(group, "classes", [&](const Texts& texts, const std::byte*) { record.classes.push_back(texts[0]); });
    variantTable().read(group, "variants", [&](const Texts& texts, const std::byte* numbers) {
        record.variants.push_back({texts[0], texts[1], valueAt<double>(numbers)});
    });
    trainingMetricTable().read(group, "metrics", [&](const Texts& texts, const std::byte* numbers) {
        record.metrics.push_back({texts[0], texts[1], valueAt<double>(numbers), valueAt<double>(numbers + sizeof(double))});
    });
    noiseTable().read(group, "noise", [&](const Texts& texts, const std::byte* numbers) {
        const auto row = valueAt<NoiseRow>(numbers);
        record.noise.push_back({texts[0], row.level, row.seed, row.accuracy});
    });
    measurementTable().read(group, "measurements", [&](const Texts& texts, const std::byte* numbers) {
        const auto row = valueAt<MeasurementRow>(numbers);
        record.measurements.push_back({texts[0], texts[1], texts[2], row.value, row.estimate != 0});
    });
}

void writeConfusion(hid_t parent, const TrainingRecord& record) {
    const Id all = createGroup(parent, "confusion");
    for (std::size_t i = 0; i < record.confusion.size(); ++i) {
        const TrainingConfusion& confusion = record.confusion[i];
        const Id group = createGroup(all, std::to_string(i));
        writeAttribute(group, "variant", confusion.variant);
        const std::array<hsize_t, 2> shape{confusion.counts.rows(), confusion.counts.cols()};
        writeDataset(group, "counts", shape, confusion.counts.data());
    }
}

void readConfusion(hid_t parent, TrainingRecord& record) {
    const Id all = openGroup(parent, "confusion");
    const std::array<hsize_t, 2> shape{record.classes.size(), record.classes.size()};
    for (std::size_t i = 0; i < childrenOf(all).size(); ++i) {
        const Id group = openGroup(all, std::to_string(i));
        requireShape(group, "counts", shape);
        record.confusion.push_back({readText(group, "variant"), Matrix<std::int64_t>(shape[0], shape[1])});
        readDataset(group, "counts", shape, record.confusion.back().counts.data());
    }
}

}  // namespace

void writeTraining(hid_t file, const TrainingRecord& record) {
    const Id group = createGroup(file, "training");
    writeAttribute(group, "task", record.task);
    writeAttribute(group, "method", record.method);
    writeAttribute(group, "steps", record.steps);
    writeTextDataset(group, "data", record.data);
    writeTables(group, record);
    writeUpdates(group, record);
    writeTable(group, "thresholds", thresholdColumns(), sizeof(TrainingThreshold), record.thresholds.size(), record.thresholds.data());
    writeConfusion(group, record);
    const Id curves = createGroup(group, "curves");
    for (std::size_t i = 0; i < record.curves.size(); ++i) {
        const TrainingCurve& curve = record.curves[i];
        const Id own = createGroup(curves, std::to_string(i));
        writeAttribute(own, "variant", curve.variant);
        writeTable(own, "steps", stepColumns(), sizeof(TrainingStep), curve.steps.size(), curve.steps.data());
    }
}

std::optional<TrainingRecord> readTraining(hid_t file) {
    if (!exists(file, "training")) return std::nullopt;
    const Id group = openGroup(file, "training");
    TrainingRecord record;
    record.task = readText(group, "task");
    record.method = readText(group, "method");
    record.steps = readInteger(group, "steps");
    record.data = readTextDataset(group, "data");
    readTables(group, record);
    readUpdates(group, record);
    if (exists(group, "thresholds")) record.thresholds = readRows<TrainingThreshold>(group, "thresholds", thresholdColumns());
    readConfusion(group, record);
    const Id curves = openGroup(group, "curves");
    for (std::size_t i = 0; i < childrenOf(curves).size(); ++i) {
        const Id own = openGroup(curves, std::to_string(i));
        record.curves.push_back({readText(own, "variant"), readRows<TrainingStep>(own, "steps", stepColumns())});
    }
    return record;
}

}  // namespace qs::hdf5
