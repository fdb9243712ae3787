// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

#include "text/vocabulary.h"

namespace qs {

/// Turns one pre-tokenized piece into ids.
class TokenModel {
  public:
    virtual ~TokenModel() = default;
    /// Appends the ids of `piece` (valid UTF-8) to `ids`. Thread-safe.
    virtual void encode(std::string_view piece, std::vector<TokenId>& ids) const = 0;
    virtual const Vocabulary& vocabulary() const = 0;
};

}  // namespace qs
