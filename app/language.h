// SPDX-License-Identifier: GPL-3.0-or-later
// The language of the window. Run files, figures without a window and the command line stay English.
#pragma once

#include "app/settings.h"

class QApplication;

namespace qs {

/// Loads the words of the language and sets how numbers are written; System follows the desktop. English needs no words.
void installLanguage(QApplication& app, Language language);

}  // namespace qs
