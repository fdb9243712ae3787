// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace qs {

/// SplitMix64 with fixed mappings to what is drawn, so that a seed means the same on every machine (the distributions of the standard
/// library do not promise this). Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators, 2014.
class Random {
  public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() {
        std::uint64_t z = m_state += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    /// Uniform in [0, limit), limit > 0: values of the incomplete last interval are drawn again.
    std::uint64_t below(std::uint64_t limit) {
        const std::uint64_t rest = (UINT64_MAX % limit + 1) % limit;
        std::uint64_t value = next();
        while (value > UINT64_MAX - rest) value = next();
        return value % limit;
    }

    template <class T>
    void shuffle(std::vector<T>& values) {
        for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
    }

  private:
    std::uint64_t m_state;
};

}  // namespace qs
