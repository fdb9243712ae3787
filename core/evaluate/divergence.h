// SPDX-License-Identifier: GPL-3.0-or-later
// How far a model's predictions are from those of a reference model on the same text:
//   KL_t = Σ_v p_ref(v | t) (log p_ref(v | t) − log p(v | t)),  nats a token;  agreement: both have the same most probable token
// Windows as for perplexity (evaluate/perplexity.h); every window predicts L − 1 tokens.
#pragma once

#include <span>
#include <vector>

#include "evaluate/forward_model.h"
#include "evaluate/statistics.h"

namespace qs {

struct Divergence {
    Mean kl, agreement;                ///< means over tokens; standard errors from window means
    Mean loss, referenceLoss;          ///< −log p of the text's own tokens, nats
    std::vector<double> klAtPosition;  ///< [L − 1], mean over windows: drift along the window
    std::int64_t windows = 0;
};

/// Both models must have the same vocabulary. Throws Error as perplexity() does, and if a value is not finite.
Divergence divergence(ForwardModel& reference, ForwardModel& model, std::span<const TokenId> stream, int window, JobContext& context);

}  // namespace qs
