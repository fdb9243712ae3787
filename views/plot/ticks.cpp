// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/ticks.h"

#include <algorithm>
#include <cmath>

#include "views/number_text.h"

namespace qs {
namespace {

std::vector<Tick> linearTicks(double low, double high, int wanted, bool whole = false) {
    const auto stepOf = [&](int steps) {
        const double step = niceStep((high - low) / std::max(1, steps));
        return !whole ? step : step <= 1 ? 1 : step == 2.5 ? 5 : step;  // 25, 250 … are whole
    };
    const auto inside = [&](double s) { return std::floor(high / s + 1e-9) - std::ceil(low / s - 1e-9) + 1; };
    double step = stepOf(wanted);
    for (int more = 1; wanted > 1 && inside(step) < 2 && more <= wanted; ++more) step = stepOf(wanted + more);  // one number is no scale
    int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
    if (std::abs(step * std::pow(10.0, decimals) - std::round(step * std::pow(10.0, decimals))) > 1e-6) ++decimals;  // 2.5, 0.25 …
    std::vector<Tick> ticks;
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
        ticks.push_back({i * step, fixedDecimals(i * step, decimals)});
    return ticks;
}

std::vector<Tick> logTicks(double low, double high, int wanted) {
    const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9)), last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    std::vector<Tick> ticks;
    if (std::log10(high / low) < 2) {
        for (int k = first - 1; k <= last; ++k)
            for (const double digit : {1.0, 2.0, 5.0}) {
                const double value = digit * std::pow(10.0, k);
                if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push_back({value, powerLabel(value)});
            }
        return ticks;
    }
    const int every = std::max(1, (last - first + wanted) / std::max(1, wanted));
    for (int k = first; k <= last; ++k)
        if (k % every == 0) ticks.push_back({std::pow(10.0, k), powerLabel(std::pow(10.0, k))});
    return ticks;
}

std::vector<Tick> ratioTicks(double low, double high, int wanted) {
    const int first = static_cast<int>(std::ceil(std::log2(low) - 1e-9)), last = static_cast<int>(std::floor(std::log2(high) + 1e-9));
    if (last - first < 1) {
        std::vector<Tick> ticks = linearTicks(low, high, wanted > 1 ? std::max(wanted, 4) : 1);
        if (ticks.empty() && low < 1 && high > 1) ticks.push_back({1, fixedDecimals(1, 0)});
        return ticks;
    }
    static const std::pair<int, QString> fractions[] = {{-1, QStringLiteral("½")}, {-2, QStringLiteral("¼")}, {-3, QStringLiteral("⅛")}};
    const int every = std::max(1, (last - first + wanted) / std::max(1, wanted));
    const bool signs = (first / every) * every >= -3;  // one look along an axis: "1/8" beside "1/64"
    std::vector<Tick> ticks;
    for (int k = first; k <= last; ++k) {
        if (k % every != 0) continue;
        QString label = k >= 0 ? fixedDecimals(std::exp2(k), 0) : QStringLiteral("1/") + fixedDecimals(std::exp2(-k), 0);
        for (const auto& [exponent, name] : fractions)
            if (signs && exponent == k) label = name;
        ticks.push_back({std::exp2(k), label});
    }
    return ticks;
}

/// 0.01 %, 0.03 %, 0.1 % …; powers of ten alone where they suffice.
std::vector<Tick> percentTicks(double low, double high, int wanted) {
    const bool thirds = 2 * std::log10(high / low) <= wanted + 1;
    const int first = static_cast<int>(std::floor(std::log10(low))), last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
    std::vector<Tick> ticks;
    for (int k = first; k <= last; ++k)
        for (const double digit : {1.0, 3.0}) {
            const double value = digit * std::pow(10.0, k);
            if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9) || (digit == 3 && !thirds)) continue;
            ticks.push_back({value, fixedDecimals(value, std::max(0, -k)) + QStringLiteral(" %")});
        }
    if (ticks.size() >= 2) return ticks;
    for (Tick& tick : ticks = logTicks(low, high, wanted)) tick.label += QStringLiteral(" %");
    return ticks;
}

}  // namespace

double niceStep(double step) {
    if (!(step > 0)) return 1;
    const double decade = std::pow(10.0, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0})
        if (step <= factor * decade * (1 + 1e-9)) return factor * decade;
    return 10 * decade;
}

QString powerLabel(double value) {
    const double exponent = std::log10(value);
    if (exponent > -2.5 && exponent < 3.5) return fixedDecimals(value, std::max(0, -static_cast<int>(std::floor(exponent + 1e-9))));
    const int k = static_cast<int>(std::floor(exponent + 1e-9));
    const auto digit = std::lround(value / std::pow(10.0, k));
    static const QString plain = QStringLiteral("-0123456789"), raised = QStringLiteral("⁻⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString power = QString::number(k);
    for (QChar& c : power) c = raised[plain.indexOf(c)];
    return (digit == 1 ? QString() : QString::number(digit) + QStringLiteral(" · ")) + QStringLiteral("10") + power;
}

std::vector<Tick> ticksOf(const Axis& axis, double low, double high, int wanted) {
    if (axis.scale == AxisScale::Named) {
        std::vector<Tick> ticks;
        for (const auto& [value, name] : axis.names)
            if (value >= low && value <= high) ticks.push_back({value, name});
        return ticks;
    }
    if (!(high > low)) return {};
    if (axis.scale == AxisScale::Linear) return linearTicks(low, high, wanted, axis.whole);
    if (!(low > 0)) return {};
    if (axis.scale == AxisScale::Percent) return percentTicks(low, high, wanted);
    return axis.scale == AxisScale::Log ? logTicks(low, high, wanted) : ratioTicks(low, high, wanted);
}

}  // namespace qs
