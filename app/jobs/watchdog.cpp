// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/watchdog.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

#include "views/number_text.h"

namespace qs {
namespace {
constexpr int kPeriodMilliseconds = 10;
constexpr double kSmallest = 1.0 / 16;  // ms, upper edge of the first bin
}  // namespace

Watchdog::Watchdog(QObject* parent) : QObject(parent) {
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const double milliseconds = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
        m_clock.restart();
        record(std::max(0.0, milliseconds - kPeriodMilliseconds));
    });
    m_clock.start();
    m_timer.start(kPeriodMilliseconds);
}

void Watchdog::reset() {
    m_bins = {};
    m_count = m_stalls = 0;
    m_worst = 0;
    m_clock.restart();
}

void Watchdog::record(double milliseconds) {
    const double position = milliseconds <= kSmallest ? 0 : std::ceil(4 * std::log2(milliseconds / kSmallest));
    ++m_bins[static_cast<std::size_t>(std::min<double>(position, kBins - 1))];
    ++m_count;
    m_worst = std::max(m_worst, milliseconds);
    m_stalls += milliseconds > kStallMilliseconds;
}

double Watchdog::quantile(double share) const {
    if (m_count == 0) return 0;
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(m_count)));
    std::int64_t seen = 0;
    for (std::size_t bin = 0; bin < m_bins.size(); ++bin)
        if ((seen += m_bins[bin]) >= wanted) return std::min(m_worst, kSmallest * std::exp2(static_cast<double>(bin) / 4));
    return m_worst;
}

QString Watchdog::text() const {
    return tr("p50 %1 ms, p99 %2 ms, worst %3 ms, %4 above %5 ms, of %6 measured")
        .arg(significant(quantile(0.5), 2), significant(quantile(0.99), 2), significant(m_worst, 3), qs::count(m_stalls),
             qs::count(static_cast<qint64>(kStallMilliseconds)), qs::count(m_count));
}

}  // namespace qs
