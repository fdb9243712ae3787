// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QLabel;
class QString;
class QWidget;

namespace qs {

/// Text in one of the looks that the style sheet knows ("title", "hint", "refusal" …).
QLabel* label(const QString& look, const QString& text, QWidget* parent);
/// The same with line breaks where the width asks for them.
QLabel* wrappedLabel(const QString& look, const QString& text, QWidget* parent);

}  // namespace qs
