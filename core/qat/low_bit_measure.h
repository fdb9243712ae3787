// SPDX-License-Identifier: GPL-3.0-or-later
// What a variant of a model costs on this machine: measured, except where a figure says that it is an estimate.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "qat/task_score.h"

namespace qs {

struct Measurement {
    std::string quantity;  ///< "latency"
    std::string unit;      ///< "ms"
    double value = 0;
    bool estimate = false;  ///< computed from a formula instead of measured
};

/// One forward pass over `ids` [rows, length] on the calling thread, `repeats` times after one to warm up:
///   latency (ms, median), cpu-time (ms, median of the processor time of the process), linear-time (ms, median of the time inside the
///   linears), throughput (tokens/s, from the median).
std::vector<Measurement> measureForward(const TrainableModel& model, const Variant& variant, const at::Tensor& ids, int repeats);

/// Growth of the resident memory of this process, in bytes, while `make` builds something and keeps it; what was free before is given
/// back to the system first. Good to a page or so a tensor. 0 where the system does not tell.
double residentGrowth(const std::function<std::shared_ptr<void>()>& make);

/// Σ_l b_l N_l over the layers (32 bits in full precision), N_l weights of layer l: the energy of the paper in units of one bit of one
/// weight. No joule was measured.
Measurement energyEstimate(const TrainableModel& model, const std::vector<int>& bits);

}  // namespace qs
