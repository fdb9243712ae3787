// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// W and its change as maps, with what the second map shows as a choice; a click selects an input channel.
View* makeWeightsView(QWidget* parent);

}  // namespace qs
