// SPDX-License-Identifier: GPL-3.0-or-later
// Quantization-aware training, one optimizer step at a time. What a step does: trainer.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/job.h"
#include "base/parallel.h"
#include "qat/batch_source.h"
#include "qat/controller.h"
#include "qat/quantized_linear.h"
#include "qat/settings.h"
#include "qat/trainable_model.h"

namespace qs {

struct StepRecord {
    std::int64_t step = 0;    ///< counted from 1
    double loss = 0;          ///< (1 − distill) · taskLoss + distill · distillation + penaltyWeight · penalty
    double taskLoss = 0;      ///< cross entropy, nats a target
    double penalty = 0;       ///< Σ_l mean((A_l − Q(A_l))²)
    double distillation = 0;  ///< temperature² · KL(full precision ‖ this model), nats a target
    double learningRate = 0;
    double gradientNorm = 0;            ///< before clipping
    double averageBits = 0;             ///< over layers; 32 in full precision
    std::optional<WidthRecord> widths;  ///< if this step ended with an update of the widths
};

class Trainer {
  public:
    /// All arguments must outlive the trainer. `pool` workers begin with beginSingleThreadedMath (kernels/blas.h). Under distillation the
    /// values that the model has now, in full precision, are the teacher, unless setTeacher gives others.
    Trainer(TrainableModel& model, const QatSettings& settings, BatchSource& source, ThreadPool& pool, JobContext* context = nullptr);
    ~Trainer();

    /// Values of the same model in full precision.
    void setTeacher(std::vector<at::Tensor> values);

    /// The next step. A width that went back to what it was before the last update is an Event "width-flicker", the changes that the
    /// hysteresis held back are one at the end. Throws Cancelled if the context was told to stop (the model is as after the step before),
    /// Error if the loss is no number.
    StepRecord step();
    std::int64_t stepsDone() const;
    bool finished() const { return stepsDone() >= m_settings.steps; }

    /// Of every layer in the order of model.layers(): 32 in full precision.
    std::vector<int> bits() const;
    /// max |A| of the input of every layer: means over steps with weights that fade by 0.99 a step; 0 before the first step.
    std::vector<double> activationMaxima() const;
    /// What chooses the widths; nullptr unless the method is Dsa.
    const PrecisionController* controller() const;
    /// How the layers are quantized now. `staticRanges`: activations on the ranges of activationMaxima() instead of their own, unless every
    /// token has one.
    std::vector<LayerGrid> grids(bool staticRanges) const;

    /// Everything that further steps depend on, bit by bit: parameters, optimizer, widths and their statistics, ranges, step.
    void save(const std::filesystem::path& path) const;
    /// Continues from such a file. Throws Error naming the file if it is of another model or of other settings.
    void load(const std::filesystem::path& path);

  private:
    struct State;
    const QatSettings& m_settings;
    std::unique_ptr<State> m_state;
};

}  // namespace qs
