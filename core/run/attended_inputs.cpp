// SPDX-License-Identifier: GPL-3.0-or-later
// Head h of the attention output is A_h V, V = X W_vᵀ, so W_v meets A_h X and not X. For the rows of key-value head g
//   H_g = Σ_{h shares g} Σ_L c_L Σ_{m: L_m = L} (A_h X_m)ᵀ (A_h X_m)                    [hidden, hidden]
//   D_g = Σ_{h shares g} Σ_L c_L Σ_{m: L_m = L} (Ã_h X̃_m − A_h X_m)ᵀ (A_h X_m)         for GPTAQ
// X_m [L, hidden] normed inputs of a sequence, A_h [L, L] its softmax of the scores, causal, with window, cap, norms and rotation of the
// model, from the original q and k; X̃ and Ã those of the chain through the original weights. c_L the factors of H (hessian/weighting.h).
// The first row of A_h X is the first token itself and has its own weight, as in the bank. Sources: BoA, arXiv 2406.13474; differs from it:
// heads that share v, weights of sequences.
//
// A_h X is made for a few thousand rows at a time, by the tiles of kernels/attention.h with X for values, and goes straight into the Gram
// kernels. Batches and tiles are fixed by lengths alone, so the sums are the same for any number of workers.
#include "run/attended_inputs.h"

#include <algorithm>
#include <type_traits>

#include "kernels/attention.h"
#include "kernels/blas.h"
#include "kernels/gram.h"
#include "run/attention_projection.h"
#include "run/stream.h"

namespace qs {
namespace {

constexpr std::size_t kTileQueries = 128;    // queries of an item
constexpr std::size_t kBatchTokens = 8192;   // of sequences whose heads are kept together, one sequence at least
constexpr std::size_t kAttendedRows = 4096;  // of A X kept together
constexpr std::size_t kProjectedTokens = 256;

/// What the sequences of one length add [hidden, hidden].
struct LengthSums {
    Matrix<float> H, D;
};

/// Sequences of one length with the heads of one group.
template <class T>
struct Batch {
    std::size_t length = 0;
    std::vector<const T*> x;    ///< [length, hidden] each
    std::vector<T> heads;       ///< by sequence: k, then the q of the group, [length, headDim] each
    std::vector<float> onHost;  ///< what came from a GPU
};

/// Queries [first, last) of one head of one sequence of a batch.
struct Tile {
    std::size_t sequence, head, first, last;
    std::size_t rows() const { return last - first; }
};

template <class T>
class AttendedSum {
  public:
    AttendedSum(const BlockState& state, const BlockWeights& weights, std::size_t head)
        : m_state(state),
          m_q(projectionOf(state.spec, weights, LinearRole::Q)),
          m_k(projectionOf(state.spec, weights, LinearRole::K)),
          m_head(head),
          m_group(m_q.heads / m_k.heads),
          m_hidden(static_cast<std::size_t>(state.spec.hidden)),
          m_scratch(static_cast<std::size_t>(state.session.pool->size())) {}

    std::size_t group() const { return m_group; }

    /// S += the products of all rows but the first of every sequence; with `originals` also those of attended differences.
    void add(std::size_t length, const std::vector<const SequenceBuffers*>& sequences, const std::vector<const SequenceBuffers*>& originals,
             LengthSums& S) {
        const CosSinTable rotary = makeCosSinTable(m_state.spec.rotary.inverseFrequency, m_state.spec.rotary.attentionFactor, length);
        const std::size_t each = std::max<std::size_t>(1, kBatchTokens / length);
        for (std::size_t first = 0; first < sequences.size(); first += each) {
            const std::size_t last = std::min(sequences.size(), first + each);
            const Batch<T> batch = batchOf(length, {sequences.begin() + to(first), sequences.begin() + to(last)}, rotary);
            const bool cross = !originals.empty();
            const Batch<T> other =
                cross ? batchOf(length, {originals.begin() + to(first), originals.begin() + to(last)}, rotary) : Batch<T>();
            addBatch(batch, cross ? &other : nullptr, S);
        }
    }

  private:
    static std::ptrdiff_t to(std::size_t i) { return static_cast<std::ptrdiff_t>(i); }

    Batch<T> batchOf(std::size_t length, const std::vector<const SequenceBuffers*>& sequences, const CosSinTable& rotary) {
        Batch<T> batch;
        batch.length = length;
        if (m_state.session.device().kind == DeviceKind::Cpu) {
            for (const SequenceBuffers* sequence : sequences) batch.x.push_back(static_cast<const T*>(sequence->x));
        } else if constexpr (std::is_same_v<T, float>) {
            std::vector<const void*> inputs;
            for (const SequenceBuffers* sequence : sequences) inputs.push_back(sequence->x);
            const std::size_t each = length * m_hidden;
            batch.onHost.resize(each * inputs.size());
            m_state.session.executor->toHostTogether(inputs, each, batch.onHost.data());
            for (std::size_t s = 0; s < inputs.size(); ++s) batch.x.push_back(batch.onHost.data() + s * each);
        }
        const std::size_t perHead = length * m_k.headDim;
        batch.heads.resize(batch.x.size() * (m_group + 1) * perHead);
        m_state.session.pool->run(batch.x.size() * (m_group + 1), [&](std::size_t item, int worker) {
            m_state.progress.context().check();
            const std::size_t which = item % (m_group + 1);
            const bool key = which == 0;
            project(key ? m_k : m_q, key ? m_head : m_head * m_group + which - 1, batch.x[item / (m_group + 1)], length, rotary,
                    batch.heads.data() + item * perHead, m_scratch[static_cast<std::size_t>(worker)]);
        });
        return batch;
    }

    struct Scratch {
        std::vector<float> x, y;
        AttentionScratch<T> attention;
    };

    /// One head of q or k of a sequence behind norm and rotation.
    void project(const AttentionProjection& p, std::size_t head, const T* x, std::size_t length, const CosSinTable& rotary, T* out,
                 Scratch& scratch) const {
        const std::size_t d = p.headDim;
        scratch.y.resize(kProjectedTokens * d);
        scratch.x.resize(kProjectedTokens * m_hidden);
        for (std::size_t t = 0; t < length; t += kProjectedTokens) {
            const std::size_t tokens = std::min(kProjectedTokens, length - t);
            const float* rows = nullptr;
            if constexpr (std::is_same_v<T, float>) rows = x + t * m_hidden;
            else {
                m_state.session.executor->toHost(x + t * m_hidden, tokens * m_hidden, scratch.x.data());
                rows = scratch.x.data();
            }
            gemm(Transpose::No, Transpose::Yes, tokens, d, m_hidden, 1.0f, rows, m_hidden, p.weights.W.row(head * d), m_hidden, 0.0f,
                 scratch.y.data(), d);
            rotateHead(p.rotation(scratch.y.data(), d, head, rotary, t, tokens, out + t * d));
        }
    }

    void addBatch(const Batch<T>& batch, const Batch<T>* other, LengthSums& S) {
        std::vector<Tile> tiles;
        std::size_t rows = 0;
        const auto flush = [&] {
            if (rows > 0) addTiles(tiles, rows, batch, other, S);
            tiles.clear();
            rows = 0;
        };
        for (std::size_t s = 0; s < batch.x.size(); ++s)
            for (std::size_t h = 0; h < m_group; ++h)
                for (std::size_t t = 1; t < batch.length; t += kTileQueries) {
                    if (rows + kTileQueries > kAttendedRows) flush();
                    tiles.push_back({s, h, t, std::min(batch.length, t + kTileQueries)});
                    rows += tiles.back().rows();
                }
        flush();
    }

    void addTiles(const std::vector<Tile>& tiles, std::size_t rows, const Batch<T>& batch, const Batch<T>* other, LengthSums& S) {
        ThreadPool& pool = *m_state.session.pool;
        const auto tick = [&] { m_state.progress.context().check(); };
        const std::vector<const T*> attended = attend(tiles, rows, batch, m_rows);
        addGram(std::span<const T* const>(attended), m_hidden, S.H.data(), m_hidden, pool, tick);
        if (!other) return;
        const std::vector<const T*> originals = attend(tiles, rows, *other, m_otherRows);
        addCrossGram(std::span<const T* const>(originals), std::span<const T* const>(attended), m_hidden, S.D.data(), m_hidden, pool, tick);
    }

    /// The rows of A X that the tiles stand for, in `values`.
    std::vector<const T*> attend(const std::vector<Tile>& tiles, std::size_t rows, const Batch<T>& batch, AlignedVector<T>& values) {
        if (values.size() < rows * m_hidden) values.resize(rows * m_hidden);
        std::vector<std::size_t> starts;
        for (std::size_t i = 0, row = 0; i < tiles.size(); row += tiles[i++].rows()) starts.push_back(row);
        const std::size_t d = m_k.headDim, perHead = batch.length * d;
        const BlockSpec& spec = m_state.spec;
        m_state.session.pool->run(tiles.size(), [&](std::size_t i, int worker) {
            m_state.progress.context().check();
            const Tile& tile = tiles[i];
            const T* heads = batch.heads.data() + tile.sequence * (m_group + 1) * perHead;
            attention(AttentionProblem<T>{.q = heads + (tile.head + 1) * perHead + tile.first * d,
                                          .k = heads,
                                          .v = batch.x[tile.sequence],
                                          .length = tile.last,
                                          .heads = 1,
                                          .keyValueHeads = 1,
                                          .headDim = d,
                                          .scale = spec.attentionScale,
                                          .softcap = spec.attentionSoftcap,
                                          .window = static_cast<std::size_t>(spec.window),
                                          .out = values.data() + starts[i] * m_hidden,
                                          .queryStart = tile.first,
                                          .valueDim = m_hidden},
                      m_scratch[static_cast<std::size_t>(worker)].attention);
        });
        std::vector<const T*> pointers(rows);
        for (std::size_t r = 0; r < rows; ++r) pointers[r] = values.data() + r * m_hidden;
        return pointers;
    }

    const BlockState& m_state;
    const AttentionProjection m_q, m_k;
    std::size_t m_head, m_group, m_hidden;
    std::vector<Scratch> m_scratch;        ///< by worker
    AlignedVector<T> m_rows, m_otherRows;  ///< of A X
};

/// First tokens of sequences [n, hidden].
Matrix<float> firstTokens(const std::vector<const SequenceBuffers*>& sequences, const BlockState& state) {
    const auto hidden = static_cast<std::size_t>(state.spec.hidden);
    Matrix<float> F(sequences.size(), hidden);
    std::vector<const void*> inputs;
    for (const SequenceBuffers* sequence : sequences) inputs.push_back(sequence->x);
    if (!inputs.empty()) state.session.executor->toHostTogether(inputs, hidden, F.data());
    return F;
}

std::vector<const float*> rowsOf(const Matrix<float>& M) {
    std::vector<const float*> rows;
    for (std::size_t r = 0; r < M.rows(); ++r) rows.push_back(M.row(r));
    return rows;
}

std::vector<const SequenceBuffers*> ofLength(const Stream& stream, int length) {
    std::vector<const SequenceBuffers*> own;
    for (const SequenceBuffers& sequence : stream.buffers())
        if (sequence.length == length) own.push_back(&sequence);
    return own;
}

void addScaled(Matrix<float>& S, double factor, Matrix<double>& sum) {
    for (std::size_t e = 0; e < sum.size(); ++e) sum.data()[e] += factor * static_cast<double>(S.data()[e]);
    std::fill(S.values().begin(), S.values().end(), 0.0f);
}

/// Of all sequences, in double.
struct Totals {
    Matrix<double> H, D;
};

void addScaled(LengthSums& S, double factor, Totals& totals) {
    addScaled(S.H, factor, totals.H);
    addScaled(S.D, factor, totals.D);
}

template <class T>
void sumOverLengths(const BlockState& state, const BlockWeights& weights, std::size_t head, const Weighting& weighting,
                    const std::vector<LengthCount>& counts, const Stream* untouched, Totals& totals) {
    const std::vector<double> factors = weighting.factors(counts);
    ThreadPool& pool = *state.session.pool;
    AttendedSum<T> attended(state, weights, head);
    const std::size_t hidden = totals.H.rows();
    LengthSums S{Matrix<float>(hidden, hidden), Matrix<float>(totals.D.rows(), totals.D.cols())};
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto own = ofLength(*state.calibration, counts[i].length);
        if (own.empty() || factors[i] == 0) continue;
        const auto originals = untouched ? ofLength(*untouched, counts[i].length) : std::vector<const SequenceBuffers*>();
        attended.add(static_cast<std::size_t>(counts[i].length), own, originals, S);
        addScaled(S, factors[i], totals);
        const Matrix<float> F = firstTokens(own, state);
        addGram(std::span<const float* const>(rowsOf(F)), hidden, S.H.data(), hidden, pool);
        if (untouched) {
            const Matrix<float> original = firstTokens(originals, state);
            addCrossGram(std::span<const float* const>(rowsOf(original)), std::span<const float* const>(rowsOf(F)), hidden, S.D.data(),
                         hidden, pool);
        }
        addScaled(S, factors[i] * weighting.firstTokenWeight * static_cast<double>(attended.group()), totals);
    }
}

Matrix<float> overAllRanks(Matrix<double>& sum, Communicator& group) {
    group.sum(sum.values());
    Matrix<float> result(sum.rows(), sum.cols());
    std::transform(sum.values().begin(), sum.values().end(), result.data(), [](double s) { return static_cast<float>(s); });
    return result;
}

}  // namespace

AttendedInputs::AttendedInputs(const BlockState& state, Weighting weighting, std::vector<LengthCount> counts)
    : m_state(state), m_weighting(std::move(weighting)), m_counts(std::move(counts)) {
    for (const LinearRole role : {LinearRole::Q, LinearRole::K}) m_weights[role] = state.weights[role];
    m_weights.qNorm = state.weights.qNorm;
    m_weights.kNorm = state.weights.kNorm;
}

AttendedSums AttendedInputs::sum(std::size_t head, const Stream* untouched) const {
    const auto hidden = static_cast<std::size_t>(m_state.spec.hidden), crossed = untouched ? hidden : 0;
    Totals totals{Matrix<double>(hidden, hidden), Matrix<double>(crossed, crossed)};
    if (m_state.session.executor->dtype() == DType::BF16)
        sumOverLengths<BFloat16>(m_state, m_weights, head, m_weighting, m_counts, untouched, totals);
    else sumOverLengths<float>(m_state, m_weights, head, m_weighting, m_counts, untouched, totals);
    AttendedSums sums{overAllRanks(totals.H, m_state.group), {}};
    mirrorUpper(sums.H.data(), hidden, hidden, *m_state.session.pool);
    if (untouched) sums.D = overAllRanks(totals.D, m_state.group);
    return sums;
}

std::size_t attendedInputBytes(const BlockSpec& block, int longest, DType dtype, DeviceKind device, int threads, bool cross) {
    const auto hidden = static_cast<std::size_t>(block.hidden), d = static_cast<std::size_t>(block.headDim),
               group = static_cast<std::size_t>(block.heads / block.keyValueHeads), element = byteSize(dtype);
    const std::size_t chains = cross ? 2 : 1;
    const std::size_t tokens = std::max(kBatchTokens, static_cast<std::size_t>(longest));
    const std::size_t brought = device == DeviceKind::Cpu ? 0 : tokens * hidden * sizeof(float);
    const std::size_t batch = tokens * (group + 1) * d * element + brought, rows = kAttendedRows * hidden * element;
    const std::size_t sums = chains * hidden * hidden * (sizeof(float) + sizeof(double));
    const std::size_t worker =
        kTileQueries * (hidden * sizeof(float) + 512 * (sizeof(float) + element)) + kProjectedTokens * (hidden + d) * sizeof(float);
    return chains * (batch + rows) + sums + static_cast<std::size_t>(threads) * worker;
}

}  // namespace qs
