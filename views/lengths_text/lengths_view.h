// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace qs {

class View;

/// The histogram of documents and lengths, the sequences, and the text behind the one that is chosen.
View* makeLengthsView(QWidget* parent);

}  // namespace qs
