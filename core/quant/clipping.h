// SPDX-License-Identifier: GPL-3.0-or-later
// Single huge weights ("super weights") carry a model; a scale search that minimises the error of the weights alone clips them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/job.h"
#include "quant/quantizer.h"

namespace qs {

/// A weight beyond this multiple of the range of its group is clipped heavily. A normal distribution stays below it with every search.
inline constexpr double heavyClipping = 2.5;

/// The heavily clipped weights of one linear.
struct ClippedWeights {
    std::size_t groups = 0;  ///< groups with such a weight
    std::size_t row = 0;     ///< of the weight that lost most
    std::size_t column = 0;
    float weight = 0;
    float end = 0;  ///< the point of its grid nearest to it
};

/// Which weights of W [out, in] lie beyond heavyClipping times the range that the grid of their group covers.
ClippedWeights findClipped(MatrixView<const float> W, const QuantizedLinear& quantized);

/// A warning "range-clipped" with the worst weight and the remedy; nothing where no weight is clipped heavily.
std::optional<Event> clippingEvent(MatrixView<const float> W, const QuantizedLinear& quantized, const std::string& name);

}  // namespace qs
