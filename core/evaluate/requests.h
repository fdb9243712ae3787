// SPDX-License-Identifier: GPL-3.0-or-later
// From texts to the tokens that a model sees, as lm-eval encodes and cuts them.
//   whole = enc(context + continuation), c = enc(context), scored tokens = whole[len(c):]
// Blanks at the end of the context move to the continuation first. A merge across the border may change c's last token: ignored, as there.
// The model sees the last maxLength + 1 tokens of c + scored tokens, without the very last one; a BOS is cut away with the left part.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/choice_tasks.h"
#include "text/tokenizer.h"

namespace qs {

/// What is scored: log p of the last `scored` tokens of `ids`, each after those before it. ids[0] is not predicted.
struct TokenRequest {
    std::vector<TokenId> ids;  ///< as cut: at most maxLength + 1
    int scored = 0;            ///< tokens of the continuation
    int contextTokens = 0;     ///< before cutting
    int leftTruncatedTokens = 0;
};

/// The ways of a tokenizer that concern evaluation.
class RequestEncoder {
  public:
    /// `special`: add what the tokenizer adds by itself (BOS). `prefix`: the token that stands for an empty context (BOS, else EOS).
    RequestEncoder(const Tokenizer& tokenizer, bool special, std::optional<TokenId> prefix, int maxLength);

    /// Throws Error: a continuation of no tokens or of more than maxLength, an empty context without a prefix.
    TokenRequest encode(const ChoiceRequest& request) const;
    /// enc(text): no second BOS if the text begins with one.
    std::vector<TokenId> encode(std::string_view text) const;
    TokenId prefix() const;
    int maxLength() const { return m_maxLength; }

  private:
    const Tokenizer& m_tokenizer;
    bool m_special;
    std::optional<TokenId> m_prefix;
    std::string m_bos;  // its text, empty if none is added
    int m_maxLength;
};

/// The token for an empty context: the tokenizer's BOS (tokenizer_config.json, else what it adds by itself, else the model's
/// configuration), else its EOS.
std::optional<TokenId> prefixToken(const Tokenizer& tokenizer, const std::filesystem::path& model, const std::string& config);

/// End-of-text tokens of a model: generation_config.json, config.json, tokenizer_config.json.
std::vector<TokenId> endTokens(const Tokenizer& tokenizer, const std::filesystem::path& model, const std::string& config);

}  // namespace qs
