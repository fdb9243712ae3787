// SPDX-License-Identifier: GPL-3.0-or-later
// How long a job will go on, from how fast it went. Formula: remaining_time.cpp.
#pragma once

namespace qs {

class RemainingTime {
  public:
    /// `fraction` 0 … 1 of the job is done at `now`, seconds of any clock that only grows. Nothing is learnt while the fraction is 0: what
    /// a job does before its first step, such as reading the model, says nothing about the rest.
    void at(double now, double fraction);
    /// What passed until `now` since the last step was no work: the job was paused.
    void skipTo(double now) { m_start += now - m_time, m_time = now; }
    /// Seconds, negative while unknown.
    double seconds() const;

  private:
    double m_start = 0, m_time = 0, m_fraction = 0;
    double m_work = 0, m_spent = 0;  ///< fractions and seconds, both fading
};

}  // namespace qs
