// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "base/error.h"
#include "run/run_file_records.h"

namespace qs::hdf5 {
namespace {

struct BucketRow {
    std::int32_t length, sequences, half0, half1;
    double trace, conditionNumber, effectiveRank, topShare, drift;
};

std::vector<Column> bucketColumns() {
    return {{"length", offsetof(BucketRow, length), H5T_NATIVE_INT32},
            {"sequences", offsetof(BucketRow, sequences), H5T_NATIVE_INT32},
            {"half_0", offsetof(BucketRow, half0), H5T_NATIVE_INT32},
            {"half_1", offsetof(BucketRow, half1), H5T_NATIVE_INT32},
            {"trace", offsetof(BucketRow, trace), H5T_NATIVE_DOUBLE},
            {"condition_number", offsetof(BucketRow, conditionNumber), H5T_NATIVE_DOUBLE},
            {"effective_rank", offsetof(BucketRow, effectiveRank), H5T_NATIVE_DOUBLE},
            {"top_share", offsetof(BucketRow, topShare), H5T_NATIVE_DOUBLE},
            {"drift", offsetof(BucketRow, drift), H5T_NATIVE_DOUBLE}};
}

struct ErrorRow {
    std::int32_t length, sequences;
    double error, energy, errorWithoutFirst, energyWithoutFirst;
};

std::vector<Column> errorColumns() {
    return {{"length", offsetof(ErrorRow, length), H5T_NATIVE_INT32},
            {"sequences", offsetof(ErrorRow, sequences), H5T_NATIVE_INT32},
            {"error", offsetof(ErrorRow, error), H5T_NATIVE_DOUBLE},
            {"energy", offsetof(ErrorRow, energy), H5T_NATIVE_DOUBLE},
            {"error_without_first", offsetof(ErrorRow, errorWithoutFirst), H5T_NATIVE_DOUBLE},
            {"energy_without_first", offsetof(ErrorRow, energyWithoutFirst), H5T_NATIVE_DOUBLE}};
}

/// One row per bucket, all of the same width, as one dataset; left out if the rows are empty.
template <class T, class Of>
void writeRows(hid_t group, const char* name, std::span<const BucketRecord> buckets, std::vector<hsize_t> rowShape, Of rowOf) {
    std::vector<T> values;
    for (const BucketRecord& bucket : buckets)
        for (const std::vector<T>* row : rowOf(bucket)) values.insert(values.end(), row->begin(), row->end());
    hsize_t count = buckets.size();
    for (const hsize_t extent : rowShape) count *= extent;
    if (values.empty()) return;
    if (values.size() != count) throw Error(std::string("bank: ") + name + " is not complete for every length");
    rowShape.insert(rowShape.begin(), buckets.size());
    writeDataset(group, name, rowShape, values.data());
}

void writeMatrices(hid_t group, const char* name, std::span<const BucketRecord> buckets, Matrix<float> BucketRecord::*member) {
    for (const BucketRecord& bucket : buckets) {
        const Matrix<float>& matrix = bucket.*member;
        if (matrix.empty()) continue;
        if (!exists(group, name)) createGroup(group, name);
        const std::array<hsize_t, 2> shape{matrix.rows(), matrix.cols()};
        writeDataset(group, std::string(name) + "/" + std::to_string(bucket.length), shape, matrix.data());
    }
}

void writeBuckets(hid_t parent, const char* name, std::span<const BucketRecord> buckets, hsize_t dim) {
    if (buckets.empty()) return;
    const Id group = createGroup(parent, name);
    std::vector<BucketRow> rows;
    for (const BucketRecord& b : buckets)
        rows.push_back({b.length, b.sequences, b.halfSequences[0], b.halfSequences[1], b.trace, b.conditionNumber, b.effectiveRank,
                        b.topShare, b.drift});
    writeTable(group, "table", bucketColumns(), sizeof(BucketRow), rows.size(), rows.data());
    using Doubles = std::vector<const std::vector<double>*>;
    writeRows<double>(group, "diagonal", buckets, {dim}, [](const BucketRecord& b) { return Doubles{&b.diagonal}; });
    writeRows<double>(group, "half_diagonal", buckets, {2, dim}, [](const BucketRecord& b) {
        return Doubles{&b.halfDiagonal[0], &b.halfDiagonal[1]};
    });
    writeRows<double>(group, "first_token_diagonal", buckets, {dim}, [](const BucketRecord& b) { return Doubles{&b.firstTokenDiagonal}; });
    writeRows<float>(group, "eigenvalues", buckets, {dim},
                     [](const BucketRecord& b) { return std::vector<const std::vector<float>*>{&b.eigenvalues}; });
    writeMatrices(group, "S", buckets, &BucketRecord::S);
    writeMatrices(group, "first_tokens", buckets, &BucketRecord::firstTokens);
}

/// Distributes a dataset [k, in] over the buckets; absent datasets leave them empty.
template <class T>
void readRowsInto(hid_t group, const char* name, std::size_t buckets, hsize_t dim, hsize_t perBucket,
                  const std::function<std::vector<T>&(std::size_t, std::size_t)>& target) {
    if (!exists(group, name)) return;
    std::vector<hsize_t> shape{buckets, dim};
    if (perBucket > 1) shape.insert(shape.begin() + 1, perBucket);
    if (shapeOf(group, name) != shape) throw Error(std::string(name) + " has another shape than its group says");
    std::vector<T> values(buckets * perBucket * dim);
    readDataset(group, name, shape, values.data());
    for (std::size_t b = 0; b < buckets; ++b)
        for (std::size_t p = 0; p < perBucket; ++p) {
            const auto first = values.begin() + static_cast<std::ptrdiff_t>((b * perBucket + p) * dim);
            target(b, p).assign(first, first + static_cast<std::ptrdiff_t>(dim));
        }
}

std::vector<BucketRecord> readBuckets(hid_t parent, const char* name, hsize_t dim) {
    std::vector<BucketRecord> buckets;
    if (!exists(parent, name)) return buckets;
    const Id group = openGroup(parent, name);
    for (const BucketRow& row : readRows<BucketRow>(group, "table", bucketColumns())) {
        BucketRecord bucket;
        bucket.length = row.length;
        bucket.sequences = row.sequences;
        bucket.halfSequences = {row.half0, row.half1};
        bucket.trace = row.trace;
        bucket.conditionNumber = row.conditionNumber;
        bucket.effectiveRank = row.effectiveRank;
        bucket.topShare = row.topShare;
        bucket.drift = row.drift;
        buckets.push_back(std::move(bucket));
    }
    const std::size_t k = buckets.size();
    readRowsInto<double>(
        group, "diagonal", k, dim, 1, [&](std::size_t b, std::size_t) -> auto& { return buckets[b].diagonal; });
    readRowsInto<double>(
        group, "half_diagonal", k, dim, 2, [&](std::size_t b, std::size_t h) -> auto& { return buckets[b].halfDiagonal[h]; });
    readRowsInto<double>(
        group, "first_token_diagonal", k, dim, 1, [&](std::size_t b, std::size_t) -> auto& { return buckets[b].firstTokenDiagonal; });
    readRowsInto<float>(
        group, "eigenvalues", k, dim, 1, [&](std::size_t b, std::size_t) -> auto& { return buckets[b].eigenvalues; });
    return buckets;
}

void writeErrors(hid_t group, const char* name, std::span<const LengthError> errors) {
    std::vector<ErrorRow> rows;
    for (const LengthError& e : errors)
        rows.push_back({e.length, e.sequences, e.error, e.energy, e.errorWithoutFirst, e.energyWithoutFirst});
    writeTable(group, name, errorColumns(), sizeof(ErrorRow), rows.size(), rows.data());
}

std::vector<LengthError> readErrors(hid_t group, const char* name) {
    std::vector<LengthError> errors;
    for (const ErrorRow& r : readRows<ErrorRow>(group, name, errorColumns()))
        errors.push_back({r.length, r.sequences, r.error, r.energy, r.errorWithoutFirst, r.energyWithoutFirst});
    return errors;
}

template <class T>
void writeMatrix(hid_t group, const char* name, const Matrix<T>& matrix) {
    const std::array<hsize_t, 2> shape{matrix.rows(), matrix.cols()};
    writeDataset(group, name, shape, matrix.data());
}

template <class T>
Matrix<T> readMatrix(hid_t group, const char* name, hsize_t rows, hsize_t cols) {
    const std::array<hsize_t, 2> shape{rows, cols};
    const auto stored = shapeOf(group, name);  // before memory is asked for
    if (!std::equal(stored.begin(), stored.end(), shape.begin(), shape.end()))
        throw Error(std::string(name) + " has another shape than its group says");
    Matrix<T> matrix(rows, cols);
    readDataset(group, name, shape, matrix.data());
    return matrix;
}

constexpr std::pair<const char*, int LinearRecord::*> kLinearIntegers[] = {{"block", &LinearRecord::block},
                                                                           {"out", &LinearRecord::out},
                                                                           {"in", &LinearRecord::in},
                                                                           {"bits", &LinearRecord::bits},
                                                                           {"group_size", &LinearRecord::groupSize}};
constexpr std::pair<const char*, std::string LinearRecord::*> kLinearTexts[] = {
    {"role", &LinearRecord::role}, {"tag", &LinearRecord::tag}, {"method", &LinearRecord::method}, {"scheme", &LinearRecord::scheme}};
constexpr std::pair<const char*, double LinearRecord::*> kLinearReals[] = {{"loss", &LinearRecord::loss},
                                                                           {"energy", &LinearRecord::energy},
                                                                           {"loss_inner", &LinearRecord::lossInner},
                                                                           {"damping", &LinearRecord::damping},
                                                                           {"seconds", &LinearRecord::seconds}};

void writeScaleSteps(hid_t group, std::span<const ScaleStepRecord> steps) {
    if (steps.empty()) return;
    std::vector<std::pair<std::string, double>> losses;
    std::vector<float> scales;
    for (const ScaleStepRecord& step : steps) {
        losses.emplace_back(step.name, step.loss);
        scales.insert(scales.end(), step.scales.values().begin(), step.scales.values().end());
    }
    writeNamedReals(group, "scale_steps", "loss", losses);
    if (scales.empty()) return;
    const std::array<hsize_t, 3> shape{steps.size(), steps[0].scales.rows(), steps[0].scales.cols()};
    if (scales.size() != shape[0] * shape[1] * shape[2]) throw Error("the scales are not complete for every step");
    writeDataset(group, "scale_trajectory", shape, scales.data());
}

std::vector<ScaleStepRecord> readStepLosses(hid_t group) {
    std::vector<ScaleStepRecord> steps;
    if (!exists(group, "scale_steps")) return steps;
    for (auto& [name, loss] : readNamedReals(group, "scale_steps", "loss")) steps.push_back({std::move(name), loss, {}});
    return steps;
}

void writeLinear(hid_t linears, const LinearRecord& r, std::int64_t position) {
    const Id group = createGroup(linears, r.name);
    writeAttribute(group, "position", position);
    writeAttribute(group, "failed", std::int64_t{r.failed ? 1 : 0});
    for (const auto& [name, member] : kLinearIntegers) writeAttribute(group, name, std::int64_t{r.*member});
    for (const auto& [name, member] : kLinearTexts) writeAttribute(group, name, r.*member);
    for (const auto& [name, member] : kLinearReals) writeAttribute(group, name, r.*member);
    if (r.asymmetricEnergy > 0) {
        writeAttribute(group, "asymmetric_loss", r.asymmetricLoss);
        writeAttribute(group, "asymmetric_energy", r.asymmetricEnergy);
    }
    if (r.activationBits > 0) {
        writeAttribute(group, "activation_bits", std::int64_t{r.activationBits});
        writeAttribute(group, "activation_max", r.activationMax);
        writeAttribute(group, "activation_factor", r.activationFactor);
    }
    writeMatrix(group, "codes", r.codes);
    writeMatrix(group, "scales", r.scales);
    writeMatrix(group, "zeros", r.zeros);
    if (!r.solvedScales.empty()) writeMatrix(group, "solved_scales", r.solvedScales);
    if (!r.groupIndex.empty()) writeDataset(group, "g_idx", r.groupIndex);
    if (!r.order.empty()) writeDataset(group, "order", r.order);
    if (!r.deadColumns.empty()) writeDataset(group, "dead_columns", r.deadColumns);
    if (!r.weightSample.empty()) writeMatrix(group, "weight_sample", r.weightSample);
    writeErrors(group, "errors", r.calibrationErrors);
    writeErrors(group, "held_out_errors", r.heldOutErrors);
    writeScaleSteps(group, r.scaleSteps);
}

void readArrays(hid_t group, LinearRecord& r) {
    const auto rows = static_cast<hsize_t>(r.out), cols = static_cast<hsize_t>(r.in);
    r.codes = readMatrix<std::uint8_t>(group, "codes", rows, cols);
    const auto scaleShape = shapeOf(group, "scales");
    if (scaleShape.size() != 2 || scaleShape[1] < 1 || scaleShape[1] > cols) throw Error("scales have an impossible shape");
    r.scales = readMatrix<float>(group, "scales", rows, scaleShape[1]);
    r.zeros = readMatrix<std::uint8_t>(group, "zeros", rows, scaleShape[1]);
    if (exists(group, "solved_scales")) r.solvedScales = readMatrix<float>(group, "solved_scales", rows, scaleShape[1]);
    if (exists(group, "weight_sample")) {
        const auto shape = shapeOf(group, "weight_sample");
        if (shape.size() != 2 || shape[0] > rows || shape[1] > cols) throw Error("weight_sample has an impossible shape");
        r.weightSample = readMatrix<float>(group, "weight_sample", shape[0], shape[1]);
    }
    const auto indices = [&](const char* name, hsize_t limit) {
        std::vector<std::int32_t> values;
        if (!exists(group, name)) return values;
        values = readVector<std::int32_t>(group, name);
        const bool inside =
            std::all_of(values.begin(), values.end(), [&](std::int32_t v) { return v >= 0 && static_cast<hsize_t>(v) < limit; });
        if (values.size() != cols || !inside) throw Error(std::string(name) + " is damaged");
        return values;
    };
    r.groupIndex = indices("g_idx", scaleShape[1]);
    r.order = indices("order", cols);
    const auto needed = r.groupSize > 0 ? (cols + static_cast<hsize_t>(r.groupSize) - 1) / static_cast<hsize_t>(r.groupSize) : 1;
    if (r.groupIndex.empty() && needed > scaleShape[1]) throw Error("scales have fewer groups than the group size asks for");
}

/// A linear and its place in the block.
std::pair<LinearRecord, std::int64_t> readPlacedLinear(hid_t file, const std::string& name, Detail detail) {
    const Id group = openGroup(file, "linears/" + name);
    LinearRecord r;
    r.name = name;
    for (const auto& [attribute, member] : kLinearIntegers) {
        const std::int64_t value = readInteger(group, attribute);
        if (value < 0 || value > std::numeric_limits<int>::max()) throw Error(name + ": its " + attribute + " is impossible");
        r.*member = static_cast<int>(value);
    }
    if (r.out < 1 || r.in < 1 || r.bits < 1 || r.bits > 8) throw Error(name + ": its shape or bits are impossible");
    r.failed = readInteger(group, "failed") != 0;
    for (const auto& [attribute, member] : kLinearTexts) r.*member = readText(group, attribute);
    for (const auto& [attribute, member] : kLinearReals) r.*member = readReal(group, attribute);
    if (hasAttribute(group, "activation_bits")) {
        const std::int64_t width = readInteger(group, "activation_bits");
        if (width < 1 || width > 32) throw Error(name + ": its activation_bits are impossible");
        r.activationBits = static_cast<int>(width);
        r.activationMax = readReal(group, "activation_max");
        if (hasAttribute(group, "activation_factor")) r.activationFactor = readReal(group, "activation_factor");
        if (!(r.activationFactor > 0)) throw Error(name + ": its activation_factor is impossible");
    }
    if (hasAttribute(group, "asymmetric_loss")) {
        r.asymmetricLoss = readReal(group, "asymmetric_loss");
        r.asymmetricEnergy = readReal(group, "asymmetric_energy");
    }
    if (exists(group, "dead_columns")) r.deadColumns = readVector<std::int32_t>(group, "dead_columns");
    r.calibrationErrors = readErrors(group, "errors");
    r.heldOutErrors = readErrors(group, "held_out_errors");
    r.scaleSteps = readStepLosses(group);
    if (detail == Detail::Everything) readArrays(group, r);
    return {std::move(r), readInteger(group, "position")};
}

void readInputScales(hid_t group, TagRecord& tag) {
    if (exists(group, "scale_losses")) tag.scaleLosses = readVector<double>(group, "scale_losses");
    if (!exists(group, "input_scales")) return;
    tag.inputScales = readVector<float>(group, "input_scales");
    const bool usable = std::all_of(tag.inputScales.begin(), tag.inputScales.end(), [](float s) { return std::isfinite(s) && s > 0; });
    if (tag.inputScales.size() != static_cast<std::size_t>(tag.dim) || !usable) throw Error(tag.tag + ": its input_scales are damaged");
}

}  // namespace

std::string bankGroup(int block, const std::string& tag, bool heldOut) {
    return "blocks/" + std::to_string(block) + "/tags/" + tag + (heldOut ? "/held_out" : "/calibration");
}

void writeBlock(hid_t file, const BlockPart& part, const std::string& fingerprint) {
    if (!exists(file, "blocks")) createGroup(file, "blocks");
    if (!exists(file, "linears")) createGroup(file, "linears");
    const Id group = createGroup(file, "blocks/" + std::to_string(part.block));
    writeAttribute(group, "seconds", part.seconds);
    writeAttribute(group, "fingerprint", fingerprint);
    writeEvents(group, part.events);
    if (!part.phases.empty()) writeNamedReals(group, "phases", "seconds", part.phases);
    const Id tags = createGroup(group, "tags");
    for (const TagRecord& tag : part.tags) {
        const Id tagGroup = createGroup(tags, tag.tag);
        writeAttribute(tagGroup, "dim", std::int64_t{tag.dim});
        writeBuckets(tagGroup, "calibration", tag.calibration, static_cast<hsize_t>(tag.dim));
        writeBuckets(tagGroup, "held_out", tag.heldOut, static_cast<hsize_t>(tag.dim));
        if (!tag.inputScales.empty()) writeDataset(tagGroup, "input_scales", tag.inputScales);
        if (!tag.scaleLosses.empty()) writeDataset(tagGroup, "scale_losses", tag.scaleLosses);
    }
    if (!part.bitErrors.linears.empty()) writeBitErrors(file, part.block, part.bitErrors);
    const Id linears = openGroup(file, "linears");
    std::int64_t position = 0;
    for (const LinearRecord& linear : part.linears) writeLinear(linears, linear, position++);
}

BlockPart readBlock(hid_t file, int block) {
    BlockPart part;
    part.block = block;
    const Id group = openGroup(file, "blocks/" + std::to_string(block));
    part.seconds = readReal(group, "seconds");
    part.events = readEvents(group);
    if (exists(group, "phases")) part.phases = readNamedReals(group, "phases", "seconds");
    const Id tags = openGroup(group, "tags");
    for (const char* name : {"attention-in", "attention-out", "mlp-in", "mlp-down"}) {
        if (!exists(tags, name)) continue;
        const Id tagGroup = openGroup(tags, name);
        TagRecord tag;
        tag.block = block;
        tag.tag = name;
        tag.dim = static_cast<int>(readInteger(tagGroup, "dim"));
        if (tag.dim < 1) throw Error(tag.tag + ": its width is impossible");
        tag.calibration = readBuckets(tagGroup, "calibration", static_cast<hsize_t>(tag.dim));
        tag.heldOut = readBuckets(tagGroup, "held_out", static_cast<hsize_t>(tag.dim));
        readInputScales(tagGroup, tag);
        part.tags.push_back(std::move(tag));
    }
    return part;
}

std::vector<LinearRecord> readLinears(hid_t file, Detail detail) {
    std::vector<std::pair<LinearRecord, std::int64_t>> placed;
    for (const std::string& name : childrenOf(openGroup(file, "linears"))) placed.push_back(readPlacedLinear(file, name, detail));
    std::sort(placed.begin(), placed.end(),
              [](const auto& a, const auto& b) { return std::pair(a.first.block, a.second) < std::pair(b.first.block, b.second); });
    std::vector<LinearRecord> linears;
    for (auto& [record, position] : placed) linears.push_back(std::move(record));
    return linears;
}

std::vector<ScaleStepRecord> readScaleSteps(hid_t file, const std::string& linear) {
    const Id group = openGroup(file, "linears/" + linear);
    std::vector<ScaleStepRecord> steps = readStepLosses(group);
    if (steps.empty() || !exists(group, "scale_trajectory")) return steps;
    const auto stored = shapeOf(group, "scale_trajectory"), wanted = shapeOf(group, "scales");
    if (wanted.size() != 2 || stored != std::vector<hsize_t>{steps.size(), wanted[0], wanted[1]})
        throw Error(linear + ": scale_trajectory has another shape than its steps and scales say");
    std::vector<float> scales(steps.size() * wanted[0] * wanted[1]);
    readDataset(group, "scale_trajectory", stored, scales.data());
    auto next = scales.cbegin();
    for (ScaleStepRecord& step : steps) {
        step.scales = Matrix<float>(wanted[0], wanted[1]);
        std::copy_n(next, step.scales.size(), step.scales.data());
        next += static_cast<std::ptrdiff_t>(step.scales.size());
    }
    return steps;
}

LinearRecord readLinear(hid_t file, const std::string& name, Detail detail) { return readPlacedLinear(file, name, detail).first; }

}  // namespace qs::hdf5
