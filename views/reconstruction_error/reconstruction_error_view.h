// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The histogram of errors, with calibration and held-out text one click apart.
View* makeReconstructionErrorView(QWidget* parent);

}  // namespace qs
