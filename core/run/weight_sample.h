// SPDX-License-Identifier: GPL-3.0-or-later
// A corner of every weight matrix for the run file, so that a view can draw W and ΔW = Ŵ − W without the model: at most 96 KiB a linear.
#pragma once

#include <algorithm>

#include "base/array.h"
#include "model/spec.h"

namespace qs {

inline constexpr std::size_t kSampleRows = 128, kSampleColumns = 192;

/// The first rows and columns of W [out, in].
inline Matrix<float> weightSampleOf(MatrixView<const float> W) {
    Matrix<float> sample(std::min(W.rows, kSampleRows), std::min(W.cols, kSampleColumns));
    for (std::size_t r = 0; r < sample.rows(); ++r) std::copy_n(W.row(r), sample.cols(), sample.row(r));
    return sample;
}

inline double weightSampleBytes(const LinearSpec& linear) {
    return 4.0 * std::min<double>(linear.out, kSampleRows) * std::min<double>(linear.in, kSampleColumns);
}

}  // namespace qs
