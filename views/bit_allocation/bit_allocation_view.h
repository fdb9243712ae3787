// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The map of widths: drag a cell up or down for more or fewer bits, drag the budget along the curve, click to select.
View* makeBitAllocationView(QWidget* parent);

}  // namespace qs
