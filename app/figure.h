// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as files, and the small JSON recipe from which the same figure is drawn again without a display.
#pragma once

#include <QString>
#include <optional>
#include <string>

#include "views/view.h"

namespace qs {

/// What `--figure` was told on the command line; empty: not told.
struct FigureRequest {
    std::string subject;  ///< run file or recipe (*.json)
    std::string run;      ///< of a recipe that names none, such as those in resources/figures
    std::string view, out, baseline, linear, order, text;
    std::vector<std::string> settings;  ///< further settings of the view, "name=value"
    int block = -1, length = 0;
    int scale = 0;  ///< of a PNG; 0: as the file name or the recipe says, else 2
    bool withoutFirstToken = false;
};

/// Pixels of a PNG for one of the screen: as told, else 4 where the name ends in "@4x.png", else 2.
int figureScale(const QString& path, int told = 0);

/// Writes what needs no drawing, csv (numbers) and json (recipe), and returns the figure that remains to be drawn for other extensions. May
/// run in any thread. Throws Error naming the file, or saying why there is nothing to draw.
std::optional<Figure> prepareFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path, int scale = 0);

/// Writes png, pdf, svg (picture), csv (numbers) or json (recipe), by the extension of `path`. Throws Error naming the file, or saying why
/// there is nothing to draw.
void writeFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path, int scale = 0);

/// Draws without a window. Throws Error (Usage for an unknown view).
void drawFigure(const FigureRequest& request);

}  // namespace qs
