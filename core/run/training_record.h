// SPDX-License-Identifier: GPL-3.0-or-later
// What a training leaves in its run file besides quantized linears: curves, widths over steps, metrics and measurements of the trained
// model and of what it is compared with. schema.h says where each stands in the file; during training it is rewritten every few seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/array.h"

namespace qs {

/// One step of the optimizer.
struct TrainingStep {
    std::int64_t step = 0;    ///< counted from 1
    double loss = 0;          ///< (1 − distill) taskLoss + distill distillation + gamma penalty
    double taskLoss = 0;      ///< cross entropy, nats a target
    double penalty = 0;       ///< Σ_l mean((A_l − Q(A_l))²)
    double distillation = 0;  ///< temperature² KL(full precision ‖ this model), nats a target
    double learningRate = 0;
    double gradientNorm = 0;  ///< before clipping
    double averageBits = 0;   ///< plain mean over layers; 32 in full precision
    bool operator==(const TrainingStep&) const = default;
};

/// A model that was trained or made for the comparison. Names are words of their own: "dsa-qat", "full", "fixed-4", "fixed-8", "lsq-4",
/// "ptq" …; the trained model of the run comes first.
struct TrainingVariant {
    std::string name;
    std::string label;       ///< "post-training rounding at the same average width"
    double averageBits = 0;  ///< of the weights of the layers, plain mean over layers; 0 while it is not known
    bool operator==(const TrainingVariant&) const = default;
};

/// Steps of one variant; variants that were not trained have none.
struct TrainingCurve {
    std::string variant;
    std::vector<TrainingStep> steps;
    bool operator==(const TrainingCurve&) const = default;
};

/// An update of the widths of the layers (of the run's own model). The first one, at step 0, holds the widths that the training began
/// with, and figures 0.
struct TrainingUpdate {
    std::int64_t step = 0;                 ///< steps done when the widths were chosen; they hold from the next step on
    std::vector<std::int32_t> bits;        ///< [layers]
    std::vector<double> gradientVariance;  ///< [layers] since the update before, over steps and entries
    std::vector<double> activationError;   ///< [layers] mean |A − Q(A)| at the probing width
    std::vector<double> sensitivity;       ///< [layers] smoothed
    std::vector<std::uint8_t> suppressed;  ///< [layers] 1: the hysteresis held a change back
    std::vector<std::uint8_t> flickers;    ///< [layers] 1: went back to the width which the update before had changed
    bool operator==(const TrainingUpdate&) const = default;
};

/// The sensitivity above which a layer is better off with the wider of two widths (methods with widths from sensitivity).
struct TrainingThreshold {
    std::int32_t narrower = 0, wider = 0;
    double sensitivity = 0;
    bool operator==(const TrainingThreshold&) const = default;
};

/// On the held-out part of the data.
struct TrainingMetric {
    std::string variant;
    std::string metric;  ///< "accuracy", "precision", "recall", "f1" (macro), "perplexity", "bleu" …
    double value = 0, standardError = 0;
    bool operator==(const TrainingMetric&) const = default;
};

struct TrainingConfusion {
    std::string variant;
    Matrix<std::int64_t> counts;  ///< [true class, predicted class]
    bool operator==(const TrainingConfusion&) const = default;
};

/// Accuracy with added quantization noise.
struct TrainingNoise {
    std::string variant;
    double level = 0;       ///< step of the noise relative to the largest magnitude of a tensor
    std::int64_t seed = 0;  ///< of the draw
    double accuracy = 0;
    bool operator==(const TrainingNoise&) const = default;
};

/// A figure of what a variant costs on this machine.
struct TrainingMeasurement {
    std::string variant;
    std::string quantity, unit;  ///< "latency", "ms"
    double value = 0;
    bool estimate = false;  ///< computed from a formula, not measured
    bool operator==(const TrainingMeasurement&) const = default;
};

struct TrainingRecord {
    std::string task;                        ///< "classification" or "language-model"
    std::string method;                      ///< of the run's own model: "dsa-qat", "fixed", "lsq", "full"
    std::string data;                        ///< what was trained and measured on, and how it was split
    std::int64_t steps = 0;                  ///< planned
    std::vector<std::string> layers;         ///< checkpoint names without ".weight", model order
    std::vector<std::int64_t> layerWeights;  ///< [layers] number of weights
    std::vector<std::string> classes;        ///< none for a language model
    std::vector<TrainingVariant> variants;
    std::vector<TrainingCurve> curves;
    std::vector<TrainingUpdate> updates;
    std::vector<TrainingThreshold> thresholds;  ///< ascending; none for other methods and in files of schema 1.3
    std::vector<TrainingMetric> metrics;
    std::vector<TrainingConfusion> confusion;
    std::vector<TrainingNoise> noise;
    std::vector<TrainingMeasurement> measurements;

    /// The steps of a variant; nullptr if there are none.
    const TrainingCurve* curveOf(const std::string& variant) const;
    /// A metric of a variant; nullptr if it was not measured.
    const TrainingMetric* metricOf(const std::string& variant, const std::string& metric) const;
    bool operator==(const TrainingRecord&) const = default;
};

}  // namespace qs
