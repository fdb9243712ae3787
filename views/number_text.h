// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers for people: significant digits, percent, times and sizes in the locale of the user. Files use the C locale instead.
#pragma once

#include <QString>

namespace qs {

/// Three significant digits: "0.0862", "12.3", "21 977"; a true minus sign.
QString significant(double value, int digits = 3);
/// With exactly so many decimals, in the locale, a true minus sign: "3.50".
QString fixedDecimals(double value, int decimals);
/// A fraction as percent with three significant digits: 0.0123 -> "1.23 %".
QString percent(double fraction);
/// A share of counted things: never rounds to 0 or 100 unless exact ("> 99 %", "< 1 %").
QString share(double fraction);
/// "9.9 s", "2 min 10 s", "1 h 5 min".
QString duration(double seconds);
/// "44 MB", "2.4 GB" (powers of 1000).
QString bytes(double count);
/// With thousands separators.
QString count(qint64 value);

}  // namespace qs
