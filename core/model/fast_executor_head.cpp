// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/fast_executor_head.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "kernels/blas.h"
#include "kernels/convert.h"
#include "kernels/elementwise.h"
#include "kernels/norm.h"

namespace qs {
namespace {

constexpr std::size_t kTokens = 256;       // of a slice
constexpr std::size_t kVocabulary = 1024;  // of a slice: 256 · 1024 floats fit a 1 MiB cache
constexpr std::size_t kReadRows = 4096;    // of the head at once, in float32

}  // namespace

template <class T>
FastHead<T>::FastHead(const Model& model)
    : m_model(model),
      m_hidden(static_cast<std::size_t>(model.spec().hidden)),
      m_vocabulary(static_cast<std::size_t>(model.spec().vocabulary)),
      m_headName(model.spec().headName.empty() ? model.spec().embeddingName : model.spec().headName),
      m_tied(m_headName == model.spec().embeddingName) {
    model.requireSupported();
    const NormSpec& norm = model.spec().finalNorm;
    const Matrix<float> stored = model.read(norm.name + ".weight");
    if (stored.size() != m_hidden)
        throw Error(norm.name + ".weight: " + std::to_string(stored.size()) + " weights, the model needs " + std::to_string(m_hidden));
    for (const float w : stored.values()) m_finalNorm.push_back(norm.offset + w);
}

template <class T>
void FastHead<T>::checkIds(std::span<const std::int32_t> ids) const {
    for (const std::int32_t id : ids)
        if (id < 0 || static_cast<std::size_t>(id) >= m_vocabulary)
            throw Error("token " + std::to_string(id) + " lies outside the model's vocabulary of " + std::to_string(m_vocabulary) +
                        " tokens; use the tokenizer of the model");
}

template <class T>
void FastHead<T>::embed(std::span<const std::int32_t> ids, T* h) const {
    checkIds(ids);
    const float scale = m_model.spec().embeddingScale;
    const bool kept = m_tied && m_loaded;
    AlignedVector<T> rounded(m_hidden);  // rounded before it is scaled, whether the row is kept or read
    std::vector<float> row(m_hidden);
    for (std::size_t t = 0; t < ids.size(); ++t) {
        const auto id = static_cast<std::size_t>(ids[t]);
        if (!kept) convert(m_model.readRows(m_model.spec().embeddingName, id, 1).data(), rounded.data(), m_hidden);
        convert(kept ? m_head.data() + id * m_hidden : rounded.data(), row.data(), m_hidden);
        for (float& value : row) value *= scale;
        convert(row.data(), h + t * m_hidden, m_hidden);
    }
}

template <class T>
const T* FastHead<T>::head() {
    std::call_once(m_loading, [&] {
        AlignedVector<T> table(m_vocabulary * m_hidden);
        for (std::size_t first = 0; first < m_vocabulary; first += kReadRows) {
            const Matrix<float> rows = m_model.readRows(m_headName, first, std::min(kReadRows, m_vocabulary - first));
            convert(rows.data(), table.data() + first * m_hidden, rows.size());
        }
        m_head = std::move(table);
        m_loaded = true;
    });
    return m_head.data();
}

template <class T>
Matrix<float> FastHead<T>::finalNorm(const T* h, std::size_t length) const {
    Matrix<float> y(length, m_hidden);
    rmsNorm(h, m_finalNorm.data(), m_model.spec().normEpsilon, length, m_hidden, y.data());
    return y;
}

template <class T>
void FastHead<T>::sliceLogits(const T* normed, std::size_t tokens, std::size_t first, std::size_t columns, float* logits,
                              std::size_t stride) {
    gemm(Transpose::No, Transpose::Yes, tokens, columns, m_hidden, 1.0f, normed, m_hidden, head() + first * m_hidden, m_hidden, 0.0f,
         logits, stride);
    const float cap = m_model.spec().finalSoftcap;
    if (cap > 0)
        for (std::size_t t = 0; t < tokens; ++t) softcap(logits + t * stride, columns, cap);
}

template <class T>
Matrix<float> FastHead<T>::logits(const T* h, std::size_t length) {
    AlignedVector<T> normed(length * m_hidden);
    rmsNorm(h, m_finalNorm.data(), m_model.spec().normEpsilon, length, m_hidden, normed.data());
    Matrix<float> logits(length, m_vocabulary);
    sliceLogits(normed.data(), length, 0, m_vocabulary, logits.data(), m_vocabulary);
    return logits;
}

template <class T>
void FastHead<T>::sliceLosses(const T* h, std::span<const std::int32_t> targets, HeadScratch<T>& scratch, float* losses) {
    const std::size_t tokens = targets.size();
    scratch.normed.resize(kTokens * m_hidden);
    scratch.logits.resize(kTokens * kVocabulary);
    rmsNorm(h, m_finalNorm.data(), m_model.spec().normEpsilon, tokens, m_hidden, scratch.normed.data());
    std::vector<float> maximum(tokens, -std::numeric_limits<float>::infinity()), chosen(tokens);
    std::vector<double> sum(tokens);
    for (std::size_t first = 0; first < m_vocabulary; first += kVocabulary) {
        const std::size_t columns = std::min(kVocabulary, m_vocabulary - first);
        sliceLogits(scratch.normed.data(), tokens, first, columns, scratch.logits.data(), kVocabulary);
        for (std::size_t t = 0; t < tokens; ++t) {
            const float* row = scratch.logits.data() + t * kVocabulary;
            addExponentials(row, columns, &maximum[t], &sum[t]);
            const auto target = static_cast<std::size_t>(targets[t]);
            if (target >= first && target < first + columns) chosen[t] = row[target - first];
        }
    }
    for (std::size_t t = 0; t < tokens; ++t)
        losses[t] = static_cast<float>(std::log(sum[t]) + (static_cast<double>(maximum[t]) - chosen[t]));
}

template <class T>
std::vector<float> FastHead<T>::tokenLosses(const T* h, std::span<const std::int32_t> ids, HeadScratch<T>& scratch) {
    checkIds(ids);
    if (ids.size() < 2) return {};
    const std::span<const std::int32_t> targets = ids.subspan(1);
    std::vector<float> losses(targets.size());
    for (std::size_t first = 0; first < targets.size(); first += kTokens)
        sliceLosses(h + first * m_hidden, targets.subspan(first, std::min(kTokens, targets.size() - first)), scratch,
                    losses.data() + first);
    return losses;
}

template <class T>
const T* FastHead<T>::normedRows(std::span<const void* const> h, HeadScratch<T>& scratch) const {
    if (scratch.normed.size() < h.size() * m_hidden) scratch.normed.resize(h.size() * m_hidden);
    for (std::size_t t = 0; t < h.size(); ++t)
        rmsNorm(static_cast<const T*>(h[t]), m_finalNorm.data(), m_model.spec().normEpsilon, 1, m_hidden,
                scratch.normed.data() + t * m_hidden);
    return scratch.normed.data();
}

template <class T>
Matrix<float> FastHead<T>::logitsOf(std::span<const void* const> h, HeadScratch<T>& scratch) {
    Matrix<float> logits(h.size(), m_vocabulary);
    sliceLogits(normedRows(h, scratch), h.size(), 0, m_vocabulary, logits.data(), m_vocabulary);
    return logits;
}

template <class T>
void FastHead<T>::sliceScores(std::span<const void* const> h, std::span<const std::int32_t> targets, HeadScratch<T>& scratch,
                              TokenScore* scores) {
    const std::size_t tokens = targets.size();
    const T* normed = normedRows(h, scratch);
    scratch.logits.resize(kTokens * kVocabulary);
    std::vector<float> maximum(tokens, -std::numeric_limits<float>::infinity()), chosen(tokens);
    std::vector<double> sum(tokens);
    std::vector<std::size_t> best(tokens);  // the first token with the largest logit
    for (std::size_t first = 0; first < m_vocabulary; first += kVocabulary) {
        const std::size_t columns = std::min(kVocabulary, m_vocabulary - first);
        sliceLogits(normed, tokens, first, columns, scratch.logits.data(), kVocabulary);
        for (std::size_t t = 0; t < tokens; ++t) {
            const float *row = scratch.logits.data() + t * kVocabulary, before = maximum[t];
            addExponentials(row, columns, &maximum[t], &sum[t]);
            if (maximum[t] > before) best[t] = first + static_cast<std::size_t>(std::max_element(row, row + columns) - row);
            const auto target = static_cast<std::size_t>(targets[t]);
            if (target >= first && target < first + columns) chosen[t] = row[target - first];
        }
    }
    for (std::size_t t = 0; t < tokens; ++t)
        scores[t] = {static_cast<double>(chosen[t]) - static_cast<double>(maximum[t]) - std::log(sum[t]),
                     best[t] == static_cast<std::size_t>(targets[t])};
}

template <class T>
std::vector<TokenScore> FastHead<T>::tokenScores(std::span<const void* const> h, std::span<const std::int32_t> targets,
                                                 HeadScratch<T>& scratch) {
    checkIds(targets);
    std::vector<TokenScore> scores(targets.size());
    for (std::size_t first = 0; first < targets.size(); first += kTokens) {
        const std::size_t count = std::min(kTokens, targets.size() - first);
        sliceScores(h.subspan(first, count), targets.subspan(first, count), scratch, scores.data() + first);
    }
    return scores;
}

template class FastHead<float>;
template class FastHead<BFloat16>;

}  // namespace qs
