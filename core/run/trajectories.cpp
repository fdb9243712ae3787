// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/trajectories.h"

#include "quant/grid_rule.h"

namespace qs {
namespace {

constexpr double kMostAutomaticBytes = 256.0 * (1 << 20);

}  // namespace

double trajectoryBytes(const QuantSettings& settings, const LinearSpec& linear) {
    if (settings.refine == Refine::None) return 0;
    const int steps = 1 + (settings.search == SearchKind::Hessian) + (settings.refine == Refine::Joint ? 1 : settings.sweeps);
    return 4.0 * steps * linear.out * static_cast<double>(groupCount(settings, static_cast<std::size_t>(linear.in)));
}

StepDetail stepDetailOf(const QuantizeOptions& options, const std::vector<std::vector<LinearSpec>>& chosen) {
    if (options.trajectories == Trajectories::None) return StepDetail::None;
    if (options.trajectories == Trajectories::Losses || options.quant.refine == Refine::None) return StepDetail::Losses;
    double bytes = 0;
    for (const auto& linears : chosen)
        for (const LinearSpec& linear : linears) bytes += trajectoryBytes(options.quant, linear);
    return options.trajectories == Trajectories::Full || bytes <= kMostAutomaticBytes ? StepDetail::Scales : StepDetail::Losses;
}

}  // namespace qs
