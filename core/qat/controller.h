// SPDX-License-Identifier: GPL-3.0-or-later
// Which width every layer has while it is trained. Formulas: controller.cpp; sensitivity.cpp is the home of S, ε, C and the choice.
#pragma once

#include <cstdint>
#include <vector>

#include "qat/sensitivity.h"
#include "qat/settings.h"

namespace qs {

/// Mean and variance of numbers that come in portions, without cancellation between portions.
struct RunningMoments {
    double count = 0, mean = 0, squares = 0;  ///< squares = Σ (x − mean)²
    /// A portion of `n` numbers with this sum and sum of squares.
    void add(double n, double sum, double sumSquares);
    double variance() const { return count > 0 ? squares / count : 0; }
};

/// What an update of the widths saw and decided.
struct WidthRecord {
    std::int64_t step = 0;                 ///< steps done
    std::vector<int> bits;                 ///< [layers] from now on
    std::vector<double> gradientVariance;  ///< [layers] since the last update, over steps and entries
    std::vector<double> activationError;   ///< [layers] mean |A − Q(A)| at the probing width
    std::vector<double> sensitivity;       ///< [layers] smoothed
    std::vector<int> suppressed;           ///< layers whose change the hysteresis held back
    std::vector<int> waiting;              ///< layers that stayed wider because enough others became narrower, or because of the loss
    bool heldByLoss = false;               ///< the task loss exceeded its margin: no layer became narrower
    std::vector<int> flickers;             ///< layers that went back to the width which the update before had changed
};

class PrecisionController {
  public:
    PrecisionController(const QatSettings& settings, std::size_t layers);

    /// Gradient of the weights of a layer in one step: entries, sum, sum of squares.
    void addGradient(std::size_t layer, double count, double sum, double sumSquares);
    /// Activations of a layer: entries and Σ |A − Q(A)|.
    void addActivation(std::size_t layer, double count, double sumAbsolute);

    /// Task loss of a step.
    void addLoss(double loss);

    /// Chooses the widths from what was added since the last update, after `step` steps.
    WidthRecord update(std::int64_t step);

    const std::vector<int>& bits() const { return m_bits; }
    std::int64_t suppressed() const { return m_suppressed; }  ///< changes held back so far
    std::int64_t flickers() const { return m_flickers; }

    /// Everything as numbers, and back. setState throws Error if they do not fit the layers or the widths.
    std::vector<double> state() const;
    void setState(const std::vector<double>& state);

  private:
    void limitNarrowing(const WidthPlan& plan, std::vector<int>& bits, WidthRecord& record);
    double objectiveOf(const WidthPlan& plan, std::size_t layer, int bits) const;
    void startAnew();

    const QatSettings& m_settings;
    std::vector<int> m_bits, m_before;  ///< now, and before the last update
    std::vector<RunningMoments> m_gradients;
    std::vector<double> m_activationCounts, m_activationSums, m_sensitivity;
    RunningMoments m_loss;   ///< since the last update
    double m_leastLoss = 0;  ///< lowest mean over an interval; holds from the first update on
    std::int64_t m_updates = 0, m_suppressed = 0, m_flickers = 0;
};

}  // namespace qs
