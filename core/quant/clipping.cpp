// SPDX-License-Identifier: GPL-3.0-or-later
// w is clipped heavily when |w| > 2.5 (|end| + s / 2), end = s (q − z) with q = 2^b − 1 for w > 0 and q = 0 for w < 0. s / 2 belongs to the
// range because what rounds to its end is not clipped. Super weights: Yu et al., arXiv 2411.07191.
#include "quant/clipping.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

namespace qs {

ClippedWeights findClipped(MatrixView<const float> W, const QuantizedLinear& quantized) {
    ClippedWeights found;
    const std::size_t groups = quantized.scales.cols();
    const float top = static_cast<float>((1 << quantized.bits) - 1);
    std::vector<std::size_t> groupOf(W.cols);
    for (std::size_t c = 0; c < W.cols; ++c) groupOf[c] = static_cast<std::size_t>(quantized.groupOf(static_cast<int>(c)));
    std::vector<float> low(groups), high(groups), half(groups);
    std::vector<bool> hit(groups);
    double worst = heavyClipping;
    for (std::size_t r = 0; r < W.rows; ++r) {
        std::fill(hit.begin(), hit.end(), false);
        for (std::size_t g = 0; g < groups; ++g) {
            const float scale = static_cast<float>(quantized.scales(r, g));
            const float zero = static_cast<float>(quantized.zeros(r, g));
            low[g] = -scale * zero;
            high[g] = scale * (top - zero);
            half[g] = scale / 2;
        }
        for (std::size_t c = 0; c < W.cols; ++c) {
            const std::size_t g = groupOf[c];
            const float w = W(r, c);
            const float end = w > 0 ? high[g] : low[g];
            const double covered = std::abs(end) + half[g];
            if (std::abs(w) <= heavyClipping * covered || covered == 0) continue;
            if (!hit[g]) ++found.groups;
            hit[g] = true;
            if (std::abs(w) > worst * covered) {
                worst = std::abs(w) / covered;
                found.row = r, found.column = c, found.weight = w, found.end = end;
            }
        }
    }
    return found;
}

std::optional<Event> clippingEvent(MatrixView<const float> W, const QuantizedLinear& quantized, const std::string& name) {
    const ClippedWeights found = findClipped(W, quantized);
    if (found.groups == 0) return std::nullopt;
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(3);
    text << found.groups << " of " << W.rows * quantized.scales.cols() << " groups cut off a weight above " << heavyClipping
         << " times their range, most at row " << found.row << ", column " << found.column << ": " << found.weight << " became "
         << found.end << "; single huge weights carry a model, so if the perplexity is far off take --search hessian or absmax";
    return Event{Severity::Warning, "range-clipped", name, text.str()};
}

}  // namespace qs
