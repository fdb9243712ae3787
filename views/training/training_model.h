// SPDX-License-Identifier: GPL-3.0-or-later
// What a training went through and what came out of it, in nine pictures. The record is read once, from the run file or from the parts of
// a training that is running; every picture is drawn from it.
#pragma once

#include <QCoreApplication>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs {

/// The words of this view.
struct TrainingWords {
    Q_DECLARE_TR_FUNCTIONS(TrainingWords)
};

enum class TrainingPicture { Widths, Loss, Optimizer, Sensitivity, Metrics, Confusion, Noise, Speed, Size };

/// Name as in the settings and title, in the order of the control.
struct TrainingPictureName {
    TrainingPicture picture;
    const char *name, *title;
};
const std::vector<TrainingPictureName>& trainingPictures();

/// A row of a map of layers: which layer, and where it is drawn.
struct TrainingRow {
    std::size_t layer = 0;
    double y = 0;  ///< of its middle; a row is 1 high, groups are kept apart
    int group = 0;
};

struct TrainingData {
    QString missing, missingTitle;
    bool canTrain = false;  ///< what is missing is a training
    std::shared_ptr<const TrainingRecord> record;
    TrainingPicture picture = TrainingPicture::Widths;
    QString model, runName;
    bool finished = true;
    int noiseTexts = 0;             ///< at most so many texts of the test were classified under noise; 0: not known
    std::vector<TrainingRow> rows;  ///< of the maps, top to bottom
    bool byKind = false;            ///< rows grouped by kind of layer instead of by block
    QString term;                   ///< of the sensitivity: "sensitivity", "gradient", "activation"
    std::string variant;            ///< whose confusion is shown
    QString quantity;               ///< the only one of the measurements that is shown; empty: all
    bool compact = false;           ///< there is no room for more than the map itself and the average
    Selection selection;

    /// −1: the model of the run, and the integers it is computed with; others 0, 1 … as in the record, or as it is named for arithmetics.
    /// Decides colour, marker and line style.
    int rankOf(const std::string& variant) const;
    /// Steps done so far by the model of the run.
    std::int64_t stepsDone() const;
};

/// nullptr if the run was not trained. Throws Error if the file cannot be read.
std::shared_ptr<const TrainingRecord> readTraining(const ViewInput& input);
/// Settings: "picture" (a name above; absent: the widths), "rows" block|kind, "term" sensitivity|gradient|activation, "variant",
/// "quantity", "compact".
TrainingData trainingData(const ViewInput& input, std::shared_ptr<const TrainingRecord> record);
Chart chartOf(const TrainingData& data);
ChartTable tableOf(const TrainingData& data);
Figure trainingFigure(const ViewInput& input);
QString readout(const TrainingData& data, double& x);
/// The layer at a height of a map; the selection as it was if there is none.
Selection selectionAt(const TrainingData& data, double y);

/// "DSA-QAT", "Fixed, 4 bit", "PTQ, 5.2 bit", of an arithmetic "Int 8": short, for axes and legends.
QString variantName(const TrainingRecord& record, const std::string& variant);
/// "Accuracy", "F1", "Latency": of a metric or a measurement.
QString quantityName(const std::string& quantity);
/// "block 3 · q_proj".
QString layerName(const std::string& layer);
int blockOf(const std::string& layer);

}  // namespace qs
