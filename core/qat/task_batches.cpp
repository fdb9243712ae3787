// SPDX-License-Identifier: GPL-3.0-or-later
// Classification. An epoch goes through all texts once, in an order of its own seed. Lengths L_1 > L_2 > … are the wanted ones and, for
// shorter texts, 3/4, 1/2, 3/8, 1/4 … of the shortest of them. A text of n tokens belongs to the longest L ≤ n. From the longest length on,
// full batches are cut; what is left over joins the next shorter length, so that only the last batch of an epoch can be small. A text
// longer than its batch gives a piece from a place drawn anew in every epoch. Then the batches are shuffled.
// Language model. Batch n draws its length, then the place of each window, from the generator seeded with (seed, n); targets are the ids
// one place on.
#include "qat/task_batches.h"

#include <algorithm>

#include "base/content_hash.h"
#include "base/error.h"
#include "text/corpus.h"
#include "text/random.h"
#include "text/sequences.h"

namespace qs {
namespace {

Random generatorOf(std::uint64_t seed, std::int64_t number) {
    ContentHash hash;
    hash.add(static_cast<std::int64_t>(seed));
    hash.add(number);
    return Random(hash.value());
}

/// The wanted lengths, descending, and fractions of the shortest down to `least`.
std::vector<int> batchLengths(std::vector<int> wanted, int least) {
    std::sort(wanted.begin(), wanted.end(), std::greater<>());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (int base = wanted.back(); wanted.back() > least; base /= 2)
        for (const int shorter : {base * 3 / 4, base / 2})
            if (wanted.back() > least) wanted.push_back(std::max(least, shorter));
    return wanted;
}

}  // namespace

std::vector<TokenizedText> tokenized(std::span<const LabelledText> texts, const Tokenizer& tokenizer) {
    const std::vector<TokenId> special = tokenizer.encode("", true);
    std::vector<TokenizedText> result;
    for (const LabelledText& text : texts) {
        TokenizedText out{tokenizer.encode(text.text, true), 0, text.label};
        while (out.leading < std::min(special.size(), out.ids.size()) && special[out.leading] == out.ids[out.leading]) ++out.leading;
        result.push_back(std::move(out));
    }
    return result;
}

void appendPiece(const TokenizedText& text, std::size_t offset, std::size_t length, std::vector<std::int64_t>& ids) {
    const std::size_t leading = std::min(text.leading, length);
    for (std::size_t i = 0; i < length; ++i) ids.push_back(text.ids[i < leading ? i : offset + i]);
}

ClassificationBatches::ClassificationBatches(std::span<const TokenizedText> texts, BatchShape shape)
    : m_texts(texts), m_shape(std::move(shape)) {
    if (texts.empty()) throw Error("there are no texts to train on");
    std::size_t least = texts.front().ids.size();
    for (const TokenizedText& text : texts) least = std::min(least, text.ids.size());
    if (least == 0) throw Error("a text has no tokens under this tokenizer; leave it out");
    m_lengths = batchLengths(m_shape.lengths, static_cast<int>(least));
    m_batchesPerEpoch = static_cast<std::int64_t>(epoch(0).size());
}

std::vector<ClassificationBatches::Group> ClassificationBatches::epoch(std::int64_t number) const {
    Random random = generatorOf(m_shape.seed, number);
    std::vector<std::size_t> order(m_texts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    random.shuffle(order);
    const auto rows = static_cast<std::size_t>(m_shape.rows);
    std::vector<Group> batches;
    std::vector<std::size_t> waiting;
    for (std::size_t k = 0; k < m_lengths.size(); ++k) {
        const auto length = static_cast<std::size_t>(m_lengths[k]);
        for (const std::size_t text : order) {
            const std::size_t tokens = m_texts[text].ids.size();
            if (tokens >= length && (k == 0 || tokens < static_cast<std::size_t>(m_lengths[k - 1]))) waiting.push_back(text);
        }
        const bool last = k + 1 == m_lengths.size();
        while (waiting.size() >= rows || (last && !waiting.empty())) {
            const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(std::min(rows, waiting.size()));
            batches.push_back({m_lengths[k], {waiting.begin(), end}});
            waiting.erase(waiting.begin(), end);
        }
    }
    random.shuffle(batches);
    return batches;
}

Batch ClassificationBatches::batch(std::int64_t number) {
    if (number / m_batchesPerEpoch != m_epoch) {
        m_epoch = number / m_batchesPerEpoch;
        m_batches = epoch(m_epoch);
    }
    const Group& group = m_batches[static_cast<std::size_t>(number % m_batchesPerEpoch)];
    Random random = generatorOf(~m_shape.seed, number);
    Batch batch;
    batch.rows = static_cast<int>(group.texts.size());
    batch.length = group.length;
    for (const std::size_t index : group.texts) {
        const TokenizedText& text = m_texts[index];
        const auto length = static_cast<std::size_t>(group.length);
        appendPiece(text, random.below(text.ids.size() - length + 1), length, batch.ids);
        batch.targets.push_back(text.label);
    }
    return batch;
}

LanguageModelBatches::LanguageModelBatches(std::span<const TokenId> stream, BatchShape shape)
    : m_stream(stream), m_shape(std::move(shape)) {
    const int longest = *std::max_element(m_shape.lengths.begin(), m_shape.lengths.end());
    if (stream.size() <= static_cast<std::size_t>(longest))
        throw Error("the text for training has " + std::to_string(stream.size()) + " tokens, but a window takes " +
                    std::to_string(longest + 1) + "; give more text or shorter --lengths");
}

Batch LanguageModelBatches::batch(std::int64_t number) {
    Random random = generatorOf(m_shape.seed, number);
    Batch batch;
    batch.rows = m_shape.rows;
    batch.length = m_shape.lengths[random.below(m_shape.lengths.size())];
    const auto length = static_cast<std::size_t>(batch.length);
    for (int row = 0; row < batch.rows; ++row) {
        const auto window = m_stream.subspan(random.below(m_stream.size() - length), length + 1);
        batch.ids.insert(batch.ids.end(), window.begin(), window.end() - 1);
        batch.targets.insert(batch.targets.end(), window.begin() + 1, window.end());
    }
    return batch;
}

LanguageModelText loadLanguageModelText(const std::vector<std::string>& paths, const std::string& field, const Tokenizer& tokenizer,
                                        double heldOutShare, int threads) {
    LanguageModelText text;
    const std::vector<Document> documents = loadCorpus(paths, CorpusOptions{field});
    text.documents = documents.size();
    for (const std::vector<TokenId>& ids : tokenizeDocuments(tokenizer, documents, true, threads))
        text.train.insert(text.train.end(), ids.begin(), ids.end());
    const auto kept = static_cast<std::ptrdiff_t>(static_cast<double>(text.train.size()) * (1 - heldOutShare));
    text.heldOut.assign(text.train.begin() + kept, text.train.end());
    text.train.erase(text.train.begin() + kept, text.train.end());
    return text;
}

}  // namespace qs
