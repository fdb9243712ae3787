// SPDX-License-Identifier: GPL-3.0-or-later
// Measures how fluid the window is: the event loop is asked to answer every 10 ms, and how late it comes is its gap. While something
// blocks the loop, nothing can be drawn or clicked.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <array>
#include <cstdint>

namespace qs {

class Watchdog : public QObject {
    Q_OBJECT
  public:
    explicit Watchdog(QObject* parent = nullptr);
    void reset();
    std::int64_t count() const { return m_count; }
    /// Upper bound of the gap that this share of all stayed below, in milliseconds; 0 if nothing was measured.
    double quantile(double share) const;
    double worst() const { return m_worst; }
    std::int64_t stalls() const { return m_stalls; }  ///< gaps above kStallMilliseconds
    /// "p50 0.4 ms, p99 8 ms, worst 31 ms, 0 above 200 ms, of 12 034".
    QString text() const;
    /// Adds a gap as the timer does.
    void record(double milliseconds);

    static constexpr double kStallMilliseconds = 200;

  private:
    static constexpr int kBins = 64;  // quarter octaves from 1/16 ms up
    std::array<std::int64_t, kBins> m_bins{};
    std::int64_t m_count = 0, m_stalls = 0;
    double m_worst = 0;
    QTimer m_timer;
    QElapsedTimer m_clock;
};

}  // namespace qs
