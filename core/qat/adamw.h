// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW with clipping of the gradient's norm, and the schedule of its rate. Formulas: adamw.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "base/parallel.h"
#include "qat/settings.h"

namespace qs {

/// Rate of step 0 … steps − 1: rises evenly over the warm-up, then falls along half a cosine to finalRate · learningRate.
double scheduledRate(const QatSettings& settings, std::int64_t step);

class AdamW {
  public:
    /// For these parameters; `decays[i]`: whether weight decay applies; `factors[i]`: of the rate.
    AdamW(std::vector<at::Tensor> parameters, std::vector<bool> decays, std::vector<double> factors, const QatSettings& settings);

    /// One step in place. `gradients` (same order; undefined = 0) are scaled down together if their norm is above clipNorm and may be
    /// overwritten. `norm` is the norm before that. The result does not depend on the number of workers.
    void step(std::vector<at::Tensor>& gradients, double norm, double rate, ThreadPool& pool);

    std::int64_t steps() const { return m_steps; }
    void setSteps(std::int64_t steps) { m_steps = steps; }
    const std::vector<at::Tensor>& means() const { return m_means; }      ///< of the gradients
    const std::vector<at::Tensor>& squares() const { return m_squares; }  ///< of their squares

  private:
    void stepTogether(const std::vector<at::Tensor>& gradients, double norm, double rate);

    const QatSettings& m_settings;
    std::vector<at::Tensor> m_parameters, m_means, m_squares;
    std::vector<bool> m_decays;
    std::vector<double> m_factors;
    std::int64_t m_steps = 0;
};

}  // namespace qs
