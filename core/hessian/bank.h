// SPDX-License-Identifier: GPL-3.0-or-later
// The Hessian bank of one input tag: per sequence length L
//   S_L = Σ_{m: L_m = L} X_m X_mᵀ  [in, in]      n_L = number of sequences
// with the first token's vectors of every sequence apart, and the diagonals of two random halves of each bucket (sampling noise).
// X here is stored token-major, [tokens, in], so S = XᵀX. Source: design/methods.md section 1; MaCa eq. 2.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "base/number_types.h"
#include "base/parallel.h"
#include "hessian/weighting.h"

namespace qs {

/// Input of one sequence for accumulation: [length, dim] contiguous, element type given by the bank.
struct SequenceInput {
    const void* x = nullptr;
    bool secondHalf = false;  ///< which random half of its bucket the sequence belongs to
};

struct LengthBucket {
    int length = 0;
    int sequences = 0;
    Matrix<float> S;                      ///< [in, in], both triangles after finish()
    std::vector<double> diagonal;         ///< diag S_L, summed in double
    std::vector<double> halfDiagonal[2];  ///< of the two halves
    int halfSequences[2] = {0, 0};
    Matrix<float> firstTokens;            ///< [n_L, in]
};

class HessianBank {
  public:
    /// `dtype` (BF16, F32 or F64) and `device` describe the inputs that add() will see.
    HessianBank(int dim, DType dtype, Device device);
    HessianBank(HessianBank&&) noexcept;
    HessianBank& operator=(HessianBank&&) noexcept;
    ~HessianBank();

    /// Adds all sequences of one length. The result does not depend on the number of workers: S is split by columns, not by tokens.
    void add(int length, std::span<const SequenceInput> sequences, ThreadPool& pool);
    /// Mirrors the triangles; call once after the last add().
    void finish(ThreadPool& pool);

    int dim() const { return m_dim; }
    const std::vector<LengthBucket>& buckets() const { return m_buckets; }  ///< ascending length
    std::vector<LengthCount> counts() const;

    /// H = Σ_L c_L (S_L + (firstTokenWeight − 1) Σ x₀x₀ᵀ) [in, in]. Throws Error if the weighting names a missing length.
    Matrix<float> combine(const Weighting& weighting, ThreadPool& pool) const;
    /// diag of the same in double; cheap.
    std::vector<double> combineDiagonal(const Weighting& weighting) const;

    /// Bytes of the sums of one tag.
    static std::size_t bytesFor(int dim, std::size_t lengths);

  private:
    int m_dim = 0;
    DType m_dtype{};
    Device m_device;
    std::vector<LengthBucket> m_buckets;
};

/// Statistics of a symmetric positive semi-definite matrix.
struct Spectrum {
    std::vector<float> eigenvalues;  ///< descending
    double trace = 0;
    double conditionNumber = 0;      ///< largest / smallest positive eigenvalue
    double effectiveRank = 0;        ///< exp(entropy of the normalised eigenvalues) (Roy & Vetterli 2007)
    double topShare = 0;             ///< largest eigenvalue / trace
};
/// Throws Error if H holds a NaN or infinity.
Spectrum spectrumOf(MatrixView<const float> H);

/// Relative distance of two Hessians scaled to equal trace: ‖A/tr A − B/tr B‖_F / ‖B/tr B‖_F ("drift" from the longest length).
double driftBetween(MatrixView<const float> A, MatrixView<const float> B);

/// tr(M S Mᵀ) for M [rows, in] and symmetric S [in, in]; products in float32, sums in double.
double quadraticError(MatrixView<const float> M, MatrixView<const float> S, ThreadPool& pool);

}  // namespace qs
