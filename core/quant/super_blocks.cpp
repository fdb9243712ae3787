// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/super_blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/number_types.h"
#include "quant/grid_rule.h"

namespace qs {
namespace {

struct SubScales {
    int bits;           ///< of a multiple in storage
    int largest;        ///< multiple
    std::size_t width;  ///< columns of a sub-block; groups are multiples of it
};

/// Of codes of `bits` bits, at most 6.
SubScales subScales(int bits) {
    if (bits <= 2) return {4, 15, 16};
    if (bits == 3) return {6, 31, 16};
    return bits <= 5 ? SubScales{6, 63, 32} : SubScales{8, 127, 16};
}

double halfOf(double x) { return static_cast<double>(toFloat(toFloat16(static_cast<float>(x)))); }

double multipleOf(double unit, double scale, int largest) {
    return std::clamp(std::nearbyint(scale / unit), 1.0, static_cast<double>(largest));
}

/// The number in float16 of which all scales are taken to be multiples.
double unitOf(std::span<const double> scales, int largest) {
    constexpr double smallest = 0x1p-24;
    const double most = *std::max_element(scales.begin(), scales.end());
    double best = std::max(smallest, halfOf(most / largest)), least = std::numeric_limits<double>::infinity();
    for (int k = largest; 2 * k >= largest; --k) {
        const double unit = halfOf(most / k);
        if (unit < smallest) continue;
        double error = 0;
        for (const double scale : scales) {
            const double change = unit * multipleOf(unit, scale, largest) - scale;
            error += change * change;
        }
        if (error >= least) continue;
        least = error;
        best = unit;
    }
    return best;
}

}  // namespace

SuperBlockRule superBlockRule(const QuantSettings& settings, std::size_t in) {
    const std::size_t width = groupWidth(settings, in);
    if (settings.scaleType != ScaleType::K || settings.bits > 6 || in % kSuperBlockColumns != 0 || width >= kSuperBlockColumns) return {};
    return {kSuperBlockColumns / width, subScales(settings.bits).largest};
}

void snapToSuperBlocks(const SuperBlockRule& rule, std::span<double> scales) {
    if (rule.groups == 0) return;
    for (std::size_t first = 0; first < scales.size(); first += rule.groups) {
        const std::span<double> block = scales.subspan(first, std::min(rule.groups, scales.size() - first));
        const double unit = unitOf(block, rule.largest);
        for (double& scale : block) scale = unit * multipleOf(unit, scale, rule.largest);
    }
}

void checkSuperBlocks(const QuantSettings& settings, std::size_t in, const std::string& name) {
    if (settings.scaleType != ScaleType::K) return;
    const auto refuse = [&](const std::string& why) { throw Error(name + ": --scale-type k " + why, ErrorKind::Usage); };
    if (settings.method == Method::Awq) refuse("does not outlast awq, which divides scales of rows afterwards; choose f16");
    const std::size_t width = groupWidth(settings, in);
    if (width >= kSuperBlockColumns) {
        if (width % kSuperBlockColumns != 0 && width != in)
            refuse("needs groups that cover whole super-blocks of 256 columns; choose --group-size 256");
        return;
    }
    if (settings.bits > 6 || in % kSuperBlockColumns != 0) return;
    if (schemeOf(settings) == Scheme::Asymmetric)
        refuse("holds zero points of groups below 256 columns only in the middle; choose --scheme sym or f16");
    if (!settings.staticGroups) refuse("fixes the scales of 256 columns together; use --static-groups with it");
    const std::size_t part = subScales(settings.bits).width;
    if (kSuperBlockColumns % width != 0 || width % part != 0)
        refuse("and " + std::to_string(settings.bits) + " bits need a --group-size of " + (part == 16 ? "16, " : "") +
               "32, 64, 128 or 256 columns");
}

int scaleBits(const QuantSettings& settings, std::size_t in) {
    if (settings.scaleType == ScaleType::F32) return 32;
    if (superBlockRule(settings, in).groups == 0) return 16;
    return subScales(settings.bits).bits + static_cast<int>(16 * groupWidth(settings, in) / kSuperBlockColumns);
}

}  // namespace qs
