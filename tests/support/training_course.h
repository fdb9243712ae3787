// SPDX-License-Identifier: GPL-3.0-or-later
// The record of a training as a real one would be: curves that fall, widths that settle, baselines, classes, noise and costs. Nothing is
// random, so that figures of it are the same every time.
#pragma once

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "run/training_record.h"

namespace qs::testing {

/// A number in [0, 1) that looks random.
inline double scatter(std::int64_t i) {
    const double x = std::sin(static_cast<double>(i) * 12.9898) * 43758.5453;
    return x - std::floor(x);
}

/// `done` of 400 steps of a classifier with `blocks` blocks of four layers and four classes; updates of the widths every 20 steps. What is
/// measured at the end is there only if all steps are done.
inline TrainingRecord trainingCourse(int blocks = 3, std::int64_t done = 400) {
    TrainingRecord record;
    record.task = "classification";
    record.method = "dsa-qat";
    record.data = "four languages: 800 texts for training, 100 for validation, 100 for the test";
    record.steps = 400;
    record.classes = {"de", "en", "fr", "nl"};
    for (int block = 0; block < blocks; ++block)
        for (const char* role : {"self_attn.q_proj", "self_attn.o_proj", "mlp.up_proj", "mlp.down_proj"}) {
            record.layers.push_back("model.layers." + std::to_string(block) + "." + role);
            record.layerWeights.push_back(record.layers.back().find("mlp") == std::string::npos ? 16384 : 65536);
        }
    record.thresholds = {{4, 6, 0.5}, {6, 8, 4}};
    record.variants = {{"dsa-qat", "widths from sensitivity", 0}};
    const bool finished = done >= record.steps;
    if (finished)
        for (const auto& [name, bits] : {std::pair{"full", 32.0}, {"fixed-4", 4.0}, {"fixed-8", 8.0}, {"ptq", 0.0}})
            record.variants.push_back({name, "", bits});
    const std::size_t layers = record.layers.size();
    for (std::int64_t step = 0; step <= std::min(done, record.steps - 1); step += 20) {
        TrainingUpdate update;
        update.step = step;
        for (std::size_t l = 0; l < layers; ++l) {
            const double base = 0.2 + 3.0 * scatter(static_cast<std::int64_t>(l)) * (l % 4 == 3 ? 3 : 1);
            const double s = step == 0 ? 0
                                       : base * (0.6 + 0.4 * std::exp(-static_cast<double>(step) / 150) +
                                                 0.1 * scatter(step + 7 * static_cast<std::int64_t>(l)));
            const int bits = step == 0 ? 8 : s < 0.5 ? 4 : s < 4 ? 6 : 8;
            update.bits.push_back(bits);
            update.sensitivity.push_back(s);
            update.gradientVariance.push_back(1e-6 * s * s);
            update.activationError.push_back(0.02 * std::sqrt(s));
            update.suppressed.push_back(step > 0 && scatter(step * 31 + static_cast<std::int64_t>(l)) > 0.9);
            update.flickers.push_back(0);
        }
        record.updates.push_back(update);
    }
    const auto meanBits = [&](std::int64_t step) {
        const auto& bits = record.updates[std::min(record.updates.size() - 1, static_cast<std::size_t>((step - 1) / 20))].bits;
        double sum = 0;
        for (const int b : bits) sum += b;
        return sum / static_cast<double>(bits.size());
    };
    record.variants.front().averageBits = meanBits(done);
    if (finished) record.variants.back().averageBits = meanBits(done);
    double floor = 0.12;
    for (const TrainingVariant& variant : record.variants) {
        if (variant.name == "ptq") continue;
        TrainingCurve curve{variant.name, {}};
        for (std::int64_t step = 1; step <= done; ++step) {
            const double t = static_cast<double>(step), noise = 0.25 * (scatter(step + static_cast<std::int64_t>(1000 * floor)) - 0.5);
            const double task = (floor + 1.3 * std::exp(-t / 70)) * (1 + noise),
                         penalty = variant.name == "full" ? 0 : 0.3 + 0.9 * std::exp(-t / 120);
            curve.steps.push_back({step, task + 0.01 * penalty, task, penalty, 0, 1e-3 * std::min(1.0, t / 20) * (1 - 0.9 * t / 400),
                                   0.5 + 2 * std::exp(-t / 60) + noise, variant.name == "dsa-qat" ? meanBits(step) : variant.averageBits});
        }
        record.curves.push_back(std::move(curve));
        floor += variant.name == "fixed-4" ? -0.08 : 0.03;
    }
    if (!finished) return record;
    int k = 0;
    for (const TrainingVariant& variant : record.variants) {
        const double accuracy = std::vector<double>{0.972, 0.981, 0.931, 0.978, 0.885}[static_cast<std::size_t>(k)];
        for (const auto& [metric, less] : {std::pair{"accuracy", 0.0}, {"precision", 0.002}, {"recall", 0.003}, {"f1", 0.0025}})
            record.metrics.push_back({variant.name, metric, accuracy - less, std::sqrt(accuracy * (1 - accuracy) / 400)});
        Matrix<std::int64_t> counts(4, 4);
        for (std::size_t c = 0; c < 4; ++c) {
            counts(c, c) = 25 - k - static_cast<std::int64_t>(c % 2);
            counts(c, (c + 3) % 4) = k + static_cast<std::int64_t>(c % 2);
        }
        record.confusion.push_back({variant.name, counts});
        for (const double level : {0.02, 0.05, 0.1, 0.2, 0.4})
            for (std::int64_t seed = 0; seed < 10; ++seed)
                record.noise.push_back(
                    {variant.name, level, seed,
                     accuracy - level * (0.3 + 0.3 * k) * (0.8 + 0.4 * scatter(seed + 10 * k + static_cast<std::int64_t>(1000 * level)))});
        record.measurements.push_back({variant.name, "size", "bytes", 2.4e6 * variant.averageBits / 32 + 2e5, false});
        record.measurements.push_back({variant.name, "energy", "bit weights", 491520 * variant.averageBits, true});
        ++k;
    }
    for (const auto& [arithmetic, share] : {std::pair{"float32", 1.0}, {"int8", 0.44}, {"int4-weights", 0.61}})
        for (const auto& [quantity, unit, value] : {std::tuple{"batch", "texts", 32 / share},
                                                    {"length", "tokens", 64 / share},
                                                    {"latency", "ms", 4.8},
                                                    {"cpu-time", "ms", 4.9},
                                                    {"linear-time", "ms", 3.1},
                                                    {"throughput", "tokens/s", 4.3e5 / (share * share)},
                                                    {"resident-memory", "bytes", 2.4e6}})
            record.measurements.push_back({arithmetic, quantity, unit, value * share, false});
    return record;
}

}  // namespace qs::testing
