// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/post_training.h"

#include <ATen/core/grad_mode.h>

#include "qat/fake_quantize.h"
#include "qat/straight_through.h"

namespace qs {

std::vector<LayerGrid> postTrainingGrids(const TrainableModel& model, const std::vector<int>& bits, const QatSettings& settings,
                                         BatchSource& source, int batches) {
    const at::NoGradGuard noGradient;
    const std::vector<at::Tensor> values = model.values();
    const LinearFn exact = model.fullPrecision(values);
    std::vector<double> ranges(bits.size());
    for (int number = 0; number < (roundsTokens(settings) ? 0 : batches); ++number) {
        const Batch batch = source.batch(number);
        model.forward(values, model.idsOf(batch.ids, batch.rows, batch.length), [&](const LinearSpec& spec, const at::Tensor& x) {
            ranges[model.layerOf(spec)] += largestMagnitude(x) / batches;
            return exact(spec, x);
        });
    }
    std::vector<LayerGrid> grids(bits.size());
    for (std::size_t l = 0; l < bits.size(); ++l) {
        LayerGrid& grid = grids[l];
        grid.bits = bits[l];
        grid.channels = roundsChannels(settings);
        grid.tokens = roundsTokens(settings);
        if (!grid.channels) grid.weightStep = stepOf(largestMagnitude(values[model.layerParameter(l)]), bits[l]);
        if (!grid.tokens) grid.activationStep = stepOf(ranges[l], bits[l]);
    }
    return grids;
}

}  // namespace qs
