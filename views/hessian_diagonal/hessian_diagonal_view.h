// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The diagonal per length, with order and first token as choices in its header.
View* makeHessianDiagonalView(QWidget* parent);

}  // namespace qs
