// SPDX-License-Identifier: GPL-3.0-or-later
// Running a model block by block and stage by stage. Both executors interpret the same BlockSpec:
//   reference_executor  ATen, any device, float32 or float64: oracles, CUDA, evaluation
//   fast_executor       CPU, bfloat16 or float32, fused epilogues and own attention (core/kernels)
//
// A stage ends where the input of the next group of linears is complete, so that a quantizer can solve that group
// and the following stage already runs on the quantised weights (each linear is run once per chain):
//   AttentionIn   x = norm(h)
//   AttentionOut  a = attention(q(x), k(x), v(x))
//   MlpIn         h += postNorm(o(a));  x = norm(h)
//   MlpDown       m = act(gate(x)) · up(x)
//   Finish        h += postNorm(down(m))
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "base/number_types.h"
#include "base/parallel.h"
#include "model/model.h"
#include "model/spec.h"

namespace qs {

enum class Stage { AttentionIn, AttentionOut, MlpIn, MlpDown, Finish };
inline constexpr std::array kStages{Stage::AttentionIn, Stage::AttentionOut, Stage::MlpIn, Stage::MlpDown, Stage::Finish};

/// Activations of one sequence [L tokens], owned by an ActivationStore: `h` residual stream [L, hidden], `x` normed input
/// [L, hidden], `a` attention output [L, heads·headDim], `m` MLP product [L, intermediate]; each contiguous. Element type and device are
/// the executor's. `x`, `a` and `m` are never needed at the same time and may lie in the same memory (the store does that): a stage
/// that reads one and writes another must work through scratch memory.
/// Rows form one text from position 0 unless `parts` says otherwise: several texts, branches of a common start, continuations of a cache.
/// Linears work on all rows alike; only positions and attention differ.
struct TextPart {
    int row = 0, rows = 0;   ///< of the buffers: consecutive positions, each token sees the part's tokens up to itself
    int position = 0;        ///< of the first row; the tokens at the positions before it are
    int start = 0;           ///< the rows from here on (of an earlier part), or, if there is a cache,
    void* keys = nullptr;    ///< the first of [keyValueHeads, capacity, headDim], executor's type and device, of the current block:
    void* values = nullptr;  ///< those of the part's own tokens are added behind them
    int capacity = 0;        ///< tokens
};
struct SequenceBuffers {
    int length = 0;
    void* h = nullptr;
    void* x = nullptr;
    void* a = nullptr;
    void* m = nullptr;
    std::span<const TextPart> parts = {};  ///< in row order, covering all rows
};

/// `parts`, or the one part that all rows form. Throws Error if they do not fit the buffers.
std::vector<TextPart> partsOf(const SequenceBuffers& buffers);

/// Log-probability of a token, and whether no token was more probable (of equals the first counts).
struct TokenScore {
    double logProbability = 0;
    bool greedy = false;
};

/// The input of the linears of `tag` inside the buffers: x, a, x or m.
void* inputOf(InputTag tag, const SequenceBuffers& buffers);
/// Width of that input.
int widthOf(InputTag tag, const BlockSpec& block);
/// The stage that completes the input of `tag`.
Stage stageOf(InputTag tag);

class Executor {
  public:
    virtual ~Executor() = default;

    virtual DType dtype() const = 0;  ///< BF16, F32 or F64: element type of all activations
    virtual Device device() const = 0;

    /// h = embedding rows of `ids` · embeddingScale.
    virtual void embed(std::span<const std::int32_t> ids, SequenceBuffers& out) = 0;
    /// Takes over the weights of a block (converted copies; the caller may free its own).
    virtual void setBlock(const BlockSpec& spec, const BlockWeights& weights) = 0;
    /// The weights of the block as they were taken over, for going back to it by setBlock(block) without converting them again.
    class Block {
      public:
        virtual ~Block() = default;
    };
    virtual std::shared_ptr<Block> block() const = 0;
    /// Throws Error if the block is another executor's kind.
    virtual void setBlock(std::shared_ptr<Block> block) = 0;
    /// Replaces the weights of one linear by W [out, in] for the stages that follow.
    virtual void replaceLinear(LinearRole role, MatrixView<const float> W) = 0;
    /// Runs one stage of the current block for one sequence. Different sequences may run on different threads at once;
    /// `worker` in [0, threads) selects scratch memory.
    virtual void run(Stage stage, SequenceBuffers& buffers, int worker) = 0;
    /// Whether several sequences of one length are better run in one call than one by one on several threads: on a GPU.
    virtual bool runsTogether() const { return false; }
    /// The same for sequences of one length without parts. Only one thread at a time.
    virtual void runTogether(Stage stage, std::span<SequenceBuffers* const> sequences);
    /// finalNorm(h) [L, hidden] as float32, host memory.
    virtual Matrix<float> finalNorm(const SequenceBuffers& buffers) = 0;
    /// Logits [L, vocabulary] float32 of the final norm's output, soft cap applied. Large: for short inputs.
    virtual Matrix<float> logits(const SequenceBuffers& buffers) = 0;
    /// −log p(ids[t + 1] | ids[≤ t]) for t = 0 … L − 2, in float32 with double sums, without keeping the logits.
    virtual std::vector<float> tokenLosses(const SequenceBuffers& buffers, std::span<const std::int32_t> ids, int worker) = 0;
    /// log p of targets[i] after the token whose residual stream (behind the last block) is h[i] [hidden]: float32 logits, double sums.
    virtual std::vector<TokenScore> tokenScores(std::span<const void* const> h, std::span<const std::int32_t> targets, int worker) = 0;
    /// Logits [h.size(), vocabulary] of such rows. Large: for few.
    virtual Matrix<float> logitsOf(std::span<const void* const> h, int worker) = 0;
    /// Copies `count` elements of an activation buffer to float32 host memory.
    virtual void toHost(const void* activations, std::size_t count, float* out) const = 0;
    /// The same of several buffers, one behind the other; on a GPU in one transfer, as each waits for all that was begun before.
    virtual void toHostTogether(std::span<const void* const> activations, std::size_t count, float* out) const;
};

/// One stage for all sequences as the executor does it best: together where lengths are equal, or one by one in the given order on the
/// workers of `pool`. `tick` is called before each call and may throw.
void runStage(Executor& executor, Stage stage, std::span<SequenceBuffers* const> sequences, ThreadPool& pool,
              const std::function<void()>& tick);
/// The whole block, likewise; a worker takes one sequence through all stages, so that its activations stay in cache.
void runBlock(Executor& executor, std::span<SequenceBuffers> sequences, ThreadPool& pool, const std::function<void()>& tick);

/// ATen. dtype F32 or F64. Throws Error if the device is not there.
std::unique_ptr<Executor> makeReferenceExecutor(const Model& model, Device device, DType dtype);
/// CPU. dtype BF16 or F32; `threads` = number of workers that will call run().
std::unique_ptr<Executor> makeFastExecutor(const Model& model, DType dtype, int threads);

/// Memory for the activations of many sequences: on the executor's device; on the CPU anonymous memory up to a budget and a
/// memory-mapped temporary file beyond it.
class ActivationStore {
  public:
    /// Buffers for sequences of the given lengths. `budgetBytes` = 0: no limit. The spill file is created (and unlinked at once)
    /// in `spillFolder`. Throws Error with the sizes if neither memory nor disk suffices.
    ActivationStore(const Executor& executor, const ModelSpec& spec, std::span<const int> lengths, std::size_t budgetBytes,
                    const std::string& spillFolder);
    ~ActivationStore();
    ActivationStore(const ActivationStore&) = delete;
    ActivationStore& operator=(const ActivationStore&) = delete;

    std::span<SequenceBuffers> sequences();
    std::size_t bytes() const;         ///< of all buffers
    std::size_t spilledBytes() const;  ///< of these, in the file

    /// Bytes that a store for these lengths will need.
    static std::size_t bytesFor(const ModelSpec& spec, std::span<const int> lengths, DType dtype);

  private:
    struct Memory;
    std::unique_ptr<Memory> m_memory;
    std::vector<SequenceBuffers> m_sequences;
};

}  // namespace qs
