// SPDX-License-Identifier: GPL-3.0-or-later
// Measures how fluid the window is: the event loop is asked to answer every 10 ms, and how late it comes is its gap. While something
// blocks the loop, nothing can be drawn or clicked. Long gaps are kept with what was handled in them and what the thread did meanwhile:
// computed, waited for the processor that others had (a loaded machine), or waited for something else (a disk, a lock).
#pragma once

#include <QElapsedTimer>
#include <QEvent>
#include <QObject>
#include <QTimer>
#include <array>
#include <cstdint>
#include <vector>

#include "base/resources.h"

namespace qs {

class Watchdog : public QObject {
    Q_OBJECT
  public:
    struct Gap {
        double milliseconds = 0;  ///< all
        ThreadTimes times;        ///< of the window's thread in it
        QString during;           ///< the event that took longest, and the note
        /// What the window itself is to blame for: all but the wait for a processor.
        double own() const { return milliseconds > times.waiting ? milliseconds - times.waiting : 0; }
    };

    explicit Watchdog(QObject* parent = nullptr);
    ~Watchdog() override;
    /// Counts anew; the longest gaps and what the window itself is to blame for stay until the program ends.
    void reset();
    std::int64_t count() const { return m_count; }
    /// Upper bound of the gap that this share of all stayed below, in milliseconds; 0 if nothing was measured.
    double quantile(double share) const;
    double worst() const { return m_worst; }
    double worstOwn() const { return m_worstOwn; }
    std::int64_t stalls() const { return m_stalls; }  ///< gaps above kStallMilliseconds
    std::int64_t ownStalls() const { return m_ownStalls; }
    const std::vector<Gap>& longest() const { return m_longest; }  ///< above kLongMilliseconds, those with the most own time first
    /// "p50 0.4 ms, p99 8 ms, worst 31 ms, 0 above 200 ms, of 12 034".
    QString text() const;
    /// A line for each of longest().
    QStringList longestTexts() const;
    /// What a person did last; kept with the gaps from here on.
    void note(const QString& what) { m_note = what; }
    /// Adds a gap as the timer does.
    void record(double milliseconds, const ThreadTimes& times = {}, const QString& during = {});

    static constexpr double kStallMilliseconds = 200, kLongMilliseconds = 100;

  protected:
    /// Sees every event of the program and takes none.
    bool eventFilter(QObject* receiver, QEvent* event) override;

  private:
    static constexpr int kBins = 64;  // quarter octaves from 1/16 ms up
    struct Handled {
        const QMetaObject* kind = nullptr;
        QString name;
        QEvent::Type type = QEvent::None;
        QString text() const;
    };
    void tick();
    std::array<std::int64_t, kBins> m_bins{};
    std::int64_t m_count = 0, m_stalls = 0, m_ownStalls = 0;
    double m_worst = 0, m_worstOwn = 0;
    std::vector<Gap> m_longest;
    QTimer m_timer;
    QElapsedTimer m_clock;
    ThreadTimes m_times;        ///< at the last tick
    Handled m_handled, m_slow;  ///< the last event that began; the one that took longest since the last tick
    qint64 m_began = 0, m_slowest = 0;
    QString m_note;
};

}  // namespace qs
