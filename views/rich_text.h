// SPDX-License-Identifier: GPL-3.0-or-later
// Rich text for labels and readouts.
#pragma once

#include <QString>

namespace qs {

/// In the bold face that the program brings along; <b> asks for a heavier one, which would be smeared from it.
inline QString strong(const QString& html) { return QStringLiteral("<span style='font-weight:600'>%1</span>").arg(html); }

}  // namespace qs
