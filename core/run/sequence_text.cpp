// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/sequence_text.h"

#include <algorithm>

#include "base/error.h"
#include "text/tokenizer.h"

namespace qs {

struct SequenceReader::State {
    std::shared_ptr<const RunFile> run;
    std::unique_ptr<Tokenizer> tokenizer;
};

SequenceReader::SequenceReader(std::shared_ptr<const RunFile> run, std::filesystem::path model) : m_state(new State) {
    if (model.empty()) model = run->provenance().model;
    if (!std::filesystem::exists(model))
        throw Error(run->path().string() + ": the model " + model.string() +
                    " is not there, whose tokenizer the text needs; open the model where it is now");
    m_state->run = std::move(run);
    m_state->tokenizer = loadTokenizer(model);
}

SequenceReader::~SequenceReader() = default;

std::string SequenceReader::text(std::size_t sequence, std::size_t mostTokens) const {
    std::vector<std::int32_t> ids = m_state->run->sequenceIds(sequence);
    ids.resize(std::min(ids.size(), mostTokens));
    return m_state->tokenizer->decode(ids, false);
}

}  // namespace qs
