// SPDX-License-Identifier: GPL-3.0-or-later
// Greedy generation with a cache of keys and values: the prompt goes through the model once, then one token at a time, of all prompts of a
// group together. Each token is the first of the most probable ones.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "evaluate/forward_model.h"

namespace qs {

struct GenerationLimits {
    int newTokens = 0;          ///< at most
    std::vector<TokenId> ends;  ///< tokens that end a text; they are not part of it
    bool atLeastOne = false;    ///< no end as the first token
};

/// Prompts whose caches fit `budgetBytes` together (one at least), in order, from the start of `lengths`.
std::size_t promptsAtOnce(const ForwardModel& model, std::span<const int> lengths, int newTokens, std::size_t budgetBytes);

/// The tokens behind each prompt. `progress(done, all)` after every token. Throws Error for an empty prompt, for one that leaves no room
/// for the new tokens within the model's positions, and if logits are not finite.
std::vector<std::vector<TokenId>> generate(ForwardModel& model, std::span<const std::vector<TokenId>> prompts,
                                           const GenerationLimits& limits, JobContext& context,
                                           const std::function<void(int done, int all)>& progress);

}  // namespace qs
