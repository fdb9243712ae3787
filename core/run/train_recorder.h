// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the record of a training and writes it into the parts of its run from time to time, for views that follow.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/job.h"
#include "qat/trainer.h"
#include "run/run_file.h"
#include "run/training_record.h"

namespace qs {

class TrainRecorder {
  public:
    /// Goes on with what an interrupted training wrote, if the writer found some.
    TrainRecorder(RunWriter& writer, JobContext& context, TrainingRecord fresh);

    TrainingRecord& record() { return m_record; }
    const std::vector<Event>& events() const { return m_events; }
    /// Whether an interrupted training had written something.
    bool goesOn() const { return m_goesOn; }

    /// Whether everything about a variant is in the record.
    bool isComplete(const std::string& variant) const;
    /// Takes measurements of a variant out that an interrupted job made in part.
    void dropMeasures(const std::string& variant);
    void complete(const std::string& variant, double averageBits);

    /// Begins or goes on with the curve of a variant behind `done` steps. `own`: its widths are those of the run.
    void begin(const std::string& variant, std::int64_t done, bool own, const std::vector<int>& bits);
    void add(const std::string& variant, const StepRecord& step, bool own);

    /// Writes if the last time is two seconds ago.
    void writeNowAndThen();
    void write();

  private:
    using Clock = std::chrono::steady_clock;
    TrainingCurve& curve(const std::string& variant);
    void addUpdate(const WidthRecord& widths);

    RunWriter& m_writer;
    JobContext& m_context;
    TrainingRecord m_record;
    std::vector<Event> m_events;
    bool m_goesOn = false;
    Clock::time_point m_written{};
};

}  // namespace qs
