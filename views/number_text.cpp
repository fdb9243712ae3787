// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/number_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <cmath>

namespace qs {
namespace {

QString text(const char* source) { return QCoreApplication::translate("NumberText", source); }

QString fixed(double value, int decimals) {
    const QLocale locale;
    QString number = locale.toString(value, 'f', decimals);
    return number.replace(locale.negativeSign(), QStringLiteral("−"));
}

}  // namespace

QString significant(double value, int digits) {
    if (!std::isfinite(value)) return QStringLiteral("–");
    if (value == 0) return QStringLiteral("0");
    // The exponent after rounding: 0.99999 is 1.00, not 1.000.
    const int exponent = QString::number(value, 'e', digits - 1).section('e', 1).toInt();
    if (exponent < -4 || exponent > 6) {
        const double mantissa = value / std::pow(10.0, exponent);
        QString power = QString::number(exponent);
        static const QString plain = QStringLiteral("-0123456789"), raised = QStringLiteral("⁻⁰¹²³⁴⁵⁶⁷⁸⁹");
        for (QChar& c : power) c = raised[plain.indexOf(c)];
        return fixed(mantissa, digits - 1) + QStringLiteral(" × 10") + power;
    }
    return fixed(value, std::max(0, digits - 1 - exponent));
}

QString fixedDecimals(double value, int decimals) { return fixed(value, decimals); }

QString percent(double fraction) { return significant(fraction * 100) + QStringLiteral(" %"); }

QString share(double fraction) {
    if (!std::isfinite(fraction)) return QStringLiteral("–");
    if (fraction > 0 && fraction < 0.01) return QStringLiteral("< 1 %");
    if (fraction < 1 && fraction > 0.99) return QStringLiteral("> 99 %");
    return QString::number(std::lround(fraction * 100)) + QStringLiteral(" %");
}

QString duration(double seconds) {
    if (seconds < 0 || !std::isfinite(seconds)) return QStringLiteral("–");
    if (seconds < 59.95) return text("%1 s").arg(fixed(seconds, seconds < 10 ? 1 : 0));
    const auto whole = std::llround(seconds);
    if (whole < 3600) return text("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return text("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString bytes(double count) {
    static const char* units[] = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;
    while (count >= 999.5 && unit < 4) count /= 1000, ++unit;
    return significant(count, count < 10 ? 2 : 3) + QLatin1Char(' ') + QLatin1String(units[unit]);
}

QString count(qint64 value) { return QLocale().toString(value); }

}  // namespace qs
