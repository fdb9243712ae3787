// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy of a classifier while its layers are disturbed like by a coarser grid. What is added: robustness.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "evaluate/statistics.h"
#include "qat/task_score.h"

namespace qs {

struct NoiseSettings {
    std::vector<double> levels{0.02, 0.05, 0.1, 0.2, 0.4};  ///< step of the noise relative to the largest magnitude of a tensor
    int seeds = 10;                                         ///< draws at every level
    std::uint64_t seed = 0;                                 ///< of the first draw
    std::size_t texts = 500;                                ///< at most so many, the first ones
};

struct NoiseAccuracy {
    double level = 0;
    std::vector<double> accuracies;  ///< [seeds]
    double mean = 0, deviation = 0;  ///< over seeds
};

/// Linears of given values, as the variant computes them.
using LinearsOf = std::function<LinearFn(const std::vector<at::Tensor>& values)>;

/// One entry a level. `values` are those of the variant, on its grid. Throws Error if there is no text.
std::vector<NoiseAccuracy> accuracyUnderNoise(const TrainableModel& model, const std::vector<at::Tensor>& values,
                                              const LinearsOf& linearsOf, std::span<const TokenizedText> texts, int maxTokens,
                                              const NoiseSettings& settings, ThreadPool& pool);

}  // namespace qs
