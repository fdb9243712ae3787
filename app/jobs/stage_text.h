// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine says it is at, in the language of the window.
#pragma once

#include <QString>
#include <QStringList>

namespace qs {

/// A stage of any job: "block 3 of 30 · solve up_proj". What is not known stays as it is. Of trainings: trainingStageText (job_models.h).
QString stageText(const QString& stage);
/// The parts that are known, in English, with %1 … %5 for what changes.
QStringList knownStages();

}  // namespace qs
