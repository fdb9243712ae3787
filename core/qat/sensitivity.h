// SPDX-License-Identifier: GPL-3.0-or-later
// Which width each layer gets from its sensitivity. Formulas: sensitivity.cpp.
#pragma once

#include <span>
#include <vector>

#include "base/array.h"

namespace qs {

struct SensitivityWeights {
    double alpha = 1, beta = 1;  ///< of the gradient's variance and of the activation error
    int probeBits = 8;           ///< width at which the activation error is measured
};

/// Population variance Var(∇W) over all entries.
template <class R>
double varianceOf(std::span<const R> values);

/// E|A − Q(A)| at the probing width, range of the tensor itself.
template <class R>
double activationError(std::span<const R> activation, int probeBits);

/// S_l of all layers.
std::vector<double> sensitivities(std::span<const double> variances, std::span<const double> activationErrors,
                                  const SensitivityWeights& weights);
/// values / mean; as they are if the mean is 0.
std::vector<double> dividedByMean(std::span<const double> values);

struct WidthChoice {
    std::vector<int> widths{4, 6, 8};  ///< allowed bits
    double lambda = 1;                 ///< price of a bit's cost
    double errorGain = 1;              ///< factor of ε
};

struct WidthPlan {
    std::vector<double> epsilon, cost;  ///< [widths] ε_b and C_b
    Matrix<double> objective;           ///< [layers, widths]
    std::vector<int> bits;              ///< [layers] the fewest bits among equals
};
WidthPlan chooseWidths(std::span<const double> sensitivity, const WidthChoice& choice);

/// A sensitivity at which two widths that follow each other are equally good: a layer above it gets the wider one.
struct WidthThreshold {
    int narrower = 0, wider = 0;
    double sensitivity = 0;
};
/// Ascending widths.
std::vector<WidthThreshold> widthThresholds(const WidthChoice& choice);

/// Σ b_l N_l over layers with N_l weights each, and the means of b_l over layers and over weights.
struct WidthSummary {
    double bits = 0, weightedBits = 0, energy = 0;
};
WidthSummary summarise(std::span<const int> bits, std::span<const double> weightCounts);

}  // namespace qs
