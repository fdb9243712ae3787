// SPDX-License-Identifier: GPL-3.0-or-later
// The inputs of v as attention sums them: a Hessian for the rows of every key-value head. Formulas: attended_inputs.cpp.
#pragma once

#include <vector>

#include "base/array.h"
#include "hessian/weighting.h"
#include "run/block_loop.h"

namespace qs {

struct AttendedSums {
    Matrix<float> H;  ///< H_g [hidden, hidden]
    Matrix<float> D;  ///< D_g [hidden, hidden], empty unless asked for
};

class AttendedInputs {
  public:
    /// Of the block in work, whose q and k are the original ones (copies of them are kept), from the calibration sequences of all ranks.
    /// `counts` are those of the bank; `state` must outlive this.
    AttendedInputs(const BlockState& state, Weighting weighting, std::vector<LengthCount> counts);

    std::size_t heads() const { return static_cast<std::size_t>(m_state.spec.keyValueHeads); }
    /// H_g [hidden, hidden] of a key-value head, over all ranks, which must all call it. The normed input must be complete in the
    /// sequences. Does not depend on the number of threads. Throws Cancelled when the job is stopped.
    Matrix<float> hessian(std::size_t head) const { return sum(head, nullptr).H; }
    /// The same, and the cross term to the chain through the original weights, whose normed input must be complete, too; likewise.
    AttendedSums withCross(std::size_t head, const Stream& untouched) const { return sum(head, &untouched); }

  private:
    AttendedSums sum(std::size_t head, const Stream* untouched) const;

    const BlockState& m_state;
    Weighting m_weighting;
    std::vector<LengthCount> m_counts;
    BlockWeights m_weights;  ///< of q and k alone, with their norms
};

/// Bytes that the sums of one head take with the workspace of all workers, for sequences up to `longest` tokens of an executor's type.
std::size_t attendedInputBytes(const BlockSpec& block, int longest, DType dtype, DeviceKind device, int threads, bool cross);

}  // namespace qs
