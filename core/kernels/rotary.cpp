// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/rotary.h"

#include <cmath>

namespace qs {

void rotateHead(const HeadRotation<float>& head) { QS_ISA_CALL(rotateHeadF32)(head); }
void rotateHead(const HeadRotation<BFloat16>& head) { QS_ISA_CALL(rotateHeadBf16)(head); }

CosSinTable makeCosSinTable(std::span<const double> inverseFrequency, double attentionFactor, std::size_t length) {
    CosSinTable table{Matrix<float>(length, inverseFrequency.size()), Matrix<float>(length, inverseFrequency.size())};
    for (std::size_t t = 0; t < length; ++t)
        for (std::size_t i = 0; i < inverseFrequency.size(); ++i) {
            const auto angle = static_cast<double>(static_cast<float>(t) * static_cast<float>(inverseFrequency[i]));
            table.cos(t, i) = static_cast<float>(attentionFactor * std::cos(angle));
            table.sin(t, i) = static_cast<float>(attentionFactor * std::sin(angle));
        }
    return table;
}

}  // namespace qs
