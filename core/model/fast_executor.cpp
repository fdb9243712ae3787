// SPDX-License-Identifier: GPL-3.0-or-later
// The executor for calibration and evaluation on the CPU: bfloat16 or float32 activations and weights, float32 sums. It interprets a
// BlockSpec and names no architecture. Results do not depend on the number of workers: a sequence is one worker's from end to end of a
// stage.
#include <algorithm>
#include <bit>
#include <mutex>

#include "base/error.h"
#include "kernels/convert.h"
#include "model/executor.h"
#include "model/fast_executor_head.h"
#include "model/fast_executor_stages.h"

namespace qs {
namespace {

/// Tables of cos and sin for every kind of layer, made once and lengthened when a longer sequence comes. Thread-safe.
class RotaryTables {
  public:
    std::shared_ptr<const CosSinTable> get(const RotarySpec& spec, std::size_t length) {
        const std::lock_guard lock(m_mutex);
        for (Entry& entry : m_entries)
            if (entry.factor == spec.attentionFactor && entry.frequencies == spec.inverseFrequency) {
                if (entry.table->cos.rows() < length) entry.table = make(spec, length);
                return entry.table;
            }
        m_entries.push_back({spec.inverseFrequency, spec.attentionFactor, make(spec, length)});
        return m_entries.back().table;
    }

  private:
    struct Entry {
        std::vector<double> frequencies;
        double factor;
        std::shared_ptr<const CosSinTable> table;
    };
    static std::shared_ptr<const CosSinTable> make(const RotarySpec& spec, std::size_t length) {
        return std::make_shared<CosSinTable>(makeCosSinTable(spec.inverseFrequency, spec.attentionFactor, std::bit_ceil(length)));
    }

    std::mutex m_mutex;
    std::vector<Entry> m_entries;
};

template <class T>
class FastExecutor final : public Executor {
  public:
    FastExecutor(const Model& model, int threads)
        : m_head(model), m_scratch(static_cast<std::size_t>(threads)), m_headScratch(static_cast<std::size_t>(threads)) {}

    DType dtype() const override { return std::is_same_v<T, float> ? DType::F32 : DType::BF16; }
    Device device() const override { return {}; }

    void embed(std::span<const std::int32_t> ids, SequenceBuffers& out) override {
        checkLength(ids, out);
        m_head.embed(ids, static_cast<T*>(out.h));
    }

    void setBlock(const BlockSpec& spec, const BlockWeights& weights) override {
        m_block = std::make_shared<KeptBlock>(makeFastBlock<T>(spec, weights));
    }
    std::shared_ptr<Block> block() const override { return m_block; }
    void setBlock(std::shared_ptr<Block> block) override {
        auto kept = std::dynamic_pointer_cast<KeptBlock>(std::move(block));
        if (!kept) throw Error("the block belongs to another kind of executor");
        m_block = std::move(kept);
    }
    void replaceLinear(LinearRole role, MatrixView<const float> W) override { m_block->weights.setLinear(role, W); }

    void run(Stage stage, SequenceBuffers& buffers, int worker) override {
        std::shared_ptr<const CosSinTable> rotary;
        if (stage == Stage::AttentionOut) {
            int positions = buffers.length;
            for (const TextPart& part : buffers.parts) positions = std::max(positions, part.position + part.rows);
            rotary = m_rotary.get(m_block->weights.spec.rotary, static_cast<std::size_t>(positions));
        }
        runFastStage(m_block->weights, stage, buffers, rotary.get(), m_scratch.at(static_cast<std::size_t>(worker)));
    }

    Matrix<float> finalNorm(const SequenceBuffers& buffers) override {
        return m_head.finalNorm(static_cast<const T*>(buffers.h), static_cast<std::size_t>(buffers.length));
    }
    Matrix<float> logits(const SequenceBuffers& buffers) override {
        return m_head.logits(static_cast<const T*>(buffers.h), static_cast<std::size_t>(buffers.length));
    }
    std::vector<float> tokenLosses(const SequenceBuffers& buffers, std::span<const std::int32_t> ids, int worker) override {
        checkLength(ids, buffers);
        return m_head.tokenLosses(static_cast<const T*>(buffers.h), ids, m_headScratch.at(static_cast<std::size_t>(worker)));
    }

    std::vector<TokenScore> tokenScores(std::span<const void* const> h, std::span<const std::int32_t> targets, int worker) override {
        return m_head.tokenScores(h, targets, m_headScratch.at(static_cast<std::size_t>(worker)));
    }
    Matrix<float> logitsOf(std::span<const void* const> h, int worker) override {
        return m_head.logitsOf(h, m_headScratch.at(static_cast<std::size_t>(worker)));
    }

    void toHost(const void* activations, std::size_t count, float* out) const override {
        convert(static_cast<const T*>(activations), out, count);
    }

  private:
    struct KeptBlock final : Block {
        explicit KeptBlock(FastBlock<T> block) : weights(std::move(block)) {}
        FastBlock<T> weights;
    };

    static void checkLength(std::span<const std::int32_t> ids, const SequenceBuffers& buffers) {
        if (ids.size() != static_cast<std::size_t>(buffers.length))
            throw Error(std::to_string(ids.size()) + " tokens do not fit activation buffers for " + std::to_string(buffers.length));
    }

    std::shared_ptr<KeptBlock> m_block;
    FastHead<T> m_head;
    RotaryTables m_rotary;
    std::vector<FastScratch<T>> m_scratch;
    std::vector<HeadScratch<T>> m_headScratch;
};

}  // namespace

std::unique_ptr<Executor> makeFastExecutor(const Model& model, DType dtype, int threads) {
    if (threads < 1) throw Error("the fast executor needs at least one worker, not " + std::to_string(threads));
    if (dtype == DType::BF16) return std::make_unique<FastExecutor<BFloat16>>(model, threads);
    if (dtype == DType::F32) return std::make_unique<FastExecutor<float>>(model, threads);
    throw Error(std::string("the fast executor computes in BF16 or F32, not ") + nameOf(dtype), ErrorKind::Usage);
}

}  // namespace qs
