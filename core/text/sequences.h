// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration sequences of the lengths of a length set, drawn with a seed until a token budget is spent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/options.h"
#include "text/corpus.h"
#include "text/tokenizer.h"

namespace qs {

/// Where a sequence may lie. Pack: documents are joined to one stream (BOS before each where the tokenizer adds one), a
/// sequence may span a border. Document: a sequence lies inside one document; documents shorter than the length are not used for it.
enum class Boundary { Pack, Document };

template <>
struct EnumNames<Boundary> {
    static constexpr std::pair<Boundary, const char*> values[] = {{Boundary::Pack, "pack"}, {Boundary::Document, "document"}};
};

/// One drawn sequence, and where it came from, so that it can be shown and repeated.
struct Sequence {
    std::vector<TokenId> ids;    ///< exactly `length` ids
    std::int32_t document = -1;  ///< index of the document in which it begins; -1 when ids were given directly
    std::int64_t offset = 0;     ///< token offset inside that document
    int length() const { return static_cast<int>(ids.size()); }
};

struct DrawOptions {
    std::vector<int> lengths{512};
    std::int64_t tokenBudget = 65536;
    std::uint64_t seed = 0;
    Boundary boundary = Boundary::Pack;
};

/// Lengths are drawn uniformly from the set until the budget is spent: a sequence is added as long as the sum stays
/// within the budget; a length that no longer fits is replaced by the longest of the set that does. Positions are drawn uniformly
/// without overlap as long as unused text is left (then, said in `warnings`, text is reused).
/// Same inputs and seed give the same sequences on every machine. Throws Error if no sequence can be drawn (text too short), with
/// the number of tokens there are and are needed. `tick` is called now and then and may throw to stop.
struct DrawResult {
    std::vector<Sequence> sequences;
    std::vector<std::string> warnings;
    std::int64_t corpusTokens = 0;
};
DrawResult drawSequences(const std::vector<std::vector<TokenId>>& documents, const DrawOptions& options,
                         const std::function<void()>& tick = {});

/// Tokenises documents on `threads` threads, in order. `tick(done, total)` is called now and then and may throw to stop.
std::vector<std::vector<TokenId>> tokenizeDocuments(const Tokenizer& tokenizer, const std::vector<Document>& documents, bool addSpecial,
                                                    int threads, const std::function<void(std::size_t, std::size_t)>& tick = {});

/// A JSON file that holds a list of id lists ("--ids"). Ids must lie in [0, vocabulary). Throws Error naming file and place.
std::vector<Sequence> loadIdLists(const std::string& path, std::size_t vocabulary);

}  // namespace qs
