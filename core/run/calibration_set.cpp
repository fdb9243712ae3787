// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/calibration_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/content_hash.h"
#include "base/error.h"
#include "base/resources.h"
#include "run/bytes.h"
#include "text/corpus.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers on every machine, unlike the standard library's distributions.
std::uint64_t nextRandom(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/// Within each length a random half of the sequences becomes the second half; of an odd number the first half gets one more.
void assignHalves(std::vector<SequenceRecord>& sequences, std::uint64_t seed) {
    std::map<int, std::vector<std::size_t>> byLength;
    for (std::size_t i = 0; i < sequences.size(); ++i) byLength[sequences[i].length].push_back(i);
    std::uint64_t state = seed ^ 0x68616c766573u;
    for (auto& [length, members] : byLength) {
        for (std::size_t i = members.size(); i > 1; --i) std::swap(members[i - 1], members[nextRandom(state) % i]);
        for (std::size_t i = (members.size() + 1) / 2; i < members.size(); ++i) sequences[members[i]].secondHalf = true;
    }
}

SequenceRecord recordOf(Sequence&& sequence, bool heldOut) {
    return {sequence.length(), sequence.document, sequence.offset, heldOut, false, std::move(sequence.ids)};
}

void requirePositions(std::span<const int> lengths, const ModelSpec& spec, const char* option) {
    if (lengths.empty() || spec.maxPositions <= 0) return;
    const int longest = *std::max_element(lengths.begin(), lengths.end());
    if (longest > spec.maxPositions)
        throw Error(std::string(option) + ": " + std::to_string(longest) + " tokens are more than the " +
                        std::to_string(spec.maxPositions) + " positions of the model; give shorter sequences",
                    ErrorKind::Usage);
}

struct Source {
    const std::vector<std::string>& files;
    const std::vector<int>& lengths;
    std::int64_t tokens;
    std::uint64_t seed;
    bool heldOut;
};

/// Documents by their number of tokens.
std::vector<std::int64_t> documentHistogram(const std::vector<std::vector<TokenId>>& documents) {
    std::vector<std::int64_t> counts;
    for (const auto& ids : documents) {
        if (ids.empty()) continue;
        const auto bin = static_cast<std::size_t>(documentBin(static_cast<std::int64_t>(ids.size())));
        if (bin >= counts.size()) counts.resize(bin + 1);
        ++counts[bin];
    }
    return counts;
}

std::vector<SequenceRecord> draw(const Source& source, const CalibrationOptions& options, const Tokenizer& tokenizer, int threads,
                                 JobContext& context, CalibrationSet& set) {
    const std::string what = source.heldOut ? "held-out text" : "calibration text";
    context.report(0, "reading " + what);
    const std::vector<Document> documents = loadCorpus(source.files, {options.textField});
    context.check();
    const auto ids = tokenizeDocuments(tokenizer, documents, true, threads, [&](std::size_t done, std::size_t total) {
        context.check();
        context.report(0, "tokenising " + what + ", document " + std::to_string(done) + " of " + std::to_string(total));
    });
    if (!source.heldOut) set.documentLengths = documentHistogram(ids);
    DrawResult drawn;
    try {
        drawn = drawSequences(ids, {source.lengths, source.tokens, source.seed, options.boundary}, [&] { context.check(); });
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        throw error.within(what);
    }
    for (const std::string& warning : drawn.warnings) set.events.push_back({Severity::Warning, "text-reused", "", what + ": " + warning});
    std::vector<SequenceRecord> records;
    for (Sequence& sequence : drawn.sequences) records.push_back(recordOf(std::move(sequence), source.heldOut));
    return records;
}

std::int64_t heldOutTokens(const CalibrationOptions& options) {
    return options.heldOutTokens > 0 ? options.heldOutTokens : std::max<std::int64_t>(options.tokens / 4, 1);
}

/// Refuses, before memory is asked for, what cannot be drawn: no length, or more tokens than memory holds ids of.
void requireDrawable(const CalibrationOptions& options) {
    if (options.lengths.empty()) throw Error("--lengths is empty; give at least one sequence length", ErrorKind::Usage);
    const auto available = static_cast<double>(availableMemoryBytes());
    const auto fits = [&](std::int64_t tokens) { return static_cast<double>(tokens) * sizeof(std::int32_t) < available; };
    const bool calibration = options.text.empty() || fits(options.tokens),
               heldOut = options.heldOutText.empty() || fits(heldOutTokens(options));
    if (available > 0 && !(calibration && heldOut))
        throw Error(std::string(calibration ? "--held-out-tokens" : "--tokens") + ": memory does not hold that many ids; give fewer tokens",
                    ErrorKind::Usage);
}

}  // namespace

int documentBin(std::int64_t tokens) {
    const double position = 4 * std::log2(static_cast<double>(std::max<std::int64_t>(tokens, 1)));
    return static_cast<int>(std::floor(position + 1e-9));
}

std::vector<int> lengthsOf(const std::vector<SequenceRecord>& sequences) {
    std::vector<int> lengths;
    for (const SequenceRecord& sequence : sequences) lengths.push_back(sequence.length);
    return lengths;
}

std::vector<SequenceRecord> CalibrationSet::all() const {
    std::vector<SequenceRecord> sequences = calibration;
    sequences.insert(sequences.end(), heldOut.begin(), heldOut.end());
    return sequences;
}

CalibrationSet drawCalibrationSet(const CalibrationOptions& options, const ModelSpec& spec, int threads, JobContext& context) {
    if (options.text.empty() == options.ids.empty())
        throw Error("calibration needs text or id lists, one of the two; give --text FILE… or --ids FILE.json", ErrorKind::Usage);
    CalibrationSet set;
    const auto seed = static_cast<std::uint64_t>(options.seed);
    if (!options.ids.empty())
        for (Sequence& sequence : loadIdLists(options.ids, static_cast<std::size_t>(spec.vocabulary)))
            set.calibration.push_back(recordOf(std::move(sequence), false));
    else requirePositions(options.lengths, spec, "--lengths");
    if (!options.heldOutText.empty()) requirePositions(options.lengthsOfHeldOut(), spec, "--held-out-lengths");
    requireDrawable(options);
    if (!options.text.empty() || !options.heldOutText.empty()) {
        const auto tokenizer = loadTokenizer(options.model);
        if (tokenizer->vocabularySize() > static_cast<std::size_t>(spec.vocabulary))
            throw Error(options.model + ": the tokenizer has " + std::to_string(tokenizer->vocabularySize()) +
                        " tokens, the model's embedding only " + std::to_string(spec.vocabulary) + "; they do not belong together");
        if (!options.text.empty())
            set.calibration =
                draw({options.text, options.lengths, options.tokens, seed, false}, options, *tokenizer, threads, context, set);
        if (!options.heldOutText.empty())
            set.heldOut = draw({options.heldOutText, options.lengthsOfHeldOut(), heldOutTokens(options), seed + 1, true}, options,
                               *tokenizer, threads, context, set);
    }
    requirePositions(lengthsOf(set.calibration), spec, "--ids");
    assignHalves(set.calibration, seed);
    assignHalves(set.heldOut, seed + 1);
    ContentHash hash;
    for (const SequenceRecord& sequence : set.all()) {
        hash.add(std::int64_t{sequence.heldOut} * 2 + sequence.secondHalf);
        hash.add(std::span<const std::int32_t>(sequence.ids));
    }
    set.fingerprint = hash.text();
    return set;
}

CalibrationSet broadcastSet(CalibrationSet set, Communicator& group) {
    if (group.isAlone()) return set;
    ByteWriter bytes;
    bytes.put(set.fingerprint);
    for (const auto* sequences : {&set.calibration, &set.heldOut}) {
        bytes.put(sequences->size());
        for (const SequenceRecord& s : *sequences) {
            bytes.put(std::array{std::int64_t{s.document}, s.offset, std::int64_t{s.heldOut}, std::int64_t{s.secondHalf}});
            bytes.put(s.ids);
        }
    }
    const std::string message = group.broadcast(bytes.take());
    if (group.isFirst()) return set;
    ByteReader reader(message);
    set.fingerprint = reader.get<std::string>();
    for (auto* sequences : {&set.calibration, &set.heldOut}) {
        sequences->resize(reader.get<std::size_t>());
        for (SequenceRecord& s : *sequences) {
            const auto numbers = reader.get<std::array<std::int64_t, 4>>();
            s.ids = reader.get<std::vector<std::int32_t>>();
            s.length = static_cast<std::int32_t>(s.ids.size());
            s.document = static_cast<std::int32_t>(numbers[0]);
            s.offset = numbers[1];
            s.heldOut = numbers[2] != 0;
            s.secondHalf = numbers[3] != 0;
        }
    }
    return set;
}

ExpectedLengths expectedLengths(const CalibrationOptions& options, const ModelSpec& spec) {
    const auto spread = [](std::int64_t tokens, const std::vector<int>& set) {
        std::vector<int> lengths;
        std::int64_t left = tokens;
        for (std::size_t i = 0; left >= *std::min_element(set.begin(), set.end()); ++i) {
            const int length = set[i % set.size()];
            if (length <= left) lengths.push_back(length);
            left -= std::min<std::int64_t>(length, left);
        }
        return lengths;
    };
    requireDrawable(options);
    ExpectedLengths expected;
    if (!options.ids.empty())
        for (const Sequence& sequence : loadIdLists(options.ids, static_cast<std::size_t>(spec.vocabulary)))
            expected.calibration.push_back(sequence.length());
    else expected.calibration = spread(options.tokens, options.lengths);
    if (!options.heldOutText.empty()) expected.heldOut = spread(heldOutTokens(options), options.lengthsOfHeldOut());
    return expected;
}

}  // namespace qs
