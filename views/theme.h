// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, fonts and icons: data has the colour, chrome has none. Values from the visual specification; contrast of text is at least 4.5
// : 1.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QString>
#include <Qt>

#include "base/options.h"

class QApplication;

namespace qs {

enum class ThemeKind { System, Light, Dark, HighContrast, HighContrastDark };
template <>
struct EnumNames<ThemeKind> {
    static constexpr std::pair<ThemeKind, const char*> values[] = {{ThemeKind::System, "system"},
                                                                   {ThemeKind::Light, "light"},
                                                                   {ThemeKind::Dark, "dark"},
                                                                   {ThemeKind::HighContrast, "high-contrast"},
                                                                   {ThemeKind::HighContrastDark, "high-contrast-dark"}};
};

struct Theme {
    bool dark = false, highContrast = false;
    QColor window, surface, raised, field, line, strongLine, grid;
    QColor ink, ink2, ink3;
    QColor accent, accentSoft, onAccent, selection;
    QColor failure, failureSoft, warning, warningSoft, ghost;
    QColor lengths[5];  ///< by rank in the length set, short to long

    /// Colour of a length by rank; from the sixth on the colours repeat (markers are hollow then).
    QColor length(int rank) const { return lengths[rank < 0 ? 0 : rank % 5]; }
};

const Theme& lightTheme();
const Theme& darkTheme();
/// The theme that applyTheme set last; light before.
const Theme& theme();

/// Loads the bundled fonts and sets palette, style and style sheet. System follows the palette of the desktop at the start.
void applyTheme(QApplication& app, ThemeKind kind);
/// By name; anything else is System.
ThemeKind themeKindOf(const QString& name);

/// The interface font at a size in pixels; weights 400 and 600 only.
QFont uiFont(double pixels, bool semibold = false);
/// An icon of resources/icons, tinted ink 2 (or `colour`) and ink 3 when disabled.
QIcon icon(const QString& name, const QColor& colour = {});

/// How a length looks besides its colour: marker "● ■ ▲ ◆ ▼" and line style, by rank.
QString markerCharacter(int rank);
Qt::PenStyle lineStyle(int rank);

}  // namespace qs
