// SPDX-License-Identifier: GPL-3.0-or-later
// The step sizes of LSQ: for the weights of every layer one, or one for each output channel, and one for its input, which is a factor of
// every token's range where tokens have ranges of their own. Their logarithms are parameters of the training.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "base/parallel.h"
#include "qat/settings.h"
#include "qat/straight_through.h"
#include "qat/trainable_model.h"

namespace qs {

class LearnedSteps {
  public:
    /// No steps at all unless the method is Lsq.
    LearnedSteps(const TrainableModel& model, const QatSettings& settings);

    bool begun() const { return m_begun; }
    void setBegun() { m_begun = true; }
    /// First values, from the weights and from the inputs that these ids give in full precision.
    void begin(const at::Tensor& ids, ThreadPool& pool);

    /// Logarithms of the weight steps ([], or [out, 1] of channels), then of the activation steps ([]).
    const std::vector<at::Tensor>& tensors() const { return m_tensors; }
    std::size_t weightIndex(std::size_t layer) const { return layer; }
    std::size_t activationIndex(std::size_t layer) const { return m_tensors.size() / 2 + layer; }
    /// One, or one of every output channel.
    std::vector<float> weightSteps(std::size_t layer) const;
    /// Or the factor of every token's range.
    double activationStep(std::size_t layer) const;

    /// The input of a layer on its grid. `logarithm`: a leaf with the value of that of the activation step. `units`: tokenUnits of x if
    /// tokens have ranges of their own.
    at::Tensor quantizeInput(const at::Tensor& x, const at::Tensor& logarithm, const at::Tensor& units) const;
    /// Quantizes the weights of all layers among `values` and keeps what gradients need.
    void quantizeWeights(std::vector<at::Tensor>& values, ThreadPool& pool);
    /// Passes the gradient of a layer's quantized weights on to the weights (returned) and to their steps.
    struct Gradients {
        at::Tensor weight, step;
    };
    Gradients passWeightGradient(std::size_t layer, const at::Tensor& gradient);

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
