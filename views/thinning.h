// SPDX-License-Identifier: GPL-3.0-or-later
// A few hundred points of a long curve along a logarithmic rank: what a thick pen may run over.
#pragma once

#include <vector>

namespace qs {

/// Ranks (from 1) at which smooth curves are drawn: the first twelve, then `wanted` evenly in log rank.
std::vector<int> drawnRanks(int channels, int wanted = 300);
/// Median of values[r − 1] over the ranks within ±9 % of each of `ranks`, which ascend; what is not a number is left out.
std::vector<double> runningMedian(const std::vector<double>& values, const std::vector<int>& ranks);
/// The indices, from 0 and inclusive, of the ranks within ±9 % of `rank`.
struct RankWindow {
    std::size_t first, last;
};
RankWindow windowAt(int rank, std::size_t count);

}  // namespace qs
