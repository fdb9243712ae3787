// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/grid_rule.h"

#include <algorithm>

#include "base/error.h"
#include "quant/quantizer.h"
#include "quant/super_blocks.h"

namespace qs {

int searchStepsOf(const QuantSettings& settings) {
    if (settings.searchSteps > 0) return settings.searchSteps;
    return settings.search == SearchKind::Hessian ? settings.searchGrid : std::min(80, settings.searchGrid);
}

GridRule gridRuleOf(const QuantSettings& settings) {
    GridRule rule;
    const Scheme scheme = schemeOf(settings);
    rule.kind = scheme == Scheme::Symmetric ? GridKind::Symmetric : scheme == Scheme::Narrow ? GridKind::Narrow : GridKind::Asymmetric;
    rule.bits = settings.bits;
    rule.shrinkGrid = settings.searchGrid;
    rule.shrinkSteps = settings.search == SearchKind::AbsMax ? 0 : searchStepsOf(settings);
    rule.norm = settings.searchNorm;
    switch (settings.scaleType) {
        case ScaleType::F32: rule.storage = ScaleStorage::Full; break;
        case ScaleType::BF16: rule.storage = ScaleStorage::BFloat16; break;
        case ScaleType::F16:
        case ScaleType::K: rule.storage = ScaleStorage::Float16; break;
    }
    return rule;
}

std::size_t groupWidth(const QuantSettings& settings, std::size_t in) {
    return settings.groupSize > 0 ? std::min(static_cast<std::size_t>(settings.groupSize), in) : in;
}

std::size_t groupCount(const QuantSettings& settings, std::size_t in) {
    const std::size_t width = groupWidth(settings, in);
    return (in + width - 1) / width;
}

bool hasStaticGrids(const QuantSettings& settings, std::size_t in) { return settings.staticGroups || groupCount(settings, in) == 1; }

void requireScaleFits(double scale, const GridRule& rule, std::size_t row, const std::string& name) {
    if (!scaleFits(scale, rule.storage))
        throw Error(name + ": the scale of row " + std::to_string(row) + " does not fit its storage type; choose --scale-type f32");
}

void checkSettings(const QuantSettings& s, int in, const std::string& name) {
    const auto refuse = [&](const std::string& why) { throw Error(name + ": " + why, ErrorKind::Usage); };
    if (in < 1) refuse("the weight has no columns");
    if (s.bits < 2 || s.bits > 8) refuse("--bits must be 2 to 8");
    if (s.groupSize < 0) refuse("--group-size must not be negative; 0 means per channel");
    if (s.blockSize < 1) refuse("--block-size must be at least 1");
    if (s.search != SearchKind::AbsMax && s.searchSteps > s.searchGrid)
        refuse("--search-steps must not exceed --search-grid, or scales would not be positive");
    if (s.search == SearchKind::Hessian && !hasStaticGrids(s, static_cast<std::size_t>(in)))
        refuse(
            "--stage1 (--search hessian) chooses all scales from the original weights before the column loop; use --static-groups with it");
    if (s.method == Method::Awq && s.actOrder)
        refuse("--act-order is an order of compensation, and awq rounds every column by itself; leave it out");
    if (s.method == Method::Awq && !s.staticGroups)
        refuse("--no-static-groups takes scales from compensated weights, and awq does not compensate; leave it out");
    checkSuperBlocks(s, static_cast<std::size_t>(in), name);
    if (s.sweeps < 1) refuse("--sweeps must be at least 1");
    if (columnSettings(s).method == Method::Gptaq && s.correctionWeight == CorrectionWeight::Published &&
        s.scaleTime == ScaleTime::Current && !hasStaticGrids(s, static_cast<std::size_t>(in)) && s.groupSize % s.blockSize != 0 &&
        s.blockSize % s.groupSize != 0)
        refuse(
            "with --wp official a dynamic group must not cross the end of a block; use a --group-size that divides --block-size, "
            "--scale-time stale or static groups");
}

}  // namespace qs
