// SPDX-License-Identifier: GPL-3.0-or-later
// A small record of a training for tests.
#pragma once

#include "run/training_record.h"

namespace qs::testing {

/// Two layers, two classes, 2 of 200 steps, one update of the widths, every table filled.
inline TrainingRecord exampleTraining() {
    TrainingRecord record;
    record.task = "classification";
    record.method = "dsa-qat";
    record.data = "languages.jsonl: 70 texts for training, 20 for the test";
    record.steps = 200;
    record.layers = {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"};
    record.layerWeights = {256, 768};
    record.classes = {"de", "français"};
    record.variants = {{"dsa-qat", "widths from sensitivity", 5}, {"full", "full precision", 32}};
    record.curves = {{"dsa-qat", {{1, 2.5, 2, 0.5, 0.25, 1e-3, 3, 8}, {2, 2, 1.5, 0.5, 0.25, 9e-4, 2, 5}}},
                     {"full", {{1, 2.5, 2.5, 0, 0, 1e-3, 3, 32}}}};
    record.updates = {{0, {8, 8}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}},
                      {20, {4, 6}, {1e-6, 2e-6}, {0.1, 0.2}, {0.5, 1.5}, {0, 1}, {1, 0}}};
    record.thresholds = {{4, 6, 0.78}, {6, 8, 15.3}};
    record.metrics = {{"dsa-qat", "accuracy", 0.95, 0.02}, {"full", "accuracy", 0.99, 0.01}};
    Matrix<std::int64_t> counts(2, 2);
    counts(0, 0) = 9;
    counts(0, 1) = 1;
    counts(1, 1) = 10;
    record.confusion = {{"dsa-qat", counts}};
    record.noise = {{"dsa-qat", 0.05, 3, 0.9}};
    record.measurements = {{"dsa-qat", "latency", "ms", 3.5, false}, {"full", "energy", "bit·weights", 32768, true}};
    return record;
}

}  // namespace qs::testing
