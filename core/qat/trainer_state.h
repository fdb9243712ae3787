// SPDX-License-Identifier: GPL-3.0-or-later
// What a Trainer holds between steps.
#pragma once

#include "qat/adamw.h"
#include "qat/learned_steps.h"
#include "qat/step_work.h"
#include "qat/trainer.h"

namespace qs {

struct Trainer::State {
    State(TrainableModel& trained, const QatSettings& given, BatchSource& batches, ThreadPool& workers, JobContext* job)
        : model(trained),
          settings(given),
          source(batches),
          pool(workers),
          context(job),
          learned(trained, given),
          work(trained, given, learned, job),
          controller(given, trained.layers().size()),
          optimizer(trainedTensors(), decays(), rateFactors(), given),
          maxima(trained.layers().size()) {
        if (given.distill > 0) work.setTeacher(trained.copyOfValues());
    }

    std::size_t layers() const { return model.layers().size(); }
    /// Parameters, then learned steps.
    std::vector<at::Tensor> trainedTensors() const {
        std::vector<at::Tensor> tensors = model.values();
        tensors.insert(tensors.end(), learned.tensors().begin(), learned.tensors().end());
        return tensors;
    }
    std::vector<bool> decays() const {
        std::vector<bool> decays;
        for (const Parameter& parameter : model.parameters()) decays.push_back(parameter.decays);
        decays.resize(decays.size() + learned.tensors().size());
        return decays;
    }
    /// Logarithms of steps change at kStepRate times the rate: a step then changes by about as large a share of itself as weights of the
    /// usual size, 1 / kStepRate, do of themselves.
    std::vector<double> rateFactors() const {
        constexpr double kStepRate = 20;
        std::vector<double> factors(model.parameters().size(), 1);
        factors.resize(factors.size() + learned.tensors().size(), kStepRate);
        return factors;
    }
    /// Adds what a step saw to the ranges and to the statistics of the widths.
    void observe(const PieceSums& sums);
    /// Of the step that comes after `done`. Throws Error if a figure is no finite number.
    StepRecord recordOf(const PieceSums& sums) const;
    void reportFlickers(const WidthRecord& record) const;
    void reportSuppressed() const;

    TrainableModel& model;
    const QatSettings& settings;
    BatchSource& source;
    ThreadPool& pool;
    JobContext* context;
    LearnedSteps learned;
    StepWork work;
    PrecisionController controller;
    AdamW optimizer;
    std::vector<double> maxima;  // running means of max |A|
    std::int64_t done = 0;       // steps
};

}  // namespace qs
