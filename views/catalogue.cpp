// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of views.
#include <algorithm>
#include <cmath>
#include <map>

#include "views/bit_allocation/bit_allocation_model.h"
#include "views/bit_allocation/bit_allocation_view.h"
#include "views/compare/compare_model.h"
#include "views/compare/compare_view.h"
#include "views/evaluation/evaluation_model.h"
#include "views/evaluation/evaluation_view.h"
#include "views/hessian_diagonal/hessian_diagonal_model.h"
#include "views/hessian_diagonal/hessian_diagonal_view.h"
#include "views/hessian_diagonal/length_tuner_model.h"
#include "views/hessian_diagonal/length_tuner_view.h"
#include "views/hessian_map/hessian_map_model.h"
#include "views/hessian_map/hessian_map_view.h"
#include "views/lengths_text/lengths_model.h"
#include "views/lengths_text/lengths_view.h"
#include "views/reconstruction_error/reconstruction_error_model.h"
#include "views/reconstruction_error/reconstruction_error_view.h"
#include "views/scale_trajectory/scale_trajectory_model.h"
#include "views/scale_trajectory/scale_trajectory_view.h"
#include "views/training/training_model.h"
#include "views/training/training_view.h"
#include "views/view.h"
#include "views/weights/weights_model.h"
#include "views/weights/weights_view.h"

namespace qs {
namespace {

/// |mean over channels of log(d_shortest / d_longest)|, d_L the mean square per token: sampling noise averages out, a real shift does not.
double shift(const TagRecord& tag) {
    if (tag.calibration.size() < 2) return 0;
    const BucketRecord &a = tag.calibration.front(), &b = tag.calibration.back();
    const double tokens = (double(b.sequences) * b.length) / std::max(1.0, double(a.sequences) * a.length);
    double sum = 0, product = 1;  // a logarithm of many factors instead of one each: models have millions of channels
    int channels = 0;
    for (std::size_t c = 0; c < std::min(a.diagonal.size(), b.diagonal.size()); ++c) {
        if (!(a.diagonal[c] > 0 && b.diagonal[c] > 0)) continue;
        product *= a.diagonal[c] / b.diagonal[c] * tokens, ++channels;
        if (product < 1e-100 || product > 1e100) sum += std::log(product), product = 1;
    }
    return channels > 0 ? std::abs((sum + std::log(product)) / channels) : 0;
}

}  // namespace

const std::vector<ViewEntry>& viewCatalogue() {
    static const std::vector<ViewEntry> views{
        {"hessian-diagonal", QT_TRANSLATE_NOOP("Views", "Hessian diagonal"), QT_TRANSLATE_NOOP("Views", "Diagonal"),
         makeHessianDiagonalView, hessianDiagonalFigure},
        {"reconstruction-error", QT_TRANSLATE_NOOP("Views", "Reconstruction error"), QT_TRANSLATE_NOOP("Views", "Errors"),
         makeReconstructionErrorView, reconstructionErrorFigure},
        {"bit-allocation", QT_TRANSLATE_NOOP("Views", "Bit allocation"), QT_TRANSLATE_NOOP("Views", "Bits"), makeBitAllocationView,
         bitAllocationFigure},
        {"hessian-map", QT_TRANSLATE_NOOP("Views", "Hessian map"), QT_TRANSLATE_NOOP("Views", "Map"), makeHessianMapView, hessianMapFigure},
        {"scale-trajectory", QT_TRANSLATE_NOOP("Views", "Scale trajectory"), QT_TRANSLATE_NOOP("Views", "Scales"), makeScaleTrajectoryView,
         scaleTrajectoryFigure},
        {"weights", QT_TRANSLATE_NOOP("Views", "Weights"), QT_TRANSLATE_NOOP("Views", "Weights"), makeWeightsView, weightsFigure},
        {"length-tuner", QT_TRANSLATE_NOOP("Views", "Length tuner"), QT_TRANSLATE_NOOP("Views", "Tuner"), makeLengthTunerView,
         lengthTunerFigure},
        {"lengths", QT_TRANSLATE_NOOP("Views", "Lengths and text"), QT_TRANSLATE_NOOP("Views", "Lengths"), makeLengthsView, lengthsFigure},
        {"training", QT_TRANSLATE_NOOP("Views", "Training"), QT_TRANSLATE_NOOP("Views", "Training"), makeTrainingView, trainingFigure},
        {"compare", QT_TRANSLATE_NOOP("Views", "Compare runs"), QT_TRANSLATE_NOOP("Views", "Compare"), makeCompareView, compareFigure},
        {"evaluation", QT_TRANSLATE_NOOP("Views", "Evaluation"), QT_TRANSLATE_NOOP("Views", "Evaluation"), makeEvaluationView,
         evaluationFigure},
    };
    return views;
}

const ViewEntry* findView(const std::string& name) {
    const auto& views = viewCatalogue();
    const auto found = std::find_if(views.begin(), views.end(), [&](const ViewEntry& entry) { return entry.name == name; });
    return found == views.end() ? nullptr : &*found;
}

Selection firstSelection(const RunFile& run) {
    Selection selection;
    std::map<std::pair<int, std::string>, double> drift;  // of the inputs: how far the lengths are apart
    for (const TagRecord& tag : run.tags()) drift[{tag.block, tag.tag}] = shift(tag);
    std::pair<double, double> most{-1, -1};
    for (const LinearRecord& linear : run.linears()) {
        std::pair<double, double> here{drift[{linear.block, linear.tag}], 0};
        for (const LengthError& error : linear.calibrationErrors) here.second = std::max(here.second, error.relative());
        if (here > most) most = here, selection.block = linear.block, selection.linear = linear.name;
    }
    if (selection.block < 0 && !run.tags().empty()) selection.block = run.tags().front().block;
    return selection;
}

}  // namespace qs
