// SPDX-License-Identifier: GPL-3.0-or-later
// What a model is trained for: its batches, and how good a variant is at it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "qat/batch_source.h"
#include "qat/task_score.h"
#include "run/train_options.h"
#include "run/training_record.h"
#include "text/tokenizer.h"

namespace qs {

class TrainTask {
  public:
    virtual ~TrainTask() = default;
    virtual const std::vector<std::string>& classes() const = 0;  ///< none: language model
    virtual std::string description() const = 0;                  ///< of the data and how they are split
    virtual std::string fingerprint() const = 0;                  ///< of the data
    virtual BatchSource& batches() = 0;
    /// The model that others are compared with, text by text; tasks without such a comparison need none.
    virtual void setReference(const std::string& name, const TrainableModel& model, const Variant& variant, ThreadPool& pool) = 0;
    /// Appends the metrics of a variant, on texts that were not trained on.
    virtual void score(const std::string& name, const TrainableModel& model, const Variant& variant, ThreadPool& pool,
                       TrainingRecord& record) const = 0;
    /// Appends its metrics under added quantization noise; nothing for tasks that have none. `linearsOf` as in qat/robustness.h.
    virtual void scoreUnderNoise(const std::string& name, const TrainableModel& model, const std::vector<at::Tensor>& values,
                                 const std::function<LinearFn(const std::vector<at::Tensor>&)>& linearsOf, ThreadPool& pool,
                                 TrainingRecord& record) const = 0;
};

/// Reads and tokenizes the data. Throws Error naming file and place, as the readers do.
std::unique_ptr<TrainTask> openTask(const TrainOptions& options, const Tokenizer& tokenizer, int threads);

}  // namespace qs
