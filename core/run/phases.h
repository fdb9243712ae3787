// SPDX-License-Identifier: GPL-3.0-or-later
// Where the time of a block goes.
#pragma once

#include <array>
#include <cstddef>

#include "base/clock.h"
#include "run/run_data.h"

namespace qs {

/// In the order of the work; names in phases.cpp and schema.h.
enum class Phase {
    Forward,         ///< the calibration sequences through the block
    HeldOut,         ///< the same of the held-out text, and its Hessians
    Hessians,        ///< of the calibration text, and H from them
    Spectra,         ///< and other records of the banks
    Untouched,       ///< the calibration sequences through the original weights, and the cross terms
    InputScales,     ///< searched by AWQ
    OutputHessians,  ///< of BoA
    Factor,
    StageOne,
    Columns,  ///< from grids to codes; of BoA the whole solve
    StageTwo,
    Losses,  ///< of the stations of group scales, see --trajectories
    Errors   ///< per length
};
inline constexpr std::size_t kPhases = static_cast<std::size_t>(Phase::Errors) + 1;

/// Adds up wall time.
class PhaseClock {
  public:
    void add(Phase phase, double seconds) { m_seconds[static_cast<std::size_t>(phase)] += seconds; }
    /// Calls work() and returns what it returns.
    template <class Work>
    decltype(auto) time(Phase phase, const Work& work) {
        const Measure measure{*this, phase};
        return work();
    }
    /// Phases that took time.
    PhaseSeconds seconds() const;

  private:
    struct Measure {
        PhaseClock& clock;
        Phase phase;
        Clock::time_point start = Clock::now();
        ~Measure() { clock.add(phase, secondsSince(start)); }
    };
    std::array<double, kPhases> m_seconds{};
};

/// Adds the phases of a block to a sum, which stays in the order of the work.
void addPhases(PhaseSeconds& sum, const PhaseSeconds& block);

}  // namespace qs
