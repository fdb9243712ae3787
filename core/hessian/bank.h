// SPDX-License-Identifier: GPL-3.0-or-later
// The Hessian bank of one input tag: per sequence length L
//   S_L = Σ_{m: L_m = L} X_mᵀ X_m  [in, in]      n_L = number of sequences      X_m [L, in], one row a token
// kept as two parts, S_L = rest + F ᵀF: F [n_L, in] holds the first token of every sequence, `rest` sums all others. Source:
// design/methods.md section 1; MaCa eq. 2. The parts are apart because one first-token channel can be 10⁶ times larger than
// everything else: subtracting it from a float32 sum would leave noise, leaving it out costs nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "base/job.h"
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
    Matrix<float> rest;            ///< Σ x xᵀ over all tokens but the first of each sequence [in, in]; both triangles after finish()
    Matrix<float> firstTokens;     ///< F [n_L, in], in the order of add()
    std::vector<double> diagonal;  ///< diag S_L (first tokens included), summed in double
    std::vector<double> firstTokenDiagonal;           ///< diag FᵀF, summed in double
    std::array<std::vector<double>, 2> halfDiagonal;  ///< of the two random halves: their difference is the sampling noise
    std::array<int, 2> halfSequences{};
};

class HessianBank {
  public:
    /// `dtype` (BF16, F32 or F64) and `device` describe the inputs that add() will see. Throws Error for another type.
    HessianBank(int dim, DType dtype, Device device);
    /// A finished bank of these buckets, ascending by length.
    HessianBank(int dim, std::vector<LengthBucket> buckets);
    HessianBank(HessianBank&&) noexcept;
    HessianBank& operator=(HessianBank&&) noexcept;
    ~HessianBank();

    /// Adds all sequences of one length. The result does not depend on the number of workers, because S is split by columns, not by tokens.
    /// `tick` is called on the calling thread about every 50 ms of work and may throw to stop. Throws Error naming length and channel
    /// if an input is NaN or infinite.
    void add(int length, std::span<const SequenceInput> sequences, ThreadPool& pool, const std::function<void()>& tick = {});
    /// Mirrors the triangles; call once after the last add().
    void finish(ThreadPool& pool);

    int dim() const { return m_dim; }
    const std::vector<LengthBucket>& buckets() const { return m_buckets; }  ///< ascending length
    std::vector<LengthCount> counts() const;
    /// The buckets of a finished bank, taken out of it.
    std::vector<LengthBucket> release() && { return std::move(m_buckets); }

    /// S_L = rest + FᵀF of the bucket at `index` [in, in].
    Matrix<float> sum(std::size_t index, ThreadPool& pool) const;
    /// H = Σ_L c_L (S_L + (firstTokenWeight − 1) FᵀF) [in, in]. Throws Error if the weighting names a missing length, Cancelled when the
    /// job is stopped.
    Matrix<float> combine(const Weighting& weighting, JobContext& context, ThreadPool& pool) const;

    /// Bytes of the sums of one tag (first tokens apart, n_L · in floats each).
    static std::size_t bytesFor(int dim, std::size_t lengths);

  private:
    std::size_t indexOf(int length);
    void addOnDevice(std::size_t index, std::span<const SequenceInput> sequences, const std::function<void()>& tick);

    int m_dim = 0;
    DType m_dtype{};
    Device m_device;
    bool m_finished = false;
    std::vector<LengthBucket> m_buckets;
    std::vector<Matrix<double>> m_doubleRest;  ///< F64 inputs: sums in double until finish(), in the order of m_buckets
};

}  // namespace qs
