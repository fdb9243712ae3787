// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "text/json_part.h"
#include "text/tokenizer.h"

namespace qs {

/// Special ids that stand around the ids of a text.
struct SpecialIds {
    std::vector<TokenId> before, after;
};

/// Post-processor of a tokenizer.json, for a single text. Throws Error naming a type that is not supported.
SpecialIds readPostProcessor(const JsonPart& part);

}  // namespace qs
