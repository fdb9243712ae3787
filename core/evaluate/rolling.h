// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity over whole texts in which every token is predicted once, as requests for scoreItems().
//   rolling: windows of L new tokens, each behind one token of context: the first [prefix] + ids[0 : L − 1] predicts ids[0 : L]; the last,
//            with fewer than L tokens left, is right-aligned and uses tokens that were already scored as context (lm-eval 0.4.13)
//   strided: windows of L tokens that begin every `stride` tokens; each scores the tokens that no window before it has scored
// word perplexity = exp(−Σ ll / Σ words), byte perplexity = exp(−Σ ll / Σ bytes), bits per byte = −Σ ll / Σ bytes / ln 2
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evaluate/requests.h"

namespace qs {

std::vector<TokenRequest> rollingRequests(std::span<const TokenId> ids, TokenId prefix, int length);
/// Throws Error for fewer than two tokens.
std::vector<TokenRequest> stridedRequests(std::span<const TokenId> ids, int length, int stride);

/// WikiText's tokens put back into text: " @-@ " to "-", blanks around punctuation and inside brackets removed …
std::string detokenizedWikiText(std::string_view page);
/// Pieces between runs of blanks; a text that begins or ends with blanks has an empty piece there that counts.
std::size_t wordCount(std::string_view text);

}  // namespace qs
