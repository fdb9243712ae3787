// SPDX-License-Identifier: GPL-3.0-or-later
// A model whose blocks stay converted between passes as long as memory allows, so that small batches cost no more than large ones.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/job.h"
#include "base/parallel.h"
#include "evaluate/perplexity.h"
#include "model/executor.h"
#include "text/tokenizer.h"

namespace qs {

class ForwardModel {
  public:
    /// `blocks` replaces the model's own weights (empty: they are used). All blocks are kept if they take at most `budgetBytes`, else none.
    ForwardModel(const Model& model, BlockSource blocks, Executor& executor, ThreadPool& pool, std::size_t budgetBytes);

    /// Takes ids[k] through all blocks into sequences[k]. Before a block, before(block) may set caches; reports nothing, checks for stops.
    void run(std::span<SequenceBuffers> sequences, std::span<const std::vector<TokenId>> ids, JobContext& context,
             const std::function<void(int block)>& before = {});

    const Model& model() const { return m_model; }
    const ModelSpec& spec() const { return m_model.spec(); }
    Executor& executor() const { return m_executor; }
    ThreadPool& pool() const { return m_pool; }
    bool keepsBlocks() const { return m_keeps; }
    /// Row `token` of the residual stream in the buffers.
    const void* row(const SequenceBuffers& buffers, int token) const;
    /// Bytes of one element of an activation.
    std::size_t elementBytes() const;

  private:
    void use(int block);

    const Model& m_model;
    BlockSource m_blocks;
    Executor& m_executor;
    ThreadPool& m_pool;
    bool m_keeps;
    std::vector<std::shared_ptr<Executor::Block>> m_kept;
};

}  // namespace qs
