// SPDX-License-Identifier: GPL-3.0-or-later
// The few fields of a SentencePiece model file (a protocol buffer) that decide how it encodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

struct SentencePieceModel {
    enum class Type { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    struct Piece {
        std::string text;
        float score = 0;
        Type type = Type::Normal;
    };
    std::vector<Piece> pieces;
    bool bpe = false;                    ///< trainer_spec.model_type is BPE
    bool spaceAsSuffix = false;          ///< trainer_spec.treat_whitespace_as_suffix
    bool byteFallback = false;           ///< trainer_spec.byte_fallback
    bool changesCharacters = false;      ///< normalizer_spec.precompiled_charsmap is not empty
    bool addDummyPrefix = true;          ///< normalizer_spec.add_dummy_prefix
    bool removeExtraWhitespaces = true;  ///< normalizer_spec.remove_extra_whitespaces
    bool escapeWhitespaces = true;       ///< normalizer_spec.escape_whitespaces

    /// True if plain merging by score encodes as libsentencepiece does.
    bool isPlainBpe() const {
        return bpe && !spaceAsSuffix && byteFallback && !changesCharacters && !removeExtraWhitespaces && escapeWhitespaces;
    }
};

/// nullopt if the bytes are no such protocol buffer.
std::optional<SentencePieceModel> parseSentencePieceModel(std::string_view bytes);

}  // namespace qs
