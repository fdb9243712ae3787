// SPDX-License-Identifier: GPL-3.0-or-later
// The differentiated part of a training step: pieces of batches in, gradients and sums out.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "base/job.h"
#include "base/parallel.h"
#include "qat/batch_source.h"
#include "qat/learned_steps.h"
#include "qat/settings.h"
#include "qat/straight_through.h"
#include "qat/trainable_model.h"

namespace qs {

/// Rows of a batch.
struct Piece {
    const Batch* batch = nullptr;
    int first = 0, rows = 0;
};

struct LayerSums {
    double count = 0;          ///< entries of the input
    QuantizedFigures figures;  ///< of the input
};
struct GradientSums {
    double sum = 0, squares = 0;
};

/// Everything a step needs to know of its pieces.
struct PieceSums {
    double task = 0, distillation = 0;  ///< means over the targets of the step
    double penalty = 0;
    std::vector<LayerSums> layers;
    std::vector<at::Tensor> gradients;  ///< of the parameters, then of the learned steps; undefined = 0
    std::vector<GradientSums> gradientSums;
};

class StepWork {
  public:
    StepWork(TrainableModel& model, const QatSettings& settings, LearnedSteps& learned, JobContext* context)
        : m_model(model), m_settings(settings), m_learned(learned), m_context(context) {}

    void setTeacher(std::vector<at::Tensor> values) { m_teacher = std::move(values); }
    bool hasTeacher() const { return !m_teacher.empty(); }

    /// Quantizes the weights for a step with this many targets and tokens. `ranges`: running means of max |A|, 0 while unknown.
    void begin(std::vector<int> bits, std::vector<double> ranges, std::int64_t targets, std::int64_t tokens, ThreadPool& pool);
    /// Adds the pieces of one batch.
    void run(const std::vector<Piece>& pieces, ThreadPool& pool);
    PieceSums finish(ThreadPool& pool);

  private:
    struct PieceResult;
    class Linears;
    void runPiece(const Piece& piece, PieceResult& result) const;
    void passClassifier(const std::vector<at::Tensor>& leaves, const at::Tensor& hidden, const at::Tensor& teacher,
                        const at::Tensor& targets, PieceResult& result) const;
    void passHead(const std::vector<at::Tensor>& leaves, const at::Tensor& hidden, const at::Tensor& teacher, const at::Tensor& targets,
                  PieceResult& result) const;
    at::Tensor lossOf(const at::Tensor& logits, const at::Tensor& teacherLogits, const at::Tensor& targets, PieceResult& result) const;
    at::Tensor idsOf(const Piece& piece) const;
    at::Tensor targetsOf(const Piece& piece) const;

    TrainableModel& m_model;
    const QatSettings& m_settings;
    LearnedSteps& m_learned;
    JobContext* m_context;
    std::vector<at::Tensor> m_teacher;
    std::vector<int> m_bits;
    std::vector<double> m_ranges;
    std::vector<at::Tensor> m_values;  // the parameters, weights of layers quantized
    std::int64_t m_targets = 1, m_tokens = 1;
    PieceSums m_sums;
};

}  // namespace qs
