// SPDX-License-Identifier: GPL-3.0-or-later
// What attention makes of the rows of q, k and v: their output Hessians, by head. Formulas: head_hessians.cpp.
#pragma once

#include <vector>

#include "base/array.h"
#include "hessian/weighting.h"
#include "run/block_loop.h"

namespace qs {

/// Keys of a sequence as they are, or without their mean.
enum class Keys { AsTheyAre, Centred };

struct HeadHessians {
    std::vector<Matrix<double>> q, k, v;  ///< heads × [headDim, headDim] of q, key-value heads × [headDim, headDim] of k and v
    const std::vector<Matrix<double>>& of(LinearRole role) const;
};

/// Of the block in work, whose q, k, v and o are the original ones, from the calibration sequences of all ranks; the normed input must be
/// complete in them. `counts` are those of the bank. Does not depend on the number of threads.
HeadHessians headHessians(BlockState& state, const Weighting& weighting, const std::vector<LengthCount>& counts, Keys keys);

/// Bytes that it holds at most.
std::size_t headHessianBytes(const BlockSpec& block, int threads);

}  // namespace qs
