// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing without overlap. A container is a stretch of tokens in which a sequence must lie: a document, or all documents joined.
//   1. Lengths are drawn until the budget is spent.
//   2. Longest first, every sequence draws a container with probability proportional to (free tokens − length + 1).
//   3. Inside a container with n sequences and a free tokens, the sequences stand in random order and the gaps in front of them are the
//      differences of n sorted numbers drawn uniformly from 0 … a. So every arrangement without overlap is equally likely.
// When no container has room left, all text counts as unused again and a warning says so.
#include "text/sequences.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "text/random.h"

namespace qs {
namespace {

using Documents = std::vector<std::vector<TokenId>>;

/// Sums of weights with updates in O(log n) (Fenwick tree).
class WeightedChoice {
  public:
    explicit WeightedChoice(const std::vector<std::uint64_t>& weights) : m_sums(weights.size() + 1) {
        for (std::size_t i = 0; i < weights.size(); ++i) add(i, weights[i]);
    }
    std::uint64_t total() const { return m_total; }
    /// Also for a negative difference, as two's complement wraps round.
    void add(std::size_t index, std::uint64_t difference) {
        m_total += difference;
        for (std::size_t i = index + 1; i < m_sums.size(); i += i & (~i + 1)) m_sums[i] += difference;
    }
    /// The index in whose share of [0, total) `value` lies.
    std::size_t at(std::uint64_t value) const {
        std::size_t index = 0, step = 1;
        while (step * 2 < m_sums.size()) step *= 2;
        for (; step > 0; step /= 2)
            if (index + step < m_sums.size() && m_sums[index + step] <= value) value -= m_sums[index += step];
        return index;
    }

  private:
    std::vector<std::uint64_t> m_sums;
    std::uint64_t m_total = 0;
};

std::vector<int> drawLengths(const std::vector<int>& lengths, std::int64_t budget, Random& random) {
    std::vector<int> drawn;
    std::int64_t left = budget;
    while (left >= lengths.front()) {
        int length = lengths[random.below(lengths.size())];
        if (length > left) length = *(std::upper_bound(lengths.begin(), lengths.end(), left) - 1);
        drawn.push_back(length);
        left -= length;
    }
    return drawn;
}

struct Placement {
    std::size_t container = 0;
    std::uint64_t start = 0;
};

std::uint64_t weightOf(std::uint64_t free, std::uint64_t length) { return free >= length ? free - length + 1 : 0; }

/// Sequences of one length that have no place yet, in the order drawn.
struct Waiting {
    std::uint64_t length = 0;
    std::vector<std::size_t> sequences;
    std::size_t next = 0;  ///< those before it have a place
    bool any() const { return next < sequences.size(); }
};

/// By length, longest first.
std::vector<Waiting> waitingOf(const std::vector<int>& lengths) {
    std::map<int, Waiting, std::greater<>> byLength;
    for (std::size_t i = 0; i < lengths.size(); ++i) byLength[lengths[i]].sequences.push_back(i);
    std::vector<Waiting> waiting;
    for (auto& [length, entry] : byLength) {
        entry.length = static_cast<std::uint64_t>(length);
        waiting.push_back(std::move(entry));
    }
    return waiting;
}

/// Chooses containers for the sequences that wait, longest first, until there is no room left.
void chooseContainers(std::vector<Waiting>& waiting, std::vector<std::uint64_t>& free, std::vector<std::vector<std::size_t>>& inside,
                      Random& random) {
    for (Waiting& w : waiting) {
        if (!w.any()) continue;
        std::vector<std::uint64_t> weights(free.size());
        for (std::size_t c = 0; c < free.size(); ++c) weights[c] = weightOf(free[c], w.length);
        WeightedChoice choice(weights);
        for (; w.any() && choice.total() > 0; ++w.next) {
            const std::size_t c = choice.at(random.below(choice.total()));
            const std::uint64_t before = weightOf(free[c], w.length);
            free[c] -= w.length;
            choice.add(c, weightOf(free[c], w.length) - before);
            inside[c].push_back(w.sequences[w.next]);
        }
    }
}

/// Arranges the sequences of one container.
void arrange(std::size_t container, std::uint64_t free, std::vector<std::size_t>& sequences, const std::vector<int>& lengths,
             std::vector<Placement>& placements, Random& random) {
    random.shuffle(sequences);
    std::vector<std::uint64_t> gaps(sequences.size());
    for (auto& gap : gaps) gap = random.below(free + 1);
    std::sort(gaps.begin(), gaps.end());
    std::uint64_t used = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        placements[sequences[i]] = {container, gaps[i] + used};
        used += static_cast<std::uint64_t>(lengths[sequences[i]]);
    }
}

/// Places every sequence; counts in `rounds` how often the text was used up. The work of a round is that of the sequences it places.
std::vector<Placement> place(const std::vector<int>& lengths, const std::vector<std::uint64_t>& containers, Random& random, int& rounds,
                             const std::function<void()>& tick) {
    std::vector<Placement> placements(lengths.size());
    std::vector<Waiting> waiting = waitingOf(lengths);
    const auto anyWaits = [&] { return std::any_of(waiting.begin(), waiting.end(), [](const Waiting& w) { return w.any(); }); };
    for (rounds = 0; anyWaits(); ++rounds) {
        if (tick) tick();
        std::vector<std::uint64_t> free = containers;
        std::vector<std::vector<std::size_t>> inside(containers.size());
        chooseContainers(waiting, free, inside, random);
        for (std::size_t c = 0; c < containers.size(); ++c) arrange(c, free[c], inside[c], lengths, placements, random);
    }
    return placements;
}

std::vector<int> sortedLengths(const DrawOptions& options) {
    std::vector<int> lengths = options.lengths;
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    if (lengths.empty()) throw Error("no sequence length is given", ErrorKind::Usage);
    if (lengths.front() < 1) throw Error("a sequence length of " + std::to_string(lengths.front()) + " is not possible", ErrorKind::Usage);
    if (options.tokenBudget < lengths.front())
        throw Error("a budget of " + std::to_string(options.tokenBudget) + " tokens is less than one sequence of " +
                        std::to_string(lengths.front()) + "; give more tokens",
                    ErrorKind::Usage);
    return lengths;
}

/// Copies `length` ids of the joined documents, from `offset` in `document` on.
std::vector<TokenId> copyIds(const Documents& documents, std::size_t document, std::size_t offset, std::size_t length) {
    std::vector<TokenId> ids;
    ids.reserve(length);
    for (; ids.size() < length; ++document, offset = 0) {
        const auto& source = documents[document];
        const std::size_t count = std::min(length - ids.size(), source.size() - offset);
        ids.insert(ids.end(), source.begin() + static_cast<std::ptrdiff_t>(offset),
                   source.begin() + static_cast<std::ptrdiff_t>(offset + count));
    }
    return ids;
}

/// Throws if the longest length fits nowhere.
void requireRoom(const std::vector<std::uint64_t>& containers, int longest, Boundary boundary) {
    const std::uint64_t most = containers.empty() ? 0 : *std::max_element(containers.begin(), containers.end());
    if (most >= static_cast<std::uint64_t>(longest)) return;
    const std::string wanted = std::to_string(longest) + " tokens", there = std::to_string(most);
    if (boundary == Boundary::Pack)
        throw Error("the text has " + there + " tokens, but a sequence of " + wanted + " is asked for; give more text");
    throw Error("the longest document has " + there + " tokens, but a sequence of " + wanted +
                " is asked for; give longer documents, a shorter length, or let sequences span documents (pack)");
}

}  // namespace

DrawResult drawSequences(const Documents& documents, const DrawOptions& options, const std::function<void()>& tick) {
    const std::vector<int> lengths = sortedLengths(options);
    std::vector<std::uint64_t> sizes, starts;
    std::uint64_t total = 0;
    for (const auto& document : documents) {
        sizes.push_back(document.size());
        starts.push_back(total);
        total += document.size();
    }
    const bool pack = options.boundary == Boundary::Pack;
    const std::vector<std::uint64_t> containers = pack ? std::vector<std::uint64_t>{total} : sizes;
    requireRoom(containers, lengths.back(), options.boundary);

    Random random(options.seed);
    const std::vector<int> drawn = drawLengths(lengths, options.tokenBudget, random);
    int rounds = 0;
    const std::vector<Placement> placements = place(drawn, containers, random, rounds, tick);
    DrawResult result;
    result.corpusTokens = static_cast<std::int64_t>(total);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        if (tick && i % 1024 == 0) tick();
        std::size_t document = placements[i].container;
        std::uint64_t offset = placements[i].start;
        if (pack) {
            document = static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), offset) - starts.begin()) - 1;
            offset -= starts[document];
        }
        result.sequences.push_back({copyIds(documents, document, static_cast<std::size_t>(offset), static_cast<std::size_t>(drawn[i])),
                                    static_cast<std::int32_t>(document), static_cast<std::int64_t>(offset)});
    }
    if (rounds > 1)
        result.warnings.push_back("the text of " + std::to_string(total) + " tokens was used up " + std::to_string(rounds - 1) +
                                  " times to fill the budget of " + std::to_string(options.tokenBudget) +
                                  " tokens; parts of it occur more than once");
    return result;
}

Documents tokenizeDocuments(const Tokenizer& tokenizer, const std::vector<Document>& documents, bool addSpecial, int threads,
                            const std::function<void(std::size_t, std::size_t)>& tick) {
    Documents ids(documents.size());
    std::mutex mutex;
    std::size_t done = 0;
    ThreadPool pool(static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(threads > 0 ? threads : availableCores()),
                                                           std::max<std::size_t>(1, documents.size()))));
    pool.run(documents.size(), [&](std::size_t i, int) {
        try {
            ids[i] = tokenizer.encode(documents[i].text, addSpecial);
        } catch (const Error& error) {
            throw error.within(documents[i].source);
        }
        const std::lock_guard lock(mutex);
        if (++done % 16 == 0 || done == documents.size())
            if (tick) tick(done, documents.size());
    });
    return ids;
}

std::vector<Sequence> loadIdLists(const std::string& path, std::size_t vocabulary) {
    const auto json = nlohmann::json::parse(readText(path), nullptr, false);
    if (json.is_discarded()) throw Error(path + ": is not valid JSON; a list of lists of ids is expected");
    if (!json.is_array() || json.empty()) throw Error(path + ": is not a list of lists of ids, or is empty");
    std::vector<Sequence> sequences;
    for (std::size_t k = 0; k < json.size(); ++k) {
        const std::string place = path + ": list " + std::to_string(k);
        if (!json[k].is_array() || json[k].empty()) throw Error(place + " is not a list of ids, or is empty");
        Sequence sequence;
        for (std::size_t i = 0; i < json[k].size(); ++i) {
            const auto& id = json[k][i];
            const bool good = id.is_number_integer() && id >= 0 && id < vocabulary;
            if (!good)
                throw Error(place + ", entry " + std::to_string(i) + ": " + id.dump().substr(0, 40) + " is not an id below the " +
                            std::to_string(vocabulary) + " of the vocabulary");
            sequence.ids.push_back(id.get<TokenId>());
        }
        sequences.push_back(std::move(sequence));
    }
    return sequences;
}

}  // namespace qs
