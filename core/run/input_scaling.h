// SPDX-License-Identifier: GPL-3.0-or-later
// Input scales of AWQ in a run: searched for all linears of an input together, then folded into what is before it. The chain of a run goes
// on with the original norms and Ŵ diag(1/s), which is the same function, so that nothing has to be computed anew.
#pragma once

#include <string>
#include <vector>

#include "model/folding.h"
#include "quant/settings.h"
#include "run/block_loop.h"

namespace qs {

class InputScaling {
  public:
    /// `chosen`: the linears to quantize, by block.
    InputScaling(const ModelSpec& spec, const std::vector<std::vector<LinearSpec>>& chosen);

    /// Whether an input gets scales: its linears and what takes their inverse are all quantized, and something can take it.
    bool scales(int block, InputTag tag) const { return m_reasons[static_cast<std::size_t>(block)][static_cast<std::size_t>(tag)].empty(); }
    /// What is known of an input.
    struct Statistics {
        const HessianBank& bank;
        const Weighting& weighting;
        MatrixView<const float> H;  ///< [in, in] of both
    };
    /// Finds s [in], together with the other ranks; records s and the losses in the part,
    /// and divides the group scales of a linear that takes 1 / s. Empty where the input gets none: then the first block with the reason
    /// says so in an event "inputs-not-scaled".
    std::vector<float> choose(InputTag tag, BlockState& state, const Statistics& input, const QuantSettings& settings) const;

  private:
    std::vector<std::array<std::string, kInputTags.size()>> m_reasons;  ///< why an input gets none, by block
};

/// H of the input divided by s: H_ij / (s_i s_j).
Matrix<float> scaledHessian(const Matrix<float>& H, const std::vector<float>& s);

}  // namespace qs
