// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of views.
#include <algorithm>
#include <map>

#include "views/hessian_diagonal/hessian_diagonal_model.h"
#include "views/hessian_diagonal/hessian_diagonal_view.h"
#include "views/reconstruction_error/reconstruction_error_model.h"
#include "views/reconstruction_error/reconstruction_error_view.h"
#include "views/view.h"

namespace qs {

const std::vector<ViewEntry>& viewCatalogue() {
    static const std::vector<ViewEntry> views{
        {"hessian-diagonal", QT_TRANSLATE_NOOP("Views", "Hessian diagonal"), makeHessianDiagonalView, hessianDiagonalFigure},
        {"reconstruction-error", QT_TRANSLATE_NOOP("Views", "Reconstruction error"), makeReconstructionErrorView,
         reconstructionErrorFigure},
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
    for (const TagRecord& tag : run.tags())
        for (const BucketRecord& bucket : tag.calibration)
            drift[{tag.block, tag.tag}] = std::max(drift[{tag.block, tag.tag}], bucket.drift);
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
