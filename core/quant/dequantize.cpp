// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/dequantize.h"

#include <algorithm>

#include "quant/quantizer.h"

namespace qs {

void dequantizeRow(const QuantizedLinear& q, std::size_t row, float* out) {
    const std::size_t in = q.codes.cols();
    const std::uint8_t* codes = q.codes.row(row);
    if (!q.groupIndex.empty()) {
        for (std::size_t c = 0; c < in; ++c) {
            const auto g = static_cast<std::size_t>(q.groupIndex[c]);
            dequantizeRun(codes + c, 1, static_cast<float>(q.scales(row, g)), q.zeros(row, g), out + c);
        }
        return;
    }
    const std::size_t width = q.groupSize > 0 ? static_cast<std::size_t>(q.groupSize) : in;
    for (std::size_t first = 0, g = 0; first < in; first += width, ++g)
        dequantizeRun(codes + first, std::min(width, in - first), static_cast<float>(q.scales(row, g)), q.zeros(row, g), out + first);
}

Matrix<float> dequantize(const QuantizedLinear& q) {
    Matrix<float> weights(q.codes.rows(), q.codes.cols());
    for (std::size_t r = 0; r < weights.rows(); ++r) dequantizeRow(q, r, weights.row(r));
    return weights;
}

}  // namespace qs
