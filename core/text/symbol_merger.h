// SPDX-License-Identifier: GPL-3.0-or-later
// Merging of neighbouring symbols, best rank first, leftmost first among equals: O(n log n) by a heap of candidate pairs.
// Candidates that were overtaken by another merge stay in the heap and are recognised when they come up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "text/tokenizer.h"

namespace qs {

/// A run of bytes [start, start + length) of a piece that is one symbol now. length 0: it was merged into its left neighbour.
struct Symbol {
    TokenId id = -1;
    std::int32_t previous = -1, next = -1;
    std::uint32_t start = 0, length = 0;
};

/// What two neighbours would become. Lower rank goes first.
struct Merge {
    std::uint32_t rank = 0;
    TokenId id = -1;
};

class SymbolMerger {
  public:
    std::vector<Symbol> symbols;

    void add(TokenId id, std::size_t start, std::size_t length) {
        const auto index = static_cast<std::int32_t>(symbols.size());
        if (index > 0) symbols.back().next = index;
        symbols.push_back({id, index - 1, -1, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(length)});
    }

    /// find(left, right) gives the Merge of two neighbouring symbols, or nothing.
    template <class Find>
    void merge(const Find& find) {
        m_heap.clear();
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
            if (const std::optional<Merge> merge = find(symbols[i], symbols[i + 1]))
                m_heap.push_back({*merge, static_cast<std::int32_t>(i)});
        std::make_heap(m_heap.begin(), m_heap.end());
        while (!m_heap.empty()) {
            std::pop_heap(m_heap.begin(), m_heap.end());
            const Candidate candidate = m_heap.back();
            m_heap.pop_back();
            Symbol& left = at(candidate.position);
            if (left.length == 0 || left.next < 0) continue;
            Symbol& right = at(left.next);
            const std::optional<Merge> now = find(left, right);
            if (!now || now->id != candidate.merge.id) continue;
            left.id = candidate.merge.id;
            left.length += right.length;
            left.next = right.next;
            right.length = 0;
            if (left.next >= 0) at(left.next).previous = candidate.position;
            if (left.previous >= 0) push(find, left.previous);
            if (left.next >= 0) push(find, candidate.position);
        }
    }

    /// Calls symbol(Symbol) for what is left, in order.
    template <class F>
    void eachSymbol(const F& symbol) const {
        for (const Symbol& s : symbols)
            if (s.length > 0) symbol(s);
    }

    /// Empties the merger; gives memory back after an unusually long piece.
    void clear() {
        symbols.clear();
        m_heap.clear();
        if (symbols.capacity() > keptSymbols) {
            symbols.shrink_to_fit();
            m_heap.shrink_to_fit();
        }
    }

  private:
    static constexpr std::size_t keptSymbols = 1 << 16;

    struct Candidate {
        Merge merge;
        std::int32_t position;
        // std heaps have the greatest in front: the least rank, then the leftmost, is the greatest.
        bool operator<(const Candidate& other) const {
            return merge.rank != other.merge.rank ? merge.rank > other.merge.rank : position > other.position;
        }
    };

    Symbol& at(std::int32_t index) { return symbols[static_cast<std::size_t>(index)]; }

    template <class Find>
    void push(const Find& find, std::int32_t left) {
        if (const std::optional<Merge> merge = find(at(left), at(at(left).next))) {
            m_heap.push_back({*merge, left});
            std::push_heap(m_heap.begin(), m_heap.end());
        }
    }

    std::vector<Candidate> m_heap;
};

}  // namespace qs
