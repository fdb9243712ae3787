// SPDX-License-Identifier: GPL-3.0-or-later
// remaining = (1 − f) · T / F,   T ← T·2^(−Δt/h) + Δt,   F ← F·2^(−Δt/h) + Δf,   h = max(20 s, half of the time since the first step)
// f fraction done; a step that took Δt seconds did Δf of it. Work counts by the time that it took and not by the number of reports, so a
// short step that other programs held up moves little; what is older than half of the job counts less, so that a machine that got slower
// shows.
#include "base/remaining_time.h"

#include <algorithm>
#include <cmath>

namespace qs {
namespace {

constexpr double kLeastStep = 0.5;       // seconds
constexpr double kLeastHalfLife = 20.0;  // seconds

}  // namespace

void RemainingTime::at(double now, double fraction) {
    if (fraction <= 0) m_start = m_time = now;
    const double passed = now - m_time, done = fraction - m_fraction;
    if (done <= 0 || passed < kLeastStep) return;
    const double kept = std::exp2(-passed / std::max(kLeastHalfLife, 0.5 * (now - m_start)));
    m_work = m_work * kept + done;
    m_spent = m_spent * kept + passed;
    m_time = now;
    m_fraction = fraction;
}

double RemainingTime::seconds() const { return m_work > 0 ? (1 - m_fraction) * m_spent / m_work : -1; }

}  // namespace qs
