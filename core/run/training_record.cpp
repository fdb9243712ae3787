// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/training_record.h"

#include <algorithm>

namespace qs {

const TrainingCurve* TrainingRecord::curveOf(const std::string& variant) const {
    const auto found = std::find_if(curves.begin(), curves.end(), [&](const TrainingCurve& curve) { return curve.variant == variant; });
    return found == curves.end() ? nullptr : &*found;
}

const TrainingMetric* TrainingRecord::metricOf(const std::string& variant, const std::string& metric) const {
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const TrainingMetric& m) { return m.variant == variant && m.metric == metric; });
    return found == metrics.end() ? nullptr : &*found;
}

}  // namespace qs
