// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace qs {

struct Theme;

/// The Qt style sheet of the whole window, with the colours of a theme. Looks are chosen by object name or by the dynamic property "look":
/// "card", "title", "hint", "primary", "flat", "segment", "failure", "warning".
QString styleSheet(const Theme& theme);

}  // namespace qs
