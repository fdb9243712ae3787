// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// Tasks, items, windows and positions of the evaluations of the open run and its baseline.
View* makeEvaluationView(QWidget* parent);

}  // namespace qs
