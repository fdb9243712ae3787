// SPDX-License-Identifier: GPL-3.0-or-later
// Output errors per sequence length, exact from a bank:
//   error_L = tr(ΔW S_L ΔWᵀ)   energy_L = tr(W S_L Wᵀ)   relative = error / energy      ΔW = Ŵ − W [out, in]
// all of them also without the first token of every sequence, which often fills the denominator. Source: design/methods.md section 8.
//
// tr(M S Mᵀ) = ⟨S, MᵀM⟩: one Gram matrix of M serves every length and every bank, so the cost does not grow with either.
#pragma once

#include <span>
#include <vector>

#include "base/array.h"
#include "base/parallel.h"
#include "hessian/bank.h"

namespace qs {

struct BucketError {
    int length = 0, sequences = 0;
    double error = 0, energy = 0, errorWithoutFirst = 0, energyWithoutFirst = 0;
    double relative() const { return energy > 0 ? error / energy : 0; }
    double relativeWithoutFirst() const { return energyWithoutFirst > 0 ? errorWithoutFirst / energyWithoutFirst : 0; }
};

/// tr(M S_L Mᵀ) of one bucket.
struct QuadraticForm {
    double withoutFirst = 0;  ///< ⟨rest, MᵀM⟩
    double firstOnly = 0;     ///< Σ ‖M x₀‖²
    double total() const { return withoutFirst + firstOnly; }
};
/// The forms of M [out, in] for all buckets of several finished banks: result[bank][bucket]. Products in float32, sums in double.
std::vector<std::vector<QuadraticForm>> quadraticForms(std::span<const HessianBank* const> banks, MatrixView<const float> M,
                                                       ThreadPool& pool);

/// Errors of Ŵ against W [out, in] for all buckets of several finished banks (calibration and held-out text): result[bank][bucket].
/// Throws Error if shapes differ.
std::vector<std::vector<BucketError>> lengthErrors(std::span<const HessianBank* const> banks, MatrixView<const float> W,
                                                   MatrixView<const float> quantized, ThreadPool& pool);
/// The same with the energies known from quadraticForms(banks, W): for several Ŵ of one W.
std::vector<std::vector<BucketError>> lengthErrors(std::span<const HessianBank* const> banks, MatrixView<const float> W,
                                                   MatrixView<const float> quantized,
                                                   const std::vector<std::vector<QuadraticForm>>& energies, ThreadPool& pool);
/// One bank.
std::vector<BucketError> lengthErrors(const HessianBank& bank, MatrixView<const float> W, MatrixView<const float> quantized,
                                      ThreadPool& pool);

}  // namespace qs
