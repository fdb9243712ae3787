// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "text/pipeline_tokenizer.h"

namespace qs {

/// A SentencePiece BPE vocabulary, from whichever file.
struct SpmTokens {
    Vocabulary vocabulary;
    std::vector<double> scores;     ///< by id
    std::vector<bool> mergeable;    ///< by id: may come out of a merge
    std::vector<AddedToken> added;  ///< those with `normalized` are looked for after spaces have become U+2581
    TokenId unknown = -1;
    bool addPrefix = true;  ///< a space symbol is put in front of every stretch of text
};

/// Parts of the tokenizer, but for the special ids around a text and the file name.
PipelineParts spmPipeline(SpmTokens tokens);

}  // namespace qs
