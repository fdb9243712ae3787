// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// Options and metrics of the open run and its baseline, with deltas; a click on a block selects it.
View* makeCompareView(QWidget* parent);

}  // namespace qs
