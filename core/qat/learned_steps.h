// SPDX-License-Identifier: GPL-3.0-or-later
// The step sizes of LSQ: one for the weights and one for the input of every layer, all of them parameters of the training.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "qat/settings.h"
#include "qat/trainable_model.h"

namespace qs {

class LearnedSteps {
  public:
    /// No steps at all unless the method is Lsq.
    LearnedSteps(const TrainableModel& model, const QatSettings& settings);

    bool begun() const { return m_begun; }
    void setBegun() { m_begun = true; }
    /// First values, from the weights and from the inputs that these ids give in full precision.
    void begin(const at::Tensor& ids);

    /// Weight steps, then activation steps: scalars.
    const std::vector<at::Tensor>& tensors() const { return m_tensors; }
    std::size_t weightIndex(std::size_t layer) const { return layer; }
    std::size_t activationIndex(std::size_t layer) const { return m_tensors.size() / 2 + layer; }
    double weightStep(std::size_t layer) const { return m_tensors[weightIndex(layer)].item().toDouble(); }
    double activationStep(std::size_t layer) const { return m_tensors[activationIndex(layer)].item().toDouble(); }

    /// Quantizes the weights of all layers among `values` and keeps what gradients need.
    void quantizeWeights(std::vector<at::Tensor>& values);
    /// Passes the gradient of a layer's quantized weights on to the weights (returned) and to their step.
    struct Gradients {
        at::Tensor weight, step;
    };
    Gradients passWeightGradient(std::size_t layer, const at::Tensor& gradient);

    /// After an update: a step that fell to 0 or below becomes tiny.
    void keepPositive();

  private:
    const TrainableModel& m_model;
    const QatSettings& m_settings;
    std::vector<at::Tensor> m_tensors;
    struct Pass {
        at::Tensor weight, step, quantized;
    };
    std::vector<Pass> m_passes;
    bool m_begun = false;
};

}  // namespace qs
