// SPDX-License-Identifier: GPL-3.0-or-later
// How the sums S_L of a Hessian bank combine to one H.
//
//   token    H = (2 / Σ n_L L) · Σ S_L                          every existing tool
//   maca     H = (1 / Σ n_L)   · Σ S_L / L                      sequence-normalised (MaCa, eq. 2 / Algorithm 1)
//   length   H = S_L / (n_L L)                                  one length only
//   mix      H = Σ a_L · S_L / (n_L L)                          a_L ≥ 0 given
//   power    H = (1 / Σ n_L L^(1+p)) · Σ L^p S_L                p = -1 is maca, p = 0 half of token
//   fitted   power, p chosen for every input by the errors on held-out text (run/fitted_weighting.h)
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

struct LengthCount {
    int length = 0;     ///< L, tokens
    int sequences = 0;  ///< n_L
};

enum class WeightingKind { Token, Maca, Length, Mix, Power, Fitted };

struct Weighting {
    WeightingKind kind = WeightingKind::Token;
    int length = 0;               ///< of Length
    std::map<int, double> mix;    ///< of Mix: L -> a_L
    double power = 0;             ///< of Power: p
    double firstTokenWeight = 1;  ///< 1 = as recorded, 0 = without the first token of every sequence; any weight ≥ 0

    /// "token", "maca", "length:512", "mix:256=1,512=2", "power:-0.5", "fitted". Throws Error(Usage) saying what is wrong.
    static Weighting parse(std::string_view text);
    std::string text() const;

    /// The factor c_L of every bucket, in the order given: H = Σ c_L · S_L. Throws Error if a named length is not in the bank,
    /// or for Fitted, which has none before it is fitted.
    std::vector<double> factors(const std::vector<LengthCount>& buckets) const;
};

}  // namespace qs
