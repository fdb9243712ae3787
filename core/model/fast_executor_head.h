// SPDX-License-Identifier: GPL-3.0-or-later
// The two ends of a model for the fast executor: embedding rows, and the head in slices of the vocabulary.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/array.h"
#include "model/executor.h"
#include "model/model.h"

namespace qs {

/// Memory that one worker keeps between calls.
template <class T>
struct HeadScratch {
    AlignedVector<T> normed;      ///< [tokens of a slice, hidden]
    AlignedVector<float> logits;  ///< [tokens, vocabulary slice]
};

/// Thread-safe. The model must outlive it.
template <class T>
class FastHead {
  public:
    /// Throws Error if parts of the model are not supported.
    explicit FastHead(const Model& model);

    /// h [ids, hidden] = embedding rows · embeddingScale. Throws Error for an id outside the vocabulary.
    void embed(std::span<const std::int32_t> ids, T* h) const;
    /// y = norm(h) as float32, h [length, hidden].
    Matrix<float> finalNorm(const T* h, std::size_t length) const;
    /// Logits [length, vocabulary], soft cap applied.
    Matrix<float> logits(const T* h, std::size_t length);
    /// −log p(ids[t + 1] | ids[≤ t]), t = 0 … L − 2; softmax over the vocabulary by slices (kernels/elementwise.h, addExponentials).
    std::vector<float> tokenLosses(const T* h, std::span<const std::int32_t> ids, HeadScratch<T>& scratch);

    /// model/executor.h: rows of the residual stream one by one, wherever they lie.
    std::vector<TokenScore> tokenScores(std::span<const void* const> h, std::span<const std::int32_t> targets, HeadScratch<T>& scratch);
    Matrix<float> logitsOf(std::span<const void* const> h, HeadScratch<T>& scratch);

  private:
    const T* head();
    const T* normedRows(std::span<const void* const> h, HeadScratch<T>& scratch) const;
    void sliceScores(std::span<const void* const> h, std::span<const std::int32_t> targets, HeadScratch<T>& scratch, TokenScore* scores);
    void checkIds(std::span<const std::int32_t> ids) const;
    void sliceLosses(const T* h, std::span<const std::int32_t> targets, HeadScratch<T>& scratch, float* losses);
    /// logits [tokens, columns] of vocabulary entries [first, first + columns)
    void sliceLogits(const T* normed, std::size_t tokens, std::size_t first, std::size_t columns, float* logits, std::size_t stride);

    const Model& m_model;
    std::size_t m_hidden, m_vocabulary;
    std::vector<float> m_finalNorm;  // offset + weight
    std::string m_headName;
    bool m_tied;
    std::once_flag m_loading;
    std::atomic<bool> m_loaded = false;
    AlignedVector<T> m_head;  // [vocabulary, hidden], read at first use; the embedding too if they are tied
};

}  // namespace qs
