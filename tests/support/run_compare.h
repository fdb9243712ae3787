// SPDX-License-Identifier: GPL-3.0-or-later
// Watching jobs, and comparing what two runs computed.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "run/jobs.h"
#include "run/run_file.h"

namespace qs::testing {

/// Counts what a job reports; can stop it at a block.
class Watcher : public JobObserver {
  public:
    JobContext* context = nullptr;
    int stopAfter = -1;  ///< block after which the job is asked to end
    std::atomic<int> parts{0};
    std::vector<Event> events;
    double last = 0;
    bool fell = false;
    std::vector<std::string> stages;

    void progressed(const Progress& progress) override {
        fell = fell || progress.fraction < last - 1e-12;
        last = progress.fraction;
        stages.push_back(progress.stage);
    }
    void happened(const Event& event) override { events.push_back(event); }
    void partFinished(int block, const std::string&) override {
        ++parts;
        if (block == stopAfter) context->stopAfterPart();
    }
};

inline void quantize(const QuantizeOptions& options) {
    JobContext context;
    runQuantize(options, context);
}

/// All that a run computed, without times.
inline void expectSameRun(const std::string& a, const std::string& b) {
    const auto x = RunFile::open(a), y = RunFile::open(b);
    ASSERT_EQ(x->linears().size(), y->linears().size());
    for (std::size_t i = 0; i < x->linears().size(); ++i) {
        const LinearRecord p = x->linear(x->linears()[i].name), q = y->linear(y->linears()[i].name);
        ASSERT_EQ(p.name, q.name);
        EXPECT_EQ(p.codes, q.codes) << p.name;
        EXPECT_EQ(p.scales, q.scales) << p.name;
        EXPECT_EQ(p.zeros, q.zeros) << p.name;
        EXPECT_EQ(p.groupIndex, q.groupIndex);
        EXPECT_EQ(p.order, q.order);
        EXPECT_EQ(p.deadColumns, q.deadColumns);
        EXPECT_EQ(p.loss, q.loss) << p.name;
        EXPECT_EQ(p.energy, q.energy) << p.name;
        EXPECT_EQ(p.damping, q.damping) << p.name;
        ASSERT_EQ(p.calibrationErrors.size(), q.calibrationErrors.size());
        for (std::size_t e = 0; e < p.calibrationErrors.size(); ++e) {
            EXPECT_EQ(p.calibrationErrors[e].error, q.calibrationErrors[e].error) << p.name;
            EXPECT_EQ(p.calibrationErrors[e].energyWithoutFirst, q.calibrationErrors[e].energyWithoutFirst) << p.name;
        }
    }
    ASSERT_EQ(x->tags().size(), y->tags().size());
    for (std::size_t t = 0; t < x->tags().size(); ++t)
        for (std::size_t i = 0; i < x->tags()[t].calibration.size(); ++i) {
            EXPECT_EQ(x->tags()[t].calibration[i].diagonal, y->tags()[t].calibration[i].diagonal);
            EXPECT_EQ(x->tags()[t].calibration[i].halfDiagonal, y->tags()[t].calibration[i].halfDiagonal);
            EXPECT_EQ(x->tags()[t].calibration[i].eigenvalues, y->tags()[t].calibration[i].eigenvalues);
        }
    EXPECT_EQ(x->events(), y->events());
    EXPECT_EQ(x->provenance().fingerprint, y->provenance().fingerprint);
}

}  // namespace qs::testing
