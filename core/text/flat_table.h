// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qs {

/// Hash table from a pair of 32-bit numbers to a value: open addressing, linear probing, no removal.
template <class Value>
class FlatTable {
  public:
    /// Room for `count` entries.
    explicit FlatTable(std::size_t count = 0) {
        std::size_t size = 16;
        while (size < 2 * count) size *= 2;
        m_slots.resize(size);
    }

    void set(std::uint32_t a, std::uint32_t b, const Value& value) {
        if (2 * (m_count + 1) > m_slots.size()) grow();
        Slot& slot = m_slots[place(keyOf(a, b))];
        if (slot.key == empty) ++m_count;
        slot = {keyOf(a, b), value};
    }

    /// nullptr if absent.
    const Value* find(std::uint32_t a, std::uint32_t b) const {
        const Slot& slot = m_slots[place(keyOf(a, b))];
        return slot.key == empty ? nullptr : &slot.value;
    }

    std::size_t size() const { return m_count; }

  private:
    static constexpr std::uint64_t empty = ~std::uint64_t{0};  // no two ids or characters give this pair
    struct Slot {
        std::uint64_t key = empty;
        Value value{};
    };

    static std::uint64_t keyOf(std::uint32_t a, std::uint32_t b) { return std::uint64_t{a} << 32 | b; }

    std::size_t place(std::uint64_t key) const {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t index = static_cast<std::size_t>((key * 0x9e3779b97f4a7c15u) >> 20) & mask;
        while (m_slots[index].key != empty && m_slots[index].key != key) index = (index + 1) & mask;
        return index;
    }

    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old)
            if (slot.key != empty) m_slots[place(slot.key)] = slot;
    }

    std::vector<Slot> m_slots;
    std::size_t m_count = 0;
};

}  // namespace qs
