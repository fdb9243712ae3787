// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QDialogButtonBox;
class QPushButton;
class QString;

namespace qs {

/// The button of a dialog that does what it is for: the default one, in the look that stands out.
QPushButton* addPrimaryButton(QDialogButtonBox& box, const QString& text);

}  // namespace qs
