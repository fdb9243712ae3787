// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/thinning.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace qs {
namespace {

/// Numbers between two indices that only grow, counted by the sign, the exponent and the first seven bits of the mantissa (in the order of
/// the numbers): a median looks at its bin alone, and a number enters and leaves once however many windows hold it.
class SlidingWindow {
  public:
    explicit SlidingWindow(const std::vector<double>& values) : m_values(values), m_bins(kBins, 0), m_blocks(kBins / kBlock, 0) {
        m_keys.reserve(values.size());
        for (const double value : values) m_keys.push_back(keyOf(value));
    }

    void moveTo(RankWindow window) {
        for (; m_end <= window.last; ++m_end) count(m_end, 1);
        for (; m_begin < window.first; ++m_begin) count(m_begin, -1);
    }

    /// NaN of no number.
    double median() {
        if (m_count == 0) return std::nan("");
        const std::size_t upper = gather(m_count / 2);
        const double high = m_near[upper];
        if (m_count % 2 == 1) return high;
        if (upper > 0) return (*std::max_element(m_near.begin(), m_near.begin() + static_cast<std::ptrdiff_t>(upper)) + high) / 2;
        return (m_near[gather(m_count / 2 - 1)] + high) / 2;
    }

  private:
    static constexpr int kBins = 1 << 16, kBlock = 256, kNone = -1;

    static int keyOf(double value) {
        if (std::isnan(value)) return kNone;
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
        return static_cast<int>((bits & 0x80000000U ? ~bits : bits | 0x80000000U) >> 16);
    }

    void count(std::size_t index, int step) {
        const int key = m_keys[index];
        if (key == kNone) return;
        m_bins[static_cast<std::size_t>(key)] += step;
        m_blocks[static_cast<std::size_t>(key / kBlock)] += step;
        m_count += step;
    }

    /// Fills m_near with the bin of the number that has `place` smaller ones in the window, partly sorted; returns where it stands there.
    std::size_t gather(int place) {
        std::size_t bin = 0;
        for (std::size_t block = 0; place >= m_blocks[block]; ++block) place -= m_blocks[block], bin += kBlock;
        for (; place >= m_bins[bin]; ++bin) place -= m_bins[bin];
        m_near.clear();
        const int key = static_cast<int>(bin), *keys = m_keys.data();
        for (std::size_t i = m_begin; i < m_end; ++i)
            if (keys[i] == key) m_near.push_back(m_values[i]);
        std::nth_element(m_near.begin(), m_near.begin() + place, m_near.end());
        return static_cast<std::size_t>(place);
    }

    const std::vector<double>& m_values;
    std::vector<int> m_keys, m_bins, m_blocks;
    std::size_t m_begin = 0, m_end = 0;  ///< end: one behind
    int m_count = 0;
    std::vector<double> m_near;  ///< the numbers of a bin
};

}  // namespace

RankWindow windowAt(int rank, std::size_t count) {
    const auto low = static_cast<std::size_t>(std::ceil(rank / 1.09 - 1e-9)), high = static_cast<std::size_t>(rank * 1.09 + 1e-9);
    return {std::max<std::size_t>(low, 1) - 1, std::min(high, count) - 1};
}

std::vector<int> drawnRanks(int channels, int wanted) {
    std::vector<int> ranks;
    for (int r = 1; r <= std::min(channels, 12); ++r) ranks.push_back(r);
    for (int i = 0; i <= wanted && channels > 12; ++i) {
        const int r = static_cast<int>(std::lround(12 * std::pow(channels / 12.0, static_cast<double>(i) / wanted)));
        if (r > ranks.back()) ranks.push_back(r);
    }
    return ranks;
}

std::vector<double> runningMedian(const std::vector<double>& values, const std::vector<int>& ranks) {
    SlidingWindow window(values);
    std::vector<double> medians;
    medians.reserve(ranks.size());
    for (const int rank : ranks) {
        window.moveTo(windowAt(rank, values.size()));
        medians.push_back(window.median());
    }
    return medians;
}

}  // namespace qs
