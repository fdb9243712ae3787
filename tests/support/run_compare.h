// SPDX-License-Identifier: GPL-3.0-or-later
// Watching jobs, and comparing what two runs computed.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/jobs.h"
#include "run/run_file.h"
#include "support/data.h"

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
        EXPECT_EQ(p.asymmetricLoss, q.asymmetricLoss) << p.name;
        EXPECT_EQ(p.asymmetricEnergy, q.asymmetricEnergy) << p.name;
        ASSERT_EQ(p.calibrationErrors.size(), q.calibrationErrors.size());
        for (std::size_t e = 0; e < p.calibrationErrors.size(); ++e) {
            EXPECT_EQ(p.calibrationErrors[e].error, q.calibrationErrors[e].error) << p.name;
            EXPECT_EQ(p.calibrationErrors[e].energyWithoutFirst, q.calibrationErrors[e].energyWithoutFirst) << p.name;
        }
        ASSERT_EQ(p.heldOutErrors.size(), q.heldOutErrors.size());
        for (std::size_t e = 0; e < p.heldOutErrors.size(); ++e) {
            EXPECT_EQ(p.heldOutErrors[e].errorWithoutFirst, q.heldOutErrors[e].errorWithoutFirst) << p.name;
            EXPECT_EQ(p.heldOutErrors[e].energy, q.heldOutErrors[e].energy) << p.name;
        }
    }
    ASSERT_EQ(x->tags().size(), y->tags().size());
    for (std::size_t t = 0; t < x->tags().size(); ++t) EXPECT_EQ(x->tags()[t].inputScales, y->tags()[t].inputScales);
    for (std::size_t t = 0; t < x->tags().size(); ++t)
        for (std::size_t i = 0; i < x->tags()[t].calibration.size(); ++i) {
            EXPECT_EQ(x->tags()[t].calibration[i].diagonal, y->tags()[t].calibration[i].diagonal);
            EXPECT_EQ(x->tags()[t].calibration[i].halfDiagonal, y->tags()[t].calibration[i].halfDiagonal);
            EXPECT_EQ(x->tags()[t].calibration[i].eigenvalues, y->tags()[t].calibration[i].eigenvalues);
        }
    EXPECT_EQ(x->events(), y->events());
    EXPECT_EQ(x->provenance().fingerprint, y->provenance().fingerprint);
}

/// One thread computes what the threads of the options do. Leaves the run at options.out.
inline void expectSameWithOneThread(const QuantizeOptions& options, const TemporaryFolder& folder) {
    quantize(options);
    QuantizeOptions again = options;
    again.out = (folder / "again.qsrun").string();
    again.machine.threads = 1;
    quantize(again);
    expectSameRun(options.out, again.out);
}

/// Stopped after any of the six blocks of the demo model and resumed, with one thread or two, a run is that of an undisturbed job.
inline void expectSameAfterStops(const QuantizeOptions& options, const TemporaryFolder& folder) {
    quantize(options);
    for (int block = 0; block < 5; ++block) {
        QuantizeOptions cut = options;
        cut.out = (folder / "cut.qsrun").string();
        Watcher watcher;
        watcher.stopAfter = block;
        JobContext context(&watcher);
        watcher.context = &context;
        try {
            runQuantize(cut, context);
            EXPECT_GE(block, 4);  // a part is written beside the next block: the request may come one block late, or after the last
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Stopped);
            EXPECT_NE(std::string(error.what()).find("--resume"), std::string::npos) << error.what();
            EXPECT_FALSE(std::filesystem::exists(cut.out));
        }
        cut.resume = true;
        cut.machine.threads = 1 + block % 2;
        Watcher again;
        JobContext fresh(&again);
        runQuantize(cut, fresh);
        EXPECT_FALSE(again.fell);
        EXPECT_EQ(again.last, 1);
        EXPECT_FALSE(std::filesystem::exists(cut.out + ".parts"));
        expectSameRun(options.out, cut.out);
        std::filesystem::remove(cut.out);
    }
}

}  // namespace qs::testing
