// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// A training, while it runs and afterwards. A click on a layer of a map selects it.
View* makeTrainingView(QWidget* parent);

}  // namespace qs
