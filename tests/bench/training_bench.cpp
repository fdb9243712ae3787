// SPDX-License-Identifier: GPL-3.0-or-later
// CPU time of a training step, least of several, two workers: DSA-QAT should take at most 1.6 times full precision.
//   encoder: 4 blocks of width 128, 32 texts of 64 tokens, classifying;  demo: resources/models/demo, 8 texts of 128 tokens, next tokens
#include <benchmark/benchmark.h>

#include <cmath>

#include "bench/cpu_seconds.h"
#include "kernels/blas.h"
#include "qat/trainer.h"
#include "text/random.h"

namespace qs {
namespace {

/// Random tokens and targets.
class Noise final : public BatchSource {
  public:
    Noise(int rows, int length, int vocabulary, int classes)
        : m_rows(rows), m_length(length), m_vocabulary(vocabulary), m_classes(classes) {}
    Batch batch(std::int64_t number) override {
        Random random(static_cast<std::uint64_t>(number));
        const auto draw = [&](int limit) { return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(limit))); };
        Batch batch{m_rows, m_length, {}, {}};
        for (int i = 0; i < m_rows * m_length; ++i) batch.ids.push_back(draw(m_vocabulary));
        if (m_classes == 0) batch.targets = batch.ids;
        for (int i = 0; i < m_rows && m_classes > 0; ++i) batch.targets.push_back(draw(m_classes));
        return batch;
    }

  private:
    int m_rows, m_length, m_vocabulary, m_classes;
};

void measureSteps(benchmark::State& state, TrainableModel& model, BatchSource& source) {
    QatSettings settings;
    settings.method = static_cast<QatMethod>(state.range(0));
    settings.learningRate = 1e-5;
    settings.steps = 1 << 20;
    ThreadPool pool(2, beginSingleThreadedMath);
    Trainer trainer(model, settings, source, pool);
    trainer.step();
    double best = HUGE_VAL;
    for (auto _ : state) {
        const double start = testing::cpuSeconds();
        trainer.step();
        const double seconds = testing::cpuSeconds() - start;
        best = std::min(best, seconds);
        state.SetIterationTime(seconds);
    }
    state.counters["best_s"] = best;
    state.SetLabel(nameOfEnum(settings.method));
}

void trainEncoder(benchmark::State& state) {
    beginSingleThreadedMath();
    TrainableModel model(scratchSpec(ScratchShape{}), 12, 1);
    Noise source(32, 64, model.spec().vocabulary, 12);
    measureSteps(state, model, source);
}
BENCHMARK(trainEncoder)->DenseRange(0, 3)->UseManualTime()->Unit(benchmark::kMillisecond);

void trainDemo(benchmark::State& state) {
    beginSingleThreadedMath();
    const auto checkpoint = openModel(QS_SOURCE_DIR "/resources/models/demo");
    TrainableModel model(*checkpoint, 0, 1);
    Noise source(8, 128, model.spec().vocabulary, 0);
    measureSteps(state, model, source);
}
BENCHMARK(trainDemo)->DenseRange(0, 3)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qs
