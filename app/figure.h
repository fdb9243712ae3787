// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as files, and the small JSON recipe from which the same figure is drawn again without a display.
#pragma once

#include <QString>
#include <string>

#include "views/view.h"

namespace qs {

/// What `--figure` was told on the command line; empty: not told.
struct FigureRequest {
    std::string subject;  ///< run file or recipe (*.json)
    std::string view, out, baseline, linear, order, text;
    int block = -1;
    bool withoutFirstToken = false;
};

/// Writes png, pdf, svg (picture), csv (numbers) or json (recipe), by the extension of `path`. Throws Error naming the file, or saying why
/// there is nothing to draw.
void writeFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path);

/// Draws without a window. Throws Error (Usage for an unknown view).
void drawFigure(const FigureRequest& request);

}  // namespace qs
