// SPDX-License-Identifier: GPL-3.0-or-later
// What outlives the program: jobs that still waited, and runs that were interrupted.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

#include "app/jobs/job_queue.h"
#include "run/run_file.h"

namespace qs {

struct StoredJob {
    QString name;
    JobOptions options;
};

/// JSON of the jobs that wait, and of an evaluation in work: nothing else on the disk says what it was. Empty if there are none.
QByteArray waitingJobsJson(const JobQueue& queue);
/// Jobs of such a text; what cannot be read is left out.
std::vector<StoredJob> readWaitingJobs(const QByteArray& json);

/// Sets what the names know and the values allow; leaves the rest at its default. Returns the options that were not taken.
template <class Options>
QStringList setOptions(Options& options, const QMap<QString, QString>& values);
/// All options by name, as text; with `changedOnly` those that differ from the default.
template <class Options>
QMap<QString, QString> optionValues(Options options, bool changedOnly);

/// An interrupted run that nobody is writing.
struct Unfinished {
    QString file, name;
    std::int64_t done = 0, all = 0;  ///< blocks; of a training the steps of the run's own model
    JobOptions options;              ///< as it was started; `out` = file, `resume` set
};
/// Looks through the folder and the named files. Reads the parts, so call it in another thread. Parts that cannot be read are left out.
std::vector<Unfinished> findUnfinished(const QString& folder, const QStringList& files);
/// The options that a run was started with, to go on with it; nothing of a run that another command writes.
std::optional<JobOptions> optionsToResume(const RunFile& run, const QString& file);

}  // namespace qs
