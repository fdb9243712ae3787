// SPDX-License-Identifier: GPL-3.0-or-later
// Where the words at both sides of an upright line go.
#pragma once

#include <optional>

namespace qs {

/// Left ends of two words, in pixels; nothing: there is no room for it.
struct WordPlaces {
    std::optional<double> left, right;
};

/// Words of the given widths left and right of a line at `line`, inside [low, high]. One that would leave that range is moved inside and
/// moves the other along, so that both are whole; if both do not fit, the one with more room stays.
WordPlaces placesBeside(double line, double low, double high, double leftWidth, double rightWidth);

}  // namespace qs
