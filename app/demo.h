// SPDX-License-Identifier: GPL-3.0-or-later
// The bundled demo, and where files of the program lie.
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <utility>
#include <vector>

#include "run/options.h"
#include "run/train_options.h"

namespace qs {

/// A file or folder of resources/: of the source tree the program was built in, or PREFIX/share/quantoscope beside PREFIX/bin.
/// Throws Error naming what is missing.
QString resourcePath(const QString& name);

/// Where runs go when a person names no file; created if missing.
QString runsFolder();
/// A name in `runsFolder()` made of model, method, bits and weighting that neither a run nor the parts of one have yet, nor stands in
/// `taken`.
QString automaticOut(const QuantizeOptions& options, const QStringList& taken = {});
/// Likewise of data, model and method of a training.
QString automaticOut(const TrainOptions& options, const QStringList& taken = {});
/// True if the parts of an interrupted run lie beside `out`.
bool hasParts(const std::string& out);

/// Option values of the demo: small enough for a picture within seconds.
std::vector<std::pair<std::string, std::string>> demoValues();
/// The run file of the demo, replaced each time.
std::string demoOut();

/// Trainings on bundled data that a person can begin with.
enum class TrainingExample {
    Languages,          ///< a small classifier of twelve languages, half a minute
    LanguagesCompared,  ///< the same beside its baselines, two minutes
    DemoModel           ///< the demo model, trained further as a language model
};
/// Option values of an example; the others have their defaults.
std::vector<std::pair<std::string, std::string>> trainingExample(TrainingExample example);

}  // namespace qs
