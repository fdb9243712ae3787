// SPDX-License-Identifier: GPL-3.0-or-later
// The third term of asymmetric calibration, beside H (hessian/bank.h) and D (hessian/cross_sum.h). With X̃_m [L, in] the input of sequence m
// in the untouched model and X_m the one behind quantised linears
//   C_L = Σ_{m: L_m = L} (X̃_m − X_m)ᵀ (X̃_m − X_m)  [in, in]       C = Σ_L c_L (C_L + (a − 1) F_Δᵀ F_Δ)
// with the weights of H and D, so that for any Ŵ, with Δ = Ŵ − W,
//   2/N ‖W X̃ − Ŵ X‖² = tr(Δ H Δᵀ) − 2 tr(W D Δᵀ) + tr(W C Wᵀ)       2/N ‖W X̃‖² = tr(W (H + D + Dᵀ + C) Wᵀ)
// Source: design/methods.md section 4; oracles/SOLVERS.md section 4 (its constant w C wᵀ).
#pragma once

#include <functional>
#include <span>

#include "hessian/bank.h"

namespace qs {

class DifferenceSum {
  public:
    /// `dtype` (BF16, F32 or F64) and `device` describe the inputs.
    DifferenceSum(int dim, DType dtype, Device device);

    /// Adds factor · (C_L + (firstTokenWeight − 1) F_Δᵀ F_Δ) of all sequences of one length; as CrossSum::add.
    void add(int length, std::span<const SequenceInput> untouched, std::span<const SequenceInput> quantized, double factor,
             double firstTokenWeight, ThreadPool& pool, const std::function<void()>& tick = {});
    /// C [in, in], both triangles.
    Matrix<float> take(ThreadPool& pool);

  private:
    DType m_dtype;
    Device m_device;
    Matrix<float> m_sum;
};

/// 2/N ‖W X̃ − Ŵ X‖² and 2/N ‖W X̃‖² (both in the unit of H).
struct AsymmetricError {
    double loss = 0, energy = 0;
};

/// From H, D (whole) and C [in, in] of one input, W and Ŵ [out, in]. Products in float32, sums in double.
AsymmetricError asymmetricError(MatrixView<const float> H, MatrixView<const float> D, MatrixView<const float> C, MatrixView<const float> W,
                                MatrixView<const float> quantized, ThreadPool& pool);

}  // namespace qs
