// SPDX-License-Identifier: GPL-3.0-or-later
// The sequences of one text on their way through the model, block by block and stage by stage, and the banks of their inputs.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/job.h"
#include "hessian/bank.h"
#include "hessian/cross_sum.h"
#include "hessian/difference_sum.h"
#include "model/executor.h"
#include "run/run_data.h"
#include "run/session.h"

namespace qs {

class Stream {
  public:
    /// Embeds the sequences. `budgetBytes` and `spillFolder` as in ActivationStore. A stream without sequences does nothing.
    Stream(const std::vector<SequenceRecord>& sequences, Session& session, std::size_t budgetBytes, const std::string& spillFolder,
           JobContext& context);

    bool empty() const { return m_records.empty(); }
    std::vector<int> lengths() const;  ///< of the sequences, in their order
    std::int64_t tokens() const { return m_tokens; }
    std::size_t spilledBytes() const { return m_store ? m_store->spilledBytes() : 0; }
    std::size_t bytesInMemory() const { return m_store ? m_store->bytes() - m_store->spilledBytes() : 0; }

    /// Runs one stage of the executor's block for every sequence.
    void run(Stage stage, JobContext& context);
    /// The bank of an input that is complete; its buckets ascend by length, sequences in their order. Without sequences it has none.
    HessianBank bank(InputTag tag, int dim, JobContext& context) const;
    /// D of an input that is complete in both streams of the same sequences (hessian/cross_sum.h), with the weights of
    /// HessianBank::combine for sequences of these `counts`, of which the streams may hold a share: shares of D add up. `untouched` went
    /// through the original weights.
    Matrix<float> cross(const Stream& untouched, InputTag tag, int dim, const Weighting& weighting, const std::vector<LengthCount>& counts,
                        CrossPart part, JobContext& context) const;
    /// C of an input likewise (hessian/difference_sum.h): both triangles.
    Matrix<float> differences(const Stream& untouched, InputTag tag, int dim, const Weighting& weighting,
                              const std::vector<LengthCount>& counts, JobContext& context) const;
    /// Mean |x| of each channel [dim] of an input, weighted like H: every token of length L by c_L, first tokens besides by their weight,
    /// all weights together 1. `counts` as above: shares of sequences add up. In float32 over 256 tokens, beyond that in double.
    std::vector<double> magnitudes(InputTag tag, int dim, const Weighting& weighting, const std::vector<LengthCount>& counts,
                                   JobContext& context) const;
    /// The sequence buffers, in the order of the records.
    std::span<SequenceBuffers> buffers() { return m_store ? m_store->sequences() : std::span<SequenceBuffers>(); }
    std::span<const SequenceBuffers> buffers() const { return m_store ? m_store->sequences() : std::span<SequenceBuffers>(); }

  private:
    std::map<int, std::vector<SequenceInput>> inputsByLength(InputTag tag) const;

    const std::vector<SequenceRecord>& m_records;
    Session& m_session;
    std::unique_ptr<ActivationStore> m_store;
    std::vector<std::size_t> m_longestFirst;  ///< order of work: short sequences fill the gaps at the end
    std::int64_t m_tokens = 0;
};

}  // namespace qs
