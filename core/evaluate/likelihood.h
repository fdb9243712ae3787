// SPDX-License-Identifier: GPL-3.0-or-later
// Log-likelihoods of token requests. What the requests of an item have in common at the start is computed once; items are packed into
// sequences of similar length without padding (model/executor.h, TextPart).
//   logLikelihood = Σ over the scored tokens of log p(token | tokens before it)
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "evaluate/forward_model.h"
#include "evaluate/requests.h"

namespace qs {

struct RequestScore {
    double logLikelihood = 0;
    bool greedy = true;  ///< every scored token is the most probable one at its place
};

/// Scores items (each with its requests) and hands each over once it is finished: finished(item, scores), from the calling thread, in an
/// order that depends on lengths only. `label` names the work in progress reports, which go from `done` to 1 (by tokens).
/// Throws Error if a score is not finite.
void scoreItems(ForwardModel& model, std::span<const std::vector<TokenRequest>> items, const std::string& label, double done,
                JobContext& context, const std::function<void(std::size_t item, const std::vector<RequestScore>&)>& finished);

}  // namespace qs
