// SPDX-License-Identifier: GPL-3.0-or-later
// Text to token ids and back, as the model's own tokenizer does it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

using TokenId = std::int32_t;

/// Thread-safe for concurrent encode/decode of one object.
class Tokenizer {
  public:
    virtual ~Tokenizer() = default;

    /// Ids of UTF-8 `text`. `addSpecial` applies the post-processor (BOS and the like). Invalid UTF-8 is replaced by U+FFFD.
    virtual std::vector<TokenId> encode(std::string_view text, bool addSpecial) const = 0;
    /// UTF-8 text of `ids`. `skipSpecial` drops special tokens. Unknown ids throw Error.
    virtual std::string decode(std::span<const TokenId> ids, bool skipSpecial) const = 0;
    /// Number of ids, added tokens included.
    virtual std::size_t vocabularySize() const = 0;
    virtual std::optional<TokenId> idOf(std::string_view token) const = 0;
    /// What it is, in a few words: "byte-level BPE, 49 152 tokens, tokenizer.json".
    virtual std::string description() const = 0;
};

/// Loads from a model directory (tokenizer.json, else tokenizer.model), a tokenizer.json, a tokenizer.model or a GGUF file.
/// Throws Error naming the file and the part that is wrong or not supported ("normalizer of type 'Precompiled' is not supported").
std::unique_ptr<Tokenizer> loadTokenizer(const std::filesystem::path& path);

}  // namespace qs
