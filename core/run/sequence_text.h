// SPDX-License-Identifier: GPL-3.0-or-later
// The text behind a sequence of a run.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "run/run_file.h"

namespace qs {

/// Decodes sequences with the tokenizer of the run's model (`model`, or where the run says), which is loaded once. Thread-safe.
class SequenceReader {
  public:
    /// Throws Error naming the model if it is not there or has no tokenizer.
    SequenceReader(std::shared_ptr<const RunFile> run, std::filesystem::path model = {});
    ~SequenceReader();
    /// UTF-8 text of the first `mostTokens` tokens of a sequence. Throws Error if there is no such sequence or it has unknown ids.
    std::string text(std::size_t sequence, std::size_t mostTokens) const;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace qs
