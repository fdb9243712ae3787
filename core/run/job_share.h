// SPDX-License-Identifier: GPL-3.0-or-later
// What quantizations of one model that run side by side in one process have in common. Each is a job of its own on one core, with its own
// run file; it takes from here what is the same for all, so that it is computed once:
//
//   model, its fingerprint and the check of its weights      one for all
//   calibration sequences                                     one draw for all that calibrate alike
//   Hessians of the first block's first input                 no linear lies before it, so they depend on the sequences alone
//   the untouched chain of GPTAQ                              one for all on the same sequences, stage by stage as the slowest allows
//
// What differs from a job alone: nothing in the result. Every sum is made by the same code from the same numbers in the same order. With
// --device cuda the GPU runs the model and makes the sums; each job solves on its own core, where a job alone solves on the GPU too.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/job.h"
#include "hessian/bank.h"
#include "run/calibration_set.h"
#include "run/session.h"
#include "run/stream.h"

namespace qs {

struct QuantizeOptions;

/// The cores that jobs side by side may keep busy: whoever computes holds one.
class Cores {
  public:
    explicit Cores(int count) : m_free(count) {}
    void acquire();
    /// Takes a core that nobody waits for; false if there is none.
    bool tryAcquire();
    void release();

  private:
    std::mutex m_mutex;
    std::condition_variable m_freed;
    int m_free, m_waiting = 0;
};

/// The untouched chain of one set of sequences for several quantizations ("members"). Its inputs of (block, tag) stay where they are until
/// every member has used them; then a member that waits for the next takes it there.
class UntouchedChain {
  public:
    /// For members 0 … members − 1, all of which use or leave it. Nothing is computed before it is asked for.
    UntouchedChain(std::shared_ptr<const Model> model, const MachineOptions& machine, std::shared_ptr<const CalibrationSet> set,
                   int members, std::string spillFolder, Cores& cores);
    /// The sequences at an input of a block; asked for in ascending order. Waits, without a core, for members that are behind. Throws what
    /// stopped the chain on another member.
    const Stream& at(int member, int block, InputTag tag, JobContext& context);
    /// The member does not need this input any more.
    void done(int member, int block, InputTag tag);
    /// The member needs nothing any more.
    void leave(int member);
    /// What the member's clock shows too much: the time it spent in at(), less its share of the time that the chain took.
    double excessSeconds(int member) const;

  private:
    static long stepOf(int block, InputTag tag);
    bool mayAdvance() const;
    void waitWithoutCore(std::unique_lock<std::mutex>& lock, long wanted, JobContext& context);
    void advance(JobContext& context);

    std::shared_ptr<const Model> m_model;
    MachineOptions m_machine;
    std::shared_ptr<const CalibrationSet> m_set;
    std::string m_spillFolder;
    Cores& m_cores;
    mutable std::mutex m_mutex;
    std::condition_variable m_moved;
    std::vector<double> m_spent;  ///< of each member: seconds in at()
    double m_moveSeconds = 0;
    std::vector<long> m_next;  ///< of each member: the first step that it may still need
    long m_step = -1;          ///< where the chain is
    bool m_moving = false;
    std::exception_ptr m_failure;
    Session m_session;
    std::unique_ptr<Stream> m_stream;
};

/// The Hessians of the first block's first input, made by the first job that asks.
class FirstBanks {
  public:
    std::shared_ptr<const HessianBank> get(bool heldOut, const std::function<HessianBank()>& make);

  private:
    std::mutex m_mutex;
    std::shared_ptr<const HessianBank> m_banks[2];
};

/// What one quantization takes from the others.
struct JobShare {
    std::shared_ptr<const Model> model;
    std::string fingerprint;                    ///< of the model, whose weights are finite
    std::shared_ptr<const CalibrationSet> set;  ///< as drawCalibrationSet gives for the options of the job
    std::shared_ptr<FirstBanks> firstBanks;
    std::shared_ptr<UntouchedChain> untouched;  ///< null: the job makes its own if it needs one
    int member = 0;                             ///< of `untouched`
};

/// runQuantize (jobs.h) with what is shared. options.machine.threads must be 1.
void runQuantize(const QuantizeOptions& options, JobContext& context, const JobShare& share);

}  // namespace qs
