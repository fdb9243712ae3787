// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/watchdog.h"

#include <QCoreApplication>
#include <QLocale>
#include <QMetaEnum>
#include <algorithm>
#include <cmath>

#include "views/number_text.h"

namespace qs {
namespace {
constexpr int kPeriodMilliseconds = 10;
constexpr std::size_t kKept = 5;
constexpr double kSmallest = 1.0 / 16;  // ms, upper edge of the first bin
}  // namespace

QString Watchdog::Handled::text() const {
    if (!kind) return {};
    const char* event = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
    return QStringLiteral("%1%2, %3").arg(kind->className(), name.isEmpty() ? QString() : " " + name, event ? event : "event");
}

Watchdog::Watchdog(QObject* parent) : QObject(parent) {
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Watchdog::tick);
    m_clock.start();
    m_times = threadTimes();
    m_timer.start(kPeriodMilliseconds);
    qApp->installEventFilter(this);
}

Watchdog::~Watchdog() { qApp->removeEventFilter(this); }

/// What began before took until now: events within events leave the innermost that lasted.
bool Watchdog::eventFilter(QObject* receiver, QEvent* event) {
    const qint64 now = m_clock.nsecsElapsed();
    if (now - m_began > m_slowest) m_slowest = now - m_began, m_slow = m_handled;
    m_began = now;
    m_handled = {receiver->metaObject(), receiver->objectName(), event->type()};
    return false;
}

void Watchdog::tick() {
    const double milliseconds = static_cast<double>(m_clock.nsecsElapsed()) / 1e6;
    const ThreadTimes now = threadTimes(), spent{now.running - m_times.running, now.waiting - m_times.waiting};
    const double late = std::max(0.0, milliseconds - kPeriodMilliseconds);
    QString during;
    if (late > kLongMilliseconds)
        during = QStringLiteral("%1 ms %2").arg(significant(static_cast<double>(m_slowest) / 1e6, 3), m_slow.text());
    record(late, spent, m_note.isEmpty() || during.isEmpty() ? during : during + "; " + m_note);
    m_times = now;
    m_began = m_slowest = 0;
    m_clock.restart();
}

void Watchdog::reset() {
    m_bins = {};
    m_count = m_stalls = 0;
    m_worst = 0;
    m_times = threadTimes();
    m_began = m_slowest = 0;
    m_clock.restart();
}

void Watchdog::record(double milliseconds, const ThreadTimes& times, const QString& during) {
    const double position = milliseconds <= kSmallest ? 0 : std::ceil(4 * std::log2(milliseconds / kSmallest));
    ++m_bins[static_cast<std::size_t>(std::min<double>(position, kBins - 1))];
    ++m_count;
    const Gap gap{milliseconds, times, during};
    m_worst = std::max(m_worst, milliseconds);
    m_worstOwn = std::max(m_worstOwn, gap.own());
    m_stalls += milliseconds > kStallMilliseconds;
    m_ownStalls += gap.own() > kStallMilliseconds;
    if (milliseconds <= kLongMilliseconds) return;
    m_longest.push_back(gap);
    std::stable_sort(m_longest.begin(), m_longest.end(), [](const Gap& a, const Gap& b) { return a.own() > b.own(); });
    if (m_longest.size() > kKept) m_longest.pop_back();
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

QStringList Watchdog::longestTexts() const {
    QStringList lines;
    for (const Gap& gap : m_longest)
        lines << tr("%1 ms: %2 computing, %3 waiting for a processor, %4 for other things; %5")
                     .arg(significant(gap.milliseconds, 3), significant(gap.times.running, 3), significant(gap.times.waiting, 3),
                          significant(std::max(0.0, gap.own() - gap.times.running), 3), gap.during);
    return lines;
}

}  // namespace qs
