// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/forward_model.h"

#include "base/error.h"

namespace qs {
namespace {

std::size_t bytesOf(DType type) { return type == DType::F64 ? 8 : type == DType::F32 ? 4 : 2; }

std::size_t bytesOfBlocks(const ModelSpec& spec, DType type) {
    std::size_t elements = 0;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : block.linears)
            elements += static_cast<std::size_t>(linear.out) * static_cast<std::size_t>(linear.in);
    return elements * bytesOf(type);
}

}  // namespace

ForwardModel::ForwardModel(const Model& model, BlockSource blocks, Executor& executor, ThreadPool& pool, std::size_t budgetBytes)
    : m_model(model),
      m_blocks(blocks ? std::move(blocks) : [&model](int b) { return model.block(b); }),
      m_executor(executor),
      m_pool(pool),
      m_keeps(bytesOfBlocks(model.spec(), executor.dtype()) <= budgetBytes),
      m_kept(model.spec().blocks.size()) {}

std::size_t ForwardModel::elementBytes() const { return bytesOf(m_executor.dtype()); }

const void* ForwardModel::row(const SequenceBuffers& buffers, int token) const {
    return static_cast<const std::byte*>(buffers.h) +
           static_cast<std::size_t>(token) * static_cast<std::size_t>(spec().hidden) * elementBytes();
}

void ForwardModel::use(int block) {
    const auto b = static_cast<std::size_t>(block);
    if (m_kept[b]) {
        m_executor.setBlock(m_kept[b]);
        return;
    }
    m_executor.setBlock(spec().blocks[b], m_blocks(block));
    if (m_keeps) m_kept[b] = m_executor.block();
}

void ForwardModel::run(std::span<SequenceBuffers> sequences, std::span<const std::vector<TokenId>> ids, JobContext& context,
                       const std::function<void(int)>& before) {
    for (int b = 0; b < static_cast<int>(spec().blocks.size()); ++b) {
        context.check();
        use(b);
        if (before) before(b);
        if (b == 0) m_pool.run(sequences.size(), [&](std::size_t k, int) { m_executor.embed(ids[k], sequences[k]); });
        runBlock(m_executor, sequences, m_pool, [&] { context.check(); });
    }
}

}  // namespace qs
