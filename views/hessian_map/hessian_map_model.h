// SPDX-License-Identifier: GPL-3.0-or-later
// One number for every block, input and length of the Hessian bank, and the spectrum of the selected one:
//   trace            tr S_L / (n_L L), divided by that of the longest length
//   condition        λ_max / λ_min of S_L / (n_L L), λ_min above the noise of float32
//   effective rank   exp(−Σ p ln p), p = λ / tr (Roy & Vetterli 2007)
//   top share        λ_max / tr
//   drift            ‖S_L/tr − S_longest/tr‖_F / ‖S_longest/tr‖_F
#pragma once

#include <QCoreApplication>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::hessian_map_words {
inline QString text(const char* source) { return QCoreApplication::translate("HessianMap", source); }
}  // namespace qs::hessian_map_words

namespace qs {

enum class MapStatistic { Trace, Condition, EffectiveRank, TopShare, Drift };

struct HessianMap {
    struct Strip {
        std::string tag;
        std::vector<double> values;  ///< [lengths, blocks], NaN where nothing is recorded
        double at(std::size_t length, int block, int blocks) const {
            return values[length * static_cast<std::size_t>(blocks) + static_cast<std::size_t>(block)];
        }
    };
    struct Spectrum {
        int length = 0, rank = 0;
        std::vector<float> eigenvalues;  ///< descending
    };
    QString missing, missingTitle;  ///< why there is nothing, empty if there is
    std::vector<std::pair<QString, QString>> remedy;
    MapStatistic statistic = MapStatistic::Trace;
    int blocks = 0, recorded = 0, selectedBlock = -1;
    std::string selectedTag;
    std::vector<int> lengths;
    std::vector<Strip> strips;
    std::vector<Spectrum> spectra;  ///< of the selected block and input
    Spectrum baseline;              ///< there, of the longest length in both runs; no eigenvalues: none
    QString baselineName;
    std::vector<int> keptBlocks;  ///< blocks with a brushed linear; empty: all
    QString model, sequences;
    bool cividis = false;
};

/// Settings: "statistic" trace|condition|effective-rank|top-share|drift, "colours" viridis|cividis.
HessianMap hessianMap(const ViewInput& input);
Chart chartOf(const HessianMap& data);
ChartTable tableOf(const HessianMap& data);
Figure hessianMapFigure(const ViewInput& input);
/// What a click at (block, strip) selects.
Selection selectionAt(const ViewInput& input, const HessianMap& data, std::size_t strip, double block);
/// The values of a block, for the card at the crosshair.
QString readout(const HessianMap& data, int block);

}  // namespace qs
