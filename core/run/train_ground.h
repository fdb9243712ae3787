// SPDX-License-Identifier: GPL-3.0-or-later
// What all trainings of a job begin with: model or sizes of a new one, tokenizer, task, threads.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/device.h"
#include "base/job.h"
#include "base/parallel.h"
#include "model/model.h"
#include "qat/trainable_model.h"
#include "run/run_data.h"
#include "run/train_options.h"
#include "run/train_task.h"
#include "text/tokenizer.h"

namespace qs {

struct TrainGround {
    TrainOptions options;          ///< with what follows from model and task filled in: vocabulary, positions, ranges, learning rate
    std::shared_ptr<Model> model;  ///< null from scratch
    std::unique_ptr<Tokenizer> tokenizer;
    std::filesystem::path tokenizerPath;  ///< directory or file; empty: bytes
    std::unique_ptr<ThreadPool> pool;
    std::unique_ptr<TrainTask> task;
    Device device;

    /// The model that every training begins with.
    std::unique_ptr<TrainableModel> newModel() const;
    std::string config() const;       ///< of a model from scratch
    std::string fingerprint() const;  ///< of the model given, or of the sizes
};

/// Opens everything. A device that is not there is an event, and the CPU is used. Throws Error naming what cannot be trained and why.
TrainGround openGround(const TrainOptions& options, JobContext& context);

Provenance provenanceOf(const TrainGround& ground);

}  // namespace qs
