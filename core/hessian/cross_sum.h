// SPDX-License-Identifier: GPL-3.0-or-later
// The cross term of asymmetric calibration for one input tag and one weighting. With X̃_m [L, in] the input of sequence m in the untouched
// model and X_m the one behind quantised linears
//   D_L = Σ_{m: L_m = L} (X̃_m − X_m)ᵀ X_m  [in, in]       D = Σ_L c_L (D_L + (a − 1) F_Δᵀ F)
// row = difference, column = X; F_Δ, F [n_L, in] hold the first tokens of X̃ − X and X, a is their weight, c_L the factors of
// hessian/weighting.h: the combination that makes H of the S_L, so D has the unit of H. Source: design/methods.md sections 1 and 4.
//
// Unlike the bank, the D_L are not kept: each goes into D at once, so that two matrices do for any number of lengths.
#pragma once

#include <functional>
#include <span>

#include "hessian/bank.h"
#include "kernels/gram.h"

namespace qs {

class CrossSum {
  public:
    /// `dtype` (BF16, F32 or F64) and `device` describe the inputs. With CrossPart::Upper the elements below the diagonal of D are
    /// meaningless.
    CrossSum(int dim, DType dtype, Device device, CrossPart part);

    /// Adds factor · (D_L + (firstTokenWeight − 1) F_Δᵀ F) of all sequences of one length: untouched[m] and quantized[m] are the same
    /// tokens. Does not depend on the number of workers. `tick` as in HessianBank::add.
    void add(int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, double factor,
             double firstTokenWeight, ThreadPool& pool, const std::function<void()>& tick = {});
    /// D [in, in].
    Matrix<float> take() { return std::move(m_sum); }

    /// Bytes that are in use at most, besides the inputs.
    static std::size_t bytesFor(int dim);

  private:
    DType m_dtype;
    Device m_device;
    CrossPart m_part;
    Matrix<float> m_sum;
};

}  // namespace qs
