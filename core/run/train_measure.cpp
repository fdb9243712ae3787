// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_measure.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "qat/low_bit.h"
#include "qat/low_bit_measure.h"
#include "qat/robustness.h"

namespace qs {
namespace {

constexpr int kFullBits = 32;
constexpr double kMostSeconds = 20;  // of one arithmetic

bool isQuantized(const std::vector<LayerGrid>& grids) {
    return std::any_of(grids.begin(), grids.end(), [](const LayerGrid& grid) { return grid.bits > 0; });
}

Variant variantOf(const TrainGround& ground, const Measured& measured) {
    return isQuantized(measured.grids) ? quantizedVariant(measured.model, measured.grids, ground.options.qat.attentionOperands)
                                       : fullPrecisionVariant(measured.model, measured.model.values());
}

void add(TrainingRecord& record, const std::string& variant, const Measurement& m) {
    record.measurements.push_back({variant, m.quantity, m.unit, m.value, m.estimate});
}

std::vector<float> logitsOf(const TrainableModel& model, const Variant& variant, const at::Tensor& ids) {
    const at::Tensor logits = model.logits(variant.values, model.forward(variant.values, ids, variant.linear)).detach().contiguous();
    const float* values = logits.const_data_ptr<float>();
    return {values, values + logits.numel()};
}

/// sqrt( Σ (a − b)² / Σ b² ).
double relativeDifference(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, whole = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i], y = b[i];
        difference += (x - y) * (x - y);
        whole += y * y;
    }
    return whole > 0 ? std::sqrt(difference / whole) : std::sqrt(difference);
}

/// As many passes as asked for, or as fit into kMostSeconds after a first one.
std::vector<Measurement> timed(const TrainableModel& model, const Variant& variant, const at::Tensor& ids, int repeats) {
    std::vector<Measurement> once = measureForward(model, variant, ids, 1);
    const double fitting = kMostSeconds * 1e3 / std::max(1e-3, once.front().value);
    if (fitting < 2) return once;
    return measureForward(model, variant, ids, static_cast<int>(std::min<double>(repeats, fitting)));
}

/// Says which layers an arithmetic does not run at their own width.
void reportArithmetic(const Measured& measured, const LowBitModel& integers, JobContext& context) {
    int wider = 0, layers = 0;
    const std::vector<LayerArithmetic> arithmetic = integers.arithmetic();
    for (std::size_t l = 0; l < arithmetic.size(); ++l) {
        if (arithmetic[l] != LayerArithmetic::Int8) continue;
        ++layers;
        wider += measured.grids[l].bits < 8;
    }
    if (wider > 0)
        context.event({Severity::Info, "runs-as-int8", "",
                       std::to_string(wider) + " of " + std::to_string(layers) +
                           " layers have fewer than 8 bits and were timed as int8: processors have no narrower products"});
}

}  // namespace

double averageBits(const std::vector<LayerGrid>& grids) {
    double sum = 0;
    for (const LayerGrid& grid : grids) sum += grid.bits > 0 ? grid.bits : kFullBits;
    return grids.empty() ? kFullBits : sum / static_cast<double>(grids.size());
}

void measureVariant(const TrainGround& ground, const Measured& measured, JobContext& context, TrainingRecord& record) {
    const Variant variant = variantOf(ground, measured);
    context.check();
    ground.task->score(measured.name, measured.model, variant, *ground.pool, record);
    context.check();
    const bool quantized = isQuantized(measured.grids);
    const LinearsOf linearsOf = [&](const std::vector<at::Tensor>& values) {
        return quantized ? quantizedLinears(measured.model, values, measured.grids, ground.options.qat.attentionOperands)
                         : fullPrecisionVariant(measured.model, values).linear;
    };
    ground.task->scoreUnderNoise(measured.name, measured.model, variant.values, linearsOf, *ground.pool, record);
    context.check();
    std::vector<int> bits;
    for (const LayerGrid& grid : measured.grids) bits.push_back(grid.bits > 0 ? grid.bits : kFullBits);
    record.measurements.push_back(
        {measured.name, "size", "bytes", static_cast<double>(packedBytes(measured.model, measured.grids)), false});
    add(record, measured.name, energyEstimate(measured.model, bits));
}

void measureCosts(const TrainGround& ground, const Measured& measured, JobContext& context, TrainingRecord& record) {
    if (!ground.options.measures.costs) return;
    if (ground.device.kind != DeviceKind::Cpu) {
        context.event({Severity::Info, "costs-not-measured", "",
                       "latency and memory of integer arithmetic are measured on the CPU alone; train with --device cpu for them"});
        return;
    }
    const Batch batch = ground.task->batches().batch(0);
    const at::Tensor ids = measured.model.idsOf(batch.ids, batch.rows, batch.length);
    const int repeats = ground.options.measures.repeats;
    const auto time = [&](const std::string& arithmetic, const Variant& variant) {
        context.check();
        record.measurements.push_back({arithmetic, "batch", "texts", static_cast<double>(batch.rows), false});
        record.measurements.push_back({arithmetic, "length", "tokens", static_cast<double>(batch.length), false});
        for (const Measurement& m : timed(measured.model, variant, ids, repeats)) add(record, arithmetic, m);
    };
    const auto memory = [&](const std::string& arithmetic, double bytes) {
        record.measurements.push_back({arithmetic, "resident-memory", "bytes", bytes, false});
    };
    const auto copied = [&] { return std::make_shared<std::vector<at::Tensor>>(measured.model.copyOfValues()); };
    memory("float32", residentGrowth([&] { return std::shared_ptr<void>(copied()); }));
    time("float32", fullPrecisionVariant(measured.model, measured.model.values()));
    if (!isQuantized(measured.grids)) return;
    const bool operands = ground.options.qat.attentionOperands;
    const bool narrow =
        std::any_of(measured.grids.begin(), measured.grids.end(), [](const LayerGrid& grid) { return grid.bits > 0 && grid.bits <= 4; });
    for (const auto& [name, path] : {std::pair{"int8", LowBitPath::Int8}, std::pair{"int4-weights", LowBitPath::Int4Weights}}) {
        if (path == LowBitPath::Int4Weights && !narrow) continue;
        const auto made = [&, path = path] { return std::make_shared<LowBitModel>(measured.model, measured.grids, operands, path); };
        std::shared_ptr<LowBitModel> integers;
        memory(name, residentGrowth([&] { return std::shared_ptr<void>(integers = made()); }));
        time(name, integers->variant());
        if (path != LowBitPath::Int8) continue;
        reportArithmetic(measured, *integers, context);
        const double difference = relativeDifference(logitsOf(measured.model, integers->variant(), ids),
                                                     logitsOf(measured.model, variantOf(ground, measured), ids));
        record.measurements.push_back({name, "logit-difference", "relative", difference, false});
    }
}

}  // namespace qs
