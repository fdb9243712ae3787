// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/tile_schedule.h"

#include <algorithm>
#include <numeric>

#include "quant/grid_rule.h"

namespace qs {
namespace {

constexpr std::size_t kSuperBlock = 512, kBlock = 128;

/// The look-ahead of the pause at `at`, if any group takes its scale there.
void addLookAhead(const QuantSettings& settings, std::size_t in, std::size_t pause, ColumnStep& step) {
    const std::size_t at = step.block.first, width = groupWidth(settings, in);
    if (at % pause != 0) return;
    step.firstGroup = (at + width - 1) / width;  // first group that starts at or after this pause
    step.lastGroup = (std::min(at + pause, in) + width - 1) / width;
    if (step.firstGroup < step.lastGroup) step.ahead = {at, std::min(in, step.lastGroup * width)};
}

}  // namespace

TileSchedule makeSchedule(const QuantSettings& settings, std::size_t in) {
    const bool dynamic = !hasStaticGrids(settings, in);
    const bool settles = settings.method == Method::Gptaq && settings.correctionWeight == CorrectionWeight::Published;
    const auto published = static_cast<std::size_t>(settings.blockSize);
    const std::size_t pause = !dynamic ? kBlock : settings.scaleTime == ScaleTime::Current ? groupWidth(settings, in) : published;
    // Super-blocks are whole numbers of pauses, so that most look-aheads need only their own super-block, and of published blocks, whose
    // columns must not count for those behind before they are settled.
    const std::size_t unit = settles ? std::lcm(pause, published) : pause;
    const std::size_t super = std::max<std::size_t>(1, kSuperBlock / unit) * unit;
    TileSchedule schedule;
    schedule.superBlock = std::min(super, in);
    for (std::size_t first = 0; first < in;) {
        const std::size_t superFirst = first / super * super, superLast = std::min(in, superFirst + super);
        ColumnStep step;
        step.block = {first, std::min({superLast, first + kBlock, first / pause * pause + pause})};
        step.superBlock = {superFirst, superLast};
        if (settles) {
            const std::size_t start = first / published * published;
            step.block.last = std::min(step.block.last, start + published);
            if (step.block.last == start + published && step.block.last < in) step.settled = {start, step.block.last};
        }
        if (dynamic) addLookAhead(settings, in, pause, step);
        schedule.reach = std::max(schedule.reach, step.ahead.last - step.ahead.first);
        schedule.steps.push_back(step);
        first = step.block.last;
    }
    return schedule;
}

}  // namespace qs
