// SPDX-License-Identifier: GPL-3.0-or-later
// The Hessian diagonal of one input, per sequence length (figure 1 of MaCa):
//   d_L [in]   = diag S_L / (n_L L)          mean square of every channel, per token
//   mix [in]   = Σ_L a_L d_L                 a_L: shares that the weighting of the run gives (run/mix.h)
//   ratio      = d_L / mix
//   noise      σ_c = |h₁ − h₂| · √(n₁ n₂) / (n₁ + n₂) / d_L, h_i the means of two random halves: standard error of d_L, relative;
//              pooled over lengths as a running root mean square along the rank
// With the first token of every sequence left out, its square is taken off S_L; L stays.
#pragma once

#include <QCoreApplication>
#include <optional>
#include <vector>

#include "views/thinning.h"
#include "views/view.h"

namespace qs::hessian_diagonal_words {
inline QString text(const char* source) { return QCoreApplication::translate("HessianDiagonal", source); }
}  // namespace qs::hessian_diagonal_words

namespace qs {

enum class ChannelOrder { Rank, Channel };

struct HessianDiagonal {
    struct Curve {
        int length = 0, sequences = 0, rank = 0;  ///< rank in the length set of the run
        std::vector<double> value;                ///< d_L by channel
    };
    QString missing;  ///< why there is nothing, empty if there is
    std::vector<std::pair<QString, QString>> remedy = {};
    int block = -1;
    QString input;  ///< "down_proj input"; "q k v input" where no linear is selected
    QString place;  ///< "block 3 · down_proj"
    int channels = 0;
    std::vector<Curve> curves;
    std::vector<double> mix, baselineMix, pinnedMix;  ///< by channel; the last two empty without a matching baseline or pin
    std::vector<double> noise;                        ///< σ by rank, empty without halves
    std::vector<int> order;                           ///< channel of every rank, mix descending
    int dead = 0;                                     ///< channels with mix = 0
    double damping = 0;                               ///< added to the diagonal, in the units of mix
    QString weighting, baselineWeighting, pinnedName, model;
    std::string tag;
    bool ownMix = false;  ///< the mix is that of the chips, not of the run
    ChannelOrder channelOrder = ChannelOrder::Rank;
    bool firstToken = true;
};

/// Settings: "order" rank|channel, "first-token" bool, "mix" {length: share} of the chips, "pinned" {"mix", "block", "input", "name"}.
HessianDiagonal hessianDiagonal(const ViewInput& input);
Chart chartOf(const HessianDiagonal& data);
ChartTable tableOf(const HessianDiagonal& data);
Figure hessianDiagonalFigure(const ViewInput& input);

/// Position of the crosshair (rank from 1, or channel) nearest to x; what the card says there.
int nearestPosition(const HessianDiagonal& data, double x);
QString readout(const HessianDiagonal& data, int position);

}  // namespace qs
