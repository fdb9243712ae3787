// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/reference_words.h"

#include <algorithm>

namespace qs {

WordPlaces placesBeside(double line, double low, double high, double leftWidth, double rightWidth) {
    constexpr double kGap = 6;  // to the line
    double left = line - kGap - leftWidth, right = line + kGap;
    if (leftWidth + rightWidth + 2 * kGap > high - low) {  // not both
        const bool keepsLeft = line - low > high - line;
        const double width = keepsLeft ? leftWidth : rightWidth;
        if (width > high - low) return {};
        const double place = std::clamp(keepsLeft ? left : right, low, high - width);
        return keepsLeft ? WordPlaces{place, {}} : WordPlaces{{}, place};
    }
    if (left < low) left = low, right = std::max(right, left + leftWidth + 2 * kGap);
    if (right + rightWidth > high) right = high - rightWidth, left = std::min(left, right - 2 * kGap - leftWidth);
    return {left, right};
}

}  // namespace qs
