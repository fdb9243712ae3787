// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The map with its statistic as a choice; a click selects block and input.
View* makeHessianMapView(QWidget* parent);

}  // namespace qs
