// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/colour_map.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "views/theme.h"

namespace qs {
namespace {

/// Nine evenly spaced colours of the published tables (S. van der Walt and N. Smith; Nuñez, Anderton and Renslow).
constexpr QRgb kViridis[] = {0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725};
constexpr QRgb kCividis[] = {0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xFEE838};
constexpr QRgb kDivergingLight[] = {0x0B3C78, 0x3B82C4, 0xA9CDE8, 0xF7F7F7, 0xF2C197, 0xCC6F1D, 0x7A3600};
constexpr QRgb kDivergingDark[] = {0x8FD0FF, 0x3E8FD6, 0x23507E, 0x1B2027, 0x7A4218, 0xCC7A2C, 0xFFC98A};
constexpr std::pair<double, QRgb> kBitsLight[] = {{2, 0xE3F0EE}, {3, 0xA8D5CF}, {4, 0x5FAFAA}, {6, 0x2D7F83}, {8, 0x154A5B}};
constexpr std::pair<double, QRgb> kBitsDark[] = {{2, 0x22353A}, {3, 0x28545A}, {4, 0x2F7F80}, {6, 0x58B5AC}, {8, 0xBDEDE2}};

QColor between(QRgb a, QRgb b, double t) {
    const auto mix = [t](int x, int y) { return static_cast<int>(std::lround(x + t * (y - x))); };
    return {mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b))};
}

QColor alongRamp(std::span<const QRgb> ramp, double t) {
    const double place = std::clamp(t, 0.0, 1.0) * static_cast<double>(ramp.size() - 1);
    const auto i = std::min(static_cast<std::size_t>(place), ramp.size() - 2);
    return between(ramp[i], ramp[i + 1], place - static_cast<double>(i));
}

/// Relative luminance (WCAG 2).
double luminance(const QColor& colour) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

}  // namespace

QColor bitsColour(double bits, const Theme& theme) {
    const std::span<const std::pair<double, QRgb>> ramp = theme.dark ? std::span(kBitsDark) : std::span(kBitsLight);
    const double b = std::clamp(bits, ramp.front().first, ramp.back().first);
    std::size_t i = 0;
    while (i + 2 < ramp.size() && b > ramp[i + 1].first) ++i;
    return between(ramp[i].second, ramp[i + 1].second, (b - ramp[i].first) / (ramp[i + 1].first - ramp[i].first));
}

QColor mapColour(ColourMap map, double t, const Theme& theme) {
    switch (map) {
        case ColourMap::Viridis: return alongRamp(kViridis, t);
        case ColourMap::Cividis: return alongRamp(kCividis, t);
        case ColourMap::Diverging: return alongRamp(theme.dark ? kDivergingDark : kDivergingLight, t);
        case ColourMap::Bits: return bitsColour(2 + 6 * t, theme);
    }
    return {};
}

QColor wordColour(const QColor& ground, const Theme& theme) {
    const QColor dark = theme.dark ? theme.window : theme.ink, light = theme.dark ? theme.ink : QColor(Qt::white);
    const double l = luminance(ground), d = luminance(dark), w = luminance(light);
    return (w + 0.05) / (l + 0.05) > (l + 0.05) / (d + 0.05) ? light : dark;
}

QColor cellColour(const HeatMap& map, double value, const Theme& theme) {
    if (map.map == ColourMap::Bits) return bitsColour(value, theme);
    return mapColour(map.map, map.high > map.low ? (value - map.low) / (map.high - map.low) : 0.5, theme);
}

}  // namespace qs
