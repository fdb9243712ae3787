// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/spm_pipeline.h"

#include "text/metaspace.h"
#include "text/spm_model.h"

namespace qs {

PipelineParts spmPipeline(SpmTokens tokens) {
    PipelineParts parts;
    std::vector<Normalizer> normalizers;
    std::vector<Decoder> decoders{replaceDecoder(spaceSymbol, " "), byteFallbackDecoder(), fuseDecoder()};
    if (tokens.addPrefix) {
        normalizers.push_back(prependNormalizer(spaceSymbol));
        decoders.push_back(stripDecoder(" ", 1, 0));
    }
    normalizers.push_back(replaceNormalizer(" ", spaceSymbol));
    parts.normalizer = sequenceNormalizer(std::move(normalizers));
    parts.decoder = sequenceDecoder(std::move(decoders));
    parts.kind = "SentencePiece BPE";
    parts.added = AddedTokens(std::move(tokens.added), {});
    parts.model = std::make_unique<SpmModel>(std::move(tokens.vocabulary), tokens.scores, tokens.mergeable, tokens.unknown);
    return parts;
}

}  // namespace qs
