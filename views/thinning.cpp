// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/thinning.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace qs {

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
    std::vector<double> medians, window;
    for (const int rank : ranks) {
        const RankWindow w = windowAt(rank, values.size());
        window.assign(values.begin() + static_cast<std::ptrdiff_t>(w.first), values.begin() + static_cast<std::ptrdiff_t>(w.last) + 1);
        const auto middle = window.begin() + static_cast<std::ptrdiff_t>(window.size() / 2);
        std::nth_element(window.begin(), middle, window.end());
        double median = *middle;
        if (window.size() % 2 == 0) median = (median + *std::max_element(window.begin(), middle)) / 2;
        medians.push_back(median);
    }
    return medians;
}

}  // namespace qs
