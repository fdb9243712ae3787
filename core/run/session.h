// SPDX-License-Identifier: GPL-3.0-or-later
// What every job over a model opens first: the model, the worker threads and the executor for the device that is there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/device.h"
#include "base/job.h"
#include "base/parallel.h"
#include "distribute/communicator.h"
#include "model/executor.h"
#include "model/model.h"
#include "run/options.h"

namespace qs {

struct Session {
    std::shared_ptr<const Model> model;
    std::unique_ptr<ThreadPool> pool;
    std::unique_ptr<Executor> executor;
    std::vector<Event> events;  ///< device fallback; already passed on to the job's context

    Device device() const { return executor->device(); }
    int threads() const { return pool->size(); }
};

/// Opens a supported model for computing. A CUDA device that is not there is a recorded event, and the CPU is used.
/// Throws Error as openModel does.
Session openSession(const std::string& model, const MachineOptions& machine, JobContext& context);
/// The same with a supported model that is open already.
Session openSession(std::shared_ptr<const Model> model, const MachineOptions& machine, JobContext& context);

/// The machine for one of several ranks: where threads or memory are not given, what its neighbours leave it.
MachineOptions machineOfRank(const MachineOptions& machine, Communicator& group);

/// The model's fingerprint. Throws Error if this rank opened a model of other content than the first.
std::string fingerprintOfAllRanks(const Model& model, Communicator& group);

/// Reads every weight once (each rank its share), so that a NaN or infinity is found before hours of work. Throws Error naming file, tensor
/// and place.
void requireFiniteWeights(Session& session, JobContext& context, const Communicator& group);

/// Bytes that activations may take before they go to a file.
std::size_t activationBudget(const MachineOptions& machine);

}  // namespace qs
