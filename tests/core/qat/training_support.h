// SPDX-License-Identifier: GPL-3.0-or-later
// A small model from scratch and a task that it can learn at once.
#pragma once

#include "kernels/blas.h"
#include "qat/trainer.h"
#include "support/single_threaded.h"
#include "text/random.h"

namespace qs::testing {

inline ScratchShape smallShape() {
    ScratchShape shape;
    shape.vocabulary = 16;
    shape.hidden = 32;
    shape.blocks = 2;
    shape.heads = 2;
    shape.intermediate = 48;
    shape.maxPositions = 64;
    return shape;
}

/// Texts of tokens 0 … 15. Classification: which half of the vocabulary has the majority. Language model: every token is the one before it
/// plus 3, so that all but the first follow.
class SmallTask final : public BatchSource {
  public:
    SmallTask(bool classifies, int rows, std::uint64_t seed) : m_classifies(classifies), m_rows(rows), m_seed(seed) {}

    Batch batch(std::int64_t number) override {
        Random random(m_seed * 1000003 + static_cast<std::uint64_t>(number));
        Batch batch;
        batch.rows = m_rows;
        batch.length = number % 2 == 0 ? 7 : 11;
        for (int row = 0; row < batch.rows; ++row) {
            std::int64_t high = 0, token = static_cast<std::int64_t>(random.below(16));
            for (int t = 0; t < batch.length; ++t) {
                batch.ids.push_back(token);
                high += token >= 8;
                token = m_classifies ? static_cast<std::int64_t>(random.below(16)) : (token + 3) % 16;
                if (!m_classifies) batch.targets.push_back(t + 1 < batch.length ? token : kNoTarget);
            }
            if (m_classifies) batch.targets.push_back(2 * high > batch.length ? 1 : 0);
        }
        return batch;
    }

  private:
    bool m_classifies;
    int m_rows;
    std::uint64_t m_seed;
};

inline QatSettings smallSettings(QatMethod method) {
    QatSettings settings;
    settings.method = method;
    settings.steps = 120;
    settings.interval = 10;
    settings.learningRate = 5e-3;
    return settings;
}

/// A model, its data and a trainer over two workers.
struct Training {
    Training(const QatSettings& given, bool classifies, std::uint64_t seed = 1)
        : settings(given),
          model(scratchSpec(smallShape()), classifies ? 2 : 0, seed),
          source(classifies, 16, seed),
          pool(2, beginSingleThreadedMath),
          trainer(model, settings, source, pool) {}

    /// Mean task loss of the last ten of `steps` steps.
    double run(int steps) {
        double last = 0;
        for (int i = 0; i < steps; ++i) {
            const StepRecord record = trainer.step();
            if (i >= steps - 10) last += record.taskLoss / 10;
        }
        return last;
    }

    QatSettings settings;
    TrainableModel model;
    SmallTask source;
    ThreadPool pool;
    Trainer trainer;
};

}  // namespace qs::testing
