// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The scales of the layer or of one output channel, with the loss per sweep.
View* makeScaleTrajectoryView(QWidget* parent);

}  // namespace qs
