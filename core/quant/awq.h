// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ: search of input scales and of clipping bounds, in float64 or float32 (R). Formulas: awq.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "base/array.h"
#include "base/job.h"
#include "base/parallel.h"
#include "quant/quantizer.h"

namespace qs {

/// Codes, scales and zeros of W [out, in] on the range grids of AWQ; groupSize 0 = per channel, the last group may be shorter.
template <class R>
QuantizedLinear quantizeOnRanges(const Matrix<R>& W, int bits, int groupSize);

/// Mean |x| of each channel over the tokens of X [tokens, in] with a weight each, Σ weights = 1.
std::vector<double> activationScale(MatrixView<const double> X, const std::vector<double>& tokenWeights);

struct ScaleSearch {
    int bits = 4;
    int groupSize = 128;
    int ratios = 20;      ///< r = i / ratios, i < ratios
    double least = 1e-4;  ///< lower bound of a^r
};

struct ScaleSearchResult {
    std::vector<double> history;  ///< [ratios] loss
    std::size_t best = 0;         ///< first minimum
    std::vector<double> s;        ///< [in] of the best ratio
    QuantizedLinear quantized;    ///< of W ∘ s
};

/// W [out, in]: all linears that share the input, stacked; X [tokens, in]; tokenWeights [tokens] of the loss, Σ = 1 (1 / tokens, or
/// 1 / (M L_m) for M sequences); a [in] ≥ 0 from activationScale.
template <class R>
ScaleSearchResult searchInputScales(MatrixView<const double> W, MatrixView<const double> X, const std::vector<double>& tokenWeights,
                                    const std::vector<double>& a, const ScaleSearch& search, JobContext& context, ThreadPool& pool);

struct ClipSearch {
    int bits = 4;
    int groupSize = 128;
    int grid = 20;           ///< m = A (1 − i / grid)
    double maxShrink = 0.5;  ///< i < int(maxShrink · grid)
    int tokenStep = 1;       ///< every so many tokens are looked at
};

struct ClipSearchResult {
    Matrix<double> maxVal;       ///< [out, groups] bound m of the first minimum
    Matrix<std::int32_t> index;  ///< its i
    Matrix<double> error;        ///< its error
    Matrix<double> gap;          ///< relative distance to the next candidate; 0 where grids 1e-6 wider or narrower could change the choice
    Matrix<std::uint8_t> tie;    ///< 1 where they change the error itself by more than 1e-4 relative
    QuantizedLinear quantized;   ///< of the clamped weights
};

template <class R>
ClipSearchResult searchClipping(MatrixView<const double> W, MatrixView<const double> X, const ClipSearch& search, JobContext& context,
                                ThreadPool& pool);

}  // namespace qs
